"""The lists for programs: what each of the cast gets, page by page, and what is on record of it."""

from datetime import timedelta

import pytest
from django.test import Client

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.selectors import looks_at
from lachan.tracing import handover, services
from lachan.tracing.models import Case, Contact
from lachan.tracing.naming import Named, name_contacts
from tests.factories import cast, outbreak
from tests.factories.outbreak import Unit


def asks(principal: Principal) -> Client:
    """A program of somebody who signed in."""
    client = Client(SERVER_NAME="localhost", headers={"accept": "application/json"})
    client.cookies["lachan"] = principal.secret
    return client


@pytest.fixture(scope="module")
def case(database: str) -> Case:
    """A case whose two contacts live at two communes of the province; both are handed over."""
    here, there = Unit.of(outbreak.HERE_CODE), Unit.of(outbreak.NEXT_CODE)
    case = outbreak.positive(outbreak.somebody("Đỗ Thị Ngân", here))
    near = outbreak.somebody("Vũ Văn Hùng", here, "0900000301")
    far = outbreak.somebody("Vi Văn Páo", there, "0900000302")
    tracer = cast.of_province(Role.TRACER, case.province)
    with scoped(tracer, "tracing"):
        at = now() - timedelta(hours=2)
        told = [Named(one.id, "interview", first_at=at, seconds=900) for one in (near, far)]
        rows = [row.id for row in name_contacts(case=case, people=told, by=tracer)]
        services.decide(contacts=rows, state=Contact.State.CONFIRMED, by=tracer)
        handover.send(case=case, contacts=rows, by=tracer)
    return case


def names(client: Client, path: str) -> set[str]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return {row["person"]["name"] for row in answer.json()["rows"] if row["person"]}


def test_a_tracer_reads_the_contacts_and_each_is_a_look(case: Case) -> None:
    tracer = cast.of_province(Role.TRACER, case.province)
    found = names(asks(tracer), f"/api/tracing/cases/{case.id}/contacts/")
    with system_scope("test"):
        person = Contact.objects.filter(case=case).values_list("person", flat=True)[0]
    with scoped(cast.citizen(person), "own"):
        looks = {(look.what, look.by_account) for look in looks_at([person])}

    assert found == {"Vũ Văn Hùng", "Vi Văn Páo"}
    assert ("contact_list", tracer.account) in looks


def test_the_list_is_filtered_by_the_words_of_the_page(case: Case) -> None:
    tracer = asks(cast.of_province(Role.TRACER, case.province))
    path = f"/api/tracing/cases/{case.id}/contacts/"

    assert names(tracer, f"{path}?q=pao") == {"Vi Văn Páo"}
    assert names(tracer, f"{path}?state=ruled_out") == set()


def test_each_commune_reads_its_own_people_and_never_the_case(case: Case) -> None:
    there = Unit.of(outbreak.NEXT_CODE)
    for commune, name in ((case.commune, "Vũ Văn Hùng"), (there.commune, "Vi Văn Páo")):
        station = asks(cast.of_commune(Role.STATION_OFFICER, commune))
        assert names(station, "/api/tracing/handovers/") == {name}
    neighbour = asks(cast.of_commune(Role.STATION_OFFICER, there.commune))
    text = neighbour.get("/api/tracing/handovers/").content.decode()

    assert "Ngân" not in text
    assert case.number not in text
    assert neighbour.get("/api/tracing/cases/").json()["rows"] == []
    assert neighbour.get(f"/api/tracing/cases/{case.id}/contacts/").status_code == 404


def test_a_tracer_of_another_province_reads_nothing(case: Case) -> None:
    abroad = Unit.of(outbreak.ABROAD_CODE)
    stranger = asks(cast.of_province(Role.TRACER, abroad.province))

    assert stranger.get("/api/tracing/cases/").json()["rows"] == []
    assert stranger.get("/api/tracing/handovers/").json()["rows"] == []
    assert stranger.get(f"/api/tracing/cases/{case.id}/contacts/").status_code == 404


@pytest.mark.parametrize("role", [Role.SAMPLER, Role.OUTSIDER, Role.COMMUNE_POLICE])
def test_the_lists_are_for_those_who_work_with_them(case: Case, role: Role) -> None:
    somebody = asks(cast.of_commune(role, case.commune))

    assert somebody.get("/api/tracing/cases/").status_code == 403
    assert somebody.get("/api/tracing/handovers/").status_code == 403


def test_who_is_not_signed_in_is_told_so(case: Case) -> None:
    answer = Client(SERVER_NAME="localhost", headers={"accept": "application/json"}).get(
        "/api/tracing/handovers/"
    )

    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_first")
