"""The province outside the factory: market, school, feasts, pagoda, bus, hospital, shops."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from random import Random

from lachan.config.story.builder import Builder
from lachan.config.story.population import (
    FACTORY_TOWN,
    FESTIVAL_COMMUNE,
    HOSPITAL_TOWN,
    MARKET_TOWN,
    MOUNTAIN,
    NO_COVERAGE,
)
from lachan.config.story.world import Unit, Work

#: Stall rows of the wholesale market, 24 stalls each (scenario 3).
ROWS = "ABCDEFGH"
STALLS = 24
DRIVERS = 40
#: The five provinces the drivers come from (today's codes): Lạng Sơn, Quảng Ninh, Hưng Yên,
#: Thanh Hóa, Sơn La.
DRIVER_PROVINCES = ("20", "22", "33", "38", "14")
CLASS_SIZE = 38
TABLES, TABLE_SEATS = 40, 10
WARDS, WARD_ROOMS = 6, 5
BUS_LINE_SEATS = 29

SHOP_KINDS = ("Tạp hóa", "Quán cơm", "Quán phở", "Hiệu thuốc", "Cà phê", "Cắt tóc", "Siêu thị mini")
SHOP_NAMES = ("An Bình", "Hoa Mai", "Thu Cúc", "Bảo Châu", "Tân Tiến", "Hồng Phát", "Minh Khai")


@dataclass
class Town:
    """Places with the people who belong to them."""

    market: int = 0
    seller: int | None = None
    rows: list[int] = field(default_factory=list)
    holders: dict[int, list[int]] = field(default_factory=dict)
    drivers: list[int] = field(default_factory=list)
    classes: dict[int, list[int]] = field(default_factory=dict)
    teachers: dict[int, int] = field(default_factory=dict)
    tables: dict[int, list[int]] = field(default_factory=dict)
    mourners: list[int] = field(default_factory=list)
    funeral: int = 0
    pagoda: int = 0
    bus_line: list[int] = field(default_factory=list)
    ward_rooms: list[int] = field(default_factory=list)
    nurses: dict[int, list[int]] = field(default_factory=dict)
    shops: dict[str, list[int]] = field(default_factory=dict)
    hamlet_houses: list[int] = field(default_factory=list)
    adults: dict[str, list[int]] = field(default_factory=dict)
    everyone: list[int] = field(default_factory=list)


def build_town(builder: Builder) -> Town:
    """Build everything outside the factory."""
    town = Town()
    ages: defaultdict[str, list[int]] = defaultdict(list)
    for index, person in enumerate(builder.people):
        if person.household is not None and person.occupation not in {"", "học sinh", "công nhân"}:
            ages[person.stay.commune].append(index)
    town.adults = dict(ages)
    town.everyone = [person for people in town.adults.values() for person in people]
    rng = builder.rng("town")
    _market(builder, rng, town)
    _school(builder, rng, town)
    _feasts(builder, rng, town)
    _bus_line(builder, town)
    _hospital(builder, rng, town)
    _mountain(builder, town)
    _shops(builder, rng, town)
    return town


def _near(builder: Builder, rng: Random, town: Town, unit: Unit, people: int) -> list[int]:
    """Adults of this commune first, then of the others."""
    mine = list(town.adults.get(unit.code, ()))
    rng.shuffle(mine)
    free = [person for person in mine if builder.people[person].work is None]
    if len(free) < people:
        rest = [p for p in town.everyone if builder.people[p].work is None and p not in set(free)]
        free += rng.sample(rest, people - len(free))
    return free[:people]


def _market(builder: Builder, rng: Random, town: Town) -> None:
    unit = builder.by_name[MARKET_TOWN]
    owner = builder.organisation("market", "Công ty CP Chợ đầu mối Đồng Trạng", unit)
    # For scenario 3 the code hangs at the market's gate, and the board keeps lists of the rows.
    at_gate = builder.options.acceptance
    town.market = builder.place(
        "market", "Chợ đầu mối Đồng Trạng", unit, None, owner, registered=at_gate
    )
    people = iter(_near(builder, rng, town, unit, len(ROWS) * STALLS))
    for letter in ROWS:
        row = builder.place(
            "stall_row", f"Dãy {letter}", unit, town.market, owner, registered=not at_gate
        )
        town.rows.append(row)
        town.holders[row] = [next(people) for _ in range(STALLS)]
        for person in town.holders[row]:
            builder.people[person].work = Work(owner, row, "02:00–07:00")
            builder.people[person].occupation = "tiểu thương"
    if at_gate:
        _rent_out_a_stall(builder, town, owner)
    yards = [unit for unit in builder.far_units if unit.province in DRIVER_PROVINCES]
    for number in range(DRIVERS):
        province = DRIVER_PROVINCES[number % len(DRIVER_PROVINCES)]
        home = rng.choice([unit for unit in yards if unit.province == province])
        born = builder.born_between(rng, 24, 55)
        stay = builder.stay(rng, home)
        driver = builder.person(rng, "M", born, stay, occupation="lái xe tải")
        town.drivers.append(driver)


def _rent_out_a_stall(builder: Builder, town: Town, owner: int) -> None:
    """A woman who lives alone takes over one stall of row B for a single morning (scenario 3)."""
    rng = builder.rng("seller")
    unit = builder.by_name[MARKET_TOWN]
    born = builder.born_between(rng, 35, 50)
    seller = builder.person(rng, "F", born, builder.stay(rng, unit), occupation="tiểu thương")
    row = town.rows[1]
    gone = town.holders[row][-1]
    builder.people[gone].work, builder.people[gone].occupation = None, "buôn bán"
    builder.people[seller].work = Work(owner, row, "02:00–07:00")
    builder.people[seller].susceptible = builder.people[seller].has_app = False
    town.holders[row][-1] = town.seller = seller


def _school(builder: Builder, rng: Random, town: Town) -> None:
    unit = builder.by_name[FACTORY_TOWN]
    school = builder.organisation("school", "Trường Tiểu học và THCS Sông Thương", unit)
    campus = builder.place(
        "school", "Trường Tiểu học và THCS Sông Thương", unit, None, school, registered=True
    )
    by_grade: defaultdict[int, list[int]] = defaultdict(list)
    for index, person in enumerate(builder.people):
        grade = builder.options.day_zero.year - person.born.year - 5
        if person.stay.commune == unit.code and 1 <= grade <= 9 and person.household is not None:
            by_grade[grade].append(index)
    staff = iter(_near(builder, rng, town, unit, 40))
    for grade, pupils in sorted(by_grade.items()):
        for number in range(0, len(pupils), CLASS_SIZE):
            name = f"Lớp {grade}{'ABCDEFGHIKLMNOPQ'[number // CLASS_SIZE]}"
            room = builder.place("class", name, unit, campus, school)
            town.classes[room] = pupils[number : number + CLASS_SIZE]
            teacher = next(staff)
            builder.people[teacher].occupation = "giáo viên"
            town.teachers[room] = teacher
            for member in (*town.classes[room], teacher):
                builder.people[member].work = Work(school, room, "sáng")


def _feasts(builder: Builder, rng: Random, town: Town) -> None:
    unit = builder.by_name[FACTORY_TOWN]
    hall = builder.place("hall", "Nhà văn hóa thôn Giữa: đám cưới", unit, registered=True)
    guests = rng.sample(town.everyone, TABLES * TABLE_SEATS)
    workers = [i for i, p in enumerate(builder.people) if p.occupation == "công nhân"]
    guests[: TABLES * 3] = rng.sample(workers, TABLES * 3)
    rng.shuffle(guests)
    for number in range(TABLES):
        table = builder.place("table", f"Bàn {number + 1}", unit, hall)
        town.tables[table] = guests[number * TABLE_SEATS : (number + 1) * TABLE_SEATS]
    town.funeral = builder.place("house", "Tang lễ tại thôn Đoài", unit, registered=True)
    town.mourners = _near(builder, rng, town, unit, 160)
    festival = builder.by_name[FESTIVAL_COMMUNE]
    town.pagoda = builder.place("pagoda", "Chùa Linh Sơn (lễ hội)", festival, registered=True)


def _bus_line(builder: Builder, town: Town) -> None:
    unit = builder.by_name[HOSPITAL_TOWN]
    company = builder.organisation("transport", "Công ty CP Vận tải Sông Cầu", unit)
    for number in range(3):
        bus = builder.place(
            "vehicle",
            f"Xe khách tuyến 202, số {number + 1}",
            unit,
            None,
            company,
            registered=True,
            detail=f"99B-000.{number + 10}; {BUS_LINE_SEATS} chỗ",
        )
        town.bus_line.append(bus)


def _hospital(builder: Builder, rng: Random, town: Town) -> None:
    unit = builder.by_name[HOSPITAL_TOWN]
    hospital = builder.organisation("hospital", "Bệnh viện Đa khoa Kinh Bắc (giả định)", unit)
    campus = builder.place(
        "hospital", "Bệnh viện Đa khoa Kinh Bắc (giả định)", unit, None, hospital
    )
    staff = iter(_near(builder, rng, town, unit, WARDS * 4))
    for number in range(WARDS):
        ward = builder.place("ward", f"Khoa {number + 1}", unit, campus, hospital, registered=True)
        rooms = [
            builder.place("room", f"Phòng bệnh {number + 1}.{n + 1}", unit, ward, hospital)
            for n in range(WARD_ROOMS)
        ]
        town.ward_rooms += rooms
        town.nurses[ward] = [next(staff) for _ in range(4)]
        for nurse in town.nurses[ward]:
            builder.people[nurse].occupation = "nhân viên y tế"
            builder.people[nurse].work = Work(hospital, ward, "hành chính")


def _mountain(builder: Builder, town: Town) -> None:
    unit = builder.by_name[MOUNTAIN]
    town.hamlet_houses = [
        builder.place("hall", f"Nhà văn hóa {hamlet}", unit, registered=True)
        for hamlet in NO_COVERAGE
    ]


def _shops(builder: Builder, rng: Random, town: Town) -> None:
    """Shops with a poster in every commune: most of them nobody ever scans."""
    numbers = count(1)
    busy = {FACTORY_TOWN: 4, MARKET_TOWN: 3, HOSPITAL_TOWN: 4}
    for unit in builder.home_units:
        many = builder.options.shops * busy.get(unit.name, 1)
        town.shops[unit.code] = [
            builder.place(
                "shop",
                f"{rng.choice(SHOP_KINDS)} {rng.choice(SHOP_NAMES)} {next(numbers)}",
                unit,
                registered=True,
            )
            for _ in range(many)
        ]
