"""Taking a campaign's list in, part by part: good rows become members, refused rows are named.

Each part is one transaction that ends with the row it came to, so that an import that is killed
goes on where it was.  Who is registered is found by paper, by phone and name, or by name and year
in the commune; the others are entered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from lachan.core import audit
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.listed import Listed, RefusedRow
from lachan.people.selectors import Wanted, match_many
from lachan.people.services import NewPerson, Stay, register_many
from lachan.places.selectors import commune_in
from lachan.sampling.campaigning import ask, enlist
from lachan.sampling.models import Campaign, CampaignFile, CampaignRefusal

#: Rows of one part: its transaction is short, because others wait for the oldest.
PART = 1_000

Rows = Sequence[Listed | RefusedRow]


@dataclass(slots=True)
class _Part:
    file: CampaignFile
    by: Principal
    refused: list[RefusedRow]


def work_part(file: CampaignFile, people: Rows, *, by: Principal) -> bool:
    """Take in the next part in the caller's system scope; whether more is left."""
    rest = [row for row in people if row.number > file.done_row]
    rows = rest[:PART]
    part = _Part(file, by, [row for row in rows if isinstance(row, RefusedRow)])
    taken = _persons(part, [row for row in rows if isinstance(row, Listed)])
    plan = file.campaign.plan
    fresh = enlist(plan, list(dict.fromkeys(taken.values())))
    if file.campaign.state == Campaign.State.RUNNING:
        ask(file.campaign, [member for member in fresh if member.chosen], by)
    _refuse(part)
    file.rows = len(people)
    file.accepted += len(taken)
    file.refused += len(part.refused)
    file.done_row = rows[-1].number if rows else file.done_row
    if len(rest) <= PART:
        file.state = CampaignFile.State.IMPORTED
        audit.record(
            "campaign.list_imported",
            target=("campaign", file.campaign_id),
            by=by,
            detail={"accepted": file.accepted, "refused": file.refused},
        )
    file.save()
    return len(rest) > PART


def _persons(part: _Part, rows: list[Listed]) -> dict[int, UUID]:
    """Row number -> the person, registered before or now."""
    stays = [_stay(part.file, row) for row in rows]
    wanted = [_wanted(row, stay) for row, stay in zip(rows, stays, strict=True)]
    found = match_many(wanted, before=part.file.sent_at)
    known = {row.number: person for row, person in zip(rows, found, strict=True) if person}
    new = {
        row.number: _new_person(row, stay)
        for row, stay in zip(rows, stays, strict=True)
        if row.number not in known
    }
    part.file.known += len(known)
    return known | _register(part, [row for row in rows if row.number in new], new)


def _stay(file: CampaignFile, row: Listed) -> Stay:
    """The commune of the row's own columns or address, else the campaign's."""
    texts = row.texts
    address = texts.get("address") or texts.get("permanent", "")
    parts = [texts[role] for role in ("commune", "province") if role in texts]
    whole = ", ".join(part for part in (address, *parts) if part)
    found = commune_in(", ".join(parts), near=file.province) if parts else None
    found = found or commune_in(whole, near=file.province)
    commune, province = found or (file.commune, file.province)
    return Stay(commune, province, whole)


def _wanted(row: Listed, stay: Stay) -> Wanted:
    return Wanted(
        name=row.name,
        birth_year=row.birth_year,
        phones=row.phones,
        documents=tuple(row.documents.values()),
        has_cccd="cccd" in row.documents,
        commune=stay.commune,
    )


def _new_person(row: Listed, stay: Stay) -> NewPerson:
    return NewPerson(
        full_name=row.name,
        stay=stay,
        birth=row.birth,
        sex=row.sex,
        phones=row.phones,
        documents=row.documents,
    )


def _register(part: _Part, rows: list[Listed], new: dict[int, NewPerson]) -> dict[int, UUID]:
    """Enter people; the register takes many or none, so a refusal halves them until the row is
    found."""
    if not rows:
        return {}
    try:
        with transaction.atomic():
            made = register_many([new[row.number] for row in rows], by=part.by)
    except Refused as refused:
        if len(rows) == 1:
            part.refused.append(RefusedRow(rows[0].number, ((0, refused.code),)))
            return {}
        half = len(rows) // 2
        return _register(part, rows[:half], new) | _register(part, rows[half:], new)
    return {row.number: person.id for row, person in zip(rows, made, strict=True)}


def _refuse(part: _Part) -> None:
    file = part.file
    CampaignRefusal.objects.bulk_create(
        CampaignRefusal(
            id=uuid7(),
            file=file,
            row=row.number,
            problems=[f"{column}:{code}" for column, code in row.problems],
            commune=file.commune,
            province=file.province,
        )
        for row in part.refused
    )
