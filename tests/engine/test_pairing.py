"""The pair path against its definition, on random worlds and on real contacts."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lachan.engine import naive, naive_meetings, naive_pairs
from lachan.engine.days import OFFSET
from lachan.engine.meetings import WHOLE
from lachan.engine.naive_pairs import Evidence
from lachan.engine.pair_answers import MOST, PairContact
from lachan.engine.pair_names import meetings_named, related_named, trace_named
from lachan.engine.pair_rule import Home, Minimum, PairRule
from lachan.engine.rule import Rule
from tests.engine.pair_worlds import PairWorld, random_pair_world
from tests.engine.test_tracing import school_encounters
from tests.engine.worlds import World, random_world

worlds = st.integers(0, 2**48).map(random_pair_world)


@settings(max_examples=1_000, deadline=None, database=None)
@given(worlds)
def test_it_agrees_with_the_definition(world: PairWorld) -> None:
    assert trace_named(*world) == naive_pairs.trace(*world)


@settings(max_examples=500, deadline=None, database=None)
@given(worlds)
def test_its_meetings_agree_with_the_definition(world: PairWorld) -> None:
    for hop in range(1, world.rule.hops + 1):
        assert meetings_named(*world, hop) == naive_meetings.meetings(*world, hop)


@settings(max_examples=500, deadline=None, database=None)
@given(worlds)
def test_who_is_only_related_agrees_with_the_definition(world: PairWorld) -> None:
    assert related_named(*world) == naive_pairs.related(*world)


def test_longer_lengths_never_give_less() -> None:
    for seed in range(1_500):
        for contact in naive_pairs.trace(*random_pair_world(seed)):
            assert contact.least <= contact.exposure <= contact.most
            told = contact.most if contact.sure == MOST else contact.exposure
            assert contact.place + contact.encounter + contact.household == told


def test_the_random_worlds_hold_every_feature() -> None:
    found = [c for seed in range(500) for c in naive_pairs.trace(*random_pair_world(seed))]

    assert {contact.hop for contact in found} == {1, 2, 3, 4}
    assert {contact.sure for contact in found} == {0, 1, 2}
    for feature in ("place", "encounter", "household", "imputed", "cleared_at"):
        assert sum(bool(getattr(contact, feature)) for contact in found) > 50, feature
    assert sum(contact.exposure % WHOLE > 0 for contact in found) > 50
    assert sum(bool(naive_pairs.related(*random_pair_world(seed))) for seed in range(99)) > 20


@settings(max_examples=100, deadline=None, database=None)
@given(worlds, st.randoms(use_true_random=False))
def test_it_does_not_depend_on_the_order_of_rows(world: PairWorld, dice: random.Random) -> None:
    fields = world.evidence._fields[:-1]
    rows = {field: getattr(world.evidence, field) for field in fields}
    shuffled = world.evidence._replace(
        **{field: dice.sample(own, len(own)) for field, own in rows.items()}
    )

    assert trace_named(shuffled, world.rule) == trace_named(*world)


def as_pairs(world: World) -> PairWorld:
    """The same world under a pair rule that adds nothing."""
    rule = PairRule(
        hops=world.rule.hops,
        minima=(Minimum(total=world.rule.min_seconds),),
        latent_seconds=world.rule.latent_seconds,
        open_minutes=world.rule.open_minutes,
    )
    near = [(a, b, start, end, WHOLE) for a, b, start, end in world.encounters]
    return PairWorld(Evidence(world.cases, world.visits, near), rule)


def as_plain(contact: PairContact) -> naive.Contact:
    """What a contact is without pairs."""
    assert contact.certain
    assert contact.least == contact.exposure == contact.most == contact.seconds * WHOLE
    return naive.Contact(
        person=contact.person,
        hop=contact.hop,
        via=contact.via,
        first_at=contact.first_at,
        seconds=contact.seconds,
        venues=contact.venues,
        sources=contact.sources,
        imputed=contact.imputed,
    )


@settings(max_examples=500, deadline=None, database=None)
@given(st.integers(0, 2**48).map(random_world))
def test_with_neutral_settings_it_is_the_plain_definition(world: World) -> None:
    expected = naive.trace(*world)

    assert [as_plain(contact) for contact in naive_pairs.trace(*as_pairs(world))] == expected
    assert [as_plain(contact) for contact in trace_named(*as_pairs(world))] == expected


@pytest.mark.slow
def test_it_agrees_on_the_real_contacts_of_a_school() -> None:
    school = school_encounters()
    pupils = sorted({name for row in school for name in row[:2]})
    begin = min(row[2] for row in school)
    dice = random.Random(20)
    # The file knows no distances: every third encounter is taken to be less sure.
    near = [(*row, dice.choice((1_000, 1_000, 400))) for row in school]
    reached = 0

    for number, pupil in enumerate(dice.sample(pupils, 6)):
        cases = [(pupil, begin + 607 * number, None if number % 3 else begin + 40_000)]
        minima = (Minimum(total=900, one_source=120), Minimum(one_meeting=240))
        rule = PairRule(hops=3, minima=minima, latent_seconds=number % 2 * 3_600, negative_hours=12)
        isolations = [(each, begin + 10_000, begin + 20_000) for each in dice.sample(pupils, 20)]
        negatives = [(each, begin + 120_000) for each in dice.sample(pupils, 60)]
        evidence = Evidence(cases, [], near, isolations=isolations, negatives=negatives)

        answer = trace_named(evidence, rule)

        assert answer == naive_pairs.trace(evidence, rule)
        reached += len(answer)
    assert reached > 100


@pytest.mark.slow
def test_with_neutral_settings_it_is_the_plain_trace_of_the_school() -> None:
    school = school_encounters()
    pupil = min(name for row in school for name in row[:2])
    world = World([], school, [(pupil, 0, None)], Rule(hops=4, min_seconds=900))

    answer = [as_plain(contact) for contact in trace_named(*as_pairs(world))]

    assert answer == naive.trace(*world)
    assert len(answer) > 100


def test_one_meeting_runs_on_under_two_parts_of_one_place_at_once() -> None:
    places = [("workshop", None, "x"), ("a", "workshop", "x"), ("b", "workshop", "x")]
    spans = [("a", 0, 6_000), ("b", 600, 1_200), ("b", 3_000, 3_600)]
    visits = [(name, *span) for name in ("F0", "person") for span in spans]
    evidence = Evidence([("F0", 0, None)], visits, places=places)
    rule = PairRule(hops=1, minima=(Minimum(),))

    for trace in (naive_pairs.trace, trace_named):
        [contact] = trace(evidence, rule)

        assert contact.one_meeting == contact.exposure == 7_200 * WHOLE


def test_of_two_sources_alike_the_smaller_is_named() -> None:
    encounters = [("person", name, 0, 600, WHOLE) for name in ("F2", "F0", "F1")]
    evidence = Evidence([(name, 0, None) for name in ("F0", "F1", "F2")], encounters=encounters)

    for trace in (naive_pairs.trace, trace_named):
        [contact] = trace(evidence, PairRule(hops=1, minima=(Minimum(),)))

        assert (contact.via, contact.one_source) == ("F0", 600 * WHOLE)


def test_touching_encounters_alike_are_one_meeting() -> None:
    near = [("a", "F0", 0, 60, 500), ("F0", "a", 60, 120, 500), ("a", "F0", 120, 180, 400)]
    evidence = Evidence([("F0", 0, None)], encounters=near)
    rule = PairRule(hops=1, minima=(Minimum(),))

    for meetings in (naive_meetings.meetings, meetings_named):
        found = meetings(evidence, rule, 1)

        assert [(one.start, one.end, one.weight) for one in found] == [
            (0, 120, 500),
            (120, 180, 400),
        ]


def test_days_at_home_with_a_possible_source_stay_one_entry_a_day() -> None:
    midnight, day = -OFFSET, 86_400
    visits = [("F0", "v", midnight, None), ("F1", "v", midnight + 3_600, midnight + 7_200)]
    households = [("h", "F1", midnight, None), ("h", "F2", midnight, None)]
    rule = PairRule(2, (Minimum(),), open_minutes=30, open_most_minutes=90, home=Home())
    evidence = Evidence(
        [("F0", midnight, None)], visits, households=households, as_of=midnight + 2 * day
    )

    for meetings in (naive_meetings.meetings, meetings_named):
        found = meetings(evidence, rule, 2)

        # F1 is a contact only by the longest length, so she is no source by the others.
        assert [(one.start, one.end, one.least, one.most, one.imputed) for one in found] == [
            (midnight + 3_600, midnight + 3_600, 0, day - 3_600, False),
            (midnight + day, midnight + day, 0, day, False),
        ]
