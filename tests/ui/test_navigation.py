"""Tabs by role, and the one that is current."""

import pytest

from lachan.core.roles import Role
from lachan.ui import navigation
from lachan.ui.navigation import AROUND, DESK_ROOM, LETTER, Doors, Link, Tab, parted


@pytest.fixture(autouse=True)
def _empty_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_tabs", {})
    monkeypatch.setattr(navigation, "_doors", Doors())
    monkeypatch.setattr(
        navigation, "address", {"a": "/cases/", "b": "/cases/lists/", "c": "/me/"}.get
    )


TRACER = frozenset({Role.TRACER})


def test_it_shows_a_tab_only_to_its_roles() -> None:
    navigation.register(
        Tab("cases", "a", TRACER, "Truy vết"), Tab("all", "c", frozenset(), "Việc", order=1)
    )
    assert [link.label for link in navigation.links("desk", {"tracer"}, "/")] == [
        "Việc",
        "Truy vết",
    ]
    assert [link.label for link in navigation.links("desk", {"citizen"}, "/")] == ["Việc"]


def test_it_marks_the_longest_address_as_current() -> None:
    navigation.register(Tab("cases", "a", TRACER, "Truy vết"), Tab("x", "b", TRACER, "Danh sách"))
    links = navigation.links("desk", {"tracer"}, "/cases/lists/7")
    assert [(link.label, link.current) for link in links] == [
        ("Truy vết", False),
        ("Danh sách", True),
    ]


def test_it_keeps_desk_and_phone_apart() -> None:
    navigation.register(Tab("code", "c", frozenset(), "Mã của tôi", icon="qrcode", bar="phone"))
    assert navigation.links("desk", {"citizen"}, "/") == []
    assert navigation.links("phone", {"citizen"}, "/me/")[0].current


def test_it_leaves_out_a_page_this_installation_does_not_have() -> None:
    navigation.register(Tab("gone", "nowhere", frozenset(), "Không có"))
    assert navigation.links("desk", {"tracer"}, "/") == []


def named(*labels: str, current: int) -> list[Link]:
    return [Link(f"/{n}", label, "", n == current) for n, label in enumerate(labels)]


def test_the_current_tab_is_always_in_the_bar_and_none_is_lost() -> None:
    labels = ["Gọi lại", "Chuyển địa phương", "Ống gộp dương tính", "Cách ly y tế"] * 3
    for current in range(len(labels)):
        tabs = named(*labels, current=current)
        shown, more = parted(tabs)
        assert tabs[current] in shown
        assert sorted([*shown, *more], key=lambda tab: tab.href) == sorted(
            tabs, key=lambda tab: tab.href
        )
        assert sum(LETTER * len(tab.label) + AROUND for tab in shown) <= DESK_ROOM


def test_a_few_tabs_need_no_second_place() -> None:
    tabs = named("Gọi lại", "Truy vết", current=0)
    assert parted(tabs) == (tabs, [])
