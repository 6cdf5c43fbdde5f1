"""The dose ledger: appended, never changed, and seen by whom it concerns."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.vaccination.models import Dose
from lachan.vaccination.selectors import doses_of, entries_of
from lachan.vaccination.services import Injection, enter, reverse
from tests.factories import cast
from tests.factories.people import person


@pytest.fixture
def vaccinator() -> Principal:
    return cast.of_organisation(Role.VACCINATOR)


@pytest.fixture
def mai(vaccinator: Principal) -> Person:
    """Somebody who stands before the vaccinator."""
    from lachan.core import grants

    someone = person("Nguyễn Thị Mai")
    with system_scope("test"):
        grants.give("person", [someone.id], to_organisation=vaccinator.organisation)
    return someone


def shot(of: Person, **more: object) -> Injection:
    told = {"id": uuid7(), "person": of.id, "disease": "covid-19", "product": "vaxzevria"}
    return Injection(**({**told, "given_at": now() - timedelta(minutes=5)} | more))  # type: ignore[arg-type]


def given(by: Principal, *shots: Injection) -> list[str]:
    with scoped(by, "vaccination"):
        return [each.code or each.outcome for each in enter(shots, by=by)]


def counted(of: UUID) -> int:
    with system_scope("test"):
        return len(doses_of(of))


def test_the_same_injection_sent_twice_is_one(vaccinator: Principal, mai: Person) -> None:
    one = shot(mai)
    assert given(vaccinator, one) == ["made"]
    assert given(vaccinator, one, one) == ["repeated", "repeated"]
    assert counted(mai.id) == 1


def test_the_same_number_with_other_content_is_refused(vaccinator: Principal, mai: Person) -> None:
    one = shot(mai)
    assert given(vaccinator, one, replace(one, product="comirnaty")) == [
        "made",
        "different_content",
    ]
    assert given(vaccinator, replace(one, table=3)) == ["different_content"]
    with system_scope("test"):
        assert [each.product for each in doses_of(mai.id)] == ["vaxzevria"]


def test_a_batch_succeeds_row_by_row(vaccinator: Principal, mai: Person) -> None:
    far = shot(mai, given_at=now() + timedelta(hours=1))
    nobody = replace(shot(mai), person=uuid7())
    assert given(vaccinator, far, shot(mai), nobody) == ["clock_wrong", "made", "person_not_found"]


def test_a_reversal_is_an_entry_of_its_own(vaccinator: Principal, mai: Person) -> None:
    given(vaccinator, shot(mai), shot(mai))
    with scoped(vaccinator, "vaccination"):
        first, _second = doses_of(mai.id)
        reverse(first, why="Nhập nhầm người", by=vaccinator)
        with pytest.raises(Refused) as said:
            reverse(first, why="Nhập nhầm người", by=vaccinator)
        assert said.value.code == "reversed_already"
        assert len(doses_of(mai.id)) == 1
        assert len(entries_of(mai.id)) == 3


def test_a_reversal_says_why(vaccinator: Principal, mai: Person) -> None:
    given(vaccinator, shot(mai))
    with scoped(vaccinator, "vaccination"), pytest.raises(Refused):
        reverse(doses_of(mai.id)[0], why="  ", by=vaccinator)


def test_nobody_changes_or_deletes_an_entry(vaccinator: Principal, mai: Person) -> None:
    given(vaccinator, shot(mai))
    for sql in ("update vaccination_dose set product = 'x'", "delete from vaccination_dose"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            scoped(vaccinator, "vaccination"),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


def test_who_sees_a_dose(vaccinator: Principal, mai: Person) -> None:
    given(vaccinator, shot(mai))
    see = [
        cast.citizen(mai.id),
        cast.of_commune(Role.STATION_OFFICER),
        cast.of_province(Role.DIRECTOR),
        vaccinator,
    ]
    not_see = [
        cast.citizen(),
        cast.of_commune(Role.STATION_OFFICER, cast.NEXT_DOOR),
        cast.of_province(Role.DIRECTOR, cast.OTHER_PROVINCE),
        cast.of_organisation(Role.VACCINATOR),
        cast.outsider(),
    ]
    for who in see:
        with scoped(who, "test"):
            assert Dose.objects.filter(person=mai).count() == 1, who
    for who in not_see:
        with scoped(who, "test"):
            assert Dose.objects.filter(person=mai).count() == 0, who


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.SAMPLER, Role.GATE_CONTROLLER])
def test_only_who_vaccinates_enters_doses(role: Role, mai: Person) -> None:
    by = cast.citizen(mai.id) if role is Role.CITIZEN else cast.of_organisation(role)
    with scoped(by, "test"):
        people = list(Person.objects.filter(id=mai.id))
    if not people:
        assert given(by, shot(mai)) == ["person_not_found"]
        return
    with pytest.raises(DatabaseError, match="row-level security"):
        given(by, shot(mai))
