"""What is looked at when vaccine changes hands, and the record of it (biên bản giao nhận) as paper.

Form: Decree 30/2020/NĐ-CP, Appendix I, through `ui.paper`.  The list of columns is ours, after what
storekeepers asked for; an official form of the record was not read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import OFFSET
from lachan.core.installation import is_demo
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.rulebook.selectors import vaccine_products
from lachan.ui.documents import Document, Heading, Letterhead, Signature, Table, said
from lachan.vaccination import stock_words
from lachan.vaccination.models import HandoverCheck, Lot, StockLine, StockMove
from lachan.vaccination.stocking import Account

_EMPTY = "………"
#: Stages of the monitor from which on a vial is not used.
SPENT = frozenset({HandoverCheck.Monitor.THREE, HandoverCheck.Monitor.FOUR})


@dataclass(frozen=True, slots=True)
class Check:
    """Degrees of a lot's box and the stage of its vial monitor, as far as somebody looked."""

    lot: UUID
    degrees: Decimal | None = None
    monitor: str = ""


def note_checks(*, move: StockMove, checks: Sequence[Check], by: Principal) -> int:
    """Keep what was looked at when a delivery was taken in; the first word on a lot stands.

    Refused: handover_spent (the counted vials are not to be used: they are told as a difference).
    """
    told = {each.lot: each for each in checks if each.degrees is not None or each.monitor}
    for lot, each in told.items():
        counted = sum(
            one.doses
            for one in move.lines.all()
            if one.lot_id == lot and one.account == Account.IN_HAND
        )
        if each.monitor in SPENT and counted:
            text = _(
                "Vials whose monitor is at stage 3 or 4 are not taken in: count none of lot"
                " %(lot)s and write the stage as the reason."
            )
            raise Refused("handover_spent", text % {"lot": Lot.objects.get(pk=lot).number})
    there = set(move.checks.values_list("lot", flat=True))
    rows = [
        HandoverCheck(move=move, lot_id=lot, degrees=each.degrees, monitor=each.monitor)
        for lot, each in told.items()
        if lot not in there
    ]
    HandoverCheck.objects.bulk_create(rows)
    if rows:
        audit.record("stock.checked", target=("stock_move", move.id), by=by)
    return len(rows)


def both_sides(move: StockMove) -> tuple[StockMove, StockMove | None]:
    """An issue and the receipt that answers it, whichever of the two is given."""
    issue = move.answers or move
    receipt = (
        StockMove.objects.filter(answers=issue, reversed_by=None)
        .prefetch_related("lines__lot", "checks")
        .first()
    )
    return issue, receipt


def record_of(move: StockMove) -> Document:
    """The record with both sides; what is not known yet is left to the pen.

    Refused: handover_alone (the entry went to nobody and came from nobody).
    """
    issue, receipt = both_sides(move)
    if issue.other is None:
        text = _("This entry has one side only: a record is of what went from store to store.")
        raise Refused("handover_alone", text, status=404)
    with translation.override("vi"):
        return _record(issue, receipt)


def _record(issue: StockMove, receipt: StockMove | None) -> Document:
    assert issue.other is not None, "`record_of` asked"
    note = f" · {issue.note}" if issue.note else ""
    rows = _rows(issue, receipt)
    blocks = (
        Heading("I. Bên giao"),
        _facts(
            [
                ("Kho", f"{issue.store.name} ({issue.store.get_kind_display()})"),
                ("Người lập phiếu", issue.by_name or _EMPTY),
                ("Phiếu", f"{stock_words.move_name(issue)}{note}"),
                ("Theo quyết định", _decision(issue)),
                ("Giao lúc", _moment(issue.at)),
            ]
        ),
        Heading("II. Bên nhận"),
        _facts(
            [
                ("Kho", f"{issue.other.name} ({issue.other.get_kind_display()})"),
                ("Người nhận", (receipt.by_name if receipt else "") or _EMPTY),
                ("Phiếu", stock_words.move_name(receipt) if receipt else _EMPTY),
                ("Nhận lúc", _moment(receipt.at) if receipt else _EMPTY),
            ]
        ),
        Heading("III. Vắc xin giao nhận"),
        Table(
            (
                *("Vắc xin", "Số lô", "Hạn dùng", "Số liều giao", "Số liều nhận"),
                *("Nhiệt độ (°C)", "VVM", "Chênh lệch, nguyên nhân"),
            ),
            tuple(rows),
            (2.0, 1.4, 1.3, 1.0, 1.0, 1.0, 0.8, 2.0),
        ),
        said(
            "VVM: chỉ thị nhiệt độ trên lọ, giai đoạn 1 hoặc 2 được dùng, giai đoạn 3 hoặc 4 không"
            " được dùng. Biên bản lập thành hai bản, mỗi bên giữ một bản."
        ),
        Signature(("Đại diện bên nhận",), recipients=("Bên giao", "Bên nhận", "Lưu hồ sơ")),
        Signature(("Đại diện bên giao",)),
    )
    day = (receipt or issue).at.astimezone(OFFSET).date()
    return Document(
        Letterhead(issue.store.name, day=day),
        "Biên bản",
        "giao nhận vắc xin",
        blocks,
        draft=receipt is None,
        invented=is_demo(),
    )


def _rows(issue: StockMove, receipt: StockMove | None) -> list[tuple[str, ...]]:
    products = vaccine_products(issue.at)
    sent = [one for one in _of(issue) if one.account == Account.IN_TRANSIT]
    came = _of(receipt) if receipt else []
    checks = {one.lot_id: one for one in receipt.checks.all()} if receipt else {}
    found: list[tuple[str, ...]] = []
    for one in sent:
        own = [
            each for each in came if (each.lot_id, each.thawed_on) == (one.lot_id, one.thawed_on)
        ]
        counted = sum(each.doses for each in own if each.account == Account.IN_HAND)
        gaps = [each for each in own if each.account == Account.DISCREPANCY]
        gap = "; ".join(f"{each.doses}: {each.why}" for each in gaps) or "Không"
        check = checks.get(one.lot_id)
        found.append(
            (
                stock_words.product_name(one.lot.product, products),
                one.lot.number,
                f"{one.lot.expires_on:%d/%m/%Y}",
                str(one.doses),
                str(counted) if receipt else _EMPTY,
                _degrees(check),
                _monitor(check),
                gap if receipt else _EMPTY,
            )
        )
    return found


def _of(move: StockMove) -> list[StockLine]:
    return list(move.lines.select_related("lot").order_by("pk"))


def _degrees(check: HandoverCheck | None) -> str:
    return f"{check.degrees}".replace(".", ",") if check and check.degrees is not None else _EMPTY


def _monitor(check: HandoverCheck | None) -> str:
    if check is None or not check.monitor:
        return _EMPTY
    return "Không có" if check.monitor == HandoverCheck.Monitor.NONE else check.monitor


def _decision(issue: StockMove) -> str:
    if issue.share is None:
        return "Không ghi"
    decision = issue.share.allocation
    return f"{decision.document} ngày {decision.decided_on:%d/%m/%Y}"


def _facts(facts: list[tuple[str, str]]) -> Table:
    return Table(("Mục", "Nội dung"), tuple(facts), (1, 2.4))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(OFFSET):%H:%M ngày %d/%m/%Y}"
