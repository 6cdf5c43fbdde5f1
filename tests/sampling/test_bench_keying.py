"""Results by hand: keyed twice without seeing each other, amended with a reason, asked again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped, system_scope
from lachan.sampling import bench_amending, bench_keying, services
from lachan.sampling.bench_forms import CycleField
from lachan.sampling.models import Amendment, Keying, Release, Result, SampleRequest, Tube
from tests.sampling import at_the_bench as bench
from tests.sampling.people_at_the_table import browser, team


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is done inside is refused with this code."""
    with pytest.raises(Refused) as said:
        yield
    assert said.value.code == code


def results(of: Tube) -> list[Result]:
    """Every result of a tube."""
    with system_scope("test"):
        return list(Result.objects.filter(tube=of).order_by("entered_at"))


def test_two_who_read_the_same_make_the_result_and_the_first_entered_it() -> None:
    at = team()
    one, other = bench.tube(at), bench.colleague(at)
    assert bench.key(at.technician, one, "positive", bench.POSITIVE).state == bench_keying.FIRST
    assert results(one) == []
    keyed = bench.key(other, one, "positive", bench.POSITIVE)
    assert keyed.state == bench_keying.AGREED
    [result] = results(one)
    assert (result.entered_by, result.ct, result.test) == (
        at.technician.account,
        bench.POSITIVE,
        "94500-6",
    )


def test_one_person_alone_makes_no_result() -> None:
    at = team()
    one = bench.tube(at)
    for _time in range(3):
        keyed = bench.key(at.technician, one, "negative", bench.NEGATIVE)
        assert keyed.state == bench_keying.FIRST
    assert results(one) == []


def test_of_two_who_differ_a_third_decides() -> None:
    at = team()
    one, other, third = bench.tube(at), bench.colleague(at), bench.colleague(at)
    bench.key(at.technician, one, "negative", bench.NEGATIVE)
    assert bench.key(other, one, "positive", bench.POSITIVE).state == bench_keying.DIFFERS
    assert results(one) == []
    assert bench.key(third, one, "positive", bench.POSITIVE).state == bench_keying.AGREED
    [result] = results(one)
    assert (result.outcome, result.entered_by) == ("positive", other.account)


def test_a_third_who_reads_something_else_decides_alone() -> None:
    at = team()
    one, third = bench.tube(at), bench.colleague(at)
    bench.key(at.technician, one, "negative", bench.NEGATIVE)
    bench.key(bench.colleague(at), one, "positive", bench.POSITIVE)
    bench.key(third, one, "indeterminate", {"N1": 38.0, "N2": None, "RP": 27.0})
    [result] = results(one)
    assert (result.outcome, result.entered_by) == ("indeterminate", third.account)


def test_a_cycle_that_differs_is_a_difference() -> None:
    at = team()
    one = bench.tube(at)
    bench.key(at.technician, one, "positive", bench.POSITIVE)
    slipped = bench.POSITIVE | {"N1": 21.4}
    keyed = bench.key(bench.colleague(at), one, "positive", slipped)
    assert keyed.state == bench_keying.DIFFERS


def test_a_page_sent_twice_counts_once_and_with_other_content_not_at_all() -> None:
    at = team()
    one, id = bench.tube(at), uuid7()
    bench.key(at.technician, one, "negative", bench.NEGATIVE, id)
    assert bench.key(at.technician, one, "negative", bench.NEGATIVE, id).state == "first"
    with refused("different_content"):
        bench.key(at.technician, one, "positive", bench.POSITIVE, id)
    with system_scope("test"):
        assert Keying.objects.filter(tube=one).count() == 1
    last = uuid7()
    other = bench.colleague(at)
    for _time in range(2):
        assert bench.key(other, one, "negative", bench.NEGATIVE, last).state == "agreed"
    assert len(results(one)) == 1


def test_an_outcome_that_its_cycles_do_not_mean_is_refused() -> None:
    at = team()
    one = bench.tube(at)
    with refused("reading_differs"):
        bench.key(at.technician, one, "negative", bench.POSITIVE)
    with refused("target_missing"):
        bench.key(at.technician, one, "positive", {"N1": 20.0})
    bench.key(at.technician, one, "invalid", bench.POSITIVE)


def test_who_has_a_result_is_amended_not_keyed() -> None:
    at = team()
    one = bench.tube(at)
    bench.found(at, one, "negative")
    with refused("already_resulted"):
        bench.key(at.technician, one, "positive", bench.POSITIVE)


