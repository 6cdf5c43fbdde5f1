"""Taking a list in, part by part: good rows become persons, chosen groups become contacts.

Each part is one transaction that ends with the row it came to, so that an import that is killed
goes on where it was, and the worker has time for a positive result in between.  A row that cannot
be read is refused and keeps no other out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lachan.core import audit
from lachan.core.clock import OFFSET, now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.listed import Listed, RefusedRow, group_key
from lachan.formats.vietnamese import fold
from lachan.people.models import Person
from lachan.people.selectors import Wanted, cards_of, match_many
from lachan.people.services import (
    NewPerson,
    Stay,
    Work,
    add_phone,
    register_many,
    renew_belongings,
)
from lachan.places.models import Place
from lachan.places.selectors import commune_in
from lachan.tracing.models import Contact, ContactGroup, GroupMember, Roster, RosterRefusal
from lachan.tracing.naming import Named, name_contacts
from lachan.tracing.roster_reading import (
    GROUP_KINDS,
    Group,
    groups_of,
    has_shifts,
    is_identified,
    row_of_case,
    tokens_of,
)

#: Rows of one part.  Its transaction is short, because the tracing index waits for the oldest.
PART = 1_000

#: The register's longest texts; source: people.models.Belonging and Person.
LONGEST = {"name": 120, "unit": 80, "line": 40, "shift": 20}

Rows = Sequence[Listed | RefusedRow]


@dataclass
class _Part:
    """One part of a list being taken in."""

    roster: Roster
    by: Principal
    human: Principal
    groups: dict[str, ContactGroup]
    shifts: bool
    own: dict[int, UUID]
    accepted: list[Listed] = field(default_factory=list)
    persons: dict[int, UUID] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)


def work_part(roster: Roster, people: Rows, *, by: Principal) -> bool:
    """Take in the next part of a list in the caller's system scope; whether more is left."""
    rest = [row for row in people if row.number > roster.done_row]
    rows = rest[:PART]
    human = Principal(
        account=roster.asked_by or roster.uploaded_by,
        name=roster.asked_by_name or roster.uploaded_by_name,
        roles=frozenset(),
    )
    own = row_of_case(roster.case, people)
    part = _Part(
        roster=roster,
        by=by,
        human=human,
        groups=_groups(roster, people, human),
        shifts=has_shifts(roster),
        own={} if own is None else {own.number: roster.case.person_id},
    )
    if roster.done_row == 0:
        RosterRefusal.objects.filter(roster=roster).delete()
        roster.rows = len(people)
    _refuse(part, [row for row in rows if isinstance(row, RefusedRow)])
    _accept(part, [row for row in rows if isinstance(row, Listed)])
    _name(part)
    roster.done_row = rows[-1].number if rows else roster.done_row
    if len(rest) <= PART:
        _finish(roster, by)
    roster.save()
    return len(rest) > PART


def _finish(roster: Roster, by: Principal) -> None:
    roster.state = Roster.State.IMPORTED
    roster.imported_at = now()
    audit.record(
        "roster.imported",
        target=("case", roster.case_id),
        by=by,
        detail={
            "roster": str(roster.id),
            "accepted": roster.accepted,
            "refused": roster.refused,
            "named": roster.named,
            "linked": roster.linked,
        },
    )


def _groups(roster: Roster, people: Rows, human: Principal) -> dict[str, ContactGroup]:
    """The contact group of every chosen token, made where there is none."""
    of_list = groups_of(roster, people)
    made = {}
    for token in roster.close:
        group = of_list.get(token)
        if group is None:
            continue
        made[token], _new = ContactGroup.objects.get_or_create(
            case=roster.case,
            kind=GROUP_KINDS[group.role],
            name=group_name(roster, group),
            defaults={
                "place": _place_of(roster, group),
                "made_at": now(),
                "made_by": human.account,
                "commune": roster.commune,
                "province": roster.province,
            },
        )
    return made


def group_name(roster: Roster, group: Group) -> str:
    """What a group is called in the case: its own words and the shift; the list, when it is all."""
    label = group.label or roster.name or roster.file_name
    return " · ".join(part for part in (label, group.shift) if part)[:120]


def _place_of(roster: Roster, group: Group) -> Place | None:
    """The registered place of the body that bears the group's name, when there is just one."""
    if roster.organisation is None:
        return None
    key = group.token.split(":")[1]
    places = Place.objects.filter(
        organisation=roster.organisation, kind=GROUP_KINDS[group.role], closed_at=None
    )
    found = [place for place in places if group_key(group.role, place.name) == key]
    return found[0] if len(found) == 1 else None


