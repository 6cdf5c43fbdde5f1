"""Hand-over: hours from the rule, climbing to both CDCs, returns, and every kind of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from lachan.core.clock import now
from lachan.core.models import AuditEvent
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.notices.models import Notice
from lachan.people import selectors as people
from lachan.people.models import Residence
from lachan.people.selectors import person_of
from lachan.places.selectors import communes_of, unit_name, unit_of_code
from lachan.rulebook import services as rulebook
from lachan.rulebook.shape import Source
from lachan.tracing import handover, inbox, modes, tasks
from lachan.tracing.handovers import Kind
from lachan.tracing.lockdown import Mode
from lachan.tracing.models import Case, Contact, Handover, HandoverReceipt
from tests.factories import cast, outbreak, telephones, winding
from tests.factories.outbreak import Unit

#: A little over the two hours of the shipped rule.
LATE = timedelta(hours=2, minutes=1)


def signed_in(principal: Principal) -> Client:
    """A browser of somebody who signed in, in English."""
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.cookies["lachan"] = principal.secret
    return client


@pytest.fixture(scope="module")
def here(database: str) -> Unit:
    return Unit.of(outbreak.HERE_CODE)


@pytest.fixture(scope="module")
def communes(database: str) -> Iterator[Unit]:
    """Communes of another province, each given to one test."""
    province = Unit.of(outbreak.ABROAD_CODE).province
    return (Unit(hit.id, province) for hit in communes_of(province))


@pytest.fixture
def abroad(communes: Iterator[Unit]) -> Unit:
    return next(communes)


@pytest.fixture
def case(here: Unit) -> Case:
    return telephones.case_in(here)


@pytest.fixture
def tracer(here: Unit) -> Principal:
    return cast.of_province(Role.TRACER, here.province)


@pytest.fixture
def wound() -> Iterator[None]:
    """The clock may be wound in this test; afterwards it is as before."""
    with winding.unwound():
        yield


def sent_to(unit: Unit, case: Case, tracer: Principal, count: int = 1) -> list[Contact]:
    """So many confirmed contacts who stay in `unit`, handed over."""
    rows = telephones.around(case, telephones.people(count, unit))
    chosen = telephones.confirmed(case, tracer)
    with scoped(tracer, "tracing"):
        handover.send(case=case, contacts=chosen, by=tracer)
    return rows


def handovers_of(rows: list[Contact]) -> list[Handover]:
    with system_scope("test"):
        persons = [row.person_id for row in rows]
        return list(Handover.objects.filter(person__in=persons).order_by("sent_at", "id"))


def test_the_answer_is_due_after_the_hours_of_the_rule(
    case: Case, abroad: Unit, tracer: Principal
) -> None:
    [row] = handovers_of(sent_to(abroad, case, tracer))

    assert row.due_at - row.sent_at == timedelta(hours=2)


def test_a_province_may_give_other_hours_and_climb_only_at_home(abroad: Unit, wound: None) -> None:
    province = unit_of_code("31")
    assert province is not None
    own = Unit(communes_of(province)[0].id, province)
    director = cast.of_province(Role.DIRECTOR, own.province)
    tracer = cast.of_province(Role.TRACER, own.province)
    with scoped(director, "rules"):
        rulebook.add_version(
            kind="handover",
            name="handover",
            disease="*",
            regime="vn-2026",
            in_force=(now(), None),
            source=Source("Công văn số 9/SYT (ví dụ)", "", "official"),
            body={"answer_hours": 5, "climb_to": ["sender_province"]},
            sentences={"unanswered": {"vi": "Quá hạn.", "en": "Overdue."}},
            province=own.province,
            by=director,
        )
    rows = sent_to(abroad, telephones.case_in(own), tracer)
    [row] = handovers_of(rows)
    assert row.due_at - row.sent_at == timedelta(hours=5)
    winding.later(timedelta(hours=6))
    tasks.climb_overdue()
    receiver = cast.of_province(Role.TRACER, abroad.province)

    with scoped(tracer, "handover"):
        assert [one.people for one in inbox.climbed(tracer)] == [1]
    with scoped(receiver, "handover"):
        climbed_here = Handover.objects.filter(climbed_to__contains=["receiver_province"])
        assert not climbed_here.filter(pk=row.id).exists()


@pytest.mark.usefixtures("wound")
def test_the_unanswered_stand_before_both_cdcs_once_the_hours_are_over(
    case: Case, here: Unit, abroad: Unit, tracer: Principal
) -> None:
    rows = sent_to(abroad, case, tracer, 3)
    receiver = cast.of_province(Role.TRACER, abroad.province)
    tasks.climb_overdue()
    assert all(row.climbed_at is None for row in handovers_of(rows))
    winding.later(LATE)

    assert tasks.climb_overdue() >= 3

    for side, ours in ((tracer, True), (receiver, False)):
        with scoped(side, "handover"):
            found = [one for one in inbox.climbed(side) if one.commune_id == abroad.commune]
        assert [(one.people, one.ours) for one in found] == [(3, ours)]
        page = signed_in(side).get("/tracing/").content.decode()
        assert "Hand-overs nobody answered in time" in page
        assert found[0].commune in page
    assert all(row.climbed_at is not None for row in handovers_of(rows))


@pytest.mark.usefixtures("wound")
def test_it_climbs_once_however_often_the_worker_comes(
    case: Case, abroad: Unit, tracer: Principal
) -> None:
    rows = sent_to(abroad, case, tracer, 2)
    winding.later(timedelta(hours=6))
    tasks.climb_overdue()
    first = [row.climbed_at for row in handovers_of(rows)]
    winding.later(timedelta(minutes=1))

    assert tasks.climb_overdue() == 0
    assert [row.climbed_at for row in handovers_of(rows)] == first
    with system_scope("test"):
        targets = [str(row.id) for row in handovers_of(rows)]
        events = AuditEvent.objects.filter(kind="handover.climbed", target_id__in=targets)
        assert events.count() == 2


@pytest.mark.usefixtures("wound")
def test_nothing_climbs_where_the_receivers_mode_knows_no_hand_overs(
    case: Case, tracer: Principal
) -> None:
    next_door = Unit.of(outbreak.NEXT_CODE)
    rows = sent_to(next_door, case, tracer, 2)
    director = cast.of_province(Role.DIRECTOR, next_door.province)
    winding.later(timedelta(hours=6))
    with scoped(director, "modes"):
        _set(next_door, Mode.SEVERE, director)
    tasks.climb_overdue()
    assert all(row.climbed_at is None for row in handovers_of(rows))
    station = cast.of_commune(Role.STATION_OFFICER, next_door.commune)
    with scoped(station, "handover"):
        assert not inbox.came(inbox.AskedInbox()).exists()
        assert inbox.resting() == 2

    winding.later(timedelta(minutes=1))
    with scoped(director, "modes"):
        _set(next_door, Mode.FULL, director)
    tasks.climb_overdue()

    assert all(row.climbed_at is not None for row in handovers_of(rows))
    with scoped(station, "handover"):
        assert inbox.came(inbox.AskedInbox(overdue=True)).count() == 2


def _set(unit: Unit, mode: Mode, by: Principal) -> None:
    modes.set_mode(
        commune=unit.commune,
        mode=mode,
        since=now(),
        document="15/QĐ-UBND",
        signer="Chủ tịch UBND xã",
        by=by,
    )


def test_all_of_the_list_are_taken_over_in_one_act(
    case: Case, abroad: Unit, tracer: Principal
) -> None:
    rows = sent_to(abroad, case, tracer, 12)
    station = cast.of_commune(Role.STATION_OFFICER, abroad.commune)
    client = signed_in(station)
    accepted = AuditEvent.objects.using("owner").filter(kind="handover.accepted")
    events = accepted.count()

    answer = client.post("/handovers/accept/", {"next": "/handovers/?state=sent"})

    assert answer.url == "/handovers/?state=sent"
    assert {row.state for row in handovers_of(rows)} == {"accepted"}
    assert accepted.count() == events + 1
    page = client.get("/handovers/?state=accepted").content.decode()
    assert "Done" in page


def test_nobody_is_told_to_stay_at_home_before_somebody_signed(
    here: Unit, abroad: Unit, tracer: Principal
) -> None:
    case = outbreak.positive(outbreak.somebody("Thân Văn Bảy", here), disease="demo-a")
    rows = sent_to(abroad, case, tracer)
    station = cast.of_commune(Role.STATION_OFFICER, abroad.commune)
    [row] = handovers_of(rows)
    with scoped(station, "handover"):
        handover.accept(row, by=station)
        [told] = Notice.objects.filter(person=row.person_id)

    assert row.duty == "isolate_home"
    assert told.values["duty"] == "self_monitoring"


def test_the_list_of_twelve_says_so_on_its_button(
    case: Case, here: Unit, tracer: Principal
) -> None:
    next_door = Unit.of("07450")
    sent_to(next_door, case, tracer, 12)
    station = cast.of_commune(Role.STATION_OFFICER, next_door.commune)

    page = signed_in(station).get("/handovers/").content.decode()

    assert "Take over all (12)" in page
    assert "12 people wait for your answer." in page
    assert case.number not in page


def test_what_is_done_there_is_seen_by_the_sender(
    case: Case, abroad: Unit, tracer: Principal
) -> None:
    [contact] = sent_to(abroad, case, tracer)
    [row] = handovers_of([contact])
    client = signed_in(cast.of_commune(Role.STATION_OFFICER, abroad.commune))
    assert client.post(f"/handovers/{row.id}/finish/").status_code == 409
    client.post(f"/handovers/{row.id}/accept/")
    client.post(f"/handovers/{row.id}/finish/")
    tasks.tell_senders()

    with scoped(tracer, "tracing"):
        receipt = HandoverReceipt.objects.get(contact=contact)
        assert (receipt.state, receipt.done_at is not None) == ("done", True)
        assert not Handover.objects.filter(pk=row.id).exists()


def test_a_returned_person_is_sent_to_where_he_stays_now(
    case: Case, here: Unit, abroad: Unit, tracer: Principal
) -> None:
    next_door = Unit.of(outbreak.NEXT_CODE)
    [contact] = sent_to(next_door, case, tracer)
    [first] = handovers_of([contact])
    station = cast.of_commune(Role.STATION_OFFICER, next_door.commune)
    with scoped(station, "handover"):
        handover.give_back(first, reason="moved_away", by=station)
    tasks.tell_senders()
    client = signed_in(tracer)
    listed = client.get("/handovers/sent/?state=returned").content.decode()
    assert "Has moved away" in listed
    assert f"/handovers/again/{contact.id}/" in listed

    unclear = client.post(f"/handovers/again/{contact.id}/", {"where": "zzz"})
    assert unclear.status_code == 422
    assert "No commune is called so." in unclear.content.decode()
    answer = client.post(
        f"/handovers/again/{contact.id}/",
        {"where": unit_name(abroad.commune), "commune": abroad.commune, "address": "Ngõ 5"},
    )

    assert answer.status_code == 302
    second = handovers_of([contact])[-1]
    assert (second.commune, second.state) == (abroad.commune, "sent")
    receiver = cast.of_commune(Role.STATION_OFFICER, abroad.commune)
    with scoped(receiver, "handover"):
        [line] = inbox.rows_of(Handover.objects.filter(pk=second.id))
        assert line.card is not None
        assert line.card.address == "Ngõ 5"
    with system_scope("test"):
        stays = Residence.objects.filter(person=contact.person_id, kind="stay")
        assert [stay.until is None for stay in stays.order_by("since", "id")] == [False, True]
        assert HandoverReceipt.objects.filter(contact=contact).count() == 2
    with scoped(tracer, "handover"):
        assert handover.returned(contact) is None
    tasks.open_contacts()
    with scoped(tracer, "handover"):
        assert person_of(contact.person_id) is not None, "open until the other side answers"
    with scoped(receiver, "handover"):
        handover.accept(second, by=receiver)
    tasks.tell_senders()
    with scoped(tracer, "handover"):
        assert person_of(contact.person_id) is None


def test_who_was_not_returned_is_not_sent_again(
    case: Case, abroad: Unit, tracer: Principal
) -> None:
    [contact] = sent_to(abroad, case, tracer)

    with scoped(tracer, "tracing"), pytest.raises(Refused) as refusal:
        handover.send_again(contact=contact, commune=abroad.commune, address="", by=tracer)

    assert refusal.value.code == "not_returned"


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.SAMPLING, "Take a sample"),
        (Kind.CASE, "Care for a case at home"),
        (Kind.DISCHARGED, "Watch the health after isolation"),
    ],
)
def test_the_same_object_carries_other_work(
    here: Unit, tracer: Principal, kind: Kind, words: str
) -> None:
    next_door = Unit.of("07450")
    person = telephones.people(1, next_door)[0]
    with scoped(tracer, "handover"):
        handover.send_person(
            person=person, kind=kind, disease="covid-19", note="Hẹn 8 giờ", case=None, by=tracer
        )
    station = signed_in(cast.of_commune(Role.STATION_OFFICER, next_door.commune))

    page = station.get(f"/handovers/?kind={kind.value}").content.decode()

    assert words in page
    assert "Hẹn 8 giờ" in page
    assert words not in station.get("/handovers/?kind=visit").content.decode()


def test_contacts_are_asked_for_a_sample_once(case: Case, abroad: Unit, tracer: Principal) -> None:
    rows = telephones.around(case, telephones.people(3, abroad))
    ids = [row.id for row in rows]
    with scoped(tracer, "tracing"):
        asked = [
            handover.ask(case=case, contacts=ids, kind=Kind.SAMPLING, by=tracer) for _each in "ab"
        ]

    assert asked == [3, 0]


def test_people_outside_the_sharing_of_data_are_not_sent(here: Unit, tracer: Principal) -> None:
    person = telephones.people(1, here)[0]
    with system_scope("test"):
        person.excluded = True
        person.save(update_fields=["excluded"])

    with scoped(tracer, "handover"), pytest.raises(Refused) as refusal:
        handover.send_person(
            person=person, kind=Kind.SAMPLING, disease="covid-19", case=None, by=tracer
        )

    assert refusal.value.code == "nobody_chosen"


def test_each_look_at_the_inbox_stands_in_the_persons_log(
    case: Case, abroad: Unit, tracer: Principal
) -> None:
    [contact] = sent_to(abroad, case, tracer)
    station = cast.of_commune(Role.STATION_OFFICER, abroad.commune)
    signed_in(station).get("/handovers/?state=sent")

    himself = cast.citizen(contact.person_id)
    with scoped(himself, "looks"):
        looks = people.looks_at([contact.person_id])

    assert station.account in {look.by_account for look in looks if look.what == "handover"}


def test_a_village_health_worker_gets_the_visits_only(case: Case, tracer: Principal) -> None:
    unit = Unit.of("07450")
    rows = telephones.around(case, telephones.people(2, unit))
    with scoped(tracer, "calling"):
        handover.ask(case=case, contacts=[rows[0].id], kind=Kind.VISIT, by=tracer)
    worker = signed_in(cast.of_commune(Role.VILLAGE_HEALTH_WORKER, unit.commune))

    page = worker.get("/handovers/").content.decode()

    assert "Go to the house" in page
    assert "Watch the health after isolation" not in page
