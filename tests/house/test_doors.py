"""Every page is guarded or says why it is open; migrations are in step with the models."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver


def _views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.pattern}", entry.callback
        else:
            yield from _views(entry, f"{prefix}{entry.pattern}")


def test_every_view_is_guarded_or_says_why_it_is_open() -> None:
    unguarded = [path for path, view in _views(get_resolver()) if not hasattr(view, "lachan_guard")]
    assert unguarded == []


def test_every_open_view_gives_a_reason() -> None:
    for path, view in _views(get_resolver()):
        kind, _roles, reason = view.lachan_guard
        assert kind == "guarded" or len(reason.split()) >= 3, path


def test_no_page_hides_another() -> None:
    """Two routes of one shape: the second would never be reached."""
    shapes = Counter(
        re.sub(r"<(\w+:)?\w+>", r"<\1>", path) for path, _view in _views(get_resolver())
    )
    assert [shape for shape, routes in shapes.items() if routes > 1] == []


def test_migrations_are_in_step_with_the_models(database: str) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
