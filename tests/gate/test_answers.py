"""What a guard reads and does: the look at the face, the full house, the kiosk, the stranger."""

import re
from typing import Any

import pytest
from django.test import Client

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.models import AuditEvent
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.selectors import card_of
from lachan.venues.models import Flag, Venue
from lachan.venues.selectors import count_of
from tests.gate import served
from tests.gate.test_pages import browser, code_of, guard_of, post_scan, scans_of, somebody

CARD = "024188000029||Lê Thị Hoa|05031988|Nữ|Ngõ 3, Phường Nếnh, Bắc Ninh|01012022"


@pytest.fixture
def manager(database: str) -> Principal:
    return served.manager()


@pytest.fixture
def venue(manager: Principal) -> Venue:
    return served.venue_of(manager, name="Cổng Nam")


@pytest.fixture
def guard(venue: Venue) -> Principal:
    return guard_of(venue)


def fields_of(html: str, form: str) -> dict[str, str]:
    """The hidden fields of the first form with a mark."""
    inside = re.search(rf"<form[^>]*{form}.*?</form>", html, re.S)
    assert inside, form
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', inside[0])
    return {name: value.replace("&#x27;", "'") for name, value in found}


def press_unfit(by: Principal, sheet: str) -> dict[str, Any]:
    answer = browser(by).post(
        "/gate/no-fit", fields_of(sheet, "data-unfit"), headers={"accept": "application/json"}
    )
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_first_letters_sex_and_year_are_large_and_the_name_is_short(
    guard: Principal, venue: Venue
) -> None:
    _status, told = post_scan(guard, venue, code_of(somebody(sex="female")))

    large = re.search(r'<p class="verdict-fit">(.*?)</p>', told["sheet"], re.S)
    assert large
    for shown in ("T. T. M.", "Nữ", "1991"):
        assert shown in large[1]
    assert "Có đúng với người đứng trước mặt không?" in told["sheet"]
    assert "Mai" not in told["sheet"]


def test_a_borrowed_code_lets_nobody_in_and_asks_the_health_unit(
    guard: Principal, venue: Venue
) -> None:
    mai = somebody()
    _status, may = post_scan(guard, venue, code_of(mai))

    told = [press_unfit(guard, may["sheet"]) for _press in range(2)]

    assert {each["kind"] for each in told} == {"not"}
    assert "data-unfit" not in told[0]["sheet"]
    came, went = scans_of(mai)
    assert (came.direction, went.direction) == ("in", "out")
    assert (went.at - came.at).total_seconds() == 1
    with scoped(guard, "gate"):
        assert count_of(venue.place_id).inside == 0
    assert AuditEvent.objects.using("owner").filter(kind="gate.does_not_fit").count() == 2
    with system_scope("test"):
        (flag,) = Flag.objects.filter(kind="borrowed", place=venue.place_id)
    assert str(flag.scan) == may["id"]


def test_nobody_is_turned_away_whom_nobody_let_in(guard: Principal, venue: Venue) -> None:
    _status, out = post_scan(guard, venue, code_of(somebody()), direction="out")

    assert "data-unfit" not in out["sheet"]


def test_the_desk_turns_away_without_a_script(guard: Principal, venue: Venue) -> None:
    page = browser(guard).post(
        "/gate/desk/", {"gate": venue.code, "text": code_of(somebody()), "direction": "in"}
    )

    answer = browser(guard).post("/gate/no-fit", fields_of(page.content.decode(), "data-unfit"))

    assert "Chưa được vào" in answer.content.decode()


def test_a_kiosk_learns_whether_and_neither_who_nor_why(guard: Principal, venue: Venue) -> None:
    mai = somebody()

    _status, told = post_scan(guard, venue, code_of(mai), way="kiosk")

    assert set(told) == {"id", "code", "kind", "count"}
    assert told["kind"] == "may"
    assert [scan.source for scan in scans_of(mai)] == ["kiosk"]


def test_a_full_house_lets_out_and_not_in(guard: Principal, venue: Venue) -> None:
    Venue.objects.using("owner").filter(id=venue.id).update(capacity=1)
    mai, hung = somebody(), somebody("Lê Văn Hùng")
    post_scan(guard, venue, code_of(mai))

    _status, full = post_scan(guard, venue, code_of(hung))

    assert (full["kind"], full["code"], full["word"]) == (
        *("need", "place_full"),
        "Đã đủ người, chờ ở cửa",
    )
    assert "Bên trong đủ 1 người" in full["why"]
    assert not scans_of(hung)
    assert post_scan(guard, venue, code_of(mai), direction="out")[1]["code"] == "recorded"
    assert post_scan(guard, venue, code_of(hung))[1]["kind"] == "may"


