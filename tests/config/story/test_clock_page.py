"""What a visitor does: wind the clock on its page, and sign in by a phone of the cast."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import httpx
import pytest
from django.db import connections
from django.test import Client, override_settings

from lachan.config.commands.gateway import server
from lachan.config.story import tasks
from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS, sized
from lachan.config.story.world import World
from lachan.core import clock
from lachan.core.installation import look_again
from lachan.core.scope import scoped
from lachan.people.models import Person
from lachan.people.signing_in import by_code, enter, send_code
from tests.config.story.test_load import SMALL, owner, tell

__all__ = ["owner"]
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(scope="module")
def story() -> World:
    """What `SMALL` tells."""
    return generate(replace(sized(PRESETS["mac-dinh"], 600), seed=3))


@pytest.fixture(scope="module", autouse=True)
def told(owner: str) -> Iterator[None]:
    """A demo at 02:00 of day 6."""
    done = tell(owner, *SMALL)
    assert done.returncode == 0, done.stderr
    look_again()
    yield
    clock.wind(timedelta(0))


@pytest.fixture
def browser() -> Client:
    """Nobody signed in; reads English."""
    return Client(headers={"accept-language": "en", "host": "localhost"})


@pytest.fixture
def gateway() -> Iterator[str]:
    """The sandbox gateway, a real HTTP peer on a free port."""
    peer = server(0)
    thread = Thread(target=peer.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{peer.server_port}"
    with override_settings(LACHAN_GATEWAY_URL=url):
        yield url
    peer.shutdown()
    peer.server_close()
    thread.join()


def page(browser: Client, address: str = "/demo/clock/") -> str:
    """The text of a page that is there."""
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_cast_page_leads_to_the_clock(browser: Client) -> None:
    assert 'href="/demo/clock/"' in page(browser, "/sign-in/")


def test_it_says_where_the_clock_stands_and_what_lies_ahead(browser: Client) -> None:
    text = page(browser)
    assert "It is 02:0" in text
    assert "day 6 of the story" in text
    assert "The laboratory releases a positive result" in text
    assert text.count('name="until"') == 10


def test_it_speaks_vietnamese() -> None:
    text = page(Client(headers={"accept-language": "vi", "host": "localhost"}))
    assert "Tua tới" in text
    assert "Phòng xét nghiệm trả kết quả dương tính của ca đêm" in text


@pytest.mark.parametrize("posted", [{"until": "yesterday"}, {"until": "2026-11-15T02:10"}, {}])
def test_a_time_it_cannot_read_is_refused(browser: Client, posted: dict[str, str]) -> None:
    answer = browser.post("/demo/clock/", posted, headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "clock_unreadable"


def test_it_does_not_go_back(browser: Client) -> None:
    earlier = {"until": "2026-11-12T08:00:00+07:00"}
    answer = browser.post("/demo/clock/", earlier, headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "clock_backwards"


def test_production_has_no_such_page(browser: Client) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("update core_installation set kind = 'production'")
    look_again()
    try:
        assert browser.get("/demo/clock/").status_code == 404
        assert browser.get("/demo/clock/progress/").status_code == 404
        assert browser.post("/demo/clock/", {"hour": "1"}).status_code == 404
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("update core_installation set kind = 'demo'")
        look_again()


def test_a_visitor_winds_it_watches_and_sees_it_done(browser: Client, story: World) -> None:
    wanted = datetime.fromtimestamp(story.at(6, 2, 10), UTC)
    answer = browser.post("/demo/clock/", {"until": wanted.isoformat()})
    assert (answer.status_code, answer["Location"]) == (302, "/demo/clock/")
    waiting = page(browser)
    assert "Waiting for the worker" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    assert 'name="until"' not in waiting
    tasks.go_on()
    done = page(browser, "/demo/clock/progress/")
    assert "It is 02:1" in done
    assert "Wound to 02:10" in done
    assert "hx-trigger" not in done
    assert done.count('name="until"') == 9


def test_an_hour_on(browser: Client) -> None:
    before = clock.now()
    browser.post("/demo/clock/", {"hour": "1"})
    tasks.go_on()
    page(browser)
    assert timedelta(hours=1) <= clock.now() - before < timedelta(hours=1, minutes=5)


def test_mai_signs_in_by_her_phone_and_speaks_for_her_family(story: World, gateway: str) -> None:
    mai = story.account_of["mai"]
    assert mai.person is not None
    phone = story.people[mai.person].phones[0]
    send_code(phone=phone)
    sent = httpx.get(f"{gateway}/messages").json()
    code = re.findall(r"\d{6}", sent[-1]["text"])[0]
    principal = enter(by_code(phone=phone, code=code))
    assert principal.person == story.uuid("person", mai.person)
    house = story.people[mai.person].household
    assert house is not None
    family = {story.uuid("person", member) for member in story.households[house].members}
    with scoped(principal, "me"):
        assert set(Person.objects.values_list("id", flat=True)) == family
