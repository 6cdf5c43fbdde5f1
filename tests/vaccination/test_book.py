"""The vaccination book: what its owner reads, and nobody else."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from lachan.core.clock import OFFSET, now
from lachan.core.ids import uuid7
from lachan.core.middleware import COOKIE
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.selectors import card_of
from lachan.rulebook.services import load_shipped_rules
from lachan.vaccination.asking import born_on
from lachan.vaccination.book import Chapter, book_of
from lachan.vaccination.models import Source
from lachan.vaccination.services import Injection, enter
from tests.factories import cast
from tests.factories.people import person


@pytest.fixture(scope="module", autouse=True)
def rules(database: str) -> None:
    with system_scope("test") as by:
        load_shipped_rules(by=by)


def shot(of: Person, product: str, days_ago: int, **more: Any) -> None:
    disease = "measles" if product in {"mvvac", "mrvac"} else "covid-19"
    with system_scope("test") as by:
        one = Injection(
            id=uuid7(),
            person=of.id,
            disease=disease,
            product=product,
            given_at=now() - timedelta(days=days_ago),
            source=Source.ELSEWHERE,
            where_text="Trạm Y tế phường Nếnh",
            lot_text="ABW0123",
            **more,
        )
        [answer] = enter([one], by=by)
        assert answer.outcome == "made"


def chapters(of: Person) -> dict[str, Chapter]:
    with system_scope("test"), translation.override("vi"):
        card = card_of(of.id)
        assert card is not None
        return {each.disease: each for each in book_of(card)}


def test_doses_that_count_have_a_number_and_others_a_reason() -> None:
    mai = person("Nguyễn Thị Mai", birth="1980-05-17")
    shot(mai, "vaxzevria", 300)
    shot(mai, "vaxzevria", 290)
    shot(mai, "vaxzevria", 200)
    covid = chapters(mai)["covid-19"]
    assert [each.number for each in covid.lines] == [1, None, 2]
    assert "quá sớm" in covid.lines[1].why
    assert covid.due
    assert covid.next.startswith("Mũi 3")


def test_a_child_reads_when_its_next_measles_dose_is() -> None:
    born = (now() - timedelta(days=300)).astimezone(OFFSET).date()
    child = person("Vàng A Páo", birth=born.isoformat())
    shot(child, "mvvac", 10)
    measles = chapters(child)["measles"]
    assert [each.number for each in measles.lines] == [1]
    assert measles.next.startswith("Mũi 1: tiêm được từ")


def test_an_adult_is_not_told_of_the_childrens_programme() -> None:
    grown = person("Giàng Thị Mỷ", birth="1980-05-17")
    assert set(chapters(grown)) == {"covid-19"}
    shot(grown, "mrvac", 400)
    measles = chapters(grown)["measles"]
    assert ([each.number for each in measles.lines], measles.next) == ([1], "")


def test_without_a_dose_the_first_one_is_named() -> None:
    nobody = person("Tráng A Dè", birth="1990")
    covid = chapters(nobody)["covid-19"]
    assert covid.lines == ()
    assert covid.next.startswith("Mũi 1")


@pytest.fixture
def mai() -> Person:
    mai = person("Nguyễn Thị Mai", birth="1980-05-17")
    shot(mai, "comirnaty", 40)
    return mai


def page(by: Principal, path: str = "/vaccination/book/") -> Any:
    client = Client(headers={"accept-language": "vi", "host": "localhost"})
    client.cookies[COOKIE] = by.secret
    return client.get(path)


def test_the_owner_reads_the_page_and_others_do_not_see_it(mai: Person) -> None:
    said = page(cast.citizen(mai.id)).content.decode()
    assert "Comirnaty" in said
    assert "ABW0123" in said
    assert "Trạm Y tế phường Nếnh" in said
    stranger = person("Sùng Thị Dợ")
    other = page(cast.citizen(stranger.id), f"/vaccination/book/?of={mai.id}").content.decode()
    assert "Comirnaty" not in other


@pytest.mark.parametrize("role", [Role.VACCINATOR, Role.SAMPLER])
def test_it_is_no_page_of_staff(role: Role) -> None:
    assert page(cast.of_organisation(role)).status_code == 403


def test_a_book_is_bounded_by_the_scope(mai: Person) -> None:
    with scoped(cast.of_province(Role.DIRECTOR, cast.OTHER_PROVINCE), "test"):
        assert card_of(mai.id) is None


def test_a_year_alone_counts_as_its_last_day() -> None:
    assert born_on("2003") == date(2003, 12, 31)
    assert born_on("2003-02") == date(2003, 2, 28)
    assert born_on("2003-02-14") == date(2003, 2, 14)
    assert born_on("") is None


def test_nobody_reads_it_without_signing_in() -> None:
    client = Client(headers={"host": "localhost"})
    assert client.get("/vaccination/book/").status_code == 302
