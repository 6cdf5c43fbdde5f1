"""What is known of orders, and what the rulebook says about them.  Row security decides whose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.isolation.models import Advice, Holding, Listing, Order, OrderStep
from lachan.people.selectors import PersonCard, cards_of
from lachan.rulebook import evaluate
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.evaluate import Answer
from lachan.rulebook.shape import Decision, Rule
from lachan.ui.wording import language

State = Order.State

#: An order somebody still has to do something about.
OPEN = (State.PROPOSED, State.HOLDING, State.LISTED, State.DECIDED, State.NOTICED)

#: Orders for which the station makes a list.  A lapsed one may be signed late, and one given back
#: unsigned comes again once what was wrong is mended; nobody is held a second time.
TO_LIST = (State.PROPOSED, State.HOLDING, State.LAPSED, State.DECLINED)

#: Who must be told of a decision.  Source: Decree 165/2026 article 15, read in a public copy.
WHOM = ("person", "family", "police", "neighbourhood")
CONSUL = "consular"

#: How somebody was told; `none`: there is nobody (a person without family).
HOW = ("in_person", "phone", "paper", "message", "none")

#: Rows of one page of a list.  The chairman's annex holds at most 500 (`Listing`).
LIST_LIMIT = 500

#: How far back the morning board looks: from one morning past the one before.
MORNING = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order with the person and what its rule says."""

    order: Order
    card: PersonCard | None
    answer: Answer
    holding: Holding | None

    @property
    def due_at(self) -> datetime | None:
        """When the next step is due."""
        return {
            State.PROPOSED: self.order.list_due,
            State.HOLDING: self.order.list_due,
            State.LISTED: self.order.decision_due,
            State.DECIDED: self.order.notice_due,
        }.get(State(self.order.state))

    @property
    def late(self) -> bool:
        """Whether the next step should have been done by now."""
        return self.due_at is not None and self.due_at < now()

    @property
    def held_until(self) -> datetime | None:
        """Until when the person is held; None when the holding is over or never was."""
        return held_until(self.holding)


def held_until(holding: Holding | None) -> datetime | None:
    """The end of a holding that runs; by the clock, however late the worker is."""
    if holding is None or holding.ended_at is not None or holding.lapses_at <= now():
        return None
    return holding.lapses_at


def answer_for(measure: str, *, disease: str, role: str, at: datetime, province: int) -> Answer:
    """May we?  What the law of the day `at` says."""
    return rulebook.may_we(measure, disease=disease, role=role, at=at, province=province)


def sentence_of(answer: Answer, disease: str) -> str:
    """The answer as a sentence with its article, in the reader's language."""
    if answer.decision is None:
        return _(
            "No rule speaks of %(measure)s towards this person on that day. Ask a legal officer"
            " before anything is ordered."
        ) % {"measure": rulebook.term("measure", answer.measure)}
    return rulebook.render(answer.decision, language())


def answers_of(orders: Iterable[Order]) -> dict[UUID, Answer]:
    """What the very version of the rule says that each order rests on; by the order's id."""
    rules: dict[UUID, Rule] = {}
    found = {}
    for order in orders:
        if order.rule not in rules:
            rules[order.rule] = rulebook.version_of(order.rule).as_rule()
        found[order.id] = _answer(order, rules[order.rule])
    return found


def _answer(order: Order, rule: Rule) -> Answer:
    return evaluate.may_we(
        [rule],
        measure=order.measure,
        role=order.role,
        disease=order.disease,
        group=order.group or None,
        province=rule.province,
        at=order.asked_at,
    )


def decision_of(order: Order) -> Decision:
    """The stored answer, to be rendered."""
    return Decision(str(order.rule), order.rule_version, order.outcome, order.values)


def may_prolong(rule: UUID) -> bool:
    """Whether that version lets a holding be prolonged once, in an overload."""
    return bool(rulebook.version_of(rule).body.get("prolong_once", False))


def due_of(
    answer: Answer, order: Order, done: Mapping[str, datetime] | None = None
) -> dict[str, datetime]:
    """When each step of an order is due."""
    return evaluate.due_times(answer, found_at=order.found_at, done=done)


def whom_of(order: Order) -> tuple[str, ...]:
    """Everybody who must be told of this order's decision."""
    return (*WHOM, CONSUL) if order.consular else WHOM


