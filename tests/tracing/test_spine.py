"""From a released positive to a confirmed contact handed over: the spine on real tables."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.tracing import arrays, handover, inbox, selectors, services, tasks
from lachan.tracing.models import Case, Contact, Handover, HandoverReceipt, Run
from tests.factories import cast, outbreak
from tests.factories.outbreak import Unit
from tests.factories.settled import watermark


@pytest.fixture(scope="module")
def world(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[outbreak.Factory]:
    """F0 and a workmate at the line for 40 minutes, one for 5, one only on the campus."""
    from django.conf import settings

    home = settings.HOME
    patch = pytest.MonkeyPatch()
    patch.setattr(type(home), "engine", tmp_path_factory.mktemp("engine"))
    here, abroad = Unit.of(outbreak.HERE_CODE), Unit.of(outbreak.ABROAD_CODE)
    place = outbreak.factory(here)
    begun = now() - timedelta(hours=5)
    for name, unit, venue, minutes in (
        ("F0", here, place.line, 240),
        ("Vũ Văn Hùng", abroad, place.line, 40),
        ("Lương Thị Oanh", here, place.line, 40),
        ("Trần Văn Vội", here, place.line, 5),
        ("Đỗ Văn Cổng", here, place.campus, 60),
    ):
        phone = f"09000001{len(place.people):02}"
        place.people[name] = outbreak.somebody(name, unit, phone)
        outbreak.stay(venue, place.people[name], begun, minutes, place.manager)
    yield place
    patch.undo()


@pytest.fixture(scope="module")
def case(world: outbreak.Factory) -> Case:
    made = outbreak.positive(world.people["F0"])
    outbreak.answered(made)
    return made


def _run(case: Case) -> Run:
    with system_scope("test"):
        return Run.objects.filter(case=case).latest("asked_at")


def _names(case: Case, world: outbreak.Factory, **where: str) -> set[str]:
    names = {person.id: name for name, person in world.people.items()}
    with system_scope("test"):
        rows = Contact.objects.filter(case=case, **where)
        return {names[row.person_id] for row in rows}


def test_a_shared_line_names_people_and_a_shared_campus_only_counts_them(
    case: Case, world: outbreak.Factory
) -> None:
    run = _run(case)

    assert run.state == Run.State.DONE
    assert _names(case, world) == {"Vũ Văn Hùng", "Lương Thị Oanh"}
    assert run.to_verify == 2
    assert run.linked == 1


def test_the_minutes_place_and_first_time_stand_with_the_contact(
    case: Case, world: outbreak.Factory
) -> None:
    with system_scope("test"):
        row = Contact.objects.get(case=case, person=world.people["Lương Thị Oanh"])

    assert row.seconds == 40 * 60
    assert row.place_id == world.line.place_id
    assert not row.imputed
    assert row.state == Contact.State.TO_VERIFY


def test_the_same_result_makes_one_case(case: Case) -> None:
    assert tasks.new_positives() == 0


def test_asking_again_keeps_what_a_human_decided(case: Case, world: outbreak.Factory) -> None:
    tracer = cast.of_province(Role.TRACER, case.province)
    with scoped(tracer, "tracing"):
        row = Contact.objects.get(case=case, person=world.people["Lương Thị Oanh"])
        services.decide(contacts=[row.id], state=Contact.State.CONFIRMED, by=tracer)
        services.ask(case, by=tracer)
    outbreak.answered(case)

    assert _names(case, world, state="confirmed") == {"Lương Thị Oanh"}


def test_a_scan_of_a_minute_ago_is_found(case: Case, world: outbreak.Factory) -> None:
    late = outbreak.somebody("Chị Muộn", world.unit)
    world.people["Chị Muộn"] = late
    outbreak.stay(world.line, late, now() - timedelta(hours=2), 30, world.manager)
    tracer = cast.of_province(Role.TRACER, case.province)
    with scoped(tracer, "tracing"):
        services.ask(case, by=tracer)
    outbreak.answered(case)

    assert "Chị Muộn" in _names(case, world)


def _somebody_to_verify(case: Case) -> UUID:
    with system_scope("test"):
        row = Contact.objects.filter(case=case, state="to_verify").first()
    assert row is not None
    return row.id


def test_only_a_human_confirms(case: Case) -> None:
    chosen = [_somebody_to_verify(case)]

    with system_scope("test") as system, pytest.raises(Refused) as refusal:
        services.decide(contacts=chosen, state=Contact.State.CONFIRMED, by=system)

    assert refusal.value.code == "human_only"


def test_ruling_out_needs_a_reason(case: Case) -> None:
    tracer = cast.of_province(Role.TRACER, case.province)
    chosen = [_somebody_to_verify(case)]

    with scoped(tracer, "tracing"), pytest.raises(Refused) as refusal:
        services.decide(contacts=chosen, state=Contact.State.RULED_OUT, by=tracer)

    assert refusal.value.code == "reason_needed"


def test_nobody_unconfirmed_is_handed_over(case: Case) -> None:
    tracer = cast.of_province(Role.TRACER, case.province)
    chosen = [_somebody_to_verify(case)]

    with scoped(tracer, "tracing"), pytest.raises(Refused) as refusal:
        handover.send(case=case, contacts=chosen, by=tracer)

    assert refusal.value.code == "confirm_first"


def test_the_commune_of_present_stay_takes_over_and_learns_nothing_of_the_case(
    case: Case, world: outbreak.Factory
) -> None:
    person = world.people["Vũ Văn Hùng"]
    tracer = cast.of_province(Role.TRACER, case.province)
    with scoped(tracer, "tracing"):
        row = Contact.objects.get(case=case, person=person)
        services.decide(contacts=[row.id], state=Contact.State.CONFIRMED, by=tracer)
        handover.send(case=case, contacts=[row.id], by=tracer)
        assert not Handover.objects.filter(person=person).exists()
    station = cast.of_commune(Role.STATION_OFFICER, person.commune)
    with scoped(station, "handover"):
        (sent,) = inbox.rows_of(inbox.came(inbox.AskedInbox()))
        assert sent.card is not None
        assert sent.card.name == "Vũ Văn Hùng"
        assert not Case.objects.exists()
        assert not Contact.objects.exists()
        handover.accept(sent.handover, by=station)
    tasks.tell_senders()

    with scoped(tracer, "tracing"):
        receipt = HandoverReceipt.objects.get(contact=row)
        assert receipt.state == Handover.State.ACCEPTED
        assert (
            selectors.rows_of(selectors.contact_list(case, selectors.Chosen(state="handed_over")))[
                0
            ].card
            is None
        )


def test_a_returned_person_is_the_senders_again(case: Case, world: outbreak.Factory) -> None:
    person = world.people["Lương Thị Oanh"]
    tracer = cast.of_province(Role.TRACER, case.province)
    with scoped(tracer, "tracing"):
        row = Contact.objects.get(case=case, person=person)
        handover.send(case=case, contacts=[row.id], by=tracer)
    station = cast.of_commune(Role.STATION_OFFICER, person.commune)
    with scoped(station, "handover"):
        sent = Handover.objects.get(person=person)
        handover.give_back(sent, reason="wrong_phone", by=station)
    tasks.tell_senders()

    with scoped(tracer, "tracing"):
        row.refresh_from_db()
        assert row.state == Contact.State.CONFIRMED


def test_the_index_can_be_made_again_from_the_database(case: Case, world: outbreak.Factory) -> None:
    from django.db import connections

    before = _names(case, world)
    watermark()
    with connections["owner"].cursor() as cursor:
        assert arrays.rebuild(cursor) > 0
    tracer = cast.of_province(Role.TRACER, case.province)
    with scoped(tracer, "tracing"):
        services.ask(case, by=tracer)
    outbreak.answered(case)

    assert _names(case, world) == before
    assert _run(case).state == Run.State.DONE
