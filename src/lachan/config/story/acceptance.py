"""Plants the acceptance scenarios: invented people at places of their own, beside the town's life.

Only the preset `nghiem-thu` has them.  Everybody here is added after the town has lived its days,
so that nothing else of the story changes.
"""

from collections.abc import Iterable
from random import Random

from lachan.config.story.builder import Builder
from lachan.config.story.names import foreigner
from lachan.config.story.planting import Planting
from lachan.config.story.population import FACTORY_TOWN, HOSPITAL_TOWN, MARKET_TOWN
from lachan.config.story.presence import SELLER_COMES, SELLER_STAYS, SELLERS_DAY
from lachan.config.story.scenes import (
    Chain,
    Companion,
    MarketMorning,
    NightWorker,
    Patient,
    Scenes,
    Told,
)
from lachan.config.story.spread import DISEASES, INVENTED
from lachan.config.story.town import Town
from lachan.config.story.world import DAY, HOUR, MINUTE, Unit, Work

NIGHT = "ca 3"
#: Scenario 8: F1 of the patient, F2 of them, F1 and F2 among the contacts of no. 7, newcomers.
F1, F2, NUMBER_7_F1, NUMBER_7_F2, NEWCOMERS = 18, 97, 4, 7, 12
NUMBER_7 = 6  # position in the list of F1


def plant_scenes(planting: Planting, town: Town) -> Scenes:
    """Everything the scenarios need beside factory, dormitory and hand-over."""
    return Scenes(
        night_worker=_night_worker(planting),
        market=_market_morning(planting, town),
        chain=_chain(planting),
        group_a=_group_a(planting),
        group_b=_group_b(planting),
    )


def _outbreak(builder: Builder) -> str:
    return DISEASES[builder.options.stand].code


def _night_worker(planting: Planting) -> NightWorker:
    """Scenario 1: an ice worker with a family of five; what scans show, and what he only tells."""
    builder, rng = planting.builder, planting.builder.rng("night-worker")
    here = builder.by_name[FACTORY_TOWN]
    company = builder.organisation("company", "Cơ sở nước đá Bến Gạo", here)
    places = _places_of_night_worker(builder, here, company)
    line = places[0]
    f0, household = _family_of_five(planting, rng, here)
    builder.people[f0].work = Work(company, line, NIGHT)
    mates = (
        planting.somebody(rng, here, occupation="công nhân"),
        planting.somebody(rng, builder.by_name["Phường Việt Yên"], occupation="công nhân"),
    )
    others = tuple(planting.somebody(rng, here) for _ in range(4))
    passers = tuple(planting.somebody(rng, here) for _ in range(3))
    for mate in mates:
        builder.people[mate].work = Work(company, line, NIGHT)
    _scans_of_night_worker(planting, f0, places, (*mates, *others), passers)
    planting.positive(
        f0,
        _outbreak(builder),
        onset=planting.at(4, 8),
        taken_at=planting.at(5, 9, 20),
        entered_at=planting.at(6, 1, 50),
        released_at=planting.at(6, 2, 10),
    )
    told = _told_by_night_worker(planting, rng, here, f0, mates[0])
    return NightWorker(f0, household, places, (*mates, *others), passers, told)


def _places_of_night_worker(builder: Builder, here: Unit, company: int) -> tuple[int, ...]:
    """Seven places with a code: five small enough to name people, two shops."""
    shed = builder.place("campus", "Xưởng nước đá Bến Gạo", here, None, company)
    line = builder.place("line", "Tổ ra đá ca đêm", here, shed, company, registered=True)
    parts = (
        ("shop", "Quán phở Bà Nhạn", "table", "Bàn 4"),
        ("building", "Phòng khám Thiện Nhân (giả định)", "room", "Phòng chờ"),
        ("building", "Trung tâm dạy lái xe Sông Thương", "class", "Lớp B2 buổi tối"),
    )
    return (
        line,
        builder.place("vehicle", "Xe 16 chỗ đưa thợ nước đá", here, registered=True),
        *(
            builder.place(kind, name, here, builder.place(whole, of, here), registered=True)
            for whole, of, kind, name in parts
        ),
        builder.place("shop", "Tạp hóa Cô Mận", here, registered=True),
        builder.place("shop", "Nhà thuốc Minh Tâm (giả định)", here, registered=True),
    )


