"""What a rotation of keys means for people: indexes and second factors move to the newest keys.

Run by `lachan keys rotate` in a system scope, batch by batch; what was stopped is gone on with.
"""

from uuid import UUID

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from lachan.core.blindindex import index_version
from lachan.core.sealing import open_many
from lachan.people import indexes
from lachan.people.models import BlindIndex, Document, Person, Phone

#: Persons of one transaction.
BATCH = 500

#: Fields of a second factor that hold something sealed.  Source: allauth.mfa, TOTP and codes.
_SEALED_FIELDS = ("secret", "seed")


def reindex(limit: int = BATCH) -> int:
    """Blind the indexes of up to `limit` persons with the newest key; give how many there were."""
    stale = BlindIndex.objects.exclude(key_version=index_version())
    found = list(stale.order_by().values_list("person_id", flat=True).distinct()[:limit])
    for person_id in found:
        texts = _texts(person_id)
        indexes.forget(person_id)
        if texts:
            indexes.add(Person.objects.get(id=person_id), texts)
    return len(found)


def _texts(person_id: UUID) -> list[tuple[str, str]]:
    person = Person.objects.get(id=person_id)
    if person.erased_at is not None:
        return []
    phones = list(Phone.objects.filter(person=person, until=None))
    papers = list(Document.objects.filter(person=person))
    sealed = [person.sealed, *(row.sealed for row in phones), *(row.sealed for row in papers)]
    named, *numbers = open_many([(person.id, bytes(blob)) for blob in sealed])
    kinds = [indexes.PHONE] * len(phones) + [indexes.DOCUMENT] * len(papers)
    return [
        *indexes.texts_of_name(named["name"], person.birth_year),
        *indexes.texts_of_birth(str(named.get("birth", ""))),
        *((kind, row["number"]) for kind, row in zip(kinds, numbers, strict=True)),
    ]


def reseal_second_factors() -> int:
    """Seal every app's secret and sheet of codes with the newest key; give how many there were."""
    adapter = get_adapter()
    count = 0
    for factor in Authenticator.objects.all():
        for field in _SEALED_FIELDS:
            if field in factor.data:
                factor.data[field] = adapter.encrypt(adapter.decrypt(factor.data[field]))
        factor.save(update_fields=["data"])
        count += 1
    return count
