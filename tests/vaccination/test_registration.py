"""Registering: once, without defaults, consent on its own, and seen by whom it concerns."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import DatabaseError, transaction

from lachan.core.clock import now, today
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.services import Stay
from lachan.rulebook.selectors import screening_rule
from lachan.vaccination import registering, registration_tasks
from lachan.vaccination.models import Consent, Registration
from lachan.vaccination.registering import NewRegistration, Said
from tests.factories import cast
from tests.factories.people import person
from tests.vaccination.registered import DISEASE, at_the_desk, fresh, here, rules, station


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code


@pytest.fixture(autouse=True)
def _rules(database: str) -> None:
    rules()


@pytest.fixture
def officer() -> Principal:
    return station()


def neighbour(name: str = "Giàng Thị Mỷ", **more: object) -> Person:
    at = here()
    return person(name, stay=Stay(commune=at.commune, province=at.province), **more)


@pytest.fixture
def mai() -> Person:
    return neighbour("Nguyễn Thị Mai", birth="1990", sex="female")


def questions(sex: str = "female") -> list[str]:
    with system_scope("test"):
        return [each.code for each in screening_rule(DISEASE, now()).asked_of(sex)]


def no_to_all(sex: str = "female", **other: str) -> Said:
    return Said(dict.fromkeys(questions(sex), "no") | other)


def inside(by: Principal) -> AbstractContextManager[Principal]:
    return scoped(by, "vaccination_registration")


def test_whoever_registers_twice_is_registered_once(mai: Person, officer: Principal) -> None:
    first, new = at_the_desk(mai, officer)
    again, second = at_the_desk(mai, officer, way="paper", paper="P-1")
    assert (new, second) == (True, False)
    assert first.id == again.id
    with system_scope("test"):
        assert Registration.objects.filter(person=mai).count() == 1


def test_a_citizen_and_the_desk_open_the_same_registration(mai: Person, officer: Principal) -> None:
    herself = cast.citizen(mai.id)
    with inside(herself):
        own, new = registering.register(
            NewRegistration(person=mai, disease=DISEASE, way="self"), by=herself
        )
    assert new
    assert at_the_desk(mai, officer)[0].id == own.id


def test_twelve_questions_and_none_has_an_answer_before_somebody_gives_it(
    mai: Person, officer: Principal
) -> None:
    row, _new = at_the_desk(mai, officer)
    assert (row.answers, row.answered_at, len(questions())) == ({}, None, 12)
    most = dict.fromkeys(questions()[:-1], "no")
    for said, code in (
        (Said(most), "answer_missing"),
        (no_to_all(acute_illness="maybe"), "answer_unreadable"),
        (no_to_all(acute_illness="yes"), "detail_missing"),
    ):
        with refused(code), inside(officer):
            registering.answer(row, said, sex="female", by=officer)
    whole = no_to_all(acute_illness="unknown")
    with inside(officer):
        registering.answer(row, whole, sex="female", by=officer)
    assert fresh(row).answers["acute_illness"] == {"answer": "unknown"}


def test_men_are_not_asked_whether_they_are_pregnant() -> None:
    assert set(questions("female")) - set(questions("male")) == {"pregnant", "breastfeeding"}


def test_consent_is_said_on_its_own_with_the_version_of_its_words(
    mai: Person, officer: Principal
) -> None:
    row, _new = at_the_desk(mai, officer)
    with inside(officer):
        assert not Consent.objects.filter(registration=row).exists()
        said = registering.consent(row, agreed=True, how="desk", by=officer)
        registering.consent(row, agreed=False, how="desk", by=officer)
        rule = screening_rule(DISEASE, now())
        assert (str(said.rule), said.version) == (rule.rule, rule.version)
        assert [one.agreed for one in row.consents.order_by("said_at")] == [True, False]


def test_for_a_child_a_guardian_agrees_and_is_named(officer: Principal, mai: Person) -> None:
    child = neighbour("Nguyễn Bé Na", birth=str(today().year - 8))
    row, _new = at_the_desk(child, officer)
    with refused("guardian_missing"), inside(officer):
        registering.consent(row, agreed=True, how="self", by=officer)
    with refused("guardian_missing"), inside(officer):
        registering.consent(row, agreed=True, how="guardian", by=officer)
    with inside(officer):
        said = registering.consent(row, agreed=True, how="guardian", guardian=mai, by=officer)
    assert said.guardian_id == mai.id


def test_whoever_withdraws_and_comes_back_has_the_first_place(
    mai: Person, officer: Principal
) -> None:
    row, _new = at_the_desk(mai, officer)
    with refused("why_missing"), inside(officer):
        registering.withdraw(row, why=" ", by=officer)
    with inside(officer):
        registering.withdraw(row, why="Chưa muốn tiêm", by=officer)
    with refused("registration_over"), inside(officer):
        registering.wish(row, [], [], officer)
    again, new = at_the_desk(mai, officer)
    assert (again.id, new, again.day, again.receipt) == (row.id, False, row.day, row.receipt)
    assert fresh(row).state == "registered"


def test_wishes_are_half_days_and_groups_are_those_of_the_rule(
    mai: Person, officer: Principal
) -> None:
    row, _new = at_the_desk(mai, officer)
    with inside(officer):
        registering.wish(row, ["2026-12-01 am", "2026-12-01 pm"], ["health"], officer)
    for wishes, groups, code in (
        (["tomorrow"], [], "wish_unreadable"),
        (["2026-12-01 night"], [], "wish_unreadable"),
        ([], ["friends_of_the_chairman"], "group_unknown"),
    ):
        with refused(code), inside(officer):
            registering.wish(row, wishes, groups, officer)
    kept = fresh(row)
    assert (kept.claimed, kept.proven) == (["health"], [])


def test_what_somebody_says_of_himself_moves_nobody_forward(mai: Person) -> None:
    herself = cast.citizen(mai.id)
    with inside(herself):
        row, _new = registering.register(
            NewRegistration(person=mai, disease=DISEASE, way="self", proven=["health"]), by=herself
        )
    assert fresh(row).proven == []
    with refused("not_yours_to_prove"), inside(herself):
        registering.prove(row, ["health"], by=herself)
    for change in ({"proven": ["health"]}, {"day": "2020-01-01"}, {"draw": "0"}):
        with pytest.raises(DatabaseError), inside(herself), transaction.atomic():
            Registration.objects.filter(pk=row.pk).update(**change)


def test_an_age_is_proven_by_the_birth_date_and_by_nobody_else() -> None:
    old = neighbour("Nguyễn Thị Cụ", birth=f"01/01/{today().year - 70}")
    herself = cast.citizen(old.id)
    with inside(herself):
        row, _new = registering.register(
            NewRegistration(person=old, disease=DISEASE, way="self"), by=herself
        )
    registration_tasks.order_lines()
    assert fresh(row).proven == ["chronic_old"]


def test_the_station_confirms_a_group_and_the_event_says_what_it_was(
    mai: Person, officer: Principal
) -> None:
    row, _new = at_the_desk(mai, officer)
    with inside(officer):
        registering.prove(row, ["health"], by=officer)
    assert fresh(row).proven == ["health"]


@pytest.mark.parametrize("role", [Role.STATION_OFFICER, Role.DIRECTOR, Role.CITIZEN])
def test_somebody_elsewhere_sees_no_registration(
    mai: Person, officer: Principal, role: Role
) -> None:
    row, _new = at_the_desk(mai, officer)
    elsewhere = {
        Role.STATION_OFFICER: lambda: cast.of_commune(role),
        Role.DIRECTOR: lambda: cast.of_province(role),
        Role.CITIZEN: lambda: cast.citizen(),
    }[role]()
    with inside(elsewhere):
        assert not Registration.objects.filter(pk=row.pk).exists()
