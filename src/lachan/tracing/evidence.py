"""What the engine found, written down as links; a new answer takes the place of the one before."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import Principal
from lachan.tracing.models import Case, Contact, ContactLink, Source

#: What the engine answers from: computed, so a new run may say it differently.
COMPUTED = (Source.SCAN, Source.ENCOUNTER, Source.HOUSEHOLD)

#: Why a computed link no longer holds.
RECOMPUTED = "recomputed"


def of_run(
    case: Case, rows: Mapping[UUID, Contact], found: Iterable[UUID], system: Principal
) -> None:
    """Write a link to everybody a run found (`rows` by person), and end those it found no more."""
    standing = {
        link.person_id: link
        for link in ContactLink.objects.filter(
            case=case, source_person=case.person_id, source__in=COMPUTED, withdrawn_at=None
        )
    }
    wanted = {person: _link(case, rows[person], system) for person in found if person in rows}
    fresh = [link for person, link in wanted.items() if not _same(link, standing.get(person))]
    kept = {person for person, link in wanted.items() if _same(link, standing.get(person))}
    ended = [link.id for person, link in standing.items() if person not in kept]
    ContactLink.objects.filter(pk__in=ended).update(withdrawn_at=now(), withdrawn_for=RECOMPUTED)
    ContactLink.objects.bulk_create(fresh)


def of_second_level(case: Case, found: Mapping[tuple[UUID, UUID], Contact], by: Principal) -> None:
    """The same for whom a run found around contacts: (contact, person met) -> the person's row."""
    rows = ContactLink.objects.filter(case=case, source__in=COMPUTED, withdrawn_at=None)
    standing = {
        (link.source_person_id, link.person_id): link
        for link in rows.exclude(source_person=case.person_id)
    }
    wanted = {pair: _link(case, row, by, source=pair[0]) for pair, row in found.items()}
    kept = {pair for pair, link in wanted.items() if _same(link, standing.get(pair))}
    ended = [link.id for pair, link in standing.items() if pair not in kept]
    ContactLink.objects.filter(pk__in=ended).update(withdrawn_at=now(), withdrawn_for=RECOMPUTED)
    ContactLink.objects.bulk_create(link for pair, link in wanted.items() if pair not in kept)


def _same(link: ContactLink, other: ContactLink | None) -> bool:
    if other is None:
        return False
    told = ("source", "place_id", "first_at", "last_at", "seconds")
    return all(getattr(link, name) == getattr(other, name) for name in told)


def _link(case: Case, row: Contact, by: Principal, source: UUID | None = None) -> ContactLink:
    return ContactLink(
        id=uuid7(),
        case=case,
        source_person_id=source or case.person_id,
        person_id=row.person_id,
        source=_source(row),
        place_id=row.place_id,
        first_at=row.first_at,
        last_at=row.last_at,
        seconds=row.seconds,
        found_at=now(),
        by=by.account,
        by_name=by.name,
        commune=case.commune,
        province=case.province,
    )


def _source(row: Contact) -> str:
    """A row a human named first is linked anew by what the engine saw."""
    if row.source in COMPUTED:
        return row.source
    if row.place_id is not None:
        return Source.SCAN
    return Source.ENCOUNTER if row.seconds else Source.HOUSEHOLD
