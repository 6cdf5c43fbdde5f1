"""Conditions that rows of these migrations must meet."""

from lachan.core.rowsecurity import seen


def of_commune(table: str) -> str:
    """About somebody the session sees, and in its own commune: nobody moves a row away."""
    return (
        f"{seen(table, 'person_id')} and ({table}.commune = (select core.scope_commune())"
        " or (select core.scope_system()))"
    )
