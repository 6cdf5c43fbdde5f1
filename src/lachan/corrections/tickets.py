"""The correction desk: a complaint is opened, looked up by itself, proposed and decided by two.

Nothing is overwritten: what was missing is entered, what was wrong is taken back, and both are
entries of the dose ledger that name the complaint.
"""

import base64
import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import OFFSET, day_of, now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import seal
from lachan.corrections.ticket_models import About, Remedy, Ticket
from lachan.formats.jpeg import NotAPhoto, bare_jpeg
from lachan.people.models import Person
from lachan.rulebook.selectors import ComplaintsRule, complaints_rule, vaccine_products
from lachan.vaccination.models import Dose, Source
from lachan.vaccination.selectors import doses_of
from lachan.vaccination.services import Injection, enter, reverse

#: Bytes of a photograph; the page makes it smaller before it is sent.
MOST_BYTES = 3_000_000

#: Letters and digits nobody mistakes for each other, as on slips.
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

#: The ledger's number of an entry that a complaint made follows from the complaint: pressing twice
#: makes one entry.  A random constant of this file.
_NAMESPACE = UUID("4f3c2f60-7b0a-4bb1-9d0c-5a4f2f9b6c11")

#: An hour at which an injection of which only the day is known is entered.
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says was given: any part may be unknown.  `where`: the facility in words."""

    day: date | None = None
    product: str = ""
    lot: str = ""
    where: str = ""

    def as_json(self) -> dict[str, str]:
        """As it is kept."""
        told = asdict(self)
        told["day"] = self.day.isoformat() if self.day else ""
        return told


@dataclass(frozen=True, slots=True)
class Told:
    """A complaint as it comes in; `photo` is a JPEG as it was sent, or None."""

    about: str
    disease: str
    claim: Claim = Claim()
    dose: UUID | None = None
    text: str = ""
    photo: bytes | None = None
    organisation: UUID | None = None


def open_ticket(*, person: UUID, told: Told, by: Principal) -> Ticket:
    """Take a complaint; the same one while it is open is the same one.

    Refused: dose_needed, claim_needed, dose_unknown, photo_too_big, photo_unreadable.
    """
    who = Person.objects.get(pk=person)
    dose = _dose_of(who, told)
    _refuse_empty(told)
    again = _open_one(who, told)
    if again is not None:
        return again
    at = now()
    rule = complaints_rule(at, province=who.province)
    due_at = rule.due_at(at)
    ticket = Ticket.objects.create(
        number=_number(),
        person=who,
        disease=told.disease,
        about=About(told.about),
        dose=dose,
        claimed=told.claim.as_json(),
        text=told.text.strip()[:500],
        photo=_sealed_photo(who.id, told.photo),
        found=_look_up(who.id, told, rule),
        organisation=told.organisation or (dose.organisation if dose else None),
        opened_at=at,
        opened_by=by.account,
        due_at=due_at,
        rule=_stored(rule, due_at),
        commune=who.commune,
        province=who.province,
    )
    audit.record("ticket.opened", target=("ticket", ticket.id), by=by)
    return ticket


def _dose_of(who: Person, told: Told) -> Dose | None:
    if told.dose is None:
        if told.about in {About.WRONG, About.NOT_MINE}:
            raise Refused("dose_needed", _("Choose the dose that is wrong."))
        return None
    found = next((each for each in doses_of(who.id) if each.id == told.dose), None)
    if found is None:
        raise Refused("dose_unknown", _("This dose does not stand in the book any more."))
    return found


def _refuse_empty(told: Told) -> None:
    if told.about == About.MISSING and (told.claim.day is None or not told.claim.product):
        raise Refused("claim_needed", _("Say on which day and with which vaccine."))
    if told.about in {About.WRONG, About.IDENTITY} and not told.text.strip():
        raise Refused("claim_needed", _("Say what is right."))


def _open_one(who: Person, told: Told) -> Ticket | None:
    waiting = Ticket.objects.filter(
        person=who, about=told.about, dose=told.dose, decided_at=None, disease=told.disease
    )
    return next((each for each in waiting if each.claimed == told.claim.as_json()), None)


def _look_up(person: UUID, told: Told, rule: ComplaintsRule) -> dict[str, str]:
    """What the ledger knows of what is said to be missing."""
    if told.about != About.MISSING or told.claim.day is None:
        return {}
    said = told.claim.day
    near = [
        (abs((day_of(each.given_at) - said).days), str(each.id))
        for each in doses_of(person)
        if each.product == told.claim.product
    ]
    apart, dose = min(near, default=(rule.near_days + 1, ""))
    if apart > rule.near_days:
        return {"outcome": "none"}
    return {"outcome": "near" if apart else "there", "dose": dose}


def _sealed_photo(person: UUID, sent: bytes | None) -> bytes | None:
    if not sent:
        return None
    if len(sent) > MOST_BYTES:
        raise Refused("photo_too_big", _("The photo is too large. Take it again from nearer."))
    try:
        bare = bare_jpeg(sent)
    except NotAPhoto:
        raise Refused(
            "photo_unreadable", _("This is no whole JPEG photo. Take it again with the camera.")
        ) from None
    return seal(person, {"jpeg": base64.b64encode(bare).decode()})


def _number() -> str:
    return "PA-" + "".join(secrets.choice(_SIGNS) for _sign in range(8))


def _stored(rule: ComplaintsRule, due_at: datetime) -> dict[str, Any]:
    decision = rule.says("received", due=due_at.isoformat())
    return asdict(decision)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a handler would do, and why; `claim` is the entry as it is to be."""

    remedy: str
    why: str
    claim: Claim = Claim()
    dose: UUID | None = None


