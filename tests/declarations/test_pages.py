"""The questionnaire in a citizen's hand."""

from lachan.core.roles import Role
from lachan.core.scope import system_scope
from lachan.declarations.models import Declaration
from tests.declarations.households import browser, filled, household
from tests.factories import cast


def count(person: object) -> int:
    """How many declarations there are about a person."""
    with system_scope("test"):
        return Declaration.objects.filter(person_id=person).count()


def test_it_has_no_answer_chosen_and_says_that_it_is_voluntary() -> None:
    page = browser(household().mother).get("/declare/").text
    assert "checked" not in page
    assert "Voluntary: no document" in page
    assert "Declare for yourself" in page


def test_it_says_in_its_title_for_whom_it_is() -> None:
    home = household()
    page = browser(home.mother, "vi").get("/declare/", {"of": home.an}).text
    assert "Khai báo cho Nguyễn Văn An" in page


def test_it_declares_and_says_until_when_it_counts() -> None:
    home = household()
    given = filled(of=home.an)
    client = browser(home.mother)
    page = client.post("/declare/", given, follow=True)
    assert "The declaration of Nguyễn Văn An is kept" in page.text
    assert "It counts until" in page.text
    client.post("/declare/", given)
    assert count(home.an) == 1


def test_it_says_what_is_missing_and_leads_there() -> None:
    home = household()
    given = filled(of=home.mai)
    del given["cough"]
    page = browser(home.mother).post("/declare/", given)
    assert page.status_code == 422
    assert "Cough: Choose Yes or No." in page.text
    assert 'href="#id_cough_0"' in page.text
    assert count(home.mai) == 0


def test_it_asks_since_when_and_where_to() -> None:
    home = household()
    page = browser(home.mother).post(
        "/declare/", filled(of=home.mai, fever="yes", left_province="yes")
    )
    assert "Choose the first day." in page.text
    assert "Write where to." in page.text


def test_somebody_with_signs_is_told_whom_to_call() -> None:
    home = household()
    given = filled(of=home.mai, fever="yes", onset="2020-11-20")
    page = browser(home.mother).post("/declare/", given, follow=True)
    assert "Call the health station before going anywhere." in page.text


def test_it_is_not_for_a_neighbour_nor_for_staff() -> None:
    home = household()
    answer = browser(home.mother).post("/declare/", filled(of=home.neighbour))
    assert answer.status_code == 302
    assert count(home.neighbour) == 0
    for staff in (cast.outsider(), cast.of_commune(Role.STATION_OFFICER)):
        assert browser(staff).get("/declare/").status_code == 403
