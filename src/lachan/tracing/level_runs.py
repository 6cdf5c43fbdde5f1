"""Ask that a chain's levels be computed again; whoever changes what they rest on calls this."""

from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.scope import Principal
from lachan.tracing.models import Case, LevelRun


def ask_levels(case: Case, trigger: LevelRun.Trigger, *, by: Principal) -> LevelRun:
    """Put the chain of `case` before the worker, within the caller's transaction.

    Several questions about one chain are answered together.
    """
    run = LevelRun(
        case=case,
        trigger=trigger,
        asked_at=now(),
        asked_by=by.account,
        asked_by_name=by.name,
        commune=case.commune,
        province=case.province,
    )
    run.save(force_insert=True)
    ring("tracing.levels")
    return run
