"""Scenario 3: a morning at the market; the row is to verify, buyers are only counted."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lachan.core.clock import now
from lachan.core.scope import scoped, system_scope
from lachan.tracing import inviting
from lachan.tracing.models import Case, Contact, LinkedPlace, PublicCall
from tests.acceptance.told import Told, last_run, moment, people_of
from tests.acceptance.twin import Answer

pytestmark = pytest.mark.slow

#: The form's own number, and the names of its fields.
KEY = re.compile(r'name="key" value="([0-9a-f-]{36})"')
FIELDS = re.compile(r'<(?:input|select|textarea)[^>]* name="(\w+)"')


@pytest.fixture(scope="module")
def market_case(told: Told) -> Case:
    """The seller who stood in row B for one morning."""
    return told.released(told.scenes.market.f0)


@pytest.fixture(scope="module")
def expected(told: Told, market_case: Case) -> Answer:
    """What the naive twin reads in the same scans and lists."""
    return told.twin_answers(market_case, told.scenes.market.f0)


def test_the_other_stall_holders_of_the_row_are_to_verify(
    told: Told, market_case: Case, expected: Answer
) -> None:
    market = told.scenes.market
    row = {
        index
        for index, person in enumerate(told.world.people)
        if person.work is not None and person.work.place == market.row
    }

    assert expected.close == row - {market.f0}
    assert len(expected.close) == 23
    assert people_of(market_case) == told.persons(expected.close)


def test_buyers_are_counted_and_not_named(told: Told, market_case: Case, expected: Answer) -> None:
    buyers = {
        scan.person
        for scan in told.world.scans
        if scan.place == told.scenes.market.market and scan.left is None
    }

    assert len(expected.linked) > 500
    assert expected.linked <= buyers
    assert last_run(market_case).linked == len(expected.linked)
    assert not people_of(market_case) & told.persons(expected.linked)


def test_every_buyer_left_at_a_time_that_was_only_guessed(expected: Answer) -> None:
    assert expected.linked <= expected.guessed


def test_the_market_counts_everybody_and_the_row_its_own(
    told: Told, market_case: Case, expected: Answer
) -> None:
    market = told.scenes.market
    with system_scope("test"):
        places = LinkedPlace.objects.filter(run=last_run(market_case))
        counted = {row.place_id: (row.people, row.close) for row in places}

    assert counted == {
        told.place(market.market): (len(expected.at[market.market]), False),
        told.place(market.row): (23, True),
    }


@pytest.fixture(scope="module")
def call(told: Told, market_case: Case) -> PublicCall:
    """The tracer drafts a notice for the market's morning, the director publishes it."""
    scene, tracer = told.scenes.market, told.cast["tracer"]
    name = told.world.places[scene.market].name
    point = inviting.Point(name, moment(scene.begins), moment(scene.ends), told.place(scene.market))
    with scoped(tracer, "tracing"):
        drafted = inviting.draft_call(
            case=market_case,
            points=[point],
            phone=told.world.duties[0].phone,
            ends_at=now() + timedelta(days=7),
            by=tracer,
        )
    director = told.cast["director"]
    with scoped(director, "tracing"):
        return inviting.approve_call(call=drafted, names_disease=False, by=director)


def signed_in(told: Told, slug: str) -> Client:
    """Somebody of the cast at a desk."""
    browser = Client(SERVER_NAME="localhost", headers={"accept-language": "vi"})
    browser.cookies["lachan"] = told.cast[slug].secret
    return browser


def test_the_notice_says_where_and_when_and_names_nobody(
    told: Told, market_case: Case, call: PublicCall, expected: Answer
) -> None:
    stranger = Client(SERVER_NAME="localhost", headers={"accept-language": "vi"})
    page = stranger.get(reverse("tracing:public_call", args=[call.code]))
    scene, people = told.scenes.market, told.world.people

    assert page.status_code == 200
    assert told.world.places[scene.market].name in page.text
    assert not any(people[index].name in page.text for index in {scene.f0, *expected.close})
    assert "sởi" not in page.text
    assert market_case.number not in page.text


def test_who_telephones_stands_to_verify_with_how_we_know(
    told: Told, market_case: Case, call: PublicCall
) -> None:
    caller = told.world.people[told.scenes.market.caller]
    desk = signed_in(told, "tracer")
    address = reverse("tracing:take_answer", args=[call.id])
    key = KEY.search(desk.get(address).text)
    assert key is not None
    said = {
        "key": key[1],
        "name": f"{caller.name} {caller.written.year} {caller.phones[0]}",
        "near": "close",
        "start": "04:00",
        "end": "04:40",
    }
    asked = desk.post(address, said)
    if asked.status_code == 200:
        # The register knows the number: she says that it is she.
        asked = desk.post(address, said | {"who": str(told.person(told.scenes.market.caller))})

    assert asked.status_code == 302, asked.text
    with system_scope("test"):
        row = Contact.objects.get(case=market_case, person=told.person(told.scenes.market.caller))
    assert row.state == Contact.State.TO_VERIFY
    assert row.source == Contact.Source.PUBLIC_CALL


def test_the_form_of_a_telephone_answer_is_short_enough_for_three_minutes(
    told: Told, call: PublicCall
) -> None:
    page = signed_in(told, "tracer").get(reverse("tracing:take_answer", args=[call.id])).text

    assert len(set(FIELDS.findall(page)) - {"csrfmiddlewaretoken", "key", "commune"}) <= 8
