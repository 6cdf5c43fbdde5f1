"""A chain as the reader may see it: the tree, whose names are open, and why somebody is in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from lachan.core.clock import now
from lachan.places.models import Place
from lachan.rulebook.selectors import contact_rule
from lachan.tracing import chains
from lachan.tracing.chain_tree import Cluster, Node, tree
from lachan.tracing.chains import Evidence
from lachan.tracing.levels import DEEPEST, Level, levels
from lachan.tracing.models import Case, Contact, ContactGroup, LevelChange

#: Seconds in an hour.
_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Chain:
    """Cases, everybody around them to F4, and the meetings that say so."""

    cases: list[Case]
    places: Mapping[UUID, Level[UUID]]
    evidence: list[Evidence]
    roots: list[Node]
    states: Mapping[UUID, str]
    rule: str

    def counts(self) -> dict[str, int]:
        """How many stand at each level."""
        return chains.counts(place.level for place in self.places.values())


def chain_around(case: Case) -> Chain:
    """The chain of a case with a fixed number of statements, however many people are in it."""
    cases = chains.chain_of(case)
    standing = chains.active(cases)
    rule = contact_rule(case.disease, at=now(), province=case.province)
    evidence = chains.evidence_of(cases)
    places = levels(
        chains.windows_of(standing),
        [each.link for each in evidence],
        depth=DEEPEST,
        latent_seconds=rule.latent_hours * _HOUR,
    )
    groups, states = _contacts(cases)
    clusters = _clusters(evidence, cases, groups)
    roots = tree(chains.windows_of(standing), places, [each.link for each in evidence], clusters)
    return Chain(cases, places, evidence, roots, states, f"{rule.rule}@{rule.version}")


def _contacts(cases: Iterable[Case]) -> tuple[dict[tuple[UUID, UUID], UUID], dict[UUID, str]]:
    """(case, person) -> group, and person -> the strongest state a human gave."""
    rows = Contact.objects.filter(case__in=[case.id for case in cases])
    groups: dict[tuple[UUID, UUID], UUID] = {}
    states: dict[UUID, str] = {}
    for case, person, group, state in rows.values_list("case", "person", "group", "state"):
        if group is not None:
            groups[case, person] = group
        if states.get(person) in {None, Contact.State.TO_VERIFY, Contact.State.RULED_OUT}:
            states[person] = state
    return groups, states


def _clusters(
    evidence: Iterable[Evidence],
    cases: Iterable[Case],
    groups: Mapping[tuple[UUID, UUID], UUID],
) -> dict[tuple[UUID, UUID], Cluster]:
    """(case's person, person) -> the group they came in, else where they met longest, else how we
    know."""
    own = {case.id: case.person_id for case in cases}
    best: dict[tuple[UUID, UUID], tuple[bool, int, Cluster]] = {}
    for each in evidence:
        place = Cluster("place", str(each.place)) if each.place else None
        found = (place is not None, each.link.seconds, place or Cluster("source", each.source))
        for pair in ((each.link.source, each.link.person), (each.link.person, each.link.source)):
            if pair not in best or best[pair][:2] < found[:2]:
                best[pair] = found
    clusters = {pair: cluster for pair, (_known, _seconds, cluster) in best.items()}
    return clusters | {
        (own[case], person): Cluster("group", str(group))
        for (case, person), group in groups.items()
        if case in own
    }


def cluster_names(clusters: Iterable[Cluster]) -> dict[Cluster, str]:
    """What clusters are called; a source is named by the reader's language elsewhere."""
    wanted = list(clusters)
    groups = {UUID(one.id) for one in wanted if one.kind == "group"}
    places = {UUID(one.id) for one in wanted if one.kind == "place"}
    named = dict(ContactGroup.objects.filter(pk__in=groups).values_list("id", "name"))
    named |= dict(Place.objects.filter(pk__in=places).values_list("id", "name"))
    return {one: named.get(UUID(one.id), "") for one in wanted if one.kind != "source"}


@dataclass(frozen=True, slots=True)
class Meeting:
    """One piece of evidence about the chosen person: with whom, where, when and how we know."""

    other: UUID
    place: UUID | None
    first_at: datetime | None
    last_at: datetime | None
    minutes: int
    source: str


def meetings_of(chain: Chain, person: UUID) -> list[Meeting]:
    """The meetings of one person with the chain, longest first."""
    found = [
        Meeting(
            other=each.link.source if each.link.person == person else each.link.person,
            place=each.place,
            first_at=_moment(each.link.start),
            last_at=_moment(each.link.end),
            minutes=each.link.seconds // 60,
            source=each.source,
        )
        for each in chain.evidence
        if person in {each.link.source, each.link.person}
    ]
    return sorted(found, key=lambda one: (-one.minutes, str(one.other)))


def place_between(chain: Chain, one: UUID, other: UUID) -> UUID | None:
    """Where two people were together longest, when the place is known."""
    rows = [
        (each.link.seconds, each.place)
        for each in chain.evidence
        if {one, other} == {each.link.source, each.link.person} and each.place is not None
    ]
    return max(rows, default=(0, None), key=lambda row: row[0])[1]


def last_change(cases: Iterable[Case], person: UUID) -> LevelChange | None:
    """The newest fact about somebody in this chain."""
    rows = LevelChange.objects.filter(case__in=[case.id for case in cases], person=person)
    return rows.order_by("-id").first()


def place_names(places: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of places by id."""
    wanted = [place for place in places if place is not None]
    return dict(Place.objects.filter(pk__in=wanted).values_list("id", "name"))


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
