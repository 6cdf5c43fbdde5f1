"""Scenarios 2 to 6 and 8 as their pages show them in Chromium, on both screens.

The right-hand figures are the twin's or set arithmetic on the story's world, as in the modules of
the scenarios; here they must stand on the page that an officer reads.  Scenario 1 is played on a
phone in `test_scenario1_browser.py`, scenario 7 in `tests/tracing/test_zone_browser.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from lachan.config import frontend
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import scoped, system_scope
from lachan.sampling.selectors import ReleasedPositive
from lachan.tracing import services, tasks
from lachan.tracing.models import Case, Contact
from lachan.tracing.naming import Named, name_contacts
from tests.acceptance.told import Told
from tests.browser.visitor import ROOT, Visitor
from tests.factories import chains
from tests.gate.browsers import chromium
from tests.gate.served import Web

pytestmark = [pytest.mark.slow, pytest.mark.browser]

Screen = Literal["desk", "phone"]


@dataclass
class Cases:
    """The cases of the scenarios, each with its list found."""

    factory: Case
    market: Case
    dormitory: Case
    group_a: Case
    group_b: Case
    chain: Case


@pytest.fixture(scope="module")
def cases(told: Told) -> Cases:
    """Everything the laboratory releases in this night, and what the interviews say."""
    scenes = told.scenes
    tasks.new_positives()
    chain = told.case_of(scenes.chain.f0)
    for f1, met in scenes.chain.met_by.items():
        _named(told, chain, f1, met)
    for f2, met in scenes.chain.newcomers.items():
        _named(told, chain, f2, met)
    chains.computed()
    told.released(scenes.chain.number_7)
    chains.computed()
    found = Cases(
        factory=told.released(told.world.planted.f0),
        market=told.released(scenes.market.f0),
        dormitory=_ill_in_the_dormitory(told),
        group_a=told.released(scenes.group_a.f0),
        group_b=told.released(scenes.group_b.f0),
        chain=chain,
    )
    tracer = told.cast["tracer"]
    for case in (found.group_a, found.group_b):
        with scoped(tracer, "tracing"):
            rows = list(Contact.objects.filter(case=case).values_list("id", flat=True))
            services.decide(contacts=rows, state=Contact.State.CONFIRMED, by=tracer)
    return found


def _named(told: Told, case: Case, via: int, people: tuple[int, ...]) -> None:
    tracer = told.cast["tracer"]
    with scoped(tracer, "tracing"):
        met = [Named(told.person(one), "declared", via=told.person(via)) for one in people]
        name_contacts(case=case, people=met, by=tracer)


def _ill_in_the_dormitory(told: Told) -> Case:
    ill = told.world.people_in[told.world.planted.phone_rooms[0]][0]
    with system_scope("test") as system:
        services.open_case(
            ReleasedPositive(
                result=uuid7(),
                person=told.person(ill),
                disease="measles",
                taken_at=now(),
                released_at=now(),
                onset=None,
                reason="screening",
            ),
            by=system,
        )
    return told.case_of(ill)


@pytest.fixture(scope="module")
def url(cases: Cases, database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real web process on the played story."""
    frontend.install(ROOT)
    log: Path = tmp_path_factory.mktemp("web") / "web.log"
    web = Web(database, log)
    web.start()
    yield web.url
    web.kill()


@pytest.fixture(scope="module")
def browser(cases: Cases) -> Iterator[Browser]:
    """One Chromium, started when the story was played."""
    with chromium() as started:
        yield started


@pytest.fixture(params=["desk", "phone"])
def screen(request: pytest.FixtureRequest) -> Screen:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def tracer(browser: Browser, url: str, told: Told, screen: Screen) -> Iterator[Visitor]:
    """The tracer at a screen; axe, the policy and the console have nothing to say."""
    with Visitor(browser, url, screen) as visitor:
        yield visitor.play(told.world.account_of["tracer"].name)
        assert visitor.complaints == []


def verdict(page: Page) -> str:
    """The sentence with which a case begins."""
    return page.locator("#case p.why").first.inner_text()


def test_scenario_2_names_68_and_counts_the_shift(
    told: Told, cases: Cases, tracer: Visitor
) -> None:
    expected = told.twin_answers(cases.factory, told.world.planted.f0)
    page = tracer.open(f"/tracing/{cases.factory.id}/")

    assert len(expected.close) == 68
    assert verdict(page).startswith("68 người chờ xác minh")
    assert f"{len(expected.linked)} người chỉ liên quan mốc dịch tễ" in verdict(page)
    assert page.locator("tr input[name=contacts]").count() == 50, "a page of the list"


