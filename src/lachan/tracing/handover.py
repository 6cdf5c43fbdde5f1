"""Hand-over (chuyển địa phương): people go to the commune of present stay, with what to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import day_of, now
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import seal
from lachan.notices import services as notices
from lachan.people import services as people
from lachan.people.models import Person
from lachan.people.selectors import shareable
from lachan.places.selectors import today_of
from lachan.rulebook.selectors import handover_rule, incubation_days, may_we
from lachan.tracing import services
from lachan.tracing.handovers import HandoverState, Kind, Return
from lachan.tracing.models import Case, Contact, Handover, HandoverReceipt

#: What each kind asks for; a contact's duty is what the law of the day says.
DUTIES = {
    Kind.SAMPLING: "sample",
    Kind.VISIT: "visit",
    Kind.CASE: "care_at_home",
    Kind.DISCHARGED: "watch_after_isolation",
}


@dataclass(frozen=True, slots=True)
class Parcel:
    """One person on the way: to where, from which unit, and on what it rests."""

    person: Person
    kind: Kind
    disease: str
    to_commune: int
    to_province: int
    commune: int
    province: int
    contact: Contact | None = None
    case: Case | None = None
    note: str = ""


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
    _send([_of_contact(row, case, Kind.CONTACT) for row in rows])
    services.mark_handed_over(rows, by=by)
    _told("contact.handed_over", case, rows, by)
    return len(rows)


def ask(*, case: Case, contacts: Iterable[UUID], kind: Kind, by: Principal, note: str = "") -> int:
    """Ask the communes where contacts are to sample or to visit them; give how many were asked.

    Who was asked already and is not yet answered is left out.
    """
    rows = list(Contact.objects.select_for_update().filter(pk__in=list(contacts), case=case))
    wanted = [row for row in rows if row.state != Contact.State.RULED_OUT]
    if not wanted:
        raise Refused("nobody_chosen", _("Choose at least one person."))
    asked = set(
        HandoverReceipt.objects.filter(
            person__in=[row.person_id for row in wanted],
            kind=kind,
            state__in=[HandoverState.SENT, HandoverState.ACCEPTED],
        ).values_list("person_id", flat=True)
    )
    fresh = [row for row in wanted if row.person_id not in asked]
    _send([_of_contact(row, case, kind, note) for row in fresh])
    _told(f"contact.{kind.value}_asked", case, fresh, by)
    return len(fresh)


def send_person(
    *, person: Person, kind: Kind, disease: str, by: Principal, note: str = "", case: Case | None
) -> None:
    """Hand over somebody who is no contact: a case moving home, somebody discharged, a sampling.

    Refused: nobody_chosen for people outside the sharing of data, sender_unknown.
    """
    if not shareable([person.id]):
        raise Refused("nobody_chosen", _("Choose at least one person."))
    commune, province = _sender(case, by, person)
    parcel = Parcel(
        person=person,
        kind=kind,
        disease=disease,
        to_commune=person.commune,
        to_province=person.province,
        commune=commune,
        province=province,
        case=case,
        note=note,
    )
    _send([parcel])
    audit.record(f"person.{kind.value}_handed_over", target=("person", person.id), by=by)
    ring("tracing.handover")


def _sender(case: Case | None, by: Principal, person: Person) -> tuple[int, int]:
    """The unit that sends: the case's, or the officer's own."""
    if case is not None:
        return case.commune, case.province
    if by.commune is not None:
        return by.commune, today_of(by.commune).province
    if by.province is None:
        raise Refused("sender_unknown", _("Only a station or a CDC hands people over."), status=403)
    own = person.province == by.province
    return (person.commune if own else 0), by.province


def send_again(*, contact: Contact, commune: int, address: str, by: Principal) -> None:
    """The person has moved: the present stay is corrected as a dated fact, then it is sent there.

    Refused: not_returned, person_not_seen, stay_before_last.
    """
    row = Contact.objects.select_for_update().select_related("case", "person").get(pk=contact.pk)
    back = returned(row)
    if back is None:
        raise Refused(
            "not_returned",
            _("This person was not returned to you. Load the list again."),
            status=409,
        )
    province = today_of(commune).province
    row.home_commune, row.home_province, row.opened_at = commune, province, None
    row.save(update_fields=["home_commune", "home_province", "opened_at"])
    back.again_at = now()
    back.save(update_fields=["again_at"])
    send(case=row.case, contacts=[row.id], by=by)
    # Last: after it an officer of another place sees nothing of the person any more.
    people.move_stay(person=row.person, stay=people.Stay(commune, province, address), by=by)
    ring("tracing.contact")


def returned(contact: Contact) -> HandoverReceipt | None:
    """The return of a contact that nobody has dealt with yet."""
    return (
        contact.receipts.filter(kind=Kind.CONTACT, state=HandoverState.RETURNED, again_at=None)
        .order_by("-sent_at")
        .first()
    )


def _of_contact(row: Contact, case: Case, kind: Kind, note: str = "") -> Parcel:
    return Parcel(
        person=row.person,
        kind=kind,
        disease=case.disease,
        to_commune=row.home_commune,
        to_province=row.home_province,
        commune=case.commune,
        province=case.province,
        contact=row,
        note=note,
    )


def _told(what: str, case: Case, rows: Sequence[Contact], by: Principal) -> None:
    audit.record(
        what,
        target=("case", case.id),
        by=by,
        detail={"contacts": [str(row.id) for row in rows]},
    )
    ring("tracing.handover")


def _send(parcels: Sequence[Parcel]) -> None:
    """Write what the receivers get and what the senders keep."""
    sent_at = now()
    terms = {key: _terms(*key, sent_at) for key in {_key(parcel) for parcel in parcels}}
    rows, receipts = [], []
    for parcel in parcels:
        handover = _handover(parcel, terms[_key(parcel)], sent_at)
        rows.append(handover)
        receipts.append(_receipt(parcel, handover))
    Handover.objects.bulk_create(rows)
    HandoverReceipt.objects.bulk_create(receipts)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is to be done, by which rule, and within how many hours it is to be answered."""

    duty: str
    rule: str
    hours: int


