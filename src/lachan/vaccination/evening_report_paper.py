"""The daily report on paper, to be signed and sent.

Form: Decree 30/2020/NĐ-CP, Appendix I, through `ui.paper`.  The table is ours: practice.md names
its columns (vaccine, dose number, group, reactions, stock); no official form was read.
"""

from collections.abc import Iterable

from django.utils import translation

from lachan.core.clock import OFFSET
from lachan.core.installation import is_demo
from lachan.ui.documents import Block, Document, Heading, Letterhead, Signature, Table, said
from lachan.vaccination import evening_report_words as words
from lachan.vaccination.models import DayReport


def report_on_paper(report: DayReport) -> Document:
    """The same report is the same paper whenever it is printed."""
    with translation.override("vi"):
        return _paper(report)


def _paper(report: DayReport) -> Document:
    shown = words.shown(report.rows, report.reactions, report.stock, report.day, report.frozen_at)
    totals, name = shown["totals"], words.area_name(report)
    cut = report.cut_at.astimezone(OFFSET)
    blocks: list[Block] = [
        said(
            f"Số liệu nhập đến {cut:%H:%M} ngày {cut:%d/%m/%Y}. Trong ngày tiêm"
            f" {totals['given'] - totals['back']} mũi;"
            f" bổ sung các ngày trước {totals['added']} mũi."
        ),
        Heading("I. Số mũi tiêm trong ngày"),
        _doses(shown["products"], ("Vắc xin", "Mũi")),
        Heading("II. Theo nhóm đối tượng"),
        _doses(shown["groups"], ("Nhóm",)),
    ]
    if shown["added"]:
        blocks.append(Heading("III. Bổ sung, điều chỉnh các ngày trước"))
        rows = [
            ((f"{day:%d/%m/%Y}", *names), given, back, net)
            for day, lines in shown["added"]
            for names, given, back, net in lines
        ]
        blocks.append(_doses(rows, ("Ngày", "Vắc xin", "Mũi")))
    blocks += [
        Heading("IV. Phản ứng sau tiêm được báo"),
        said("; ".join(f"{word}: {count}" for word, count in shown["reactions"]) or "Không có."),
        Heading("V. Vắc xin"),
        Table(
            ("Vắc xin", "Nhập", "Xuất", "Hủy", "Tồn"),
            tuple((name, *(str(n) for n in moved)) for name, moved in shown["stock"]),
        ),
        said(f"Mã kiểm tra của số liệu: {report.sha256}", italic=True),
        Signature(("Thủ trưởng đơn vị",), recipients=("Đơn vị cấp trên", "Lưu hồ sơ")),
    ]
    return Document(
        Letterhead(name, day=report.day),
        "Báo cáo",
        f"kết quả tiêm chủng ngày {report.day:%d/%m/%Y}",
        tuple(blocks),
        draft=False,
        invented=is_demo(),
    )


def _doses(rows: Iterable[tuple[tuple[str, ...], int, int, int]], heads: tuple[str, ...]) -> Table:
    told = tuple((*names, str(given), str(back), str(net)) for names, given, back, net in rows)
    empty = (*("–" for _one in heads), "0", "0", "0")
    return Table((*heads, "Đã tiêm", "Rút lại", "Còn lại"), told or (empty,))
