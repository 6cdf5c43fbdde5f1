"""Reading for the pages on which contacts are named: places, people met, evidence, calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from lachan.core.clock import day_of, now
from lachan.core.scope import Principal
from lachan.core.sealing import open_sealed
from lachan.people.selectors import PersonCard, cards_of, duty_unit_of, on_duty
from lachan.places.selectors import place_label
from lachan.tracing.days import Stretch, asked_days, stretches_of
from lachan.tracing.models import (
    Case,
    Contact,
    ContactChange,
    ContactLink,
    Invitation,
    LinkedPlace,
    PublicCall,
    Submission,
    TimePlace,
)

#: Places offered in a choice; the newest matter.
PLACES_OFFERED = 40
#: How the choice of a place that is not registered begins.
TOLD = "told:"
#: Contacts of whom somebody may have been met.
MET_OFFERED = 300
#: What was added last, shown under the form.
JUST_ADDED = 12
#: Calls of one page.
CALLS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Stay:
    """The case was at a place while infectious: scanned, or told (`place` None: unregistered).

    `key` names the stay from one page to the next; without a scan out the end is a guess.
    """

    key: str
    name: str
    place: UUID | None
    start: datetime
    end: datetime
    guessed: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """One link, with whoever was met; no card where that is the case itself."""

    link: ContactLink
    met: PersonCard | None


@dataclass(frozen=True, slots=True)
class CallRow:
    """A public call with how many answered, and how many of them the worker has still to list."""

    call: PublicCall
    case_number: str
    answers: int
    waiting: int
    state: str


def stays_of(case: Case) -> list[Stay]:
    """The case's mốc dịch tễ in its infectious time, newest first; nobody's home is among them."""
    first = day_of(case.infectious_from)
    last = max(asked_days(case)[0], day_of(now()))
    found = [
        Stay(
            key=str(each.point.id) if each.point else f"{each.place} {each.start:%Y%m%d%H%M}",
            name=each.where,
            place=each.place,
            start=each.start,
            end=each.end,
            guessed=each.imputed,
        )
        for each in stretches_of(case, first, last)
        if each.end > case.infectious_from and not _at_home(each)
    ]
    return found[::-1][:PLACES_OFFERED]


def _at_home(stretch: Stretch) -> bool:
    return stretch.point is not None and stretch.point.place_kind == TimePlace.Kind.HOME


def places_known(case: Case) -> list[tuple[str, str]]:
    """Where somebody may have been met: places of the register by id, told ones as `told:<id>`."""
    stays = stays_of(case)
    found = {str(stay.place) if stay.place else f"{TOLD}{stay.key}": stay.name for stay in stays}
    shared = LinkedPlace.objects.filter(run__case=case).values_list("place", flat=True)
    linked = ContactLink.objects.filter(case=case).exclude(place=None)
    ids = {*shared[:200], *linked.values_list("place", flat=True)[:500]}
    left = {one for one in ids if str(one) not in found}
    found |= {str(place): place_label(place) for place in list(left)[:PLACES_OFFERED]}
    return list(found.items())[:PLACES_OFFERED]


def may_be_met(case: Case) -> list[tuple[Contact, PersonCard]]:
    """Contacts of whom this case's further contacts may be told, the nearest first."""
    rows = list(
        case.contacts.filter(hop__lt=4)
        .exclude(state=Contact.State.RULED_OUT)
        .order_by("hop", "-found_at")[:MET_OFFERED]
    )
    cards = cards_of([row.person_id for row in rows])
    return [(row, cards[row.person_id]) for row in rows if row.person_id in cards]


def just_added(case: Case) -> list[tuple[Contact, PersonCard | None]]:
    """Whom humans named last."""
    told = ["interview", "household", "declared", "public_call"]
    rows = list(case.contacts.filter(source__in=told).order_by("-found_at", "-id")[:JUST_ADDED])
    cards = cards_of([row.person_id for row in rows])
    return [(row, cards.get(row.person_id)) for row in rows]


