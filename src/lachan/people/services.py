"""The only writers of persons.  Each runs inside the caller's scope, with its audit event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Model
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.blindindex import indexes_of
from lachan.core.bulk import insert_many
from lachan.core.clock import now, today
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.models import DataKey
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import give_keys, open_sealed, seal, seal_with
from lachan.people import indexes, rekeying
from lachan.people.correcting import correct_person as correct_person
from lachan.people.correcting import corrected as corrected
from lachan.people.duty_planning import EARLY as EARLY
from lachan.people.duty_planning import leave_note as leave_note
from lachan.people.duty_planning import plan_duty as plan_duty
from lachan.people.duty_planning import take_over as take_over
from lachan.people.duty_planning import withdraw_duty as withdraw_duty
from lachan.people.entering import (
    Checked,
    belonging_row,
    check,
    document_or_refuse,
    document_row,
    person_row,
    phone_or_refuse,
    phone_row,
    pseudonym_row,
    residence_row,
)
from lachan.people.entering import NewPerson as NewPerson
from lachan.people.entering import Stay as Stay
from lachan.people.entering import Work as Work
from lachan.people.housing import settle_household as settle_household
from lachan.people.identity_checking import answer_check as answer_check
from lachan.people.identity_checking import ask_police as ask_police
from lachan.people.identity_checking import settle_check as settle_check
from lachan.people.joining import approve as approve
from lachan.people.joining import decide as decide
from lachan.people.joining import join as join
from lachan.people.joining import part as part
from lachan.people.joining import warnings_of as warnings_of
from lachan.people.joining import warnings_of_many as warnings_of_many
from lachan.people.letting_in import give_cookie as give_cookie
from lachan.people.models import (
    Belonging,
    BlindIndex,
    Document,
    HouseholdMember,
    Person,
    Phone,
    Representation,
    Residence,
)
from lachan.people.presenting import person_of_code as person_of_code
from lachan.people.refining import complete_birth as complete_birth
from lachan.people.refining import complete_ethnicity as complete_ethnicity
from lachan.people.refining import complete_sex as complete_sex
from lachan.people.signing_in import At as At
from lachan.people.signing_in import Cast as Cast
from lachan.people.signing_in import give_role as give_role
from lachan.people.signing_in import give_slip as give_slip
from lachan.people.signing_in import open_account as open_account
from lachan.people.signing_in import open_citizen as open_citizen
from lachan.people.working import begin_own_work as begin_own_work
from lachan.people.working import end_work as end_work
from lachan.people.working import forget_work as forget_work
from lachan.people.working import invite as invite
from lachan.people.working import sign_in_again as sign_in_again

#: rows of one INSERT of many persons
BATCH = 2000


def register_person(*, by: Principal, **new: Any) -> Person:
    """Enter somebody; the fields of `NewPerson` by name.

    Refused: name_missing, birth_unreadable, birth_in_future, document_known and the codes of the
    room formats.  What does not fit (sex, birth year) is kept as problems of the document.
    """
    [person] = _enter([check(NewPerson(**new))])
    audit.record("person.registered", target=("person", person.id), by=by)
    ring("people.person")
    return person


def register_many(people: Iterable[NewPerson], *, by: Principal) -> list[Person]:
    """Enter many at once (a roster, a list), in the order given; all or none.  Refused: as
    `register_person`, for the first that is."""
    made = _enter([check(new) for new in people])
    audit.record(
        "people.registered", target=("people", len(made)), by=by, detail={"count": len(made)}
    )
    ring("people.person")
    return made


def _enter(people: Sequence[Checked]) -> list[Person]:
    _refuse_known([number for one in people for number in one.documents.values()])
    persons = [person_row(one) for one in people]
    keys = give_keys([person.id for person in persons])
    rows = _Rows()
    for person, one in zip(persons, people, strict=True):
        _add_rows(rows, person, one, keys[person.id])
    insert_many(Person, persons)
    rows.save()
    return persons


@dataclass
class _Rows:
    """Rows of many persons, saved kind by kind."""

    found: dict[type[Model], list[Model]] = field(default_factory=dict)

    def add(self, *rows: Model) -> None:
        for row in rows:
            self.found.setdefault(type(row), []).append(row)

    def save(self) -> None:
        for model, rows in self.found.items():
            insert_many(model, rows)


def _add_rows(rows: _Rows, person: Person, one: Checked, key: bytes) -> None:
    def sealed(**fields: str) -> bytes:
        return seal_with(key, person.id, fields)

    person.sealed = sealed(name=one.name, birth=one.birth)
    texts = indexes.texts_of_name(one.name, person.birth_year)
    texts += indexes.texts_of_birth(one.birth)
    texts += [(indexes.PHONE, number) for number in one.phones]
    texts += [(indexes.DOCUMENT, number) for number in one.documents.values()]
    rows.add(pseudonym_row(person), *indexes.rows(person, texts))
    rows.add(*(phone_row(person, sealed(number=number)) for number in one.phones))
    for kind, number in one.documents.items():
        rows.add(document_row(person, kind, number, sealed(number=number)))
    stay, permanent = one.new.stay, one.new.permanent
    rows.add(residence_row(person, "stay", stay, sealed(address=stay.address)))
    if permanent is not None:
        rows.add(residence_row(person, "permanent", permanent, sealed(address=permanent.address)))
    if one.new.work is not None:
        rows.add(belonging_row(person, one.new.work))


def add_phone(*, person: Person, number: str, by: Principal) -> Phone:
    """One more way to reach the person; the same number twice is one.  Refused: phone codes."""
    plain = phone_or_refuse(number)
    known = BlindIndex.objects.filter(
        person=person, kind=indexes.PHONE, hmac__in=indexes_of(indexes.PHONE, plain)
    )
    if known.exists():
        for phone in Phone.objects.filter(person=person, until=None):
            if open_sealed(person.id, bytes(phone.sealed))["number"] == plain:
                return phone
    phone = phone_row(person, seal(person.id, {"number": plain}))
    phone.save(force_insert=True)
    indexes.add(person, [(indexes.PHONE, plain)])
    _compare_again(person)
    audit.record("person.phone_added", target=("person", person.id), by=by)
    return phone


def end_phone(*, phone: Phone, by: Principal) -> None:
    """The person is not reached by this number any more; it stays on record as it was."""
    phone.until = today()
    phone.save(update_fields=["until"])
    audit.record("person.phone_ended", target=("person", phone.person_id), by=by)


def add_document(*, person: Person, kind: str, number: str, by: Principal) -> Document:
    """One more paper, checked and cross-checked.  Refused: document_known, identity codes."""
    plain = document_or_refuse(kind, number)
    _refuse_known([plain])
    document = document_row(person, kind, plain, seal(person.id, {"number": plain}))
    document.save(force_insert=True)
    indexes.add(person, [(indexes.DOCUMENT, plain)])
    _compare_again(person)
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
    residence = residence_row(
        person, "stay", stay, seal(person.id, {"address": stay.address}), since
    )
    residence.save(force_insert=True)
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
    row = residence_row(person, "permanent", residence, sealed, since)
    row.save(force_insert=True)
    audit.record("person.permanent_set", target=("person", person.id), by=by)
    return row


def add_belonging(*, person: Person, work: Work, by: Principal) -> Belonging:
    """Where the person works or learns; earlier ones stay."""
    belonging = belonging_row(person, work)
    belonging.save(force_insert=True)
    audit.record("person.belonging_added", target=("person", person.id), by=by)
    return belonging


def renew_belongings(works: Mapping[UUID, Work], *, by: Principal) -> int:
    """Where many persons work or learn by a list of today: who stands elsewhere in the same body
    ends there and begins here; what is known already changes nothing.  How many are new."""
    standing: dict[UUID, list[Belonging]] = {}
    for row in Belonging.objects.filter(person__in=list(works), until=None):
        standing.setdefault(row.person_id, []).append(row)
    persons = Person.objects.in_bulk(list(works))
    ended: list[UUID] = []
    fresh: list[Belonging] = []
    for person_id, work in works.items():
        rows = [row for row in standing.get(person_id, []) if _same_body(row, work)]
        if any(_same_place(row, work) for row in rows) or person_id not in persons:
            continue
        ended += [row.id for row in rows]
        fresh.append(belonging_row(persons[person_id], work))
    Belonging.objects.filter(pk__in=ended).update(until=today())
    Belonging.objects.bulk_create(fresh, batch_size=BATCH)
    if fresh:
        audit.record(
            "people.belongings_renewed",
            target=("people", len(fresh)),
            by=by,
            detail={"count": len(fresh)},
        )
    return len(fresh)


def _same_body(row: Belonging, work: Work) -> bool:
    return row.kind == work.kind and (row.organisation, row.name) == (work.organisation, work.name)


def _same_place(row: Belonging, work: Work) -> bool:
    return (row.unit, row.line, row.shift) == (work.unit, work.line, work.shift)


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


def _compare_again(person: Person) -> None:
    """More is known: the worker looks again whether another record is the same person."""
    Person.objects.filter(id=person.id).update(matched_at=None)
    ring("people.person")


def _refuse_known(numbers: Sequence[str]) -> None:
    hmacs = [found for number in numbers for found in indexes_of(indexes.DOCUMENT, number)]
    if len(set(numbers)) < len(numbers) or (
        hmacs and BlindIndex.objects.filter(kind=indexes.DOCUMENT, hmac__in=hmacs).exists()
    ):
        raise Refused(
            "document_known", _("Somebody with this document is registered. Search for them.")
        )


def reindex() -> int:
    """Blind a batch of persons' indexes with the newest key; give how many, 0 when none is left."""
    return rekeying.reindex()


def reseal_second_factors() -> int:
    """Seal the second factors of staff with the newest key; give how many."""
    return rekeying.reseal_second_factors()
