"""The morning of scenario 11: the three hundred, the naive twin with its clock, and the tables."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from lachan.core import clock, grants
from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.rulebook.models import RuleVersion
from lachan.rulebook.services import add_version
from lachan.rulebook.shape import Source
from lachan.sampling import rapid, rapid_reading
from lachan.sampling.models import RapidTest
from lachan.sampling.rapid import Swabbed
from lachan.tracing import tasks
from lachan.tracing.models import Case
from tests.factories import cast, outbreak
from tests.factories.orders import EXERCISE
from tests.sampling.reading_tables import Site, site

PEOPLE, TABLES, MINUTES = 300, 4, 15

#: The tables worked so long ago: what comes after the morning is today, by the machine's clock.
AGO = timedelta(hours=3)

COVID = "covid-19"

#: Given: what stands on the first cassette, on the repeat, and what RT-PCR finds.
FIRST = {"positive": 6, "invalid": 6}
AGAIN = {"positive": 1}
PCR = {"negative": 1}


@dataclass
class Man:
    """One of the three hundred: his cassettes in order and his RT-PCR."""

    number: int
    cassettes: list[str]
    pcr: str = ""
    person: UUID | None = None

    @property
    def table(self) -> int:
        """People go to the tables in turn."""
        return self.number % TABLES

    @property
    def last(self) -> str:
        """What stands on his last cassette."""
        return self.cassettes[-1]


def given() -> list[Man]:
    """The three hundred; who is positive or invalid is spread over the morning and the tables."""
    men = [Man(number, ["negative"]) for number in range(PEOPLE)]
    marked = iter(men[7 :: PEOPLE // (sum(FIRST.values()) + 1)])
    for outcome, count in FIRST.items():
        for _ in range(count):
            next(marked).cassettes = [outcome]
    invalid = [man for man in men if man.last == "invalid"]
    for place, man in enumerate(invalid):
        man.cassettes.append("positive" if place < AGAIN["positive"] else "negative")
    for place, man in enumerate(man for man in men if man.last == "positive"):
        man.pcr = "negative" if place < PCR["negative"] else "positive"
    return men


@dataclass
class Twin:
    """The same morning by hand: minute by minute, who began, who may be read."""

    men: list[Man]
    begun: dict[tuple[int, int], int] = field(default_factory=dict)
    read: set[tuple[int, int]] = field(default_factory=set)

    def ready(self, minute: int) -> set[tuple[int, int]]:
        """Cassettes (man, attempt) that may be read in this minute and were not."""
        waited = {one for one, at in self.begun.items() if minute - at >= MINUTES}
        return waited - self.read

    def readings(self) -> tuple[Counter[str], Counter[str]]:
        """What the first cassettes said, and the repeats."""
        first = Counter(man.cassettes[0] for man in self.men)
        return first, Counter(man.cassettes[1] for man in self.men if len(man.cassettes) > 1)

    def provisional(self) -> set[int]:
        """Whose last cassette was positive."""
        return {man.number for man in self.men if man.last == "positive"}

    def confirmed(self) -> set[int]:
        """Of them, whose RT-PCR was positive."""
        return {man.number for man in self.men if man.pcr == "positive"}


@dataclass
class Morning:
    """The site, the people and what the boards showed."""

    at: Site
    men: list[Man]
    twin: Twin
    tests: dict[tuple[int, int], RapidTest] = field(default_factory=dict)
    boards: list[bool] = field(default_factory=list)
    cases: int = -1


def played() -> Morning:
    """The tables begin four people a minute; two readers read what is ready in every minute."""
    at = site()
    _rule_of_the_exercise()
    morning = Morning(at, given(), Twin([]))
    morning.twin.men = morning.men
    _enter(morning)
    try:
        _play(morning)
    finally:
        clock.wind(timedelta(0))
    tasks.new_positives()
    with system_scope("test"):
        morning.cases = Case.objects.count()
    return morning


def _rule_of_the_exercise() -> None:
    """A rapid test of the exercise's disease is read as one of COVID-19: rules are data."""
    with scoped(cast.of_nation(Role.MINISTRY), "rulebook") as by:
        known = RuleVersion.objects.get(kind="rapid", disease=COVID, regime="vn-2026")
        add_version(
            kind="rapid",
            name="rapid",
            disease=EXERCISE,
            regime="vn-2026",
            in_force=(known.in_force.lower, None),
            source=Source("Kịch bản diễn tập", "", known.reading, "Script of the exercise"),
            body=known.body,
            sentences=known.sentences,
            by=by,
        )


