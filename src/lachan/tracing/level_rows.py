"""The rows a chain's levels ask for: somebody met by a new case comes onto that case's list.

A row is `to_verify`: only a human confirms.  Whoever a human confirmed as met by the same person in
another case of the chain keeps that word, with the name of who gave it.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.scope import Principal
from lachan.people.models import Person
from lachan.people.selectors import shareable
from lachan.rulebook.evaluate import ContactRule
from lachan.tracing import chains
from lachan.tracing.chains import Evidence
from lachan.tracing.levels import CASE, DEEPEST, Level, levels
from lachan.tracing.models import Case, Contact, ContactChange

#: Reason of a change of state that was taken over from another case's row of the same meeting.
CARRIED = "carried_over"

_Pair = frozenset[UUID]


def make_rows(
    chain: list[Case], evidence: list[Evidence], rule: ContactRule, *, by: Principal
) -> int:
    """Make the rows that are missing around every case that stands; give how many.

    Everybody a case itself met is on its list.  Who stands farther is on one list of the chain: a
    person is not called twice about one meeting with somebody else.
    """
    standing = chains.case_of_person(chains.active(chain))
    rows = _rows(chain)
    listed = _listed(rows.values(), {case.id for case in standing.values()})
    confirmed = _confirmed(chain, list(rows.values()))
    made = 0
    for case in standing.values():
        others = set(standing) - {case.person_id}
        own = [
            each
            for each in evidence
            if each.link.source not in others and each.link.person not in others
        ]
        reached = levels(
            chains.windows_of([case]),
            [each.link for each in own],
            depth=rule.levels,
            latent_seconds=rule.latent_hours * 3600,
        )
        wanted = {
            person: place
            for person, place in reached.items()
            if place.level <= 1 or place.level < listed.get(person, NOWHERE)
        }
        fresh = _around(case, wanted, own, rows, confirmed, rule)
        listed |= {row.person_id: row.hop for row in fresh}
        made += len(fresh)
    if made:
        ring("tracing.contact")
    return made


def _listed(rows: Iterable[Contact], standing: set[UUID]) -> dict[UUID, int]:
    """The nearest hop at which somebody is on the list of a case that stands."""
    found: dict[UUID, int] = {}
    for row in rows:
        if row.case_id in standing:
            found[row.person_id] = min(found.get(row.person_id, NOWHERE), row.hop)
    return found


#: Farther than every level.
NOWHERE = DEEPEST + 1


def _rows(chain: Iterable[Case]) -> dict[tuple[UUID, UUID], Contact]:
    found = Contact.objects.filter(case__in=[case.id for case in chain])
    rows = found.select_related("via").only(
        *("id", "case_id", "person_id", "hop", "state", "via_id", "via__person_id"),
    )
    return {(row.case_id, row.person_id): row for row in rows}


def _confirmed(
    chain: Iterable[Case], rows: Iterable[Contact]
) -> dict[tuple[UUID, UUID], ContactChange]:
    """(who was met, person) -> the act by which a human confirmed that meeting."""
    owners = {case.id: case.person_id for case in chain}
    words = {Contact.State.CONFIRMED, Contact.State.HANDED_OVER}
    stand = {row.id: row for row in rows if row.state in words}
    acts = (
        ContactChange.objects.filter(contact__in=list(stand), after=Contact.State.CONFIRMED)
        .order_by("contact", "-at", "-id")
        .distinct("contact")
    )
    found = {}
    for act in acts:
        row = stand[act.contact_id]
        found[row.via.person_id if row.via else owners[row.case_id], row.person_id] = act
    return found


def _around(
    case: Case,
    reached: Mapping[UUID, Level[UUID]],
    evidence: list[Evidence],
    rows: dict[tuple[UUID, UUID], Contact],
    confirmed: Mapping[tuple[UUID, UUID], ContactChange],
    rule: ContactRule,
) -> list[Contact]:
    """Make the missing rows of one case, the nearer first; move known ones nearer."""
    order = sorted(reached, key=lambda person: (reached[person].level, str(person)))
    missing = [
        person
        for person in order
        if reached[person].level != CASE and (case.id, person) not in rows
    ]
    persons = Person.objects.in_bulk(list(shareable(missing))) if missing else {}
    met = _meetings(evidence) if persons else {}
    fresh: list[Contact] = []
    for person in missing:
        if person not in persons:
            continue
        place = reached[person]
        row = _row(case, persons[person], place, met, rule)
        row.via = rows.get((case.id, place.via)) if place.via and place.level > 1 else None
        fresh.append(row)
        rows[case.id, person] = row
    changes = [change for row in fresh if (change := _carried(row, case, confirmed)) is not None]
    Contact.objects.bulk_create(fresh, batch_size=1000)
    ContactChange.objects.bulk_create(changes)
    _nearer(case, reached, rows)
    return fresh


def _nearer(
    case: Case,
    reached: Mapping[UUID, Level[UUID]],
    rows: Mapping[tuple[UUID, UUID], Contact],
) -> None:
    """A row moves to the nearer level of its own case; never farther without a human."""
    moved = []
    for person, place in reached.items():
        row = rows.get((case.id, person))
        if row is None or row.hop <= place.level or place.level == CASE:
            continue
        row.hop = place.level
        row.via = rows.get((case.id, place.via)) if place.via and place.level > 1 else None
        moved.append(row)
    Contact.objects.bulk_update(moved, ["hop", "via"])


def _meetings(evidence: Iterable[Evidence]) -> dict[_Pair, list[Evidence]]:
    met: dict[_Pair, list[Evidence]] = {}
    for each in evidence:
        met.setdefault(frozenset((each.link.source, each.link.person)), []).append(each)
    return met


def _row(
    case: Case,
    person: Person,
    place: Level[UUID],
    met: Mapping[_Pair, list[Evidence]],
    rule: ContactRule,
) -> Contact:
    meetings = met[frozenset((place.via or case.person_id, person.id))]
    longest = max(meetings, key=lambda each: (each.link.seconds, str(each.place)))
    starts = [each.link.start for each in meetings if each.link.start is not None]
    ends = [each.link.end for each in meetings if each.link.end is not None]
    return Contact(
        id=uuid7(),
        case=case,
        person=person,
        hop=place.level,
        source=longest.source,
        place_id=longest.place,
        seconds=min(place.seconds, _LONGEST),
        first_at=_moment(min(starts, default=None)),
        last_at=_moment(max(ends, default=None)),
        rule=f"{rule.rule}@{rule.version}",
        found_at=now(),
        home_commune=person.commune,
        home_province=person.province,
        commune=case.commune,
        province=case.province,
    )


#: The longest time together a row can hold: a column of 32 bits, 68 years.
_LONGEST = 2**31 - 1


def _carried(
    row: Contact, case: Case, confirmed: Mapping[tuple[UUID, UUID], ContactChange]
) -> ContactChange | None:
    """The human's word about the same two people, as a change of this row."""
    source = row.via.person_id if row.via else case.person_id
    word = confirmed.get((source, row.person_id))
    if word is None:
        return None
    row.state = Contact.State.CONFIRMED
    return ContactChange(
        id=uuid7(),
        contact=row,
        before=Contact.State.TO_VERIFY,
        after=Contact.State.CONFIRMED,
        reason=CARRIED,
        at=now(),
        by=word.by,
        by_name=word.by_name,
        commune=row.commune,
        province=row.province,
    )


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
