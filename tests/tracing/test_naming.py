"""Contacts named by humans: who may name whom, and what a second word about somebody changes."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import DatabaseError

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.selectors import cards_of
from lachan.people.services import Stay, register_person
from lachan.tracing import services, tasks
from lachan.tracing.models import Case, Contact, ContactLink
from lachan.tracing.naming import Named, name_contacts
from tests.factories import cast, outbreak
from tests.factories.outbreak import Unit


@pytest.fixture(scope="module")
def case(database: str) -> Case:
    """A case without any scan."""
    return outbreak.positive(outbreak.somebody("Đỗ Thị Ngân", Unit.of(outbreak.HERE_CODE)))


@pytest.fixture
def tracer(case: Case) -> Principal:
    return cast.of_province(Role.TRACER, case.province)


@pytest.fixture
def station(case: Case) -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, case.commune)


def told(case: Case, name: str, by: Principal) -> Person:
    """Somebody the case names, entered by whoever asks."""
    return register_person(full_name=name, stay=Stay(case.commune, case.province), by=by)


def test_who_is_told_by_the_case_is_to_be_verified(case: Case, tracer: Principal) -> None:
    with scoped(tracer, "tracing"):
        hung = told(case, "Vũ Văn Hùng", tracer)
        [row] = name_contacts(case=case, people=[Named(hung.id, "interview")], by=tracer)

    assert (row.state, row.hop, row.source) == ("to_verify", 1, "interview")


def test_a_station_names_contacts_of_its_own_case(case: Case, station: Principal) -> None:
    with scoped(station, "tracing"):
        oanh = told(case, "Lương Thị Oanh", station)
        [row] = name_contacts(case=case, people=[Named(oanh.id, "interview")], by=station)

    assert row.commune == station.commune


def test_who_met_a_contact_stands_one_hop_farther(case: Case, tracer: Principal) -> None:
    with scoped(tracer, "tracing"):
        near, far = told(case, "Đỗ Văn Tuyến", tracer), told(case, "Chu Minh Đạo", tracer)
        name_contacts(case=case, people=[Named(near.id, "interview")], by=tracer)
        [row] = name_contacts(
            case=case, people=[Named(far.id, "interview", via=near.id)], by=tracer
        )
        assert row.via is not None

        assert (row.hop, row.via.person_id) == (2, near.id)


def test_the_nearer_hop_wins_and_the_state_stays(case: Case, tracer: Principal) -> None:
    at = now() - timedelta(hours=3)
    with scoped(tracer, "tracing"):
        near, far = told(case, "Giáp Thị Thu", tracer), told(case, "Ngô Thị Lụa", tracer)
        name_contacts(case=case, people=[Named(near.id, "interview")], by=tracer)
        [row] = name_contacts(
            case=case, people=[Named(far.id, "interview", via=near.id)], by=tracer
        )
        services.decide(contacts=[row.id], state=Contact.State.CONFIRMED, by=tracer)
        name_contacts(case=case, people=[Named(far.id, "interview", first_at=at)], by=tracer)
        row.refresh_from_db()
        links = ContactLink.objects.filter(case=case, person=far)

        assert (row.hop, row.via_id, row.state, row.first_at) == (1, None, "confirmed", at)
        assert links.count() == 2


def test_the_same_word_twice_is_one_link(case: Case, tracer: Principal) -> None:
    with scoped(tracer, "tracing"):
        who = told(case, "Thân Thị Hòe", tracer)
        for _again in range(2):
            name_contacts(case=case, people=[Named(who.id, "interview")], by=tracer)

        assert ContactLink.objects.filter(case=case, person=who).count() == 1
        assert Contact.objects.filter(case=case, person=who).count() == 1


def test_people_under_the_army_are_left_out(case: Case, tracer: Principal) -> None:
    with scoped(tracer, "tracing"):
        soldier = register_person(
            full_name="Dương Văn Thắng",
            stay=Stay(case.commune, case.province),
            excluded=True,
            by=tracer,
        )
        assert name_contacts(case=case, people=[Named(soldier.id, "interview")], by=tracer) == []


def test_nobody_is_followed_beyond_the_fourth_hop(case: Case, tracer: Principal) -> None:
    with scoped(tracer, "tracing"):
        row = [told(case, f"Người thứ {number}", tracer) for number in range(6)]
        name_contacts(case=case, people=[Named(row[0].id, "interview")], by=tracer)
        for before, after in pairwise(row[:4]):
            name_contacts(
                case=case, people=[Named(after.id, "interview", via=before.id)], by=tracer
            )
        with pytest.raises(Refused) as refused:
            name_contacts(
                case=case, people=[Named(row[4].id, "interview", via=row[3].id)], by=tracer
            )

    assert refused.value.code == "hop_too_far"


def test_the_database_refuses_a_row_about_somebody_elses_case(case: Case) -> None:
    abroad = Unit.of(outbreak.ABROAD_CODE)
    stranger = cast.of_province(Role.TRACER, abroad.province)
    whom = outbreak.somebody("Hoàng Lan", abroad)
    with pytest.raises(DatabaseError), scoped(stranger, "tracing"):
        name_contacts(case=case, people=[Named(whom.id, "interview")], by=stranger)


def test_the_database_refuses_a_person_nobody_here_sees(case: Case, tracer: Principal) -> None:
    unseen = outbreak.somebody("Người Hà Nội", Unit.of(outbreak.ABROAD_CODE))
    with scoped(tracer, "tracing"):
        assert name_contacts(case=case, people=[Named(unseen.id, "interview")], by=tracer) == []
    with pytest.raises(DatabaseError), scoped(tracer, "tracing"):
        Contact.objects.create(
            case=case,
            person_id=unseen.id,
            source="interview",
            rule="",
            found_at=now(),
            home_commune=unseen.commune,
            home_province=unseen.province,
            commune=case.commune,
            province=case.province,
        )


def test_a_station_that_works_the_case_may_call_its_contacts_in_other_communes(
    database: str,
) -> None:
    here, there = Unit.of(outbreak.HERE_CODE), Unit.of(outbreak.NEXT_CODE)
    case = outbreak.positive(outbreak.somebody("Trịnh Thị Bưởi", here))
    away = outbreak.somebody("Vi Văn Páo", there)
    tracer = cast.of_province(Role.TRACER, case.province)
    station = cast.of_commune(Role.STATION_OFFICER, case.commune)
    with scoped(tracer, "tracing"):
        name_contacts(case=case, people=[Named(away.id, "interview")], by=tracer)
    tasks.open_contacts()
    with scoped(station, "tracing"):
        assert cards_of([away.id]) == {}
        services.take(case, by=station)
    tasks.open_contacts()
    with scoped(station, "tracing"):
        assert cards_of([away.id])[away.id].name == "Vi Văn Páo"


def test_what_the_engine_found_is_evidence_too(
    database: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(settings.HOME), "engine", tmp_path_factory.mktemp("engine"))
        here = Unit.of(outbreak.HERE_CODE)
        place = outbreak.factory(here)
        ill, mate = outbreak.somebody("F0", here), outbreak.somebody("Bạn cùng chuyền", here)
        begun = now() - timedelta(hours=5)
        for person, minutes in ((ill, 60), (mate, 50)):
            outbreak.stay(place.line, person, begun, minutes, place.manager)
        case = outbreak.positive(ill)
        outbreak.answered(case)
        tracer = cast.of_province(Role.TRACER, case.province)
        with scoped(tracer, "tracing"):
            services.ask(case, by=tracer)
        outbreak.answered(case)
    with system_scope("test"):
        [link] = ContactLink.objects.filter(case=case)

    assert (link.source_person_id, link.person_id) == (ill.id, mate.id)
    assert (link.source, link.place_id, link.seconds) == ("scan", place.line.place_id, 3000)
