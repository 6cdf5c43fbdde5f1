"""The positivity of an area is read from released tubes, pools unmixed, and nobody counts twice."""

from datetime import timedelta

import pytest

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.sampling.models import Result
from lachan.sampling.pool_positivity import Area, Tally, communes_sampled, tallies
from tests.factories import cast
from tests.sampling.pools_answered import answered, let_out, people, take_back, withdraw

#: A commune for each test, so that one small database serves all of them.
_COMMUNES = iter(range(cast.HERE + 100, cast.HERE + 200))


@pytest.fixture
def commune() -> int:
    """A commune in which nobody was sampled before."""
    return next(_COMMUNES)


def counted(
    commune: int, *, by: Principal | None = None, group: str = "screening", days: int = 7
) -> list[Tally]:
    """What an officer of the commune counts."""
    officer = by or cast.of_commune(Role.STATION_OFFICER, commune)
    area = Area("covid-19", group, commune, now() - timedelta(days=days))
    with scoped(officer, "sampling"):
        return tallies(area)


def test_pools_and_single_tubes_are_counted_by_size(commune: int) -> None:
    answered(people(3, commune), "positive")
    answered(people(3, commune), "negative")
    answered(people(1, commune), "negative")

    assert counted(commune) == [Tally(1, 1, 0), Tally(3, 2, 1)]


def test_the_size_is_how_many_are_in_it_and_not_how_many_fit(commune: int) -> None:
    answered(people(2, commune), "negative", limit=10)

    assert counted(commune) == [Tally(2, 1, 0)]


def test_what_is_not_released_or_not_clear_does_not_count(commune: int) -> None:
    answered(people(1, commune), "positive", release=False)
    answered(people(1, commune), None)
    answered(people(1, commune), "invalid")
    answered(people(1, commune), "indeterminate")

    assert counted(commune) == []


def test_a_corrected_result_counts_as_corrected(commune: int) -> None:
    tube = answered(people(2, commune), "positive")
    with scoped(cast.of_nation(), "test"):
        first = Result.objects.get(tube=tube)
    let_out(tube, "negative", replaces=first)

    assert counted(commune) == [Tally(2, 1, 0)]


def test_a_withdrawn_correction_that_is_not_released_counts_for_nothing(commune: int) -> None:
    tube = answered(people(2, commune), "positive")
    with scoped(cast.of_nation(), "test"):
        first = Result.objects.get(tube=tube)
    let_out(tube, "negative", replaces=first, release=False)

    assert counted(commune, by=cast.of_nation()) == []


def test_a_withdrawn_result_counts_for_nothing(commune: int) -> None:
    answered(people(2, commune), "negative")
    withdraw(answered(people(2, commune), "positive"))

    assert counted(commune) == [Tally(2, 1, 0)]


def test_after_a_withdrawn_pool_a_single_sample_is_a_draw_of_its_own(commune: int) -> None:
    members = people(3, commune)
    withdraw(answered(members, "positive", days_ago=3))
    answered(members[:1], "positive", days_ago=2)

    assert counted(commune) == [Tally(1, 1, 1)]


def test_whoever_was_taken_back_at_the_table_makes_no_tube_and_no_size(commune: int) -> None:
    take_back(answered(people(1, commune), "positive"), 1)
    take_back(answered(people(3, commune), "negative"), 1)

    assert counted(commune) == [Tally(2, 1, 0)]


def test_a_pool_one_was_taken_back_from_is_no_pool_before(commune: int) -> None:
    [one, other] = people(2, commune)
    tube = answered([one, other], "positive", days_ago=3)
    take_back(tube, 2)
    answered([one], "positive", days_ago=2)

    assert counted(commune) == [Tally(1, 1, 1)]


def test_the_single_samples_after_a_positive_pool_are_no_new_draw(commune: int) -> None:
    members = people(3, commune)
    answered(members, "positive", days_ago=3)
    answered(members[:1], "positive", days_ago=2)
    answered(members[1:2], "negative", days_ago=2)
    answered(people(1, commune), "negative", days_ago=2)

    assert counted(commune) == [Tally(1, 1, 0), Tally(3, 1, 1)]


def test_a_single_sample_after_a_negative_pool_is_a_new_draw(commune: int) -> None:
    members = people(2, commune)
    answered(members, "negative", days_ago=5)
    answered(members[:1], "negative", days_ago=1)

    assert counted(commune) == [Tally(1, 1, 0), Tally(2, 1, 0)]


def test_a_positive_pool_before_the_first_day_still_explains_its_single_samples(
    commune: int,
) -> None:
    members = people(2, commune)
    answered(members, "positive", days_ago=8)
    answered(members[:1], "positive", days_ago=6)

    assert counted(commune) == []


def test_older_tubes_do_not_count(commune: int) -> None:
    answered(people(1, commune), "negative", days_ago=8)

    assert counted(commune) == []
    assert counted(commune, days=9) == [Tally(1, 1, 0)]


def test_people_with_symptoms_are_of_no_group_and_contacts_are_apart(commune: int) -> None:
    answered(people(1, commune), "positive", reason="symptoms")
    answered(people(1, commune), "positive", reason="contact")
    answered(people(1, commune), "negative", reason="zone")
    answered(people(1, commune), "negative", reason="request")

    assert counted(commune) == [Tally(1, 2, 0)]
    assert counted(commune, group="contact") == [Tally(1, 1, 1)]


def test_another_commune_and_its_officer_count_their_own(commune: int) -> None:
    elsewhere = next(_COMMUNES)
    answered(people(1, commune), "positive")
    answered(people(1, elsewhere), "negative")

    assert counted(commune) == [Tally(1, 1, 1)]
    assert counted(elsewhere) == [Tally(1, 1, 0)]
    assert counted(commune, by=cast.of_commune(Role.STATION_OFFICER, elsewhere)) == []
    assert counted(commune, by=cast.outsider()) == []


def test_a_sampler_counts_the_tubes_of_his_own_table(commune: int) -> None:
    unit = uuid7()
    answered(people(1, commune), "negative", organisation=unit)
    answered(people(1, commune), "positive")
    mine = cast.of_organisation(Role.SAMPLER, unit)

    assert counted(commune, by=mine) == [Tally(1, 1, 0)]


def test_the_communes_offered_are_those_sampled(commune: int) -> None:
    answered(people(1, commune), None)
    with scoped(cast.of_commune(Role.STATION_OFFICER, commune), "sampling"):
        assert communes_sampled(now() - timedelta(days=30)) == [commune]
        assert communes_sampled(now()) == []
