"""Families of the province, and the people whom every register gets wrong."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from lachan.config.story.builder import Builder
from lachan.config.story.names import Identity, foreigner
from lachan.config.story.world import Birth, Person, Unit

#: Communes where most of the story happens; the rest of the 99 share what is left.
FACTORY_TOWN = "Phường Nếnh"
MARKET_TOWN = "Phường Đa Mai"
HOSPITAL_TOWN = "Phường Bắc Giang"
FESTIVAL_COMMUNE = "Xã Phật Tích"
MOUNTAIN = "Xã An Lạc"
BUSY = {FACTORY_TOWN: 0.18, MARKET_TOWN: 0.1, HOSPITAL_TOWN: 0.1, MOUNTAIN: 0.04}

#: Two hamlets of the mountain commune without any network.
NO_COVERAGE = ("Thôn Khe Sâu", "Thôn Đồng Vách")

MOUNTAIN_COMMUNES = ("Xã An Lạc", "Xã Sơn Động", "Xã Vân Sơn", "Xã Sa Lý", "Xã Dương Hưu")
MOUNTAIN_PEOPLES = ("02", "02", "07", "07", "07", "08", "01")
LOWLAND_PEOPLES = ("01",) * 48 + ("02", "04")

SAME_NAME = "Nguyễn Thị Hương"
SAME_YEAR = 1988
SAME_COMMUNE = "Xã Yên Phong"

JOBS = ("nông dân", "buôn bán", "lái xe", "giáo viên", "thợ xây", "công chức", "thợ may", "nội trợ")


def settle(builder: Builder) -> None:
    """Give every commune its households, the busy ones more."""
    rng = builder.rng("population")
    total = builder.options.households
    every = max(2, round(total * (1 - sum(BUSY.values())) / len(builder.home_units)))
    for unit in builder.home_units:
        for _ in range(every + round(total * BUSY.get(unit.name, 0))):
            family(builder, rng, unit)
    _newborns_and_twins(builder, rng)


def family(builder: Builder, rng: Random, unit: Unit, ethnicity: str | None = None) -> int:
    """One household of two to six people, up to three generations."""
    mountain = unit.name in MOUNTAIN_COMMUNES
    ethnicity = ethnicity or rng.choice(MOUNTAIN_PEOPLES if mountain else LOWLAND_PEOPLES)
    house = builder.household(rng, unit)
    if unit.name == MOUNTAIN and rng.random() < 0.4:
        hamlet = rng.choice(NO_COVERAGE)
        builder.households[house].address = f"{hamlet}, {unit.name}, {unit.province_name}"
    stay = builder.stay(rng, unit, builder.households[house].address)

    def add(sex: str, youngest: int, oldest: int, family: str | None = None) -> int:
        born = builder.born_between(rng, youngest, oldest)
        adult = youngest >= 18
        person = builder.person(
            rng,
            sex,
            born,
            stay,
            ethnicity=ethnicity,
            family=family,
            occupation=rng.choice(JOBS) if adult and oldest < 70 else "",
            phone=(adult or youngest >= 14) and rng.random() < (0.5 if mountain else 0.93),
        )
        builder.move_in(house, person)
        return person

    father = add("M", 24, 50)
    surname = builder.people[father].name.split()[0]
    mother = add("F", 22, 48)
    for _ in range(rng.choice((0, 1, 1, 2, 2, 2, 3))):
        child = builder.people[add(rng.choice("MF"), 1, 17, surname)]
        child.guardian, child.mother, child.occupation = father, mother, "học sinh"
    if rng.random() < 0.35:
        add(rng.choice("MF"), 62, 95)
    return house


def _newborns_and_twins(builder: Builder, rng: Random) -> None:
    """One newborn in sixty households (some not named yet), one pair of twins in a hundred."""
    for index in range(0, len(builder.households), 60):
        house = builder.households[index]
        mother = house.members[1]
        born = builder.options.day_zero - timedelta(days=rng.randrange(1, 28))
        sex = rng.choice("MF")
        named = rng.random() < 0.5
        identity = Identity(f"Con bà {builder.people[mother].name}", "VN", "01")
        child = _child(builder, rng, index, sex, born, None if named else identity)
        builder.people[child].documents = ()
        builder.people[child].written = Birth(born.year, born.month, born.day)
    for index in range(30, len(builder.households), 100):
        born = builder.born_between(rng, 6, 10)
        sex = rng.choice("MF")
        for _ in range(2):
            child = _child(builder, rng, index, sex, born, None)
            builder.people[child].written = Birth(born.year, born.month, born.day)


def _child(
    builder: Builder,
    rng: Random,
    household: int,
    sex: str,
    born: date,
    identity: Identity | None,
) -> int:
    father, mother = builder.households[household].members[:2]
    parent: Person = builder.people[mother]
    child = builder.person(
        rng,
        sex,
        born,
        parent.stay,
        ethnicity=builder.people[father].ethnicity,
        family=builder.people[father].name.split()[0],
        identity=identity,
        phone=False,
    )
    builder.move_in(household, child)
    builder.people[child].guardian = father
    builder.people[child].mother = mother
    return child


def same_name(builder: Builder) -> tuple[int, ...]:
    """Twelve women of one name and birth year in one commune."""
    rng = builder.rng("same-name")
    unit = builder.by_name[SAME_COMMUNE]
    twelve = []
    for _ in range(12):
        house = builder.household(rng, unit)
        stay = builder.stay(rng, unit, builder.households[house].address)
        born = date(SAME_YEAR, rng.randrange(1, 13), rng.randrange(13, 28))
        identity = Identity(SAME_NAME, "VN", "01")
        person = builder.person(rng, "F", born, stay, identity=identity, occupation="nông dân")
        builder.people[person].written = Birth(born.year, born.month, born.day)
        builder.move_in(house, person)
        twelve.append(person)
    return tuple(twelve)


def experts(builder: Builder, count: int) -> list[int]:
    """Chinese, Korean and Indian experts in a hotel near the factory, and two one-word names."""
    rng = builder.rng("experts")
    unit = builder.by_name[FACTORY_TOWN]
    people = []
    for _ in range(count):
        stay = builder.stay(rng, unit, f"Khách sạn Sao Mai, {unit.name}")
        born = builder.born_between(rng, 28, 58)
        person = builder.person(
            rng, rng.choice("MF"), born, stay, identity=foreigner(rng), occupation="chuyên gia"
        )
        people.append(person)
    for word in ("Páo", "Dua"):
        unit = builder.by_name[MOUNTAIN]
        builder.person(
            rng,
            "M" if word == "Páo" else "F",
            builder.born_between(rng, 71, 80),
            builder.stay(rng, unit, f"{NO_COVERAGE[0]}, {unit.name}"),
            identity=Identity(word, "VN", "08"),
            phone=False,
        )
    return people


def set_apart(builder: Builder) -> None:
    """Some people are managed by the police or the army and leave every sharing flow."""
    rng = builder.rng("set-apart")
    adults = [
        index
        for index, person in enumerate(builder.people)
        if person.household is not None and person.occupation == "công chức"
    ]
    for index in rng.sample(adults, min(len(adults), 24)):
        chain = rng.choice(("police", "army"))
        builder.people[index] = replace(
            builder.people[index], excluded=chain, occupation="lực lượng vũ trang"
        )
