"""What a person is found by: one spelling per thing, blinded."""

from collections.abc import Iterable
from uuid import UUID

from lachan.core.blindindex import index_of, index_version
from lachan.core.ids import uuid7
from lachan.formats.vietnamese import fold
from lachan.people.models import BlindIndex, Person

PHONE = "phone"
DOCUMENT = "document"
NAME = "name"
GIVEN_YEAR = "given_year"
BIRTH = "birth"


def texts_of_name(full_name: str, birth_year: int | None) -> list[tuple[str, str]]:
    """The folded full name, and the folded given name with the birth year where it is known."""
    folded = fold(full_name)
    found = [(NAME, folded)]
    if folded and birth_year is not None:
        found.append((GIVEN_YEAR, f"{folded.split()[-1]} {birth_year}"))
    return [(kind, text) for kind, text in found if text]


def texts_of_birth(birth: str) -> list[tuple[str, str]]:
    """The whole birth date, by which another name is found; nothing where it is known in part."""
    return [(BIRTH, birth)] if len(birth) == len("2000-01-01") else []


def add(person: Person, texts: Iterable[tuple[str, str]]) -> None:
    """Make the person findable by these (kind, text); repeating changes nothing."""
    BlindIndex.objects.bulk_create(rows(person, texts), ignore_conflicts=True)


def rows(person: Person, texts: Iterable[tuple[str, str]]) -> list[BlindIndex]:
    """The same, not yet written."""
    version = index_version()
    return [
        BlindIndex(
            id=uuid7(),
            person=person,
            commune=person.commune,
            province=person.province,
            kind=kind,
            hmac=index_of(kind, text),
            key_version=version,
        )
        for kind, text in dict.fromkeys(texts)
    ]


def forget(person: UUID, texts: Iterable[tuple[str, str]] | None = None) -> None:
    """Make the person unfindable, by these or by everything; only in a system scope."""
    found = BlindIndex.objects.filter(person=person)
    for kind, text in texts or ():
        found.filter(kind=kind, hmac=index_of(kind, text)).delete()
    if texts is None:
        found.delete()
