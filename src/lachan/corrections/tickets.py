"""The correction desk: a complaint is opened, looked up by itself, proposed and decided by two.

What is proposed is carried out by `ticket_remedies`; nothing is overwritten.
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import day_of, now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.core.sealing import seal
from lachan.corrections import ticket_remedies
from lachan.corrections.ticket_models import About, Remedy, Ticket
from lachan.credentials.secrets import hash_secret, new_slip_code
from lachan.formats.jpeg import NotAPhoto, bare_jpeg
from lachan.people.models import Person
from lachan.rulebook.selectors import ComplaintsRule, complaints_rule, vaccine_products
from lachan.vaccination.models import Dose
from lachan.vaccination.selectors import doses_of

#: Bytes of a photograph; the page makes it smaller before it is sent.
MOST_BYTES = 3_000_000

#: Letters and digits nobody mistakes for each other, as on slips.
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


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
    """A complaint as it comes in; `photo` is a JPEG as it was sent, or None; `site` the address of
    this installation, for the link of the answer's message."""

    about: str
    disease: str
    claim: Claim = Claim()
    dose: UUID | None = None
    text: str = ""
    photo: bytes | None = None
    organisation: UUID | None = None
    site: str = ""


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
    code = new_slip_code()
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
        site=told.site,
        slip=seal(who.id, {"code": code}),
        code_sha256=hash_secret(code),
        commune=who.commune,
        province=who.province,
    )
    audit.record("ticket.opened", target=("ticket", ticket.id), by=by)
    ring("corrections.ticket")
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
    """What a handler would do, and why; `claim` is the entry as it is to be, `data` the person's
    name, birth and sex as they are to be (what is left out stays)."""

    remedy: str
    why: str
    claim: Claim = Claim()
    dose: UUID | None = None
    data: Mapping[str, str] = field(default_factory=dict)


def propose(*, ticket: Ticket, proposal: Proposal, by: Principal) -> Ticket:
    """The first of two people says what is to be done.

    Refused: ticket_ended, why_missing, claim_needed, dose_needed, unknown_vaccine, dose_own,
    data_missing and the codes of a person's name and birth.
    """
    row = _locked(ticket)
    if not proposal.why.strip():
        raise Refused("why_missing", _("Say on what this rests: a paper, a list, a call."))
    _refuse_incomplete(row, proposal)
    row.state, row.remedy = Ticket.State.PROPOSED, Remedy(proposal.remedy)
    row.proposal = {**proposal.claim.as_json(), "dose": str(proposal.dose or row.dose_id or "")}
    row.correction = seal(row.person_id, dict(proposal.data)) if proposal.data else None
    row.proposed_why = proposal.why.strip()[:300]
    row.proposed_at, row.proposed_by = now(), by.account
    row.save(
        update_fields=[
            *("state", "remedy", "proposal", "proposed_why", "proposed_at", "proposed_by"),
            "correction",
        ]
    )
    detail = {"remedy": proposal.remedy}
    audit.record("ticket.proposed", target=("ticket", row.id), by=by, detail=detail)
    return row


def ask_facility(*, ticket: Ticket, organisation: UUID, by: Principal) -> Ticket:
    """Ask a facility: it sees the complaint, and the person until it is decided.

    Refused: ticket_ended, facility_not_yours.
    """
    if not by.has(Role.STATION_OFFICER, Role.DIRECTOR):
        text = _("The station or the CDC asks a facility.")
        raise Refused("facility_not_yours", text, status=403)
    row = _locked(ticket)
    row.organisation = organisation
    row.save(update_fields=["organisation"])
    detail = {"organisation": str(organisation)}
    audit.record("ticket.asked", target=("ticket", row.id), by=by, detail=detail)
    ring("corrections.ticket")
    return row


def _refuse_incomplete(row: Ticket, proposal: Proposal) -> None:
    if proposal.remedy in {Remedy.ENTER, Remedy.REPLACE}:
        if proposal.claim.day is None or not proposal.claim.product:
            raise Refused("claim_needed", _("Say on which day and with which vaccine."))
        if proposal.claim.product not in vaccine_products(now()):
            raise Refused("unknown_vaccine", _("There is no vaccine under this code."))
        if proposal.claim.day > day_of(now()):
            raise Refused("claim_needed", _("This day has not come yet."))
    if proposal.remedy in {Remedy.REVERSE, Remedy.REPLACE} and proposal.dose is None:
        raise Refused("dose_needed", _("Choose the dose that is wrong."))
    if proposal.remedy == Remedy.MOVE:
        ticket_remedies.dose_to_move(row, proposal.dose)
    if proposal.remedy == Remedy.IDENTITY:
        ticket_remedies.refuse_data(row, proposal.data)


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
    row.changed = ticket_remedies.carry_out(row, by=by) if approve else []
    done = approve and row.remedy != Remedy.NOTHING
    row.state = Ticket.State.DONE if done else Ticket.State.DECLINED
    row.answer = answer.strip()[:300]
    row.decided_at, row.decided_by = now(), by.account
    row.save(update_fields=["state", "answer", "decided_at", "decided_by", "changed"])
    detail = {"state": row.state, "entries": row.changed}
    audit.record("ticket.decided", target=("ticket", row.id), by=by, detail=detail)
    ring("corrections.ticket")
    return row


def _locked(ticket: Ticket) -> Ticket:
    row = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if row.decided_at is not None:
        raise Refused("ticket_ended", _("This complaint was decided already."), status=409)
    return row
