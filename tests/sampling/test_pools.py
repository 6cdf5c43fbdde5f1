"""A positive pool asks each person in it again, and makes nobody a case."""

from datetime import timedelta

from lachan.core.scope import system_scope
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.people.services import Stay
from lachan.sampling.models import PoolMember, Release, SampleRequest
from lachan.tracing.models import Case
from tests.factories import outbreak
from tests.sampling.answers import people, released, tube_of, withdrawn, worked
from tests.sampling.people_at_the_table import Team, team

TEN = [f"Nông Văn {number}" for number in range(1, 11)]


def requests(at: Team, tube_id: object) -> list[SampleRequest]:
    with system_scope("test"):
        rows = SampleRequest.objects.filter(source="positive_pool", source_id=tube_id)
        return list(rows.order_by("asked_at", "id"))


def test_a_positive_pool_of_ten_asks_ten_for_a_sample_of_their_own() -> None:
    at = team()
    inside = people(at, TEN)
    tube = tube_of(at, inside, limit=10)
    result = released(at, tube, "positive")
    worked()
    asked = requests(at, tube.id)
    assert {row.person_id for row in asked} == set(inside)
    assert len(asked) == 10
    with system_scope("test"):
        at_release = Release.objects.get(result=result).at
    for row in asked:
        assert row.single
        assert (row.state, row.reason, row.method) == ("open", "contact", "pcr")
        assert row.organisation == at.sampler.organisation
        assert row.due_at == at_release + timedelta(hours=12)


def test_nobody_of_it_becomes_a_case_and_worked_twice_asks_once() -> None:
    at = team()
    inside = people(at, TEN[:3])
    tube = tube_of(at, inside, limit=5)
    released(at, tube, "positive")
    worked()
    worked()
    assert len(requests(at, tube.id)) == 3
    with system_scope("test"):
        assert not Case.objects.filter(person__in=inside).exists()
        assert PoolMember.objects.filter(tube=tube).count() == 3


def test_a_positive_of_a_tube_of_ones_own_makes_the_case_at_once() -> None:
    at = team()
    unit = outbreak.Unit.of(outbreak.HERE_CODE)
    home = Stay(unit.commune, unit.province, "Ngõ 3")
    [ill] = people(at, ["Lò Thị Ban"], stay=home)
    tube = tube_of(at, [ill])
    released(at, tube, "positive")
    worked()
    assert requests(at, tube.id) == []
    with system_scope("test"):
        assert Case.objects.filter(person=ill).count() == 1


def test_the_household_is_asked_to_stay_by_a_message_that_a_human_approves() -> None:
    at = team()
    inside = people(at, TEN[:2])
    tube = tube_of(at, inside, limit=10)
    released(at, tube, "positive")
    worked()
    with system_scope("test"):
        drafts = list(Notice.objects.filter(person__in=inside))
        texts = [text_of(row, "en") for row in drafts]
    assert [(row.kind, row.state) for row in drafts] == [("pool_retest", "drafted")] * 2
    for text in texts:
        assert "stay at home for now" in text
        assert "Nobody is taken for ill because of a shared tube" in text
        assert "Positive" not in text
        assert "Nông" not in text
        assert tube.barcode not in text


def test_a_negative_pool_asks_nobody_and_one_withdrawn_before_the_worker_neither() -> None:
    at = team()
    inside = people(at, TEN[:2])
    quiet = tube_of(at, inside, limit=10)
    released(at, quiet, "negative")
    wrong = tube_of(at, inside, limit=10)
    withdrawn(at, released(at, wrong, "positive"))
    worked()
    assert requests(at, quiet.id) + requests(at, wrong.id) == []


def test_the_own_sample_answers_the_request() -> None:
    at = team()
    inside = people(at, TEN[:2])
    tube = tube_of(at, inside, limit=10)
    released(at, tube, "positive")
    worked()
    tube_of(at, inside, limit=10)
    assert {row.state for row in requests(at, tube.id)} == {"open"}
    tube_of(at, inside[:1])
    assert sorted(row.state for row in requests(at, tube.id)) == ["done", "open"]