def propose(*, ticket: Ticket, proposal: Proposal, by: Principal) -> Ticket:
    """The first of two people says what is to be done.

    Refused: ticket_ended, why_missing, claim_needed, dose_needed, unknown_vaccine.
    """
    row = _locked(ticket)
    if not proposal.why.strip():
        raise Refused("why_missing", _("Say on what this rests: a paper, a list, a call."))
    _refuse_incomplete(proposal)
    row.state, row.remedy = Ticket.State.PROPOSED, Remedy(proposal.remedy)
    row.proposal = {**proposal.claim.as_json(), "dose": str(proposal.dose or row.dose_id or "")}
    row.proposed_why = proposal.why.strip()[:300]
    row.proposed_at, row.proposed_by = now(), by.account
    row.save(
        update_fields=[
            *("state", "remedy", "proposal", "proposed_why", "proposed_at", "proposed_by"),
        ]
    )
    detail = {"remedy": proposal.remedy}
    audit.record("ticket.proposed", target=("ticket", row.id), by=by, detail=detail)
    return row


def _refuse_incomplete(proposal: Proposal) -> None:
    if proposal.remedy in {Remedy.ENTER, Remedy.REPLACE}:
        if proposal.claim.day is None or not proposal.claim.product:
            raise Refused("claim_needed", _("Say on which day and with which vaccine."))
        if proposal.claim.product not in vaccine_products(now()):
            raise Refused("unknown_vaccine", _("There is no vaccine under this code."))
        if proposal.claim.day > day_of(now()):
            raise Refused("claim_needed", _("This day has not come yet."))
    if proposal.remedy in {Remedy.REVERSE, Remedy.REPLACE} and proposal.dose is None:
        raise Refused("dose_needed", _("Choose the dose that is wrong."))


def decide(*, ticket: Ticket, approve: bool, answer: str, by: Principal) -> Ticket:
    """The second person decides; what was proposed is done in the same transaction.

    Refused: ticket_ended, not_proposed, second_person, why_missing.
    """
    row = _locked(ticket)
    if row.state != Ticket.State.PROPOSED:
        raise Refused("not_proposed", _("Somebody says first what is to be done."), status=409)
    if row.proposed_by == by.account:
        raise Refused("second_person", _("Whoever proposed it does not decide it."), status=403)
    if not answer.strip():
        raise Refused("why_missing", _("Write the answer that the person reads."))
    row.changed = _carried_out(row, by) if approve else []
    done = approve and row.remedy != Remedy.NOTHING
    row.state = Ticket.State.DONE if done else Ticket.State.DECLINED
    row.answer = answer.strip()[:300]
    row.decided_at, row.decided_by = now(), by.account
    row.save(update_fields=["state", "answer", "decided_at", "decided_by", "changed"])
    detail = {"state": row.state, "entries": row.changed}
    audit.record("ticket.decided", target=("ticket", row.id), by=by, detail=detail)
    return row


def _locked(ticket: Ticket) -> Ticket:
    row = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if row.decided_at is not None:
        raise Refused("ticket_ended", _("This complaint was decided already."), status=409)
    return row


def _carried_out(row: Ticket, by: Principal) -> list[str]:
    made: list[str] = []
    if row.remedy in {Remedy.REVERSE, Remedy.REPLACE}:
        dose = Dose.objects.get(pk=UUID(row.proposal["dose"]))
        made.append(str(reverse(dose, why=f"{row.number}: {row.proposed_why}", by=by).id))
    if row.remedy in {Remedy.ENTER, Remedy.REPLACE}:
        made.append(str(_entered(row, by)))
    return made


def _entered(row: Ticket, by: Principal) -> UUID:
    given_at = datetime.combine(date.fromisoformat(row.proposal["day"]), NOON, OFFSET)
    one = Injection(
        id=uuid5(_NAMESPACE, str(row.id)),
        person=row.person_id,
        disease=vaccine_products(now())[row.proposal["product"]].disease,
        product=row.proposal["product"],
        # A day on which nobody knows the hour: noon, or now on the same day's morning.
        given_at=min(given_at, now() - timedelta(minutes=1)),
        source=Source.PAPER,
        lot_text=row.proposal["lot"],
        where_text=row.proposal["where"],
        organisation=row.organisation,
        document=row.number,
    )
    [answer] = enter([one], by=by)
    if answer.outcome == "refused":
        raise Refused(answer.code, answer.message)
    return one.id
