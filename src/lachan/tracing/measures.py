"""Proposing measures for a case's people: may we, then ask; the worker writes where they stay."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.isolation import selectors as isolation
from lachan.isolation import services as orders
from lachan.isolation.services import Asked
from lachan.rulebook.evaluate import Answer
from lachan.tracing.measure_requests import MeasureRequest
from lachan.tracing.models import Case, Contact, ContactChange

Kind, State = MeasureRequest.Kind, Contact.State

#: The measures that are asked for, by role; the rulebook answers each, and silence is an answer.
MEASURES = {
    "contact": ("isolate_home", "isolate_other_place"),
    "contact_of_contact": ("isolate_home",),
    "patient": ("isolate_facility", "isolate_home", "isolate_other_place"),
}

#: How near somebody is -> his role in the law; further hops have none.
ROLE_OF_HOP = {1: "contact", 2: "contact_of_contact"}

#: Contacts a human has confirmed, wherever they were handed over since.
CONFIRMED = (State.CONFIRMED, State.HANDED_OVER)

#: Requests worked through in one transaction; the next round takes the rest.
WORKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the law of a day says of one measure towards one role."""

    role: str
    measure: str
    answer: Answer
    sentence: str
    advisable: bool

    @property
    def advice(self) -> str:
        """What may be advised instead, "" where nothing may."""
        return (self.answer.alternative or "") if self.advisable else ""


def rulings(case: Case, at: datetime, roles: Iterable[str] = tuple(MEASURES)) -> list[Ruling]:
    """What may be done for this case's disease on that day, towards each role."""
    return [_ruling(case, role, measure, at) for role in roles for measure in MEASURES[role]]


def _ruling(case: Case, role: str, measure: str, at: datetime) -> Ruling:
    answer = isolation.answer_for(
        measure, disease=case.disease, role=role, at=at, province=case.province
    )
    sentence = isolation.sentence_of(answer, case.disease)
    return Ruling(role, measure, answer, sentence, _advisable(case, role, answer, at))


def _advisable(case: Case, role: str, answer: Answer, at: datetime) -> bool:
    if answer.allowed or not answer.alternative:
        return False
    other = isolation.answer_for(
        answer.alternative, disease=case.disease, role=role, at=at, province=case.province
    )
    return other.advice


def propose(*, case: Case, measure: str, contacts: Iterable[UUID], by: Principal) -> int:
    """Propose a measure for confirmed contacts; give how many were asked for now.

    Who was proposed of the same finding is left out.  Refused: `nobody_chosen`, `confirm_first`,
    `measure_unknown`, and isolation's `measure_refused`, `needs_legal_officer`, `advice_only`.
    """
    return _ask_for_contacts(Kind.ORDER, case, measure, contacts, by)


def advise(*, case: Case, measure: str, contacts: Iterable[UUID], by: Principal) -> int:
    """Where the law gives no order: have confirmed contacts advised instead."""
    return _ask_for_contacts(Kind.ADVICE, case, measure, contacts, by)


def ask_for_patient(*, kind: MeasureRequest.Kind, case: Case, measure: str, by: Principal) -> int:
    """The same for the person of the case."""
    _may(kind, case, "patient", measure)
    request = _request(kind, case, measure, "patient", case.person_id, case.id, case.opened_at, by)
    return _write(case, [request], by)


def _ask_for_contacts(
    kind: MeasureRequest.Kind, case: Case, measure: str, contacts: Iterable[UUID], by: Principal
) -> int:
    rows = list(Contact.objects.select_for_update().filter(pk__in=list(contacts), case=case))
    if not rows:
        raise Refused("nobody_chosen", _("Choose at least one person."))
    if any(row.state not in CONFIRMED for row in rows):
        raise Refused(
            "confirm_first",
            _("Confirm these people first: a measure is proposed for confirmed contacts only."),
        )
    roles = {row.id: ROLE_OF_HOP.get(row.hop, "") for row in rows}
    for role in set(roles.values()):
        _may(kind, case, role, measure)
    found = found_at(rows)
    return _write(
        case,
        [
            _request(kind, case, measure, roles[row.id], row.person_id, row.id, found[row.id], by)
            for row in rows
        ],
        by,
    )


def _may(kind: MeasureRequest.Kind, case: Case, role: str, measure: str) -> None:
    """Refuse with the article before a row is written; the worker asks again when it writes."""
    if measure not in MEASURES.get(role, ()):
        raise Refused("measure_unknown", _("This measure is not proposed for this person."))
    ruling = _ruling(case, role, measure, now())
    if kind == Kind.ORDER:
        orders.refuse_unless_allowed(ruling.answer, case.disease)
    elif not ruling.advice:
        raise Refused("no_alternative", ruling.sentence)