def _family_of_five(planting: Planting, rng: Random, here: Unit) -> tuple[int, tuple[int, ...]]:
    """Husband, wife, a daughter with a phone, a small son and a grandmother without."""
    house = planting.builder.household(rng, here)
    people = planting.builder.people
    f0 = planting.somebody(rng, here, (33, 41), sex="M", occupation="công nhân", household=house)
    name = people[f0].name.split()[0]
    wife = planting.somebody(rng, here, (31, 39), sex="F", household=house)
    children = [
        planting.somebody(
            rng,
            here,
            ages,
            sex=sex,
            occupation="học sinh",
            household=house,
            family=name,
            phone=ages[0] > 12,
        )
        for sex, ages in (("F", (15, 16)), ("M", (6, 7)))
    ]
    for child in children:
        people[child].guardian, people[child].mother = f0, wife
    old = planting.somebody(
        rng, here, (68, 76), sex="F", occupation="", household=house, family=name, phone=False
    )
    return f0, (wife, *children, old)


def _scans_of_night_worker(
    planting: Planting,
    f0: int,
    places: tuple[int, ...],
    met: tuple[int, ...],
    passers: tuple[int, ...],
) -> None:
    """From Thursday evening until the sample on Saturday morning."""
    line, bus, table, waiting, course, shop, chemist = places
    stay, at = planting.stays, planting.at
    for person in passers:
        stay(person, shop, at(3, 17, 2), 32)
    stay(f0, shop, at(3, 17), 35)
    for night in (3, 4):
        for person in (f0, *met[:2]):
            stay(person, line, at(night, 22), 480)
    for person in (f0, met[2]):
        stay(person, bus, at(4, 6, 10), 35)
    for person in (f0, met[3]):
        stay(person, table, at(4, 6, 55), 40)
    for person in (f0, met[4]):
        stay(person, waiting, at(4, 15, 5), 45)
    for person in (f0, met[5]):
        stay(person, course, at(4, 18), 120)
    stay(f0, chemist, at(5, 7, 30), 20)


def _told_by_night_worker(
    planting: Planting, rng: Random, here: Unit, f0: int, mate: int
) -> tuple[Told, ...]:
    """Three places without a code, two in no catalogue; five people, one of them known already."""
    people, at = planting.builder.people, planting.at
    elsewhere = planting.builder.by_name["Xã Tân Yên"]
    pitch = planting.builder.place("house", "Sân bóng thôn Giữa", here)
    friend, tea, player = (
        planting.somebody(rng, unit, sex="M") for unit in (here, elsewhere, here)
    )
    host = planting.somebody(rng, here, (66, 74), sex="M", occupation="nông dân", phone=False)
    for person in (f0, player):
        planting.unseen(person, pitch, at(4, 16, 40), 60)

    def named(person: int, called: str = "") -> Companion:
        row = people[person]
        return Companion(called or row.name, row.phones[0] if row.phones else "", person)

    return (
        Told(
            None, "Giỗ nhà ông Bảy, thôn Đoài", at(4, 11), at(4, 13), 30 * MINUTE, "xe máy",
            (named(friend), named(host, "ông Bảy, hỏi trưởng thôn Đoài"), named(mate)),
        ),
        Told(
            None, "Quán trà đá chân cầu Nếnh", at(3, 19), at(3, 20), HOUR, "đi bộ", (named(tea),),
        ),
        Told(
            pitch, "Sân bóng thôn Giữa", at(4, 16, 30), at(4, 17, 30), 15 * MINUTE, "xe máy",
            (named(player),),
        ),
    )  # fmt: skip


def _market_morning(planting: Planting, town: Town) -> MarketMorning:
    """Scenario 3: what is left to plant is the seller's positive and the woman who will call."""
    builder, rng = planting.builder, planting.builder.rng("market-morning")
    if town.seller is None:
        raise ValueError("The market has no seller: build the town with the acceptance scenes.")
    row = town.rows[1]
    caller = planting.somebody(rng, builder.by_name[MARKET_TOWN], (58, 66), sex="F")
    planting.unseen(caller, row, planting.at(SELLERS_DAY, 4, 5), 30)
    planting.positive(
        town.seller,
        _outbreak(builder),
        onset=planting.at(SELLERS_DAY, 1),
        taken_at=planting.at(SELLERS_DAY, 14),
        entered_at=planting.at(SELLERS_DAY, 23, 20),
        released_at=planting.at(6, 5, 30),
    )
    begins = planting.at(SELLERS_DAY, 0) + SELLER_COMES
    ends = begins + SELLER_STAYS * MINUTE
    return MarketMorning(town.seller, town.market, row, begins, ends, caller)


