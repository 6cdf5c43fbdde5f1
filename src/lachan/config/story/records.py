"""What the registers know of the true presence: too few scans, lost exits, wrong clocks, phones."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from lachan.config.story.builder import Builder
from lachan.config.story.presence import SELLERS_DAY
from lachan.config.story.world import (
    DAY,
    HOUR,
    MINUTE,
    Encounter,
    Listed,
    Place,
    Planted,
    Presence,
    Scan,
    Transmission,
)

#: Share of people who scan, by kind of the place with the poster (35 % unscanned at the market:
#: practice.md section 6 point 2; the others assumed).
SCANNED = {
    "campus": 0.93, "school": 0.93, "vehicle": 0.6, "stall_row": 0.65, "market": 0.65,
    "hall": 0.5, "house": 0.3, "pagoda": 0.35, "ward": 0.85, "shop": 0.5, "dormitory": 0.6,
}  # fmt: skip
#: Practice.md section 6 point 3.
EXITS_MISSING = 0.6
ACTIVE_SHARE = 0.11
SLOW_CLOCK = -7 * HOUR
CLOCKS_WRONG = 0.2  # assumed: share of devices that are wrong by up to six minutes

#: Scans at the market's gate on the morning of scenario 3; nobody scans out of it on any day.
SELLERS_MORNING = 1_240

#: The shift whose exits are all scanned.
WATCHED = "ca 2"

#: Kinds whose smallest place a roster or a guest list gives, so that a scan at the gate above
#: still says where the person was.
KNOWN_BY_ROSTER = {"line", "class", "table"}
#: Lists begin when people are at their place, after the scan at the door and before the one out.
AFTER_THE_GATE = 15 * MINUTE
#: The market's board writes times down to the tenth minute before.
TENTH = 10 * MINUTE

#: Kinds of which most have no scan on a given day.
MOSTLY_SILENT = {"shop", "dormitory"}

#: A visit without an exit is taken as this long (default of `lachan trace`).
OPEN = 60 * MINUTE
ENOUGH = 15 * MINUTE

#: Share of phone pairs at one place that come near each other; share reported by both phones.
PAIRS_NEAR, BOTH_REPORT = 0.25, 0.7


def poster_of(places: list[Place], place: int) -> int | None:
    """The nearest place with a poster, from this one upwards."""
    at: int | None = place
    while at is not None and not places[at].registered:
        at = places[at].parent
    return at


def clock_errors(builder: Builder) -> dict[int, int]:
    """Device (the place whose poster is scanned) -> seconds its clock is off."""
    rng = builder.rng("clocks")
    errors = {}
    registered = [index for index, place in enumerate(builder.places) if place.registered]
    for place in registered:
        # The factory's gate has the personnel office's time clock, the market's the board's.
        if rng.random() < CLOCKS_WRONG and builder.places[place].kind not in {"campus", "market"}:
            errors[place] = rng.choice((-1, 1)) * rng.randrange(60, 360)
    silent = [index for index in registered if builder.places[index].kind == "vehicle"]
    errors[silent[-1]] = SLOW_CLOCK
    return errors


def record(
    builder: Builder,
    presence: list[Presence],
    start: int,
    errors: dict[int, int],
    seen_out: int,
) -> list[Scan]:
    """The scans that were made, in order of true time.

    The exits of `seen_out` are never missing: a night worker's guessed one would reach into the
    morning shift, of which he met nobody.
    """
    rng = builder.rng("scans")
    places = builder.places
    posters = [poster_of(places, index) for index in range(len(places))]
    active = _active_places(builder, presence, start, posters)
    buyers = _sellers_morning(builder, presence, start, posters)
    made: list[tuple[Presence, int, int]] = []
    for row in presence:
        poster = posters[row.place]
        if poster is None or poster not in active[(row.start - start) // DAY]:
            continue
        kind = places[poster].kind
        first = active[(row.start - start) // DAY][poster] == row
        counted = kind == "market" and (row.start - start) // DAY == SELLERS_DAY
        if row not in buyers if counted else not first and rng.random() > SCANNED[kind]:
            continue
        inside = places[row.place].kind in KNOWN_BY_ROSTER or kind == "dormitory"
        made.append((row, poster, row.place if inside else poster))
    watched = sum(_is_watched(builder, row) for row, _poster, _spot in made)
    never = sum(places[poster].kind == "market" for _row, poster, _spot in made)
    missing = (EXITS_MISSING * len(made) - never) / max(1, len(made) - watched - never)
    scans = []
    for row, poster, spot in made:
        error = errors.get(poster, 0)
        lost = rng.random() < missing and not _is_watched(builder, row)
        lost = (lost and row.person != seen_out) or places[poster].kind == "market"
        left = None if lost else row.end + error
        scans.append(Scan(row.person, poster, spot, row.start + error, left, poster))
    return scans


def _sellers_morning(
    builder: Builder, presence: list[Presence], start: int, posters: list[int | None]
) -> set[Presence]:
    """Who scans at the market's gate on the morning of scenario 3; nobody without a gate."""
    places = builder.places
    there = [
        row
        for row in presence
        if (row.start - start) // DAY == SELLERS_DAY
        and (poster := posters[row.place]) is not None
        and places[poster].kind == "market"
    ]
    return set(builder.rng("sellers-morning").sample(there, SELLERS_MORNING)) if there else set()


