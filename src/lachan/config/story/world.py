"""The story as plain data: what `generate` returns and what the loader and the files read.

A person, place or organisation is named by its position in its list; `World.uuid` turns that
into the identifier it will have in the database.  Times are integer seconds since 1970 UTC.
Units are named by today's five-digit code (province: two digits).
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from lachan.config.story.options import Options
from lachan.config.story.scenes import Scenes

#: The installation's offset: Vietnam has no summer time.
VIETNAM = timezone(timedelta(hours=7))
DAY = 86_400
HOUR = 3_600
MINUTE = 60

#: What every page, file and printed sheet of the story carries.
WATERMARK = "DỮ LIỆU GIẢ LẬP"


@dataclass(frozen=True, slots=True)
class FormerUnit:
    """A commune as it stood on 30 June 2025, with the district that was abolished that night."""

    code: str
    name: str
    district: str
    province: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A commune of today with its province; `former` are the old communes it was made of."""

    code: str
    name: str
    province: str
    province_name: str
    latitude: float
    longitude: float
    former: tuple[FormerUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class Organisation:
    """An invented company, school, hospital, or a real kind of authority of a real commune."""

    kind: str
    name: str
    commune: str
    province: str
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the tree of places; `registered` ones have a QR poster at the door."""

    kind: str
    name: str
    commune: str
    province: str
    parent: int | None
    organisation: int
    registered: bool = False
    detail: str = ""


class Birth(NamedTuple):
    """A birth date as written on the paper: month and day are None when nobody knows."""

    year: int
    month: int | None = None
    day: int | None = None


class Document(NamedTuple):
    """`kind` is cccd, cmnd, passport or birth_certificate; numbers are invented."""

    kind: str
    number: str


class Stay(NamedTuple):
    """Where somebody lives: today's commune, the address as the person writes it, since when."""

    commune: str
    province: str
    address: str
    since: date


class Work(NamedTuple):
    """Work or school: the organisation, the smallest place (line, class, row, ward), the shift."""

    organisation: int
    place: int
    shift: str


@dataclass(slots=True)
class Person:
    """One invented human being."""

    name: str
    born: date
    written: Birth
    sex: str
    nationality: str
    ethnicity: str
    occupation: str
    stay: Stay
    permanent: Stay
    documents: tuple[Document, ...] = ()
    phones: tuple[str, ...] = ()
    household: int | None = None
    guardian: int | None = None
    mother: int | None = None
    work: Work | None = None
    room: int | None = None
    bus: int | None = None
    susceptible: bool = True
    has_app: bool = False
    excluded: str = ""


@dataclass(slots=True)
class Household:
    """People under one roof; the first member is the head."""

    commune: str
    address: str
    members: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Account:
    """A member of the cast: somebody a visitor of the demo can sign in as."""

    slug: str
    role: str
    name: str
    who: str
    person: int | None = None
    organisation: int | None = None
    commune: str | None = None
    province: str | None = None
    national: bool = False


class Presence(NamedTuple):
    """TRUE presence of one person at one smallest place.  Known to tests only."""

    person: int
    place: int
    start: int
    end: int


class Scan(NamedTuple):
    """A visit as it was recorded: scanned at `place` (a poster), `left` None when nobody scanned.

    `spot` is the smallest place the roster gives for this person below the poster (their line,
    class or room), or the poster's own place.  `device` keeps its own clock.
    """

    person: int
    place: int
    spot: int
    entered: int
    left: int | None
    device: int


class Listed(NamedTuple):
    """A row of a roster that arrived by file: the list's own times, not the truth's."""

    person: int
    place: int
    start: int
    end: int


class Encounter(NamedTuple):
    """A Bluetooth contact as one phone reported it; the other phone may report its own."""

    a: int
    b: int
    start: int
    end: int


class Transmission(NamedTuple):
    """A TRUE infection.  Known to tests only.

    `how` says what could show it: scanned (the records overlap long enough), blurred (both are
    recorded, but clocks or missing exits hide it), household, roster or unseen.
    """

    source: int
    person: int
    place: int | None
    start: int
    end: int
    how: str


class Case(NamedTuple):
    """A detected case with its infectious window (`infectious_to` None: still infectious)."""

    person: int
    disease: str
    onset: int
    infectious_from: int
    infectious_to: int | None
    positive_at: int
    found: str


class Interview(NamedTuple):
    """One row of an investigation form as told; `honest` is known to tests only."""

    case: int
    teller: str
    place: int
    start: int
    end: int
    uncertainty: int
    honest: bool


class PlannedSample(NamedTuple):
    """A sample with the moment its result will be released by the laboratory.

    `entered_at` is when the technician enters the result; None: shortly before the release.
    """

    person: int
    tube: str
    taken_at: int
    laboratory: int
    outcome: str
    released_at: int
    entered_at: int | None = None


class Capacity(NamedTuple):
    """What a place can take: beds, tests a day, injections a day, doses in store."""

    kind: str
    place: int
    amount: int
    unit: str


class Duty(NamedTuple):
    """Who is on duty for an organisation on a day (0..14), with phone and deputy signer."""

    organisation: int
    day: int
    name: str
    phone: str
    deputy: str


class Incident(NamedTuple):
    """Something that will go wrong at a moment."""

    at: int
    code: str
    place: int


class WeeklyCount(NamedTuple):
    """Measles cases of one commune in one ISO week."""

    commune: str
    year: int
    week: int
    cases: int


class Disease(NamedTuple):
    """A disease of the story; the invented one says so in its name."""

    code: str
    name: str
    group: str
    invented: bool


@dataclass(slots=True)
class Planted:
    """The sets behind the acceptance scenarios, as places; the people follow by arithmetic."""

    f0: int
    line: int
    shift: str
    room: int
    bus: int
    phone_rooms: tuple[int, ...]
    shared_phone: str
    same_name: tuple[int, ...]
    handover: dict[int, str]
    scenes: Scenes | None = None


@dataclass
class World:
    """The whole story."""

    options: Options
    start: int
    units: list[Unit]
    organisations: list[Organisation]
    places: list[Place]
    people: list[Person]
    households: list[Household]
    planted: Planted
    diseases: list[Disease]
    accounts: list[Account] = field(default_factory=list)
    presence: list[Presence] = field(default_factory=list)
    scans: list[Scan] = field(default_factory=list)
    rosters: list[Listed] = field(default_factory=list)
    clock_errors: dict[int, int] = field(default_factory=dict)
    encounters: list[Encounter] = field(default_factory=list)
    transmissions: list[Transmission] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    interviews: list[Interview] = field(default_factory=list)
    samples: list[PlannedSample] = field(default_factory=list)
    capacities: list[Capacity] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    measles: list[WeeklyCount] = field(default_factory=list)
    liars: tuple[int, ...] = ()
    intubated: int | None = None
    no_coverage: tuple[str, ...] = ()

    def at(self, day: int, hour: int = 0, minute: int = 0) -> int:
        """The moment of the story's day (0..14) at a local time, as seconds."""
        return self.start + day * DAY + hour * HOUR + minute * MINUTE

    def uuid(self, kind: str, index: int) -> UUID:
        """The identifier of a thing: a UUIDv7 of day 0, the same for the same seed."""
        seal = hashlib.blake2b(f"{self.options.seed}:{kind}:{index}".encode(), digest_size=10)
        number = (self.start * 1000 + index) << 80 | int.from_bytes(seal.digest(), "big")
        number = number & ~(0xF << 76) & ~(0x3 << 62) | 7 << 76 | 2 << 62
        return UUID(int=number)

    def trace_id(self, person: int) -> UUID:
        """The pseudonym of a person in the ledgers: random-looking, the same for the same seed."""
        seal = hashlib.blake2b(f"{self.options.seed}:trace:{person}".encode(), digest_size=16)
        return UUID(bytes=seal.digest(), version=4)

    def ancestors(self, place: int) -> list[int]:
        """The place and everything it lies in, smallest first."""
        line = [place]
        while (parent := self.places[line[-1]].parent) is not None:
            line.append(parent)
        return line

    @cached_property
    def unit_of(self) -> dict[str, Unit]:
        """Units by today's code."""
        return {unit.code: unit for unit in self.units}

    @cached_property
    def account_of(self) -> dict[str, Account]:
        """The cast by slug."""
        return {account.slug: account for account in self.accounts}

    @cached_property
    def people_on(self) -> dict[tuple[int, str], list[int]]:
        """(line, shift) -> people: the factory's own roster."""
        roster: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        for index, person in enumerate(self.people):
            if person.work:
                roster[person.work.place, person.work.shift].append(index)
        return dict(roster)

    @cached_property
    def people_in(self) -> dict[int, list[int]]:
        """Dormitory room -> people."""
        rooms: defaultdict[int, list[int]] = defaultdict(list)
        for index, person in enumerate(self.people):
            if person.room is not None:
                rooms[person.room].append(index)
        return dict(rooms)

    @cached_property
    def people_riding(self) -> dict[tuple[int, str], list[int]]:
        """(company bus, shift) -> people who have a seat on that run."""
        seats: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        for index, person in enumerate(self.people):
            if person.bus is not None and person.work:
                seats[person.bus, person.work.shift].append(index)
        return dict(seats)

    def people_of_shift(self, organisation: int, shift: str) -> list[int]:
        """Everybody whom the roster puts on one shift of one organisation."""
        return [
            index
            for index, person in enumerate(self.people)
            if person.work
            and person.work.organisation == organisation
            and person.work.shift == shift
        ]

    def contacts_of_f0(self) -> set[int]:
        """Who shared line and shift, room or bus run with the planted F0."""
        planted = self.planted
        together = (
            set(self.people_on[planted.line, planted.shift])
            | set(self.people_in[planted.room])
            | set(self.people_riding[planted.bus, planted.shift])
        )
        return together - {planted.f0}

    def fingerprint(self) -> str:
        """A hash of everything in the story: equal for equal seed and options."""
        seal = hashlib.blake2b(digest_size=16)
        for name, value in sorted(vars(self).items()):
            if name in self.__dataclass_fields__:
                seal.update(f"{name}={value!r}\n".encode())
        return seal.hexdigest()


def moment(day: date) -> int:
    """Local midnight of a date, as seconds."""
    return int(datetime(day.year, day.month, day.day, tzinfo=VIETNAM).timestamp())
