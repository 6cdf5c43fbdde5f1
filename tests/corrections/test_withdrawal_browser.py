"""Undoing a wrong positive in a real browser: the list comes by itself, one press, the audit."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lachan.core.clock import now
from lachan.core.scope import system_scope
from lachan.notices.models import Notice
from lachan.tracing.models import Case
from tests.browser.visitor import SCREENS
from tests.corrections import fallen
from tests.corrections.fallen import World
from tests.factories.orders import EXERCISE
from tests.factories.visits import Come, visits

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def come(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Come]:
    """The real web; nobody's page may have complained in the end."""
    with visits(database, tmp_path_factory.mktemp("web")) as arrive:
        yield arrive


@pytest.fixture(scope="module")
def wrong(database: str) -> World:
    """A positive with everything that may rest on one: some sent, some kept, some to be signed."""
    world = fallen.positive()
    with system_scope("test"):
        source = Case.objects.select_related("person").get(pk=world.case.pk).person
    around = fallen.people(4)
    fallen.lane_of([source, *around], world.unit)
    fallen.met(world, around)
    fallen.proposed(world, world.contacts[:2])
    drafts = fallen.handed_over(world, world.contacts)
    with system_scope("test"):
        Notice.objects.filter(pk__in=[row.id for row in drafts[:2]]).update(
            state="sent", sent_at=now(), approved_at=now(), approved_by=world.tracer.account
        )
    other = fallen.positive("Vũ Thị Đúng")
    assert other.case.disease == EXERCISE
    fallen.met(other, around[-1:])
    fallen.zone_planned(world)
    return world


def shoot(page: Page, name: str) -> None:
    """Pictures for whoever looks at what was built: both screens, both languages."""
    folder = os.environ.get("LACHAN_LOOK")
    if not folder:
        return
    for language in ("en", "vi"):
        host = page.url.split("/corrections")[0]
        page.context.add_cookies([{"name": "lachan_language", "value": language, "url": host}])
        page.reload()
        for screen, (width, height) in SCREENS.items():
            page.set_viewport_size({"width": width, "height": height})
            path = Path(folder) / f"{name}-{language}-{screen}.png"
            page.screenshot(path=path, full_page=True)


def test_the_officer_reads_presses_once_and_reads_the_audit(come: Come, wrong: World) -> None:
    officer = come(wrong.tracer, "desk")
    page = officer.open("/corrections/")
    shoot(page, "board-before")
    page.get_by_role("link", name=wrong.case.number).click()
    status = page.locator("#withdrawal [role=status]")
    expect(status).to_contain_text("Đang tìm hệ quả")

    fallen.worked()
    # The page asks by itself.
    expect(status).to_contain_text("Chờ bấm")
    expect(page.locator("#before [data-kind=notice]")).to_have_count(3)
    officer.look()
    shoot(page, "before")
    page.get_by_label("Vì sao kết quả này không còn giá trị").fill("nhầm ống")
    page.get_by_role("button", name="gỡ tất cả").click()
    expect(page.locator("#withdrawal [role=status]").first).to_contain_text("Đã quyết định")

    fallen.worked()
    expect(page.locator("#after")).to_be_visible()
    expect(page.locator("#events li", has_text="notice.recalled")).not_to_have_count(0)
    expect(page.get_by_role("button", name="gỡ tất cả")).to_have_count(0)
    officer.look()
    shoot(page, "after")
    officer.open("/corrections/")
    shoot(page, "board-after")


def test_the_list_fits_a_phone(come: Come, wrong: World) -> None:
    officer = come(wrong.tracer, "phone")
    officer.open(f"/corrections/{wrong.result.id}/")
    officer.open("/corrections/")
