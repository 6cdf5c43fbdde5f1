"""Somebody is told about: find who it may be, enter a new person if need be, list him."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.vietnamese import fold
from lachan.people.models import HouseholdMember, Person
from lachan.people.selectors import (
    PersonCard,
    cards_of,
    find_people,
    household_of,
    sharing_phone,
)
from lachan.people.services import Stay, add_phone, join_household, register_person
from lachan.places.selectors import today_of
from lachan.tracing import services
from lachan.tracing.models import Case, Contact, ContactLink, Identification, Source
from lachan.tracing.naming import Named, name_contacts

#: Whom a told name may mean, at most; more than this and the name has not said who.
OFFERED = 8

#: Why the row of an unknown person stands aside: a known one took its place.
SAME_AS = "same_as"


@dataclass(frozen=True, slots=True)
class Told:
    """What was told of somebody: a name, a nickname, a phone, or only a description.

    `commune` is the present stay, None where nobody knows; `via` the person met, when not the case;
    `place` where they met.
    """

    source: str
    name: str = ""
    identity: str = Contact.Identity.KNOWN
    phone: str = ""
    birth: str = ""
    commune: int | None = None
    address: str = ""
    via: UUID | None = None
    place: UUID | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None
    note: str = ""

    @property
    def known_as(self) -> str:
        """What the list calls this person: the name, the description, or the phone."""
        return " ".join((self.name or self.note or self.phone).split())[:120]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the register who may be meant, and what speaks for it."""

    card: PersonCard
    same_phone: bool
    same_name: bool
    listed: bool

    @property
    def surely(self) -> bool:
        """Name and phone agree: the same person, told again."""
        return self.same_phone and self.same_name


def who_it_may_be(case: Case, told: Told, by: Principal) -> list[Candidate]:
    """People of the register who may be meant, the likeliest first.

    A phone is a way to reach somebody and never says who that is, so each is only offered.
    """
    cards = {card.person: card for card in _found(told, by)}
    listed = set(case.contacts.values_list("person_id", flat=True))
    cards |= _of_the_list(case, told, listed - set(cards))
    sharing = set(sharing_phone(told.phone)) if told.phone else set()
    offered = [
        Candidate(
            card=card,
            same_phone=card.person in sharing,
            same_name=bool(told.name) and fold(card.name) == fold(told.name),
            listed=card.person in listed,
        )
        for card in cards.values()
        if card.person != case.person_id and not card.erased
    ]
    offered.sort(
        key=lambda one: (
            not one.surely,
            not one.listed,
            not one.same_phone,
            one.card.commune != (told.commune or case.commune),
            fold(one.card.name),
        )
    )
    return offered[:OFFERED]


def _found(told: Told, by: Principal) -> list[PersonCard]:
    found = find_people(told.phone, by) if told.phone else []
    # One word alone names half a village; it means somebody only beside a phone or on the list.
    if told.identity != Contact.Identity.UNKNOWN and len(told.name.split()) > 1:
        year = f" {told.birth[:4]}" if told.birth else ""
        found += [
            card
            for card in find_people(told.name + year, by)
            if not told.birth or card.birth_year in {None, int(told.birth[:4])}
        ]
    return found


def _of_the_list(case: Case, told: Told, persons: set[UUID]) -> dict[UUID, PersonCard]:
    """Whoever stands on the case's list under this very name: pressed twice, or told twice."""
    wanted = fold(told.known_as)
    near = Contact.objects.filter(case=case, person__in=persons)
    if told.via is None:
        near = near.filter(hop=1)
    cards = cards_of(near.order_by("-found_at").values_list("person_id", flat=True)[:500])
    return {person: card for person, card in cards.items() if fold(card.name) == wanted}


def add(*, case: Case, told: Told, by: Principal, person: UUID | None = None) -> Contact:
    """Put somebody on the list to verify; a new person is entered when `person` names nobody.

    Refused: name_missing, person_gone, own_chain, and the codes of people and `name_contacts`.
    """
    if person is not None and not Person.objects.filter(pk=person, erased_at=None).exists():
        raise Refused(
            "person_gone", _("This person is not in your area. Choose somebody else."), status=404
        )
    if not told.known_as:
        raise Refused(
            "name_missing", _("Write a name, a phone, or what helps to find this person.")
        )
    found = person or enter(case=case, told=told, by=by)
    if person is not None and told.phone:
        add_phone(person=Person.objects.get(pk=person), number=told.phone, by=by)
    rows = name_contacts(case=case, people=[named(found, told)], by=by)
    if not rows:
        raise Refused(
            "own_chain",
            _("This person is worked by the police's or army's own chain, or is the case itself."),
        )
    return rows[0]


def named(person: UUID, told: Told) -> Named:
    """What was told, about this person."""
    return Named(
        person=person,
        source=told.source,
        via=told.via,
        place=told.place,
        first_at=told.first_at,
        last_at=told.last_at,
        identity=told.identity,
        note=told.note,
    )


