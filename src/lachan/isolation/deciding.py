"""Recording what was signed outside.  The paper is the decision: recorded, it is decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import day_of, now, today
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.isolation import selectors
from lachan.isolation.ending import tell_end
from lachan.isolation.models import Holding, Listing, Order, OrderStep, Signed
from lachan.isolation.moves import append, expect, locked, move, only
from lachan.isolation.scans import Upload, keep
from lachan.isolation.services import MOST_IN_A_DECISION
from lachan.notices import services as notices
from lachan.notices.models import Notice
from lachan.rulebook.evaluate import Answer

State, Step = Order.State, OrderStep.Step

#: Signers who have an account here and record for themselves; others sign elsewhere, and the
#: station records the paper it is given.
RECORDERS = {"commune_chairman": Role.COMMUNE_CHAIRMAN}


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on the signed paper."""

    number: str
    day: date
    signer_name: str
    capacity: str
    until: date | None = None
    scan: Upload | None = None


def recorder_of(signer: str) -> Role:
    """Who records a paper that `signer` signed."""
    return RECORDERS.get(signer, Role.STATION_OFFICER)


def record(*, listing: Listing, orders: Iterable[UUID], paper: Paper, by: Principal) -> Signed:
    """Record a signed decision for people of a list; their holdings end, the notice's clock starts.

    Refused: `nobody_chosen`, `too_many`, `not_your_step`, `wrong_step`, `number_needed`,
    `number_used`, `signer_needed`, `day_wrong`, `until_wrong`, and the codes of a scan.
    """
    only(by, recorder_of(listing.signer))
    rows = _of_list(listing, orders)
    expect(rows, (State.LISTED, State.LAPSED))
    _check(paper, rows)
    signed = _write(listing, paper, Signed.Kind.DECISION, by)
    # One list lies under one rule: its hours and days are the same for everybody on it.
    answers = selectors.answers_of(rows[:1])
    at = now()
    append(rows, Step.DECISION, at=at, by=by, due="decision_due", note=paper.number)
    Holding.objects.filter(order__in=rows, ended_at=None).update(
        ended_at=at, ended_by=Holding.End.DECIDED
    )
    move(
        rows,
        State.DECIDED,
        signed=signed,
        until=paper.until or _by_rule(paper, answers[rows[0].id]),
        notice_due=_notice_due(answers[rows[0].id], rows[0], at),
    )
    _draft_messages(rows, signed, by)
    _audit("order.decided", signed, rows, by)
    return signed


def extend(*, orders: Iterable[UUID], paper: Paper, by: Principal) -> Signed:
    """Record a new decision that lets orders of one list last longer; it is told anew.

    Refused: as `record`, and `until_wrong` unless the new last day is later for everybody.
    """
    rows = locked(orders)
    expect(rows, (State.DECIDED, State.NOTICED))
    listing = rows[0].listing
    if listing is None or any(row.listing_id != listing.id for row in rows):
        raise Refused("one_list", _("Choose people of one list: they were decided together."))
    only(by, recorder_of(listing.signer))
    _check(paper, rows)
    if paper.until is None or any(row.until and row.until >= paper.until for row in rows):
        raise Refused("until_wrong", _("The new last day must be later than the one before."))
    signed = _write(listing, paper, Signed.Kind.EXTENSION, by)
    answers = selectors.answers_of(rows[:1])
    at = now()
    append(rows, Step.EXTENDED, at=at, by=by, note=paper.number)
    move(
        rows,
        State.DECIDED,
        signed=signed,
        until=paper.until,
        notice_due=_notice_due(answers[rows[0].id], rows[0], at),
    )
    _audit("order.extended", signed, rows, by)
    return signed


def cancel(*, listing: Listing, orders: Iterable[UUID], paper: Paper, by: Principal) -> Signed:
    """Record the paper by which the signer cancels what was signed; it holds nobody any more.

    The message of the decision is recalled; who got it is told.  Refused: as `record`.
    """
    only(by, recorder_of(listing.signer))
    rows = _of_list(listing, orders)
    expect(rows, (State.DECIDED, State.NOTICED))
    _check(paper, rows)
    signed = _write(listing, paper, Signed.Kind.CANCELLATION, by)
    append(rows, Step.ENDED, at=now(), by=by, note=paper.number.strip())
    move(rows, State.ENDED, ended_for="cancelled")
    messages = Notice.objects.filter(kind="measure_decided", reason__in=[row.id for row in rows])
    notices.recall(notices=messages.values_list("id", flat=True), by=by)
    _audit("order.cancelled", signed, rows, by)
    return signed


