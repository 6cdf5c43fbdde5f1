"""A guard or an officer takes down what somebody before them says."""

from typing import Any
from uuid import UUID

from django.test import Client

from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import system_scope
from lachan.declarations.models import Declaration
from tests.declarations.households import NO, browser
from tests.factories import cast
from tests.factories.people import person
from tests.sampling.people_at_the_table import code_of


def sent(client: Client, who: UUID, **given: Any) -> Any:
    """The last step with everything that travelled in the page."""
    form = dict.fromkeys(NO, "no") | {"key": str(uuid7()), "step": "9"} | given
    return client.post(f"/declare/behalf/{who}/", form, follow=True)


def only(who: UUID) -> Declaration:
    """The one declaration about somebody."""
    with system_scope("test"):
        return Declaration.objects.get(person_id=who)


def test_a_guard_scans_a_code_and_takes_the_declaration_down() -> None:
    guest = person("Giàng Thị Mỷ", birth="1950")
    guard = cast.of_organisation(Role.GATE_CONTROLLER)
    client = browser(guard)
    form = client.post("/declare/behalf/", {"text": code_of(guest.id)}, follow=True).text
    assert "Giàng Thị M., born 1950" in form
    assert "Giàng Thị Mỷ" not in form
    assert "Still staying" not in form
    assert "I am the parent or guardian" not in form
    page = sent(client, guest.id, consent="present").text
    assert "The declaration of Giàng Thị M. is kept" in page
    assert "Fever" not in page
    slip = client.get(f"/pass/declared/{only(guest.id).id}.pdf")
    assert f"/pass/declared/{only(guest.id).id}.pdf" in page
    assert slip.headers["content-type"] == "application/pdf"
    made = only(guest.id)
    assert (made.way, made.consent, made.relation) == ("gate", "present", "staff")
    assert (made.on_behalf, made.organisation) == (True, guard.organisation)


def test_without_the_code_the_form_of_a_stranger_stays_closed() -> None:
    guest = person("Giàng Thị Mỷ")
    client = browser(cast.of_organisation(Role.GATE_CONTROLLER))
    page = client.get(f"/declare/behalf/{guest.id}/")
    assert page.status_code == 404
    assert "Scan the person&#x27;s code or identity card first" in page.text
    assert sent(client, guest.id, consent="present").status_code == 404


def test_how_the_person_agreed_is_asked_of_a_guard_too() -> None:
    guest = person("Giàng Thị Mỷ")
    client = browser(cast.of_organisation(Role.GATE_CONTROLLER))
    client.post("/declare/behalf/", {"text": code_of(guest.id)})
    page = sent(client, guest.id)
    assert page.status_code == 422
    assert "How did the person agree? Choose one of the answers." in page.text


def test_the_station_takes_down_a_journey_of_somebody_of_its_commune() -> None:
    guest = person("Giàng Thị Mỷ")
    client = browser(cast.of_commune(Role.STATION_OFFICER))
    page = client.get(f"/declare/behalf/{guest.id}/", {"kind": "domestic"})
    assert "Giàng Thị Mỷ" in page.text
    assert 'name="kind" value="domestic"' in page.text


def test_the_person_reads_in_the_own_history_who_took_it_down() -> None:
    guest = person("Giàng Thị Mỷ")
    guard = browser(cast.of_organisation(Role.GATE_CONTROLLER))
    guard.post("/declare/behalf/", {"text": code_of(guest.id)})
    sent(guard, guest.id, consent="unable")
    own = browser(cast.citizen(guest.id))
    assert "Taken down by staff" in own.get("/declare/mine/").text
    page = own.get(f"/declare/{only(guest.id).id}/").text
    assert "Cannot answer, somebody cares for the person" in page
    assert "Amend, until 24:00 today" in page