def _is_watched(builder: Builder, row: Presence) -> bool:
    """The night guard sees the evening shift out, so that it is not taken to meet the next."""
    work = builder.people[row.person].work
    return work is not None and row.place == work.place and work.shift == WATCHED


def rosters(builder: Builder, presence: list[Presence], planted: Planted) -> Iterator[Listed]:
    """What lists say that arrived by file, by the times of the list.

    The night shift's attendance by line, its bed and seat lists, the beds of the two dormitories
    of the scenarios, and the stall holders' mornings where the board keeps lists.
    """
    rooms = {planted.room, *planted.phone_rooms}
    for row in presence:
        person, kind = builder.people[row.person], builder.places[row.place].kind
        if kind == "stall_row" and builder.options.acceptance:
            if person.work is not None and person.work.place == row.place:
                begin, end = (moment // TENTH * TENTH for moment in (row.start, row.end))
                yield Listed(row.person, row.place, begin, end)
            continue
        if person.work is None or kind not in {"line", "room", "vehicle"}:
            continue
        if person.work.shift != planted.shift and row.place not in rooms:
            continue
        if kind == "line":
            begin = row.start // HOUR * HOUR
            end = begin + 8 * HOUR - AFTER_THE_GATE
            yield Listed(row.person, row.place, begin + AFTER_THE_GATE, end)
        elif row.place == person.bus:
            begin = row.start // (5 * MINUTE) * 5 * MINUTE
            yield Listed(row.person, row.place, begin, begin + 40 * MINUTE)
        elif row.place == person.room:
            begin, end = row.start // HOUR * HOUR, row.end // HOUR * HOUR
            yield Listed(row.person, row.place, begin + AFTER_THE_GATE, end)


def _active_places(
    builder: Builder, presence: list[Presence], start: int, posters: list[int | None]
) -> list[dict[int, Presence]]:
    """For each day the places where anybody scans, with the first to do so."""
    rng = builder.rng("active")
    wanted = round(ACTIVE_SHARE * sum(place.registered for place in builder.places))
    by_day: list[dict[int, Presence]] = [{} for _ in range(builder.options.days + 2)]
    for row in presence:
        if (poster := posters[row.place]) is not None:
            by_day[(row.start - start) // DAY].setdefault(poster, row)
    chosen = []
    for seen in by_day:
        silent = sorted(p for p in seen if builder.places[p].kind in MOSTLY_SILENT)
        lively = {p: row for p, row in seen.items() if builder.places[p].kind not in MOSTLY_SILENT}
        free = min(len(silent), max(0, wanted - len(lively)))
        chosen.append(lively | {p: seen[p] for p in rng.sample(silent, free)})
    return chosen


def meet_by_phone(builder: Builder, presence: list[Presence], start: int) -> list[Encounter]:
    """Bluetooth encounters between phones with the app, as each phone reports them."""
    rng = builder.rng("phones")
    groups: defaultdict[tuple[int, int], list[Presence]] = defaultdict(list)
    for row in presence:
        if builder.people[row.person].has_app:
            groups[row.place, (row.start - start) // DAY].append(row)
    reports = []
    for rows in groups.values():
        if len(rows) > 40:
            rows = rng.sample(rows, 40)
        for one, other in combinations(rows, 2):
            begin, end = max(one.start, other.start), min(one.end, other.end)
            if one.person == other.person or end - begin < 60 or rng.random() > PAIRS_NEAR:
                continue
            length = min(end - begin, rng.randrange(60, 3_000))
            first = begin + rng.randrange(end - begin - length + 1)
            reports.append(Encounter(one.person, other.person, first, first + length))
            if rng.random() < BOTH_REPORT:
                drift = rng.randrange(-120, 121)
                length = max(30, length + rng.randrange(-90, 91))
                reports.append(
                    Encounter(other.person, one.person, first + drift, first + drift + length)
                )
    return reports


class Evidence:
    """Answers whether the records show a meeting."""

    def __init__(self, builder: Builder, scans: list[Scan]) -> None:
        self.builder = builder
        self.visits: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        entries: defaultdict[int, list[int]] = defaultdict(list)
        for scan in scans:
            entries[scan.person].append(scan.entered // MINUTE * MINUTE)
        for times in entries.values():
            times.sort()
        for scan in scans:
            entered = scan.entered // MINUTE * MINUTE
            left = scan.left // MINUTE * MINUTE if scan.left is not None else entered + OPEN
            if scan.left is None:
                later = entries[scan.person]
                position = bisect_right(later, entered)
                if position < len(later):
                    left = min(left, later[position])
            self.visits[scan.person, scan.spot].append((entered, left))

    def how(self, row: Transmission, since: int, until: int) -> str:
        """What could show this infection; `since`..`until` is when the source was infectious."""
        if row.place is None:
            return "household"
        poster = poster_of(self.builder.places, row.place)
        spots = {row.place} | ({poster} if poster is not None else set())
        spot = next((s for s in spots if self._both(row, s)), None)
        if spot is None:
            return "roster" if self._known(row.place) else "unseen"
        seconds = 0
        for first, last in self.visits[row.source, spot]:
            for begin, end in self.visits[row.person, spot]:
                seconds += max(0, min(last, end, until) - max(first, begin, since))
        return "scanned" if seconds >= ENOUGH else "blurred"

    def _both(self, row: Transmission, spot: int) -> bool:
        return (row.source, spot) in self.visits and (row.person, spot) in self.visits

    def _known(self, place: int) -> bool:
        return self.builder.places[place].kind in {*KNOWN_BY_ROSTER, "room"}
