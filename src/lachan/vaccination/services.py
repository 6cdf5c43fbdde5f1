"""Writes of the dose ledger: entries and their reversals, row by row, never anything else."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit, facts
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.models import Person
from lachan.vaccination.models import Dose, DoseKind, Source
from lachan.vaccination.site_sending import SENT_COLUMNS as SENT_COLUMNS
from lachan.vaccination.site_sending import Event as Event
from lachan.vaccination.site_sending import event_of as event_of

#: How far a given time may lie ahead: two clocks are never quite equal.
AHEAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """One injection as it is to be entered; the fields are those of the ledger."""

    id: UUID
    person: UUID
    disease: str
    product: str
    given_at: datetime
    source: str = Source.SITE
    lot: UUID | None = None
    lot_text: str = ""
    kind: str = DoseKind.PRIMARY
    told_number: int | None = None
    device_at: datetime | None = None
    session: UUID | None = None
    organisation: UUID | None = None
    where_text: str = ""
    table: int | None = None
    arm: str = ""
    agreed: bool = False
    document: str = ""
    injected_by: str = ""
    decision: dict[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()

    def digest(self) -> bytes:
        """Of everything that says what happened: the same id always has the same one."""
        told = {name: value for name, value in asdict(self).items() if name not in _NOT_TOLD}
        return sha256(json.dumps(told, default=str, sort_keys=True).encode()).digest()


#: What the schedule thought of it when it arrived is no part of what was sent.
_NOT_TOLD = frozenset({"decision", "flags"})


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of one injection: `made`, `repeated` or `refused`, with code and sentence."""

    id: UUID
    outcome: str
    code: str = ""
    message: str = ""


def enter(injections: Sequence[Injection], *, by: Principal) -> list[Entered]:
    """Enter injections row by row; what was entered before is answered as before.

    Codes of refusals: different_content, person_not_found, clock_wrong.
    """
    there = {
        each.id: bytes(each.content_sha256)
        for each in Dose.objects.filter(id__in=[one.id for one in injections])
    }
    people = _people(injections)
    answers, made = [], []
    for one in injections:
        digest = one.digest()
        if one.id in there:
            answers.append(_again(one, there[one.id] == digest))
            continue
        refused = _refused(one, people)
        if refused is not None:
            answers.append(refused)
            continue
        there[one.id] = digest
        made.append(_dose(one, people[one.person], digest, by))
        answers.append(Entered(one.id, "made"))
    Dose.objects.bulk_create(made)
    audit.record_many("dose.entered", targets=[("dose", each.id) for each in made], by=by)
    if made:
        facts.ring("vaccination.dose")
    return answers


def reverse(dose: Dose, *, why: str, by: Principal) -> Dose:
    """Take an entry back by an entry of its own.  Raises Refused: reversed_already, why_missing."""
    if not why.strip():
        raise Refused("why_missing", _("Say why this entry is taken back."))
    if dose.reverses_id or Dose.objects.filter(reverses=dose).exists():
        raise Refused("reversed_already", _("This entry was taken back already."), status=409)
    at = now()
    made = Dose.objects.create(
        id=uuid7(),
        person_id=dose.person_id,
        disease=dose.disease,
        product=dose.product,
        lot_id=dose.lot_id,
        lot_text=dose.lot_text,
        kind=dose.kind,
        given_at=dose.given_at,
        received_at=at,
        source=Source.REVERSAL,
        organisation=by.organisation,
        session_id=dose.session_id,
        entered_by=by.account,
        reverses=dose,
        why=why.strip()[:200],
        content_sha256=sha256(dose.id.bytes).digest(),
        commune=dose.commune,
        province=dose.province,
    )
    audit.record("dose.reversed", target=("dose", dose.id), by=by, detail={"entry": str(made.id)})
    facts.ring("vaccination.dose")
    return made


def _people(injections: Iterable[Injection]) -> dict[UUID, Person]:
    return {
        each.id: each for each in Person.objects.filter(id__in={one.person for one in injections})
    }


def _again(one: Injection, same: bool) -> Entered:
    if same:
        return Entered(one.id, "repeated")
    text = _("This number was entered with other content. It is kept for review.")
    return _declined(one, Refused("different_content", text))


def _refused(one: Injection, people: dict[UUID, Person]) -> Entered | None:
    if one.person not in people:
        text = _("There is no such person in your area.")
        return _declined(one, Refused("person_not_found", text))
    if one.given_at > now() + AHEAD:
        text = _("This injection lies in the future. Check the clock of the device.")
        return _declined(one, Refused("clock_wrong", text))
    return None


def _declined(one: Injection, why: Refused) -> Entered:
    return Entered(one.id, "refused", why.code, why.message)


def _dose(one: Injection, person: Person, digest: bytes, by: Principal) -> Dose:
    return Dose(
        id=one.id,
        person_id=one.person,
        disease=one.disease,
        product=one.product,
        lot_id=one.lot,
        lot_text=one.lot_text,
        kind=one.kind,
        told_number=one.told_number,
        given_at=one.given_at,
        device_at=one.device_at,
        received_at=now(),
        source=one.source,
        organisation=one.organisation or by.organisation,
        where_text=one.where_text,
        session_id=one.session,
        table=one.table,
        arm=one.arm,
        agreed=one.agreed,
        document=one.document,
        decision=dict(one.decision),
        flags=list(one.flags),
        entered_by=by.account,
        injected_by=one.injected_by,
        content_sha256=digest,
        commune=person.commune,
        province=person.province,
    )
