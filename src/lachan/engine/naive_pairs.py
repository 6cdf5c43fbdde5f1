"""The definition of a contact where a rule looks at pairs: slow, obvious, no arrays.

It extends `naive.trace` without changing it: with neutral settings the two give the same people.
Everything happens three times side by side, once for each length an end nobody recorded may
have: the least, the assumed, the most (`LEAST`, `ASSUMED`, `MOST`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from lachan.engine import naive
from lachan.engine.meetings import ENCOUNTER, HOUSEHOLD, VISIT
from lachan.engine.naive import NEVER, CaseRow, Interval, VisitRow
from lachan.engine.naive_places import PlaceRow, Tree
from lachan.engine.naive_presence import (
    HouseholdRow,
    NearRow,
    at_home_together,
    close_segments,
    intersect,
    subtract,
)
from lachan.engine.pair_answers import ASSUMED, LEAST, MOST, PairContact, is_reached
from lachan.engine.pair_rule import PairRule
from lachan.engine.rule import ceil_minute

BOUNDS = (LEAST, ASSUMED, MOST)

IsolationRow = tuple[str, int, int | None]  # person, from, to
NegativeRow = tuple[str, int]  # person, when the sample was taken

Windows = dict[str, list[Interval]]  # source -> infectious intervals
Pair = tuple[str, str]


class Evidence(NamedTuple):
    """All that is known.  `as_of`: nobody is taken to be at home later than this moment."""

    cases: Sequence[CaseRow]
    visits: Sequence[VisitRow] = ()
    encounters: Sequence[NearRow] = ()
    places: Sequence[PlaceRow] = ()
    households: Sequence[HouseholdRow] = ()
    isolations: Sequence[IsolationRow] = ()
    negatives: Sequence[NegativeRow] = ()
    as_of: int = 0


class Met(NamedTuple):
    """`person` was with the infectious `source`; `venue` is None for encounters and homes."""

    person: str
    source: str
    kind: int
    venue: str | None
    start: int
    end: int
    weight: int
    imputed: bool

    @property
    def exposure(self) -> int:
        """Milliseconds: permille x seconds."""
        return self.weight * (self.end - self.start)


class Sum(NamedTuple):
    """What the meetings of one person with the sources of one hop amount to."""

    total: int
    one_source: int
    one_meeting: int
    first_at: int
    last_at: int
    via: str


class World:
    """The evidence made countable under one rule, by each of the three lengths."""

    def __init__(self, evidence: Evidence, rule: PairRule) -> None:
        self.rule = rule
        self.evidence = evidence
        self.tree = Tree(evidence.places, rule)
        self.stays = [self._stays(minutes) for minutes in rule.open_lengths]
        self.close = close_segments(evidence.encounters)
        self.homes = at_home_together(evidence.households, rule.home, evidence.as_of)
        self.isolated: dict[str, list[Interval]] = naive.unite_each(
            (person, Interval(start, NEVER if end is None else end))
            for person, start, end in evidence.isolations
        )

    def _stays(self, open_minutes: int) -> dict[Pair, list[Interval]]:
        """(person, place) -> united stays, at every place that counts around the recorded one.

        The recorded venue is kept among the rows even where it does not count, because its
        start still ends an earlier visit without an end.
        """
        rows = [
            (person, place, start, end)
            for person, venue, start, end in self.evidence.visits
            for place in {venue, *self.tree.counting(venue)}
        ]
        united = naive.united_visits(rows, open_minutes)
        return {key: own for key, own in united.items() if self.tree.own_weight(key[1])}

    def met(self, bound: int, infectious: Windows) -> Iterator[Met]:
        """Every meeting with a source, isolation cut out in either direction."""
        for one in [*self._met_at_places(bound, infectious), *self._met_by_pair(infectious)]:
            cuts = [*self.isolated.get(one.person, ()), *self.isolated.get(one.source, ())]
            for left in subtract([Interval(one.start, one.end)], cuts):
                yield one._replace(start=left.start, end=left.end)

    def _met_at_places(self, bound: int, infectious: Windows) -> Iterator[Met]:
        """Shared stays; a moment shared in two nested places counts in the inner one alone."""
        of: dict[Pair, list[naive.Meeting]] = defaultdict(list)
        for meeting in naive.met_at_venues(self.stays[bound], infectious):
            of[meeting.person, meeting.source].append(meeting)
        for (person, source), meetings in of.items():
            for one in meetings:
                assert one.venue is not None
                deeper = [
                    Interval(other.start, other.end)
                    for other in meetings
                    if other.venue is not None and self.tree.is_inside(other.venue, one.venue)
                ]
                weight = self.tree.weight(one.venue)
                for left in subtract([Interval(one.start, one.end)], deeper):
                    yield Met(person, source, VISIT, one.venue, *left[:2], weight, one.imputed)

    def _met_by_pair(self, infectious: Windows) -> Iterator[Met]:
        """Encounters, and days at home."""
        for kind, pairs in ((ENCOUNTER, self.close), (HOUSEHOLD, self.homes)):
            for (a, b), segments in pairs.items():
                for source, person in ((a, b), (b, a)):
                    for segment in segments:
                        for start, end in intersect(segment, infectious.get(source, [])):
                            yield Met(person, source, kind, None, start, end, segment.weight, False)

    def longest(self, meetings: Iterable[Met]) -> int:
        """The most exposure in one uninterrupted meeting.

        Touching and overlapping meetings with one source are one where they are encounters, days
        at home, or visits within one outermost place that counts.
        """
        groups: dict[tuple[str, int, str | None], list[Met]] = defaultdict(list)
        for one in meetings:
            outermost = None if one.venue is None else self.tree.outermost(one.venue)
            groups[one.source, one.kind, outermost].append(one)
        most = 0
        for group in groups.values():
            until, exposure = -NEVER, 0
            for one in sorted(group, key=lambda one: one.start):
                exposure = one.exposure + (exposure if one.start <= until else 0)
                until = max(until, one.end)
                most = max(most, exposure)
        return most

    def sum(self, meetings: Sequence[Met]) -> Sum | None:
        """The figures of one person; None without a meeting."""
        if not meetings:
            return None
        by_source: dict[str, int] = defaultdict(int)
        for one in meetings:
            by_source[one.source] += one.exposure
        return Sum(
            total=sum(by_source.values()),
            one_source=max(by_source.values()),
            one_meeting=self.longest(meetings),
            first_at=min(one.start for one in meetings),
            last_at=max(one.end for one in meetings),
            via=min(by_source, key=lambda source: (-by_source[source], source)),
        )

    def reaches(self, figures: Sum | None) -> bool:
        """Whether one of the minima of the rule is reached."""
        return figures is not None and any(
            is_reached(minimum, *figures[:3]) for minimum in self.rule.minima
        )

    def cleared_at(self, person: str, last_at: int) -> int | None:
        """The earliest negative test late enough after the last exposure, if there is one."""
        if self.rule.negative_seconds is None:
            return None
        return min(
            (
                sampled_at
                for tested, sampled_at in self.evidence.negatives
                if tested == person and sampled_at >= last_at + self.rule.negative_seconds
            ),
            default=None,
        )


class Step(NamedTuple):
    """One hop: when its sources were infectious, who met them, by each length, and who is reached.

    `met` has the people who are no case and not reached at a nearer hop.
    """

    infectious: list[Windows]
    met: list[dict[str, list[Met]]]
    contacts: list[PairContact]


def trace(evidence: Evidence, rule: PairRule) -> list[PairContact]:
    """Everyone reached from the cases, sorted by hop, exposure (most first), person."""
    contacts = [one for step in steps(World(evidence, rule)) for one in step.contacts]
    return sorted(contacts, key=lambda c: (c.hop, -c.exposure, c.person))


def steps(world: World) -> Iterator[Step]:
    """Hop by hop."""
    infectious = [naive.united_windows(world.evidence.cases)] * len(BOUNDS)
    known = {person for person, _, _ in world.evidence.cases}
    for hop in range(1, world.rule.hops + 1):
        met: list[dict[str, list[Met]]] = [defaultdict(list) for _ in BOUNDS]
        for bound in BOUNDS:
            for one in world.met(bound, infectious[bound]):
                if one.person not in known:
                    met[bound][one.person].append(one)
        found, following = reach(world, met, hop)
        yield Step(infectious, met, found)
        known |= {contact.person for contact in found}
        infectious = following


def reach(
    world: World, met: Sequence[dict[str, list[Met]]], hop: int
) -> tuple[list[PairContact], list[Windows]]:
    """The contacts of one hop, and when each is infectious by each length.

    A contact counts as a source only by the lengths that make it a contact, and by none after
    a negative test.
    """
    found: list[PairContact] = []
    sources: list[Windows] = [{} for _ in BOUNDS]
    for person in met[MOST]:
        of = [met[bound].get(person, []) for bound in BOUNDS]
        figures = [world.sum(own) for own in of]
        reached = [bound for bound in BOUNDS if world.reaches(figures[bound])]
        if not reached:
            continue
        found.append(contact(world, person, hop, of, min(reached)))
        for bound in reached:
            own = figures[bound]
            if own is not None and world.cleared_at(person, own.last_at) is None:
                start = ceil_minute(own.first_at + world.rule.latent_seconds)
                sources[bound][person] = [Interval(start, NEVER)]
    return found, sources


def contact(
    world: World, person: str, hop: int, met: Sequence[Sequence[Met]], sure: int
) -> PairContact:
    """One row, told by the assumed lengths, or by the longest where only these reach."""
    told = met[MOST if sure == MOST else ASSUMED]
    figures = world.sum(told)
    assert figures is not None
    kinds = {kind: sum(one.exposure for one in told if one.kind == kind) for kind in range(3)}
    least, exposure, most = (sum(one.exposure for one in own) for own in met)
    return PairContact(
        person=person,
        hop=hop,
        via=figures.via,
        first_at=figures.first_at,
        last_at=figures.last_at,
        least=least,
        exposure=exposure,
        most=most,
        one_source=figures.one_source,
        one_meeting=figures.one_meeting,
        sources=len({one.source for one in told}),
        venues=len({one.venue for one in told} - {None}),
        place=kinds[VISIT],
        encounter=kinds[ENCOUNTER],
        household=kinds[HOUSEHOLD],
        imputed=any(one.imputed for one in told),
        sure=sure,
        cleared_at=world.cleared_at(person, figures.last_at),
    )


def related(evidence: Evidence, rule: PairRule) -> list[str]:
    """Who was in one campus (outermost place) with an infectious case, and is no contact.

    These people are counted and not named.  Assumed lengths; isolation is cut out.
    """
    tree = Tree(evidence.places, rule)
    known = {contact.person for contact in trace(evidence, rule)}
    known |= {person for person, _, _ in evidence.cases}
    isolated = naive.unite_each(
        (person, Interval(start, NEVER if end is None else end))
        for person, start, end in evidence.isolations
    )
    rows = [
        (person, place, start, end)
        for person, venue, start, end in evidence.visits
        for place in {venue, tree.root(venue)}
    ]
    stays = {
        (person, place): subtract(own, isolated.get(person, []))
        for (person, place), own in naive.united_visits(rows, rule.open_minutes).items()
        if tree.root(place) == place
    }
    met = naive.met_at_venues(stays, naive.united_windows(evidence.cases))
    return sorted({one.person for one in met} - known)
