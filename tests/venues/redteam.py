"""An honest day of a town, and people who cheat: what is found of it, and whom it bothers.

    PYTHONPATH=src:. python -m tests.venues.play_redteam --people 20000 --seed 1

plays a whole day through a database of its own, as gates' ledgers hold it, lets the worker look,
and prints for every attack whether it was found, and how many honest people were asked about in
vain.
`test_redteam.py` plays a small one.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

from django.db import connections

from lachan.core.clock import OFFSET, today
from lachan.places.models import Organisation, Place
from lachan.places.selectors import least_km_between, today_of, unit_of_code
from lachan.venues.recording import COLUMNS, Entry
from lachan.venues.services import find_flags
from tests.factories.settled import watermark

#: Communes of the play: two neighbours, one across the province, one in Hà Nội, one in the south.
CODES = ("07777", "07795", "07525", "00004", "26740")
MINUTE = timedelta(minutes=1)


@dataclass
class Spot:
    """A place with its gate's device."""

    place: UUID
    commune: int
    province: int
    parent: UUID | None = None
    authority: str = field(default_factory=lambda: f"device:{uuid4()}")
    counter: int = 0


@dataclass
class Attack:
    """Something planted, and by which finding about whom it must be found."""

    name: str
    finding: str
    trace_id: UUID | None = None
    authority: str = ""
    place: UUID | None = None


