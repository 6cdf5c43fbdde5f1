"""Hand-over (chuyển địa phương): a confirmed contact goes to the commune of present stay."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import day_of, now
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.notices import services as notices
from lachan.rulebook.selectors import incubation_days, may_we
from lachan.tracing import services
from lachan.tracing.models import Case, Contact, Handover, HandoverReceipt

#: Hours until an unanswered hand-over climbs to both CDCs.  Source: practice.md, scenario 5.
ANSWER_HOURS = 2


def send(*, case: Case, contacts: Iterable[UUID], by: Principal) -> int:
    """Hand confirmed contacts over to the communes they live in; give how many were sent.

    Everybody confirmed goes, also to the case's own commune: the station there does the work.
    """
    rows = list(Contact.objects.select_for_update().filter(pk__in=list(contacts), case=case))
    if not rows:
        raise Refused("nobody_chosen", _("Choose at least one person."))
    if any(row.state != Contact.State.CONFIRMED for row in rows):
        raise Refused(
            "confirm_first",
            _("Confirm these people first: only confirmed contacts are handed over."),
        )
    duty, rule = _duty(case)
    for row in rows:
        _send_one(row, case, duty, rule)
    services.mark_handed_over(rows, by=by)
    audit.record(
        "contact.handed_over",
        target=("case", case.id),
        by=by,
        detail={"contacts": [str(row.id) for row in rows]},
    )
    ring("tracing.handover")
    return len(rows)


def _duty(case: Case) -> tuple[str, str]:
    """What the contact is to do under the law of today, and the rule version that says so."""
    answer = may_we(
        "isolate_home", disease=case.disease, role="contact", at=now(), province=case.province
    )
    code = "isolate_home" if answer.allowed else (answer.alternative or "self_monitoring")
    rule = f"{answer.decision.rule}@{answer.decision.version}" if answer.decision else ""
    return code, rule


def _send_one(row: Contact, case: Case, duty: str, rule: str) -> None:
    sent_at = now()
    due_at = sent_at + timedelta(hours=ANSWER_HOURS)
    handover = Handover(
        id=uuid7(),
        person=row.person,
        disease=case.disease,
        level=row.hop,
        last_exposure=row.last_at,
        duty=duty,
        rule=rule,
        reference=_reference(row),
        sent_at=sent_at,
        due_at=due_at,
        commune=row.home_commune,
        province=row.home_province,
    )
    handover.save(force_insert=True)
    HandoverReceipt.objects.update_or_create(
        contact=row,
        defaults={
            "handover": handover.id,
            "state": Handover.State.SENT,
            "returned_for": "",
            "to_commune": row.home_commune,
            "to_province": row.home_province,
            "due_at": due_at,
            "answered_at": None,
            "commune": case.commune,
            "province": case.province,
        },
    )


def _reference(row: Contact) -> str:
    """A reference that names neither the case nor whose contact this is."""
    return f"TX-{row.id.hex[-12:].upper()}"


def accept(handover: Handover, *, by: Principal) -> None:
    """The commune takes the person over."""
    accepted = _answer(handover, Handover.State.ACCEPTED, "", by)
    notices.draft(
        person=accepted.person,
        kind="contact_duty",
        values={
            "duty": accepted.duty,
            "until": _last_day(accepted),
            "reference": accepted.reference,
        },
        reason=accepted.id,
        by=by,
    )


def give_back(handover: Handover, *, reason: str, by: Principal) -> None:
    """The commune returns the person with a reason of the list."""
    if reason not in Handover.Return.values:
        raise Refused("reason_needed", _("Choose why this person cannot be taken over."))
    _answer(handover, Handover.State.RETURNED, reason, by)


def _last_day(handover: Handover) -> str:
    """The last day of watching: the longest incubation after the last exposure, as an ISO date."""
    days = incubation_days(handover.disease, at=handover.sent_at)
    exposed = handover.last_exposure or handover.sent_at
    return day_of(exposed + timedelta(days=days)).isoformat()


def _answer(handover: Handover, state: Handover.State, reason: str, by: Principal) -> Handover:
    locked = Handover.objects.select_for_update().get(pk=handover.pk)
    if locked.state != Handover.State.SENT:
        raise Refused("answered_already", _("This hand-over was answered already."), status=409)
    locked.state = state
    locked.returned_for = reason
    locked.answered_at = now()
    locked.answered_by = by.account
    locked.save(update_fields=["state", "returned_for", "answered_at", "answered_by"])
    audit.record(
        f"handover.{state.value}", target=("handover", locked.id), by=by, detail={"reason": reason}
    )
    ring("tracing.answer")
    return locked
