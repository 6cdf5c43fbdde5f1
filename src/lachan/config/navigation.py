"""Collect the tabs that the rooms registered."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps


def collect() -> list[str]:
    """Import `navigation` of every installed room that has one; the names of those rooms."""
    rooms = [
        config.name
        for config in apps.get_app_configs()
        if config.name.startswith("lachan.")
        and config.name != "lachan.ui"
        and find_spec(f"{config.name}.navigation")
    ]
    for room in rooms:
        import_module(f"{room}.navigation")
    return rooms
