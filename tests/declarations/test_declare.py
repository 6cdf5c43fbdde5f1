"""Declaring: for oneself, for a child, never for a neighbour; append-only; sealed."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connections

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.declarations import selectors
from lachan.declarations.models import Declaration
from lachan.declarations.services import declare
from lachan.rulebook.selectors import colour_of
from tests.declarations.households import NO, household
from tests.factories import cast


def test_it_keeps_the_answers_sealed_and_the_facts_open() -> None:
    home = household()
    with scoped(home.mother, "declare") as by:
        answers = NO | {"fever": True}
        made = declare(key=uuid7(), person=home.mai, answers=answers, by=by)
        assert selectors.answers_of(made)["fever"] == "yes"
    assert b"fever" not in bytes(made.sealed)
    assert (made.symptoms, made.contact, made.on_behalf) == (True, False, False)


def test_it_counts_as_long_as_the_rule_says() -> None:
    home = household()
    with scoped(home.mother, "declare") as by:
        made = declare(key=uuid7(), person=home.mai, answers=NO, by=by)
        facts = selectors.facts_of(home.mai, now() + timedelta(hours=5))
        colour, _decision = colour_of(facts, at=now())
    assert made.valid_until - made.at == timedelta(hours=72)
    assert facts == {"declaration_age_hours": 5, "symptoms": False, "contact": False}
    assert colour == "green"


def test_sending_it_twice_makes_one() -> None:
    home = household()
    key = uuid7()
    with scoped(home.mother, "declare") as by:
        first = declare(key=key, person=home.mai, answers=NO, by=by)
        again = declare(key=key, person=home.mai, answers=NO | {"cough": True}, by=by)
        assert (again.id, again.symptoms) == (first.id, False)
        with pytest.raises(Refused) as refused:
            declare(key=key, person=home.an, answers=NO, by=by)
    assert refused.value.code == "key_of_another"


def test_a_mother_declares_for_her_child() -> None:
    home = household()
    with scoped(home.mother, "declare") as by:
        made = declare(key=uuid7(), person=home.an, answers=NO, consent="guardian", by=by)
    assert (made.on_behalf, made.way, made.consent) == (True, "family", "guardian")


def test_it_asks_how_the_child_agreed() -> None:
    home = household()
    with scoped(home.mother, "declare") as by, pytest.raises(Refused) as refused:
        declare(key=uuid7(), person=home.an, answers=NO, by=by)
    assert refused.value.code == "consent_missing"


def test_nobody_declares_for_a_neighbour() -> None:
    home = household()
    with scoped(home.mother, "declare") as by, pytest.raises(Refused) as refused:
        declare(key=uuid7(), person=home.neighbour, answers=NO, by=by)
    assert refused.value.code == "not_for_this_person"


def test_every_question_is_answered() -> None:
    home = household()
    with scoped(home.mother, "declare") as by, pytest.raises(Refused) as refused:
        declare(key=uuid7(), person=home.mai, answers={"fever": False}, by=by)
    assert refused.value.code == "answer_missing"


def test_a_declaration_is_never_changed() -> None:
    home = household()
    with scoped(home.mother, "declare") as by:
        made = declare(key=uuid7(), person=home.mai, answers=NO, by=by)
    for statement in (
        "update declarations_declaration set symptoms = true",
        "delete from declarations_declaration",
    ):
        with (
            pytest.raises(DatabaseError),
            scoped(home.mother, "attack"),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(f"{statement} where id = %s", [made.id])


def test_paper_keeps_its_number_and_the_hour_it_was_written() -> None:
    home = household()
    written = now() - timedelta(hours=5)
    with system_scope("test") as by:
        said = {"person": home.mai, "answers": NO, "way": "paper", "by": by}
        made = declare(key=uuid7(), paper="BN-0007", at=written, **said)
        assert selectors.facts_of(home.mai, now())["declaration_age_hours"] == 5
        for wrong, code in (
            ({"paper": "", "at": written}, "paper_number_missing"),
            ({"paper": "BN-0008", "at": now() + timedelta(hours=1)}, "declared_ahead"),
        ):
            with pytest.raises(Refused) as refused:
                declare(key=uuid7(), **said, **wrong)
            assert refused.value.code == code
    assert (made.at, made.paper, made.way) == (written, "BN-0007", "paper")


def test_nobody_antedates_what_he_declares_now() -> None:
    home = household()
    with scoped(home.mother, "declare") as by:
        earlier = now() - timedelta(days=3)
        made = declare(key=uuid7(), person=home.mai, answers=NO, at=earlier, by=by)
    assert now() - made.at < timedelta(minutes=10)


def test_a_declaration_amends_none_of_another_person() -> None:
    home = household()
    with scoped(home.mother, "declare") as by:
        mine = declare(key=uuid7(), person=home.mai, answers=NO, by=by)
        child = declare(key=uuid7(), person=home.an, answers=NO, consent="guardian", by=by)
    child.pk, child.follows_id = uuid7(), mine.id
    with pytest.raises(DatabaseError), scoped(home.mother, "attack"):
        child.save(force_insert=True)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (cast.of_commune, True),
        (lambda role: cast.of_commune(role, cast.ELSEWHERE), False),
        (lambda role: cast.of_province(role, cast.OTHER_PROVINCE), False),
        (cast.of_organisation, False),
    ],
)
def test_only_the_area_of_present_stay_sees_it(who: object, sees: bool) -> None:
    home = household()
    with scoped(home.mother, "declare") as by:
        made = declare(key=uuid7(), person=home.mai, answers=NO, by=by)
    assert callable(who)
    officer: Principal = who(Role.STATION_OFFICER)
    with scoped(officer, "look"):
        assert Declaration.objects.filter(pk=made.id).exists() is sees


def test_without_a_declaration_no_fact_is_invented() -> None:
    home = household()
    with system_scope("test"):
        assert selectors.facts_of(home.neighbour, now()) == {}
        assert selectors.latest(home.neighbour) is None
