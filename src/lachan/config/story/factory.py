"""The electronics factory: lines and shifts, dormitory rooms, company buses, and the planted F0.

The planted sets are those of scenario 2 of practice.md section 7: 47 line mates; 9 room mates of
whom 6 work on the line and 2 on another shift; 39 on the bus, of whom 20 on the line, 5 in the
room and 4 in both: 68 people.  Scenario 4: three rooms of ten people with one phone.  Scenario 5:
the 68 live in 14 communes of two provinces.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random

from lachan.config.story.builder import Builder
from lachan.config.story.options import LINE_OF_NIGHT
from lachan.config.story.population import FACTORY_TOWN, MARKET_TOWN
from lachan.config.story.units import HAI_PHONG
from lachan.config.story.world import Planted, Stay, Unit, Work

SHIFTS = ("ca 1", "ca 2", "ca 3")
#: Begin of each shift, hour of the local day; eight hours each, the third through midnight.
SHIFT_BEGINS = {"ca 1": 6, "ca 2": 14, "ca 3": 22}
NIGHT = "ca 3"
#: Share of workers on the night shift: 6,000 of 20,000.
NIGHT_SHARE = 0.3
PLANTED_LINE = 7
PLANTED_BUS = 7
BUS_SEATS = 45
#: Share of workers in rented rooms.
IN_DORMITORIES = 0.68

COMPANY = "Công ty TNHH Điện tử Sao Khuê"
DORMITORY_COMMUNES = (
    "Phường Nếnh", "Phường Việt Yên", "Phường Vân Hà", "Phường Tự Lạn", "Phường Quế Võ",
    "Xã Yên Phong",
)  # fmt: skip
#: Thirteen more communes of the 68, three of them in the second province (Hải Phòng).
HANDOVER_HERE = (
    "Phường Việt Yên", "Phường Vân Hà", "Phường Tự Lạn", "Phường Quế Võ", "Xã Yên Phong",
    "Xã Tân Yên", "Xã Hiệp Hòa", "Phường Yên Dũng", "Xã Lạng Giang", MARKET_TOWN,
)  # fmt: skip
HANDOVER_THERE = 3
#: How the 68 hand-overs will be answered: five returned, two not at all.
RETURNED, UNANSWERED = 5, 2


@dataclass
class Factory:
    """Places and crews of the factory while it is being built."""

    organisation: int
    campus: int
    lines: list[int]
    crews: dict[tuple[int, str], list[int]] = field(default_factory=dict)
    rooms: list[int] = field(default_factory=list)
    buses: list[int] = field(default_factory=list)


def build_factory(builder: Builder) -> tuple[Factory, Planted]:
    """Build the factory with its workers, rooms and buses."""
    rng = builder.rng("factory")
    factory = _premises(builder)
    _hire(builder, rng, factory)
    line = factory.lines[PLANTED_LINE - 1]
    crew = factory.crews[line, NIGHT]
    night_others = [
        person
        for (where, shift), people in factory.crews.items()
        if shift == NIGHT and where != line
        for person in people
    ]
    planted = _plant(builder, rng, factory, crew, night_others)
    _house(builder, rng, factory, planted)
    _seat(builder, rng, factory, planted)
    _settle_at_home(builder, rng, factory)
    return factory, planted


def _premises(builder: Builder) -> Factory:
    unit = builder.by_name[FACTORY_TOWN]
    company = builder.organisation("company", COMPANY, unit)
    campus = builder.place("campus", f"Nhà máy {COMPANY}", unit, None, company, registered=True)
    for gate in ("Cổng chính", "Cổng xe buýt"):
        builder.place("gate", gate, unit, campus, company)
    options = builder.options
    halls = []
    for number in range(options.workshops):
        if number % 2 == 0:
            block = builder.place("building", f"Nhà {number // 2 + 1}", unit, campus, company)
        halls.append(builder.place("workshop", f"Xưởng {number + 1}", unit, block, company))
    lines = [
        builder.place("line", f"Chuyền {n + 1}", unit, halls[n % len(halls)], company)
        for n in range(options.lines)
    ]
    factory = Factory(company, campus, lines)
    factory.buses = [
        builder.place(
            "vehicle",
            f"Xe đưa đón {number + 1}",
            unit,
            None,
            company,
            registered=True,
            detail=f"99H-{number:03d}.00; {BUS_SEATS} chỗ",
        )
        for number in range(options.buses)
    ]
    return factory


def crew_sizes(workers: int, lines: int, shift: str) -> list[int]:
    """People per line: the planted line of the night shift has 48, the others share evenly."""
    night = round(workers * NIGHT_SHARE)
    if shift == NIGHT:
        sizes = _shared(night - LINE_OF_NIGHT, lines - 1)
        sizes.insert(PLANTED_LINE - 1, LINE_OF_NIGHT)
        return sizes
    day = workers - night
    return _shared(day // 2 if shift == "ca 1" else day - day // 2, lines)


def _shared(people: int, lines: int) -> list[int]:
    return [people // lines + (number < people % lines) for number in range(lines)]


def _hire(builder: Builder, rng: Random, factory: Factory) -> None:
    options = builder.options
    for shift in SHIFTS:
        sizes = crew_sizes(options.workers, options.lines, shift)
        for line, size in zip(factory.lines, sizes, strict=True):
            factory.crews[line, shift] = [
                _worker(builder, rng, factory, line, shift) for _ in range(size)
            ]


def _worker(builder: Builder, rng: Random, factory: Factory, line: int, shift: str) -> int:
    migrant = rng.random() < 0.6
    here = rng.choice(builder.home_units)
    home = builder.stay(rng, rng.choice(builder.far_units) if migrant else here)
    ethnicity = rng.choice(("01", "01", "01", "01", "01", "01", "02", "07", "02", "01", "08"))
    person = builder.person(
        rng,
        "F" if rng.random() < 0.62 else "M",
        builder.born_between(rng, 18, 44),
        home if not migrant else builder.stay(rng, builder.by_name[FACTORY_TOWN]),
        ethnicity=ethnicity if migrant else "01",
        permanent=home,
        occupation="công nhân",
    )
    builder.people[person].work = Work(factory.organisation, line, shift)
    return person


def _plant(
    builder: Builder, rng: Random, factory: Factory, crew: list[int], night_others: list[int]
) -> Planted:
    f0, mates = crew[0], crew[1:]
    colleague, *others = rng.sample(night_others, 19)
    day = [factory.crews[factory.lines[n], "ca 1"][0] for n in (2, 11)]
    room = _dormitory(builder, "Nhà trọ Hoa Sữa", builder.by_name[FACTORY_TOWN], 1, factory)[0]
    for person in [f0, *mates[:6], colleague, *day]:
        _move_to_room(builder, person, room)
    bus = factory.buses[PLANTED_BUS - 1]
    for person in [f0, *mates[:4], *mates[6:22], colleague, *others]:
        builder.people[person].bus = bus
    three = _dormitory(builder, "Nhà trọ Bằng Lăng", builder.by_name[FACTORY_TOWN], 3, factory)
    shared = builder.phone()
    free = [
        person
        for number in (4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18, 19, 20)
        for person in factory.crews[factory.lines[number], "ca 2"]
    ]
    for position, person in enumerate(free[:30]):
        _move_to_room(builder, person, three[position // 10])
        builder.people[person].phones = (shared,)
        if builder.options.acceptance:
            # Thirty behind one phone: it meets nobody's in their name.
            builder.people[person].has_app = False
    contacts = sorted({*mates, colleague, *day, *others})
    handover = _scatter(builder, rng, contacts, room)
    line = factory.lines[PLANTED_LINE - 1]
    return Planted(f0, line, NIGHT, room, bus, tuple(three), shared, (), handover)


def _scatter(builder: Builder, rng: Random, contacts: list[int], room: int) -> dict[int, str]:
    """Give the planted contacts outside the room homes in 13 more communes; plan the answers."""
    there = [unit for unit in builder.far_units if unit.province == HAI_PHONG]
    homes = [builder.by_name[name] for name in HANDOVER_HERE]
    homes += rng.sample(there, HANDOVER_THERE)
    outside = [person for person in contacts if builder.people[person].room != room]
    for position, person in enumerate(outside):
        stay = builder.stay(rng, homes[position % len(homes)])
        builder.people[person].stay = builder.people[person].permanent = stay
    troubled = rng.sample(outside, RETURNED + UNANSWERED)
    if builder.options.acceptance:
        # One who is not answered for lives in the other province: both CDCs must see it.
        abroad = [p for p in outside if builder.people[p].stay.province == HAI_PHONG]
        troubled[-1] = next(person for person in abroad if person not in troubled)
    answers = dict.fromkeys(contacts, "accepted")
    answers |= dict.fromkeys(troubled[:RETURNED], "returned")
    answers |= dict.fromkeys(troubled[RETURNED:], "unanswered")
    return answers


def _dormitory(builder: Builder, name: str, unit: Unit, rooms: int, factory: Factory) -> list[int]:
    """A rented dormitory with its rooms; the QR hangs at the door of the house."""
    house = builder.place("dormitory", name, unit, registered=True)
    made = [builder.place("room", f"Phòng {n + 101}", unit, house) for n in range(rooms)]
    factory.rooms += made
    return made


def _move_to_room(builder: Builder, person: int, room: int) -> None:
    place = builder.places[room]
    row = builder.people[person]
    parent = place.parent
    house = builder.places[parent].name if parent is not None else ""
    unit = next(unit for unit in builder.home_units if unit.code == place.commune)
    address = f"{place.name}, {house}, {unit.name}, {unit.province_name}"
    row.room = room
    row.stay = Stay(place.commune, place.province, address, row.stay.since)


def _house(builder: Builder, rng: Random, factory: Factory, planted: Planted) -> None:
    """Spread two thirds of the workers over rented rooms of ten to twelve."""
    waiting = [
        person
        for crew in factory.crews.values()
        for person in crew
        if builder.people[person].room is None and person not in planted.handover
    ]
    rng.shuffle(waiting)
    waiting = waiting[: round(builder.options.workers * IN_DORMITORIES)]
    groups = []
    while len(waiting) >= 10:
        size = rng.choice((10, 10, 11, 12))
        groups.append([waiting.pop() for _ in range(min(size, len(waiting)))])
    houses = builder.options.dormitories - 2
    for number in range(min(houses, len(groups))):
        mine = groups[number::houses]
        unit = builder.by_name[DORMITORY_COMMUNES[number % len(DORMITORY_COMMUNES)]]
        rooms = _dormitory(builder, f"Nhà trọ số {number + 1}", unit, len(mine), factory)
        for room, people in zip(rooms, mine, strict=True):
            for person in people:
                _move_to_room(builder, person, room)


def _seat(builder: Builder, rng: Random, factory: Factory, planted: Planted) -> None:
    """Put workers with their own homes on the buses of their shift; the planted run is full."""
    for shift in SHIFTS:
        full = planted.bus if shift == planted.shift else None
        seats = [bus for bus in factory.buses if bus != full for _ in range(BUS_SEATS)]
        rng.shuffle(seats)
        for line in factory.lines:
            for person in factory.crews[line, shift]:
                row = builder.people[person]
                mate = person == planted.f0 or person in planted.handover
                if row.bus is None and not mate and seats and rng.random() < 0.5:
                    seat = seats.pop()
                    # Scenario 4 is about the beds alone.
                    on_foot = builder.options.acceptance and row.room in planted.phone_rooms
                    row.bus = None if on_foot else seat


def _settle_at_home(builder: Builder, rng: Random, factory: Factory) -> None:
    """Workers of the province who rent no room live in a household of their commune."""
    houses: defaultdict[str, list[int]] = defaultdict(list)
    for index, household in enumerate(builder.households):
        houses[household.commune].append(index)
    for crew in factory.crews.values():
        for person in crew:
            row = builder.people[person]
            if row.room is None and row.stay.commune in houses:
                house = rng.choice(houses[row.stay.commune])
                builder.move_in(house, person)
                row.stay = row.stay._replace(address=builder.households[house].address)
