"""The one way a contact named by a human gets written: told, listed, declared or come forward."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import seal
from lachan.people.models import Person
from lachan.people.selectors import shareable
from lachan.rulebook.selectors import contact_rule
from lachan.tracing.level_runs import ask_levels
from lachan.tracing.models import Case, Contact, ContactLink, LevelRun

#: Hops that are written down by name.  Source: issue of the tracing office, F1 to F4.
LAST_HOP = 4


class Named(NamedTuple):
    """Somebody who was named, and what is known of the meeting.

    `via` is the person met, when that is a contact and not the case itself; `group` the id of a
    `ContactGroup`; `seconds` 0 where nobody could say; `note` is sealed under the person's key.
    """

    person: UUID
    source: str
    via: UUID | None = None
    group: UUID | None = None
    place: UUID | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None
    seconds: int = 0
    identity: str = Contact.Identity.KNOWN
    note: str = ""


def name_contacts(
    *, case: Case, people: Iterable[Named], by: Principal, word_of: Principal | None = None
) -> list[Contact]:
    """Put people on the list to verify, each with the evidence for it; the rows in no order.

    `word_of`: whose word the evidence is, when the worker writes what a human has decided.

    Somebody known already keeps the state a human gave; the nearer hop wins.  People under police
    or army management, and the case itself, are left out.  Refused: nobody_named, via_unknown,
    hop_too_far.
    """
    named = list(people)
    if not named:
        raise Refused("nobody_named", _("Name at least one person."))
    told = _may_be_named(case, named)
    rows = _rows(case)
    rule = contact_rule(case.disease, at=now(), province=case.province)
    persons = Person.objects.in_bulk(list({each.person for each in told}))
    fresh: dict[UUID, Contact] = {}
    changed: dict[UUID, Contact] = {}
    for each in told:
        via = _via(each, rows)
        known = rows.get(each.person)
        if known is None:
            row = _new(case, persons[each.person], each, via, f"{rule.rule}@{rule.version}")
            fresh[each.person] = rows[each.person] = row
        elif _learn(known, each, via) and known.person_id not in fresh:
            changed[each.person] = known
    Contact.objects.bulk_create(list(fresh.values()))
    Contact.objects.bulk_update(list(changed.values()), LEARNT)
    ContactLink.objects.bulk_create(
        [_link(case, each, word_of or by) for each in told], ignore_conflicts=True
    )
    audit.record(
        "contact.named",
        target=("case", case.id),
        by=by,
        detail={"contacts": [str(row.id) for row in fresh.values()], "links": len(told)},
    )
    ring("tracing.contact")
    ask_levels(case, LevelRun.Trigger.LINKS_CHANGED, by=by)
    return [rows[person] for person in {each.person for each in told}]


#: What a later word about somebody may add to the row.
LEARNT = ["hop", "via", "group", "place", "seconds", "first_at", "last_at"]


def _may_be_named(case: Case, named: list[Named]) -> list[Named]:
    allowed = shareable({each.person for each in named}) - {case.person_id}
    return [each for each in named if each.person in allowed and each.person != each.via]


def _rows(case: Case) -> dict[UUID, Contact]:
    return {row.person_id: row for row in Contact.objects.select_for_update().filter(case=case)}


def _via(each: Named, rows: dict[UUID, Contact]) -> Contact | None:
    if each.via is None:
        return None
    via = rows.get(each.via)
    if via is None:
        raise Refused("via_unknown", _("The person who was met is not in this case's list."))
    if via.hop >= LAST_HOP:
        raise Refused("hop_too_far", _("Contacts are followed to the fourth hop, no further."))
    return via


def _new(case: Case, person: Person, each: Named, via: Contact | None, rule: str) -> Contact:
    note = seal(person.id, {"note": each.note}) if each.note else None
    return Contact(
        case=case,
        person=person,
        hop=1 if via is None else via.hop + 1,
        via=via,
        group_id=each.group,
        identity=each.identity,
        note_sealed=note,
        source=each.source,
        place_id=each.place,
        seconds=each.seconds,
        first_at=each.first_at,
        last_at=each.last_at or each.first_at,
        rule=rule,
        found_at=now(),
        home_commune=person.commune,
        home_province=person.province,
        commune=case.commune,
        province=case.province,
    )


def _learn(row: Contact, each: Named, via: Contact | None) -> bool:
    """Take up what the new word adds; whether it added anything."""
    before = [getattr(row, name) for name in LEARNT]
    hop = 1 if via is None else via.hop + 1
    if hop < row.hop:
        row.hop, row.via = hop, via
    row.group_id = row.group_id or each.group
    row.place_id = row.place_id or each.place
    row.seconds = max(row.seconds, each.seconds)
    row.first_at = _earliest(row.first_at, each.first_at)
    row.last_at = _latest(row.last_at, each.last_at or each.first_at)
    return before != [getattr(row, name) for name in LEARNT]


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _link(case: Case, each: Named, by: Principal) -> ContactLink:
    return ContactLink(
        id=uuid7(),
        case=case,
        source_person_id=each.via or case.person_id,
        person_id=each.person,
        source=each.source,
        place_id=each.place,
        first_at=each.first_at or each.last_at,
        last_at=each.last_at or each.first_at,
        seconds=each.seconds,
        found_at=now(),
        by=by.account,
        by_name=by.name,
        commune=case.commune,
        province=case.province,
    )