def _key(parcel: Parcel) -> tuple[Kind, str, int]:
    return parcel.kind, parcel.disease, parcel.province


def _terms(kind: Kind, disease: str, province: int, at: datetime) -> Terms:
    """For a contact the duty is what the law of today says, with the rule version."""
    hours = handover_rule(disease, at, province=province).answer_hours
    if kind != Kind.CONTACT:
        return Terms(DUTIES[kind], "", hours)
    answer = may_we("isolate_home", disease=disease, role="contact", at=at, province=province)
    duty = "isolate_home" if answer.allowed else (answer.alternative or "self_monitoring")
    rule = f"{answer.decision.rule}@{answer.decision.version}" if answer.decision else ""
    return Terms(duty, rule, hours)


def _handover(parcel: Parcel, terms: Terms, sent_at: datetime) -> Handover:
    contact = parcel.contact
    made = uuid7()
    return Handover(
        id=made,
        kind=parcel.kind,
        person=parcel.person,
        disease=parcel.disease,
        level=contact.hop if contact else 0,
        last_exposure=contact.last_at if contact else None,
        duty=terms.duty,
        note_sealed=seal(parcel.person.id, {"note": parcel.note}) if parcel.note else None,
        rule=terms.rule,
        reference=_reference(contact.id if contact else made),
        sent_at=sent_at,
        due_at=sent_at + timedelta(hours=terms.hours),
        from_province=parcel.province,
        commune=parcel.to_commune,
        province=parcel.to_province,
    )


def _receipt(parcel: Parcel, handover: Handover) -> HandoverReceipt:
    return HandoverReceipt(
        handover=handover.id,
        kind=parcel.kind,
        person=parcel.person,
        contact=parcel.contact,
        case=parcel.case,
        to_commune=parcel.to_commune,
        to_province=parcel.to_province,
        sent_at=handover.sent_at,
        due_at=handover.due_at,
        commune=parcel.commune,
        province=parcel.province,
    )


def _reference(key: UUID) -> str:
    """A reference that names neither the case nor whose contact this is."""
    return f"TX-{key.hex[-12:].upper()}"


def accept(handover: Handover, *, by: Principal) -> None:
    """The commune takes the person over."""
    accept_all([handover.id], by=by)


def accept_all(handovers: Iterable[UUID], *, by: Principal) -> int:
    """Take many people over in one act; give how many.  Refused: answered_already."""
    rows = list(Handover.objects.select_for_update().filter(pk__in=list(handovers)).order_by("id"))
    if not rows or any(row.state != HandoverState.SENT for row in rows):
        raise _answered_already()
    _answer(rows, HandoverState.ACCEPTED, "", by)
    for row in rows:
        if row.kind == Kind.CONTACT:
            _draft_notice(row, by)
    return len(rows)


def _draft_notice(row: Handover, by: Principal) -> None:
    """What the person is told before anybody has decided anything.

    An order is told when it is signed (room isolation); until then nobody is bound, so a duty that
    needs one is told as what may be asked of everybody: to watch the own health.
    """
    asked = may_we(
        row.duty, disease=row.disease, role="contact", at=row.sent_at, province=row.province
    )
    duty = row.duty if asked.advice else "self_monitoring"
    values = {"duty": duty, "until": _last_day(row), "reference": row.reference}
    notices.draft(person=row.person, kind="contact_duty", values=values, reason=row.id, by=by)


def give_back(handover: Handover, *, reason: str, by: Principal) -> None:
    """The commune returns the person with a reason of the list."""
    if reason not in Return.values:
        raise Refused("reason_needed", _("Choose why this person cannot be taken over."))
    row = Handover.objects.select_for_update().get(pk=handover.pk)
    if row.state != HandoverState.SENT:
        raise _answered_already()
    _answer([row], HandoverState.RETURNED, reason, by)


def finish(handover: Handover, *, by: Principal) -> None:
    """What was to be done there is done.  Refused: accept_first."""
    row = Handover.objects.select_for_update().get(pk=handover.pk)
    if row.state != HandoverState.ACCEPTED:
        raise Refused("accept_first", _("Take this person over first."), status=409)
    row.state, row.done_at, row.done_by = HandoverState.DONE, now(), by.account
    row.save(update_fields=["state", "done_at", "done_by"])
    audit.record("handover.done", target=("handover", row.id), by=by)
    ring("tracing.answer")


def _last_day(handover: Handover) -> str:
    """The last day of watching: the longest incubation after the last exposure, as an ISO date."""
    days = incubation_days(handover.disease, at=handover.sent_at)
    exposed = handover.last_exposure or handover.sent_at
    return day_of(exposed + timedelta(days=days)).isoformat()


def _answered_already() -> Refused:
    return Refused("answered_already", _("This hand-over was answered already."), status=409)


def _answer(rows: Sequence[Handover], state: HandoverState, reason: str, by: Principal) -> None:
    at = now()
    for row in rows:
        row.state, row.returned_for = state, reason
        row.answered_at, row.answered_by = at, by.account
    Handover.objects.bulk_update(rows, ["state", "returned_for", "answered_at", "answered_by"])
    audit.record(
        f"handover.{state.value}",
        target=("handover", rows[0].id),
        by=by,
        detail={"reason": reason, "handovers": [str(row.id) for row in rows]},
    )
    ring("tracing.answer")
