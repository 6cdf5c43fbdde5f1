"""Chuỗi theo thời gian: where a case was and whom it met there, as lanes of places.

The picture says what the list of contacts says; the list is its accessible form.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.core.clock import OFFSET, day_of, now
from lachan.tracing.chain_drawing import Scale, Tick
from lachan.tracing.days import Stretch, stretches_of
from lachan.tracing.models import Case, Contact
from lachan.ui.wording import number

#: Up to so many contacts each is a dot; more are a number a place.  Source: LOOK.md section 4.
DOTS = 60

#: Lanes that fit beside the list; the places with most contacts are kept.
LANES = 8

#: Letters of a place that stand left of its lane.
LETTERS = 15

#: Pixels: the picture, the names left of it, the dates above it, a lane, a dot's width.
WIDTH, LEFT, HEAD, LANE, DOT = 430, 112, 22, 64, 11


@dataclass(frozen=True, slots=True)
class Bar:
    """The case was there."""

    x: int
    width: int
    imputed: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """Somebody was met for the first time."""

    x: int
    y: int


@dataclass(slots=True)
class Lane:
    """One place."""

    label: str
    top: int
    shaded: bool
    count: int = 0
    bars: list[Bar] = field(default_factory=list)
    dots: list[Spot] = field(default_factory=list)

    @property
    def middle(self) -> int:
        """Where the bar lies."""
        return self.top + LANE // 2

    @property
    def base(self) -> int:
        """Where the name stands."""
        return self.middle + 4

    @property
    def bar_top(self) -> int:
        """The upper edge of the bar."""
        return self.middle - 3

    @property
    def count_base(self) -> int:
        """Where a number of contacts stands."""
        return self.middle - 8


@dataclass(frozen=True, slots=True)
class OverTime:
    """The picture, and its finding in words."""

    lanes: list[Lane]
    ticks: list[Tick]
    onset: int
    timeless: int
    finding: str
    height: int
    width: int = WIDTH
    left: int = LEFT
    inner: int = WIDTH - LEFT
    lane_height: int = LANE


def over_time(case: Case) -> OverTime:
    """Lanes of the places where the case was while it could infect, with its F1s."""
    begun, until = case.infectious_from, case.infectious_to or now()
    stays = [
        stay
        for stay in stretches_of(case, day_of(begun), day_of(until))
        if stay.end > begun and stay.start < until
    ]
    first_level = Contact.objects.filter(case=case, hop=1).exclude(state=Contact.State.RULED_OUT)
    met = _met(first_level)
    total = first_level.count()
    scale = Scale(int(begun.timestamp()), int(until.timestamp()), WIDTH - LEFT)
    lanes = _lanes(stays, met)
    moments = _moments(first_level) if total <= DOTS else {}
    for place, lane in lanes.items():
        lane.bars = [_bar(stay, scale) for stay in stays if _key(stay) == place]
        lane.dots = _dots(moments.get(place, ()), lane, scale)
        lane.count = 0 if moments else sum(each.people for each in met if each.place == place)
    told = sum(each.people for each in met)
    return OverTime(
        lanes=list(lanes.values()),
        ticks=[tick._replace(x=tick.x + LEFT) for tick in scale.ticks()],
        onset=_onset(case, scale),
        timeless=total - told,
        finding=_finding(told, list(lanes.values())),
        height=HEAD + LANE * len(lanes),
    )


class _Met(NamedTuple):
    """How many F1s were met at a place, and since when."""

    place: UUID
    name: str
    people: int
    first_at: datetime


def _met(rows: QuerySet[Contact]) -> list[_Met]:
    """The F1s by place; who has no place or no time is left out."""
    told = rows.exclude(place=None).exclude(first_at=None).order_by().values("place", "place__name")
    counted = told.annotate(people=Count("id"), first=Min("first_at"))
    return [_Met(row["place"], row["place__name"], row["people"], row["first"]) for row in counted]


def _moments(rows: QuerySet[Contact]) -> dict[UUID | str, list[datetime]]:
    """When each F1 was met first, by place."""
    found: dict[UUID | str, list[datetime]] = defaultdict(list)
    told = rows.exclude(place=None).exclude(first_at=None).order_by("first_at")
    for place, at in told.values_list("place", "first_at"):
        if at is not None:
            found[place].append(at)
    return found


def _key(stay: Stretch) -> UUID | str:
    return stay.place or stay.where


def _lanes(stays: Iterable[Stretch], places: Iterable[_Met]) -> dict[UUID | str, Lane]:
    """The places with most contacts, in the order in which the case was there first."""
    names: dict[UUID | str, str] = {}
    first: dict[UUID | str, datetime] = {}
    met: dict[UUID | str, int] = defaultdict(int)
    for stay in stays:
        names.setdefault(_key(stay), stay.where)
        first.setdefault(_key(stay), stay.start)
    for place, name, people, at in places:
        names[place] = name
        met[place] += people
        first[place] = min(first.get(place, at), at)
    kept = sorted(names, key=lambda key: (-met[key], first[key]))[:LANES]
    order = sorted(kept, key=lambda key: first[key])
    return {
        key: Lane(_short(names[key]), HEAD + number * LANE, number % 2 == 0)
        for number, key in enumerate(order)
    }


def _short(name: str) -> str:
    last = name.split(",")[0] if len(name) > LETTERS else name
    return last if len(last) <= LETTERS else f"{last[: LETTERS - 1].rstrip()}…"


def _bar(stay: Stretch, scale: Scale) -> Bar:
    start, end = scale.x(int(stay.start.timestamp())), scale.x(int(stay.end.timestamp()))
    return Bar(LEFT + start, max(3, end - start), stay.imputed)


def _dots(moments: Iterable[datetime], lane: Lane, scale: Scale) -> list[Spot]:
    """Dots of one lane, piled above and below the bar where they would lie on one another."""
    found: list[Spot] = []
    piles: dict[int, int] = defaultdict(int)
    for at in moments:
        column = scale.x(int(at.timestamp())) // DOT
        pile = piles[column]
        piles[column] += 1
        side, step = (-1 if pile % 2 == 0 else 1), pile // 2
        beside, up = divmod(step, 2)
        found.append(
            Spot(
                LEFT + column * DOT + DOT // 2 + beside * DOT,
                lane.middle + side * (11 + up * 11),
            )
        )
    return found


def _onset(case: Case, scale: Scale) -> int:
    """Where the first symptom lies; 0 when there was none."""
    if case.onset is None:
        return 0
    at = datetime.combine(case.onset, time(), OFFSET)
    return LEFT + scale.x(int(at.timestamp()))


def _finding(contacts: int, lanes: list[Lane]) -> str:
    text = ngettext(
        "%(contacts)s F1 at %(places)s place while the case could infect",
        "%(contacts)s F1 at %(places)s places while the case could infect",
        len(lanes),
    )
    told = text % {"contacts": number(contacts), "places": number(len(lanes))}
    where = ", ".join(lane.label for lane in lanes)
    return _("%(finding)s: %(places)s") % {"finding": told, "places": where} if where else told
