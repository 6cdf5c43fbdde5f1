"""What a result brought about, in every room; and the corrections of the reader's area.

`consequences_of` looks into all communes: it is the worker's, or gives what its scope sees.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from lachan.corrections import orders_found, zones_found
from lachan.corrections.kinds import HUMAN, REACHING, Act, Kind
from lachan.corrections.models import Correction, Undoing
from lachan.corrections.things import Ground, Thing, elsewhere, left_standing
from lachan.isolation.models import Order
from lachan.notices.models import Notice
from lachan.notices.services import RECALLABLE, went_out
from lachan.sampling.models import PoolMember, Result, SampleRequest
from lachan.tracing.models import (
    Case,
    Contact,
    Handover,
    HandoverReceipt,
    MeasureRequest,
    ZoneDecision,
    ZoneStep,
)
from lachan.tracing.selectors import undecided_of

#: Rows of a list.
LIST_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Consequence:
    """Things of one kind to which the same happens.  `things` have ids and no names."""

    kind: Kind
    act: Act
    things: tuple[Thing, ...] = field(default=())

    @property
    def count(self) -> int:
        """How many."""
        return len(self.things)

    @property
    def human(self) -> bool:
        """Whether only a named human can finish it."""
        return self.act in HUMAN

    @property
    def ids(self) -> list[UUID]:
        """The ids of the things in their own rooms."""
        return [thing.id for thing in self.things]


def consequences_of(result: UUID) -> list[Consequence]:
    """Everything that rests on this positive and still stands, in the order of the page."""
    ground = ground_of(result)
    found: dict[tuple[Kind, Act], list[Thing]] = {}
    for kind, act, thing in _everything(ground):
        found.setdefault((kind, act), []).append(thing)
    order = {kind: place for place, kind in enumerate(Kind)}
    acts = {act: place for place, act in enumerate(Act)}
    return [
        Consequence(kind, act, tuple(things))
        for (kind, act), things in sorted(
            found.items(), key=lambda item: (order[item[0][0]], acts[item[0][1]])
        )
    ]


def ground_of(result: UUID) -> Ground:
    """The result with its case or its pool, and whom another case still asks the same of."""
    case = Case.objects.filter(result=result).first()
    row = Result.objects.filter(pk=result).select_related("tube").first()
    contacts = list(Contact.objects.filter(case=case)) if case else []
    members = list(PoolMember.objects.filter(result=result))
    people = {each.person_id for each in contacts} | {each.person_id for each in members}
    disease = case.disease if case else (members[0].disease if members else "")
    others = elsewhere(people, disease, case)
    return Ground(result, row, case, contacts, members, others)


def _everything(ground: Ground) -> Iterable[tuple[Kind, Act, Thing]]:
    if ground.case is not None:
        yield from _records(ground, ground.case)
    yield from _messages(ground)
    yield from orders_found.orders(ground)
    yield from zones_found.zones(ground)
    yield from _requests(ground)
    yield from _result(ground)


def _records(ground: Ground, case: Case) -> Iterable[tuple[Kind, Act, Thing]]:
    here = Thing(case.id, case.commune, case.province)
    if case.status != Case.Status.WITHDRAWN:
        yield Kind.CASE, Act.WITHDRAW, here
        yield Kind.LEVEL, Act.RECOMPUTE, here
        undecided = undecided_of(case)
        for row in ground.contacts:
            thing = Thing(row.id, row.commune, row.province)
            if row.id in undecided:
                yield Kind.CONTACT, Act.RULE_OUT, thing
            elif row.state != Contact.State.RULED_OUT:
                yield Kind.CONTACT, Act.KEEP_DECIDED, thing
        if case.outbreak_id is not None:
            yield Kind.OUTBREAK, Act.NOT_COUNTED, here
    for handover in handovers_of(ground):
        kept = handover.person_id in ground.elsewhere
        thing = Thing(handover.id, handover.commune, handover.province)
        yield Kind.HANDOVER, Act.KEEP if kept else Act.RECALL, thing


def handovers_of(ground: Ground) -> list[Handover]:
    """What communes were asked to do because of this case and have not finished."""
    sent = HandoverReceipt.objects.filter(contact__in=ground.contacts).values_list("handover")
    about = HandoverReceipt.objects.filter(case=ground.case).values_list("handover")
    keys = [key for (key,) in (*sent, *about)]
    open_ones = (Handover.State.SENT, Handover.State.ACCEPTED)
    left = Q(pk__in=left_standing(ground, Kind.HANDOVER), person__in=ground.people)
    rows = Handover.objects.filter(Q(pk__in=keys) | left, state__in=open_ones)
    return list(rows.order_by("id"))


def _messages(ground: Ground) -> Iterable[tuple[Kind, Act, Thing]]:
    """Messages about duties of others; the person's own message about the result is apart."""
    reasons = [row.id for row in ground.members]
    if ground.case is not None:
        # Also of hand-overs that are finished: their duty goes on until its last day.
        sent = HandoverReceipt.objects.filter(contact__in=ground.contacts)
        reasons += list(sent.values_list("handover", flat=True))
        advised = MeasureRequest.objects.filter(
            case=ground.case, kind=MeasureRequest.Kind.ADVICE, order__isnull=False
        )
        reasons += [row.order for row in advised if row.order]
    left = Q(pk__in=left_standing(ground, Kind.NOTICE), person__in=ground.people)
    live = Notice.objects.filter(state__in=RECALLABLE).order_by("id")
    for notice in live.filter(Q(reason__in=reasons) | left):
        act = Act.KEEP if notice.person_id in ground.elsewhere else _taken_back(notice)
        yield Kind.NOTICE, act, Thing(notice.id, notice.commune, notice.province)
    for notice in live.filter(kind="result_ready", reason=ground.result):
        thing = Thing(notice.id, notice.commune, notice.province)
        yield Kind.TOLD, _taken_back(notice), thing


