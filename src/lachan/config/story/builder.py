"""The workbench: everything made so far, and how one more person or place is made."""

from collections import defaultdict
from datetime import date, timedelta
from random import Random

from lachan.config.story.names import Identity, anybody
from lachan.config.story.options import Options
from lachan.config.story.units import BAC_NINH, read_units
from lachan.config.story.world import (
    Birth,
    Document,
    FormerUnit,
    Household,
    Organisation,
    Person,
    Place,
    Stay,
    Unit,
)

#: Three-digit province of birth in identity numbers, by the table before 2025: of Bắc Giang,
#: Bắc Ninh, and of some provinces people moved in from.
BORN_HERE = ("024", "024", "024", "027", "027")
BORN_ELSEWHERE = ("020", "019", "030", "022", "004", "008", "038", "040", "014", "002", "006")

#: Shares from practice.md section 6 point 5, except where "assumed".
WITHOUT_DOCUMENT = 0.04
YEAR_ONLY_OVER_70 = 0.28
OLD_CARD_OVER_30 = 0.06  # assumed
SWAPPED = 0.015  # assumed
OLD_ADDRESS = 0.2  # assumed
SUSCEPTIBLE = {"vn-2026": 0.12, "vn-2021": 0.9}  # assumed: measles among vaccinated, COVID-19
WITH_APP = 0.25  # assumed

#: What runs a place that names no organisation; anything else is run by an "other" one.
OWNERS = {"shop": "company", "pagoda": "worship"}

HAMLETS = ("Đông", "Đoài", "Trung", "Thượng", "Hạ", "Ngoài", "Giữa", "Chùa", "Đình", "Cầu")


