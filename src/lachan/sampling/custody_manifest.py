"""The manifest of a box on paper (biên bản giao nhận mẫu): tubes and hand-overs, never a person.

Form: Decree 30/2020/NĐ-CP, Appendix I, through `ui.paper`; the words of the record are ours.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from lachan.core.clock import OFFSET
from lachan.core.installation import is_demo
from lachan.places.models import Organisation
from lachan.rulebook.selectors import CustodyRule, term
from lachan.sampling import custody_reading as reading
from lachan.sampling.models import Box, HandOver
from lachan.ui.documents import Block, Document, Heading, Letterhead, Table, said

#: Hand-overs that the paper has room for.
LEGS = 4
_EMPTY = "………………"


def manifest_of(box: Box) -> Document:
    """The record of a box as it stands now."""
    lines = reading.manifest(box)
    names = reading.names_of([box.organisation, box.laboratory])
    rule = reading.rule_of(box.organisation)
    unit, laboratory = (names.get(each, _EMPTY) for each in (box.organisation, box.laboratory))
    blocks: tuple[Block, ...] = (
        said(f"Mã thùng: {box.barcode}", "centre", bold=True),
        said(
            f"Bên giao: {unit}. Người đóng thùng: {box.packer}, điện thoại {box.phone or _EMPTY}."
        ),
        said(f"Bên nhận: {laboratory}."),
        said(_packed(box)),
        said(_budget(box, rule)),
        Heading("I. Tổng hợp"),
        _sums(lines),
        Heading("II. Danh sách ống mẫu"),
        _tubes(lines),
        Heading("III. Giao nhận (ký, ghi rõ họ tên ở từng chặng)"),
        _legs(reading.legs_of(box)),
        said(
            "Ống thiếu, thừa, vỡ hoặc chảy ghi ngay vào biên bản và báo đơn vị lấy mẫu.",
            italic=True,
        ),
    )
    place = Organisation.objects.filter(pk=box.organisation).first()
    return Document(
        Letterhead(
            place.name if place else _EMPTY,
            day=(box.sealed_at or box.made_at).astimezone(OFFSET).date(),
        ),
        "Biên bản",
        "giao nhận mẫu bệnh phẩm",
        blocks,
        draft=box.sealed_at is None,
        invented=is_demo(),
    )


def _packed(box: Box) -> str:
    if box.sealed_at is None or box.temperature is None:
        return "Thùng chưa niêm phong."
    return (
        f"Niêm phong lúc {_moment(box.sealed_at)}, nhiệt độ trong thùng"
        f" {_degrees(box.temperature)}."
    )


def _budget(box: Box, rule: CustodyRule) -> str:
    """How cold, and until when: the clock runs from the first closed tube."""
    first = reading.first_closed(box)
    cold = f"Giữ từ {_degrees(rule.coldest)} đến {_degrees(rule.warmest)}"
    if first is None:
        return f"{cold}."
    until = first + timedelta(hours=rule.laboratory_hours)
    return f"{cold}; đến phòng xét nghiệm trước {_moment(until)}."


def _sums(lines: Sequence[reading.Line]) -> Table:
    """Tubes by disease, single or pooled; the last row is the sum."""
    counted = Counter((line.tube.disease, line.tube.limit == 1) for line in lines)
    rows = [
        (term("disease", disease), "Mẫu đơn" if single else "Mẫu gộp", str(tubes))
        for (disease, single), tubes in sorted(counted.items(), reverse=True)
    ]
    rows.append(("Tổng cộng", "", str(len(lines))))
    return Table(("Bệnh", "Loại ống", "Số ống"), tuple(rows), (3, 2, 1))


def _tubes(lines: Sequence[reading.Line]) -> Table:
    rows = tuple(
        (
            str(number),
            line.tube.barcode,
            "Đơn" if line.tube.limit == 1 else f"Gộp {line.people}",
            term("disease", line.tube.disease),
            _moment(line.tube.closed_at) if line.tube.closed_at else "",
            "",
        )
        for number, line in enumerate(lines, 1)
    )
    headers = ("STT", "Mã ống", "Loại", "Bệnh", "Đóng ống lúc", "Ghi chú")
    return Table(headers, rows, (0.5, 2, 1, 1.4, 2, 1.4))


def _legs(legs: Sequence[HandOver]) -> Table:
    """What was signed, and empty rows for the pen."""
    rows = [_leg(leg) for leg in legs]
    rows += [(str(number), "", "", "", "") for number in range(len(legs) + 1, LEGS + 1)]
    return Table(
        ("Chặng", "Bên giao", "Số ống, °C", "Bên nhận", "Số ống, °C"),
        tuple(rows),
        (0.6, 2, 1, 2, 1),
    )


def _leg(leg: HandOver) -> tuple[str, ...]:
    given = f"{leg.given_count}; {_degrees(leg.given_temperature)}"
    taker, taken = "", ""
    if leg.taken_at is not None and leg.taken_temperature is not None:
        taker = _side(leg.taker, leg.taker_phone, leg.taken_at)
        taken = f"{leg.taken_count}; {_degrees(leg.taken_temperature)}"
    return str(leg.leg), _side(leg.giver, leg.giver_phone, leg.given_at), given, taker, taken


def _side(name: str, phone: str, at: datetime) -> str:
    return ", ".join(each for each in (name, phone, _moment(at)) if each)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(OFFSET):%H:%M ngày %d/%m/%Y}"


def _degrees(degrees: Decimal | float) -> str:
    return f"{float(degrees):.1f} °C".replace(".", ",").replace(",0 ", " ")
