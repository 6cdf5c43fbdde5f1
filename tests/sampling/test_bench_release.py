"""Two levels of release: the technical one beside the controls, the medical one by urgency, every
positive by itself."""

from typing import Any

import pytest

from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.sampling import bench_reading, custody_receiving, services
from lachan.sampling.models import Approval, Release, Result, Tube, Withdrawal
from tests.factories import cast
from tests.sampling import at_the_bench as bench
from tests.sampling.on_the_road import reject
from tests.sampling.people_at_the_table import Team, browser, team


def waiting(at: Team, *outcomes: str, reason: str = "contact") -> list[Result]:
    """Results that have their technical release."""
    found = [bench.found(at, bench.tube(at, reason=reason), outcome) for outcome in outcomes]
    bench.approved(at, found)
    return found


def released(result: Result) -> bool:
    """Whether it left the laboratory."""
    with system_scope("test"):
        return Release.objects.filter(result=result).exists()


def test_negatives_go_out_together_and_a_positive_never_with_them() -> None:
    at = team()
    positive, first, second = waiting(at, "positive", "negative", "negative")
    chosen = {"result": [positive.id, first.id, second.id]}
    page = browser(at.lead).post("/laboratory/release/", chosen, follow=True)
    assert "2 results released." in page.text
    assert "A positive is released on its own page" in page.text
    assert [released(one) for one in (positive, first, second)] == [False, True, True]


def test_a_positive_is_shown_with_its_cycles_and_controls_then_released() -> None:
    at = team()
    one = bench.tube(at, reason="symptoms")
    made = bench.plate(at, one)
    bench.judged(at, made)
    result = bench.found(at, one, "positive")
    bench.approved(at, [result])
    lead = browser(at.lead)
    page = lead.get(f"/laboratory/release/{result.id}/").text
    for words in ("24.1", "Has symptoms", made.barcode, "negative control (NTC)", "CFX 1"):
        assert words in page
    assert "Nông Thị Lành" not in page
    page = lead.post(f"/laboratory/release/{result.id}/", follow=True)
    assert page.redirect_chain[-1][0] == "/laboratory/release/"
    assert released(result)


def test_after_a_positive_comes_the_next_one() -> None:
    at = team()
    first, second = waiting(at, "positive", "positive")
    answer = browser(at.lead).post(f"/laboratory/release/{first.id}/")
    assert answer["Location"] == f"/laboratory/release/{second.id}/"


def test_the_most_urgent_stands_first_then_the_oldest() -> None:
    at = team()
    order = ["screening", "contact", "symptoms", "zone"]
    made = {reason: waiting(at, "negative", reason=reason)[0] for reason in order}
    later = waiting(at, "negative", reason="symptoms")[0]
    with system_scope("test"):
        work = bench_reading.to_release(at.laboratory)
    assert [one.result.id for one in work] == [
        made["symptoms"].id,
        later.id,
        made["contact"].id,
        made["zone"].id,
        made["screening"].id,
    ]


def test_who_entered_or_checked_it_does_not_release_it() -> None:
    at = team()
    one = bench.tube(at)
    bench.key(at.lead, one, "positive", bench.POSITIVE)
    bench.key(at.technician, one, "positive", bench.POSITIVE)
    with system_scope("test"):
        result = Result.objects.get(tube=one)
    bench.approved(at, [result])
    lead = browser(at.lead)
    page = lead.post(f"/laboratory/release/{result.id}/")
    assert page.status_code == 422
    assert "Somebody else must release this result" in page.text
    assert not released(result)


def test_nothing_goes_out_before_its_technical_release() -> None:
    at = team()
    result = bench.found(at, bench.tube(at), "positive")
    page = browser(at.lead).post(f"/laboratory/release/{result.id}/")
    assert "no technical release yet" in page.text
    assert not released(result)


def test_a_tube_rejected_after_its_result_came_is_not_released() -> None:
    at = team()
    [result] = waiting(at, "positive")
    reject(at, result.tube, "broken")
    lead = browser(at.lead)

    page = lead.post(f"/laboratory/release/{result.id}/")

    assert page.status_code == 422
    assert "This tube was rejected" in page.text
    assert not released(result)
    assert str(result.id) not in lead.get("/laboratory/release/").text
    with pytest.raises(Refused) as refused, scoped(at.lead, "laboratory") as by:
        services.release_result(result=result, by=by)
    assert refused.value.code == "tube_rejected"


def test_accepted_after_all_it_is_released() -> None:
    at = team()
    [result] = waiting(at, "positive")
    reject(at, result.tube, "broken")
    with scoped(at.technician, "laboratory") as by:
        custody_receiving.scan_in(barcode=result.tube.barcode, anyway=True, by=by)

    browser(at.lead).post(f"/laboratory/release/{result.id}/")

    assert released(result)


def test_the_technical_release_is_given_on_the_plate_beside_the_controls() -> None:
    at = team()
    tubes = [bench.tube(at), bench.tube(at)]
    made = bench.plate(at, *tubes)
    bench.judged(at, made)
    results = [bench.found(at, one, "negative") for one in tubes]
    technician = browser(at.technician)
    page = technician.get(f"/laboratory/plates/{made.id}/").text
    assert all(str(one.id) in page for one in results)
    given = {"result": [one.id for one in results]}
    answer = technician.post(f"/laboratory/approve/?plate={made.id}", given, follow=True)
    assert answer.redirect_chain[-1][0] == f"/laboratory/plates/{made.id}/"
    assert "2 results checked." in answer.text
    with system_scope("test"):
        assert Approval.objects.filter(result__in=results).count() == 2