def found_at(rows: Iterable[Contact]) -> dict[UUID, datetime]:
    """When each contact was found: when a human confirmed him, for nobody is held before that."""
    contacts = list(rows)
    confirmed = (
        ContactChange.objects.filter(contact__in=contacts, after=State.CONFIRMED)
        .exclude(before=State.HANDED_OVER)
        .values_list("contact")
        .annotate(at=Max("at"))
    )
    at = dict(confirmed)
    return {row.id: at.get(row.id, row.found_at) for row in contacts}


def _request(
    kind: MeasureRequest.Kind,
    case: Case,
    measure: str,
    role: str,
    person: UUID,
    source: UUID,
    found: datetime,
    by: Principal,
) -> MeasureRequest:
    at = now()
    return MeasureRequest(
        case=case,
        person_id=person,
        kind=kind,
        measure=measure,
        role=role,
        found_at=found,
        # As the hand-over's: it names neither the case nor whose contact this is.
        reference=f"TX-{source.hex[-12:].upper()}",
        asked_at=at,
        asked_by=by.account,
        asked_by_name=by.name,
        state_at=at,
        commune=case.commune,
        province=case.province,
    )


def _write(case: Case, requests: list[MeasureRequest], by: Principal) -> int:
    known = set(
        MeasureRequest.objects.filter(case=case).values_list("person", "measure", "found_at")
    )
    fresh = [row for row in requests if (row.person_id, row.measure, row.found_at) not in known]
    MeasureRequest.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        audit.record(
            "measure.asked",
            target=("case", case.id),
            by=by,
            detail={"measure": fresh[0].measure, "requests": [str(row.id) for row in fresh]},
        )
        ring("tracing.measure")
    return len(fresh)


def work_requests(*, by: Principal) -> int:
    """Write the orders and the advice that were asked for; the worker's, who sees every commune."""
    rows = list(
        MeasureRequest.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("case")
        .filter(state=MeasureRequest.ASKED)
        .order_by("asked_at", "id")[:WORKED_AT_ONCE]
    )
    for row in rows:
        _work(row, by)
    MeasureRequest.objects.bulk_update(rows, ["order", "state", "state_at", "refused_for"])
    return len(rows)


def _work(row: MeasureRequest, by: Principal) -> None:
    asked = Asked(
        person=row.person_id,
        disease=row.case.disease,
        role=row.role,
        measure=row.measure,
        found_at=row.found_at,
        reference=row.reference,
        by=row.asked_by,
        by_name=row.asked_by_name,
    )
    row.state_at = now()
    if row.case.status == Case.Status.WITHDRAWN:
        row.state, row.refused_for = MeasureRequest.REFUSED, "case_withdrawn"
        return
    try:
        if row.kind == Kind.ADVICE:
            row.order, row.state = orders.advise(asked, by=by).id, MeasureRequest.ADVISED
        else:
            order = orders.propose(asked, by=by)
            row.order, row.state = order.id, order.state
    except Refused as refusal:
        row.state, row.refused_for = MeasureRequest.REFUSED, refusal.code


def copy_states(*, by: Principal) -> int:
    """Tell senders how far their proposals have come: the state and nothing else."""
    waiting = list(
        MeasureRequest.objects.filter(order__isnull=False)
        .exclude(state__in=[MeasureRequest.ASKED, *MeasureRequest.LAST])
        .order_by("asked_at")
    )
    states = isolation.states_of(row.order for row in waiting if row.order)
    changed = []
    for row in waiting:
        state, at = states.get(row.order, (row.state, row.state_at)) if row.order else ("", now())
        if state and state != row.state:
            row.state, row.state_at = state, at
            changed.append(row)
    MeasureRequest.objects.bulk_update(changed, ["state", "state_at"], batch_size=500)
    return len(changed)


def confirmed_of(case: Case, role: str) -> list[Contact]:
    """The confirmed contacts of a case in a role of the law, nearest and longest first."""
    hops = [hop for hop, name in ROLE_OF_HOP.items() if name == role]
    rows = case.contacts.filter(state__in=CONFIRMED, hop__in=hops)
    return list(rows.order_by("-seconds", "-last_at", "id"))


def requests_of(case: Case) -> dict[UUID, list[MeasureRequest]]:
    """What was asked for each person of a case, newest first."""
    found: dict[UUID, list[MeasureRequest]] = {}
    for row in MeasureRequest.objects.filter(case=case).order_by("-asked_at", "-id"):
        found.setdefault(row.person_id, []).append(row)
    return found
