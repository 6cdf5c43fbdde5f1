"""The papers of an order, as drafts: the station's list, the decision with its annex, the ending.

State papers are Vietnamese whoever reads the page.  The layout of the decree's own forms (appendix
IV) was not read: form and article stand on the draft by name, and the draft says what to compare.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import translation

from lachan.core.clock import OFFSET
from lachan.core.installation import is_demo
from lachan.isolation.models import Listing, Order
from lachan.isolation.selectors import OrderRow
from lachan.places.selectors import unit_name
from lachan.rulebook.evaluate import Answer
from lachan.rulebook.selectors import term
from lachan.ui.documents import (
    Block,
    Document,
    Heading,
    Letterhead,
    PageBreak,
    Paragraph,
    Run,
    Signature,
    Table,
    said,
)

_HEADS = ("STT", "Họ và tên", "Năm sinh", "Nơi ở hiện tại", "Phát hiện lúc")
_WIDTHS = (0.5, 2.2, 0.8, 2.8, 1.5)

#: Whoever signs -> how the paper calls him above the signature.
_CAPACITIES = {
    "commune_chairman": ("CHỦ TỊCH",),
    "facility_head": ("NGƯỜI ĐỨNG ĐẦU CƠ SỞ",),
    "border_head": ("NGƯỜI ĐỨNG ĐẦU CƠ QUAN QUẢN LÝ CỬA KHẨU",),
}
_ANY_CAPACITY = ("NGƯỜI CÓ THẨM QUYỀN",)


def proposal(listing: Listing, rows: Sequence[OrderRow]) -> Document:
    """The station's list and proposal to whoever signs."""
    with translation.override("vi"):
        return _proposal(listing, rows)


def decision(listing: Listing, rows: Sequence[OrderRow]) -> Document:
    """The draft decision; one person stands in it, several in an annex."""
    with translation.override("vi"):
        return _decision(listing, rows)


def cancellation(listing: Listing, rows: Sequence[OrderRow]) -> Document:
    """The draft by which the signer cancels what rested on a result that does not stand."""
    with translation.override("vi"):
        return _cancellation(listing, rows)


def completion(row: OrderRow) -> Document:
    """The confirmation that somebody completed what was decided."""
    with translation.override("vi"):
        return _completion(row)


def _proposal(listing: Listing, rows: Sequence[OrderRow]) -> Document:
    answer, commune = rows[0].answer, _commune(listing.commune)
    measure = term("measure", listing.measure)
    blocks: list[Block] = [
        Paragraph((Run("Kính gửi: ", bold=True), Run(_signer(listing))), "centre"),
        said(f"Căn cứ {answer.article};", italic=True),
        said(
            f"Trạm Y tế {commune} lập danh sách {len(rows)} {term('role', listing.role)},"
            f" bệnh {term('disease', listing.disease)}, và đề nghị {_signer(listing)}"
            f" quyết định {measure}."
        ),
        _people(rows),
    ]
    held = [row.held_until for row in rows if row.held_until]
    if held:
        blocks.append(
            said(
                f"Biện pháp ngăn chặn tạm thời tự chấm dứt lúc {_moment(min(held))}"
                " nếu chưa có quyết định."
            )
        )
    blocks += [
        *_caution(answer),
        Signature(("GIÁM ĐỐC",), recipients=("Như trên;", "Lưu: Trạm Y tế.")),
    ]
    return Document(
        Letterhead(
            f"Trạm Y tế {commune}",
            over=f"Ủy ban nhân dân {commune}",
            number="Số:          /DS-TYT",
            place=_place(commune),
            day=listing.made_at.astimezone(OFFSET).date(),
        ),
        "Danh sách",
        f"đề nghị {measure}",
        tuple(blocks),
        invented=is_demo(),
    )


