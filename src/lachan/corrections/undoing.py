"""Undo what rests on a positive, by new facts in each room's own services.  The worker's: people
live in many communes.  Whoever decided is named on every fact; nothing is deleted."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import Principal
from lachan.corrections import selectors
from lachan.corrections.kinds import HUMAN, KEPT, Act, Kind
from lachan.corrections.models import Correction, Undoing
from lachan.corrections.selectors import Consequence
from lachan.isolation import services as isolation
from lachan.notices import services as notices
from lachan.sampling import services as sampling
from lachan.sampling.models import SampleRequest
from lachan.tracing import services as tracing
from lachan.tracing.models import Case

Outcome = Undoing.Outcome

#: (kind, act) -> what undoes these things: ids, the reason, who decided.
Undo = Callable[[Iterable[UUID], str, Principal], object]


def _case(cases: Iterable[UUID], reason: str, by: Principal) -> None:
    """The case, its undecided rows and its levels go together: tracing does all three."""
    for case in Case.objects.filter(pk__in=list(cases)):
        tracing.withdraw_case(case, reason=reason, by=by)


def _handovers(handovers: Iterable[UUID], _reason: str, by: Principal) -> None:
    tracing.recall_handovers(handovers=handovers, by=by)


def _messages(messages: Iterable[UUID], _reason: str, by: Principal) -> None:
    notices.recall(notices=messages, by=by)


def _proposals(orders: Iterable[UUID], reason: str, by: Principal) -> None:
    isolation.withdraw_proposal(orders=orders, reason=reason, by=by)


def _signed_orders(orders: Iterable[UUID], reason: str, by: Principal) -> None:
    isolation.ask_to_cancel(orders=orders, reason=reason, by=by)


def _zone_plans(decisions: Iterable[UUID], reason: str, by: Principal) -> None:
    tracing.drop_zones(decisions=decisions, reason=reason, by=by)


def _zones_in_force(decisions: Iterable[UUID], reason: str, by: Principal) -> None:
    tracing.ask_to_lift(decisions=decisions, reason=reason, by=by)


def _requests(requests: Iterable[UUID], reason: str, by: Principal) -> None:
    for request in SampleRequest.objects.filter(pk__in=list(requests)).order_by("id"):
        sampling.drop_request(request, reason=reason, by=by)


UNDO: dict[tuple[Kind, Act], Undo] = {
    (Kind.CASE, Act.WITHDRAW): _case,
    (Kind.HANDOVER, Act.RECALL): _handovers,
    (Kind.NOTICE, Act.DROP): _messages,
    (Kind.NOTICE, Act.CORRECT): _messages,
    (Kind.TOLD, Act.DROP): _messages,
    (Kind.TOLD, Act.CORRECT): _messages,
    (Kind.ORDER, Act.DROP): _proposals,
    (Kind.ORDER, Act.ASK_SIGNER): _signed_orders,
    (Kind.ZONE, Act.DROP): _zone_plans,
    (Kind.ZONE, Act.ASK_SIGNER): _zones_in_force,
    (Kind.REQUEST, Act.DROP): _requests,
}

#: The audit event under which each undoing is found; "" where nothing is written.
EVENTS: dict[tuple[Kind, Act], str] = {
    (Kind.CASE, Act.WITHDRAW): "case.withdrawn",
    (Kind.LEVEL, Act.RECOMPUTE): "case.withdrawn",
    (Kind.CONTACT, Act.RULE_OUT): "case.withdrawn",
    (Kind.OUTBREAK, Act.NOT_COUNTED): "case.withdrawn",
    (Kind.HANDOVER, Act.RECALL): "handover.recalled",
    (Kind.NOTICE, Act.DROP): "notice.recalled",
    (Kind.NOTICE, Act.CORRECT): "notice.recalled",
    (Kind.TOLD, Act.DROP): "notice.recalled",
    (Kind.TOLD, Act.CORRECT): "notice.recalled",
    (Kind.ORDER, Act.DROP): "order.dropped",
    (Kind.ORDER, Act.ASK_SIGNER): "order.unfounded",
    (Kind.ZONE, Act.DROP): "zone.dropped",
    (Kind.ZONE, Act.ASK_SIGNER): "zone.to_lift",
    (Kind.REQUEST, Act.DROP): "request.dropped",
}


def undo(
    correction: Correction, found: Sequence[Consequence], *, reason: str, by: Principal
) -> list[Undoing]:
    """Undo these consequences, and write down what became of each thing; `by` decided it."""
    rows: list[Undoing] = []
    for consequence in found:
        act = UNDO.get((consequence.kind, consequence.act))
        if act is not None:
            act(consequence.ids, reason, by)
        rows += _written(correction, consequence, by)
    # What was undone at once when the laboratory took the result back is there already.
    Undoing.objects.bulk_create(rows, ignore_conflicts=True)
    audit.record(
        "correction.undone",
        target=("correction", correction.id),
        by=by,
        detail={"result": str(correction.result), "counts": counts_of(found)},
    )
    return rows


def _written(correction: Correction, consequence: Consequence, by: Principal) -> list[Undoing]:
    at = now()
    return [
        Undoing(
            id=uuid7(),
            correction=correction,
            kind=consequence.kind,
            act=consequence.act,
            target=thing.id,
            outcome=_outcome(consequence.act),
            event=EVENTS.get((consequence.kind, consequence.act), ""),
            at=at,
            by=by.account,
            by_name=by.name,
            commune=thing.commune,
            province=thing.province,
        )
        for thing in consequence.things
    ]


def _outcome(act: Act) -> Outcome:
    if act in HUMAN:
        return Outcome.TASK
    return Outcome.KEPT if act in KEPT else Outcome.UNDONE


def counts_of(found: Iterable[Consequence]) -> list[dict[str, object]]:
    """Kinds, acts and numbers, without anybody: what a laboratory may read."""
    return [{"kind": each.kind.value, "act": each.act.value, "count": each.count} for each in found]


def all_counts(correction: Correction) -> list[dict[str, object]]:
    """The same of everything that was undone, at once and later."""
    counts: dict[tuple[str, str], int] = {}
    for row in selectors.undoings_of(correction):
        counts[row.kind, row.act] = counts.get((row.kind, row.act), 0) + 1
    order = {kind.value: place for place, kind in enumerate(Kind)}
    return [
        {"kind": kind, "act": act, "count": count}
        for (kind, act), count in sorted(counts.items(), key=lambda item: order[item[0][0]])
    ]
