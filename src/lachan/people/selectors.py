"""Reads of persons.  Every read is bounded by the running scope: the database sees to it."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from lachan.core.blindindex import indexes_of
from lachan.core.clock import today
from lachan.core.models import Look
from lachan.core.scope import Principal
from lachan.core.sealing import Fields, open_many
from lachan.formats import qr
from lachan.formats.identity import IdentityRefused, read_document
from lachan.formats.phones import PhoneRefused, read_phone
from lachan.formats.vietnamese import fold
from lachan.people import indexes
from lachan.people.duty_reading import DutyUnit as DutyUnit
from lachan.people.duty_reading import OnDuty as OnDuty
from lachan.people.duty_reading import duties_of as duties_of
from lachan.people.duty_reading import duty_of as duty_of
from lachan.people.duty_reading import duty_unit_of as duty_unit_of
from lachan.people.duty_reading import known_names as known_names
from lachan.people.duty_reading import notes_of as notes_of
from lachan.people.duty_reading import on_duty as on_duty
from lachan.people.duty_reading import on_duty_in as on_duty_in
from lachan.people.duty_reading import unread_notes as unread_notes
from lachan.people.homes import Home as Home
from lachan.people.homes import Lived as Lived
from lachan.people.homes import homes_of as homes_of
from lachan.people.homes import household_id_of as household_id_of
from lachan.people.homes import households as households
from lachan.people.homes import lived_in as lived_in
from lachan.people.homes import older_than as older_than
from lachan.people.homes import residents as residents
from lachan.people.homes import who_lives_in as who_lives_in
from lachan.people.matching import Wanted as Wanted
from lachan.people.matching import match_many as match_many
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
from lachan.people.same_reading import across_provinces as across_provinces
from lachan.people.same_reading import checks as checks
from lachan.people.same_reading import decided_pairs as decided_pairs
from lachan.people.same_reading import facts_of as facts_of
from lachan.people.same_reading import link_of as link_of
from lachan.people.same_reading import links_of as links_of
from lachan.people.same_reading import pair_of as pair_of
from lachan.people.same_reading import pairs as pairs
from lachan.people.same_reading import same_persons as same_persons
from lachan.people.same_reading import same_persons_of as same_persons_of
from lachan.people.same_reading import standing_links as standing_links
from lachan.people.same_reading import waiting_pairs as waiting_pairs

#: A search that finds more than this has not yet said whom it means.
FOUND_AT_MOST = 50
#: Looks shown on one page; older ones stay on record.
LOOKS_AT_MOST = 200

_YEAR = re.compile(r"(?:18|19|20|21)\d{2}")


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What fits on a card.  `birth` is as precise as it is known ("1990", "1990-03-05"); `name` is
    "" when the person was erased; `phone` and `address` are "" when there is none."""

    person: UUID
    name: str
    birth_year: int | None
    birth: str
    sex: str
    phone: str
    address: str
    commune: int
    province: int
    excluded: bool
    erased: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A document with its number, and codes of what does not fit the person."""

    kind: str
    label: str
    number: str
    problems: Sequence[str]


@dataclass(frozen=True, slots=True)
class Stay:
    """A residence as shown: `kind` stay or permanent, `unit` the commune of its time."""

    kind: str
    label: str
    unit: int
    address: str
    since: date
    until: date | None


def card_of(person_id: UUID) -> PersonCard | None:
    """The card of one person, None when this scope does not see the person."""
    return cards_of([person_id]).get(person_id)


def cards_of(person_ids: Iterable[UUID]) -> dict[UUID, PersonCard]:
    """Cards of the persons this scope sees, by id, with five statements however many there are."""
    persons = {person.id: person for person in Person.objects.filter(id__in=list(person_ids))}
    living = [person for person in persons.values() if person.erased_at is None]
    ids = [person.id for person in living]
    names = _opened([(person.id, bytes(person.sealed)) for person in living])
    phones = _opened(_current(Phone.objects.filter(person__in=ids)))
    stays = _opened(_current(Residence.objects.filter(person__in=ids, kind=Residence.Kind.STAY)))
    return {
        person.id: PersonCard(
            person=person.id,
            name=names.get(person.id, {}).get("name", ""),
            birth_year=person.birth_year,
            birth=names.get(person.id, {}).get("birth", ""),
            sex=person.sex,
            phone=phones.get(person.id, {}).get("number", ""),
            address=stays.get(person.id, {}).get("address", ""),
            commune=person.commune,
            province=person.province,
            excluded=person.excluded,
            erased=person.erased_at is not None,
        )
        for person in persons.values()
    }


def _current(rows: Iterable[Phone | Residence]) -> list[tuple[UUID, bytes]]:
    """(person, sealed) of the facts that hold today, newest last."""
    day = today()
    holding = [row for row in rows if row.until is None or row.until > day]
    return [
        (row.person_id, bytes(row.sealed)) for row in sorted(holding, key=lambda row: row.since)
    ]


def _opened(sealed: Sequence[tuple[UUID, bytes]]) -> dict[UUID, Fields]:
    return dict(zip((person for person, _blob in sealed), open_many(sealed), strict=True))


def by_trace_ids(trace_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """trace_id -> person, of those this scope sees."""
    rows = Pseudonym.objects.filter(trace_id__in=list(trace_ids))
    return dict(rows.values_list("trace_id", "person_id"))


def trace_ids_of(person_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """person -> trace_id, of those this scope sees."""
    rows = Pseudonym.objects.filter(person__in=list(person_ids))
    return dict(rows.values_list("person_id", "trace_id"))


def find_people(text: str, by: Principal) -> list[PersonCard]:
    """Whom `text` means: a phone, a document, a scanned card, a name with or without diacritics,
    or a given name and a birth year.  At most FOUND_AT_MOST, by name and birth year."""
    wanted = _asked(text)
    if not wanted:
        return []
    condition = Q()
    for kind, plain in wanted:
        condition |= Q(kind=kind, hmac__in=indexes_of(kind, plain))
    rows = BlindIndex.objects.filter(condition)
    if by.commune is not None:
        rows = rows.filter(commune=by.commune)
    elif by.province is not None:
        rows = rows.filter(province=by.province)
    ids = rows.values_list("person_id", flat=True).distinct()[: FOUND_AT_MOST + 1]
    cards = [card for card in cards_of(ids).values() if not card.erased]
    year = _year_in(text)
    if year is not None and any(card.birth_year == year for card in cards):
        cards = [card for card in cards if card.birth_year == year]
    return sorted(cards, key=lambda card: (fold(card.name), card.birth))


def indexed_by(text: str) -> QuerySet[BlindIndex, UUID]:
    """The persons of this scope whom `text` means, as a subquery; nothing is opened for it."""
    condition = Q(pk__in=[])
    for kind, plain in _asked(text):
        condition |= Q(kind=kind, hmac__in=indexes_of(kind, plain))
    return BlindIndex.objects.filter(condition).values_list("person_id", flat=True)


def phone_mates(person_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Who else of this scope is reached by the same number, for those who share one."""
    mine = dict[bytes, set[UUID]]()
    own = BlindIndex.objects.filter(kind=indexes.PHONE, person__in=list(person_ids))
    for person, hmac in own.values_list("person_id", "hmac"):
        mine.setdefault(bytes(hmac), set()).add(person)
    found: dict[UUID, set[UUID]] = {}
    rows = BlindIndex.objects.filter(kind=indexes.PHONE, hmac__in=list(mine))
    for other, hmac in rows.values_list("person_id", "hmac"):
        for person in mine[bytes(hmac)] - {other}:
            found.setdefault(person, set()).add(other)
    return found


