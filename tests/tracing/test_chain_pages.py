"""The chain page: readable at 5,000 people, light, few statements, and names only where open."""

import html
import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lachan.core import clock
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.models import Look
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.people.entering import NewPerson
from lachan.people.services import Stay, register_many
from lachan.tracing import chain_selectors
from lachan.tracing.chain_tree import short
from lachan.tracing.chains import chain_of, standing_of
from lachan.tracing.models import Case, Contact, ContactLink
from tests.factories import cast, chains
from tests.factories.outbreak import HERE_CODE, Unit
from tests.tracing.test_pages import signed_in

#: People of the large chain, and cases among them.
LARGE, CASES = 5_000, 120


class Small:
    """F0 met Tuyến and Hùng; Tuyến met three others."""

    def __init__(self) -> None:
        f0, self.tuyen, self.hung, *self.others = chains.people(6)
        self.case = chains.case_of(f0)
        chains.met(self.case, [self.tuyen, self.hung], minutes=610)
        chains.met(self.case, self.others, via=self.tuyen, at=now() - timedelta(hours=10))
        chains.computed()


@pytest.fixture(scope="module")
def small(database: str) -> Small:
    return Small()


@pytest.fixture
def tracer(small: Small) -> Client:
    return signed_in(chains.tracer_of(small.case))


def words(client: Client, case: Case, query: str = "") -> str:
    page = client.get(f"/tracing/{case.id}/chain/{query}")
    assert page.status_code == 200
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode())))


def test_the_chain_begins_with_who_stands_where(tracer: Client, small: Small) -> None:
    page = words(tracer, small.case)

    assert "F0 1 · F1 2 · F2 3" in page
    assert "1 case with 5 people around it" in page
    assert "Chu Minh Tuyến" in page
    assert "Chu Minh Quyết" in page


def test_the_chosen_person_is_told_why(tracer: Client, small: Small) -> None:
    page = words(tracer, small.case, f"?person={small.others[0]}")

    assert (
        "Oanh is F2 because of Tuyến , with whom there were 60 minutes together" in page
        or "Oanh is F2 because of Tuyến, with whom there were 60 minutes together" in page
    )
    assert "Meetings that say so" in page


def test_what_is_open_stands_in_the_address(tracer: Client, small: Small) -> None:
    closed = words(tracer, small.case, "?open=")
    opened = words(tracer, small.case, f"?open={short(small.case.person_id)}")

    assert "Chu Minh Tuyến" not in closed
    assert "Chu Minh Tuyến" in opened
    assert "Chu Minh Quyết" not in opened


def test_an_address_that_cannot_be_read_shows_the_chain(tracer: Client, small: Small) -> None:
    page = words(tracer, small.case, "?open=%00~x&person=nobody&zoom=9&page=-1")

    assert "F0 1 · F1 2 · F2 3" in page


def test_whoever_is_shown_may_see_that_it_was_looked_at(tracer: Client, small: Small) -> None:
    words(tracer, small.case)

    with scoped(cast.citizen(small.others[2]), "test"):
        assert Look.objects.filter(person=small.others[2], what="contact_list").exists()


def test_a_name_of_another_province_is_closed(database: str) -> None:
    abroad = Unit.of("00004")
    [stranger] = chains.people(1, abroad)
    [f0] = chains.people(1)
    case = chains.case_of(f0)
    with system_scope("test") as by:
        row = Contact.objects.create(
            case=case,
            person_id=stranger,
            source="interview",
            rule="x@1",
            found_at=now(),
            home_commune=abroad.commune,
            home_province=abroad.province,
            commune=case.commune,
            province=case.province,
            opened_at=now(),
        )
        ContactLink.objects.create(
            case=case,
            source_person_id=f0,
            person=row.person,
            source="interview",
            found_at=now(),
            by=by.account,
            by_name="t",
            commune=case.commune,
            province=case.province,
        )
    page = words(signed_in(chains.tracer_of(case)), case, f"?person={stranger}")

    assert "Name not open to you is F1" in page
    assert "possible" in page
    assert page.count("Chu Minh Đạo") == page.count("Chu Minh")


def test_a_station_elsewhere_gets_nothing(small: Small) -> None:
    stranger = signed_in(cast.of_commune(Role.STATION_OFFICER))

    assert stranger.get(f"/tracing/{small.case.id}/chain/").status_code == 404


