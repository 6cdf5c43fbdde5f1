"""Rows that came in from outside become contacts to verify; nothing that was acknowledged is lost.

The worker opens a row, meets whoever has the same phone and the same name, and enters everybody
else.  What an officer types for somebody on the phone or from paper is kept beside them.
"""

from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce

from lachan.core import audit
from lachan.core.clock import OFFSET, now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped, system_scope
from lachan.core.sealing import open_sealed
from lachan.formats.phones import PhoneRefused
from lachan.formats.vietnamese import fold
from lachan.people.selectors import cards_of, sharing_phone
from lachan.places.selectors import search_units, today_of
from lachan.tracing.adding import Told, enter, named
from lachan.tracing.models import (
    CalledPlace,
    Case,
    Contact,
    Invitation,
    PublicCall,
    Source,
    Submission,
)
from lachan.tracing.naming import Named, name_contacts

#: Rows worked in one round; the bell rings again for the rest.
AT_ONCE = 200


def work_waiting() -> int:
    """Work the rows that wait, case by case; give how many."""
    with system_scope("fact:tracing.submission"):
        rows = Submission.objects.filter(worked_at=None).order_by("received_at")
        of_case = Coalesce("invitation__case", "call__case")
        waiting = list(rows.annotate(of_case=of_case).values_list("of_case", "id")[:AT_ONCE])
    by_case: dict[UUID, list[UUID]] = defaultdict(list)
    for case, row in waiting:
        by_case[case].append(row)
    return sum(_work(case, ids) for case, ids in by_case.items())


def _work(case_id: UUID, ids: list[UUID]) -> int:
    with system_scope("fact:tracing.submission") as system:
        rows = list(
            Submission.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("call", "invitation__contact", "called_place")
            .filter(pk__in=ids, worked_at=None)
            .order_by("received_at")
        )
        if not rows:
            return 0
        # One after the other in a case: two rows about one person become one contact.
        case = Case.objects.select_for_update().get(pk=case_id)
        people = [_named(case, row, system) for row in rows]
        contacts = {
            each.person_id: each for each in name_contacts(case=case, people=people, by=system)
        }
        at = now()
        for row, each in zip(rows, people, strict=True):
            # Nobody is listed who is the case itself or of the police's or army's own chain.
            row.contact = contacts.get(each.person)
            row.worked_at = at
        Submission.objects.bulk_update(rows, ["contact", "worked_at"])
        audit.record(
            "submission.worked",
            target=("case", case.id),
            by=system,
            detail={"submissions": [str(row.id) for row in rows]},
        )
        return len(rows)


def _named(case: Case, row: Submission, system: Principal) -> Named:
    """Whom a row names: somebody met, or entered now.  What cannot be read as it stands is entered
    as not identified, with all its words."""
    told = _told(case, row)
    person = _met(told)
    if person is not None:
        return named(person, told)
    with suppress(Refused), scoped(system, "fact:tracing.submission"):
        return named(enter(case=case, told=told, by=system), told)
    words = (told.name, told.phone, told.birth, told.address, told.note)
    plain = replace(
        told,
        identity=Contact.Identity.UNKNOWN,
        phone="",
        birth="",
        commune=None,
        note=" · ".join(text for text in words if text),
    )
    return named(enter(case=case, told=plain, by=system), plain)


def _told(case: Case, row: Submission) -> Told:
    fields = open_sealed(row.id, bytes(row.sealed or b""))
    if row.invitation is not None:
        return _declared(case, row.invitation, fields)
    return _answered(case, row, fields)


def _declared(case: Case, invitation: Invitation, fields: dict[str, Any]) -> Told:
    """What a contact says of somebody he met."""
    contact = invitation.contact
    via = contact.identified.became if hasattr(contact, "identified") else contact
    commune = commune_meant(fields["commune"], case)
    first, last = _whole_day(fields["day"])
    return Told(
        source=Source.DECLARED,
        name=fields["name"],
        identity=identity_of(fields["name"]),
        phone=fields["phone"],
        commune=commune,
        address="" if commune else fields["commune"],
        via=via.person_id,
        first_at=first,
        last_at=last,
        note=" · ".join(text for text in (fields["note"], fields["where"]) if text),
    )


def _answered(case: Case, row: Submission, fields: dict[str, Any]) -> Told:
    """What somebody says of himself."""
    commune = commune_meant(fields["commune"], case)
    return Told(
        source=Source.PUBLIC_CALL,
        name=fields["name"],
        phone=fields["phone"],
        birth=fields["birth"],
        commune=commune,
        address="" if commune else fields["commune"],
        place=row.called_place.place_id if row.called_place else None,
        first_at=datetime.fromisoformat(fields["first"]),
        last_at=datetime.fromisoformat(fields["last"]),
        note=fields["note"],
    )


def identity_of(name: str) -> str:
    """How well a told name says who it is: one word is a nickname, none is nobody known."""
    words = len(name.split())
    if not words:
        return Contact.Identity.UNKNOWN.value
    return (Contact.Identity.KNOWN if words > 1 else Contact.Identity.NICKNAME).value


def commune_meant(text: str, case: Case) -> int | None:
    """The commune somebody wrote: in the case's province if there is one so called, else the only
    one of the country; None where it stays open."""
    hits = search_units(text) if text.strip() else []
    near = [hit for hit in hits if _province(hit.id) == case.province]
    exact = [hit for hit in near if fold(hit.name).endswith(fold(text))]
    for found in (exact, near, hits):
        if len(found) == 1:
            return found[0].id
    return None


def _province(unit: int) -> int | None:
    try:
        return today_of(unit).province
    except Refused:
        return None


def _whole_day(text: str) -> tuple[datetime | None, datetime | None]:
    """A day without hours: all of it."""
    if not text:
        return None, None
    day = date.fromisoformat(text)
    last = datetime.combine(day, time(23, 59), OFFSET)
    return datetime.combine(day, time(), OFFSET), min(last, now())


def _met(told: Told) -> UUID | None:
    """Whoever is reached by this phone and bears this name; never by one of the two alone."""
    if not told.phone or not told.name:
        return None
    try:
        sharing = sharing_phone(told.phone)
    except PhoneRefused:
        return None
    same = [
        card
        for card in cards_of(sharing).values()
        if fold(card.name) == fold(told.name)
        and (not told.birth or str(card.birth_year or told.birth[:4]) == told.birth[:4])
    ]
    return same[0].person if len(same) == 1 else None


def kept_already(key: UUID) -> Submission | None:
    """The row kept under a form's number: the form was sent twice."""
    return Submission.objects.filter(pk=key).first()


def keep(
    *,
    key: UUID,
    contact: Contact,
    by: Principal,
    channel: str,
    near: str = Submission.Near.UNKNOWN,
    invitation: Invitation | None = None,
    call: PublicCall | None = None,
    called_place: CalledPlace | None = None,
) -> Submission:
    """Keep that an officer typed this contact for somebody on the phone or from a sheet."""
    row = Submission(
        id=key,
        invitation=invitation,
        call=call,
        called_place=called_place,
        channel=channel,
        near=near,
        received_at=now(),
        worked_at=now(),
        contact=contact,
        by=by.account,
        by_name=by.name,
        commune=contact.commune,
        province=contact.province,
    )
    row.save(force_insert=True)
    audit.record("submission.typed", target=("submission", row.id), by=by)
    return row
