"""What became of a complaint beyond the desk: message, slip, somebody else's book, data, sight."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import IntegrityError
from django.test import Client

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.models import AuditEvent, Look
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.corrections import tasks, ticket_search, ticket_slips, tickets
from lachan.corrections.ticket_models import About, Remedy, Ticket
from lachan.corrections.tickets import Claim, Proposal, Told
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.people.models import Person
from lachan.people.selectors import card_of
from lachan.people.services import Stay, move_stay
from lachan.places.models import Organisation
from lachan.vaccination.selectors import doses_of
from tests.corrections.test_tickets import (
    AT_HOME,
    LONG_AGO,
    citizen,
    decided,
    director,
    mai,
    missing,
    opened,
    person,
    products_of,
    rules,
    shot,
    station,
    web,
)
from tests.factories import cast
from tests.places.units import BAC_NINH, NENH

__all__ = ["citizen", "director", "mai", "rules", "station"]


def proposed(by: Principal, ticket: Ticket, remedy: str, **more: Any) -> Ticket:
    with scoped(by, "corrections"):
        said = Proposal(remedy, "Danh sách buổi tiêm 20/09", **more)
        return tickets.propose(ticket=ticket, proposal=said, by=by)


def messages_of(who: Person) -> list[Notice]:
    with system_scope("test"):
        return list(Notice.objects.filter(person=who))


def test_the_answer_is_told_once_and_without_anything_personal(
    mai: Person, citizen: Principal, station: Principal, director: Principal
) -> None:
    ticket = opened(citizen, mai, missing(site="https://lachan.example"))
    proposed(station, ticket, Remedy.NOTHING)
    tasks.answer_tickets()
    assert messages_of(mai) == []
    decided(director, ticket, approve=False)
    tasks.answer_tickets()
    tasks.answer_tickets()
    [sent] = messages_of(mai)
    assert (sent.kind, sent.state) == ("complaint_answered", Notice.State.APPROVED)
    assert sent.approved_by == director.account
    text = text_of(sent)
    assert ticket.number in text
    assert "https://lachan.example/complaints/status/" in text
    for personal in ("Mai", "mũi 1", "vaxzevria", "COVID"):
        assert personal not in text


def read(number: str, code: str, asked_from: str = "") -> ticket_slips.Status:
    return ticket_slips.status_of(number=number, code=code, asked_from=asked_from)


def code_of(ticket: Ticket) -> str:
    with system_scope("test"):
        return ticket_slips.code_of(Ticket.objects.get(pk=ticket.pk))


def test_number_and_code_show_the_state_masked_and_leave_a_look(
    mai: Person, citizen: Principal
) -> None:
    ticket = opened(citizen, mai)
    found = read(ticket.number.lower(), code_of(ticket).lower().replace("-", " "))
    assert (found.ticket.id, found.who) == (ticket.id, "N. T. M. 1980")
    with system_scope("test"):
        assert Look.objects.using("owner").filter(person=mai.id, by_name="slip").count() == 1


def test_a_code_opens_no_other_complaint(mai: Person, citizen: Principal) -> None:
    ticket = opened(citizen, mai)
    other = opened(citizen, mai, missing(LONG_AGO + timedelta(days=30)))
    for number, code in ((ticket.number, code_of(other)), ("PA-NOSUCHNO", code_of(ticket))):
        with pytest.raises(Refused) as refused:
            read(number, code)
        assert refused.value.code == "ticket_slip_wrong"


def test_wrong_codes_shut_the_slip_also_for_the_right_one(mai: Person, citizen: Principal) -> None:
    ticket = opened(citizen, mai)
    codes = []
    for _try in range(20):
        with pytest.raises(Refused) as refused:
            read(ticket.number, "0000000000")
        codes.append(refused.value.code)
        if codes[-1] == "ticket_slip_shut":
            break
    assert codes[0] == "ticket_slip_wrong"
    assert codes[-1] == "ticket_slip_shut"
    with pytest.raises(Refused) as refused:
        read(ticket.number, code_of(ticket))
    assert refused.value.code == "ticket_slip_shut"


def test_an_address_that_guesses_waits() -> None:
    cache.clear()
    for number in range(20):
        with pytest.raises(Refused):
            read(f"PA-NO{number:06}", "0000000000", "192.0.2.7")
    with pytest.raises(Refused) as refused:
        read("PA-NOSUCHNO", "0000000000", "192.0.2.7")
    assert refused.value.code == "ticket_guessed"
    cache.clear()


def looked(by: Principal, ticket: Ticket, why: str = "Danh sách có tên") -> list[Any]:
    with scoped(by, "corrections"):
        return ticket_search.look_for(ticket=ticket, why=why, by=by)


def test_a_dose_under_a_namesake_is_found_masked_and_on_record(
    mai: Person, citizen: Principal, station: Principal
) -> None:
    namesake = person("Nguyễn Thị Mai", birth="1961")
    dose = shot(namesake)
    shot(person("Trần Văn Khác"))
    ticket = opened(citizen, mai)
    [found] = [each for each in looked(station, ticket) if each.dose.id == dose]
    assert found.who == "N. T. M. 1961"
    assert set(found.fits) == {"name", "day"}
    assert "Trần" not in str([each.who for each in looked(station, ticket)])
    with system_scope("test"):
        assert Look.objects.using("owner").filter(person=namesake.id, what="ticket_search").exists()
        event = (
            AuditEvent.objects.using("owner").filter(kind="ticket.searched").order_by("-id").first()
        )
    assert event is not None
    assert event.detail["why"] == "Danh sách có tên"


@pytest.mark.parametrize(
    ("who", "why", "code"),
    [("station", " ", "search_needs_reason"), ("site", "Lý do", "search_not_yours")],
)
def test_nobody_looks_without_a_reason_or_a_right(
    mai: Person, citizen: Principal, station: Principal, who: str, why: str, code: str
) -> None:
    site = cast.of_organisation(Role.VACCINATOR)
    ticket = opened(citizen, mai, missing(organisation=site.organisation))
    with pytest.raises(Refused) as refused:
        looked(station if who == "station" else site, ticket, why)
    assert refused.value.code == code


def test_a_station_finds_nobody_of_the_next_province(mai: Person, citizen: Principal) -> None:
    dose = shot(person("Nguyễn Thị Mai"))
    ticket = opened(citizen, mai)
    stranger = cast.of_province(Role.DIRECTOR, cast.OTHER_PROVINCE)
    assert dose not in [each.dose.id for each in looked(stranger, ticket)]


def test_a_moved_dose_stands_here_and_is_taken_back_there(
    mai: Person, citizen: Principal, station: Principal, director: Principal
) -> None:
    namesake = person("Nguyễn Thị Mai", birth="1961")
    dose = shot(namesake)
    ticket = opened(citizen, mai)
    proposed(station, ticket, Remedy.MOVE, dose=dose)
    assert products_of(namesake) == ["vaxzevria"]
    assert len(decided(director, ticket).changed) == 2
    assert products_of(namesake) == []
    with system_scope("test"):
        [moved] = doses_of(mai.id)
        assert moved.document == ticket.number
    tasks.answer_tickets()
    assert [each.kind for each in messages_of(namesake)] == ["book_corrected"]


def test_a_dose_of_ones_own_or_of_nobody_is_not_moved(
    mai: Person, citizen: Principal, station: Principal
) -> None:
    own = shot(mai, LONG_AGO - timedelta(days=90))
    ticket = opened(citizen, mai)
    for dose, code in ((own, "dose_own"), (uuid7(), "dose_unknown"), (None, "dose_needed")):
        with pytest.raises(Refused) as refused:
            proposed(station, ticket, Remedy.MOVE, dose=dose)
        assert refused.value.code == code


def test_wrong_data_are_put_right_by_two_and_what_stood_before_is_kept(
    mai: Person, citizen: Principal, station: Principal, director: Principal
) -> None:
    ticket = opened(citizen, mai, Told(About.IDENTITY, "", text="Tên đúng là Mây, sinh 1981"))
    proposed(station, ticket, Remedy.IDENTITY, data={"name": "Nguyễn Thị Mây", "birth": "1981"})
    with system_scope("test"):
        before = card_of(mai.id)
    assert before is not None
    assert before.name == "Nguyễn Thị Mai"
    decided(director, ticket)
    with system_scope("test"):
        after = card_of(mai.id)
        event = (
            AuditEvent.objects.using("owner")
            .filter(kind="person.corrected")
            .order_by("-id")
            .first()
        )
        person_row = Person.objects.get(pk=mai.id)
    assert after is not None
    assert (after.name, after.birth) == ("Nguyễn Thị Mây", "1981")
    assert person_row.matched_at is None
    assert event is not None
    assert event.detail == {"fields": ["name", "birth"], "document": ticket.number}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "data_missing"),
        ({"name": "Nguyễn Thị Mai"}, "data_missing"),
        ({"birth": "hôm qua"}, "birth_unreadable"),
        ({"sex": "x"}, "sex_unknown"),
    ],
)
def test_data_that_change_nothing_are_refused(
    mai: Person, citizen: Principal, station: Principal, data: dict[str, str], code: str
) -> None:
    ticket = opened(citizen, mai, Told(About.IDENTITY, "", text="Sai tên"))
    with pytest.raises(Refused) as refused:
        proposed(station, ticket, Remedy.IDENTITY, data=data)
    assert refused.value.code == code


def sees(site: Principal, who: Person) -> bool:
    with scoped(site, "test"):
        return card_of(who.id) is not None


def asked(by: Principal, ticket: Ticket, site: Principal) -> None:
    assert site.organisation is not None
    with scoped(by, "corrections"):
        tickets.ask_facility(ticket=ticket, organisation=site.organisation, by=by)
    tasks.answer_tickets()


def test_the_facility_sees_the_person_while_the_complaint_is_open(
    mai: Person, citizen: Principal, station: Principal, director: Principal
) -> None:
    site, other = cast.of_organisation(Role.VACCINATOR), cast.of_organisation(Role.VACCINATOR)
    ticket = opened(citizen, mai)
    assert not sees(site, mai)
    asked(station, ticket, site)
    assert sees(site, mai)
    asked(station, ticket, other)
    assert (sees(site, mai), sees(other, mai)) == (False, True)
    proposed(other, ticket, Remedy.ENTER, claim=Claim(LONG_AGO, "vaxzevria", "ABW0123"))
    decided(director, ticket)
    tasks.answer_tickets()
    assert not sees(other, mai)


def test_what_a_dose_opened_stays_open_when_the_complaint_ends(
    mai: Person, citizen: Principal, station: Principal, director: Principal
) -> None:
    from lachan.core import grants

    site = cast.of_organisation(Role.VACCINATOR)
    with system_scope("test"):
        until = now() + timedelta(days=28)
        grants.give("person", [mai.id], to_organisation=site.organisation, until=until)
    ticket = opened(citizen, mai)
    asked(station, ticket, site)
    proposed(station, ticket, Remedy.NOTHING)
    decided(director, ticket, approve=False)
    tasks.answer_tickets()
    assert sees(site, mai)


def test_a_facility_asks_no_other_facility(mai: Person, citizen: Principal) -> None:
    site = cast.of_organisation(Role.VACCINATOR)
    ticket = opened(citizen, mai, missing(organisation=site.organisation))
    with scoped(site, "corrections"), pytest.raises(Refused) as refused:
        tickets.ask_facility(ticket=ticket, organisation=uuid7(), by=site)
    assert refused.value.code == "facility_not_yours"


def test_a_complaint_goes_along_when_its_person_moves(
    mai: Person, citizen: Principal, station: Principal
) -> None:
    ticket = opened(citizen, mai)
    with scoped(station, "test"):
        home = Stay(commune=cast.NEXT_DOOR, province=cast.PROVINCE)
        move_stay(person=Person.objects.get(pk=mai.pk), stay=home, by=station)
    there = cast.of_commune(Role.STATION_OFFICER, cast.NEXT_DOOR)
    proposed(there, ticket, Remedy.NOTHING)
    with scoped(station, "test"):
        assert not Ticket.objects.filter(pk=ticket.pk).exists()


def test_the_pages_of_desk_and_slip(mai: Person, station: Principal, director: Principal) -> None:
    namesake = person("Nguyễn Thị Mai", birth="1961")
    shot(namesake)
    desk = web(station)
    assert "Nhận phản ánh" in desk.get("/complaints/desk/").content.decode()
    assert "1980" in desk.get("/complaints/desk/new/?q=Nguyễn Thị Mai").content.decode()
    taken = desk.post(
        f"/complaints/desk/new/{mai.id}/", {"day": "2021-09-20", "product": "vaxzevria"}
    )
    slip = desk.get(taken["Location"]).content.decode()
    with system_scope("test"):
        ticket = Ticket.objects.get(person=mai)
        code = ticket_slips.code_of(ticket)
    assert ticket.number in slip
    assert code in slip
    nobody = web(None)
    wrong = nobody.post("/complaints/status/", {"number": ticket.number, "code": "AAAAA-AAAAA"})
    assert wrong.status_code == 422
    right = nobody.post("/complaints/status/", {"number": ticket.number, "code": code})
    page = right.content.decode()
    assert "Đang xác minh" in page
    assert "Mai" not in page
    assert right["Cache-Control"] == "no-store"
    found = desk.post(f"/complaints/desk/{ticket.id}/search/", {"reason": "Danh sách có tên"})
    assert "N. T. M. 1961" in found.content.decode()
    with system_scope("test"):
        [dose] = doses_of(namesake.id)
    moving = {"dose": str(dose.id), "why": "Phiếu sàng lọc"}
    assert desk.post(f"/complaints/desk/{ticket.id}/move/", moving).status_code == 302
    assert "N. T. M. 1961" in web(director).get(f"/complaints/desk/{ticket.id}/").content.decode()


def test_a_facility_is_asked_from_its_page(mai: Person, citizen: Principal) -> None:
    station = cast.of_commune(Role.STATION_OFFICER, NENH)
    site: UUID = uuid7()
    Organisation.objects.using("owner").create(
        id=site, kind="hospital", name="Bệnh viện Kín", commune=NENH, province=BAC_NINH
    )
    ticket = opened(citizen, mai)
    desk: Client = web(station)
    page = f"/complaints/desk/{ticket.id}/ask/?q=Kín"
    assert "Bệnh viện Kín" in desk.get(page).content.decode()
    assert desk.post(page, {"facility": str(uuid7())}).status_code == 404
    assert desk.post(page, {"facility": str(site)}).status_code == 302
    with system_scope("test"):
        assert Ticket.objects.get(pk=ticket.pk).organisation == site


def test_somebody_says_that_his_name_is_wrong(mai: Person, citizen: Principal) -> None:
    phone = web(citizen)
    assert phone.post("/complaints/identity/", {"text": ""}).status_code == 422
    assert phone.post("/complaints/identity/", {"text": "Tên đúng là Mây"}).status_code == 302
    with system_scope("test"):
        assert Ticket.objects.get(person=mai).about == About.IDENTITY
    assert AT_HOME.commune == NENH


def test_the_ledger_of_a_second_person_holds_for_moves_too(
    mai: Person, citizen: Principal, station: Principal
) -> None:
    ticket = opened(citizen, mai)
    proposed(station, ticket, Remedy.MOVE, dose=shot(person("Nguyễn Thị Mai", birth="1961")))
    with pytest.raises(Refused) as refused:
        decided(station, ticket)
    assert refused.value.code == "second_person"
    with pytest.raises(IntegrityError), system_scope("test"):
        Ticket.objects.filter(pk=ticket.pk).update(
            state="done", answer="x", decided_at=now(), decided_by=station.account
        )