def _asked(text: str) -> list[tuple[str, str]]:
    """The (kind, text) pairs by which `text` may be found."""
    text = text.strip()
    scanned = qr.read(text, this_year=today().year)
    if scanned.kind in ("cccd", "bhyt", "personal_2021"):
        return [(indexes.DOCUMENT, scanned.fields["number"])]
    asked = []
    with suppress(PhoneRefused):
        asked.append((indexes.PHONE, read_phone(text).number))
    for kind in Document.Kind.values:
        try:
            asked.append((indexes.DOCUMENT, read_document(kind, text)))
        except IdentityRefused:
            continue
    folded = fold(text)
    words = folded.split()
    year = _year_in(text)
    if year is not None and len(words) == 2:
        asked.append((indexes.GIVEN_YEAR, folded))
    name = " ".join(word for word in words if not _YEAR.fullmatch(word))
    if name:
        asked.append((indexes.NAME, name))
    return list(dict.fromkeys(asked))


def _year_in(text: str) -> int | None:
    """A birth year typed after a name."""
    words = text.split()
    if len(words) > 1 and _YEAR.fullmatch(words[-1]):
        return int(words[-1])
    return None


def person_of(person_id: UUID) -> Person | None:
    """The register's row, None when this scope does not see it."""
    return Person.objects.filter(id=person_id).first()


def papers_of(person_id: UUID) -> list[Paper]:
    """Every document with its number."""
    return papers_of_many([person_id]).get(person_id, [])


