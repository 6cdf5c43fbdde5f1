"""The only writers of persons.  Each runs inside the caller's scope, with its audit event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.blindindex import indexes_of
from lachan.core.clock import now, today
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.models import DataKey
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import open_sealed, seal, seal_first, seal_with
from lachan.formats.dates import read_date
from lachan.formats.identity import (
    IdentityRefused,
    cross_check,
    read_document,
    read_personal_number,
)
from lachan.formats.phones import PhoneRefused, read_phone
from lachan.people import indexes
from lachan.people.models import (
    Belonging,
    BlindIndex,
    Document,
    HouseholdMember,
    Person,
    Phone,
    Pseudonym,
    Representation,
    Residence,
)
from lachan.people.presenting import person_of_code as person_of_code
from lachan.people.signing_in import At as At
from lachan.people.signing_in import Cast as Cast
from lachan.people.signing_in import give_role as give_role
from lachan.people.signing_in import give_slip as give_slip
from lachan.people.signing_in import open_account as open_account
from lachan.people.signing_in import open_citizen as open_citizen

_PRECISION = {0: "", 4: "year", 7: "month", 10: "day"}


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


def register_person(
    *,
    full_name: str,
    stay: Stay,
    by: Principal,
    birth: str = "",
    sex: str = "",
    phones: Sequence[str] = (),
    documents: Mapping[str, str] | None = None,
    permanent: Stay | None = None,
    work: Work | None = None,
    **more: Any,
) -> Person:
    """Enter somebody.  `birth` in any written form and precision; `documents` kind -> number;
    `more`: nationality, ethnicity, occupation, excluded, vouched_by.

    Refused: name_missing, birth_unreadable, birth_in_future, document_known and the codes of the
    room formats.  What does not fit (sex, birth year) is kept as problems of the document.
    """
    name = " ".join(full_name.split())
    if not name:
        raise Refused("name_missing", _("Write the name as it stands on the document."))
    born = _birth(birth)
    numbers = [read_phone_or_refuse(phone) for phone in phones]
    papers = {kind: read_document_or_refuse(kind, text) for kind, text in (documents or {}).items()}
    _refuse_known(papers.values())
    person = Person(
        id=uuid7(),
        commune=stay.commune,
        province=stay.province,
        birth_year=int(born[:4]) if born else None,
        birth_precision=_PRECISION[len(born)],
        sex=sex,
        made_at=now(),
        **more,
    )
    person.sealed, key = seal_first(person.id, {"name": name, "birth": born})
    person.save(force_insert=True)
    _give_pseudonym(person)
    indexes.add(person, indexes.texts_of_name(name, person.birth_year))
    for number in numbers:
        _insert_phone(person, number, seal_with(key, person.id, {"number": number}))
    for kind, number in papers.items():
        _insert_document(person, kind, number, seal_with(key, person.id, {"number": number}))
    for kind, where in (("stay", stay), ("permanent", permanent)):
        if where is not None:
            sealed = seal_with(key, person.id, {"address": where.address})
            _insert_residence(person, kind, where, sealed)
    if work is not None:
        _insert_belonging(person, work)
    audit.record("person.registered", target=("person", person.id), by=by)
    ring("people.person")
    return person


def add_phone(*, person: Person, number: str, by: Principal) -> Phone:
    """One more way to reach the person; the same number twice is one.  Refused: phone codes."""
    plain = read_phone_or_refuse(number)
    known = BlindIndex.objects.filter(
        person=person, kind=indexes.PHONE, hmac__in=indexes_of(indexes.PHONE, plain)
    )
    if known.exists():
        for phone in Phone.objects.filter(person=person, until=None):
            if open_sealed(person.id, bytes(phone.sealed))["number"] == plain:
                return phone
    phone = _insert_phone(person, plain, seal(person.id, {"number": plain}))
    audit.record("person.phone_added", target=("person", person.id), by=by)
    return phone


def end_phone(*, phone: Phone, by: Principal) -> None:
    """The person is not reached by this number any more; it stays on record as it was."""
    phone.until = today()
    phone.save(update_fields=["until"])
    audit.record("person.phone_ended", target=("person", phone.person_id), by=by)


def add_document(*, person: Person, kind: str, number: str, by: Principal) -> Document:
    """One more paper, checked and cross-checked.  Refused: document_known, identity codes."""
    plain = read_document_or_refuse(kind, number)
    _refuse_known([plain])
    document = _insert_document(person, kind, plain, seal(person.id, {"number": plain}))
    audit.record("person.document_added", target=("person", person.id), by=by)
    return document


def move_stay(*, person: Person, stay: Stay, by: Principal) -> Residence:
    """The person stays elsewhere from a day on: the old stay ends, everything known of the person
    is now worked with in the new commune.  Refused: stay_before_last."""
    since = stay.since or today()
    last = Residence.objects.filter(person=person, kind=Residence.Kind.STAY, until=None).first()
    if last is not None:
        if since < last.since:
            raise Refused(
                "stay_before_last", _("The person moved here later than that. Check the day.")
            )
        last.until = since
        last.save(update_fields=["until"])
    residence = _insert_residence(
        person, "stay", stay, seal(person.id, {"address": stay.address}), since
    )
    where = {"commune": stay.commune, "province": stay.province}
    audit.record("person.moved", target=("person", person.id), by=by, detail=where)
    # Last: after it, an officer of the old commune sees nothing of the person any more.
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select core.move_person(%s, %s, %s)", [person.id, stay.commune, stay.province]
        )
    person.commune, person.province = stay.commune, stay.province
    return residence


def set_permanent(*, person: Person, residence: Stay, by: Principal) -> Residence:
    """Where the person is registered, from a day on."""
    since = residence.since or today()
    Residence.objects.filter(person=person, kind="permanent", until=None).update(until=since)
    sealed = seal(person.id, {"address": residence.address})
    row = _insert_residence(person, "permanent", residence, sealed, since)
    audit.record("person.permanent_set", target=("person", person.id), by=by)
    return row


def add_belonging(*, person: Person, work: Work, by: Principal) -> Belonging:
    """Where the person works or learns; earlier ones stay."""
    belonging = _insert_belonging(person, work)
    audit.record("person.belonging_added", target=("person", person.id), by=by)
    return belonging


def join_household(
    *, persons: Mapping[UUID, str], household: UUID | None = None, by: Principal
) -> UUID:
    """Put persons (id -> relation) into one household, a new one when none is named; whoever lived
    in another leaves it today."""
    household = household or uuid7()
    rows = list(Person.objects.filter(id__in=persons))
    HouseholdMember.objects.filter(person__in=rows, until=None).update(until=today())
    for person in rows:
        HouseholdMember(
            id=uuid7(),
            person=person,
            commune=person.commune,
            province=person.province,
            household=household,
            relation=persons[person.id],
            since=today(),
        ).save(force_insert=True)
    audit.record("household.joined", target=("household", household), by=by)
    return household


def represent(
    *,
    person: Person,
    speaker: Person,
    ground: str,
    said_to: str,
    by: Principal,
    until: date | None = None,
) -> Representation:
    """`speaker` may declare for `person` from today.  Refused: represents_himself,
    consent_missing.  The worker then opens the person's rows to the speaker's account."""
    if person.id == speaker.id:
        raise Refused("represents_himself", _("Everybody speaks for themselves already."))
    if not said_to.strip():
        raise Refused("consent_missing", _("Write how and to whom the consent was given."))
    row = Representation(
        id=uuid7(),
        person=person,
        commune=person.commune,
        province=person.province,
        speaker=speaker,
        ground=ground,
        said_to=said_to.strip(),
        since=today(),
        until=until,
    )
    row.save(force_insert=True)
    audit.record("person.represented", target=("person", person.id), by=by)
    ring("people.representation")
    return row


def register_represented(
    *, speaker: Person, ground: str, said_to: str, by: Principal, **person: Any
) -> Person:
    """Enter somebody for whom `speaker` declares, with the ground.  Refused: as `register_person`
    and `represent`."""
    made = register_person(**person, by=by)
    represent(person=made, speaker=speaker, ground=ground, said_to=said_to, by=by)
    return made


def erase_person(*, person: Person, by: Principal) -> None:
    """Destroy the person's key and everything the person is found by; the facts stay.  Only in a
    system scope: the database refuses it elsewhere.  Refused: erase_not_here."""
    if not by.system:
        raise Refused("erase_not_here", _("An erasure is carried out by the installation itself."))
    indexes.forget(person.id)
    DataKey.objects.filter(person=person.id).delete()
    Person.objects.filter(id=person.id).update(erased_at=now(), occupation="", vouched_by="")
    audit.record("person.erased", target=("person", person.id), by=by)


def read_phone_or_refuse(text: str) -> str:
    """The one spelling of a phone number.  Refused: phone_empty, phone_shape."""
    try:
        return read_phone(text).number
    except PhoneRefused as refused:
        raise Refused(
            refused.code,
            _("This is not a phone number: write ten digits, such as 0912 345 678."),
        ) from None


def read_document_or_refuse(kind: str, text: str) -> str:
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


def _birth(text: str) -> str:
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


def _refuse_known(numbers: Iterable[str]) -> None:
    for number in numbers:
        hmacs = indexes_of(indexes.DOCUMENT, number)
        if BlindIndex.objects.filter(kind=indexes.DOCUMENT, hmac__in=hmacs).exists():
            raise Refused(
                "document_known", _("Somebody with this document is registered. Search for them.")
            )


def _located(person: Person) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "person": person,
        "commune": person.commune,
        "province": person.province,
    }


def _give_pseudonym(person: Person) -> None:
    Pseudonym(
        person=person, trace_id=uuid4(), commune=person.commune, province=person.province
    ).save(force_insert=True)


def _insert_phone(person: Person, number: str, sealed: bytes) -> Phone:
    phone = Phone(**_located(person), sealed=sealed, since=today())
    phone.save(force_insert=True)
    indexes.add(person, [(indexes.PHONE, number)])
    return phone


def _insert_document(person: Person, kind: str, number: str, sealed: bytes) -> Document:
    problems: tuple[str, ...] = ()
    if kind == Document.Kind.CCCD:
        problems = cross_check(
            read_personal_number(number),
            sex=person.sex,
            birth_year=person.birth_year,
            this_year=today().year,
        )
    document = Document(**_located(person), kind=kind, sealed=sealed, problems=list(problems))
    document.save(force_insert=True)
    indexes.add(person, [(indexes.DOCUMENT, number)])
    return document


def _insert_residence(
    person: Person, kind: str, stay: Stay, sealed: bytes, since: date | None = None
) -> Residence:
    residence = Residence(
        **_located(person),
        kind=kind,
        unit=stay.unit or stay.commune,
        sealed=sealed,
        since=since or stay.since or today(),
    )
    residence.save(force_insert=True)
    return residence


def _insert_belonging(person: Person, work: Work) -> Belonging:
    belonging = Belonging(
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
    belonging.save(force_insert=True)
    return belonging
