"""Records opened for a comparison: what `linkage` asks for, many at once."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from lachan.core.sealing import open_many
from lachan.people import indexes
from lachan.people.linkage import Known
from lachan.people.models import BlindIndex, Document, Person, Phone


def known_of(person_ids: Iterable[UUID]) -> dict[UUID, Known]:
    """What this scope knows of each; nobody erased is in it."""
    rows = list(Person.objects.filter(id__in=list(person_ids), erased_at=None))
    ids = [row.id for row in rows]
    opened = open_many([(row.id, bytes(row.sealed)) for row in rows])
    papers = _by_person(Document.objects.filter(person__in=ids))
    phones = _by_person(Phone.objects.filter(person__in=ids, until=None))
    crowds = _crowds(ids)
    return {
        row.id: Known(
            name=fields["name"],
            birth=fields["birth"],
            sex=row.sex,
            documents=tuple((kind, number) for kind, number in papers.get(row.id, ())),
            phones=tuple(
                (number, crowds.get(row.id, 1)) for _kind, number in phones.get(row.id, ())
            ),
            commune=row.commune,
        )
        for row, fields in zip(rows, opened, strict=True)
    }


def _by_person(rows: Iterable[Document | Phone]) -> dict[UUID, list[tuple[str, str]]]:
    """person -> (kind, number)."""
    listed = list(rows)
    opened = open_many([(row.person_id, bytes(row.sealed)) for row in listed])
    found: dict[UUID, list[tuple[str, str]]] = {}
    for row, fields in zip(listed, opened, strict=True):
        kind = row.kind if isinstance(row, Document) else "phone"
        found.setdefault(row.person_id, []).append((kind, fields["number"]))
    return found


def _crowds(ids: list[UUID]) -> dict[UUID, int]:
    """person -> how many are reached by the most shared of its phones."""
    own = list(
        BlindIndex.objects.filter(person__in=ids, kind=indexes.PHONE).values_list(
            "person_id", "hmac"
        )
    )
    hmacs = {bytes(hmac) for _person, hmac in own}
    rows = BlindIndex.objects.filter(kind=indexes.PHONE, hmac__in=list(hmacs))
    reached = Counter(bytes(hmac) for hmac in rows.values_list("hmac", flat=True))
    found: dict[UUID, int] = {}
    for person, hmac in own:
        found[person] = max(found.get(person, 1), reached[bytes(hmac)])
    return found