class Large:
    """A case that passed it to others, who passed it on: 120 cases, each with its contacts."""

    def __init__(self) -> None:
        unit = Unit.of(HERE_CODE)
        with system_scope("test") as by:
            people = [
                NewPerson(full_name=f"Vũ Thị {number}", stay=Stay(unit.commune, unit.province))
                for number in range(LARGE)
            ]
            self.persons = [person.id for person in register_many(people, by=by)]
        self.first = chains.case_of(self.persons[0])
        self.cases = [self.first, *self._others(unit)]
        self._meet()

    def _others(self, unit: Unit) -> list[Case]:
        at = now()
        with system_scope("test"):
            return Case.objects.bulk_create(
                Case(
                    number=f"L-{number}",
                    person_id=self.persons[number],
                    disease=self.first.disease,
                    taken_at=at,
                    opened_at=at,
                    infectious_from=self.first.infectious_from + timedelta(minutes=number),
                    rule=self.first.rule,
                    commune=unit.commune,
                    province=unit.province,
                )
                for number in range(1, CASES)
            )

    def _meet(self) -> None:
        links = []
        for number in range(1, LARGE):
            source = self.cases[(number - 1) // 3 if number < CASES else number % CASES]
            start = self.first.infectious_from + timedelta(hours=3 + number % 40)
            links.append(self._link(source, self.persons[number], start))
        with system_scope("test"):
            ContactLink.objects.bulk_create(links, batch_size=1000)

    def _link(self, case: Case, person: UUID, start: object) -> ContactLink:
        return ContactLink(
            id=uuid7(),
            case=case,
            source_person_id=case.person_id,
            person_id=person,
            source="interview",
            first_at=start,
            last_at=start,
            seconds=600,
            found_at=now(),
            by=uuid7(),
            by_name="t",
            commune=case.commune,
            province=case.province,
        )


@pytest.fixture(scope="module")
def large(database: str) -> Large:
    return Large()


def statements(case: Case, query: str = "") -> tuple[int, int]:
    """How many statements a page needs, and how many bytes it has."""
    client = signed_in(chains.tracer_of(case))
    with CaptureQueriesContext(connection) as seen:
        page = client.get(f"/tracing/{case.id}/chain/{query}")
    assert page.status_code == 200
    return len(seen), len(page.content)


def test_five_thousand_people_are_one_light_page(large: Large) -> None:
    with system_scope("test"):
        around = chain_selectors.chain_around(large.first)
    assert len(around.places) == LARGE
    assert len(around.cases) == CASES

    _count, bytes_ = statements(large.first)
    assert bytes_ < 300_000
    everything = "~".join(short(case.person_id) for case in large.cases)
    _count, bytes_ = statements(large.first, f"?open={everything}")
    assert bytes_ < 300_000


def test_a_large_chain_needs_no_more_statements_than_its_generations(
    large: Large, small: Small
) -> None:
    few, _bytes = statements(small.case)
    many, _bytes = statements(large.first)

    # The cases are found one generation after the other: five here, one there.
    assert many - few <= 2 * 5


def test_the_pages_of_a_long_chain_follow_each_other(large: Large) -> None:
    client = signed_in(chains.tracer_of(large.first))
    opened = "~".join(short(case.person_id) for case in large.cases)
    seen: list[str] = []
    for number in (1, 2):
        page = client.get(f"/tracing/{large.first.id}/chain/?open={opened}&page={number}")
        found = re.findall(r'id="r-([^"]+)"', page.content.decode())
        assert 0 < len(found) <= 200
        seen += found

    assert len(set(seen)) == len(seen) > 200


def test_a_row_is_opened_and_closed_by_its_button(tracer: Client, small: Small) -> None:
    key = short(small.case.person_id)

    assert "Chu Minh Hùng" not in words(tracer, small.case, f"?open={key}&toggle={key}")
    assert "Chu Minh Hùng" in words(tracer, small.case, f"?open=&toggle={key}")


def test_a_withdrawn_case_alone_has_no_chain(database: str) -> None:
    case = chains.case_of(chains.people(1)[0])
    chains.withdraw(case)
    chains.computed()
    client = signed_in(chains.tracer_of(case))

    assert "Nobody is in this chain." in words(client, case)
    assert "This case is withdrawn" in html.unescape(
        client.get(f"/tracing/{case.id}/").content.decode()
    )


def test_facts_are_read_in_the_order_of_making_when_the_clock_was_wound_back(
    database: str,
) -> None:
    f0, f1, f2 = chains.people(3)
    first = chains.case_of(f0)
    chains.met(first, [f1])
    chains.met(first, [f2], via=f1, at=now() - timedelta(hours=8))
    chains.computed()
    before = clock._wound
    clock.wind(before - timedelta(hours=1))
    try:
        chains.case_of(f1)
        chains.computed()
    finally:
        clock.wind(before)
    with system_scope("test"):
        stands = standing_of(chain_of(first))

    assert (stands[f1].level, stands[f2].level) == (0, 1)
