"""Whether places are used: who scans nowhere, and how many came against how many were expected."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

from django.db import connections
from django.db.models import Count, Max, Q, QuerySet

from lachan.core.clock import now, today
from lachan.core.scope import Principal
from lachan.formats.vietnamese import fold
from lachan.places.selectors import communes_of, unit_name
from lachan.rulebook.selectors import places_rule
from lachan.venues.models import Keeper, Turn, Venue

#: Weeks back whose same weekday is compared; fewer than three with scans say nothing.
WEEKS = 4
WEEKS_AT_LEAST = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the list is wanted, as the address says it."""

    commune: int
    silent: str = ""
    state: str = ""
    trade: str = ""
    text: str = ""


@dataclass(slots=True)
class PlaceRow:
    """One place of a commune: `today` and `week` are people who came in, `expected` how many were
    expected today and `basis` by what: told, capacity, weekday, or "" when nobody knows."""

    venue: Venue
    keeper: Keeper | None
    reminders: int
    reminded_at: datetime | None
    propose: bool
    days: dict[date, int] = field(default_factory=dict)
    scans: dict[date, int] = field(default_factory=dict)

    @property
    def today(self) -> int:
        """People who came in today."""
        return self.days.get(today(), 0)

    @property
    def week(self) -> int:
        """People who came in on the last seven days, each day counted."""
        return sum(self.days.get(day, 0) for day in last_days(7))

    @property
    def silent_today(self) -> bool:
        """No scan at all today."""
        return not self.scans.get(today())

    @property
    def silent_week(self) -> bool:
        """No scan at all on the last seven days."""
        return not any(self.scans.get(day) for day in last_days(7))

    @property
    def expectation(self) -> tuple[int | None, str]:
        """How many people were expected today, and by what."""
        if self.venue.expected:
            return self.venue.expected, "told"
        if self.venue.capacity:
            return self.venue.capacity, "capacity"
        same = [self.days[day] for day in same_weekdays() if self.days.get(day)]
        return (round(median(same)), "weekday") if len(same) >= WEEKS_AT_LEAST else (None, "")

    @property
    def share(self) -> int | None:
        """Recorded of expected, in per cent; None where nobody knows what to expect."""
        expected, _basis = self.expectation
        return round(100 * self.today / expected) if expected else None


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """How the places of a commune are used."""

    commune: int
    name: str
    places: int
    used_today: int
    used_week: int
    waiting: int
    suspended: int

    @property
    def silent(self) -> int:
        """Places nobody scanned at on the last seven days."""
        return self.places - self.used_week

    @property
    def share(self) -> int | None:
        """Per cent of the places at which somebody scanned on the last seven days."""
        return round(100 * self.used_week / self.places) if self.places else None


def communes_for(by: Principal) -> list[int]:
    """The communes an account may report about."""
    if by.commune is not None:
        return [by.commune]
    return [hit.id for hit in communes_of(by.province)] if by.province is not None else []


def place_rows(wanted: Wanted) -> list[PlaceRow]:
    """The places of a commune that are asked for: those nobody scans at first, then by name."""
    found = [row for row in rows_of(list(_venues(wanted))) if _is_wanted(row, wanted.silent)]
    return sorted(found, key=lambda row: (not row.silent_week, row.venue.place.folded))


def rows_of(venues: list[Venue]) -> list[PlaceRow]:
    """Places with how they are used, who is in charge and how often that was reminded."""
    if not venues:
        return []
    used = _used(sorted({venue.commune for venue in venues}), {*last_days(7), *same_weekdays()})
    ids = [venue.id for venue in venues]
    keepers = {row.venue_id: row for row in Keeper.objects.filter(venue__in=ids)}
    turns = Turn.objects.filter(venue__in=ids, what=Turn.What.REMINDED)
    reminded = {
        row["venue"]: (row["times"], row["last"])
        for row in turns.values("venue").annotate(times=Count("id"), last=Max("at"))
    }
    most = places_rule(now(), province=venues[0].province).reminders
    return [
        _row(venue, used.get(venue.place_id, {}), keepers.get(venue.id), reminded, most)
        for venue in venues
    ]


def _row(
    venue: Venue,
    days: dict[date, tuple[int, int]],
    keeper: Keeper | None,
    reminded: dict[UUID, tuple[int, datetime]],
    most: int,
) -> PlaceRow:
    times, last = reminded.get(venue.id, (0, None))
    row = PlaceRow(
        venue=venue,
        keeper=keeper,
        reminders=times,
        reminded_at=last,
        propose=False,
        days={day: people for day, (people, _scans) in days.items()},
        scans={day: scans for day, (_people, scans) in days.items()},
    )
    row.propose = times >= most and row.silent_week
    return row


def commune_rows(by: Principal) -> list[CommuneRow]:
    """The communes an account reports about, the least used first."""
    communes = communes_for(by)
    used = _used(communes, set(last_days(7)))
    rows = Venue.objects.filter(commune__in=communes, closed_at=None, place__parent=None)
    places: dict[int, list[tuple[UUID, str]]] = {}
    for commune, place, state in rows.values_list("commune", "place", "state"):
        places.setdefault(commune, []).append((place, state))
    found = [
        CommuneRow(
            commune=commune,
            name=unit_name(commune),
            places=len(held),
            used_today=sum(today() in used.get(place, {}) for place, _state in held),
            used_week=sum(place in used for place, _state in held),
            waiting=sum(state == "waiting" for _place, state in held),
            suspended=sum(state == "suspended" for _place, state in held),
        )
        for commune, held in places.items()
    ]
    return sorted(found, key=lambda row: (row.share or 0, row.name))


def last_days(days: int) -> list[date]:
    """Today and the days before it."""
    return [today() - timedelta(days=back) for back in range(days)]


def same_weekdays() -> list[date]:
    """Today's weekday in the weeks before."""
    return [today() - timedelta(weeks=back) for back in range(1, WEEKS + 1)]


def _venues(wanted: Wanted) -> QuerySet[Venue]:
    found = Venue.objects.filter(commune=wanted.commune, closed_at=None, place__parent=None)
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.trade:
        found = found.filter(trade=wanted.trade)
    for word in fold(wanted.text).split():
        found = found.filter(
            Q(place__folded__contains=word) | Q(code=word.upper().replace("-", ""))
        )
    return found.select_related("place")


def _is_wanted(row: PlaceRow, silent: str) -> bool:
    if silent == "today":
        return row.silent_today
    if silent == "week":
        return row.silent_week
    return row.propose if silent == "propose" else True


def _used(communes: list[int], days: Iterable[date]) -> dict[UUID, dict[date, tuple[int, int]]]:
    """place -> day -> (people who came in, scans), with the parts of each place."""
    found: dict[UUID, dict[date, tuple[int, int]]] = {}
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select place, day, people, scans from venues_used(%s, %s)", [communes, list(days)]
        )
        for place, day, people, scans in cursor.fetchall():
            found.setdefault(place, {})[day] = (int(people), int(scans))
    return found