def note_of(contact: Contact) -> str:
    """What was noted when the contact was named."""
    if contact.note_sealed is None:
        return ""
    return str(open_sealed(contact.person_id, bytes(contact.note_sealed))["note"])


def evidence_of(contact: Contact) -> list[Evidence]:
    """How we know, oldest first; what was taken back is no evidence."""
    links = list(
        ContactLink.objects.filter(
            case=contact.case_id, person=contact.person_id, withdrawn_at=None
        )
        .select_related("place")
        .order_by("found_at")
    )
    case_person = contact.case.person_id
    met = cards_of({link.source_person_id for link in links} - {case_person})
    return [Evidence(link, met.get(link.source_person_id)) for link in links]


def changes_of(contact: Contact) -> list[ContactChange]:
    """Every decision about a contact, newest first."""
    return list(contact.changes.order_by("-at", "-id")[:50])


def answers_of(contact: Contact) -> list[Submission]:
    """What came in from outside about a contact, newest first."""
    rows = Submission.objects.filter(contact=contact).select_related("called_place", "call")
    return list(rows.order_by("-received_at")[:20])


def open_invitation(contact: Contact) -> Invitation | None:
    """The invitation whose code still opens a page."""
    rows = Invitation.objects.filter(contact=contact, closed_at=None, expires_at__gt=now())
    return rows.select_related("contact").first()


def duty_phone(by: Principal) -> str:
    """Who answers now at this account's unit by its duty list; else the phone it wrote last."""
    unit = duty_unit_of(by)
    if unit is not None and unit.province is not None:
        answering = [each.phone for each in on_duty(unit.commune, unit.province) if each.phone]
        if answering:
            return answering[0]
    invited = Invitation.objects.filter(opened_by=by.account).order_by("-opened_at")
    called = PublicCall.objects.filter(drafted_by=by.account).order_by("-drafted_at")
    rows = [
        *invited.values_list("opened_at", "phone")[:1],
        *called.values_list("drafted_at", "phone")[:1],
    ]
    return max(rows)[1] if rows else ""


def state_of(call: PublicCall) -> str:
    """Where a call stands now; its day ends it without anybody's hand."""
    if call.ended_at is not None or call.ends_at <= now():
        return PublicCall.State.ENDED.value
    return (PublicCall.State.OPEN if call.approved_at else PublicCall.State.DRAFTED).value


def calls(*, state: str = "", case: Case | None = None) -> list[CallRow]:
    """Calls this account sees, those that run first, then the newest."""
    chosen = _in_state(PublicCall.objects.select_related("case"), state)
    if case is not None:
        chosen = chosen.filter(case=case)
    rows = chosen.annotate(
        taken=Count("answers"), open_rows=Count("answers", filter=Q(answers__worked_at=None))
    ).order_by("-drafted_at")[:CALLS_SHOWN]
    found = [CallRow(row, row.case.number, row.taken, row.open_rows, state_of(row)) for row in rows]
    return sorted(found, key=lambda row: row.state == PublicCall.State.ENDED)


def _in_state(rows: QuerySet[PublicCall], state: str) -> QuerySet[PublicCall]:
    ended = Q(ended_at__isnull=False) | Q(ends_at__lte=now())
    if state == PublicCall.State.ENDED:
        return rows.filter(ended)
    if state == PublicCall.State.OPEN:
        return rows.filter(approved_at__isnull=False).exclude(ended)
    if state == PublicCall.State.DRAFTED:
        return rows.filter(approved_at=None).exclude(ended)
    return rows


def answer_rows(call: PublicCall) -> list[tuple[Submission, PersonCard | None]]:
    """Who answered, newest first; no card while the worker has not listed the row yet."""
    rows: Sequence[Submission] = list(
        call.answers.select_related("contact", "called_place").order_by("-received_at")[:500]
    )
    cards = cards_of({row.contact.person_id for row in rows if row.contact})
    return [(row, cards.get(row.contact.person_id) if row.contact else None) for row in rows]
