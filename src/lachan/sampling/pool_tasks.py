"""What the worker does about pools."""

from lachan.core.facts import on
from lachan.core.scope import system_scope
from lachan.sampling import pool


@on("sampling.result")
def ask_positive_pools_again() -> int:
    """Ask for a sample of each person of a positive pool."""
    with system_scope("fact:sampling.result") as system:
        return pool.work_positive_pools(by=system)
