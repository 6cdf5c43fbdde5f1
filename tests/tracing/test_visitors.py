"""Asking a place who was there: ranked, each once, with a number to call, and on record."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.test import Client

from lachan.core.clock import OFFSET, now
from lachan.core.models import Look
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.services import join_household
from lachan.places.models import Place
from lachan.places.services import add_part
from lachan.tracing import visit_asking, visitors
from lachan.tracing.models import Case, Contact
from lachan.tracing.visitors import Asked
from lachan.venues.models import VisitorRequest
from lachan.venues.services import open_venue
from tests.factories import cast, outbreak
from tests.factories.outbreak import ABROAD_CODE, HERE_CODE, NEXT_CODE, Unit, somebody, stay
from tests.rulebook.test_pages import signed_in


@dataclass
class Market:
    """A market with two rows; the case sold in row B this morning."""

    unit: Unit
    manager: Principal
    whole: Place
    case: Case
    people: dict[str, Person]
    start: datetime
    tracer: Principal

    def asked(self, place: Place | None = None) -> Asked:
        return Asked(place or self.whole, self.start, self.start + timedelta(hours=3))

    def there(self, place: Place | None = None) -> list[str]:
        """Who was there, by their short names, in order."""
        with scoped(self.tracer, "answer_pack"):
            rows = visitors.opened(visitors.stays(self.asked(place), self.case), self.case)
        names = {person.id: name for name, person in self.people.items()}
        return [names[row.card.person] for row in rows]


@pytest.fixture(scope="module")
def market(database: str) -> Market:
    here, near, far = (Unit.of(code) for code in (HERE_CODE, NEXT_CODE, ABROAD_CODE))
    made = outbreak.factory(here)
    manager, whole = made.manager, made.campus.place
    with scoped(manager, "register"):
        rows = {
            name: open_venue(
                place=add_part(parent=whole, kind=kind, name=name, by=manager), by=manager
            )
            for name, kind in (("Dãy B", "line"), ("Cổng", "gate"))
        }
    start = (now() - timedelta(days=1)).astimezone(OFFSET).replace(hour=2, minute=0, second=0)
    people = {
        "case": somebody("Trần Văn Ca", here, "0900000500"),
        "beside": somebody("Lê Thị Bên", here, "0900000501"),
        "gate": somebody("Ngô Văn Cổng", near, "0900000502"),
        "silent": somebody("Vi Thị Im", here),
        "early": somebody("Hà Văn Sớm", here, "0900000503"),
        "abroad": somebody("Phó Văn Xa", far, "0900000504"),
        "soldier": somebody("Bộ Đội", here, "0900000505"),
    }
    with system_scope("test") as system:
        Person.objects.filter(pk=people["soldier"].pk).update(excluded=True)
        mother = somebody("Vi Thị Mẹ", here, "0900000506")
        join_household(persons={mother.id: "head", people["silent"].id: "child"}, by=system)
    minutes = {
        "case": ("Dãy B", 60, 120),
        "beside": ("Dãy B", 90, 60),
        "gate": ("Cổng", 10, 170),
        "silent": ("Cổng", 170, 5),
        "early": ("Cổng", -200, 100),
        "abroad": ("Dãy B", 70, 30),
        "soldier": ("Dãy B", 70, 30),
    }
    for name, (where, after, lasted) in minutes.items():
        stay(rows[where], people[name], start + timedelta(minutes=after), lasted, manager)
    # Scanned twice: still one visitor.
    stay(rows["Cổng"], people["beside"], start + timedelta(minutes=20), 10, manager)
    case = outbreak.positive(people["case"])
    tracer = cast.of_province(Role.TRACER, here.province)
    return Market(here, manager, whole, case, people, start, tracer)


def test_they_come_once_each_those_beside_the_case_first(market: Market) -> None:
    assert market.there() == ["beside", "gate", "silent"]


def test_minutes_are_those_of_the_window_and_those_with_the_case(market: Market) -> None:
    with scoped(market.tracer, "answer_pack"):
        rows = visitors.opened(visitors.stays(market.asked(), market.case), market.case)
    beside, gate, silent = rows
    assert (beside.minutes, beside.together, beside.stay.same_part) == (70, 60, True)
    assert (gate.minutes, gate.together, gate.stay.same_part) == (170, 120, False)
    assert silent.reached is not None
    assert (silent.reached.phone, silent.reached.through) == ("0900000506", "Vi Thị Mẹ")


def test_a_question_needs_a_reason_and_the_place_and_the_people_can_read_it(market: Market) -> None:
    browser = signed_in(market.tracer)
    address = f"/tracing/{market.case.id}/visitors/"
    local = market.start
    given = {
        "place": str(market.whole.id),
        "day": local.date().isoformat(),
        "begins": "02:00",
        "ends": "05:00",
    }
    assert browser.post(address, {**given, "reason": ""}).status_code == 422
    answer = browser.post(address, {**given, "reason": "Tìm người cần theo dõi sức khỏe"})
    assert answer.status_code == 302
    page = browser.get(answer.headers["location"])
    assert "Lê Thị Bên" in page.text
    assert "Phó Văn Xa" not in page.text
    with scoped(market.tracer, "test"):
        noted = VisitorRequest.objects.get(case_number=market.case.number)
    assert noted.people_count == 5
    looks = Look.objects.using("owner").filter(what="place_visitors")
    looked = set(looks.values_list("person", flat=True))
    assert market.people["beside"].id in looked
    assert market.people["abroad"].id not in looked
    assert "qua Vi Thị Mẹ" in page.text
    noted_at = answer.headers["location"].rstrip("/")
    sheet = browser.get(f"{noted_at}.csv").content.decode("utf-8-sig").splitlines()
    assert len(sheet) == 4
    assert "Vi Thị Mẹ" in sheet[3]


def test_chosen_visitors_wait_to_be_verified(market: Market) -> None:
    with scoped(market.tracer, "answer_pack") as by:
        visit_asking.put_on_list(
            case=market.case,
            asked=market.asked(),
            found=visitors.stays(market.asked(), market.case),
            persons={market.people["beside"].id},
            by=by,
        )
        row = Contact.objects.get(case=market.case, person=market.people["beside"].id)
    assert (row.state, row.source, row.seconds) == (Contact.State.TO_VERIFY, "scan", 3600)


def test_where_too_many_were_nobody_is_named_and_nothing_is_asked(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visit_asking, "may_name", lambda count, case: count <= 2)
    browser = signed_in(market.tracer)
    given = {
        "place": str(market.whole.id),
        "day": market.start.date().isoformat(),
        "begins": "02:00",
        "ends": "05:00",
        "reason": "Hỏi rộng quá",
    }
    page = browser.post(f"/tracing/{market.case.id}/visitors/", given)
    assert page.status_code == 200
    assert "quá nhiều để nêu tên" in page.text
    assert "Dãy B" in page.text
    assert "Lê Thị Bên" not in page.text
    with scoped(market.tracer, "test"):
        assert not VisitorRequest.objects.filter(reason="Hỏi rộng quá").exists()


@pytest.mark.parametrize(
    "stranger",
    [
        lambda: cast.of_province(Role.TRACER, Unit.of(ABROAD_CODE).province),
        lambda: cast.of_commune(Role.STATION_OFFICER, Unit.of(HERE_CODE).commune),
        cast.outsider,
    ],
)
def test_nobody_else_asks(market: Market, stranger: object) -> None:
    browser: Client = signed_in(stranger())  # type: ignore[operator]
    assert browser.get(f"/tracing/{market.case.id}/visitors/").status_code in (403, 404)