def _decision(listing: Listing, rows: Sequence[OrderRow]) -> Document:
    answer, commune = rows[0].answer, _commune(listing.commune)
    measure = term("measure", listing.measure)
    blocks = [
        *([said(f"({answer.form})", "centre", italic=True)] if answer.form else []),
        Heading(_signer(listing, commune).upper(), 1),
        said(f"Căn cứ {answer.article};", italic=True),
        said(
            f"Xét đề nghị của Trạm Y tế {commune} tại danh sách lập lúc"
            f" {_moment(listing.made_at)}.",
            italic=True,
        ),
        Heading("QUYẾT ĐỊNH:", 1),
        _article(1, _whom(listing, rows, measure)),
        _article(2, _how_long(answer, rows)),
        _article(
            3,
            f"Trạm Y tế, Công an {commune}, người có tên tại Điều 1 và các cá nhân, đơn vị có liên"
            " quan chịu trách nhiệm thi hành Quyết định này.",
        ),
        *_caution(answer),
        Signature(
            _CAPACITIES.get(listing.signer, _ANY_CAPACITY),
            recipients=_recipients(rows, commune),
        ),
    ]
    if len(rows) > 1:
        blocks += [
            PageBreak(),
            Heading("DANH SÁCH", 1),
            said("(kèm theo Quyết định số          /QĐ-UBND)", "centre", italic=True),
            _people(rows),
        ]
    return Document(
        Letterhead(
            f"Ủy ban nhân dân {commune}", number="Số:          /QĐ-UBND", place=_place(commune)
        ),
        "Quyết định",
        f"về việc {measure}",
        tuple(blocks),
        invented=is_demo(),
    )


def _cancellation(listing: Listing, rows: Sequence[OrderRow]) -> Document:
    answer, commune = rows[0].answer, _commune(listing.commune)
    measure = term("measure", listing.measure)
    numbers = dict.fromkeys(row.order.signed for row in rows if row.order.signed is not None)
    decided = "; ".join(f"số {paper.number} ngày {_day(paper.day)}" for paper in numbers)
    blocks: list[Block] = [
        Heading(_signer(listing, commune).upper(), 1),
        said(f"Căn cứ {answer.article};", italic=True),
        said(
            "Xét thấy kết quả xét nghiệm làm căn cứ áp dụng biện pháp đã được thu hồi hoặc đính"
            " chính;",
            italic=True,
        ),
        Heading("QUYẾT ĐỊNH:", 1),
        _article(
            1,
            f"Hủy bỏ việc áp dụng {measure} theo Quyết định {decided} đối với {len(rows)} người"
            " có tên trong danh sách dưới đây.",
        ),
        _article(2, "Quyết định này có hiệu lực kể từ thời điểm ký."),
        _article(
            3,
            f"Trạm Y tế, Công an {commune}, người có tên tại Điều 1 và các cá nhân, đơn vị có liên"
            " quan chịu trách nhiệm thi hành Quyết định này.",
        ),
        _people(rows),
        *_caution(answer),
        Signature(
            _CAPACITIES.get(listing.signer, _ANY_CAPACITY),
            recipients=_recipients(rows, commune),
        ),
    ]
    return Document(
        Letterhead(
            f"Ủy ban nhân dân {commune}", number="Số:          /QĐ-UBND", place=_place(commune)
        ),
        "Quyết định",
        f"về việc hủy bỏ {measure}",
        tuple(blocks),
        invented=is_demo(),
    )


def _completion(row: OrderRow) -> Document:
    order, commune = row.order, _commune(row.order.commune)
    measure = term("measure", order.measure)
    name = row.card.name if row.card else "…"
    paper = order.signed
    assert paper is not None
    blocks = [
        said(
            f"Trạm Y tế {commune} xác nhận ông/bà {name}, sinh năm {_year(row)}, nơi ở hiện tại:"
            f" {_address(row)}, đã thực hiện {measure} theo Quyết định số {paper.number} ngày"
            f" {_day(paper.day)}."
        ),
        said(f"Kết thúc lúc {_moment(order.changed_at)}."),
        Signature(("GIÁM ĐỐC",), recipients=("Người có tên trên;", "Lưu: Trạm Y tế.")),
    ]
    return Document(
        Letterhead(
            f"Trạm Y tế {commune}",
            over=f"Ủy ban nhân dân {commune}",
            number="Số:          /XN-TYT",
            place=_place(commune),
        ),
        "Giấy xác nhận",
        f"hoàn thành {measure}",
        tuple(blocks),
        invented=is_demo(),
    )


