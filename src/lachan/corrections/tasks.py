"""What the worker does about corrections: find, undo, hear what fell elsewhere, close tasks."""

import logging
from uuid import UUID

from lachan.core.facts import on
from lachan.core.scope import system_scope
from lachan.corrections import hearing, services, ticket_telling
from lachan.corrections.models import Correction

log = logging.getLogger(__name__)


@on("corrections.asked")
def look_up() -> int:
    """Find what results brought about that somebody looked up."""
    with system_scope("fact:corrections.asked"):
        rows = list(
            Correction.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(state=Correction.State.ASKED)
            .order_by("asked_at")[:50]
        )
        for row in rows:
            services.prepare(row)
        return len(rows)


@on("corrections.decided")
def undo_decided() -> int:
    """Undo what was decided, each decision in one transaction: all of it or nothing."""
    with system_scope("fact:corrections.decided"):
        waiting = Correction.objects.filter(state=Correction.State.DECIDED)
        keys = list(waiting.order_by("decided_at").values_list("id", flat=True)[:50])
    done, failed = 0, []
    for key in keys:
        try:
            done += _undo(key)
        # One that cannot be undone must not keep the others waiting; it is tried again.
        except Exception as error:
            log.exception("The correction %s could not be undone.", key)
            failed.append(error)
    if failed:
        raise failed[0]
    return done


def _undo(key: UUID) -> int:
    with system_scope("fact:corrections.decided") as system:
        row = (
            Correction.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=key, state=Correction.State.DECIDED)
            .first()
        )
        if row is None:
            return 0
        services.finish(row, by=system)
        return 1


@on("sampling.withdrawn")
@on("sampling.result")
@on("tracing.levels")
def hear_of_fallen() -> int:
    """Prepare a list for positives that were taken back elsewhere."""
    with system_scope("fact:sampling.withdrawn") as system:
        return hearing.hear(by=system)


@on("isolation.order")
@on("tracing.zone")
@on("sampling.withdrawn")
@on("corrections.done")
def settle_tasks() -> int:
    """Close the tasks that their signers have done."""
    with system_scope("fact:corrections.done") as system:
        return hearing.settle(by=system)


@on("corrections.ticket")
def answer_tickets() -> int:
    """Tell people that the answer is there; open and close what a named facility sees."""
    with system_scope("fact:corrections.ticket") as system:
        return ticket_telling.open_to_facilities(by=system) + ticket_telling.tell_answers(by=system)
