"""Levels of a chain are the engine's: the same worlds, the same answers."""

import random
from collections.abc import Iterator

import pytest

from lachan.engine import naive, recomputing
from lachan.engine.rule import Rule
from lachan.tracing.levels import CASE, Level, Link, Window, changes, levels, path

HOUR = 3600
PEOPLE = [f"p{number:02}" for number in range(14)]


def world(seed: int) -> tuple[list[Window[str]], list[Link[str]], int, int]:
    """Some people, some meetings of known times (also twice, also overlapping), some cases."""
    dice = random.Random(seed)
    cases = [
        Window(person, start, None if dice.random() < 0.4 else start + dice.randint(1, 40 * HOUR))
        for person in dice.sample(PEOPLE, dice.randint(1, 3))
        for start in [dice.randint(0, 30 * HOUR)]
    ]
    links = []
    for _number in range(dice.randint(5, 40)):
        source, person = dice.sample(PEOPLE, 2)
        start = dice.randint(0, 60 * HOUR)
        end = start + dice.randint(1, 5 * HOUR)
        links.append(Link(source, person, start, end, end - start))
    return cases, links, dice.randint(1, 4), dice.choice([0, 7, 6 * HOUR, 24 * HOUR])


def by_engine(
    cases: list[Window[str]], links: list[Link[str]], depth: int, latent: int
) -> dict[str, tuple[int, str | None, int | None, int]]:
    """What the definition of the engine says of encounters."""
    encounters = [(link.source, link.person, link.start, link.end) for link in links]
    found = naive.trace(
        [],
        encounters,  # type: ignore[arg-type]
        [(case.person, case.start, case.end) for case in cases],
        Rule(hops=depth, min_seconds=1, latent_seconds=latent),
    )
    told: dict[str, tuple[int, str | None, int | None, int]] = {
        case.person: (CASE, None, None, 0) for case in cases
    }
    for row in found:
        told[row.person] = (row.hop, row.via, row.first_at, 0)
    return told


@pytest.mark.parametrize("block", range(8))
def test_levels_are_those_of_the_engine_where_every_time_is_known(block: int) -> None:
    deep = 0
    for seed in range(block * 100, block * 100 + 100):
        cases, links, depth, latent = world(seed)
        found = levels(cases, links, depth=depth, latent_seconds=latent)
        assert {
            person: (place.level, place.via, place.first_at, 0) for person, place in found.items()
        } == by_engine(cases, links, depth, latent), seed
        assert all(place.certain for place in found.values())
        deep += any(place.level > 2 for place in found.values())
    assert deep > 5


def test_who_was_met_before_the_window_is_not_reached() -> None:
    early = [Link("case", "a", 0, 10 * HOUR)]

    assert "a" not in levels([Window("case", 10 * HOUR, None)], early, depth=2, latent_seconds=0)
    assert "a" in levels([Window("case", 9 * HOUR, None)], early, depth=2, latent_seconds=0)


def test_a_contact_passes_on_only_after_its_latent_hours() -> None:
    links = [Link("case", "a", 0, HOUR), Link("a", "b", 5 * HOUR, 6 * HOUR)]
    case = [Window("case", 0, None)]

    assert "b" in levels(case, links, depth=2, latent_seconds=5 * HOUR)
    assert "b" not in levels(case, links, depth=2, latent_seconds=6 * HOUR)


def test_an_unknown_time_counts_as_possible_and_is_not_certain() -> None:
    links = [Link("case", "a", None, None), Link("a", "b", 3 * HOUR, 4 * HOUR)]
    found = levels([Window("case", 0, None)], links, depth=2, latent_seconds=0)

    assert (found["a"].level, found["b"].level) == (1, 2)
    assert not found["a"].certain
    assert not found["b"].certain


def test_an_unknown_time_takes_no_certainty_from_who_is_met_at_a_known_one() -> None:
    links = [Link("case", "a", None, None), Link("case", "a", HOUR, 2 * HOUR)]
    found = levels([Window("case", 0, None)], links, depth=1, latent_seconds=0)

    assert found["a"].certain


def test_a_meeting_counts_both_ways() -> None:
    link = [Link("a", "b", 0, HOUR)]

    assert levels([Window("b", 0, None)], link, depth=1, latent_seconds=0)["a"].via == "b"


def test_the_path_leads_to_a_case() -> None:
    links = [Link("case", "a", 0, HOUR), Link("a", "b", HOUR, 2 * HOUR)]
    found = levels([Window("case", 0, None)], links, depth=2, latent_seconds=0)

    assert list(path(found, "b")) == ["b", "a", "case"]


def random_steps() -> Iterator[tuple[dict[str, Level[str]], dict[str, Level[str]]]]:
    """The same meetings before and after a case is added or withdrawn."""
    for seed in range(200):
        cases, links, depth, latent = world(seed)
        before = levels(cases[1:], links, depth=depth, latent_seconds=latent)
        after = levels(cases, links, depth=depth, latent_seconds=latent)
        yield before, after
        yield after, before


def test_changes_lead_from_the_old_levels_to_the_new() -> None:
    for before, after in random_steps():
        stands = {person: place.level for person, place in before.items()}
        for change in changes(before, after):
            assert stands.get(change.person) == change.before
            stands.pop(change.person, None)
            if change.after is not None:
                stands[change.person] = change.after
        assert stands == {person: place.level for person, place in after.items()}


def test_changes_speak_the_words_of_the_engine() -> None:
    seen = set()
    for before, after in random_steps():
        for change in changes(before, after):
            seen.add(change.code)
            assert change.code in recomputing.CHANGES
            assert not change.cause or change.cause in recomputing.CAUSES
    assert seen == {
        "became_case",
        "case_withdrawn",
        "contact_found",
        "contact_dropped",
        "contact_nearer",
        "contact_farther",
    }


def test_the_cause_of_a_nearer_level_is_the_new_case() -> None:
    links = [Link("f0", "f1", 0, HOUR), Link("f1", "f2", 2 * HOUR, 3 * HOUR)]
    before = levels([Window("f0", 0, None)], links, depth=2, latent_seconds=0)
    both = [Window("f0", 0, None), Window("f1", 0, None)]
    after = levels(both, links, depth=2, latent_seconds=0)

    told = {change.person: change for change in changes(before, after)}
    assert told["f1"].code == "became_case"
    assert told["f2"][1:7] == (2, 1, "contact_nearer", "f1", "case_added", "f1")
    back = {change.person: change for change in changes(after, before)}
    assert back["f2"][1:7] == (1, 2, "contact_farther", "f1", "case_withdrawn", "f1")