def amend(by: Principal, result: Result, reason: str = "Nhầm giếng") -> Result:
    """Say that the result was positive."""
    said = bench_keying.Said("positive", ct=bench.POSITIVE)
    with scoped(by, "laboratory"):
        return bench_amending.amend(result=result, said=said, reason=reason, by=by)


def test_an_amendment_is_a_new_result_with_a_reason_and_is_released_anew() -> None:
    at = team()
    result = bench.found(at, bench.tube(at), "negative")
    bench.approved(at, [result])
    with scoped(at.lead, "laboratory") as by:
        services.release_result(result=result, by=by)
    with refused("reason_needed"):
        amend(at.technician, result, " ")
    new = amend(at.technician, result)
    assert new.replaces_id == result.id
    with system_scope("test"):
        assert Amendment.objects.get(result=new).reason == "Nhầm giếng"
        assert not Release.objects.filter(result=new).exists()
    page = browser(at.technician).get(f"/laboratory/{result.tube_id}/").text
    assert 'class="struck"' in page
    assert "Nhầm giếng" in page
    with refused("already_corrected"):
        amend(at.technician, result)
    with refused("nothing_changed"):
        amend(at.technician, new)


@pytest.mark.parametrize("outcome", ["invalid", "indeterminate"])
def test_a_released_result_that_says_nothing_asks_for_another_sample_once(outcome: str) -> None:
    at = team()
    one = bench.tube(at)
    result = bench.found(at, one, outcome, ct={})
    bench.approved(at, [result])
    bench_amending.ask_again()
    assert asked(one) == 0
    with scoped(at.lead, "laboratory") as by:
        services.release_result(result=result, by=by)
    bench_amending.ask_again()
    bench_amending.ask_again()
    assert asked(one) == 1


def asked(of: Tube) -> int:
    """How many requests a tube made."""
    with system_scope("test"):
        source = SampleRequest.Source.INVALID
        return SampleRequest.objects.filter(source=source, source_id=of.id, single=True).count()


@pytest.mark.parametrize(
    ("text", "cycle"),
    [("24,10", 24.1), ("24.1", 24.1), ("7", 7.0), ("-", None), ("–", None), (" U ", None)],
)
def test_a_cycle_is_written_with_a_comma_or_a_point(text: str, cycle: float | None) -> None:
    assert CycleField(label="N").clean(text) == cycle


@pytest.mark.parametrize("text", ["", "abc", "1.234,5", "-3", "124", "24,1,1"])
def test_what_is_no_cycle_is_asked_again(text: str) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        CycleField(label="N").clean(text)


def post(by: Principal, of: Tube, **given: Any) -> Any:
    """Send the page of a tube."""
    answers = {"id": uuid7(), "outcome": "positive", "method": "pcr"} | given
    return browser(by).post(f"/laboratory/{of.id}/", answers, follow=True)


def test_the_second_does_not_see_what_the_first_keyed_and_the_third_sees_both() -> None:
    at = team()
    one, other = bench.tube(at), bench.colleague(at)
    cycles = {"ct_N1": "24,17", "ct_N2": "25,3", "ct_RP": "27"}
    assert "Now another person keys it too." in post(at.technician, one, **cycles).text
    page = browser(other).get(f"/laboratory/{one.id}/").text
    assert "24.17" not in page
    assert "Keyed by somebody else, now by you" in browser(other).get("/laboratory/").text
    minus = {"ct_N1": "-", "ct_N2": "-", "ct_RP": "27"}
    assert "A third looks at it." in post(other, one, outcome="negative", **minus).text
    assert "24.17" not in browser(other).get(f"/laboratory/{one.id}/").text
    third = browser(bench.colleague(at)).get(f"/laboratory/{one.id}/").text
    assert "24.17" in third
    assert "Negative" in third


def test_nothing_is_chosen_beforehand_and_half_a_reading_is_no_reading() -> None:
    at = team()
    one = bench.tube(at)
    page = browser(at.technician).get(f"/laboratory/{one.id}/").text
    assert "checked" not in page
    assert "Nông Thị Lành" not in page
    answer = post(at.technician, one, ct_N1="24,1")
    assert answer.status_code == 422
    assert "Write its cycle, or - for undetermined." in answer.text
    answer = post(at.technician, one, ct_N1="24,1", ct_N2="25", ct_RP="27", outcome="negative")
    assert "By the table of this test these cycles mean: Positive." in answer.text


def test_another_laboratory_keys_nothing_here() -> None:
    at, elsewhere = team(), team()
    one = bench.tube(at)
    assert post(elsewhere.technician, one).status_code == 404
