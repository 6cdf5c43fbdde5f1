"""Taking a list in: good rows become members with their places, refused ones are named by row.

The same file again changes nothing.  Who stands elsewhere than before is moved from today on; who
is not in the file stays on the roll and is counted, because a file may be of one workshop.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import today
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.listed import Listed, RefusedRow, read_people
from lachan.formats.vietnamese import fold
from lachan.ui.lists import read_list
from lachan.venues import roll_files, rolling
from lachan.venues.keepers import body_of
from lachan.venues.roll_names import Written, written_of
from lachan.venues.roll_places import KIND_OF, Places
from lachan.venues.roll_reading import members_of
from lachan.venues.rolling import Stand
from lachan.venues.rolls import Member, RollFile, Spot

#: Columns that say where somebody belongs; a workshop only where no line is told.
WHERE = ("line", "class", "row", "room", "vehicle")

#: What a column says of the spot: stall of a row, bed of a room, seat of a vehicle.
DETAIL_OF = {"row": "stall", "room": "bed", "vehicle": "seat"}

#: New places one file may make: more is a column taken for the wrong thing.
NEW_PLACES_AT_MOST = 400


@dataclass
class _Taking:
    """One list being taken in."""

    by: Principal
    roles: Sequence[str]
    places: Places
    known: dict[tuple[str, str], Member]
    spots: dict[UUID, dict[str, Spot]]
    beds: set[tuple[UUID, str]]
    fresh: list[tuple[Written, list[Stand]]] = field(default_factory=list)
    seen: set[UUID] = field(default_factory=set)
    refused: list[RefusedRow] = field(default_factory=list)
    moved: int = 0
    same: int = 0


def take_in(*, data: bytes, file_name: str, by: Principal) -> RollFile:
    """Read a list and take it in; what came out stands in the file's `report`.

    Refused: list_large, list_unreadable, list_no_name, roll_no_whole, roll_places_many.
    """
    sheet, table, roles = read_list(data, file_name)
    kept = roll_files.keep(data=data, file_name=file_name, purpose="roll", by=by)
    taking = _begin(by, roles)
    count = 0
    for row in read_people(sheet, table, roles, this_year=today().year):
        count += 1
        if isinstance(row, RefusedRow):
            taking.refused.append(row)
        else:
            _take(taking, row)
    rolling.enter_many(people=taking.fresh, by=by, at=taking.places.whole)
    kept.sheet, kept.roles = sheet.name, list(roles)
    kept.report = {
        "rows": count,
        "new": len(taking.fresh),
        "moved": taking.moved,
        "same": taking.same,
        "refused": [[row.number, _coded(row)] for row in taking.refused],
        "made": taking.places.made,
        "missing": len({m.id for m in taking.known.values()} - taking.seen),
        "columns": [[table.headers[at], role] for at, role in enumerate(roles) if role],
    }
    kept.save(update_fields=["sheet", "roles", "report"])
    audit.record(
        "roll.taken_in",
        target=("organisation", kept.organisation),
        by=by,
        detail={key: kept.report[key] for key in ("rows", "new", "moved", "same")},
    )
    return kept


def _begin(by: Principal, roles: Sequence[str]) -> _Taking:
    members = list(members_of(by))
    names = written_of(members)
    known: dict[tuple[str, str], Member] = {}
    for member in members:
        written = names[member.id]
        for key in (*keys_of(written), ("name", fold(written.name))):
            known.setdefault(key, member)
    spots: dict[UUID, dict[str, Spot]] = {}
    beds: set[tuple[UUID, str]] = set()
    for spot in Spot.objects.filter(organisation=body_of(by), until=None):
        spots.setdefault(spot.member_id, {})[spot.group] = spot
        if spot.group == Spot.Group.ROOM and spot.detail:
            beds.add((spot.place_id, fold(spot.detail)))
    return _Taking(by, roles, Places.of(by), known, spots, beds)


def keys_of(written: Written) -> list[tuple[str, str]]:
    """By what somebody of a list is known again, the surest first."""
    name = fold(written.name)
    found = [("document", number) for number in written.documents.values()]
    found += [("code", f"{fold(written.code)} {name}")] if written.code else []
    found += [("phone", f"{written.phone} {name}")] if written.phone else []
    found += [("birth", f"{written.birth} {name}")] if written.birth else []
    return found or [("name", name)]


def as_written(row: Listed) -> Written:
    """What a row says of somebody."""
    texts = row.texts
    parts = [texts.get(role, "") for role in ("address", "commune", "province")]
    return Written(
        name=row.name,
        phone=row.phones[0] if row.phones else "",
        birth=row.birth,
        sex=row.sex,
        code=texts.get("code", ""),
        address=", ".join(part for part in parts if part),
        documents=row.documents,
    )


def _take(taking: _Taking, row: Listed) -> None:
    written = as_written(row)
    member = next((taking.known[k] for k in keys_of(written) if k in taking.known), None)
    if member is not None and member.id in taking.seen:
        member = None  # two people of one name in one file stay two
    stands = _stands(taking, row)
    if not stands and member is None:
        _refuse(taking, row, "place_missing", "line")
        return
    if _is_taken(taking, stands, member):
        _refuse(taking, row, "bed_taken", "bed")
        return
    if member is None:
        taking.fresh.append((written, stands))
        return
    taking.seen.add(member.id)
    moved = [_moved(taking, member, stand) for stand in stands]
    if any(moved):
        taking.moved += 1
    else:
        taking.same += 1


def _stands(taking: _Taking, row: Listed) -> list[Stand]:
    texts = row.texts
    roles = [role for role in WHERE if texts.get(role)]
    if not roles and texts.get("workshop"):
        roles = ["workshop"]
    found: dict[str, Stand] = {}
    for role in roles:
        place = taking.places.find(role, texts[role], workshop=texts.get("workshop", ""))
        stand = Stand(
            place, detail=texts.get(DETAIL_OF.get(role, ""), ""), shift=texts.get("shift", "")
        )
        found.setdefault(stand.group, stand)
    if len(taking.places.made) > NEW_PLACES_AT_MOST:
        raise Refused(
            "roll_places_many",
            _("This file would make more than 400 new places. Look at its columns of places."),
        )
    return list(found.values())


def _is_taken(taking: _Taking, stands: Sequence[Stand], member: Member | None) -> bool:
    for stand in stands:
        if stand.group != Spot.Group.ROOM or not stand.detail:
            continue
        key = (stand.place.id, fold(stand.detail))
        own = taking.spots.get(member.id, {}).get(stand.group) if member else None
        if own is not None and (own.place_id, fold(own.detail)) == key:
            continue
        if key in taking.beds:
            return True
        taking.beds.add(key)
    return False


def _moved(taking: _Taking, member: Member, stand: Stand) -> bool:
    own = taking.spots.get(member.id, {}).get(stand.group)
    if own is not None and own.place_id == stand.place.id:
        detail = stand.detail or own.detail
        shift = stand.shift or own.shift
        if (fold(own.detail), fold(own.shift)) == (fold(detail), fold(shift)):
            return False
    rolling.move(member=member, stand=stand, by=taking.by)
    return True


def _refuse(taking: _Taking, row: Listed, code: str, role: str) -> None:
    at = taking.roles.index(role) if role in taking.roles else 0
    taking.refused.append(RefusedRow(row.number, ((at, code),), row.texts))


def _coded(row: RefusedRow) -> list[str]:
    return [f"{column}:{code}" for column, code in row.problems]


#: Every column that names a place, for the page that says how a file was read.
PLACE_ROLES = frozenset(KIND_OF)
