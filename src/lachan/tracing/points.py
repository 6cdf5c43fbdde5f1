"""Mốc dịch tễ that were told: written down, corrected by a new row, withdrawn.

At a registered place a told point is a visit of the ledger, so the engine finds who else was there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import open_sealed, seal
from lachan.people.selectors import card_of, trace_ids_of
from lachan.places.models import Place
from lachan.tracing import services
from lachan.tracing.investigation import patient_of
from lachan.tracing.models import Case, TimePlace
from lachan.venues.services import take_back_visit, tell_visit

#: A stay is told day by day; a longer one is a mistyped day.
LONGEST_STAY = timedelta(hours=24)
#: How long before the sample a point can matter: twice the longest incubation of the shipped
#: profiles (14 days).  The timeline shows a fortnight.
EARLIEST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Told:
    """One point as it was told: at a registered `place`, or at one with a name and a kind."""

    start: datetime
    end: datetime
    place: UUID | None = None
    name: str = ""
    kind: str = ""
    address: str = ""
    commune: int | None = None
    uncertain: int = 0
    plate: str = ""
    seat: str = ""
    segment: str = ""
    company: str = ""


def add_point(
    *, case: Case, told: Told, replaces: TimePlace | None = None, by: Principal
) -> TimePlace:
    """Write a told point down; with `replaces` it takes the place of an earlier row, which stays.

    Refused: point_nowhere, point_times, point_replaced (409) and the codes of `patient_of`.
    """
    patient_of(case)
    _check(case, told)
    row = TimePlace(
        id=uuid7(),
        case=case,
        place=_place(told),
        place_name="" if told.place else told.name.strip(),
        place_kind="" if told.place else told.kind,
        place_address="" if told.place else told.address.strip(),
        place_commune=None if told.place else told.commune,
        start=told.start,
        end=told.end,
        uncertain=told.uncertain,
        plate=told.plate.strip().upper(),
        seat=told.seat.strip(),
        segment=told.segment.strip(),
        company_sealed=_sealed(case, told.company),
        replaces=replaces,
        at=now(),
        by=by.account,
        by_name=by.name,
        commune=case.commune,
        province=case.province,
    )
    if replaces is not None:
        _end_visit(_standing(replaces), by)
    if row.place is not None:
        _make_visit(case, row, by)
    row.save(force_insert=True)
    kind = "point.told" if replaces is None else "point.corrected"
    audit.record(kind, target=("case", case.id), by=by, detail={"point": str(row.id)})
    _ask_again(case, [row, replaces], by)
    return row


def withdraw_point(*, point: TimePlace, by: Principal) -> None:
    """It was not so: the row stays, its visit counts no more.  Refused: point_replaced."""
    locked = _standing(point)
    locked.withdrawn_at, locked.withdrawn_by = now(), by.account
    locked.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _end_visit(locked, by)
    audit.record(
        "point.withdrawn", target=("case", locked.case_id), by=by, detail={"point": str(locked.id)}
    )
    _ask_again(locked.case, [locked], by)


def link_point(*, point: TimePlace, place: UUID, by: Principal) -> TimePlace:
    """The unregistered place was found in the register: the same stay, now at that place."""
    told = Told(
        start=point.start,
        end=point.end,
        place=place,
        uncertain=point.uncertain,
        plate=point.plate,
        seat=point.seat,
        segment=point.segment,
        company=company_of(point),
    )
    return add_point(case=point.case, told=told, replaces=point, by=by)


def company_of(point: TimePlace) -> str:
    """With whom, in the words of whoever typed it."""
    if point.company_sealed is None or card_of(point.case.person_id) is None:
        return ""
    opened = open_sealed(point.case.person_id, bytes(point.company_sealed))
    return str(opened["company"])


def _check(case: Case, told: Told) -> None:
    if told.place is None and not told.name.strip():
        raise Refused(
            "point_nowhere", _("Choose a place from the list, or write what the place is called.")
        )
    if not timedelta() < told.end - told.start <= LONGEST_STAY:
        raise Refused(
            "point_times", _("A stay ends after it begins and within 24 hours. Check the hours.")
        )
    if told.end > now() or told.start < case.taken_at - EARLIEST:
        raise Refused(
            "point_times",
            _("A stay lies before now and at most 30 days before the sample. Check the day."),
        )


def _place(told: Told) -> Place | None:
    if told.place is None:
        return None
    found = Place.objects.filter(pk=told.place).first()
    if found is None:
        raise Refused("point_nowhere", _("There is no such place in the register. Search again."))
    return found


def _sealed(case: Case, company: str) -> bytes | None:
    words = company.strip()
    return seal(case.person_id, {"company": words}) if words else None


def _standing(point: TimePlace) -> TimePlace:
    """The row locked, unless somebody corrected or withdrew it meanwhile."""
    locked = TimePlace.objects.select_for_update(of=("self",)).get(pk=point.pk)
    if locked.withdrawn_at is not None or TimePlace.objects.filter(replaces=locked).exists():
        raise Refused(
            "point_replaced",
            _("This row was corrected meanwhile. Load the timeline again."),
            status=409,
        )
    return locked


def _make_visit(case: Case, row: TimePlace, by: Principal) -> None:
    assert row.place is not None, "the caller asks only for rows at a registered place"
    trace_id = trace_ids_of([case.person_id])[case.person_id]
    came, went = tell_visit(place=row.place, trace_id=trace_id, start=row.start, end=row.end, by=by)
    row.scan_in, row.scan_out = came.id, went.id


def _end_visit(row: TimePlace, by: Principal) -> None:
    if row.scan_in is not None and row.scan_out is not None:
        take_back_visit(scans=[(row.scan_in, row.start), (row.scan_out, row.end)], by=by)


def _ask_again(case: Case, rows: Iterable[TimePlace | None], by: Principal) -> None:
    """Only a visit changes what the engine answers."""
    if any(row is not None and row.scan_in is not None for row in rows):
        services.ask(case, by=by)
