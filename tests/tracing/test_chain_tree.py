"""The chain as a tree and as a picture: what hangs on what, what is open, where lines run."""

import random
from uuid import UUID

from lachan.tracing.chain_drawing import HEAD, PART, ROW, parts_of, scale_of
from lachan.tracing.chain_tree import (
    Cluster,
    Kind,
    everything,
    keys_to,
    opened_at_first,
    rows,
    tree,
)
from lachan.tracing.levels import Link, Window, levels, path

HOUR = 3600
DAY = 24 * HOUR


def somebody(number: int) -> UUID:
    return UUID(int=number + (7 << 76))


class World:
    """A case with so many contacts at two places, one of whom became a case with contacts."""

    def __init__(self, contacts: int = 20, below: int = 3) -> None:
        self.first, self.second = somebody(1), somebody(2)
        around = [self.second, *(somebody(10 + number) for number in range(contacts - 1))]
        under = [somebody(5000 + number) for number in range(below)]
        self.links = [
            Link(self.first, person, DAY + number * HOUR, DAY + (number + 1) * HOUR, HOUR)
            for number, person in enumerate(around)
        ]
        self.links += [Link(self.second, person, 3 * DAY, 3 * DAY + HOUR, HOUR) for person in under]
        self.windows = [Window(self.first, 0, None), Window(self.second, DAY, None)]
        self.places = levels(self.windows, self.links, depth=4, latent_seconds=0)
        clusters = {
            (self.first, person): Cluster("place", "nha" if number % 2 else "xuong")
            for number, person in enumerate(around)
        }
        self.roots = tree(self.windows, self.places, self.links, clusters)


def test_a_case_hangs_on_the_case_it_met_and_contacts_on_theirs() -> None:
    world = World()
    [root] = world.roots

    assert root.person == world.first
    kinds = [child.kind for child in root.children]
    assert kinds == [Kind.CLUSTER, Kind.CLUSTER, Kind.CASE]
    second = root.children[-1]
    assert second.person == world.second
    assert [child.kind for child in second.children] == [Kind.PERSON] * 3
    assert root.below == {0: 1, 1: 19 + 3}


def test_two_cases_without_a_meeting_hang_on_nobody() -> None:
    windows = [Window(somebody(1), 0, None), Window(somebody(2), DAY, None)]
    places = levels(windows, [], depth=4, latent_seconds=0)

    assert len(tree(windows, places, [], {})) == 2


def test_cases_that_share_a_contact_belong_together() -> None:
    links = [
        Link(somebody(1), somebody(9), DAY, DAY + HOUR, HOUR),
        Link(somebody(2), somebody(9), 2 * DAY, 2 * DAY + HOUR, HOUR),
    ]
    windows = [Window(somebody(1), 0, None), Window(somebody(2), DAY, None)]
    places = levels(windows, links, depth=4, latent_seconds=0)
    [root] = tree(windows, places, links, {})

    assert [child.person for child in root.children if child.kind is Kind.CASE] == [somebody(2)]


def test_everybody_stands_once() -> None:
    world = World(60, 30)
    persons = [node.person for node in everything(world.roots) if node.person is not None]

    assert sorted(persons) == sorted(world.places)


def test_a_small_chain_is_open_and_a_large_one_closed_to_its_clusters() -> None:
    small, large = World(12), World(200)

    assert len(rows(small.roots, opened_at_first(small.roots))) == 1 + 2 + 11 + 1 + 3
    shown = rows(large.roots, opened_at_first(large.roots))
    assert [row.node.kind for row in shown][:3] == [Kind.CASE, Kind.CLUSTER, Kind.CLUSTER]
    assert len(shown) == 1 + 2 + 1 + 3


def test_what_leads_to_somebody_can_be_opened() -> None:
    world = World(200)
    person = somebody(10 + 150)
    opened = set(keys_to(world.roots, person))

    assert any(row.node.person == person for row in rows(world.roots, opened))


def test_lines_join_every_row_to_the_one_it_hangs_on_across_parts() -> None:
    world = World(60, 30)
    opened = {node.key for node in everything(world.roots)}
    shown = rows(world.roots, opened)
    now = 5 * DAY
    scale = scale_of(shown, now, 1)
    parts = parts_of(shown, 0, len(shown), scale, [], now)

    assert len(shown) > 3 * PART
    for part in parts:
        height = HEAD + len(part.rows) * ROW
        for line in part.lines:
            assert 0 <= line.top <= line.bottom <= height
            assert 0 <= line.x <= scale.width
    drawn = sum(line.bottom - line.top for part in parts for line in part.lines)
    wanted = 0
    for number, row in enumerate(shown):
        if row.parent is not None:
            wanted += (number - row.parent) * ROW
    assert drawn == wanted


def test_every_person_shown_has_a_dot_and_every_case_a_bar() -> None:
    world = World(40, 5)
    shown = rows(world.roots, {node.key for node in everything(world.roots)})
    parts = parts_of(shown, 0, len(shown), scale_of(shown, 5 * DAY, 2), [], 5 * DAY)
    kinds = [row.node.kind for row in shown]
    single = sum(dot.people for part in parts for dot in part.dots)

    assert sum(len(part.bars) for part in parts) == kinds.count(Kind.CASE) == 2
    assert single == kinds.count(Kind.PERSON) + 39  # and each once more in its cluster


def test_any_chain_is_a_tree() -> None:
    for seed in range(60):
        dice = random.Random(seed)
        people = [somebody(number) for number in range(30)]
        links = []
        for _number in range(60):
            one, other = dice.sample(people, 2)
            start = dice.choice([None, dice.randint(0, 5 * DAY)])
            links.append(Link(one, other, start, None if start is None else start + HOUR, HOUR))
        windows = [
            Window(person, dice.randint(0, 3 * DAY), None) for person in dice.sample(people, 6)
        ]
        places = levels(windows, links, depth=4, latent_seconds=0)
        roots = tree(windows, places, links, {})
        persons = [node.person for node in everything(roots) if node.person is not None]
        assert sorted(persons) == sorted(places), seed


def test_the_chosen_path_is_black_from_the_case_to_the_person() -> None:
    world = World(40, 3)
    person = somebody(5001)
    shown = rows(world.roots, {node.key for node in everything(world.roots)})
    line = list(path(world.places, person))
    scale = scale_of(shown, 5 * DAY, 1)
    parts = parts_of(shown, 0, len(shown), scale, line, 5 * DAY)
    black = [one for part in parts for one in part.lines if one.name]
    dots = [dot for part in parts for dot in part.dots if dot.name == "is-path"]

    assert line == [person, world.second]
    assert len(dots) == 1
    assert len(black) == 1
    near = list(path(world.places, somebody(14)))
    parts = parts_of(shown, 0, len(shown), scale, near, 5 * DAY)
    wanted = {"is-path"}
    assert {one.name for one in parts[0].lines} >= wanted
    assert sum(bool(one.name) for one in parts[0].lines) == 2  # the cluster, and who is in it


def test_many_cases_are_open_as_far_as_they_fit_on_a_screen() -> None:
    windows = [Window(somebody(number), number * HOUR, None) for number in range(1, 101)]
    links = [
        Link(somebody((number + 2) // 3), somebody(number), 5 * DAY, 5 * DAY + HOUR, HOUR)
        for number in range(2, 101)
    ]
    places = levels(windows, links, depth=4, latent_seconds=0)
    roots = tree(windows, places, links, {})
    shown = rows(roots, opened_at_first(roots))

    assert len(roots) == 1
    assert 50 <= len(shown) <= 60
    assert max(row.depth for row in shown) >= 4
