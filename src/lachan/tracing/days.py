"""A case's days: where it was by scans and by what it told, and the hours nobody knows about."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connections
from django.db.models import Q

from lachan.core.clock import OFFSET, day_of, now
from lachan.core.sealing import open_many
from lachan.formats.vietnamese import fold
from lachan.people.selectors import card_of
from lachan.places.models import Place
from lachan.places.selectors import place_label, unit_name
from lachan.tracing.models import Case, TimePlace
from lachan.venues.selectors import Step, visits_of

#: Days before the onset that are asked about.  Source: practice.md section 2, a 14-day timeline.
DAYS_ASKED = 14
#: Hours of a day in which somebody is expected to be out; a night unknown is a night at home.
#: Source: our own choice, to be confirmed by a health officer.
WAKING = (time(5), time(23))
#: A shorter hole is the way from one place to the next.  Source: our own choice.
SMALLEST_GAP = timedelta(minutes=60)
#: Places a search offers; whoever sees more types another word.
HITS = 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stay at a place: scanned (`point` is None) or told.  Times are cut at midnight."""

    start: datetime
    end: datetime
    where: str
    place: UUID | None = None
    imputed: bool = False
    point: TimePlace | None = None
    company: str = ""

    @property
    def vehicle(self) -> str:
        """Plate, seat and segment as one phrase."""
        if self.point is None:
            return ""
        told = (self.point.plate, self.point.seat, self.point.segment)
        return " · ".join(word for word in told if word)


@dataclass(frozen=True, slots=True)
class Gap:
    """Waking hours of which nothing is known."""

    start: datetime
    end: datetime


@dataclass(slots=True)
class DayLine:
    """One day, its rows in the order of the clock."""

    day: date
    infectious: bool
    onset: bool
    rows: list[Stretch | Gap] = field(default_factory=list)

    @property
    def stays(self) -> list[Stretch]:
        """The rows without the gaps."""
        return [row for row in self.rows if isinstance(row, Stretch)]


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """A place of the register that a search found: the names of its line, and where it lies."""

    id: UUID
    label: str
    where: str


def asked_days(case: Case) -> list[date]:
    """The days the timeline shows, newest first: a fortnight to the day the case was opened."""
    ill = case.onset or day_of(case.taken_at)
    last = max(day_of(case.opened_at), ill)
    first = min(ill, day_of(case.taken_at)) - timedelta(days=DAYS_ASKED - 1)
    return [last - timedelta(days=back) for back in range((last - first).days + 1)]


def standing_points(case: Case) -> list[TimePlace]:
    """The told points that hold: neither corrected by a later row nor withdrawn."""
    replaced = TimePlace.objects.filter(case=case, replaces__isnull=False).values("replaces")
    rows = TimePlace.objects.filter(case=case, withdrawn_at=None).exclude(pk__in=replaced)
    return list(rows.select_related("place").order_by("start", "id"))


def earlier_of(point: TimePlace) -> list[TimePlace]:
    """The rows this one replaced, newest first."""
    found = []
    row = point.replaces
    while row is not None:
        found.append(row)
        row = row.replaces
    return found


def timeline(case: Case) -> list[DayLine]:
    """Every day of the fortnight, newest first, with stays and gaps."""
    days = asked_days(case)
    stretches = stretches_of(case, days[-1], days[0])
    return [_day(case, day, stretches) for day in days]


