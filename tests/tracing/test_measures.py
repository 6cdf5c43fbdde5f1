"""Measures of a case: the law first, then one proposal for each person, written where he stays."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.isolation import papers, selectors
from lachan.isolation.access import listing_for
from lachan.isolation.models import Advice, Order
from lachan.notices.models import Notice
from lachan.people.models import Person
from lachan.rulebook.selectors import terms
from lachan.sampling.selectors import ReleasedPositive
from lachan.tracing import measures, services, tasks
from lachan.tracing.models import Case, Contact, MeasureRequest
from lachan.tracing.naming import Named, name_contacts
from lachan.ui.documents import to_docx, to_pdf
from tests.factories import cast, outbreak
from tests.factories.orders import EXERCISE, again, listed, signed
from tests.factories.outbreak import ABROAD_CODE, HERE_CODE, NEXT_CODE, Unit


def signed_in(principal: Principal) -> Client:
    """A browser of somebody who signed in, in English."""
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.cookies["lachan"] = principal.secret
    return client


def case_of(disease: str, name: str) -> Case:
    """A case of somebody of the factory's commune."""
    person = outbreak.somebody(name, Unit.of(HERE_CODE), "0900000400")
    with system_scope("test") as system:
        made = services.open_case(
            ReleasedPositive(
                result=uuid7(),
                person=person.id,
                disease=disease,
                taken_at=now() - timedelta(hours=6),
                released_at=now(),
                onset=None,
                reason="symptoms",
            ),
            by=system,
        )
    assert made is not None
    return made


def confirmed(case: Case, by: Principal, codes: dict[str, int]) -> list[UUID]:
    """Contacts of an interview, in these communes, confirmed in one act."""
    people = [
        outbreak.somebody(f"Lương Thị {code} {n}", Unit.of(code), f"09000{code[-2:]}{n:03}")
        for code, many in codes.items()
        for n in range(many)
    ]
    with system_scope("test") as system:
        rows = name_contacts(
            case=case, people=[Named(each.id, "interview") for each in people], by=system
        )
    ids = [row.id for row in rows]
    with scoped(by, "tracing"):
        services.decide(contacts=ids, state=Contact.State.CONFIRMED, by=by)
    return ids


@pytest.fixture(scope="module")
def tracer(database: str) -> Principal:
    return cast.of_province(Role.TRACER, Unit.of(HERE_CODE).province)


@pytest.fixture(scope="module")
def case_a(database: str) -> Case:
    return case_of(EXERCISE, "Nguyễn Thị Nguồn")


@pytest.fixture(scope="module")
def case_b(database: str) -> Case:
    return case_of("covid-19", "Trần Thị Nguồn")


@pytest.fixture(scope="module")
def contacts(case_a: Case, tracer: Principal) -> list[UUID]:
    return confirmed(case_a, tracer, {HERE_CODE: 3, NEXT_CODE: 2, ABROAD_CODE: 1})


@pytest.fixture(scope="module")
def proposed(case_a: Case, contacts: list[UUID], tracer: Principal) -> list[UUID]:
    """All of them proposed, and written by the worker."""
    with scoped(tracer, "tracing"):
        asked = measures.propose(case=case_a, measure="isolate_home", contacts=contacts, by=tracer)
    assert asked == 6
    tasks.write_measures()
    return contacts


def requests(case: Case) -> list[MeasureRequest]:
    with system_scope("test"):
        return list(MeasureRequest.objects.filter(case=case).order_by("asked_at"))


def test_the_page_says_the_law_before_anything_else(
    case_a: Case, case_b: Case, contacts: list[UUID], tracer: Principal
) -> None:
    client = signed_in(tracer)
    a = client.get(f"/tracing/{case_a.id}/measures/").content.decode()
    b = client.get(f"/tracing/{case_b.id}/measures/").content.decode()

    assert 'value="order:isolate_home"' in a
    assert "165/2026" in a
    assert 'value="order:isolate_home"' not in b
    assert "provides no isolation at home" in b


def test_each_order_lies_where_the_person_stays(proposed: list[UUID]) -> None:
    for code, many in ((HERE_CODE, 3), (NEXT_CODE, 2), (ABROAD_CODE, 1)):
        unit = Unit.of(code)
        station = cast.of_commune(Role.STATION_OFFICER, unit.commune)
        with scoped(station, "test"):
            rows = selectors.orders_in(["holding"])
            assert len(rows) == many
            assert all(row.card is not None for row in rows)
            assert MeasureRequest.objects.exists() == (code == HERE_CODE)


def test_nobody_is_proposed_twice(case_a: Case, proposed: list[UUID], tracer: Principal) -> None:
    with scoped(tracer, "tracing"):
        again_ = measures.propose(case=case_a, measure="isolate_home", contacts=proposed, by=tracer)
    tasks.write_measures()

    assert again_ == 0
    with system_scope("test"):
        persons = Contact.objects.filter(pk__in=proposed).values("person")
        assert Order.objects.filter(person__in=persons).count() == 6


def test_the_clock_starts_when_a_human_confirmed(proposed: list[UUID]) -> None:
    with system_scope("test"):
        contact = Contact.objects.get(pk=proposed[0])
        change = contact.changes.get(after="confirmed")
        order = Order.objects.get(person=contact.person_id)

    assert order.found_at == change.at
    assert order.reference == f"TX-{contact.id.hex[-12:].upper()}"


def test_the_order_knows_nothing_of_the_case(case_a: Case, proposed: list[UUID]) -> None:
    with system_scope("test"):
        rows = [str(row) for row in Order.objects.values()]

    assert not [row for row in rows if str(case_a.id) in row or case_a.number in row]
    assert not [row for row in rows if str(case_a.person_id) in row]


