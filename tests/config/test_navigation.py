"""The tabs of all rooms are in one register."""

import re
from importlib.util import find_spec

from django.conf import settings
from django.urls import reverse

from lachan.config.navigation import collect
from lachan.core.roles import Role
from lachan.ui import navigation


def test_it_collects_every_room_that_has_tabs() -> None:
    rooms = {f"lachan.{room}" for room in settings.ROOMS if room != "ui"}
    with_tabs = {room for room in rooms if find_spec(f"{room}.navigation")}
    assert set(collect()) == with_tabs & set(settings.INSTALLED_APPS)


def test_every_tab_leads_to_a_page_and_names_roles_that_exist() -> None:
    collect()
    for tab in navigation.registered():
        assert reverse(tab.url_name), tab.name
        assert tab.roles <= set(Role), tab.name
        assert tab.bar == "desk" or re.fullmatch(r"[a-z0-9-]+", tab.icon), tab.name