def stretches_of(case: Case, first: date, last: date) -> list[Stretch]:
    """Stays from `first` to `last`, in the order of the clock, whatever we know them from."""
    start = datetime.combine(first, time(), OFFSET)
    end = datetime.combine(last + timedelta(days=1), time(), OFFSET)
    points = [point for point in standing_points(case) if start < point.end and point.start < end]
    told = {scan for point in points for scan in (point.scan_in, point.scan_out) if scan}
    visits = visits_of(step for step in _scans(case, start, end) if step.id not in told)
    labels = _labels({visit.place for visit in visits} | {p.place_id for p in points if p.place_id})
    companies = _companies(case, points)
    scanned = [
        Stretch(
            visit.start,
            visit.end,
            labels.get(visit.place, ""),
            place=visit.place,
            imputed=visit.imputed,
        )
        for visit in visits
    ]
    spoken = [
        Stretch(
            point.start,
            point.end,
            labels[point.place_id] if point.place_id else told_place(point),
            place=point.place_id,
            point=point,
            company=companies.get(point.id, ""),
        )
        for point in points
    ]
    return sorted([*scanned, *spoken], key=lambda row: (row.start, row.end))


def _scans(case: Case, start: datetime, end: datetime) -> list[Step]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select at, place, direction, id, source from core.scans_of_case(%s, %s, %s)",
            [case.id, start, end],
        )
        return [Step(*row) for row in cursor.fetchall()]


def _labels(places: Iterable[UUID]) -> dict[UUID, str]:
    return {place: place_label(place) for place in places}


def told_place(point: TimePlace) -> str:
    """An unregistered place in words: name, address, commune."""
    commune = unit_name(point.place_commune) if point.place_commune else ""
    return ", ".join(word for word in (point.place_name, point.place_address, commune) if word)


def _companies(case: Case, points: list[TimePlace]) -> dict[UUID, str]:
    """With whom, by point; nothing where the patient is not open to the reader any more."""
    if card_of(case.person_id) is None:
        return {}
    sealed = [(point.id, point.company_sealed) for point in points]
    told = [(point, bytes(blob)) for point, blob in sealed if blob is not None]
    opened = open_many([(case.person_id, blob) for _point, blob in told])
    return {
        point: str(fields["company"]) for (point, _blob), fields in zip(told, opened, strict=True)
    }


def _day(case: Case, day: date, stretches: list[Stretch]) -> DayLine:
    begin = datetime.combine(day, time(), OFFSET)
    end = begin + timedelta(days=1)
    rows = [row for row in stretches if row.start < end and row.end > begin]
    line = DayLine(
        day=day,
        infectious=case.infectious_from < end and not _over(case, begin),
        onset=case.onset == day,
    )
    merged: list[Stretch | Gap] = [*rows, *_gaps(rows, day)]
    line.rows = sorted(merged, key=lambda row: (row.start, isinstance(row, Gap)))
    return line


def _over(case: Case, begin: datetime) -> bool:
    return case.infectious_to is not None and case.infectious_to <= begin


def _gaps(rows: list[Stretch], day: date) -> list[Gap]:
    """The holes of a day's waking hours, up to now."""
    at = datetime.combine(day, WAKING[0], OFFSET)
    until = min(datetime.combine(day, WAKING[1], OFFSET), now())
    gaps = []
    for row in sorted(rows, key=lambda row: row.start):
        if min(row.start, until) - at >= SMALLEST_GAP:
            gaps.append(Gap(at, min(row.start, until)))
        at = max(at, row.end)
    if until - at >= SMALLEST_GAP:
        gaps.append(Gap(at, until))
    return gaps


def find_places(text: str, near: Case) -> list[PlaceHit]:
    """Places of the register whose name holds every word, those of the case's commune first.

    Diacritics do not matter.  Then the province, then the country, as long as there is room.
    """
    words = fold(text).split()
    if not words:
        return []
    rows = Place.objects.filter(closed_at=None)
    for word in words:
        rows = rows.filter(folded__contains=word)
    found: list[Place] = []
    for ring in (
        Q(commune=near.commune),
        Q(province=near.province) & ~Q(commune=near.commune),
        ~Q(province=near.province),
    ):
        if len(found) < HITS:
            found += rows.filter(ring).order_by("folded", "id")[: HITS - len(found)]
    return [PlaceHit(place.id, place_label(place.id), unit_name(place.commune)) for place in found]