def papers_of_many(person_ids: Iterable[UUID]) -> dict[UUID, list[Paper]]:
    """Every document of many persons with its number, with two statements; none: not in it."""
    rows = list(Document.objects.filter(person__in=list(person_ids)).order_by("added_at"))
    opened = open_many([(row.person_id, bytes(row.sealed)) for row in rows])
    found: dict[UUID, list[Paper]] = {}
    for row, fields in zip(rows, opened, strict=True):
        paper = Paper(row.kind, row.get_kind_display(), fields["number"], row.problems)
        found.setdefault(row.person_id, []).append(paper)
    return found


def people_of(person_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """The register's rows of those whom this scope sees, by id."""
    return Person.objects.in_bulk(list(person_ids))


def settled(person_ids: Iterable[UUID]) -> set[UUID]:
    """Those of whom a permanent residence is known."""
    rows = Residence.objects.filter(person__in=list(person_ids), kind=Residence.Kind.PERMANENT)
    return set(rows.values_list("person", flat=True))


def residences_of(person_id: UUID) -> list[Stay]:
    """Every stay and permanent residence, newest first."""
    rows = list(Residence.objects.filter(person=person_id).order_by("-since", "-id"))
    opened = open_many([(person_id, bytes(row.sealed)) for row in rows])
    return [
        Stay(row.kind, row.get_kind_display(), row.unit, fields["address"], row.since, row.until)
        for row, fields in zip(rows, opened, strict=True)
    ]


def phones_of(person_id: UUID) -> list[str]:
    """The numbers by which the person is reached today."""
    rows = _current(Phone.objects.filter(person=person_id))
    return [fields["number"] for fields in open_many(rows)]


def belongings_of(person_id: UUID) -> list[Belonging]:
    """Workplaces and schools, newest first."""
    return list(Belonging.objects.filter(person=person_id).order_by("-since", "-id"))


def household_of(person_id: UUID) -> list[UUID]:
    """Who lives in the same household today, without the person."""
    mine = HouseholdMember.objects.filter(person=person_id, until=None).values("household")
    rows = HouseholdMember.objects.filter(household__in=mine, until=None).exclude(person=person_id)
    return list(rows.values_list("person_id", flat=True))


def shareable(person_ids: Iterable[UUID]) -> set[UUID]:
    """Those who may be named to somebody else: not under police or army management, not erased."""
    rows = Person.objects.filter(id__in=list(person_ids), excluded=False, erased_at=None)
    return set(rows.values_list("id", flat=True))


def sharing_phone(number: str) -> list[UUID]:
    """Everybody of this scope who is reached by this number."""
    rows = BlindIndex.objects.filter(
        kind=indexes.PHONE, hmac__in=indexes_of(indexes.PHONE, read_phone(number).number)
    )
    return list(rows.values_list("person_id", flat=True))


def represented_by(person_id: UUID) -> list[Representation]:
    """For whom the person may declare today, with the ground of each."""
    rows = Representation.objects.filter(speaker=person_id).exclude(until__lte=today())
    return list(rows.order_by("since"))


def spoken_for(by: Principal) -> list[PersonCard]:
    """Everybody a citizen may declare for, without the citizen, by name."""
    if by.person is None:
        return []
    ids = Person.objects.exclude(id=by.person).values_list("id", flat=True)[:FOUND_AT_MOST]
    return sorted(cards_of(ids).values(), key=lambda card: fold(card.name))


def looks_at(person_ids: Iterable[UUID]) -> list[Look]:
    """Who looked at these persons, newest first, as far as this scope may know."""
    return list(Look.objects.filter(person__in=list(person_ids)).order_by("-at")[:LOOKS_AT_MOST])


@dataclass(frozen=True, slots=True)
class Reached:
    """A number to call, and whose it is when it is not the person's own."""

    phone: str
    through: str = ""


def reached(cards: Iterable[PersonCard]) -> dict[UUID, Reached]:
    """person -> the number to call; nobody is in it who cannot be reached by telephone."""
    shown = list(cards)
    found = {card.person: Reached(card.phone) for card in shown if card.phone}
    found.update(_through_household([card.person for card in shown if not card.phone]))
    return found


def _through_household(persons: list[UUID]) -> dict[UUID, Reached]:
    homes = dict(
        HouseholdMember.objects.filter(person__in=persons, until=None).values_list(
            "household", "person"
        )
    )
    by_home: dict[UUID, list[UUID]] = {}
    rows = HouseholdMember.objects.filter(household__in=set(homes), until=None).order_by("id")
    for household, person in rows.values_list("household", "person"):
        by_home.setdefault(household, []).append(person)
    cards = cards_of({mate for mates in by_home.values() for mate in mates})
    found = {}
    for mates in by_home.values():
        speaker = next((cards[mate] for mate in mates if mate in cards and cards[mate].phone), None)
        if speaker is not None:
            alone = set(mates) & set(persons)
            found.update({mate: Reached(speaker.phone, speaker.name) for mate in alone})
    return found
