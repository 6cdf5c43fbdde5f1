"""Proposals, advice, lists, and who was told.  `deciding` needs a paper; `ending` is every end."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import day_of, now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.isolation import selectors
from lachan.isolation.dropping import ask_to_cancel as ask_to_cancel
from lachan.isolation.dropping import withdraw_proposal as withdraw_proposal
from lachan.isolation.models import Advice, Holding, Listing, Order, OrderStep
from lachan.isolation.moves import append, expect, locked, move, only
from lachan.notices import services as notices
from lachan.people.models import Person
from lachan.rulebook.evaluate import Answer
from lachan.rulebook.selectors import incubation_days

State, Step = Order.State, OrderStep.Step

#: People in one decision.  Source: practice.md, "batch of 500 in one decision with annex list".
MOST_IN_A_DECISION = 500

#: Those whose own chain decides: police and army.  Source: Decree 165/2026 article 14 clause 4.
OWN_CHAIN = "own_chain"

#: The measure a holding precedes is asked for on its own: article 19 is not article 15.
HOLDING = "temporary_holding"

HOME = "VN"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for towards a person: `reference` is the sender's, never the case."""

    person: UUID
    disease: str
    role: str
    measure: str
    found_at: datetime
    reference: str
    by: UUID
    by_name: str


def propose(asked: Asked, *, by: Principal, at: datetime | None = None) -> Order:
    """Write an order where the law of the day `at` (now) allows one, and hold where it may be held.

    The same finding, or an order that runs already, gives that order.  Refused: measure_refused,
    needs_legal_officer, advice_only.  Only the worker may write; the asker's name stays on it.
    """
    person = Person.objects.get(pk=asked.person)
    at = at or now()
    answer = _asked_of_the_law(asked, person, at)
    refuse_unless_allowed(answer, asked.disease)
    known = selectors.open_order(person.id, asked.disease, asked.measure, asked.found_at)
    if known is not None:
        return known
    order = _new_order(asked, person, answer, at)
    order.save(force_insert=True)
    _hold(order, answer, at)
    append([order], Step.PROPOSED, at=now(), by=by, name=asked.by_name, account=asked.by)
    audit.record(
        "order.proposed",
        target=("order", order.id),
        by=by,
        detail={"measure": order.measure, "rule": str(order.rule), "for": str(asked.by)},
    )
    ring("isolation.order")
    return order


def _asked_of_the_law(asked: Asked, person: Person, at: datetime) -> Answer:
    role = OWN_CHAIN if person.excluded else asked.role
    return selectors.answer_for(
        asked.measure, disease=asked.disease, role=role, at=at, province=person.province
    )


def refuse_unless_allowed(answer: Answer, disease: str) -> None:
    """Say the article and the lawful alternative where no order may be drafted."""
    if answer.allowed:
        return
    sentence = selectors.sentence_of(answer, disease)
    if answer.refused:
        raise Refused("measure_refused", sentence)
    if answer.advice:
        raise Refused("advice_only", sentence)
    raise Refused("needs_legal_officer", sentence)


def _new_order(asked: Asked, person: Person, answer: Answer, at: datetime) -> Order:
    assert answer.decision is not None
    order = Order(
        person=person,
        disease=asked.disease,
        group=answer.group or "",
        role=answer.role,
        measure=asked.measure,
        found_at=asked.found_at,
        asked_at=at,
        rule=UUID(answer.decision.rule),
        rule_version=answer.decision.version,
        outcome=answer.outcome,
        values=dict(answer.decision.values),
        signer=answer.signer or "",
        consular=answer.consular_notice and person.nationality != HOME,
        reference=asked.reference,
        changed_at=now(),
        commune=person.commune,
        province=person.province,
    )
    due = selectors.due_of(answer, order)
    order.list_due, order.decision_due = due.get("list"), due.get("decision")
    return order


def _hold(order: Order, answer: Answer, at: datetime) -> None:
    """Hold the person until the order's own hour, if the law lets hold and the hour is to come."""
    ends = selectors.due_of(answer, order).get("holding_ends")
    if ends is None or ends <= now():
        return
    may = selectors.answer_for(
        HOLDING, disease=order.disease, role=order.role, at=at, province=order.province
    )
    if not may.allowed or may.decision is None:
        return
    Holding.objects.create(
        order=order,
        rule=UUID(may.decision.rule),
        rule_version=may.decision.version,
        starts_at=order.found_at,
        lapses_at=ends,
        commune=order.commune,
        province=order.province,
    )
    move([order], State.HOLDING)


def advise(asked: Asked, *, by: Principal, at: datetime | None = None) -> Advice:
    """Where the law gives no order: keep what was advised instead, and draft the message.

    Refused: `order_is_lawful` where an order may be drafted, `no_alternative` where the rulebook
    names nothing that may be done.
    """
    person = Person.objects.get(pk=asked.person)
    at = at or now()
    answer = _asked_of_the_law(asked, person, at)
    if answer.allowed:
        raise Refused("order_is_lawful", _("Here an order may be drafted: propose it instead."))
    measure = asked.measure if answer.advice else (answer.alternative or "")
    if not measure or not _advisable(measure, answer, person, asked, at):
        raise Refused("no_alternative", selectors.sentence_of(answer, asked.disease))
    advice, new = Advice.objects.get_or_create(
        person=person,
        disease=asked.disease,
        instead_of=asked.measure,
        found_at=asked.found_at,
        defaults=_advice(asked, person, answer, measure),
    )
    if new:
        audit.record(
            "advice.given", target=("advice", advice.id), by=by, detail={"measure": measure}
        )
        _draft_advice(advice, person, by)
    return advice