def test_the_sender_gets_the_state_back_and_nothing_else(
    case_a: Case, proposed: list[UUID], tracer: Principal
) -> None:
    abroad = Unit.of(ABROAD_CODE)
    station = cast.of_commune(Role.STATION_OFFICER, abroad.commune)
    chairman = cast.of_commune(Role.COMMUNE_CHAIRMAN, abroad.commune)
    with scoped(station, "test"):
        (order,) = Order.objects.all()
    signed(listed([order], station), chairman, number="77/QĐ-UBND")
    tasks.tell_states()

    (row,) = [row for row in requests(case_a) if row.order == order.id]
    assert row.state == "decided"
    with scoped(tracer, "tracing"):
        assert not Order.objects.filter(pk=order.pk).exists()
    page = signed_in(tracer).get(f"/tracing/{case_a.id}/measures/").content.decode()
    assert "77/QĐ-UBND" not in page


def test_a_contact_nobody_confirmed_is_not_proposed(case_a: Case, tracer: Principal) -> None:
    person = outbreak.somebody("Lương Thị Chờ", Unit.of(HERE_CODE), "0900000499")
    with system_scope("test") as system:
        (row,) = name_contacts(case=case_a, people=[Named(person.id, "interview")], by=system)
    with scoped(tracer, "tracing"), pytest.raises(Refused) as refused:
        measures.propose(case=case_a, measure="isolate_home", contacts=[row.id], by=tracer)

    assert refused.value.code == "confirm_first"


def test_for_group_b_there_is_advice_only(case_b: Case, tracer: Principal) -> None:
    contacts = confirmed(case_b, tracer, {HERE_CODE: 4})
    client = signed_in(tracer)
    path = f"/tracing/{case_b.id}/measures/ask/"
    everybody = {"role": "contact", "everybody": "on"}

    refused = client.post(path, everybody | {"act": "order:isolate_home"})
    assert refused.status_code == 422
    assert "165/2026" in refused.content.decode()
    assert requests(case_b) == []
    advised = client.post(path, everybody | {"act": "advice:isolate_home"})
    assert advised.status_code == 302
    tasks.write_measures()

    assert {row.state for row in requests(case_b)} == {"advised"}
    with system_scope("test"):
        persons = Contact.objects.filter(pk__in=contacts).values("person")
        assert not Order.objects.filter(person__in=persons).exists()
        assert Advice.objects.filter(person__in=persons).count() == 4
        told = Notice.objects.filter(person__in=persons)
        assert {(row.kind, row.state) for row in told} == {("contact_duty", "drafted")}


def test_the_patient_of_group_a_is_proposed_for_a_facility(case_a: Case, tracer: Principal) -> None:
    client = signed_in(tracer)
    path = f"/tracing/{case_a.id}/measures/ask/"

    assert client.post(path, {"role": "patient", "act": "order:isolate_home"}).status_code == 422
    # The alternative to a patient's isolation at home is another order, and no advice.
    assert client.post(path, {"role": "patient", "act": "advice:isolate_home"}).status_code == 422
    assert (
        client.post(path, {"role": "patient", "act": "order:isolate_facility"}).status_code == 302
    )
    tasks.write_measures()
    with system_scope("test"):
        order = Order.objects.get(person=case_a.person_id)

    assert (order.measure, order.signer) == ("isolate_facility", "facility_head")


def test_a_tracer_of_another_province_asks_for_nothing(case_a: Case, contacts: list[UUID]) -> None:
    stranger = signed_in(cast.of_province(Role.TRACER, Unit.of(ABROAD_CODE).province))

    assert stranger.get(f"/tracing/{case_a.id}/measures/").status_code == 404
    answer = stranger.post(
        f"/tracing/{case_a.id}/measures/ask/",
        {"role": "contact", "everybody": "on", "act": "order:isolate_home"},
    )
    assert answer.status_code == 404


def test_sixty_eight_confirmed_at_once_are_sixty_eight_proposals_with_their_drafts(
    tracer: Principal,
) -> None:
    case = case_of(EXERCISE, "Vi Thị Nguồn")
    contacts = confirmed(case, tracer, {HERE_CODE: 68})
    before = len(requests(case))
    signed_in(tracer).post(
        f"/tracing/{case.id}/measures/ask/",
        {"role": "contact", "everybody": "on", "act": "order:isolate_home"},
    )
    tasks.write_measures()
    station = cast.of_commune(Role.STATION_OFFICER, case.commune)
    with system_scope("test"):
        persons = list(Contact.objects.filter(pk__in=contacts).values_list("person", flat=True))
        orders = list(Order.objects.filter(person__in=persons))
        names = [row.name for row in selectors.cards_of(persons).values()]
    listing = listed(orders, station)
    with scoped(station, "test"):
        paper = papers.decision(*listing_for(station, listing.id))

    assert (before, len(orders), listing.people) == (0, 68, 68)
    (annex,) = [block for block in paper.blocks if hasattr(block, "rows")]
    assert sorted(row[1] for row in annex.rows) == sorted(names)
    assert to_pdf(paper).startswith(b"%PDF-")
    assert to_docx(paper).startswith(b"PK")
    assert again(orders[0]).state == "listed"


def test_every_measure_asked_for_has_a_word(database: str) -> None:
    with system_scope("test"):
        known = terms()["measure"]
        assert Person.objects.exists()

    assert {each for names in measures.MEASURES.values() for each in names} <= set(known)
