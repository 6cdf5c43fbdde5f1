"""The shipped rules are in the database; tests say in whose scope they read them."""

from collections.abc import Iterator

import pytest

from lachan.core.scope import Principal, system_scope
from lachan.rulebook import services


@pytest.fixture
def loaded(database: str) -> None:
    """The shipped rules, entered."""
    with system_scope("test") as principal:
        services.load_shipped_rules(by=principal)


@pytest.fixture
def rules(loaded: None) -> Iterator[Principal]:
    """The shipped rules, in the system's scope."""
    with system_scope("test") as principal:
        yield principal
