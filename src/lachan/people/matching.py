"""Who of a list is registered already, asked for a whole list at once.

A paper says who somebody is.  A phone is shared by thirty, so it tells only together with the name;
a name with a birth year tells only within one commune or one organisation, and only when it means
one person.  Whoever is not certain is entered anew: two records of one person can be joined later,
two people in one record cannot be told apart again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from lachan.core.blindindex import indexes_of
from lachan.formats.vietnamese import fold
from lachan.people import indexes
from lachan.people.models import Belonging, BlindIndex, Document, Person

#: hmacs of one query.
ASKED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list says of somebody; texts in the one spelling of the formats.  `documents` holds
    numbers; `body` is the organisation's id or, when it is not registered, its name."""

    name: str
    birth_year: int | None = None
    phones: Sequence[str] = ()
    documents: Sequence[str] = ()
    has_cccd: bool = False
    commune: int | None = None
    body: UUID | str = ""
    line: str = ""
    shift: str = ""


@dataclass
class _Known:
    """What the register holds of those who may be meant."""

    persons: dict[UUID, Person] = field(default_factory=dict)
    with_card: set[UUID] = field(default_factory=set)
    works: dict[UUID, list[Belonging]] = field(default_factory=lambda: defaultdict(list))


Found = dict[str, set[UUID]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who is found by the texts of the whole list."""

    papers: Found
    phones: Found
    names: Found
    known: _Known
    before: datetime | None

    def named(self, name: str) -> set[UUID]:
        """Everybody of that name who was entered in time."""
        found = self.names.get(fold(name), set()) & self.known.persons.keys()
        if self.before is None:
            return found
        return {each for each in found if self.known.persons[each].made_at < self.before}


def match_many(wanted: Sequence[Wanted], *, before: datetime | None = None) -> list[UUID | None]:
    """The registered person of each, in order; None where there is none or more than one.  Nobody
    is given twice.

    `before`: who was entered later is found by a paper only; so a long list worked through in
    parts does not take two of its own rows for one person.
    """
    papers = _found(indexes.DOCUMENT, {number for one in wanted for number in one.documents})
    phones = _found(indexes.PHONE, {number for one in wanted for number in one.phones})
    names = _found(indexes.NAME, {fold(one.name) for one in wanted})
    people = {person for found in (papers, names) for ids in found.values() for person in ids}
    asked = _Asked(papers, phones, names, _known(people), before)
    matched: list[UUID | None] = [None] * len(wanted)
    taken: set[UUID] = set()
    for way in (_by_paper, _by_phone, _by_year):
        for at, one in enumerate(wanted):
            if matched[at] is None:
                person = way(one, asked, taken)
                if person is not None:
                    matched[at] = person
                    taken.add(person)
    return matched


def _by_paper(one: Wanted, asked: _Asked, taken: set[UUID]) -> UUID | None:
    found = {each for number in one.documents for each in asked.papers.get(number, ())}
    return _only(found & asked.known.persons.keys() - taken)


def _by_phone(one: Wanted, asked: _Asked, taken: set[UUID]) -> UUID | None:
    """The same name and one of the phones; a father and a son of one name differ by the year."""
    reached = {each for number in one.phones for each in asked.phones.get(number, ())}
    named = asked.named(one.name)
    found = {each for each in reached & named - taken if _may_be(each, one, asked.known)}
    return _only(found) or _of_the_place(found, one, asked.known)


def _by_year(one: Wanted, asked: _Asked, taken: set[UUID]) -> UUID | None:
    """The same name and birth year where the list is from; without a year the same line and shift
    of the same organisation."""
    named = asked.named(one.name) - taken
    known = asked.known
    fitting = {each for each in named if _may_be(each, one, known)}
    colleagues = {each for each in fitting if _works(each, one, known)}
    if one.birth_year is None:
        return _of_the_place(colleagues, one, known)
    dated = {each for each in fitting if known.persons[each].birth_year == one.birth_year}
    neighbours = {each for each in dated if known.persons[each].commune == one.commune}
    return (
        _only(dated & colleagues)
        or _of_the_place(dated & colleagues, one, known)
        or (None if dated & colleagues else _only(neighbours))
    )


def _only(found: set[UUID]) -> UUID | None:
    return next(iter(found)) if len(found) == 1 else None


def _of_the_place(found: set[UUID], one: Wanted, known: _Known) -> UUID | None:
    """Of several, the one of the same line and shift; people who differ in nothing are taken in
    the order in which they were entered."""
    same = [each for each in found if _works(each, one, known, exactly=True)]
    return min(same, default=None)


def _may_be(person: UUID, one: Wanted, known: _Known) -> bool:
    """Whether nothing speaks against it: another birth year, or a card of another number."""
    row = known.persons.get(person)
    if row is None:
        return False
    if one.birth_year and row.birth_year and one.birth_year != row.birth_year:
        return False
    return not (one.has_cccd and person in known.with_card)


def _works(person: UUID, one: Wanted, known: _Known, *, exactly: bool = False) -> bool:
    if not one.body:
        return False
    return any(
        one.body in (row.organisation, row.name)
        and (not exactly or (row.line, row.shift) == (one.line, one.shift))
        for row in known.works[person]
    )


def _found(kind: str, texts: Iterable[str]) -> Found:
    """Text -> everybody found by it, under every key in use."""
    of = {hmac: text for text in texts if text for hmac in indexes_of(kind, text)}
    hmacs = list(of)
    found: Found = defaultdict(set)
    for start in range(0, len(hmacs), ASKED_AT_ONCE):
        rows = BlindIndex.objects.filter(
            kind=kind, hmac__in=hmacs[start : start + ASKED_AT_ONCE]
        ).values_list("hmac", "person_id")
        for hmac, person in rows:
            found[of[bytes(hmac)]].add(person)
    return found


def _known(people: set[UUID]) -> _Known:
    known = _Known()
    ids = list(people)
    for start in range(0, len(ids), ASKED_AT_ONCE):
        some = ids[start : start + ASKED_AT_ONCE]
        living = Person.objects.filter(id__in=some, erased_at=None)
        known.persons |= {row.id: row for row in living}
        cards = Document.objects.filter(person__in=some, kind=Document.Kind.CCCD)
        known.with_card |= set(cards.values_list("person_id", flat=True))
        for row in Belonging.objects.filter(person__in=some, until=None):
            known.works[row.person_id].append(row)
    return known
