"""Levels of a chain (F0 a case, F1 who met one, F2 who met those …): pure, without a database.

A meeting counts both ways and only forward in time: from the moment its source can pass the
disease on.  That is a case's infectious window, and for a contact its own first contact plus the
latent hours of the rule.  The definition is `engine.naive.trace` for encounters of known times;
what nobody knows the time of counts as possible.  Times are seconds since 1970, intervals are
half-open, and what can infect begins and ends at whole minutes, as in the engine.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

#: Level of a case.
CASE = 0

#: The deepest level anybody asks for (F4: the farthest that was traced by name in 2021; source:
#: field.md 5.1, "F4, F5: self-watch at home").
DEEPEST = 4

#: Earlier and later than every time there is.
EVER, NEVER = -(2**62), 2**62

#: Seconds in a minute.
_MINUTE = 60

K = TypeVar("K", bound=Hashable)


class Window(NamedTuple, Generic[K]):
    """When a case can infect; `end` is None while nobody isolated it."""

    person: K
    start: int
    end: int | None


class Link(NamedTuple, Generic[K]):
    """Somebody met somebody.  None: nobody knows when it began or ended.

    `seconds` is how long they were together when that is less than from `start` to `end`; 0 when
    nothing more is known.
    """

    source: K
    person: K
    start: int | None
    end: int | None
    seconds: int = 0


class Level(NamedTuple, Generic[K]):
    """Where a person stands: `via` is who stands one level nearer, with most time together.

    `first_at` is the earliest moment the person can have been infected, None for a case.
    `certain`: the level rests on meetings of known times alone.
    """

    level: int
    via: K | None = None
    first_at: int | None = None
    seconds: int = 0
    certain: bool = True


class _Touch(NamedTuple):
    """What the meetings of one person with one source amount to."""

    first_at: int
    seconds: int


_Spans = list[tuple[int, int, int]]  # start, end, seconds of every meeting of a pair
_Intervals = list[tuple[int, int]]  # when a source can infect


def levels(
    cases: Iterable[Window[K]], links: Iterable[Link[K]], *, depth: int, latent_seconds: int
) -> dict[K, Level[K]]:
    """The level of everybody who can be reached from `cases` in `depth` steps."""
    windows, met = list(cases), list(links)
    found = _reach(windows, met, depth, latent_seconds)
    known = [link for link in met if link.start is not None and link.end is not None]
    if len(known) == len(met):
        return found
    sure = _reach(windows, known, depth, latent_seconds)
    return {
        person: place._replace(certain=person in sure and sure[person].level == place.level)
        for person, place in found.items()
    }


def _reach(
    windows: Sequence[Window[K]], links: Sequence[Link[K]], depth: int, latent: int
) -> dict[K, Level[K]]:
    """Breadth first: whoever is reached at a nearer level is not looked at again."""
    pairs = _pairs(links)
    infectious = _united_windows(windows)
    found: dict[K, Level[K]] = {person: Level(CASE) for person in infectious}
    for level in range(1, depth + 1):
        touched: dict[K, dict[K, _Touch]] = defaultdict(dict)
        for source, intervals in infectious.items():
            for person, spans in pairs.get(source, {}).items():
                touch = None if person in found else _touch(spans, intervals)
                if touch is not None:
                    touched[person][source] = touch
        reached = {person: _level(level, sources) for person, sources in touched.items()}
        found |= reached
        infectious = {
            person: [(_ceil_minute((place.first_at or 0) + latent), NEVER)]
            for person, place in reached.items()
        }
    return found


def _pairs(links: Iterable[Link[K]]) -> dict[K, dict[K, _Spans]]:
    """person -> whom it met -> when; a meeting stands under both."""
    pairs: dict[K, dict[K, _Spans]] = defaultdict(lambda: defaultdict(list))
    for link in links:
        if link.source == link.person:
            continue
        start = EVER if link.start is None else link.start
        end = NEVER if link.end is None else link.end
        if end <= start:  # a moment was told, and perhaps how long it was
            end = start + max(1, link.seconds)
        span = (start, end, link.seconds or end - start)
        pairs[link.source][link.person].append(span)
        pairs[link.person][link.source].append(span)
    return pairs


def _united_windows(windows: Iterable[Window[K]]) -> dict[K, _Intervals]:
    intervals: dict[K, _Intervals] = defaultdict(list)
    for person, start, end in windows:
        until = NEVER if end is None else _ceil_minute(end)
        intervals[person].append((start // _MINUTE * _MINUTE, until))
    return intervals


def _touch(spans: _Spans, intervals: _Intervals) -> _Touch | None:
    """The meetings of a pair within the source's infectious time; None: none of them counts."""
    parts = []
    told = 0
    for start, end, seconds in spans:
        own = [(max(start, begin), min(end, stop)) for begin, stop in intervals]
        own = [(begin, stop) for begin, stop in own if begin < stop]
        parts += own
        told += seconds if own else 0
    if not parts:
        return None
    return _Touch(min(start for start, _end in parts), min(_length(parts), told))


