"""What the days without a network keep in the town: a lost code, and sheets of paper."""

from typing import TYPE_CHECKING

from lachan.core.scope import scoped, system_scope
from lachan.gate import papers
from lachan.gate.revoking import revoke_codes

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """Somebody of the town lost a slip; the factory has a pad of sheets and spoiled one."""
    with system_scope("test") as by:
        revoke_codes(person=town.people[0], why="lost", by=by)
    manager, campus = town.factory.manager, town.factory.campus
    with scoped(manager, "visit_sheets"):
        series = papers.hand_out(venue=campus, sheets=3, by=manager)
        papers.declare_void(series=series, sheet=1, reason="Ướt mưa", by=manager)