def _chain(planting: Planting) -> Chain:
    """Scenario 8: the patient met his 18 on day 0 in three places; no. 7 falls ill on day 5."""
    builder, rng = planting.builder, planting.builder.rng("chain")
    here = builder.by_name[HOSPITAL_TOWN]
    # No. 7 and the patient live in one commune, so that one report tells all that moved.
    homes = [here, builder.by_name[MARKET_TOWN], builder.by_name["Phường Yên Dũng"]]

    def several(count: int) -> list[int]:
        return [planting.somebody(rng, homes[n % len(homes)]) for n in range(count)]

    (f0,), f1 = several(1), several(F1)
    centre = builder.place("building", "Trung tâm dạy nghề Ngọc Lâm", here)
    rooms = [
        builder.place(kind, name, here, centre, registered=True)
        for kind, name in (("class", "Lớp hàn"), ("table", "Bàn ăn số 2"), ("room", "Phòng máy"))
    ]
    for number, place in enumerate(rooms):
        for person in (f0, *f1[number::3]):
            planting.stays(person, place, planting.at(0, 9 + 3 * number), 70)
    number_7, mates = f1[NUMBER_7], f1[:NUMBER_7_F1]
    his, theirs = several(NUMBER_7_F2), several(F2 - NUMBER_7_F2)
    _days_of_number_7(planting, here, number_7, mates, his)
    others = [person for person in f1 if person != number_7]
    met_by = {person: tuple(theirs[n :: len(others)]) for n, person in enumerate(others)}
    met_by[number_7] = (*mates, *his)
    later = several(NEWCOMERS)
    newcomers = {person: tuple(later[n :: len(his)]) for n, person in enumerate(his)}
    for person, day in ((f0, 1), (number_7, 5)):
        _falls_ill(planting, person, day)
    return Chain(f0, tuple(f1), met_by, number_7, newcomers)


def _days_of_number_7(
    planting: Planting, here: Unit, number_7: int, mates: list[int], his: Iterable[int]
) -> None:
    """Days after he met the patient, four of the eighteen and seven others share his days."""
    builder = planting.builder
    company = builder.organisation("company", "Xưởng mộc Cầu Gồ", here)
    shed = builder.place("campus", "Xưởng mộc Cầu Gồ", here, None, company)
    line = builder.place("line", "Tổ bào", here, shed, company, registered=True)
    hall = builder.place("hall", "Nhà văn hóa tổ dân phố Chùa", here)
    house = builder.place("room", "Phòng họp", here, hall, registered=True)
    for person in (number_7, *mates):
        planting.stays(person, line, planting.at(3, 8), 240)
    for person in (number_7, *his):
        planting.stays(person, house, planting.at(3, 19), 90)


def _falls_ill(planting: Planting, person: int, day: int) -> None:
    """A first symptom at eight; the first patient's result is out, the one of no. 7 waits."""
    waits = day == 5
    planting.positive(
        person,
        _outbreak(planting.builder),
        onset=planting.at(day, 8),
        taken_at=planting.at(day, 15) + (0 if waits else DAY),
        entered_at=planting.at(day, 23, 40) if waits else planting.at(3, 9, 30),
        released_at=planting.at(6, 6) if waits else planting.at(3, 10),
    )


def _group_a(planting: Planting) -> Patient:
    """Scenario 6: contacts found at 22:00 of a group A disease, a guest from abroad with them."""
    builder, rng = planting.builder, planting.builder.rng("group-a")
    here = builder.by_name[FACTORY_TOWN]
    f0, *family = planting.household(rng, here, 3)
    guest = planting.somebody(rng, here, identity=foreigner(rng), occupation="chuyên gia")
    company = builder.place("building", "Văn phòng Công ty Phù Sa", here)
    office = builder.place("room", "Phòng 3", here, company, registered=True)
    for person in (f0, guest):
        planting.stays(person, office, planting.at(5, 8), 200)
    today = builder.options.stand == "vn-2026"
    disease = INVENTED.code if today else _outbreak(builder)
    planting.positive(
        f0,
        disease,
        onset=planting.at(5, 6),
        taken_at=planting.at(5, 16),
        entered_at=planting.at(5, 23, 50),
        released_at=planting.at(6, 21, 55),
    )
    return Patient(f0, disease, (*family, guest), guest)


def _group_b(planting: Planting) -> Patient:
    """Scenario 6: of a group B patient nobody gets an order (COVID-19 in 2026, measles in 2021)."""
    builder, rng = planting.builder, planting.builder.rng("group-b")
    f0, *family = planting.household(rng, builder.by_name[FACTORY_TOWN], 3)
    disease = "covid-19" if builder.options.stand == "vn-2026" else "measles"
    planting.positive(
        f0,
        disease,
        onset=planting.at(5, 7),
        taken_at=planting.at(5, 16, 30),
        entered_at=planting.at(5, 23, 55),
        released_at=planting.at(6, 22, 5),
    )
    return Patient(f0, disease, tuple(family), None)
