"""What lists add to the town of the permission tests."""

from typing import Any

from lachan.core.roles import Role
from tests.factories import cast, rosters


def furnish(town: Any) -> None:
    """A list of the case's line with one refused row, kept for its copy."""
    tracer = cast.of_province(Role.TRACER, town.here.province)
    good = rosters.worker(801, line="Chuyền 7", shift="ca 3")
    bad = rosters.worker(802, line="Chuyền 7", shift="ca 3")
    bad[6] = "mất máy"
    made = rosters.sent(town.case, rosters.workbook([good, bad]), tracer)
    rosters.imported(made, tracer, close=["line:7:3"])
