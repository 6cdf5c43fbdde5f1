"""A chain as a tree that can be read: cases under whom they caught it from, contacts below.

Pure.  Every node is a case, a cluster (the contacts of one case at one place or of one group) or a
person; what is closed is counted and not listed.  Times are seconds since 1970.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from lachan.tracing.levels import CASE, Level, Link, Window

#: A case with no more contacts than this has them below itself, without clusters.
DIRECT = 8

#: A chain with no more people than this is shown open.
OPEN_PEOPLE = 60

#: In a larger one cases are opened to their clusters, one generation after the other, as long as no
#: more rows are shown than this.
OPEN_ROWS = 60


class Kind(StrEnum):
    """What a row of the chain stands for."""

    CASE = "case"
    CLUSTER = "cluster"
    PERSON = "person"


class Cluster(NamedTuple):
    """What the contacts of a cluster have in common: a group, a place, or how we know of them."""

    kind: str
    id: str


class Met(NamedTuple):
    """When two people met for the first and the last time, as far as anybody knows."""

    first: int | None
    last: int | None


#: Nobody could say when.
UNKNOWN = Met(None, None)


@dataclass(slots=True)
class Node:
    """One row.  `below` counts the people under it by level (0: cases)."""

    kind: Kind
    key: str
    level: int
    person: UUID | None = None
    cluster: Cluster | None = None
    met: Met = UNKNOWN
    window: Window[UUID] | None = None
    children: list["Node"] = field(default_factory=list)
    below: dict[int, int] = field(default_factory=dict)
    members: list[int] = field(default_factory=list)


class Row(NamedTuple):
    """A node as it is shown: how deep, open or closed, and which row it hangs on (None: none)."""

    node: Node
    depth: int
    expanded: bool
    parent: int | None


def short(person: UUID) -> str:
    """A key for the address: the random end of an id is enough within one chain."""
    return person.hex[-10:]


def tree(
    windows: Iterable[Window[UUID]],
    places: Mapping[UUID, Level[UUID]],
    links: Iterable[Link[UUID]],
    clusters: Mapping[tuple[UUID, UUID], Cluster],
) -> list[Node]:
    """The chain, the first cases first.  `clusters`: what (source, person) have in common."""
    met = _meetings(links)
    cases = {window.person: window for window in sorted(windows, key=_order)}
    nodes = {
        person: Node(Kind.CASE, short(person), CASE, person, window=window)
        for person, window in cases.items()
    }
    contacts = [person for person, place in places.items() if place.level != CASE]
    for person in contacts:
        place = places[person]
        pair = met.get(frozenset((place.via, person)), Met(place.first_at, None))
        nodes[person] = Node(Kind.PERSON, short(person), place.level, person, met=pair)
    for person in sorted(contacts, key=lambda one: (places[one].first_at or 0, str(one))):
        via = places[person].via
        if via is not None and via in nodes:
            nodes[via].children.append(nodes[person])
    for person in cases:
        _gather(nodes[person], clusters)
    roots = _hang_cases(nodes, cases, met)
    _count(roots)
    return roots


def _order(window: Window[UUID]) -> tuple[int, str]:
    return window.start, str(window.person)


def _meetings(links: Iterable[Link[UUID]]) -> dict[frozenset[UUID | None], Met]:
    """When each pair met first and last."""
    found: dict[frozenset[UUID | None], Met] = {}
    for link in links:
        pair: frozenset[UUID | None] = frozenset((link.source, link.person))
        known = found.get(pair, UNKNOWN)
        firsts = [at for at in (known.first, link.start) if at is not None]
        lasts = [at for at in (known.last, link.end) if at is not None]
        found[pair] = Met(min(firsts, default=None), max(lasts, default=None))
    return found


def _gather(case: Node, clusters: Mapping[tuple[UUID, UUID], Cluster]) -> None:
    """Put many contacts of a case into clusters, in order of the first meeting."""
    if len(case.children) <= DIRECT or case.person is None:
        return
    groups: dict[Cluster, Node] = {}
    for child in case.children:
        cluster = clusters.get((case.person, child.person or case.person), Cluster("source", ""))
        node = groups.get(cluster)
        if node is None:
            key = f"{case.key}.{cluster.id[-8:]}"
            node = groups[cluster] = Node(Kind.CLUSTER, key, 1, cluster=cluster, met=child.met)
        node.children.append(child)
        node.members.append(child.met.first or 0)
        node.met = _spanning(node.met, child.met)
    case.children = list(groups.values())


def _spanning(one: Met, other: Met) -> Met:
    firsts = [at for at in (one.first, other.first) if at is not None]
    lasts = [at for at in (one.last, other.last, one.first, other.first) if at is not None]
    return Met(min(firsts, default=None), max(lasts, default=None))


def _hang_cases(
    nodes: Mapping[UUID, Node],
    cases: Mapping[UUID, Window[UUID]],
    met: Mapping[frozenset[UUID | None], Met],
) -> list[Node]:
    """Each case under the earlier case it met, else under one with whom it shares a contact."""
    around: dict[UUID, set[UUID]] = defaultdict(set)
    for pair in met:
        one, other = tuple(pair)
        if one is not None and other is not None:
            around[one].add(other)
            around[other].add(one)
    order = {person: number for number, person in enumerate(cases)}
    roots = []
    for person in cases:
        parent = _parent(person, around, order)
        if parent is None:
            roots.append(nodes[person])
            continue
        nodes[person].met = met.get(frozenset((parent, person)), UNKNOWN)
        nodes[parent].children.append(nodes[person])
    return roots


def _parent(
    person: UUID, around: Mapping[UUID, set[UUID]], order: Mapping[UUID, int]
) -> UUID | None:
    """The latest of the earlier cases met directly; else the latest one contact away."""
    mine = order[person]

    def earlier(people: Iterable[UUID]) -> list[UUID]:
        return [one for one in people if order.get(one, mine) < mine]

    direct = earlier(around.get(person, ()))
    if not direct:
        near = {two for one in around.get(person, ()) for two in around.get(one, ())}
        direct = earlier(near)
    return max(direct, key=lambda one: order[one], default=None)


def _count(roots: Iterable[Node]) -> None:
    """Fill `below` from the leaves up."""
    for node in reversed(list(everything(roots))):
        below: dict[int, int] = defaultdict(int)
        for child in node.children:
            if child.kind is not Kind.CLUSTER:
                below[child.level] += 1
            for level, number in child.below.items():
                below[level] += number
        node.below = dict(below)


def everything(roots: Iterable[Node]) -> Iterator[Node]:
    """All nodes, each before what hangs on it."""
    waiting = list(reversed(list(roots)))
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.children)


def opened_at_first(roots: list[Node]) -> set[str]:
    """What is open when nobody chose: all of a small chain, the first cases of a large one."""
    nodes = list(everything(roots))
    if sum(node.kind is not Kind.CLUSTER for node in nodes) <= OPEN_PEOPLE:
        return {node.key for node in nodes if node.children}
    opened: set[str] = set()
    shown = len(roots)
    generation = roots
    while generation:
        following = []
        for node in generation:
            if node.kind is Kind.CASE and shown + len(node.children) <= OPEN_ROWS:
                opened.add(node.key)
                shown += len(node.children)
                following += node.children
        generation = following
    return opened


def rows(roots: Iterable[Node], opened: set[str]) -> list[Row]:
    """The rows that are shown: the children of what is open."""
    found: list[Row] = []
    waiting: list[tuple[Node, int, int | None]] = [
        (node, 1, None) for node in reversed(list(roots))
    ]
    while waiting:
        node, depth, parent = waiting.pop()
        expanded = bool(node.children) and node.key in opened
        found.append(Row(node, depth, expanded, parent))
        if expanded:
            here = len(found) - 1
            waiting += [(child, depth + 1, here) for child in reversed(node.children)]
    return found


def keys_to(roots: Iterable[Node], person: UUID) -> list[str]:
    """The keys that must be open so that a person's row is shown; empty when there is none."""
    parents: dict[str, Node] = {}
    for node in everything(roots):
        for child in node.children:
            parents[child.key] = node
        if node.person == person:
            found, key = [], node.key
            while key in parents:
                key = parents[key].key
                found.append(key)
            return found
    return []
