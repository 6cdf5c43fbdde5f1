"""The report of a reaction on paper, for the health department, the CDC and the council.

Form: Decree 30/2020/NĐ-CP, Appendix I, through `ui.paper`.  The list of facts is ours: the official
form was not read.
"""

from datetime import datetime

from django.utils import translation

from lachan.core.clock import OFFSET, now
from lachan.core.installation import is_demo
from lachan.people.selectors import PersonCard
from lachan.places.models import Organisation
from lachan.ui.documents import Block, Document, Heading, Letterhead, Signature, Table, said
from lachan.vaccination import aefi_reading, aefi_words, lot_reading, lot_words
from lachan.vaccination.models import Reaction

#: Room for the pen.
EMPTY = "………………"


def report_of(row: Reaction, card: PersonCard | None) -> Document:
    """The report with everything that is known now; what is not known is left to the pen."""
    with translation.override("vi"):
        return _report(row, card)


def _report(row: Reaction, card: PersonCard | None) -> Document:
    shown = aefi_words.shown(row, card)
    facility = Organisation.objects.filter(pk__in=[row.organisation]).first()
    name = facility.name if facility else EMPTY
    blocks: tuple[Block, ...] = (
        Heading("I. Người được tiêm"),
        facts_table(person_facts(card, row)),
        Heading("II. Mũi tiêm"),
        facts_table(dose_facts(row, shown["vaccine"], shown["lot"], name)),
        Heading("III. Diễn biến"),
        facts_table(
            [
                ("Mức độ", str(shown["severity"])),
                ("Biểu hiện", str(shown["signs"])),
                ("Bắt đầu lúc", moment_words(row.onset_at)),
                ("Ghi nhận lúc", moment_words(row.severe_at or row.reported_at)),
                ("Nguồn báo", f"{shown['source']} {row.where_text}".strip()),
                ("Tình trạng hiện tại", str(shown["outcome"])),
                ("Xử trí, ghi chú", row.note or EMPTY),
            ]
        ),
        *_severe(row),
        Signature(("Thủ trưởng cơ sở",), recipients=("Sở Y tế", "TTKSBT tỉnh", "Lưu hồ sơ")),
    )
    return Document(
        Letterhead(name, day=now().astimezone(OFFSET).date()),
        "Báo cáo",
        "trường hợp phản ứng, sự cố bất lợi sau tiêm chủng",
        blocks,
        draft=False,
        invented=is_demo(),
    )


def person_facts(card: PersonCard | None, row: Reaction) -> list[tuple[str, str]]:
    """Who it is, as far as this reader sees him."""
    sex = {"female": "Nữ", "male": "Nam"}.get(card.sex if card else "", EMPTY)
    return [
        ("Họ và tên", card.name if card and card.name else EMPTY),
        ("Ngày sinh", card.birth if card and card.birth else EMPTY),
        ("Giới tính", sex),
        ("Điện thoại", card.phone if card and card.phone else EMPTY),
        ("Nơi ở hiện tại", (card.address if card else "") or EMPTY),
        ("Xã, phường", lot_words.place(row.commune) or EMPTY),
    ]


def dose_facts(row: Reaction, vaccine: str, lot: str, facility: str) -> list[tuple[str, str]]:
    """What was injected, where and when."""
    session = aefi_reading.session_of(row)
    expires = f"{row.lot.expires_on:%d/%m/%Y}" if row.lot else EMPTY
    return [
        ("Vắc xin", vaccine),
        ("Số lô, hạn dùng", f"{lot or EMPTY}, {expires}"),
        ("Tiêm lúc", moment_words(row.dose.given_at)),
        ("Cơ sở tiêm chủng", facility),
        ("Buổi tiêm", session.name if session else EMPTY),
        ("Bàn tiêm, người tiêm", f"{row.dose.table or EMPTY}, {row.dose.injected_by or EMPTY}"),
    ]


def _severe(row: Reaction) -> tuple[Block, ...]:
    if row.severity != Reaction.Severity.SEVERE:
        return ()
    session = aefi_reading.session_of(row)
    bars = lot_reading.bars_of(row.lot_id) if row.lot_id else []
    lines = []
    if session and session.stopped_at:
        lines.append(said(f"Buổi tiêm dừng lúc {moment_words(session.stopped_at)}."))
    lines += [
        said(f"Lô vắc xin tạm dừng từ {moment_words(bar.since)}: {lot_words.reason(bar)}")
        for bar in bars[:1]
    ]
    clocks = tuple(
        (
            str(one["label"]),
            moment_words(one["step"].due_at),
            moment_words(one["step"].done_at),
            one["step"].document or "",
        )
        for one in map(aefi_words.clock, aefi_reading.clocks_of(row))
    )
    return (
        Heading("IV. Đã làm và phải làm"),
        *lines,
        Table(("Việc", "Hạn", "Đã làm lúc", "Số văn bản"), clocks, (2, 1.6, 1.6, 1.2)),
    )


def facts_table(facts: list[tuple[str, str]]) -> Table:
    """Facts as two columns."""
    return Table(("Mục", "Nội dung"), tuple(facts), (1, 2.4))


def moment_words(at: datetime | None) -> str:
    """Hour and day, or a place for the pen."""
    return f"{at.astimezone(OFFSET):%H:%M ngày %d/%m/%Y}" if at else EMPTY