class TestSeveralGates:
    """Where there are several, nothing is guessed."""

    def test_it_asks_once_and_the_device_remembers(
        self, guard: Principal, venue: Venue, manager: Principal
    ) -> None:
        north = served.venue_of(manager, name="Cổng Bắc")
        device = browser(guard)

        asked = device.get("/gate/desk/")
        device.get(f"/gate/desk/?gate={north.code}")
        again = device.get("/gate/desk/")

        assert (asked.status_code, asked["Location"]) == (302, "/gate/choose/?to=desk")
        assert again.status_code == 200
        assert "Cổng Bắc" in again.content.decode()

    def test_a_scan_is_written_under_no_other_gate(self, guard: Principal, venue: Venue) -> None:
        elsewhere = served.venue_of(served.manager(), name="Cổng lạ")
        mai = somebody()

        status, told = post_scan(guard, elsewhere, code_of(mai))

        assert (status, told["code"]) == (404, "not_your_gate")
        assert not scans_of(mai)


class TestAStranger:
    """Entered from a card that nobody knows, and given a slip."""

    def entering(self, guard: Principal, venue: Venue) -> tuple[Client, str]:
        device = browser(guard)
        _status, told = post_scan(guard, venue, CARD)
        assert "024188000029" not in re.sub(r'value="[^"]*"', "", told["sheet"])
        form = fields_of(told["sheet"], "data-enter")
        page = device.post(f"/gate/no-code/?gate={venue.code}", form).content.decode()
        return device, page

    def test_the_card_fills_the_form_and_its_address_is_offered(
        self, guard: Principal, venue: Venue
    ) -> None:
        _device, page = self.entering(guard, venue)

        for known in ('value="Lê Thị Hoa"', 'value="05/03/1988"', 'value="024188000029"'):
            assert known in page
        assert "Ngõ 3, Phường Nếnh, Bắc Ninh" in page
        assert "Phường Nếnh, Tỉnh Bắc Ninh" in page
        assert not re.search(r'name="unit"[^>]*checked', page)

    def test_the_whole_birth_date_sex_and_number_are_kept(
        self, guard: Principal, venue: Venue
    ) -> None:
        device, page = self.entering(guard, venue)
        unit = re.search(r'name="unit" value="(\d+)"', page)
        assert unit
        given = fields_of(page, "gate-guest") | {
            **{"full_name": "Lê Thị Hoa", "birth": "05/03/1988", "where": "", "unit": unit[1]},
        }

        missing = device.post(f"/gate/no-code/?gate={venue.code}", given | {"unit": ""})
        entered = device.post(f"/gate/no-code/?gate={venue.code}", given).content.decode()

        assert missing.status_code == 422
        assert "Được vào" in entered
        _status, again = post_scan(guard, venue, CARD, direction="out")
        assert again["name"] == "Lê Thị H."
        with system_scope("test"):
            person = Person.objects.get(birth_year=1988, birth_precision="day", sex="female")
            card = card_of(person.id)
        assert card
        assert card.birth == "1988-03-05"
        self.slip_is_for_whom_entered(device, entered, guard, venue)

    def slip_is_for_whom_entered(
        self, device: Client, entered: str, guard: Principal, venue: Venue
    ) -> None:
        word = fields_of(entered, 'target="_blank"')

        slip = device.post("/gate/no-code/slip.pdf", word)
        stranger = browser(guard_of(venue)).post(
            "/gate/no-code/slip.pdf", word, headers={"accept": "application/json"}
        )

        assert slip["Content-Type"] == "application/pdf"
        assert slip.content.startswith(b"%PDF")
        assert (stranger.status_code, stranger.json()["code"]) == (410, "slip_too_late")


@pytest.mark.parametrize("text", ["nguyễn văn a", "Kở2M9QXTH"])
def test_vietnamese_typing_is_named(guard: Principal, venue: Venue, text: str) -> None:
    _status, told = post_scan(guard, venue, text)

    assert told["code"] == "input_method_on"


def test_a_picture_of_an_hour_ago_is_a_fact_of_an_hour_ago(guard: Principal, venue: Venue) -> None:
    mai = somebody()
    then = now().replace(microsecond=0, minute=0)

    post_scan(guard, venue, code_of(mai), at=then.isoformat(), id=str(uuid7()), passed=True)

    assert [scan.at for scan in scans_of(mai)] == [then]
