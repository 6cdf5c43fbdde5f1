"""Ask the law about the people of positive pools, and keep what it answered.

Where an order may be drafted, isolation drafts it and the temporary holding begins with its clock;
a human still lists and signs.  Where it may not, staying is advice, and the message says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.isolation import selectors as isolation
from lachan.isolation import services as orders
from lachan.isolation.models import Order
from lachan.isolation.selectors import OrderRow
from lachan.rulebook.evaluate import Answer
from lachan.rulebook.selectors import Decision, render
from lachan.sampling.models import PoolMember, SampleRequest
from lachan.sampling.selectors import (
    AnswerState,
    answers_about,
    members_in_area,
    members_to_ask,
)
from lachan.tracing.models import PoolStay
from lachan.ui.wording import language

State = Order.State

#: Steps of an order that runs and that nobody signed.
UNSIGNED = (State.PROPOSED, State.HOLDING, State.LISTED)


@dataclass(frozen=True, slots=True)
class Staying:
    """One person of a positive pool as the station sees him.

    `cleared`: his own sample, taken after the pool was found positive, is negative.
    """

    member: PoolMember
    stay: PoolStay | None
    order: OrderRow | None
    request: SampleRequest | None
    cleared: bool = False

    @property
    def held_until(self) -> datetime | None:
        """When the holding lapses; None where nobody is held."""
        return self.order.held_until if self.order else None

    @property
    def to_let_go(self) -> bool:
        """Whether nothing but the press of a human keeps an unsigned order of his."""
        return self.cleared and self.order is not None and self.order.order.state in UNSIGNED

    @property
    def sampled(self) -> bool:
        """Whether a sample of his own was taken since."""
        return self.request is not None and self.request.state == SampleRequest.State.DONE


def ask_all(*, by: Principal) -> int:
    """Ask about everybody who was not asked about yet; the worker's."""
    members = members_to_ask(PoolStay.objects.values("member"))
    for member in members:
        _ask(member, by)
    return len(members)


def _ask(member: PoolMember, by: Principal) -> PoolStay:
    answer = isolation.answer_for(
        member.measure,
        disease=member.disease,
        role=member.role,
        at=member.found_at,
        province=member.province,
    )
    order = _propose(member, by) if answer.allowed else None
    decision = answer.decision
    stay = PoolStay(
        member=member,
        person=member.person,
        kind=PoolStay.Kind.ORDER if order else PoolStay.Kind.ADVICE,
        order=order.id if order else None,
        rule=decision.rule if decision else None,
        rule_version=decision.version if decision else None,
        outcome=answer.outcome,
        values=dict(decision.values) if decision else {},
        at=now(),
        commune=member.commune,
        province=member.province,
    )
    stay.save(force_insert=True)
    audit.record("pool.asked_to_stay", target=("stay", stay.id), by=by, detail={"kind": stay.kind})
    return stay


def _propose(member: PoolMember, by: Principal) -> Order | None:
    """The order where the law gives one; police and army have their own chain and get none."""
    asked = orders.Asked(
        person=member.person_id,
        disease=member.disease,
        role=member.role,
        measure=member.measure,
        found_at=member.found_at,
        reference=member.reference,
        by=by.account,
        by_name=_("Result of a shared tube"),
    )
    try:
        return orders.propose(asked, by=by, at=member.found_at)
    except Refused:
        return None


def staying() -> list[Staying]:
    """The people of positive pools of this scope, the newest pool first."""
    members = members_in_area()
    stays = {row.member_id: row for row in PoolStay.objects.filter(member__in=members)}
    rows = Order.objects.filter(pk__in=[row.order for row in stays.values() if row.order])
    found = {row.order.id: row for row in isolation.rows_of(rows.select_related("holding"))}
    requests = {
        (row.person_id, row.source_id): row
        for row in SampleRequest.objects.filter(
            source=SampleRequest.Source.POSITIVE_POOL,
            source_id__in={member.tube_id for member in members},
        )
    }
    negative = cleared(members)
    shown = []
    for member in members:
        stay = stays.get(member.id)
        order = found.get(stay.order) if stay and stay.order else None
        request = requests.get((member.person_id, member.tube_id))
        shown.append(Staying(member, stay, order, request, member.id in negative))
    return shown


def cleared(members: Iterable[PoolMember]) -> set[UUID]:
    """Members whose newest clear answer of a sample of their own, taken later, is negative."""
    rows = list(members)
    answers = answers_about({row.person_id for row in rows})
    found = set()
    for row in rows:
        own = [
            each.state
            for each in answers.get(row.person_id, [])
            if each.sample.tube.disease == row.disease
            and each.sample.taken_at >= row.found_at
            and each.state in _OWN
        ]
        if own and own[0] == AnswerState.NEGATIVE:
            found.add(row.id)
    return found


#: What a sample of somebody's own may say for certain.
_OWN = frozenset({AnswerState.NEGATIVE, AnswerState.POSITIVE, AnswerState.PROVISIONAL})


def let_go(*, member: PoolMember, by: Principal) -> None:
    """End the holding of somebody whose own sample is negative; his message goes out.

    A signed order is its signer's.  Refused: not_negative, signed_already.
    """
    if member.id not in cleared([member]):
        raise Refused(
            "not_negative",
            _("No negative sample of this person alone is there yet. Load the list again."),
            status=409,
        )
    stay = PoolStay.objects.filter(member=member, order__isnull=False).first()
    dropped = (
        orders.withdraw_proposal(orders=[stay.order], reason=_("Own sample negative"), by=by)
        if stay is not None and stay.order is not None
        else []
    )
    if not dropped:
        raise Refused(
            "signed_already",
            _("Nothing unsigned holds this person. A signed order is ended on its own page."),
            status=409,
        )
    audit.record("pool.let_go", target=("pool_member", member.id), by=by)


def sentence_of(stay: PoolStay, member: PoolMember) -> str:
    """What the law said of staying, with its article."""
    if stay.rule is None or stay.rule_version is None:
        return isolation.sentence_of(_silent(member), member.disease)
    decision = Decision(str(stay.rule), stay.rule_version, stay.outcome, stay.values)
    return render(decision, language())


def _silent(member: PoolMember) -> Answer:
    """The answer of a rulebook that says nothing, asked again as of that day."""
    return isolation.answer_for(
        member.measure,
        disease=member.disease,
        role=member.role,
        at=member.found_at,
        province=member.province,
    )
