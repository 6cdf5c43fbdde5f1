"""A result by slip and code: no account, one person, five tries, on record."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client

from lachan.core.clock import now
from lachan.core.models import Look
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.people.selectors import card_of
from lachan.sampling import answer_slips
from lachan.sampling.answer_paper import paper_of
from lachan.sampling.answer_reading import answers_of
from lachan.sampling.answer_slips import Printed, give_slips
from lachan.sampling.models import ResultPaper, ResultSlip, Tube
from tests.factories import cast
from tests.sampling.answers import people, released, tube_of, withdrawn
from tests.sampling.people_at_the_table import Team, browser, team


@pytest.fixture(autouse=True)
def nobody_guessed() -> Iterator[None]:
    """Wrong codes of one test lock no other."""
    cache.clear()
    yield
    cache.clear()


def given(at: Team, *names: str, limit: int = 1) -> tuple[Tube, list[Printed]]:
    """People in a closed tube, each with a slip."""
    inside = people(at, names)
    tube = tube_of(at, inside, limit=limit)
    with scoped(at.sampler, "sampling") as by:
        return tube, give_slips(persons=inside, site="http://localhost", by=by)


def phone() -> Client:
    """A telephone on which nobody signed in."""
    return Client(headers={"accept-language": "en", "host": "localhost"})


def path(printed: Printed) -> str:
    return printed.link.removeprefix("http://localhost")


def test_the_code_shows_the_result_without_an_account() -> None:
    at = team()
    tube, [slip] = given(at, "Lò Văn Dọn")
    released(at, tube, "negative")
    client = phone()
    page = client.get(path(slip))
    assert "Type the code" in page.text
    assert "Lò Văn Dọn" not in page.text
    page = client.post(
        path(slip), {"code": f"{slip.code[:5]}-{slip.code[5:].lower()}"}, follow=True
    )
    assert "Negative" in page.text
    assert "Lò Văn Dọn" in page.text
    assert page["Cache-Control"] == "no-store"


def test_the_slip_is_read_by_code_alone_where_no_link_is_at_hand() -> None:
    at = team()
    tube, [slip] = given(at, "Lò Văn Dọn")
    released(at, tube, "negative")
    page = phone().post("/r/", {"code": slip.code}, follow=True)
    assert "Negative" in page.text


def test_on_one_telephone_each_slip_shows_its_own_person() -> None:
    at = team()
    tube, [mine, hers] = given(at, "Lò Văn Một", "Lò Thị Hai", limit=10)
    released(at, tube, "negative")
    client = phone()
    client.post(path(mine), {"code": mine.code})
    assert "Lò Văn Một" in client.get(path(mine)).text
    page = client.get(path(hers)).text
    assert "Type the code" in page
    assert "Lò" not in page
    assert client.post(path(hers), {"code": mine.code}).status_code == 422
    client.post(path(hers), {"code": hers.code})
    page = client.get(path(hers)).text
    assert "Lò Thị Hai" in page
    assert "Lò Văn Một" not in page


def test_five_wrong_codes_shut_the_slip_for_minutes_even_for_the_right_one() -> None:
    at = team()
    _tube, [slip] = given(at, "Lò Văn Dọn")
    client = phone()
    answers = [client.post(path(slip), {"code": "0000000000"}) for _try in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 5
    assert "Too many wrong codes" in answers[-1].text
    assert "Too many wrong codes" not in answers[-2].text
    assert "Too many wrong codes" in client.post(path(slip), {"code": slip.code}).text
    with system_scope("test"):
        shut = ResultSlip.objects.get(pk=slip.slip.pk).shut_until
        assert shut is not None
        assert timedelta(minutes=14) < shut - now() <= timedelta(minutes=15)
        ResultSlip.objects.filter(pk=slip.slip.pk).update(shut_until=now())
    page = client.post(path(slip), {"code": slip.code}, follow=True)
    assert "Lò Văn Dọn" in page.text


def test_a_code_of_another_length_is_no_try() -> None:
    at = team()
    _tube, [slip] = given(at, "Lò Văn Dọn")
    page = phone().post(path(slip), {"code": "12"})
    assert "ten signs" in page.text
    with system_scope("test"):
        assert ResultSlip.objects.get(pk=slip.slip.pk).tries == 0


def test_whoever_guesses_from_one_address_has_to_wait() -> None:
    at = team()
    _tube, [slip] = given(at, "Lò Văn Dọn")
    client = phone()
    for _try in range(answer_slips.WRONG_FROM_AN_ADDRESS):
        client.post("/r/", {"code": "0000000000"})
    assert "Wait a quarter of an hour" in client.post("/r/", {"code": slip.code}).text


def test_a_revoked_a_forged_and_an_ended_slip_open_nothing() -> None:
    at = team()
    _tube, [slip] = given(at, "Lò Văn Dọn")
    forged = re.sub(r"/r/(.)", lambda m: f"/r/{'B' if m[1] != 'B' else 'C'}", path(slip))
    assert phone().get(forged).status_code == 404
    with scoped(at.sampler, "sampling") as by:
        answer_slips.revoke_slip(slip=slip.slip, by=by)
    page = phone().post(path(slip), {"code": slip.code})
    assert page.status_code == 422
    assert "reported lost" in page.text
    slip.slip.expires_at = now() - timedelta(seconds=1)
    page = phone().get(path(slip))
    assert page.status_code == 410
    assert "has ended" in page.text


def test_the_look_is_on_record_and_no_other_page_opens() -> None:
    at = team()
    _tube, [slip] = given(at, "Lò Văn Dọn")
    client = phone()
    client.post(path(slip), {"code": slip.code})
    with scoped(cast.citizen(slip.slip.person_id), "own_data"):
        looks = list(Look.objects.filter(person=slip.slip.person_id, what="result"))
    assert [look.by_name for look in looks] == ["slip"]
    client.cookies["lachan"] = client.cookies["lachan_slip"].value
    for page in ("/results/", "/me/", "/pass/"):
        assert client.get(page).status_code in {302, 403, 404}


def test_closing_the_page_shuts_it_on_that_telephone() -> None:
    at = team()
    _tube, [slip] = given(at, "Lò Văn Dọn")
    client = phone()
    client.post(path(slip), {"code": slip.code})
    secret = client.cookies["lachan_slip"].value
    client.post(f"{path(slip)}close/")
    client.cookies["lachan_slip"] = secret
    assert "Type the code" in client.get(path(slip)).text


def test_the_table_prints_the_slips_of_its_tube_and_gives_none_twice() -> None:
    at = team()
    tube, slips = given(at, "Lò Văn Một", "Lò Thị Hai", limit=10)
    table = browser(at.sampler)
    page = table.post(f"/sampling/{tube.id}/slips/", follow=True).text
    assert all(each.typed in page for each in slips)
    assert table.get(f"/sampling/{tube.id}/slips/", {"as": "pdf"}).content.startswith(b"%PDF")
    with system_scope("test"):
        persons = [each.slip.person_id for each in slips]
        assert ResultSlip.objects.filter(person__in=persons).count() == 2
    for nobody in (at.technician, cast.citizen(), cast.of_commune(Role.STATION_OFFICER)):
        assert browser(nobody).post(f"/sampling/{tube.id}/slips/").status_code == 403
    assert browser(team().sampler).post(f"/sampling/{tube.id}/slips/").status_code == 404


def test_a_pool_that_needs_a_check_shows_nobody_positive() -> None:
    at = team()
    tube, [slip, _other] = given(at, "Lò Văn Một", "Lò Thị Hai", limit=10)
    released(at, tube, "positive")
    client = phone()
    client.post(path(slip), {"code": slip.code})
    page = client.get(path(slip)).text
    assert "Sample again" in page
    assert "Positive" not in page
    assert not re.search(r"\bF[0-4]\b", page)


def sample_of(tube: Tube) -> UUID:
    with system_scope("test"):
        return UUID(str(tube.samples.get().id))


def test_the_paper_of_a_result_is_checked_by_its_code_until_it_is_withdrawn() -> None:
    at = team()
    tube, [slip] = given(at, "Lò Văn Dọn")
    result = released(at, tube, "negative")
    client = phone()
    address = f"{path(slip)}{sample_of(tube)}.pdf"
    assert client.get(address).status_code == 302
    client.post(path(slip), {"code": slip.code})
    first, again = client.get(address), client.get(address)
    assert first.content.startswith(b"%PDF")
    assert again.content.startswith(b"%PDF")
    with system_scope("test") as by:
        assert ResultPaper.objects.filter(result=result).count() == 1
        [answer] = answers_of(slip.slip.person_id)
        card = card_of(slip.slip.person_id)
        assert card is not None
        token = paper_of(answer, card, by=by).token
    page = phone().get(f"/r/v/{token}/").text
    assert "This paper holds" in page
    assert "L. V. D." in page
    assert "Lò Văn Dọn" not in page
    withdrawn(at, result)
    page = phone().get(f"/r/v/{token}/").text
    assert "does not hold any more" in page
    assert "Negative" not in page
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert phone().get(f"/r/v/{forged}/").status_code == 404


def test_a_positive_pool_is_on_no_paper() -> None:
    at = team()
    tube, [slip] = given(at, "Lò Văn Dọn", limit=10)
    released(at, tube, "positive")
    client = phone()
    client.post(path(slip), {"code": slip.code})
    assert client.get(f"{path(slip)}{sample_of(tube)}.pdf").status_code == 404


def test_the_own_paper_is_for_its_person() -> None:
    at = team()
    tube, [slip] = given(at, "Lò Văn Dọn")
    released(at, tube, "negative")
    address = f"/results/{sample_of(tube)}.pdf"
    mine = browser(cast.citizen(slip.slip.person_id)).get(address)
    assert mine.content.startswith(b"%PDF")
    assert browser(cast.citizen()).get(address).status_code == 404


def test_a_lost_slip_is_replaced_at_the_table_and_opens_nothing() -> None:
    at = team()
    tube, [slip] = given(at, "Lò Văn Dọn")
    page = browser(at.sampler).post(
        f"/sampling/{tube.id}/slips/", {"lost": slip.slip.id}, follow=True
    )
    assert slip.typed not in page.text
    assert "reported lost" in phone().post(path(slip), {"code": slip.code}).text
    with system_scope("test"):
        rows = ResultSlip.objects.filter(person=slip.slip.person_id)
        assert sorted(row.revoked_at is None for row in rows) == [False, True]