class Builder:
    """Lists that grow, and one random source per topic so that topics do not disturb each other."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.units = read_units()
        self.home_units = [unit for unit in self.units if unit.province == BAC_NINH]
        self.far_units = [unit for unit in self.units if unit.province != BAC_NINH]
        self.by_name = {unit.name: unit for unit in self.home_units}
        self.people: list[Person] = []
        self.places: list[Place] = []
        self.organisations: list[Organisation] = []
        self.households: list[Household] = []
        self.hamlets: dict[tuple[str, str], int] = {}
        self._serials: defaultdict[str, int] = defaultdict(int)
        self._phones = 0

    def rng(self, topic: str) -> Random:
        """A random source of this story for one topic."""
        return Random(f"{self.options.seed}:{topic}")

    def organisation(self, kind: str, name: str, unit: Unit, parent: int | None = None) -> int:
        """Add an organisation."""
        row = Organisation(kind, name, unit.code, unit.province, parent)
        self.organisations.append(row)
        return len(self.organisations) - 1

    def place(
        self,
        kind: str,
        name: str,
        unit: Unit,
        parent: int | None = None,
        organisation: int | None = None,
        *,
        registered: bool = False,
        detail: str = "",
    ) -> int:
        """Add a place to the tree; without an owner it has its whole's, or one of its own name."""
        if organisation is None and parent is not None:
            organisation = self.places[parent].organisation
        elif organisation is None:
            organisation = self.organisation(OWNERS.get(kind, "other"), name, unit)
        row = Place(kind, name, unit.code, unit.province, parent, organisation, registered, detail)
        self.places.append(row)
        return len(self.places) - 1

    def phone(self) -> str:
        """The next number of the invented range 0900 000 000 and on."""
        self._phones += 1
        return f"0900{self._phones * 7 % 999_983:06d}"

    def identity_number(self, born: date, sex: str, province: str) -> str:
        """A personal identity number of valid shape: province, century and sex, year, serial.

        Serials run downwards from 999999, so they are the same for nobody and end with nobody.
        """
        century = (born.year // 100 - 19) * 2 + (sex == "F")
        head = f"{province}{century}{born.year % 100:02d}"
        self._serials[head] += 1
        return f"{head}{1_000_000 - self._serials[head]:06d}"

    def address(self, rng: Random, unit: Unit) -> str:
        """An address in words; one in five still names the abolished commune and district."""
        hamlet = self._hamlet(rng, unit)
        if unit.former and rng.random() < OLD_ADDRESS:
            old: FormerUnit = rng.choice(unit.former)
            return f"{hamlet}, {old.name}, {old.district}, {old.province}"
        return f"{hamlet}, {unit.name}, {unit.province_name}"

    def _hamlet(self, rng: Random, unit: Unit) -> str:
        kind = "Tổ dân phố" if unit.name.startswith("Phường") else "Thôn"
        return f"{kind} {rng.choice(HAMLETS)}"

    def stay(self, rng: Random, unit: Unit, address: str | None = None) -> Stay:
        """A stay in a commune that began up to nine years before day 0."""
        since = self.options.day_zero - timedelta(days=rng.randrange(30, 3300))
        return Stay(unit.code, unit.province, address or self.address(rng, unit), since)

    def person(
        self,
        rng: Random,
        sex: str,
        born: date,
        stay: Stay,
        *,
        ethnicity: str = "01",
        family: str | None = None,
        identity: Identity | None = None,
        permanent: Stay | None = None,
        occupation: str = "",
        phone: bool = True,
    ) -> int:
        """Add a person with papers as dirty as papers are."""
        identity = identity or anybody(rng, sex, ethnicity, family)
        age = (self.options.day_zero - born).days // 365
        moved = permanent is not None and permanent.province != stay.province
        row = Person(
            name=identity.name,
            born=born,
            written=_as_written(rng, born, age),
            sex=sex,
            nationality=identity.nationality,
            ethnicity=identity.ethnicity,
            occupation=occupation,
            stay=stay,
            permanent=permanent or stay,
            phones=(self.phone(),) if phone else (),
            susceptible=rng.random() < SUSCEPTIBLE[self.options.stand],
            has_app=phone and age >= 14 and rng.random() < WITH_APP,
        )
        row.documents = self._documents(rng, row, age, moved)
        self.people.append(row)
        return len(self.people) - 1

    def _documents(
        self, rng: Random, person: Person, age: int, moved: bool
    ) -> tuple[Document, ...]:
        if person.nationality != "VN":
            return (Document("passport", f"X{person.nationality}{rng.randrange(10**6):06d}"),)
        if rng.random() < WITHOUT_DOCUMENT:
            return ()
        province = rng.choice(BORN_ELSEWHERE if moved else BORN_HERE)
        number = self.identity_number(person.born, person.sex, province)
        if age < 14:
            return (Document("birth_certificate", number),)
        if age > 30 and rng.random() < OLD_CARD_OVER_30:
            self._serials["cmnd"] += 1
            return (Document("cmnd", f"12{9_999_999 - self._serials['cmnd']:07d}"),)
        return (Document("cccd", number),)

    def household(self, rng: Random, unit: Unit) -> int:
        """Add an empty household."""
        self.households.append(Household(unit.code, self.address(rng, unit)))
        return len(self.households) - 1

    def move_in(self, household: int, person: int) -> None:
        """Put a person into a household."""
        self.households[household].members.append(person)
        self.people[person].household = household

    def born_between(self, rng: Random, youngest: int, oldest: int) -> date:
        """A birthday of somebody `youngest` to `oldest` years old on day 0."""
        days = rng.randrange(youngest * 365 + youngest // 4 + 1, (oldest + 1) * 365 + oldest // 4)
        return self.options.day_zero - timedelta(days=days)


def _as_written(rng: Random, born: date, age: int) -> Birth:
    """The birth date as the papers have it: year only for many old people, sometimes swapped."""
    if age >= 70 and rng.random() < YEAR_ONLY_OVER_70:
        return Birth(born.year)
    if born.day <= 12 and born.day != born.month and rng.random() < SWAPPED / 0.4:
        return Birth(born.year, born.day, born.month)
    return Birth(born.year, born.month, born.day)