def _enter(morning: Morning) -> None:
    here = outbreak.Unit.of(outbreak.HERE_CODE)
    for man in morning.men:
        man.person = outbreak.somebody(f"Người Thứ {man.number}", here).id
    with system_scope("test"):
        grants.give(
            "person",
            [man.person for man in morning.men if man.person],
            to_organisation=morning.at.organisation,
            until=now() + timedelta(days=1),
        )


def _play(morning: Morning) -> None:
    """In every minute tables begin, then the boards are looked at, then what is ready is read.

    The clock is set before every act, so that a busy machine plays the same morning.
    """
    start = now() - AGO
    queue = list(morning.men)
    again: list[tuple[int, int]] = []
    minute = 0
    while queue or again or len(morning.twin.read) < len(morning.twin.begun):
        for key in again:
            _set_clock(start, minute, second=0)
            _repeat(morning, key, minute)
        for man in queue[:TABLES]:
            _set_clock(start, minute, second=0)
            _begin(morning, man, minute)
        del queue[:TABLES]
        _set_clock(start, minute, second=20)
        _compare_board(morning, minute)
        again = []
        for key in sorted(morning.twin.ready(minute)):
            _set_clock(start, minute, second=40)
            again += [key] if _read(morning, key) else []
        minute += 1


def _set_clock(start: datetime, minute: int, *, second: int) -> None:
    machine = now() - clock._wound
    clock.wind(start + timedelta(minutes=minute, seconds=second) - machine)


def _begin(morning: Morning, man: Man, minute: int) -> None:
    assert man.person is not None
    with scoped(morning.at.reader, "sampling") as by:
        test = rapid.begin(
            barcode=f"RT-{man.number:03}",
            people=[Swabbed(man.person, "screening")],
            lot=morning.at.lot,
            table=str(man.table + 1),
            disease=EXERCISE,
            by=by,
        )
    morning.tests[man.number, 1] = test
    morning.twin.begun[man.number, 1] = minute


def _compare_board(morning: Morning, minute: int) -> None:
    """The board's cassettes to be read are the twin's."""
    with scoped(morning.at.reader, "sampling") as by:
        cards = rapid_reading.board(by, now())
    ready = {card.test.tube_id for card in cards if card.state == "ready"}
    running = {card.test.tube_id for card in cards if card.state == "running"}
    expected = morning.twin.ready(minute)
    waiting = morning.twin.begun.keys() - expected - morning.twin.read
    morning.boards.append(ready == {morning.tests[key].pk for key in expected})
    morning.boards.append(running == {morning.tests[key].pk for key in waiting})


def _read(morning: Morning, key: tuple[int, int]) -> bool:
    """Two people look at the cassette; whether it was invalid."""
    number, attempt = key
    seen = morning.men[number].cassettes[attempt - 1]
    for reader in (morning.at.reader, morning.at.second):
        with scoped(reader, "sampling") as by:
            rapid.read_test(test=morning.tests[key], outcome=seen, by=by)
    morning.twin.read.add(key)
    return seen == "invalid"


def _repeat(morning: Morning, key: tuple[int, int], minute: int) -> None:
    """A new cassette for the same person."""
    number, attempt = key
    with scoped(morning.at.reader, "sampling") as by:
        fresh = rapid.repeat_test(
            test=morning.tests[key],
            barcode=f"RT-{number:03}-{attempt + 1}",
            lot=morning.at.lot,
            table=morning.tests[key].table,
            by=by,
        )
    morning.tests[number, attempt + 1] = fresh
    morning.twin.begun[number, attempt + 1] = minute