def test_the_head_withdraws_with_a_reason_and_a_technician_does_not() -> None:
    at = team()
    [result] = waiting(at, "negative")
    browser(at.lead).post("/laboratory/release/", {"result": result.id})
    address = f"/laboratory/results/{result.id}/withdraw/"
    assert browser(at.technician).get(address).status_code == 403
    lead = browser(at.lead)
    assert lead.post(address, {"reason": ""}).status_code == 422
    lead.post(address, {"reason": "Nhầm ống"})
    with system_scope("test"):
        assert Withdrawal.objects.get(result=result).reason == "Nhầm ống"
    assert "Nhầm ống" in lead.get(f"/laboratory/{result.tube_id}/").text


def test_a_positive_is_withdrawn_where_its_consequences_are_listed() -> None:
    at = team()
    [result] = waiting(at, "positive")
    lead = browser(at.lead)
    lead.post(f"/laboratory/release/{result.id}/")
    answer = lead.get(f"/laboratory/results/{result.id}/withdraw/")
    assert answer["Location"] == f"/corrections/{result.id}/"
    with system_scope("test"):
        assert not Withdrawal.objects.filter(result=result).exists()


def test_the_day_adds_up() -> None:
    at = team()
    out, checked = waiting(at, "negative", "negative")
    browser(at.lead).post("/laboratory/release/", {"result": out.id})
    working, failing = bench.tube(at), bench.tube(at)
    bench.plate(at, working)
    bench.judged(at, bench.plate(at, failing), bench.CONTAMINATED)
    for one in (out.tube, checked.tube):
        browser(at.technician).post("/laboratory/accession/", {"code": one.barcode})
    with system_scope("test"):
        day = bench_reading.day_sum(at.laboratory)
    assert (day.received, day.released, day.checking, day.working, day.again) == (4, 1, 1, 1, 1)
    assert "It adds up" in browser(at.technician).get("/laboratory/").text


def desk(at: Team, **query: Any) -> str:
    """The desk of a technician."""
    return str(browser(at.technician).get("/laboratory/", query).text)


def test_the_desk_finds_a_tube_by_its_number_and_a_plate_by_its_code() -> None:
    at = team()
    one = bench.tube(at)
    made = bench.plate(at, one)
    client = browser(at.technician)
    with system_scope("test"):
        label = one.accessions.get().label
    assert client.get("/laboratory/", {"tube": label})["Location"] == f"/laboratory/{one.id}/"
    there = client.get("/laboratory/", {"tube": made.barcode})["Location"]
    assert there == f"/laboratory/plates/{made.id}/"
    assert label in desk(at)


def test_the_desk_is_a_file_without_a_person() -> None:
    at = team()
    [result] = waiting(at, "negative")
    answer = browser(at.technician).get("/laboratory/tubes.csv", {"state": "approved"})
    text = answer.content.decode("utf-8-sig")
    with system_scope("test"):
        barcode = Tube.objects.get(pk=result.tube_id).barcode
    assert barcode in text
    assert "Nông Thị Lành" not in text
    assert len(text.splitlines()) == 2
    assert browser(at.technician).get("/laboratory/tubes.xlsx").status_code == 200


@pytest.mark.parametrize("page", ["", "accession/", "plates/", "repeats/", "tubes.csv", "release/"])
def test_only_the_laboratory_comes_in(page: str) -> None:
    at = team()
    nobody = (at.sampler, cast.outsider(), cast.of_province(Role.DIRECTOR))
    assert [browser(one).get(f"/laboratory/{page}").status_code for one in nobody] == [403] * 3
    expected = 403 if page == "release/" else 200
    assert browser(at.technician).get(f"/laboratory/{page}").status_code == expected
    assert browser(at.lead).get(f"/laboratory/{page}").status_code == 200


def test_plates_and_results_of_another_laboratory_are_not_there() -> None:
    at, elsewhere = team(), team()
    one = bench.tube(at)
    made = bench.plate(at, one)
    [result] = waiting(at, "positive")
    stranger = browser(elsewhere.lead)
    for page in (f"plates/{made.id}/", f"release/{result.id}/", f"results/{result.id}/amend/"):
        assert stranger.get(f"/laboratory/{page}").status_code == 404
    for act in ("start", "controls", "take-out"):
        assert stranger.post(f"/laboratory/plates/{made.id}/{act}/").status_code == 404


def test_a_plate_is_filled_run_and_judged_by_its_page() -> None:
    at = team()
    client = browser(at.technician)
    given = {"barcode": "P-HTTP-1", "size": "96", "assay": "covid-19/n1-n2-rp"}
    address = client.post("/laboratory/plates/", given)["Location"]
    page = client.get(address).text
    assert '<p class="n" aria-live="polite">A1</p>' in page
    one = bench.tube(at)
    page = client.post(address, {"code": one.barcode}, follow=True).text
    assert f"{one.barcode} stands at A1." in page
    assert '<p class="n" aria-live="polite">B1</p>' in page
    assert client.post(address, {"code": one.barcode}).status_code == 422
    run = {"machine": "CFX 1", "lot": "L7", "lot_expires": "2020-01-01"}
    assert "This lot has expired" in client.post(f"{address}start/", run).text
    page = client.post(f"{address}start/", run | {"lot_expires": "2099-01-01"}, follow=True).text
    assert "read the controls" in page
    cycles = {
        f"{well}_{target}": "-" if cycle is None else f"{cycle:g}".replace(".", ",")
        for well, read in bench.RIGHT.items()
        for target, cycle in read.items()
    }
    assert client.post(f"{address}controls/", cycles | {"H12_N1": ""}).status_code == 422
    page = client.post(f"{address}controls/", cycles, follow=True).text
    assert "The controls are right: key the results." in page
