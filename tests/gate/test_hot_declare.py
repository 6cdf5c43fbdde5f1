"""Declaring by the hot path: acknowledged when on disk, made a declaration of by the worker."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.scope import scoped, system_scope
from lachan.declarations.models import Declaration, SentDeclaration
from lachan.declarations.questionnaire import in_force
from lachan.declarations.sending import refused_of, waiting_and_refused
from lachan.declarations.tasks import take_declarations_sent
from lachan.people.models import Person
from lachan.people.selectors import trace_ids_of
from tests.factories import cast
from tests.factories.people import person
from tests.gate import served
from tests.gate.hot_gate import Gate, code

ASKED = in_force(today())


@pytest.fixture
def gate(database: str) -> Gate:
    return Gate(database)


@pytest.fixture
def mai() -> Person:
    return person("Trần Thị Mai")


def bearer_of(somebody: Person) -> str:
    with system_scope("test"):
        return served.code_of(trace_ids_of([somebody.id])[somebody.id])


def filled_in(**changed: Any) -> dict[str, Any]:
    answers = {question.code: False for question in ASKED.always}
    whole = {"id": str(uuid7()), "kind": "population", "questionnaire": ASKED.number}
    return {**whole, "answers": answers, "at": now().isoformat(), **changed}


def send(gate: Gate, *bodies: Any, bearer: str) -> list[tuple[int, str]]:
    answers = gate.send(*bodies, bearer=bearer, path="/hot/declare")
    return [code(answer) for answer in answers]


def declared(number: str) -> list[Declaration]:
    return list(Declaration.objects.using("owner").filter(id=number))


def sent(number: str) -> SentDeclaration:
    return SentDeclaration.objects.using("owner").get(id=number)


def test_it_is_acknowledged_and_becomes_a_declaration_of_the_hour_it_was_made(
    gate: Gate, mai: Person
) -> None:
    made = now() - timedelta(hours=3)
    one = filled_in(at=made.isoformat())

    assert send(gate, one, one, bearer=bearer_of(mai)) == [(200, "recorded")] * 2
    assert declared(one["id"]) == []
    assert take_declarations_sent() >= 1
    assert send(gate, one, bearer=bearer_of(mai)) == [(200, "recorded")]
    take_declarations_sent()

    [row] = declared(one["id"])
    assert (row.person_id, row.at, row.way, row.on_behalf) == (mai.id, made, "hot", False)
    assert bytes(sent(one["id"]).sealed) == b""


def test_other_answers_under_its_number_are_refused_and_kept(gate: Gate, mai: Person) -> None:
    one = filled_in()
    first = ASKED.always[0].code
    other = {**one, "answers": {**one["answers"], first: True}}

    send(gate, one, bearer=bearer_of(mai))

    assert send(gate, other, bearer=bearer_of(mai)) == [(409, "different_content")]
    take_declarations_sent()
    assert len(declared(one["id"])) == 1
    kept = SentDeclaration.objects.using("owner").get(instead_of=one["id"])
    assert kept.refused == "different_content"
    with scoped(cast.citizen(mai.id), "declare"):
        assert refused_of(mai.id) is None


def test_the_shape_is_looked_at_before_it_is_acknowledged(gate: Gate, mai: Person) -> None:
    lacking = filled_in(answers={})
    odd = filled_in()
    odd["answers"]["nothing_asked"] = True
    long = filled_in()
    long["answers"][ASKED.questions[-1].code] = "a" * 20_000
    wrong = [
        (lacking, "answer_missing"),
        (odd, "answer_unknown"),
        (long, "answers_too_long"),
        (filled_in(questionnaire=99), "questionnaire_outdated"),
        (filled_in(kind="other"), "questionnaire_outdated"),
        (filled_in(kind=["population"]), "questionnaire_outdated"),
        (filled_in(answers=[1]), "answer_unknown"),
        (filled_in(at="yesterday"), "clock_wrong"),
        (filled_in(id="7"), "unreadable"),
        ([1], "unreadable"),
        ("{", "unreadable"),
    ]

    answers = send(gate, *(body for body, _code in wrong), bearer=bearer_of(mai))

    assert [said for _status, said in answers] == [expected for _body, expected in wrong]
    assert all(400 <= status < 500 for status, _said in answers)


def test_only_a_person_declares(gate: Gate) -> None:
    assert send(gate, filled_in(), bearer=gate.token) == [(401, "not_allowed")]
    assert send(gate, filled_in(), bearer="LP1:" + "A" * 136) == [(403, "bad_token")]


def test_nothing_of_the_answers_lies_open(gate: Gate, mai: Person) -> None:
    one = filled_in()
    send(gate, one, bearer=bearer_of(mai))

    with connections["owner"].cursor() as cursor:
        cursor.execute("select s::text from declarations_sent s where id = %s", [one["id"]])
        [(text,)] = cursor.fetchall()
    assert not any(question.code in text for question in ASKED.questions)
    with scoped(cast.citizen(mai.id), "declare"):
        assert not SentDeclaration.objects.exists()
    take_declarations_sent()


def test_what_the_worker_refuses_stays_and_its_person_sees_it(gate: Gate, mai: Person) -> None:
    travelled = next(
        each for each in ASKED.questions if each.type == "choice" or each.type == "date"
    )
    one = filled_in()
    one["answers"] |= _that_ask_for(travelled.code) | {travelled.code: "nonsense"}
    stranger = uuid7()

    send(gate, one, bearer=bearer_of(mai))
    send(gate, nobody := filled_in(), bearer=served.code_of(stranger))
    take_declarations_sent()

    assert declared(one["id"]) == []
    assert sent(one["id"]).refused == "answer_unreadable"
    assert sent(nobody["id"]).refused == "not_for_this_person"
    with system_scope("test"):
        waiting, refused = waiting_and_refused()
    assert (waiting, refused >= 2) == (0, True)
    with scoped(cast.citizen(mai.id), "declare"):
        found = refused_of(mai.id)
        assert found is not None
        assert found.id == UUID(one["id"])
    again = filled_in()
    send(gate, again, bearer=bearer_of(mai))
    take_declarations_sent()
    with scoped(cast.citizen(mai.id), "declare"):
        assert refused_of(mai.id) is None


def _that_ask_for(wanted: str) -> dict[str, Any]:
    """Answers because of which a question is asked."""
    when = next(each for each in ASKED.questions if each.code == wanted).when
    return {when.of[0]: when.answers[0]} if when else {}