def _refuse(part: _Part, rows: Iterable[RefusedRow]) -> None:
    roster = part.roster
    chosen = set(roster.close)
    made = RosterRefusal.objects.bulk_create(
        RosterRefusal(
            id=uuid7(),
            roster=roster,
            row=row.number,
            problems=[f"{column}:{code}" for column, code in row.problems],
            close=bool(chosen.intersection(tokens_of(row, shifts=part.shifts))),
            commune=roster.commune,
            province=roster.province,
        )
        for row in rows
    )
    roster.refused += len(made)


def _accept(part: _Part, rows: list[Listed]) -> None:
    """Find who is registered, enter the others, and write down where all of them belong.

    Of a list that tells names alone, as of a wedding, only the chosen groups are entered: a name
    without a year, a phone or a body finds nobody again, and the others are only counted.
    """
    roster = part.roster
    placed = [_stay(roster, row) for row in rows]
    wanted = [_wanted(roster, row, stay) for row, (stay, _told) in zip(rows, placed, strict=True)]
    found = match_many(wanted, before=roster.asked_at)
    known = {row.number: person for row, person in zip(rows, found, strict=True) if person}
    known |= {row.number: part.own[row.number] for row in rows if row.number in part.own}
    names_alone = [row for row in rows if row.number not in known and _is_only_a_name(roster, row)]
    known |= _named_before(part, names_alone)
    outside = {row.number for row in names_alone if not _inside(part, row)}
    new = {
        row.number: _new_person(roster, row, stay)
        for row, (stay, _told) in zip(rows, placed, strict=True)
        if row.number not in known and row.number not in outside
    }
    made = _register(part, [row for row in rows if row.number in new], new)
    works = {
        person: work
        for row in rows
        if (person := known.get(row.number)) is not None
        and (work := _work(roster, row)) is not None
    }
    renew_belongings(works, by=part.by)
    part.persons = known | made
    part.known = set(known)
    part.accepted = [row for row in rows if row.number in part.persons or row.number in outside]
    roster.accepted += len(part.accepted)
    roster.known += len(known)
    roster.unplaced += sum(not told for _stay, told in placed)


def _is_only_a_name(roster: Roster, row: Listed) -> bool:
    return not is_identified(row) and _work(roster, row) is None


def _inside(part: _Part, row: Listed) -> list[ContactGroup]:
    """The chosen groups of somebody."""
    tokens = tokens_of(row, shifts=part.shifts)
    return [part.groups[token] for token in tokens if token in part.groups]


def _named_before(part: _Part, rows: list[Listed]) -> dict[int, UUID]:
    """Who of these names alone stands in the same group of the case already, by an earlier import
    of the list; each member once."""
    if not rows:
        return {}
    before = GroupMember.objects.filter(
        group__in=part.groups.values(), contact__found_at__lt=part.roster.asked_at
    )
    members = list(before.values_list("group", "contact__person"))
    cards = cards_of({person for _group_id, person in members})
    waiting: dict[tuple[UUID, str], list[UUID]] = {}
    for group_id, person in members:
        waiting.setdefault((group_id, fold(cards[person].name)), []).append(person)
    found: dict[int, UUID] = {}
    for row in rows:
        for group in _inside(part, row):
            standing = waiting.get((group.id, fold(row.name)), [])
            free = [person for person in standing if person not in found.values()]
            if free:
                found[row.number] = free[0]
                break
    return found


def _register(part: _Part, rows: list[Listed], new: dict[int, NewPerson]) -> dict[int, UUID]:
    """Enter people by the number of their row; what the register refuses is refused by row.

    The register takes many or none, so a refusal halves them until the row is found.
    """
    if not rows:
        return {}
    try:
        with transaction.atomic():
            made = register_many([new[row.number] for row in rows], by=part.by)
    except Refused as refused:
        if len(rows) == 1:
            column = part.roster.roles.index("document") if "document" in part.roster.roles else 0
            _refuse(part, [RefusedRow(rows[0].number, ((column, refused.code),), rows[0].texts)])
            return {}
        half = len(rows) // 2
        return _register(part, rows[:half], new) | _register(part, rows[half:], new)
    return {row.number: person.id for row, person in zip(rows, made, strict=True)}


def _stay(roster: Roster, row: Listed) -> tuple[Stay, bool]:
    """Where somebody stays, and whether the list says it: the commune of its own columns, of the
    address, else the one chosen for the list."""
    texts = row.texts
    address = texts.get("address") or texts.get("permanent", "")
    parts = [texts[role] for role in ("commune", "province") if role in texts]
    whole = ", ".join(part for part in (address, *parts) if part)
    found = commune_in(", ".join(parts), near=roster.province_of_stay) if parts else None
    found = found or commune_in(whole, near=roster.province_of_stay)
    commune, province = found or (roster.commune_of_stay, roster.province_of_stay)
    return Stay(commune, province, whole), found is not None