def test_scenario_3_names_the_row_and_counts_the_buyers(
    told: Told, cases: Cases, tracer: Visitor
) -> None:
    expected = told.twin_answers(cases.market, told.scenes.market.f0)
    page = tracer.open(f"/tracing/{cases.market.id}/")

    assert len(expected.close) == 23
    assert verdict(page).startswith("23 người chờ xác minh")
    assert page.locator("tr input[name=contacts]").count() == 23
    row = told.world.places[told.scenes.market.row].name
    expect(page.locator("tr", has_text=row).first).to_be_visible()


def test_scenario_4_names_the_room_and_no_other(told: Told, cases: Cases, tracer: Visitor) -> None:
    ill, *room = told.world.people_in[told.world.planted.phone_rooms[0]]
    others = [
        told.world.people[one].name
        for place in told.world.planted.phone_rooms[1:]
        for one in told.world.people_in[place]
    ]
    page = tracer.open(f"/tracing/{cases.dormitory.id}/")
    listed = page.locator("tbody tr:has(input[name=contacts]) td:nth-child(2) b").all_inner_texts()

    assert len(room) == 9
    assert sorted(listed) == sorted(told.world.people[one].name for one in room)
    assert not set(others) & set(listed) - {told.world.people[ill].name}


def test_scenario_6_proposes_in_group_a_and_advises_in_group_b(
    cases: Cases, tracer: Visitor
) -> None:
    page = tracer.open(f"/tracing/{cases.group_a.id}/measures/")
    assert page.locator("button[value='order:isolate_home']").count() == 1
    assert "Điều 14 khoản 3 điểm a" in page.locator("main").inner_text()

    page = tracer.open(f"/tracing/{cases.group_b.id}/measures/")
    assert page.locator("button[value='order:isolate_home']").count() == 0
    assert page.locator("button[value='advice:isolate_home']").count() >= 1
    said = page.locator("main").inner_text()
    assert "Điều 14 khoản 3 Nghị định 165/2026/NĐ-CP không quy định" in said
    assert "tự theo dõi sức khỏe" in said


def test_scenario_8_tells_who_moved(told: Told, cases: Cases, tracer: Visitor) -> None:
    chain = told.scenes.chain
    newcomers = {one for met in chain.newcomers.values() for one in met}
    moved_up = set(chain.met_by[chain.number_7]) - set(chain.f1)
    page = tracer.open(f"/tracing/{cases.chain.id}/changes/")
    said = page.locator("main").inner_text()

    assert (len(moved_up), len(newcomers)) == (7, 12)
    assert f"F1→F0 1, F2→F1 {len(moved_up)}, F2 mới {len(newcomers)}" in said
    page = tracer.open(f"/tracing/{cases.chain.id}/chain/")
    assert "F0 2 · F1 24 · F2 102" in page.locator("main").inner_text()


def test_scenario_5_hands_over_by_the_page_and_each_station_sees_its_own(
    browser: Browser, url: str, told: Told, cases: Cases
) -> None:
    with Visitor(browser, url, "desk") as tracer:
        tracer.play(told.world.account_of["tracer"].name)
        page = tracer.open(f"/tracing/{cases.factory.id}/")
        for act in ("confirm", "hand_over"):
            page.locator(".bulk input[name=everybody]").check()
            with page.expect_navigation():
                page.locator(f"button[value={act}]").click()
            tracer.look()
        expect(page.locator(".levels a", has_text="Chuyển địa phương")).to_contain_text("68")
        assert tracer.complaints == []
    for slug in ("station", "station2", "station3"):
        home = told.cast[slug].commune
        with system_scope("test"):
            own = Contact.objects.filter(case=cases.factory, home_commune=home).count()
        with Visitor(browser, url, "phone") as station:
            station.play(told.world.account_of[slug].name)
            page = station.open("/handovers/?state=sent")
            assert page.locator("form[action$='/return/']").count() >= own > 0, slug
            assert told.world.people[told.world.planted.f0].name not in page.content(), slug
            assert cases.factory.number not in page.content()
            assert station.complaints == []