def _advisable(measure: str, answer: Answer, person: Person, asked: Asked, at: datetime) -> bool:
    """Whether this may be advised: an alternative can be another order, which advice is not."""
    other = selectors.answer_for(
        measure, disease=asked.disease, role=answer.role, at=at, province=person.province
    )
    return other.advice


def _advice(asked: Asked, person: Person, answer: Answer, measure: str) -> dict[str, object]:
    decision = answer.decision
    return {
        "role": answer.role,
        "measure": measure,
        "rule": UUID(decision.rule) if decision else None,
        "rule_version": decision.version if decision else None,
        "outcome": answer.outcome,
        "values": dict(decision.values) if decision else {},
        "reference": asked.reference,
        "given_at": now(),
        "by": asked.by,
        "by_name": asked.by_name,
        "commune": person.commune,
        "province": person.province,
    }


def _draft_advice(advice: Advice, person: Person, by: Principal) -> None:
    """The message of what a person may do himself; a human approves it.  Nobody is messaged past
    the own chain."""
    if advice.role == OWN_CHAIN:
        return
    days = incubation_days(advice.disease, at=advice.given_at)
    notices.draft_duty(
        person=person,
        duty=advice.measure,
        until=day_of(advice.found_at) + timedelta(days=days),
        reference=advice.reference,
        reason=advice.id,
        by=by,
    )


def list_orders(*, orders: Iterable[UUID], by: Principal) -> list[Listing]:
    """Put people on lists to whoever signs: one list for each rule, at most 500 on one.

    Refused: `nobody_chosen`, `not_your_step`, `wrong_step`.
    """
    only(by, Role.STATION_OFFICER)
    rows = locked(orders)
    expect(rows, selectors.TO_LIST)
    answers = selectors.answers_of(rows)
    by_rule: dict[UUID, list[Order]] = defaultdict(list)
    for row in rows:
        by_rule[row.rule].append(row)
    made = []
    for group in by_rule.values():
        for start in range(0, len(group), MOST_IN_A_DECISION):
            part = group[start : start + MOST_IN_A_DECISION]
            made.append(_list(part, answers, by))
    ring("isolation.order")
    return made


def _list(rows: list[Order], answers: dict[UUID, Answer], by: Principal) -> Listing:
    first, at = rows[0], now()
    listing = Listing(
        measure=first.measure,
        role=first.role,
        disease=first.disease,
        rule=first.rule,
        signer=first.signer,
        people=len(rows),
        made_at=at,
        made_by=by.account,
        made_by_name=by.name,
        commune=first.commune,
        province=first.province,
    )
    listing.save(force_insert=True)
    append(rows, Step.LIST, at=at, by=by, due="list_due")
    running = dict(
        Holding.objects.filter(order__in=rows, ended_at=None).values_list("order", "lapses_at")
    )
    for row in rows:
        due = selectors.due_of(answers[row.id], row, {"list": at}).get("decision")
        # Whoever is held goes at the holding's end: a signature after it comes too late.
        row.decision_due = min(due, running.get(row.id, due)) if due else None
    _set_due(rows)
    move(rows, State.LISTED, listing=listing)
    audit.record(
        "order.listed",
        target=("listing", listing.id),
        by=by,
        detail={"orders": [str(row.id) for row in rows]},
    )
    return listing


def _set_due(rows: list[Order]) -> None:
    """Write the decisions' hours: people found together have one, and are written together."""
    alike: dict[datetime | None, list[UUID]] = defaultdict(list)
    for row in rows:
        alike[row.decision_due].append(row.id)
    for due, ids in alike.items():
        Order.objects.filter(pk__in=ids).update(decision_due=due)


def tell(*, orders: Iterable[UUID], whom: Iterable[str], how: str, by: Principal) -> int:
    """Note who was told of a decision, and how; when all were told, the notice is done.

    Refused: `nobody_chosen`, `say_whom_and_how`, `not_your_step`, `wrong_step`.
    """
    only(by, Role.STATION_OFFICER)
    told = list(whom)
    if not told or how not in selectors.HOW or not set(told) <= {*selectors.WHOM, selectors.CONSUL}:
        raise Refused("say_whom_and_how", _("Tick who was told, and choose how."))
    rows = locked(orders)
    expect(rows, (State.DECIDED, State.NOTICED))
    at = now()
    for one in told:
        mine = [row for row in rows if one in selectors.whom_of(row)]
        append(mine, Step.TOLD, at=at, by=by, due="notice_due", whom=one, how=how)
    _finish_notice(rows, at, by)
    audit.record(
        "order.told",
        target=("order", rows[0].id),
        by=by,
        detail={"orders": [str(row.id) for row in rows], "whom": told},
    )
    ring("isolation.order")
    return len(rows)


def _finish_notice(rows: list[Order], at: datetime, by: Principal) -> None:
    waiting = [row for row in rows if row.state == State.DECIDED]
    told: dict[UUID, set[str]] = defaultdict(set)
    for order, whom in told_since_decision(waiting):
        told[order].add(whom)
    done = [row for row in waiting if set(selectors.whom_of(row)) <= told[row.id]]
    append(done, Step.NOTICE, at=at, by=by, due="notice_due")
    move(done, State.NOTICED)


def told_since_decision(rows: list[Order]) -> list[tuple[UUID, str]]:
    """(order, whom) told since the paper in force was recorded: a new paper is told anew."""
    papers = {row.id: row.signed.recorded_at for row in rows if row.signed is not None}
    steps = OrderStep.objects.filter(order__in=list(papers), step=Step.TOLD)
    return [
        (order, whom)
        for order, whom, at in steps.values_list("order", "whom", "at")
        if at >= papers[order]
    ]
