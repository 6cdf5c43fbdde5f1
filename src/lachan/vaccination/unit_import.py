"""Taking an organisation's list in, part by part: good rows are registered, refused ones named.

Nobody is registered twice: rows are compared with each other, with the organisation's earlier
lists and with everybody who registered by himself.  Consent is not taken from a list: each person
gives his own.  Whoever was in the last list and is missing in this one has left; his registration
stays his.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from lachan.core import audit
from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.listed import Listed, RefusedRow
from lachan.people.models import Person
from lachan.people.selectors import Wanted, match_many
from lachan.people.services import NewPerson, Stay, Work, register_many
from lachan.places.selectors import commune_in
from lachan.rulebook.selectors import regime_at
from lachan.vaccination import registering
from lachan.vaccination.models import Registration, UnitList, UnitMember, UnitRefusal
from lachan.vaccination.registering import NewRegistration

#: Rows of one part: its transaction is short, because others wait for the oldest.
PART = 500

Rows = Sequence[Listed | RefusedRow]


@dataclass(slots=True)
class _Part:
    unit: UnitList
    by: Principal
    refused: list[RefusedRow] = field(default_factory=list)


def work_part(row: UnitList, people: Rows, *, by: Principal) -> bool:
    """Take in the next part in the caller's system scope; whether more is left."""
    if row.done_row == 0:
        UnitRefusal.objects.filter(list=row).delete()
    rest = [one for one in people if one.number > row.done_row]
    rows = rest[:PART]
    part = _Part(row, by, [one for one in rows if isinstance(one, RefusedRow)])
    taken = _persons(part, [one for one in rows if isinstance(one, Listed)])
    _named(part, _registered(part, list(dict.fromkeys(taken.values()))))
    _refuse(part)
    row.rows = len(people)
    row.accepted += len(taken)
    row.refused += len(part.refused)
    row.done_row = rows[-1].number if rows else row.done_row
    if len(rest) <= PART:
        _finish(row, by)
    row.save()
    return len(rest) > PART


def _persons(part: _Part, rows: list[Listed]) -> dict[int, UUID]:
    """Row number -> the person, in the register before or now."""
    stays = [_stay(part.unit, one) for one in rows]
    body = part.unit.organisation
    wanted = [
        Wanted(
            name=one.name,
            birth_year=one.birth_year,
            phones=one.phones,
            documents=tuple(one.documents.values()),
            has_cccd="cccd" in one.documents,
            commune=stay.commune,
            body=body,
            line=one.texts.get("line", ""),
            shift=one.texts.get("shift", ""),
        )
        for one, stay in zip(rows, stays, strict=True)
    ]
    found = match_many(wanted, before=part.unit.sent_at)
    known = {one.number: person for one, person in zip(rows, found, strict=True) if person}
    new = {
        one.number: _new_person(part.unit, one, stay)
        for one, stay in zip(rows, stays, strict=True)
        if one.number not in known
    }
    return known | _enter(part, [one for one in rows if one.number in new], new)


def _stay(row: UnitList, one: Listed) -> Stay:
    """The commune of the row's own columns or address, else the organisation's."""
    texts = one.texts
    address = texts.get("address") or texts.get("permanent", "")
    parts = [texts[role] for role in ("commune", "province") if role in texts]
    whole = ", ".join(part for part in (address, *parts) if part)
    found = commune_in(", ".join(parts), near=row.province) if parts else None
    found = found or commune_in(whole, near=row.province)
    commune, province = found or (row.commune, row.province)
    return Stay(commune, province, whole)


def _new_person(row: UnitList, one: Listed, stay: Stay) -> NewPerson:
    work = Work(
        kind="work",
        organisation=row.organisation,
        line=one.texts.get("line", "")[:40],
        shift=one.texts.get("shift", "")[:20],
    )
    return NewPerson(
        full_name=one.name,
        stay=stay,
        birth=one.birth,
        sex=one.sex,
        phones=one.phones,
        documents=one.documents,
        work=work,
    )