class Town:
    """A day as the ledgers hold it; the same seed makes the same moves."""

    def __init__(self, people: int, seed: int) -> None:
        self.dice = random.Random(seed)
        self.people = people
        self.start = datetime.combine(today() - timedelta(days=1), time(5), OFFSET)
        self.entries: list[tuple[Entry, datetime]] = []
        self.attacks: list[Attack] = []
        self.body = Organisation.objects.using("owner").create(kind="company", name="Sao Mai")
        units = [unit_of_code(code) for code in CODES]
        self.communes = [(unit, today_of(unit).province) for unit in units if unit is not None]
        assert len(self.communes) == len(CODES)
        self.factories = [self._spot("campus", 0), self._spot("campus", 1)]
        self.lines = [self._part(one) for one in self.factories for _line in range(5)]
        self.shops = [self._spot("other", at) for at in (0, 0, 0, 1, 1, 2) for _shop in range(10)]
        self.markets = [self._spot("market", at) for at in (0, 1, 2)]
        self.far = [self._spot("other", at) for at in (3, 4)]

    def _spot(self, kind: str, at: int, parent: Spot | None = None) -> Spot:
        commune, province = self.communes[at]
        place = Place.objects.using("owner").create(
            organisation=self.body,
            kind=kind,
            name=f"{kind} {uuid4().hex[:8]}",
            commune=commune,
            province=province,
            parent_id=parent.place if parent else None,
        )
        return Spot(place.id, commune, province, parent.place if parent else None)

    def _part(self, whole: Spot) -> Spot:
        at = 0 if whole is self.factories[0] else 1
        shop = self._spot("workshop", at, whole)
        return self._spot("line", at, shop)

    def scan(
        self,
        who: UUID,
        spot: Spot,
        direction: str,
        at: datetime,
        *,
        own: bool = False,
        late: timedelta = timedelta(),
        skew: timedelta = timedelta(),
        authority: str = "",
        lost: bool = False,
    ) -> None:
        """One scan: by the gate's device, which counts, or by the person (`own`)."""
        counter = None
        if not own:
            spot.counter += 1
            counter = spot.counter
        if lost:
            return
        off = skew or timedelta(seconds=self.dice.gauss(0, 4))
        entry = Entry(
            id=uuid4(),
            place=spot.place,
            trace_id=who,
            direction=direction,
            at=at,
            device_at=at + off,
            source="person" if own else "gate",
            authority="person" if own else authority or spot.authority,
            commune=spot.commune,
            province=spot.province,
            counter=None if authority else counter,
            offset_ms=None if own else round(-off.total_seconds() * 1000),
            offline=bool(late),
        )
        self.entries.append((entry, at + late + timedelta(seconds=1)))

    def honest_day(self) -> None:
        """Work, lunch, shopping, a bus to the next commune; forgotten exits and double scans."""
        for _person in range(self.people):
            who = UUID(int=self.dice.getrandbits(128), version=4)
            kind = self.dice.random()
            if kind < 0.55:
                self._worker(who)
            elif kind < 0.97:
                self._errands(who)
            else:
                self._traveller(who)
        self._families()

    def _worker(self, who: UUID) -> None:
        dice, gate = self.dice, self.dice.choice(self.factories)
        line = dice.choice([one for one in self.lines if one.commune == gate.commune])
        at = self.start + timedelta(minutes=dice.gauss(105, 15))
        late = timedelta(hours=5) if dice.random() < 0.05 else timedelta()
        self.scan(who, gate, "in", at, late=late)
        if dice.random() < 0.3:
            # The poster inside, a minute after the guard.
            self.scan(who, line, "in", at + MINUTE * dice.uniform(0.3, 4), own=True)
        for pause in range(dice.choice((0, 0, 0, 1, 2, 4))):
            out = at + MINUTE * (60 + 70 * pause + dice.uniform(0, 30))
            self.scan(who, gate, "out", out)
            self.scan(who, gate, "in", out + MINUTE * dice.uniform(3, 12))
        if dice.random() < 0.15:
            noon = at + timedelta(hours=5, minutes=dice.uniform(0, 20))
            shop = dice.choice([one for one in self.shops if one.commune == gate.commune])
            through_a_door = dice.random() < 0.01
            if not through_a_door:
                self.scan(who, gate, "out", noon)
            self.scan(who, shop, "in", noon + MINUTE * dice.uniform(2, 9), own=dice.random() < 0.8)
            if not through_a_door:
                self.scan(who, gate, "in", noon + MINUTE * dice.uniform(25, 40))
        end = at + timedelta(hours=dice.uniform(8.5, 10.5))
        if dice.random() < 0.7:
            self.scan(who, gate, "out", end, late=late)
        if dice.random() < 0.4:
            market = next(one for one in self.markets if one.commune == gate.commune)
            self.scan(who, market, "in", end + MINUTE * dice.uniform(4, 40))

    def _errands(self, who: UUID) -> None:
        """Shops next door to each other, sometimes the neighbouring commune."""
        dice = self.dice
        at = self.start + timedelta(hours=dice.uniform(1, 9))
        here = dice.choice(self.communes[:3])[0]
        for _errand in range(dice.randint(1, 5)):
            spot = dice.choice([s for s in (*self.shops, *self.markets) if s.commune == here])
            own = spot in self.shops
            self.scan(who, spot, "in", at, own=own)
            if dice.random() < 0.08:
                self.scan(who, spot, "in", at + MINUTE * dice.uniform(0.1, 1), own=not own)
            if dice.random() < 0.3:
                at += MINUTE * dice.uniform(1, 30)
                self.scan(who, spot, "out", at, own=own)
            at += MINUTE * dice.uniform(1.2, 40)
            if dice.random() < 0.1:
                there = dice.choice(self.communes[:3])[0]
                at += MINUTE * (self._minutes(here, there, 35) if there != here else 0)
                here = there

    def _traveller(self, who: UUID) -> None:
        """By road, or far by air with two hours of airports."""
        dice, (from_, to) = self.dice, (self.dice.choice(self.shops), self.dice.choice(self.far))
        at = self.start + timedelta(hours=dice.uniform(1, 4))
        self.scan(who, from_, "in", at, own=True)
        km = least_km_between(from_.commune, to.commune) or 0
        away = (
            130 + self._minutes(from_.commune, to.commune, 650)
            if km > 400
            else (self._minutes(from_.commune, to.commune, 70))
        )
        self.scan(who, to, "in", at + MINUTE * (away + dice.uniform(5, 60)))

    def _minutes(self, here: int, there: int, speed: float) -> float:
        """On the road, with the way within both communes."""
        return ((least_km_between(here, there) or 0) + 12) / speed * 60

    def _families(self) -> None:
        """One phone for four: the parent scans the poster for each, and out again."""
        for _family in range(self.people // 40):
            at = self.start + timedelta(hours=self.dice.uniform(1, 11))
            shop = self.dice.choice(self.shops)
            for one in range(4):
                who = UUID(int=self.dice.getrandbits(128), version=4)
                self.scan(who, shop, "in", at + timedelta(seconds=one), own=True)

    def attackers(self) -> None:
        """Each way of cheating, once."""
        for plant in (
            self._screenshot_at_one_gate, self._screenshot_in_two_shops, self._lent_card,
            self._lent_card_of_a_worker, self._wrong_clock, self._deleted_scans,
            self._scripted_poster, self._scripted_account,
        ):  # fmt: skip
            plant()

    def _screenshot_at_one_gate(self) -> None:
        who, gate = uuid4(), self.factories[0]
        for each in range(30):
            self.scan(who, gate, "in", self.start + timedelta(hours=1, seconds=45 * each))
        self.attacks.append(Attack("screenshot of 30 people at one gate", "bulk_person", who))

    def _screenshot_in_two_shops(self) -> None:
        who, at = uuid4(), self.start + timedelta(hours=4)
        self.scan(who, self.markets[0], "in", at)
        self.scan(who, self.markets[1], "in", at + timedelta(seconds=12))
        self.attacks.append(Attack("one code at two markets in 12 s", "replay", who))

    def _lent_card(self) -> None:
        who, at = uuid4(), self.start + timedelta(hours=5)
        self.scan(who, self.factories[0], "in", at)
        self.scan(who, self.far[0], "in", at + timedelta(minutes=9))
        self.attacks.append(Attack("borrowed card at two gates", "impossible_travel", who))

    def _lent_card_of_a_worker(self) -> None:
        who, at = uuid4(), self.start + timedelta(hours=2)
        self.scan(who, self.factories[0], "in", at)
        self.scan(who, self.markets[0], "in", at + timedelta(hours=2))
        self.scan(who, self.factories[0], "out", at + timedelta(hours=8))
        self.attacks.append(Attack("card lent while its owner works", "two_places", who))

    def _wrong_clock(self) -> None:
        gate = self._spot("other", 0)
        for each in range(5):
            at = self.start + timedelta(hours=3, minutes=each)
            self.scan(uuid4(), gate, "in", at, skew=timedelta(hours=2))
        self.attacks.append(
            Attack("a guard's device two hours off", "clock_skew", authority=gate.authority)
        )

    def _deleted_scans(self) -> None:
        gate = self._spot("other", 1)
        for each in range(20):
            at = self.start + timedelta(hours=3, minutes=each)
            self.scan(uuid4(), gate, "in", at, lost=each in (7, 8, 9, 14))
        self.attacks.append(
            Attack("scans deleted on a device", "counter_gap", authority=gate.authority)
        )

    def _scripted_poster(self) -> None:
        shop = self._spot("other", 2)
        for each in range(200):
            at = self.start + timedelta(hours=6, seconds=each * 0.25)
            self.scan(uuid4(), shop, "in", at, own=True)
        self.attacks.append(
            Attack("a poster's check-ins by script", "bulk_place", place=shop.place)
        )

    def _scripted_account(self) -> None:
        account, shop = f"account:{uuid4()}", self._spot("other", 2)
        for each in range(400):
            at = self.start + timedelta(hours=7, seconds=each * 0.12)
            self.scan(uuid4(), shop, "in", at, authority=account)
        self.attacks.append(
            Attack("an account that scans 400 people a minute", "bulk_device", authority=account)
        )

    def store(self) -> None:
        """Write the ledger as the gates' writer does, in the order in which it arrived."""
        self.entries.sort(key=lambda pair: pair[1])
        for start in range(0, len(self.entries), 5_000):
            with (
                connections["owner"].cursor() as cursor,
                cursor.copy(f"copy venues_scan ({', '.join(COLUMNS)}) from stdin") as copy,
            ):
                for entry, received in self.entries[start : start + 5_000]:
                    copy.write_row(entry.row(received))


@dataclass
class Score:
    """What a play gave."""

    people: int
    scans: int
    found: dict[str, bool]
    honest_flags: Counter[str]
    seconds: float

    @property
    def per_thousand(self) -> float:
        """Honest people asked about in vain, of a thousand a day."""
        return 1000 * sum(self.honest_flags.values()) / self.people

    def lines(self) -> Iterator[str]:
        """The table."""
        yield f"{self.people:,} honest people, {self.scans:,} scans, judged in {self.seconds:.1f} s"
        for name, found in self.found.items():
            yield f"  {'found ' if found else 'MISSED'}  {name}"
        yield f"  honest flags: {dict(self.honest_flags) or 'none'}"
        yield f"  {self.per_thousand:.2f} of 1,000 honest people a day"


def play(people: int, seed: int, *, also: Callable[["Town"], None] | None = None) -> Score:
    """A day, the attackers, the worker's look the next morning and a day later."""
    from lachan.core import clock

    town = Town(people, seed)
    town.honest_day()
    town.attackers()
    town.store()
    if also:
        also(town)
    watermark()
    began = datetime.now(OFFSET)
    wound = clock._wound
    try:
        # Missing numbers may still come: they are named after a day, at most two.
        for later in (timedelta(), timedelta(hours=25), timedelta(hours=50)):
            clock.wind(wound + later)
            find_flags()
    finally:
        clock.wind(wound)
    seconds = (datetime.now(OFFSET) - began).total_seconds()
    return _scored(town, seconds)


def _scored(town: Town, seconds: float) -> Score:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select finding, trace_id, authority, place from venues_flag")
        flags = cursor.fetchall()
    found = {}
    meant = set()
    for attack in town.attacks:
        hits = [
            flag
            for flag in flags
            if flag[0] == attack.finding
            and (attack.trace_id is None or flag[1] == attack.trace_id)
            and (not attack.authority or flag[2] == attack.authority)
            and (attack.place is None or flag[3] == attack.place)
        ]
        found[attack.name] = bool(hits)
        # Whatever else is found about a cheat's code is no honest person.
        meant |= {flag for flag in flags if attack.trace_id and flag[1] == attack.trace_id}
        meant |= set(hits)
    honest = Counter(flag[0] for flag in flags if flag not in meant)
    return Score(town.people, len(town.entries), found, honest, seconds)
