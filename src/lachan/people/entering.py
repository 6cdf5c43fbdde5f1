"""What somebody tells about a person, checked and made into rows; nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.formats.dates import read_date
from lachan.formats.identity import (
    IdentityRefused,
    cross_check,
    read_document,
    read_personal_number,
)
from lachan.formats.phones import PhoneRefused, read_phone
from lachan.people.models import Belonging, Document, Person, Phone, Pseudonym, Residence

#: characters of a written birth date -> how precise it is.
PRECISION = {0: "", 4: "year", 7: "month", 10: "day"}


@dataclass(frozen=True, slots=True)
class Stay:
    """Where somebody stays: today's commune and province, and the unit of the time it was told
    (`unit`, the commune itself when left out)."""

    commune: int
    province: int
    address: str = ""
    unit: int | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """Workplace or school of somebody: `kind` work or school."""

    kind: str
    organisation: UUID | None = None
    place: UUID | None = None
    name: str = ""
    unit: str = ""
    line: str = ""
    shift: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to enter.  `birth` in any written form and precision; `documents` kind -> number."""

    full_name: str
    stay: Stay
    birth: str = ""
    sex: str = ""
    phones: Sequence[str] = ()
    documents: Mapping[str, str] = field(default_factory=dict)
    permanent: Stay | None = None
    work: Work | None = None
    nationality: str = "VN"
    ethnicity: int | None = None
    occupation: str = ""
    excluded: bool = False
    vouched_by: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A new person whose every text was read: one spelling each."""

    new: NewPerson
    name: str
    birth: str
    phones: Sequence[str]
    documents: Mapping[str, str]


def check(new: NewPerson) -> Checked:
    """Refused: name_missing, birth_unreadable, birth_in_future, phone and document codes."""
    name = " ".join(new.full_name.split())
    if not name:
        raise Refused("name_missing", _("Write the name as it stands on the document."))
    return Checked(
        new=new,
        name=name,
        birth=birth_or_refuse(new.birth),
        phones=list(dict.fromkeys(phone_or_refuse(phone) for phone in new.phones)),
        documents={kind: document_or_refuse(kind, text) for kind, text in new.documents.items()},
    )


def phone_or_refuse(text: str) -> str:
    """The one spelling of a phone number.  Refused: phone_empty, phone_shape."""
    try:
        return read_phone(text).number
    except PhoneRefused as refused:
        raise Refused(
            refused.code,
            _("This is not a phone number: write ten digits, such as 0912 345 678."),
        ) from None


def document_or_refuse(kind: str, text: str) -> str:
    """The one spelling of a document's number.  Refused: the identity codes of formats."""
    try:
        return read_document(kind, text)
    except IdentityRefused as refused:
        raise Refused(refused.code, _document_sentence(refused.code)) from None


def _document_sentence(code: str) -> str:
    sentences = {
        "number_length": _("An identity card has 12 digits, an old one 9. Look for a lost zero."),
        "number_province": _("No province ever had these first three digits. Read them again."),
        "passport_shape": _("A passport number has 5 to 9 letters and digits."),
        "insurance_shape": _("An insurance card has 15 characters, or 10 digits since 2021."),
    }
    return sentences.get(code, _("This is not the number of such a document."))


def birth_or_refuse(text: str) -> str:
    """ISO as far as known, "" when nothing is.  Refused: birth_unreadable, birth_in_future."""
    if not text.strip():
        return ""
    born = read_date(text)
    if not born:
        raise Refused(
            "birth_unreadable", _("Write the birth date as 05/03/1990, or only the year.")
        )
    if born > today().isoformat():
        raise Refused("birth_in_future", _("This birth date lies in the future."))
    return born


def person_row(checked: Checked) -> Person:
    """The register's row, not yet sealed."""
    new = checked.new
    return Person(
        id=uuid7(),
        commune=new.stay.commune,
        province=new.stay.province,
        birth_year=int(checked.birth[:4]) if checked.birth else None,
        birth_precision=PRECISION[len(checked.birth)],
        sex=new.sex,
        nationality=new.nationality,
        ethnicity=new.ethnicity,
        occupation=new.occupation,
        excluded=new.excluded,
        vouched_by=new.vouched_by,
        made_at=now(),
    )


def pseudonym_row(person: Person) -> Pseudonym:
    """A random trace_id: it tells nothing about the person and nothing about when."""
    return Pseudonym(
        person=person, trace_id=uuid4(), commune=person.commune, province=person.province
    )


def phone_row(person: Person, sealed: bytes) -> Phone:
    """Reached by this number from today."""
    return Phone(**_located(person), sealed=sealed, since=today())


def document_row(person: Person, kind: str, number: str, sealed: bytes) -> Document:
    """A paper, with what does not fit the person."""
    problems: tuple[str, ...] = ()
    if kind == Document.Kind.CCCD:
        problems = cross_check(
            read_personal_number(number),
            sex=person.sex,
            birth_year=person.birth_year,
            this_year=today().year,
        )
    return Document(**_located(person), kind=kind, sealed=sealed, problems=list(problems))


def residence_row(
    person: Person, kind: str, stay: Stay, sealed: bytes, since: date | None = None
) -> Residence:
    """A stay or permanent residence from `since`, else from the stay's own day, else today."""
    return Residence(
        **_located(person),
        kind=kind,
        unit=stay.unit or stay.commune,
        sealed=sealed,
        since=since or stay.since or today(),
    )


def belonging_row(person: Person, work: Work) -> Belonging:
    """A workplace or school."""
    return Belonging(
        **_located(person),
        kind=work.kind,
        organisation=work.organisation,
        place=work.place,
        name=work.name,
        unit=work.unit,
        line=work.line,
        shift=work.shift,
        since=work.since or today(),
    )


def _located(person: Person) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "person": person,
        "commune": person.commune,
        "province": person.province,
    }