def _length(parts: Iterable[tuple[int, int]]) -> int:
    """Seconds that at least one part covers."""
    total, until = 0, EVER
    for start, end in sorted(parts):
        total += max(0, end - max(start, until))
        until = max(until, end)
    return total


def _level(level: int, sources: Mapping[K, _Touch]) -> Level[K]:
    # Endless meetings (nobody knows when) are no reason to name a source before a measured one.
    via = min(sources, key=lambda one: (-_measured(sources[one]), _order(one)))
    return Level(
        level,
        via,
        min(touch.first_at for touch in sources.values()),
        _measured(sources[via]),
    )


def _measured(touch: _Touch) -> int:
    """Seconds together, 0 when they are not known."""
    return touch.seconds if touch.seconds < NEVER // 2 else 0


def _order(person: object) -> str:
    return str(person)


def _ceil_minute(second: int) -> int:
    return -(-second // _MINUTE) * _MINUTE


def path(places: Mapping[K, Level[K]], person: K) -> Iterator[K]:
    """The person itself and its sources, up to a case."""
    here: K | None = person
    while here is not None and here in places:
        yield here
        here = places[here].via


class Change(NamedTuple, Generic[K]):
    """Somebody stands elsewhere than before; None: not in the answer.

    `code` and `cause` are words of `engine.recomputing` (`CHANGES`, `CAUSES`); `about` is the
    person on the path about whom something was changed, `via` the source the change is told with.
    """

    person: K
    before: int | None
    after: int | None
    code: str
    via: K | None = None
    cause: str = ""
    about: K | None = None
    seconds: int = 0


def changes(before: Mapping[K, Level[K]], after: Mapping[K, Level[K]]) -> list[Change[K]]:
    """Everybody whose level changed, with why; cases first, then by level, then by person."""
    causes = _causes(before, after)
    moved = [
        _change(person, before, after, causes)
        for person in before.keys() | after.keys()
        if _number(before, person) != _number(after, person)
    ]
    return sorted(moved, key=lambda c: (_rank(c.after), _rank(c.before), _order(c.person)))


def _causes(before: Mapping[K, Level[K]], after: Mapping[K, Level[K]]) -> dict[K, str]:
    """Whose case is new or gone."""
    old = {person for person, place in before.items() if place.level == CASE}
    new = {person for person, place in after.items() if place.level == CASE}
    return dict.fromkeys(new - old, "case_added") | dict.fromkeys(old - new, "case_withdrawn")


def _change(
    person: K,
    before: Mapping[K, Level[K]],
    after: Mapping[K, Level[K]],
    causes: Mapping[K, str],
) -> Change[K]:
    was, now = _number(before, person), _number(after, person)
    if now == CASE:
        return Change(person, was, now, "became_case")
    place = after.get(person) or before[person]
    if was == CASE:
        return Change(person, was, now, "case_withdrawn", place.via, seconds=place.seconds)
    told = next(_causes_on_path(person, before, after, causes), None)
    cause, about = ("other_sources", place.via) if told is None else told
    return Change(person, was, now, _code(was, now), place.via, cause, about, place.seconds)


def _code(was: int | None, now: int | None) -> str:
    if was is None:
        return "contact_found"
    if now is None:
        return "contact_dropped"
    return "contact_nearer" if now < was else "contact_farther"


def _causes_on_path(
    person: K,
    before: Mapping[K, Level[K]],
    after: Mapping[K, Level[K]],
    causes: Mapping[K, str],
) -> Iterator[tuple[str, K]]:
    """The people on the path, new or old, about whom something was changed, the nearest first."""
    was, now = _number(before, person), _number(after, person)
    nearer = now is not None and (was is None or now < was)
    for places in (after, before) if nearer else (before, after):
        for one in path(places, person):
            if one in causes:
                yield causes[one], one


def _number(places: Mapping[K, Level[K]], person: K) -> int | None:
    place = places.get(person)
    return None if place is None else place.level


def _rank(level: int | None) -> int:
    return DEEPEST + 1 if level is None else level
