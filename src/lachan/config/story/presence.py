"""TRUE presence: who was where, to the minute, at the smallest place.  Only tests read it."""

from random import Random

from lachan.config.story.builder import Builder
from lachan.config.story.factory import SHIFT_BEGINS, Factory
from lachan.config.story.population import MOUNTAIN
from lachan.config.story.town import Town
from lachan.config.story.world import DAY, HOUR, MINUTE, Presence

#: Shares of a day's life; assumed, of the order a factory's health officer would recognise.
ABSENT = 0.04
SUNDAY_OFF = 0.85
SUNDAY = 6

MARKET_BUYERS = 1_650
#: The one morning of scenario 3's seller: 02:40 to 05:50, three hours and ten minutes.
SELLERS_DAY, SELLER_COMES, SELLER_STAYS = 5, 2 * HOUR + 40 * MINUTE, 190
FESTIVAL_DAY, WEDDING_DAY, FUNERAL_DAYS = 2, 3, (4, 5)


class Calendar:
    """Writes presences of one story."""

    def __init__(self, builder: Builder, factory: Factory, town: Town, start: int) -> None:
        self.builder = builder
        self.factory = factory
        self.town = town
        self.start = start
        self.rows: list[Presence] = []

    def add(self, rng: Random, person: int, place: int, begin: int, minutes: int) -> None:
        """One presence; `begin` in seconds, the odd seconds of real doors are drawn here."""
        start = begin + rng.randrange(60)
        self.rows.append(Presence(person, place, start, start + minutes * MINUTE))

    def fill(self) -> list[Presence]:
        """All days, in order of start."""
        days = [
            self._factory_day,
            self._market_morning,
            self._school_day,
            self._feasts,
            self._bus_line,
            self._hospital_day,
            self._shopping,
        ]
        for day in range(self.builder.options.days):
            midnight = self.start + day * DAY
            for part in days:
                part(self.builder.rng(f"{part.__name__}:{day}"), day, midnight)
        return self._one_place_at_a_time()

    def _one_place_at_a_time(self) -> list[Presence]:
        """Nobody is in two places: who is still somewhere does not go to the next place."""
        busy_until: dict[int, int] = {}
        kept = []
        for row in sorted(self.rows, key=lambda row: (row.start, row.person, row.place)):
            if row.start >= busy_until.get(row.person, 0):
                busy_until[row.person] = row.end
                kept.append(row)
        return kept

    def _factory_day(self, rng: Random, day: int, midnight: int) -> None:
        sunday = day % 7 == SUNDAY
        people = self.builder.people
        for (line, shift), crew in self.factory.crews.items():
            begin = midnight + SHIFT_BEGINS[shift] * HOUR
            off = sunday and rng.random() < SUNDAY_OFF
            for person in crew:
                row = people[person]
                if row.room is not None:
                    self.add(rng, person, row.room, begin + 10 * HOUR, rng.randrange(660, 780))
                if off or rng.random() < ABSENT:
                    continue
                # Shifts are staggered: nobody of one meets the next at the gate.
                late = rng.randrange(1, 14)
                stays = 480 - late - rng.randrange(1, 12)
                self.add(rng, person, line, begin + late * MINUTE, stays)
                if row.bus is not None:
                    ride = rng.randrange(20, 40)
                    self.add(rng, person, row.bus, begin - HOUR, ride)
                    self.add(rng, person, row.bus, begin + 8 * HOUR + 25 * MINUTE, ride)

    def _market_morning(self, rng: Random, day: int, midnight: int) -> None:
        two = midnight + 2 * HOUR
        seller, row_b = self.town.seller, self.town.rows[1]
        behind_stalls = set() if seller is None else set(self.town.holders[row_b])
        for row, holders in self.town.holders.items():
            for person in holders:
                expected = day == SELLERS_DAY and person in behind_stalls
                if person == seller:
                    if expected:
                        self.add(rng, person, row, midnight + SELLER_COMES, SELLER_STAYS)
                elif rng.random() > ABSENT or expected:
                    self.add(rng, person, row, two + rng.randrange(0, 60) * MINUTE, 190)
        for driver in rng.sample(self.town.drivers, len(self.town.drivers) // 2):
            begin = two + rng.randrange(0, 160) * MINUTE
            self.add(rng, driver, rng.choice(self.town.rows), begin, rng.randrange(25, 90))
        for person in rng.choices(self.town.everyone, k=MARKET_BUYERS):
            begin = two + rng.randrange(0, 270) * MINUTE
            row, minutes = rng.choice(self.town.rows), rng.randrange(3, 40)
            if person not in behind_stalls:
                self.add(rng, person, row, begin, minutes)

    def _school_day(self, rng: Random, day: int, midnight: int) -> None:
        if day % 7 >= SUNDAY - 1:
            return
        for room, pupils in self.town.classes.items():
            for person in (*pupils, self.town.teachers[room]):
                if rng.random() > ABSENT:
                    begin = midnight + 7 * HOUR + rng.randrange(-15, 3) * MINUTE
                    self.add(rng, person, room, begin, 250 + rng.randrange(20))

    def _feasts(self, rng: Random, day: int, midnight: int) -> None:
        town = self.town
        if day == WEDDING_DAY:
            for table, guests in town.tables.items():
                begin = midnight + 10 * HOUR + rng.randrange(0, 40) * MINUTE
                for person in guests:
                    begin_own = begin + rng.randrange(0, 15) * MINUTE
                    self.add(rng, person, table, begin_own, rng.randrange(60, 140))
        if day in FUNERAL_DAYS:
            for person in rng.sample(town.mourners, len(town.mourners) * 2 // 3):
                begin = midnight + rng.randrange(7, 16) * HOUR + rng.randrange(60) * MINUTE
                self.add(rng, person, town.funeral, begin, rng.randrange(20, 120))
        if day == FESTIVAL_DAY:
            for person in rng.sample(town.everyone, min(900, len(town.everyone))):
                begin = midnight + rng.randrange(7, 17) * HOUR + rng.randrange(60) * MINUTE
                self.add(rng, person, town.pagoda, begin, rng.randrange(20, 150))

    def _bus_line(self, rng: Random, day: int, midnight: int) -> None:
        for bus in self.town.bus_line:
            for hour in (6, 9, 12, 15, 18):
                begin = midnight + hour * HOUR
                for person in rng.sample(self.town.everyone, rng.randrange(12, 29)):
                    got_on = begin + rng.randrange(0, 45) * MINUTE
                    self.add(rng, person, bus, got_on, rng.randrange(12, 70))

    def _hospital_day(self, rng: Random, day: int, midnight: int) -> None:
        for nurses in self.town.nurses.values():
            for person in nurses:
                room = rng.choice(self.town.ward_rooms)
                self.add(rng, person, room, midnight + 7 * HOUR, 480)
        for room in self.town.ward_rooms:
            for person in rng.sample(self.town.everyone, 6):
                begin = midnight + rng.randrange(7, 18) * HOUR
                self.add(rng, person, room, begin, rng.randrange(30, 300))

    def _shopping(self, rng: Random, day: int, midnight: int) -> None:
        """Everybody goes to a shop of their commune every fourth day, at the hours people do."""
        mountain = self.builder.by_name[MOUNTAIN].code
        for commune, shops in self.town.shops.items():
            adults = self.town.adults.get(commune, [])
            for person in rng.sample(adults, len(adults) // 4):
                begin = midnight + rng.choice((6, 7, 11, 12, 17, 18, 19)) * HOUR
                begin += rng.randrange(60) * MINUTE
                self.add(rng, person, rng.choice(shops), begin, rng.randrange(4, 50))
        for house in self.town.hamlet_houses if day % 7 == 0 else []:
            people = self.town.adults.get(mountain, [])
            for person in rng.sample(people, min(25, len(people))):
                self.add(rng, person, house, midnight + 19 * HOUR, rng.randrange(40, 100))
