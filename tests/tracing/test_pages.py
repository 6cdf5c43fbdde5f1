"""The tracer's pages: what each role gets, and what a batch does."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.tracing import handover, tasks
from lachan.tracing.models import Case, Contact, Handover
from tests.factories import cast, outbreak
from tests.factories.outbreak import Unit


def signed_in(principal: Principal) -> Client:
    """A browser of somebody who signed in, in English."""
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.cookies["lachan"] = principal.secret
    return client


@pytest.fixture(scope="module")
def case(database: str, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case with three people of the line to verify."""
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(settings.HOME), "engine", tmp_path_factory.mktemp("engine"))
        here = Unit.of(outbreak.HERE_CODE)
        place = outbreak.factory(here)
        for number, name in enumerate(("F0", "Vũ Văn Hùng", "Lương Thị Oanh", "Giáp Thị Thu")):
            person = outbreak.somebody(name, here, f"090000020{number}")
            place.people[name] = person
            begun = now() - timedelta(hours=5)
            outbreak.stay(place.line, person, begun, 60 + number, place.manager)
        made = outbreak.positive(place.people["F0"])
        outbreak.answered(made)
    return made


@pytest.fixture
def tracer(case: Case) -> Client:
    return signed_in(cast.of_province(Role.TRACER, case.province))


def states(case: Case) -> dict[str, int]:
    with system_scope("test"):
        rows = list(Contact.objects.filter(case=case).values_list("state", flat=True))
    return {state: rows.count(state) for state in set(rows)}


def contact_of(case: Case, place: int) -> UUID:
    with system_scope("test"):
        return Contact.objects.filter(case=case).order_by("-seconds")[place].id


def test_the_board_shows_a_case_nobody_took(tracer: Client, case: Case) -> None:
    page = tracer.get("/tracing/").content.decode()

    assert case.number in page
    assert "nobody yet" in page


def test_a_case_begins_with_its_verdict(tracer: Client, case: Case) -> None:
    page = tracer.get(f"/tracing/{case.id}/").content.decode()

    assert "3 people to verify, because they met at close quarters." in page
    assert "Giáp Thị Thu" in page
    assert "0900000203" in page


def test_a_name_is_found_without_its_marks(tracer: Client, case: Case) -> None:
    page = tracer.get(f"/tracing/{case.id}/?q=giap+thi").content.decode()

    assert "Giáp Thị Thu" in page
    assert "Vũ Văn Hùng" not in page


@pytest.mark.parametrize("role", [Role.TRACER, Role.DIRECTOR])
def test_an_officer_of_another_province_finds_no_such_case(case: Case, role: Role) -> None:
    abroad = Unit.of(outbreak.ABROAD_CODE)
    page = signed_in(cast.of_province(role, abroad.province)).get(f"/tracing/{case.id}/")

    assert page.status_code == 404


@pytest.mark.parametrize("role", [Role.COMMUNE_POLICE, Role.SAMPLER, Role.OUTSIDER])
def test_the_page_is_for_tracers(case: Case, role: Role) -> None:
    page = signed_in(cast.of_commune(role, case.commune)).get(f"/tracing/{case.id}/")

    assert page.status_code == 403


def test_the_csv_keeps_leading_zeros(tracer: Client, case: Case) -> None:
    text = tracer.get(f"/tracing/{case.id}/contacts.csv").content.decode("utf-8-sig")

    assert "\t0900000203" in text
    assert len(text.strip().splitlines()) == 4


def test_nobody_chosen_is_a_sentence(tracer: Client, case: Case) -> None:
    answer = tracer.post(f"/tracing/{case.id}/decide/", {"act": "confirm"})

    assert answer.status_code == 422
    assert "Choose at least one person." in answer.content.decode()


def test_one_is_ruled_out_with_a_reason_and_the_rest_confirmed_at_once(
    tracer: Client, case: Case
) -> None:
    out = {"act": "rule_out", "reason": "not_there", "contacts": [contact_of(case, 0)]}
    tracer.post(f"/tracing/{case.id}/decide/", out)
    rest = {"act": "confirm", "everybody": "on"}
    tracer.post(f"/tracing/{case.id}/decide/?state=to_verify", rest)

    assert states(case) == {"ruled_out": 1, "confirmed": 2}


def test_the_confirmed_go_to_the_commune_which_answers(tracer: Client, case: Case) -> None:
    tracer.post(f"/tracing/{case.id}/decide/", {"act": "hand_over", "everybody": "on"})
    station = cast.of_commune(Role.STATION_OFFICER, case.commune)
    client = signed_in(station)
    inbox = client.get("/handovers/").content.decode()
    assert "Vũ Văn Hùng" in inbox or "Lương Thị Oanh" in inbox
    assert case.number not in inbox
    assert not re.search(r"\bF0\b", inbox), "a reference may hold the letters, a sentence may not"
    with scoped(station, "handover"):
        first, second = Handover.objects.order_by("id").values_list("id", flat=True)

    client.post(f"/handovers/{first}/accept/")
    client.post(f"/handovers/{second}/return/", {"reason": handover.Handover.Return.MOVED_AWAY})
    tasks.tell_senders()

    assert states(case) == {"ruled_out": 1, "handed_over": 1, "confirmed": 1}
    again = client.post(f"/handovers/{first}/accept/")
    assert again.status_code == 409


def test_a_case_is_taken_by_one(case: Case) -> None:
    first = signed_in(cast.of_province(Role.TRACER, case.province))
    second = signed_in(cast.of_province(Role.TRACER, case.province))
    first.post(f"/tracing/{case.id}/take/")

    answer = second.post(f"/tracing/{case.id}/take/")

    assert answer.status_code == 422
    assert "took this case already" in answer.content.decode()


def test_a_waiting_answer_asks_again_by_itself(tracer: Client, case: Case) -> None:
    tracer.post(f"/tracing/{case.id}/ask/")

    page = tracer.get(f"/tracing/{case.id}/", headers={"hx-request": "true"}).content.decode()

    assert 'hx-trigger="every 2s"' in page
    assert "<html" not in page