def open_order(person: UUID, disease: str, measure: str, found_at: datetime) -> Order | None:
    """An order of this kind that runs already, or was made of the same finding."""
    same = Order.objects.filter(person=person, disease=disease, measure=measure)
    return same.filter(Q(state__in=OPEN) | Q(found_at=found_at)).order_by("-found_at").first()


def orders_in(states: Iterable[str]) -> list[OrderRow]:
    """Orders of this scope in these states, the most urgent first."""
    rows = Order.objects.filter(state__in=list(states)).select_related("holding", "signed")
    return rows_of(rows.order_by("found_at", "id")[:LIST_LIMIT])


def counts() -> dict[str, int]:
    """How many orders of this scope are in each state."""
    rows = Order.objects.values("state").annotate(rows=Count("id")).order_by()
    return {row["state"]: row["rows"] for row in rows}


def waiting_on(listings: Iterable[Listing]) -> dict[UUID, tuple[int, datetime | None]]:
    """How many of each list wait for a signature, and when the first is due."""
    rows = (
        Order.objects.filter(listing__in=list(listings), state=State.LISTED)
        .values("listing")
        .annotate(rows=Count("id"), first=Min("decision_due"))
        .order_by()
    )
    return {row["listing"]: (row["rows"], row["first"]) for row in rows}


def rows_of(orders: Iterable[Order]) -> list[OrderRow]:
    """Orders with their persons and rules."""
    found = list(orders)
    cards = cards_of([order.person_id for order in found])
    answers = answers_of(found)
    return [
        OrderRow(order, cards.get(order.person_id), answers[order.id], _holding_of(order))
        for order in found
    ]


def _holding_of(order: Order) -> Holding | None:
    try:
        return order.holding
    except Holding.DoesNotExist:
        return None


def persons_of(rows: Iterable[OrderRow]) -> list[UUID]:
    """Whom these rows are about."""
    return [row.order.person_id for row in rows]


def states_of(orders: Iterable[UUID]) -> dict[UUID, tuple[str, datetime]]:
    """The state of each order and since when: all a sender gets to know."""
    rows = Order.objects.filter(pk__in=list(orders)).values_list("id", "state", "changed_at")
    return {id_: (state, at) for id_, state, at in rows}


def lists_to_sign() -> list[Listing]:
    """Lists with somebody on them who waits for a signature, the most urgent first."""
    waiting = Order.objects.filter(state=State.LISTED).values("listing")
    return list(Listing.objects.filter(pk__in=waiting).order_by("made_at"))


def to_cancel() -> dict[UUID, list[UUID]]:
    """List -> its signed orders whose ground fell away; they hold until they are cancelled."""
    rows = (
        Order.objects.filter(
            state__in=[State.DECIDED, State.NOTICED], steps__step=OrderStep.Step.UNFOUNDED
        )
        .order_by("found_at", "id")
        .values_list("listing", "id")
        .distinct()
    )
    found: dict[UUID, list[UUID]] = {}
    for listing, order in rows:
        found.setdefault(listing, []).append(order)
    return found


def on_list(listing: Listing) -> list[OrderRow]:
    """Everybody on a list, whatever became of it."""
    rows = Order.objects.filter(listing=listing).select_related("holding", "signed")
    return rows_of(rows.order_by("found_at", "id"))


def lapsed_since(at: datetime) -> QuerySet[Holding]:
    """Holdings that ended because nobody signed, newest first."""
    rows = Holding.objects.filter(ended_by=Holding.End.LAPSED, ended_at__gte=at)
    return rows.select_related("order").order_by("-ended_at")


def late_now() -> list[Order]:
    """Orders whose next step is overdue, by the clock."""
    at = now()
    rows = Order.objects.filter(
        Q(state__in=[State.PROPOSED, State.HOLDING], list_due__lt=at)
        | Q(state=State.LISTED, decision_due__lt=at)
        | Q(state=State.DECIDED, notice_due__lt=at)
    )
    return list(rows.order_by("found_at")[:LIST_LIMIT])


def decided_about(persons: Iterable[UUID]) -> list[Order]:
    """What was decided about these persons, newest first; a proposal is nobody's decision yet."""
    rows = Order.objects.filter(person__in=list(persons), signed__isnull=False)
    return list(rows.select_related("signed").order_by("-changed_at"))


def advice_given(limit: int = LIST_LIMIT) -> list[Advice]:
    """Advice of this scope, newest first."""
    return list(Advice.objects.order_by("-given_at")[:limit])