def _taken_back(notice: Notice) -> Act:
    return Act.CORRECT if went_out(notice) else Act.DROP


def _requests(ground: Ground) -> Iterable[tuple[Kind, Act, Thing]]:
    rows = SampleRequest.objects.filter(state=SampleRequest.State.OPEN)
    asked = list(
        rows.filter(
            source=SampleRequest.Source.CONTACT, source_id__in=[row.id for row in ground.contacts]
        )
    )
    if ground.members:
        asked += rows.filter(
            source=SampleRequest.Source.POSITIVE_POOL,
            source_id=ground.members[0].tube_id,
            person__in=[row.person_id for row in ground.members],
        )
    rounds = zones_found.rounds_to_drop(ground)
    asked += rows.filter(source=SampleRequest.Source.ZONE, source_id__in=rounds)
    left = rows.filter(pk__in=left_standing(ground, Kind.REQUEST), person__in=ground.people)
    asked += left.exclude(pk__in=[row.id for row in asked])
    for row in asked:
        kept = row.person_id in ground.elsewhere
        thing = Thing(row.id, row.commune, row.province)
        yield Kind.REQUEST, Act.KEEP if kept else Act.DROP, thing


def _result(ground: Ground) -> Iterable[tuple[Kind, Act, Thing]]:
    """The laboratory's own word still stands: only its head takes it back.

    A rapid test that RT-PCR does not confirm stays what two people saw.
    """
    row = ground.row
    if row is None or ground.unit is None or hasattr(row, "withdrawal"):
        return
    if hasattr(row, "release") and not row.release.confirms:
        return
    if not hasattr(row, "replaced_by"):
        yield Kind.RESULT, Act.TAKE_BACK, Thing(row.id, *ground.unit)


def reaching(found: Iterable[Consequence]) -> int:
    """How many consequences reach somebody outside the office."""
    return sum(each.count for each in found if each.kind in REACHING)


def corrections_here() -> list[Correction]:
    """What waits for a decision or is being done in this scope, the earliest due first."""
    rows = Correction.objects.exclude(state=Correction.State.DONE)
    rows = rows.exclude(cause=Correction.Cause.LOOKED_UP, state__in=["asked", "prepared"])
    return list(rows.select_related("case").order_by("due_at", "asked_at")[:LIST_LIMIT])


def corrections_done() -> list[Correction]:
    """What was undone, the newest first; where nothing rested on a result nothing is said."""
    rows = Correction.objects.filter(state=Correction.State.DONE, decided_at__isnull=False)
    return list(rows.select_related("case").order_by("-done_at")[:LIST_LIMIT])


def tasks_here() -> list[Undoing]:
    """What only a named human can finish, and has not."""
    rows = Undoing.objects.filter(outcome=Undoing.Outcome.TASK, settled_at=None)
    return list(rows.order_by("at", "id")[:LIST_LIMIT])


def tasks_waiting(limit: int = 500) -> list[Undoing]:
    """Tasks that nobody settled, the oldest first; the worker's."""
    rows = Undoing.objects.filter(outcome=Undoing.Outcome.TASK, settled_at=None)
    return list(rows.order_by("at")[:limit])


def still_waits(task: Undoing) -> bool:
    """Whether the signer, the commune or the laboratory has still to act."""
    if task.kind == Kind.ORDER:
        return Order.objects.filter(pk=task.target, state__in=orders_found.SIGNED).exists()
    if task.kind == Kind.ZONE:
        open_ones = ZoneDecision.objects.filter(pk=task.target, ended_at=None, dropped_at=None)
        if task.act == Act.REPLAN:
            # An adjustment after the correction is a look at the zone, too.
            looked = ZoneStep.objects.filter(
                decision=task.target, at__gt=task.at, kind=ZoneStep.Kind.ADJUSTED
            )
            return open_ones.exists() and not looked.exists()
        return open_ones.exists()
    return result_stands(task.target)


def result_stands(result: UUID) -> bool:
    """Whether the laboratory neither took the result back nor amended it."""
    return Result.objects.filter(pk=result, withdrawal=None, replaced_by=None).exists()


def to_take_back(laboratory: UUID | None) -> list[Result]:
    """Results of a laboratory of which a province decided that they do not stand."""
    if laboratory is None:
        return []
    decided = Correction.objects.filter(laboratory=laboratory, decided_at__isnull=False)
    rows = Result.objects.filter(pk__in=decided.values("result"), withdrawal=None, replaced_by=None)
    return list(rows.select_related("tube").order_by("entered_at")[:LIST_LIMIT])


def cases_here() -> list[Case]:
    """The newest cases that rest on a result and stand."""
    rows = Case.objects.exclude(status=Case.Status.WITHDRAWN).filter(result__isnull=False)
    return list(rows.order_by("-opened_at")[:LIST_LIMIT])


def undoings_of(correction: Correction) -> list[Undoing]:
    """What became of each thing, as far as this scope sees it."""
    return list(Undoing.objects.filter(correction=correction).order_by("at", "kind", "id"))
