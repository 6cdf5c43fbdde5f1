"""The lists that the factory's and the market's offices keep, and who stayed away on which day.

Everything comes from what the story knows already: where people work, sleep and ride, and on which
days they were not on their line.  Nobody is added, and no presence: rosters have told it already.
"""

from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID

from lachan.config.story.filing import Files, Row
from lachan.config.story.load_people import birth_text
from lachan.config.story.world import DAY, Person
from lachan.core.clock import day_of
from lachan.core.keys import keyring
from lachan.core.sealing import seal_with
from lachan.credentials import envelope
from lachan.venues.roll_names import Written

MEMBER = (
    *("id", "organisation", "kind", "sealed", "person", "since", "made_at", "made_by"),
    *("linked_at", "commune", "province"),
)
SPOT = (
    *("id", "member_id", "organisation", "place_id", "group", "detail", "shift", "night"),
    *("since", "told_at", "commune", "province"),
)
ATTENDANCE = (
    *("id", "member_id", "organisation", "place_id", "day", "state", "reason", "way", "said_at"),
    *("said_by", "commune", "province"),
)

#: Of those who stay away: how many are ill, how many on leave; of the others nobody knows.
#: Assumed, of the order a factory's health officer would recognise.
ILL, ON_LEAVE = 0.22, 0.62

#: A line that is off has nobody on it; with fewer than half of its crew it does not run.
RUNS_FROM = 0.5


class _Listed(NamedTuple):
    """Somebody of a list: the number in the story, and which spots he has, as (place, group)."""

    person: int
    keeper: str
    organisation: int
    spots: tuple[tuple[int, str], ...]


def load_rolls(files: Files) -> dict[str, int]:
    """Members, their spots, the beds of rooms, and the absences told until the clock."""
    listed = list(_listed(files))
    ring = keyring()
    version = ring.sealing_version
    keys: list[Row] = []
    members: list[Row] = []
    spots: list[Row] = []
    stalls: dict[int, int] = {}
    for row in listed:
        me, key = _member_id(files, row.person), envelope.new_key()
        keys.append((me, envelope.wrap_key(ring.key_encryption[version], version, key), version))
        members.append(_member(files, row, me, key))
        spots += _spots(files, row, me, stalls)
    return {
        "core_datakey (lists)": files.copy(
            "core_datakey", ("person", "wrapped", "key_version"), keys
        ),
        "venues_member": files.copy("venues_member", MEMBER, members),
        "venues_spot": files.copy("venues_spot", SPOT, spots),
        "venues_roombeds": files.copy(
            "venues_roombeds", ("place_id", "organisation", "beds", "set_at"), _beds(files)
        ),
        **load_absences(files),
    }


def load_absences(files: Files) -> dict[str, int]:
    """Who stayed away from the factory, said an hour after the shift began."""
    return {"venues_attendance": files.append("venues_attendance", ATTENDANCE, _absences(files))}


def _listed(files: Files) -> Iterator[_Listed]:
    """Everybody whose work is at the factory or at a stall of the market."""
    world = files.world
    keepers = {
        account.organisation: account.slug
        for account in world.accounts
        if account.slug in ("manager", "market")
    }
    for index, person in enumerate(world.people):
        if person.work is None or person.work.organisation not in keepers:
            continue
        spots = [(person.work.place, "work")]
        spots += [(person.room, "room")] if person.room is not None else []
        spots += [(person.bus, "vehicle")] if person.bus is not None else []
        organisation = person.work.organisation
        yield _Listed(index, keepers[organisation], organisation, tuple(spots))


def _member_id(files: Files, person: int) -> UUID:
    return files.world.uuid("member", person)


def _member(files: Files, row: _Listed, me: UUID, key: bytes) -> Row:
    person = files.world.people[row.person]
    body = files.world.organisations[row.organisation]
    made_at = files.at(files.world.start - 9 * DAY)
    return (
        *(me, files.organisation(row.organisation), "roll"),
        seal_with(key, me, _words(row, person).as_fields()),
        *(files.person(row.person), made_at.date(), made_at, files.account(row.keeper), made_at),
        *(files.commune(body.commune), files.province(body.province)),
    )


def _words(row: _Listed, person: Person) -> Written:
    """What the office has: its own number, the phone, the birth; not the papers."""
    code = f"SK{row.person + 1:05d}" if row.keeper == "manager" else ""
    return Written(
        name=person.name,
        phone=person.phones[0] if person.phones else "",
        birth=birth_text(person.written),
        sex="female" if person.sex == "F" else "male",
        code=code,
    )


def _spots(files: Files, row: _Listed, me: UUID, stalls: dict[int, int]) -> Iterator[Row]:
    world = files.world
    person = world.people[row.person]
    shift = person.work.shift if person.work else ""
    since = files.at(world.start - 9 * DAY)
    for number, (place, group) in enumerate(row.spots):
        where = world.places[place]
        detail = ""
        if where.kind == "stall_row":
            stalls[place] = stalls.get(place, 0) + 1
            detail = str(stalls[place])
        yield (
            *(world.uuid("spot", 4 * row.person + number), me),
            *(files.organisation(row.organisation), files.place(place), group, detail),
            *(shift if row.keeper == "manager" else "", shift == "ca 3", since.date(), since),
            *(files.commune(where.commune), files.province(where.province)),
        )


def _beds(files: Files) -> Iterator[Row]:
    """Twelve beds a room, as the factory's list says: the rooms hold ten to twelve."""
    set_at = files.at(files.world.start - 9 * DAY)
    accounts = files.world.account_of
    body = accounts["manager"].organisation
    keeper = None if body is None else files.organisation(body)
    for room in files.world.people_in:
        yield files.place(room), keeper, 12, set_at


def _absences(files: Files) -> Iterator[Row]:
    world = files.world
    manager = next(account for account in world.accounts if account.slug == "manager")
    body = manager.organisation
    came = {
        (row.person, (row.start - world.start) // DAY)
        for row in world.presence
        if world.places[row.place].kind == "line"
    }
    crews = [
        (line, shift, crew)
        for (line, shift), crew in world.people_on.items()
        if world.places[line].organisation == body and world.places[line].kind == "line"
    ]
    for day in range(world.options.days):
        for line, shift, crew in crews:
            away = [person for person in crew if (person, day) not in came]
            if len(away) > len(crew) * RUNS_FROM:
                continue
            said_at = world.at(day, {"ca 1": 7, "ca 2": 15, "ca 3": 23}.get(shift, 8))
            if files.has_arrived(said_at):
                for person in away:
                    yield _absence(files, person, line, day, said_at)


def _absence(files: Files, person: int, line: int, day: int, said_at: int) -> Row:
    world = files.world
    place = world.places[line]
    at = files.at(said_at)
    return (
        *(world.uuid("attendance", person * 32 + day), _member_id(files, person)),
        *(files.organisation(place.organisation), files.place(line)),
        *(day_of(at), "absent", _reason(person, day), "list", at),
        *(files.account("manager"), files.commune(place.commune), files.province(place.province)),
    )


def _reason(person: int, day: int) -> str:
    """The same in every telling; an ill person is still ill the next day."""
    seal = blake2b(f"absence {person} {day // 3}".encode(), digest_size=2).digest()
    share = int.from_bytes(seal, "big") / 65_536
    return "symptoms" if share < ILL else "leave" if share < ON_LEAVE else "unknown"