def decline(*, listing: Listing, orders: Iterable[UUID], reason: str, by: Principal) -> int:
    """The signer gives people back unsigned: the holding ends now, and they are told.

    Refused: `nobody_chosen`, `not_your_step`, `wrong_step`, `reason_needed`.
    """
    only(by, recorder_of(listing.signer))
    if not reason.strip():
        raise Refused("reason_needed", _("Say why it is not signed."))
    rows = _of_list(listing, orders)
    expect(rows, (State.LISTED,))
    at = now()
    append(rows, Step.DECLINED, at=at, by=by, due="decision_due", note=reason.strip()[:200])
    move(rows, State.DECLINED)
    running = Holding.objects.select_related("order", "order__person").filter(
        order__in=rows, ended_at=None
    )
    for holding in running:
        holding.ended_at, holding.ended_by = at, Holding.End.DECLINED
        holding.save(update_fields=["ended_at", "ended_by"])
        tell_end(holding, by=by)
    audit.record(
        "order.declined",
        target=("listing", listing.id),
        by=by,
        detail={"orders": [str(row.id) for row in rows]},
    )
    ring("isolation.order")
    return len(rows)


def attach(*, signed: Signed, scan: Upload, by: Principal) -> Signed:
    """Add the scan of a paper that was recorded before it was scanned.  Refused: `scan_there`."""
    only(by, recorder_of(signed.listing.signer), Role.STATION_OFFICER)
    paper = Signed.objects.select_for_update().get(pk=signed.pk)
    if paper.scan_id is not None:
        raise Refused("scan_there", _("This paper has its scan already."), status=409)
    paper.scan = keep(scan, commune=paper.commune, province=paper.province, by=by)
    paper.save(update_fields=["scan"])
    audit.record("scan.attached", target=("signed", paper.id), by=by)
    return paper


def _of_list(listing: Listing, orders: Iterable[UUID]) -> list[Order]:
    rows = locked(orders)
    if len(rows) > MOST_IN_A_DECISION:
        raise Refused("too_many", _("One decision takes at most 500 people."))
    if any(row.listing_id != listing.id for row in rows):
        raise Refused("one_list", _("Choose people of one list: they were decided together."))
    return rows


def _check(paper: Paper, rows: list[Order]) -> None:
    """Refuse a paper that cannot be: this is what an office looks up years later."""
    if not paper.number.strip():
        raise Refused("number_needed", _("Fill in the number of the decision."))
    if not paper.signer_name.strip() or paper.capacity not in Signed.Capacity.values:
        raise Refused("signer_needed", _("Fill in who signed, and in which capacity."))
    if not min(day_of(row.found_at) for row in rows) <= paper.day <= today():
        raise Refused("day_wrong", _("The day of the decision lies between the finding and today."))
    if paper.until is not None and paper.until < paper.day:
        raise Refused("until_wrong", _("The last day cannot lie before the decision."))
    same = Signed.objects.filter(
        commune=rows[0].commune, number=paper.number.strip(), day__year=paper.day.year
    )
    if same.exists():
        raise Refused("number_used", _("A decision with this number was recorded this year."))


def _write(listing: Listing, paper: Paper, kind: Signed.Kind, by: Principal) -> Signed:
    where = {"commune": listing.commune, "province": listing.province}
    signed = Signed(
        listing=listing,
        kind=kind,
        number=paper.number.strip(),
        day=paper.day,
        signer_name=paper.signer_name.strip(),
        capacity=paper.capacity,
        until=paper.until,
        scan=keep(paper.scan, **where, by=by) if paper.scan else None,
        recorded_at=now(),
        recorded_by=by.account,
        recorded_by_name=by.name,
        **where,
    )
    signed.save(force_insert=True)
    return signed


def _by_rule(paper: Paper, answer: Answer) -> date | None:
    """The last day where the rule counts days; the day of the decision is day 0.  Else none."""
    return None if answer.days is None else paper.day + timedelta(days=answer.days)


def _notice_due(answer: Answer, row: Order, decided: datetime) -> datetime | None:
    return selectors.due_of(answer, row, {"decision": decided}).get("notice")


def _draft_messages(rows: list[Order], signed: Signed, by: Principal) -> None:
    """A message to each, for the station to read and approve; the paper is brought besides."""
    paper = {"number": signed.number, "day": signed.day.isoformat()}
    drafts = [
        (
            row.person,
            {
                **paper,
                "reference": row.reference,
                "measure": row.measure,
                "until": row.until.isoformat() if row.until else "",
            },
            row.id,
        )
        for row in rows
    ]
    notices.draft_many(kind="measure_decided", drafts=drafts, by=by)


def _audit(kind: str, signed: Signed, rows: list[Order], by: Principal) -> None:
    audit.record(
        kind,
        target=("signed", signed.id),
        by=by,
        detail={"orders": [str(row.id) for row in rows], "scan": bool(signed.scan_id)},
    )
    ring("isolation.order")