def enter(*, case: Case, told: Told, by: Principal) -> UUID:
    """Enter somebody new as he was told; a member of the household joins its register.

    Refused: name_missing, phone codes.
    """
    if told.commune is None:
        stay = Stay(case.commune, case.province, told.address)
    else:
        today = today_of(told.commune)
        stay = Stay(today.commune or told.commune, today.province, told.address, told.commune)
    made = register_person(
        full_name=told.known_as,
        birth=told.birth,
        phones=[told.phone] if told.phone else [],
        stay=stay,
        by=by,
    )
    if told.source == Source.HOUSEHOLD:
        _join(case, told, made.id, by)
    return made.id


def _join(case: Case, told: Told, person: UUID, by: Principal) -> None:
    """A member typed in joins the household's register, so that it is offered the next time."""
    head = told.via or case.person_id
    known = HouseholdMember.objects.filter(person=head, until=None).first()
    other = HouseholdMember.Relation.OTHER.value
    if known is None:
        join_household(persons={head: other, person: other}, by=by)
    else:
        join_household(persons={person: other}, household=known.household, by=by)


def household_to_add(case: Case, via: UUID | None = None) -> list[PersonCard]:
    """Who lives with the case (or with the contact `via`) and is not on the list yet, by name."""
    ids = set(household_of(via or case.person_id)) - {case.person_id}
    listed = Contact.objects.filter(case=case, person__in=ids).values_list("person_id", flat=True)
    cards = cards_of(ids - set(listed))
    return sorted(
        (card for card in cards.values() if not card.erased), key=lambda card: fold(card.name)
    )


def add_household(
    *, case: Case, persons: Iterable[UUID], by: Principal, via: UUID | None = None
) -> list[Contact]:
    """Put members of the register's household on the list.  Refused: nobody_named, not_of_house."""
    chosen = set(persons)
    if not chosen <= {card.person for card in household_to_add(case, via)}:
        raise Refused(
            "not_of_house",
            _("Somebody here is on the list already, or lives elsewhere. Load the page again."),
            status=409,
        )
    people = [Named(person=person, source=Source.HOUSEHOLD, via=via) for person in chosen]
    return name_contacts(case=case, people=people, by=by)


def identify(*, contact: Contact, person: UUID, by: Principal) -> Contact:
    """Say who somebody unknown is: the list goes on with the real person, the old row stays as a
    fact.  Give the row of the real person.  Refused: known_already, same_person, own_chain."""
    row = Contact.objects.select_for_update(of=("self",)).select_related("case").get(pk=contact.pk)
    if row.identity == Contact.Identity.KNOWN or hasattr(row, "identified"):
        raise Refused("known_already", _("It is known already who this is."), status=409)
    if person in {row.person_id, row.case.person_id}:
        raise Refused("same_person", _("Choose another person: this is the row itself."))
    became = _take_place(row, person, by)
    confirmed = row.state == Contact.State.CONFIRMED
    if row.state != Contact.State.RULED_OUT:
        services.decide(contacts=[row.id], state=Contact.State.RULED_OUT, reason=SAME_AS, by=by)
    if confirmed and became.state == Contact.State.TO_VERIFY:
        services.decide(contacts=[became.id], state=Contact.State.CONFIRMED, reason=SAME_AS, by=by)
    Contact.objects.filter(case=row.case, via=row).exclude(pk=became.pk).update(via=became)
    Identification(
        id=uuid7(),
        contact=row,
        person_id=person,
        became=became,
        at=now(),
        by=by.account,
        by_name=by.name,
        commune=row.commune,
        province=row.province,
    ).save(force_insert=True)
    audit.record("contact.identified", target=("contact", row.id), by=by)
    return became


def _take_place(row: Contact, person: UUID, by: Principal) -> Contact:
    """The real person's row, with every piece of evidence that was gathered for the unknown one."""
    unknown = row.person_id
    links = list(
        ContactLink.objects.filter(case=row.case, withdrawn_at=None).filter(
            Q(person=unknown) | Q(source_person=unknown)
        )
    )
    of_him = [link for link in links if link.person_id == unknown]
    people = _again(of_him, row, person) or [Named(person=person, source=row.source)]
    rows = name_contacts(case=row.case, people=people, by=by)
    became = next((each for each in rows if each.person_id == person), None)
    if became is None:
        raise Refused(
            "own_chain",
            _("This person is worked by the police's or army's own chain, or is the case itself."),
        )
    by_him = _again([link for link in links if link.source_person_id == unknown], row, person)
    if by_him:
        name_contacts(case=row.case, people=by_him, by=by)
    ContactLink.objects.filter(pk__in=[link.id for link in links]).update(
        withdrawn_at=now(), withdrawn_for=SAME_AS
    )
    return became


def _again(links: Iterable[ContactLink], row: Contact, person: UUID) -> list[Named]:
    """The same evidence, with the real person in the place of the unknown one."""
    real = {row.person_id: person}
    found = []
    for link in links:
        met, source = (real.get(one, one) for one in (link.person_id, link.source_person_id))
        if met == source:
            continue
        found.append(
            Named(
                person=met,
                source=link.source,
                via=None if source == row.case.person_id else source,
                group=row.group_id if met == person else None,
                place=link.place_id,
                first_at=link.first_at,
                last_at=link.last_at,
                seconds=link.seconds,
            )
        )
    return found