def _enter(part: _Part, rows: list[Listed], new: dict[int, NewPerson]) -> dict[int, UUID]:
    """Enter people; the register takes many or none, so a refusal halves them until it is found."""
    if not rows:
        return {}
    try:
        with transaction.atomic():
            made = register_many([new[one.number] for one in rows], by=part.by)
    except Refused as refused:
        if len(rows) == 1:
            part.refused.append(RefusedRow(rows[0].number, ((0, refused.code),)))
            return {}
        half = len(rows) // 2
        return _enter(part, rows[:half], new) | _enter(part, rows[half:], new)
    return {one.number: person.id for one, person in zip(rows, made, strict=True)}


def _registered(part: _Part, persons: list[UUID]) -> list[Registration]:
    """Everybody's registration: his own from before, or one by this list, without consent."""
    disease, group = part.unit.disease, part.unit.group
    proven = [group] if group else []
    there = {
        row.person_id: row
        for row in Registration.objects.filter(
            person__in=persons, disease=disease, campaign=regime_at(now())
        )
    }
    people = Person.objects.in_bulk([each for each in persons if each not in there])
    made = registering.register_many(
        [
            NewRegistration(
                person=people[each],
                disease=disease,
                way=Registration.Way.ORGANISATION,
                claimed=proven,
                proven=proven,
            )
            for each in persons
            if each in people
        ],
        by=part.by,
    )
    part.unit.fresh += len(made)
    part.unit.self_made += sum(row.way != Registration.Way.ORGANISATION for row in there.values())
    _prove(list(there.values()), group)
    return [*there.values(), *made]


def _prove(rows: list[Registration], group: str) -> None:
    """The list proves the group of those who were registered before, too."""
    lacking = [row for row in rows if group and group not in row.proven]
    for row in lacking:
        row.proven, row.proved_at = [*row.proven, group], None
    Registration.objects.bulk_update(lacking, ["proven", "proved_at"], batch_size=500)


def _named(part: _Part, rows: list[Registration]) -> None:
    """Who is of the organisation from this list on."""
    unit = part.unit
    known = {
        each.registration_id: each
        for each in UnitMember.objects.filter(
            organisation=unit.organisation, registration__in=[row.id for row in rows]
        )
    }
    fresh = [
        UnitMember(
            id=uuid7(),
            organisation=unit.organisation,
            disease=unit.disease,
            registration=row,
            since=today(),
            seen_in=unit,
            commune=unit.commune,
            province=unit.province,
        )
        for row in rows
        if row.id not in known
    ]
    back = [each for each in known.values() if each.until is not None]
    unit.joined += len(fresh) + len(back)
    UnitMember.objects.bulk_create(fresh, batch_size=500)
    for each in known.values():
        each.until, each.seen_in = None, unit
    UnitMember.objects.bulk_update(known.values(), ["until", "seen_in"], batch_size=500)


def _finish(unit: UnitList, by: Principal) -> None:
    """Whoever stood in an earlier list and not in this one has left the organisation."""
    missing = UnitMember.objects.filter(
        organisation=unit.organisation, disease=unit.disease, until=None
    ).exclude(seen_in=unit)
    unit.left = missing.update(until=today())
    unit.state = UnitList.State.IMPORTED
    audit.record(
        "vaccination.list_imported",
        target=("organisation", unit.organisation),
        by=by,
        detail={"accepted": unit.accepted, "refused": unit.refused, "left": unit.left},
    )


def _refuse(part: _Part) -> None:
    unit = part.unit
    UnitRefusal.objects.bulk_create(
        [
            UnitRefusal(
                id=uuid7(),
                list=unit,
                row=one.number,
                problems=[f"{column}:{code}" for column, code in one.problems],
                organisation=unit.organisation,
                commune=unit.commune,
                province=unit.province,
            )
            for one in part.refused
        ]
    )
