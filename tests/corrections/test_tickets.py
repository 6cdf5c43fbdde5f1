"""The correction desk: opened by who is concerned, decided by two, done as new facts."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError
from django.test import Client

from lachan.core import grants
from lachan.core.clock import day_of, now
from lachan.core.ids import uuid7
from lachan.core.middleware import COOKIE
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.corrections.ticket_models import About, Remedy, Ticket
from lachan.corrections.ticket_reading import own_tickets, paces
from lachan.corrections.tickets import Claim, Proposal, Told, decide, open_ticket, propose
from lachan.people.models import Person
from lachan.people.services import Stay
from lachan.rulebook.services import load_shipped_rules
from lachan.vaccination.models import Dose, Source
from lachan.vaccination.selectors import doses_of, entries_of
from lachan.vaccination.services import Injection, enter
from tests.factories import cast
from tests.factories.people import person as invented
from tests.factories.photos import jpeg
from tests.places.units import BAC_NINH, NENH

#: At a real commune: the public board names provinces.
AT_HOME = Stay(commune=NENH, province=BAC_NINH, address="Ngõ 3, đường Chợ")
LONG_AGO = date(2021, 9, 20)


@pytest.fixture(scope="module", autouse=True)
def rules(database: str) -> None:
    with system_scope("test") as by:
        load_shipped_rules(by=by)


def person(name: str, **more: Any) -> Person:
    return invented(name, stay=AT_HOME, **more)


@pytest.fixture
def mai() -> Person:
    return person("Nguyễn Thị Mai", birth="1980-05-17")


@pytest.fixture
def citizen(mai: Person) -> Principal:
    return cast.citizen(mai.id)


@pytest.fixture
def station() -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, NENH)


@pytest.fixture
def director() -> Principal:
    return cast.of_province(Role.DIRECTOR, BAC_NINH)


def shot(of: Person, day: date = LONG_AGO, product: str = "vaxzevria") -> UUID:
    with system_scope("test") as by:
        one = Injection(
            id=uuid7(),
            person=of.id,
            disease="covid-19",
            product=product,
            given_at=now() - timedelta(days=(day_of(now()) - day).days),
            source=Source.PAPER,
        )
        [answer] = enter([one], by=by)
        assert answer.outcome == "made"
        return one.id


def missing(day: date = LONG_AGO, **more: Any) -> Told:
    claim = Claim(day, "vaxzevria", "ABW0123", "Trạm Y tế phường Nếnh")
    return Told(About.MISSING, "covid-19", claim, **more)


def opened(by: Principal, who: Person, told: Told | None = None) -> Ticket:
    with scoped(by, "own_data"):
        return open_ticket(person=who.id, told=told or missing(), by=by)


def proposed(by: Principal, ticket: Ticket, remedy: str, **more: Any) -> Ticket:
    with scoped(by, "corrections"):
        proposal = Proposal(remedy, "Danh sách buổi tiêm 20/09", **more)
        return propose(ticket=ticket, proposal=proposal, by=by)


def decided(by: Principal, ticket: Ticket, approve: bool = True) -> Ticket:
    with scoped(by, "corrections"):
        return decide(ticket=ticket, approve=approve, answer="Đã bổ sung mũi 1.", by=by)


def products_of(who: Person) -> list[str]:
    with system_scope("test"):
        return [each.product for each in doses_of(who.id)]


def test_a_missing_dose_is_entered_by_two_people(
    mai: Person, citizen: Principal, station: Principal, director: Principal
) -> None:
    ticket = opened(citizen, mai)
    assert ticket.found == {"outcome": "none"}
    assert ticket.due_at == ticket.opened_at + timedelta(hours=72)
    proposed(station, ticket, Remedy.ENTER, claim=Claim(LONG_AGO, "vaxzevria", "ABW0123"))
    assert products_of(mai) == []
    done = decided(director, ticket)
    assert done.state == Ticket.State.DONE
    assert products_of(mai) == ["vaxzevria"]
    with system_scope("test"):
        [dose] = doses_of(mai.id)
        assert (dose.document, dose.lot_text, dose.source) == (ticket.number, "ABW0123", "paper")
    with scoped(citizen, "own_data"):
        assert own_tickets([mai.id])[0].answer == "Đã bổ sung mũi 1."


def test_who_proposes_never_decides(mai: Person, citizen: Principal, station: Principal) -> None:
    ticket = opened(citizen, mai)
    proposed(station, ticket, Remedy.NOTHING)
    with pytest.raises(Refused) as refused:
        decided(station, ticket)
    assert refused.value.code == "second_person"
    with system_scope("test"):
        row = Ticket.objects.get(pk=ticket.pk)
    row.state, row.answer, row.decided_at = Ticket.State.DONE, "x", now()
    row.decided_by = row.proposed_by
    with pytest.raises(IntegrityError), system_scope("test"):
        row.save()


def test_a_wrong_entry_is_taken_back_and_the_right_one_stands_beside(
    mai: Person, citizen: Principal, station: Principal, director: Principal
) -> None:
    wrong = shot(mai, product="comirnaty")
    told = Told(About.WRONG, "covid-19", dose=wrong, text="Tôi tiêm AstraZeneca")
    ticket = opened(citizen, mai, told)
    claim = Claim(LONG_AGO, "vaxzevria")
    proposed(station, ticket, Remedy.REPLACE, claim=claim, dose=wrong)
    assert len(decided(director, ticket).changed) == 2
    assert products_of(mai) == ["vaxzevria"]
    with system_scope("test"):
        assert len(entries_of(mai.id)) == 3
        assert Dose.objects.get(reverses=wrong).why.startswith(ticket.number)


def test_declined_changes_nothing_and_is_answered(
    mai: Person, citizen: Principal, station: Principal, director: Principal
) -> None:
    dose = shot(mai)
    ticket = opened(citizen, mai, Told(About.NOT_MINE, "covid-19", dose=dose))
    proposed(station, ticket, Remedy.REVERSE, dose=dose)
    assert decided(director, ticket, approve=False).state == Ticket.State.DECLINED
    assert products_of(mai) == ["vaxzevria"]
    with pytest.raises(Refused) as refused:
        decided(director, ticket)
    assert refused.value.code == "ticket_ended"


@pytest.mark.parametrize(
    ("apart", "outcome"), [(0, "there"), (3, "near"), (10, "near"), (11, "none")]
)
def test_what_the_book_holds_is_looked_up_by_itself(
    citizen: Principal, mai: Person, apart: int, outcome: str
) -> None:
    shot(mai)
    ticket = opened(citizen, mai, missing(LONG_AGO + timedelta(days=apart)))
    assert ticket.found["outcome"] == outcome


def test_the_same_complaint_twice_is_one(mai: Person, citizen: Principal) -> None:
    assert opened(citizen, mai).id == opened(citizen, mai).id


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (Told(About.MISSING, "covid-19"), "claim_needed"),
        (Told(About.WRONG, "covid-19"), "dose_needed"),
        (Told(About.NOT_MINE, "covid-19", dose=uuid7()), "dose_unknown"),
        (Told(About.IDENTITY, "covid-19"), "claim_needed"),
        (missing(photo=b"no picture"), "photo_unreadable"),
        (missing(photo=b"x" * 3_000_001), "photo_too_big"),
    ],
)
def test_a_complaint_without_what_is_needed_is_refused(
    mai: Person, citizen: Principal, told: Told, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        opened(citizen, mai, told)
    assert refused.value.code == code


def test_who_sees_a_complaint(
    mai: Person, citizen: Principal, station: Principal, director: Principal
) -> None:
    site = cast.of_organisation(Role.VACCINATOR)
    ticket = opened(citizen, mai, missing(organisation=site.organisation))
    for who in (citizen, station, director, site):
        with scoped(who, "test"):
            assert Ticket.objects.filter(pk=ticket.pk).exists(), who
    for who in (
        cast.citizen(),
        cast.of_commune(Role.STATION_OFFICER, cast.NEXT_DOOR),
        cast.of_province(Role.DIRECTOR, cast.OTHER_PROVINCE),
        cast.of_organisation(Role.VACCINATOR),
        cast.outsider(),
    ):
        with scoped(who, "test"):
            assert not Ticket.objects.filter(pk=ticket.pk).exists(), who


def test_the_board_shows_only_units_with_enough_complaints(
    station: Principal, director: Principal
) -> None:
    with system_scope("test"):
        before = {each.province: each for each in paces()[0] if not each.facility}
        assert all(each.opened >= 5 for each in before.values())
    for number in range(5):
        someone = person(f"Người {number}")
        ticket = opened(cast.citizen(someone.id), someone)
        proposed(station, ticket, Remedy.NOTHING)
        decided(director, ticket, approve=False)
    with system_scope("test"):
        [here] = [each for each in paces()[0] if not each.facility]
    assert here.decided >= 5
    assert here.in_time == here.decided
    assert here.middle_hours is not None


def web(by: Principal | None, language: str = "vi") -> Client:
    client = Client(headers={"accept-language": language, "host": "localhost"})
    if by:
        client.cookies[COOKIE] = by.secret
    return client


def test_the_journey_on_its_pages(
    mai: Person, citizen: Principal, station: Principal, director: Principal
) -> None:
    phone = web(citizen)
    assert "Thiếu mũi tiêm" in phone.get("/complaints/").content.decode()
    answer = phone.post("/complaints/missing/", {"product": "vaxzevria"})
    assert answer.status_code == 422
    sent = {"day": "2021-09-20", "product": "vaxzevria", "lot": "ABW0123", "where": "Trạm Nếnh"}
    answer = phone.post("/complaints/missing/", sent | {"photo": BytesIO(jpeg())}, follow=True)
    said = answer.content.decode()
    assert "PA-" in said
    assert "Trả lời trước" in said
    with system_scope("test"):
        ticket = Ticket.objects.get(person=mai)
    desk = web(station)
    assert ticket.number in desk.get("/complaints/desk/").content.decode()
    page = f"/complaints/desk/{ticket.id}/"
    assert "Sổ không có mũi nào như vậy" in desk.get(page).content.decode()
    assert desk.get(page + "photo/")["Content-Type"] == "image/jpeg"
    filled = sent | {"remedy": "enter", "why": "Danh sách buổi tiêm"}
    assert desk.post(page + "propose/", filled).status_code == 302
    said = desk.get(page).content.decode()
    assert "người khác sẽ quyết định" in said
    second = web(director)
    answered = {"approve": "yes", "answer": "Đã bổ sung."}
    assert second.post(page + "decide/", answered).status_code == 302
    assert "Đã bổ sung." in phone.get("/complaints/").content.decode()
    assert "ABW0123" in phone.get("/vaccination/book/").content.decode()


def test_everybody_reads_the_board_without_signing_in() -> None:
    for language, words in (("vi", "Thời gian trả lời"), ("en", "How fast complaints")):
        assert words in web(None, language).get("/complaints/times/").content.decode()


def test_no_paper_of_somebody_else_is_shown(mai: Person, citizen: Principal) -> None:
    ticket = opened(citizen, mai, missing(photo=jpeg()))
    stranger = web(cast.of_province(Role.DIRECTOR, cast.OTHER_PROVINCE))
    assert stranger.get(f"/complaints/desk/{ticket.id}/photo/").status_code == 404


def test_somebody_complains_for_whom_he_speaks(mai: Person) -> None:
    mother = person("Nguyễn Thị Bà")
    daughter = cast.citizen(mai.id)
    with system_scope("test"):
        grants.give("person", [mother.id], to_account=daughter.account)
    assert opened(daughter, mother).person_id == mother.id
