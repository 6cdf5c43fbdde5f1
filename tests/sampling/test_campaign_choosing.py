"""Who stands for a household: fewer than five people one, else two, the ill beside them."""

from collections import Counter
from uuid import UUID

import pytest

from lachan.core.ids import uuid7
from lachan.sampling.campaign_choosing import HouseholdRule, Mate, is_chosen, representatives

RULE = HouseholdRule(below=5, small=1, large=2)


def household(*contacts: int) -> list[Mate]:
    """Mates who meet so many people."""
    return [Mate(uuid7(), count) for count in contacts]


def chosen(mates: list[Mate], rule: HouseholdRule = RULE) -> set[UUID]:
    """Who of them is sampled."""
    return {person for person, why in representatives(mates, rule).items() if is_chosen(why)}


@pytest.mark.parametrize(("people", "sampled"), [(1, 1), (2, 1), (4, 1), (5, 2), (9, 2)])
def test_so_many_stand_for_a_household(people: int, sampled: int) -> None:
    assert len(chosen(household(*range(people)))) == sampled


def test_those_who_meet_most_people_are_taken() -> None:
    mates = household(3, 40, 0, 12, 7)
    assert chosen(mates) == {mates[1].person, mates[3].person}


def test_of_two_who_meet_equally_many_the_older_is_taken() -> None:
    young, old = Mate(uuid7(), 2, born=2001), Mate(uuid7(), 2, born=1950)
    assert chosen([young, old]) == {old.person}


def test_whoever_has_symptoms_is_sampled_beside_the_representative() -> None:
    mates = [*household(9, 1), Mate(uuid7(), 0, symptoms=True)]
    assert chosen(mates) == {mates[0].person, mates[2].person}
    why = representatives(mates, RULE)
    assert Counter(why.values()) == {"symptoms": 1, "most_contacts": 1, "represented": 1}


def test_in_a_zone_everybody_is_sampled() -> None:
    everybody = HouseholdRule(below=5, small=1, large=2, everybody=True)
    mates = household(0, 0, 0)
    assert chosen(mates, everybody) == {mate.person for mate in mates}
