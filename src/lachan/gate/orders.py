"""An order at a gate: that it holds at that minute, and until when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections


def order_facts(trace_id: UUID, at: datetime) -> dict[str, Any]:
    """The facts `duty` and `duty_until` of a decision or a temporary holding in force; else none.

    `duty`: isolation (until a known day), isolation_open (the decision names no last day), holding.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from gate_ordered(%s, %s)", [trace_id, at])
        row = cursor.fetchone()
    if row is None:
        return {}
    duty, until = row
    return {"duty": duty} | ({"duty_until": until.isoformat()} if until else {})