def _body(roster: Roster) -> UUID | str:
    return roster.organisation or roster.name


def _work(roster: Roster, row: Listed) -> Work | None:
    """Workplace or school by the list; guests of a wedding and of a bus belong to no body."""
    if roster.kind not in (Roster.Kind.COMPANY, Roster.Kind.SCHOOL, Roster.Kind.MARKET):
        return None
    texts = row.texts
    line = texts.get("line") or texts.get("class") or texts.get("row", "")
    return Work(
        kind="school" if roster.kind == Roster.Kind.SCHOOL else "work",
        organisation=roster.organisation,
        name="" if roster.organisation else roster.name[: LONGEST["name"]],
        unit=(texts.get("workshop") or texts.get("unit", ""))[: LONGEST["unit"]],
        line=line[: LONGEST["line"]],
        shift=texts.get("shift", "")[: LONGEST["shift"]],
    )


def _wanted(roster: Roster, row: Listed, stay: Stay) -> Wanted:
    work = _work(roster, row)
    return Wanted(
        name=row.name,
        birth_year=row.birth_year,
        phones=row.phones,
        documents=tuple(row.documents.values()),
        has_cccd="cccd" in row.documents,
        commune=stay.commune,
        body=_body(roster) if work else "",
        line=work.line if work else "",
        shift=work.shift if work else "",
    )


def _new_person(roster: Roster, row: Listed, stay: Stay) -> NewPerson:
    return NewPerson(
        full_name=row.name,
        stay=stay,
        birth=row.birth,
        sex=row.sex,
        phones=row.phones,
        documents=row.documents,
        work=_work(roster, row),
        vouched_by="" if row.documents else roster.name[:80],
    )


def _name(part: _Part) -> None:
    """Put everybody of the chosen groups on the list to verify; count the others of the shift."""
    roster = part.roster
    named: list[Named] = []
    members: dict[UUID, list[tuple[ContactGroup, str]]] = {}
    for row in part.accepted:
        person = part.persons.get(row.number)
        if person == roster.case.person_id:
            continue
        inside = _inside(part, row)
        if not inside or person is None:
            roster.linked += not roster.shift or row.group("shift") == roster.shift
            continue
        seat = next((row.texts[role] for role in ("seat", "bed", "stall") if role in row.texts), "")
        members[person] = [(group, seat[:40]) for group in inside]
        named += [_named(roster, row, person, group) for group in inside]
    if not named:
        return
    _add_phones(part, set(members))
    contacts = name_contacts(case=roster.case, people=named, by=part.by, word_of=part.human)
    _join(roster, contacts, members)
    roster.named += len(contacts)


def _add_phones(part: _Part, close: set[UUID]) -> None:
    """Whoever is to be called is called on the number the office has, too."""
    rows = [row for row in part.accepted if row.number in part.known and row.phones]
    persons = Person.objects.in_bulk(
        [part.persons[row.number] for row in rows if part.persons[row.number] in close]
    )
    for row in rows:
        person = persons.get(part.persons[row.number])
        if person is None:
            continue
        for number in row.phones:
            add_phone(person=person, number=number, by=part.by)


def _named(roster: Roster, row: Listed, person: UUID, group: ContactGroup) -> Named:
    """What the list says of the meeting: its own hours, else those the officer gave."""
    first = _here(row.came) or roster.first_at
    last = _here(row.left) or roster.last_at or first
    if first and last and last < first:
        last = first
    return Named(
        person=person,
        source=Contact.Source.ROSTER,
        group=group.id,
        place=group.place_id,
        first_at=first,
        last_at=last,
    )


def _here(moment: datetime | None) -> datetime | None:
    """A time of the list is of the country's clocks."""
    return None if moment is None else moment.replace(tzinfo=OFFSET)


def _join(
    roster: Roster,
    contacts: Iterable[Contact],
    members: dict[UUID, list[tuple[ContactGroup, str]]],
) -> None:
    GroupMember.objects.bulk_create(
        [
            GroupMember(
                id=uuid7(),
                group=group,
                contact=contact,
                roster=roster,
                detail=detail,
                commune=roster.commune,
                province=roster.province,
            )
            for contact in contacts
            for group, detail in members.get(contact.person_id, ())
        ],
        ignore_conflicts=True,
    )
