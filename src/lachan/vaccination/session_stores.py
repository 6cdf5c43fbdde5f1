"""The boxes of one mobile session: a store of its own, filled in the morning, emptied at night.

What the session injects is taken from its boxes; its evening book closes on them.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import day_of, now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.ui.wording import full_date
from lachan.vaccination import site_sessions, stocking
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.models import Session, StockLine, StockMove, Store
from lachan.vaccination.stocking import Account, Amount, Kind, Received


def boxes_of(session: Session) -> Store | None:
    """The boxes of a session, where it has any."""
    return Store.objects.filter(session=session).first()


def boxes_at(home: Store, most: int = 20) -> list[Store]:
    """Boxes that were filled from a store, those of the newest sessions first."""
    if not home.gives:
        return []
    rows = Store.objects.filter(organisation=home.organisation, session__isnull=False)
    return list(rows.select_related("session").order_by("-session__starts_at")[:most])


def home_of(session: Session) -> Store:
    """The store from which the session's facility injects.  Refused: store_gives_none."""
    found = Store.objects.filter(organisation=session.organisation, gives=True).first()
    if found is None:
        text = _("Your facility has no store from which people are injected. Open it first.")
        raise Refused("store_gives_none", text, status=404)
    return found


def open_boxes(*, session: UUID, by: Principal) -> Store:
    """The boxes of a mobile session; asking again gives the same.

    Refused: session_not_found, session_fixed, session_is_over, store_gives_none.
    """
    found = site_sessions.own_session(session, by)
    there = boxes_of(found)
    if there is not None:
        return there
    if not found.mobile:
        text = _("A session at a fixed site takes from the store of the site.")
        raise Refused("session_fixed", text)
    if found.state == Session.State.CLOSED:
        raise Refused("session_is_over", _("This session was closed or stopped: plan another one."))
    home_of(found)
    made = Store.objects.create(
        organisation=found.organisation,
        name=_name(found),
        kind=Store.Kind.SITE,
        session=found,
        commune=found.commune,
        province=found.province,
        made_at=now(),
    )
    audit.record("store.opened", target=("store", made.id), by=by)
    return made


def _name(session: Session) -> str:
    """Site and day; a second session there on that day says its hour."""
    name = f"{session.name[:90]}, {full_date(day_of(session.starts_at))}"
    known = Store.objects.filter(organisation=session.organisation, name=name).exists()
    return f"{name}, {str(session.id)[-4:]}" if known else name


def take_out(*, id: UUID, session: Session, amounts: Sequence[Amount], by: Principal) -> StockMove:
    """Closed vials go out with the session: issued by the store and in its boxes at once.

    Codes of refusals: those of `stocking.send`, and of `open_boxes`.
    """
    boxes = open_boxes(session=session.id, by=by)
    home = home_of(session)
    stocking.lock(home, boxes)
    move = stocking.send(
        id=id, store=home, to=boxes, kind=Kind.ISSUE, amounts=amounts, note=session.name, by=by
    )
    _take_in(move, boxes, {}, by)
    return move


def bring_back(
    *, id: UUID, session: Session, counted: Mapping[UUID, int], by: Principal, why: str = ""
) -> StockMove:
    """Everything in closed vials comes back and is counted at the store: doses by lot.

    What should be there is told by the books; a difference says why.  Codes of refusals:
    session_no_boxes, stock_nothing, and those of `stocking.send` and `stocking.receive`.
    """
    boxes = boxes_of(session)
    if boxes is None:
        text = _("This session took no vaccine along.")
        raise Refused("session_no_boxes", text, status=404)
    home = home_of(session)
    stocking.lock(home, boxes)
    there = StockMove.objects.filter(pk=id, store=boxes).first()
    if there is not None:
        return there
    closed = closed_in(boxes)
    amounts = [Amount(lot, doses) for lot, doses in closed.items() if doses]
    move = stocking.send(
        id=id, store=boxes, to=home, kind=Kind.RETURN, amounts=amounts, note=session.name, by=by
    )
    differences = {lot: (counted.get(lot, 0), why) for lot in closed}
    _take_in(move, home, differences, by)
    return move


def closed_in(boxes: Store) -> dict[UUID, int]:
    """Doses in closed vials of the boxes by lot, by the books."""
    found: dict[UUID, int] = {}
    for one in reading.batches(boxes):
        found[one.lot.id] = found.get(one.lot.id, 0) + one.doses
    lots = stocking.lots_of(found)
    return {
        lot: max(0, doses - reading.not_closed(boxes, lots[lot])) for lot, doses in found.items()
    }


def _take_in(
    move: StockMove, where: Store, counted: Mapping[UUID, tuple[int, str]], by: Principal
) -> StockMove:
    """The receipt of a move between a store and its session's boxes, under a number that follows
    from the move's, so that a repeat meets its first copy."""
    lines = move.lines.filter(account=Account.IN_TRANSIT).order_by("pk")
    rest = {lot: doses for lot, (doses, _why) in counted.items()}
    came = [_came(one, rest, counted) for one in lines]
    return stocking.receive(
        id=uuid5(move.id, "receipt"), store=where, came=came, answers=move, note=move.note, by=by
    )


def _came(
    one: StockLine, rest: dict[UUID, int], counted: Mapping[UUID, tuple[int, str]]
) -> Received:
    """A line as counted; of several batches of a lot the first is counted full, the last takes
    what is missing."""
    if one.lot_id not in counted:
        return Received(one.lot_id, one.doses, one.doses, thawed_on=one.thawed_on)
    there = min(one.doses, rest[one.lot_id])
    rest[one.lot_id] -= there
    why = counted[one.lot_id][1] if there != one.doses else ""
    return Received(one.lot_id, one.doses, there, why, one.thawed_on)