def _article(number: int, text: str) -> Block:
    return Paragraph((Run(f"Điều {number}. ", bold=True), Run(text)))


def _whom(listing: Listing, rows: Sequence[OrderRow], measure: str) -> str:
    role, disease = term("role", listing.role), term("disease", listing.disease)
    if len(rows) > 1:
        return (
            f"Áp dụng {measure} đối với {len(rows)} {role}, bệnh {disease}, có tên trong danh"
            " sách kèm theo Quyết định này."
        )
    row = rows[0]
    name = row.card.name if row.card else "…"
    return (
        f"Áp dụng {measure} đối với ông/bà {name}, sinh năm {_year(row)}, nơi ở hiện tại:"
        f" {_address(row)}; là {role}, bệnh {disease}, phát hiện lúc {_moment(row.order.found_at)}."
    )


def _how_long(answer: Answer, rows: Sequence[OrderRow]) -> str:
    """The rule's days where it has some; else the signer writes the last day."""
    if answer.days:
        return f"Thời hạn: {answer.days} ngày kể từ ngày ký Quyết định này."
    return (
        "Quyết định này có hiệu lực kể từ thời điểm ký. Thời hạn: đến hết ngày …/…/……, theo hướng"
        " dẫn của Bộ trưởng Bộ Y tế (quy tắc đang dùng chưa có quy định số ngày)."
    )


def _caution(answer: Answer) -> list[Block]:
    """A draft never passes over how well its article is known."""
    if answer.reading == "official":
        return []
    note = f"Ghi chú của bản dự thảo: {term('reading', answer.reading)}; bỏ dòng này khi ký."
    return [said(note, italic=True)]


def _recipients(rows: Sequence[OrderRow], commune: str) -> tuple[str, ...]:
    foreign = any(row.order.consular for row in rows)
    return (
        "Như Điều 3;",
        f"Công an {commune};",
        "Tổ trưởng tổ dân phố, trưởng thôn;",
        *(("Cục Lãnh sự, Bộ Ngoại giao;",) if foreign else ()),
        "Lưu: VT.",
    )


def _people(rows: Sequence[OrderRow]) -> Table:
    lines = tuple(
        (
            str(place),
            row.card.name if row.card else "…",
            _year(row),
            _address(row),
            row.order.found_at.astimezone(OFFSET).strftime("%H:%M %d/%m/%Y"),
        )
        for place, row in enumerate(rows, 1)
    )
    return Table(_HEADS, lines, _WIDTHS)


def _signer(listing: Listing, commune: str = "") -> str:
    """Whoever signs, in the words of the rule; the chairman by his commune."""
    if listing.signer == "commune_chairman":
        return f"Chủ tịch Ủy ban nhân dân {commune or _commune(listing.commune)}"
    return term("signer", listing.signer) if listing.signer else "Người có thẩm quyền"


def _year(row: OrderRow) -> str:
    return str(row.card.birth_year) if row.card and row.card.birth_year else "…"


def _address(row: OrderRow) -> str:
    commune = _commune(row.order.commune)
    return f"{row.card.address}, {commune}" if row.card and row.card.address else commune


def _commune(unit: int) -> str:
    """A commune as it stands inside a sentence: phường Việt Yên."""
    name = unit_name(unit)
    return name[:1].lower() + name[1:]


def _place(commune: str) -> str:
    """A commune's own name, without its kind, before the day."""
    return commune.partition(" ")[2] or commune


def _moment(at: datetime) -> str:
    local = at.astimezone(OFFSET)
    return f"{local:%H} giờ {local:%M} phút ngày {_day(local.date())}"


def _day(day: date) -> str:
    return f"{day.day:02} tháng {day.month} năm {day.year}"


def papers_of(order: Order) -> tuple[str, ...]:
    """The names of the papers that an order's page offers."""
    return ("completion",) if order.state == Order.State.ENDED else ()
