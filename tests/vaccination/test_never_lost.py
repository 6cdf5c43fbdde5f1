"""No upload, repeat, late entry, reversal, merge or unmerge lowers anybody's true doses.

The model beside the ledger is as naive as it can be: entries in a dictionary, links in a list, a
person's doses found by walking the links.  Seeded: a failing seed is the name of the failure.
"""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person, SamePerson
from lachan.people.services import Stay, add_phone, join, move_stay, part
from lachan.people.tasks import match_entered
from lachan.vaccination.models import Dose
from lachan.vaccination.selectors import doses_of, entries_of, standing
from lachan.vaccination.services import Injection, enter, reverse
from tests.factories import cast
from tests.factories.people import person

FAR = Stay(commune=cast.ELSEWHERE, province=cast.OTHER_PROVINCE, address="Ấp 2")

SEEDS = 300
STEPS = 14
PRODUCTS = ("vaxzevria", "comirnaty", "spikevax", "vero_cell")


@pytest.fixture(scope="module")
def station(database: str) -> Principal:
    return cast.of_commune(Role.STATION_OFFICER)


@pytest.fixture(scope="module")
def people(database: str) -> list[Person]:
    """Five records; some will be found to be one person, rightly or not."""
    return [person(f"Nguyễn Văn {name}") for name in ("An", "Ân", "Ẩn", "Bình", "Bính")]


@dataclass
class Naive:
    """What is true, without a database."""

    entries: dict[UUID, Injection] = field(default_factory=dict)
    reversed: set[UUID] = field(default_factory=set)
    links: list[tuple[UUID, UUID, SamePerson]] = field(default_factory=list)

    def same(self, one: UUID) -> set[UUID]:
        found, grown = {one}, True
        while grown:
            more = {
                each
                for kept, other, _row in self.links
                for each in (kept, other)
                if {kept, other} & found
            }
            grown = not more <= found
            found |= more
        return found

    def doses(self, one: UUID) -> set[UUID]:
        records = self.same(one)
        return {
            key
            for key, each in self.entries.items()
            if each.person in records and key not in self.reversed
        }


@dataclass
class Play:
    """One interleaving: what may happen, in the ledger and beside it."""

    rng: Random
    by: Principal
    people: list[Person]
    start: datetime
    true: Naive = field(default_factory=Naive)
    queue: list[Injection] = field(default_factory=list)

    def shot(self) -> Injection:
        return Injection(
            id=uuid7(),
            person=self.rng.choice(self.people).id,
            disease="covid-19",
            product=self.rng.choice(PRODUCTS),
            given_at=self.start - timedelta(days=self.rng.randrange(200), minutes=5),
        )

    def upload(self) -> None:
        """A device sends what it has: new ones, some twice, some again with other content."""
        batch = [self.shot() for _ in range(self.rng.randrange(1, 4))]
        known = list(self.true.entries.values())
        if known:
            batch += self.rng.choices(known, k=self.rng.randrange(3))
            batch.append(replace(self.rng.choice(known), product="another"))
        self.rng.shuffle(batch)
        self.send(batch)

    def offline(self) -> None:
        """A device without network keeps what it has."""
        self.queue += [self.shot() for _ in range(self.rng.randrange(1, 3))]

    def late(self) -> None:
        """It comes back, and loses the first answer."""
        self.send(self.queue)
        self.send(self.queue)
        self.queue = []

    def send(self, batch: list[Injection]) -> None:
        answers = enter(batch, by=self.by)
        for one, answer in zip(batch, answers, strict=True):
            there = self.true.entries.get(one.id)
            expected = "made" if there is None else "repeated" if there == one else "refused"
            assert answer.outcome == expected
            self.true.entries.setdefault(one.id, one)

    def take_back(self) -> None:
        standing_here = sorted(self.true.entries.keys() - self.true.reversed)
        if not standing_here:
            return
        key = self.rng.choice(standing_here)
        reverse(Dose.objects.get(id=key), why="Nhập nhầm", by=self.by)
        self.true.reversed.add(key)

    def merge(self) -> None:
        kept, other = (self.rng.choice(self.people).id for _ in range(2))
        refused = other in self.true.same(kept)
        try:
            link = join(kept=kept, other=other, why="Đã gặp", by=self.by)
        except Refused:
            assert refused
            return
        assert not refused
        self.true.links.append((kept, other, link))

    def unmerge(self) -> None:
        if self.true.links:
            at = self.rng.randrange(len(self.true.links))
            _kept, _other, link = self.true.links.pop(at)
            part(link, why="Hai người", by=self.by)

    def edit(self) -> None:
        """A profile changes; the doses do not care."""
        number = f"09{self.rng.randrange(10**7, 10**8)}"
        add_phone(person=self.rng.choice(self.people), number=number, by=self.by)

    def check(self, one: UUID) -> None:
        assert {each.id for each in doses_of(one)} == self.true.doses(one)

    def run(self) -> None:
        acts = (
            *(self.upload, self.upload, self.offline, self.late, self.take_back),
            *(self.merge, self.merge, self.unmerge, self.edit),
        )
        for _step in range(STEPS):
            self.rng.choice(acts)()
            self.check(self.rng.choice(self.people).id)
        self.late()
        for each in self.people:
            self.check(each.id)


class Over(Exception):
    """The interleaving is over; the next one begins with an empty ledger."""


@pytest.mark.slow
@pytest.mark.parametrize("part_of", range(3))
def test_any_interleaving_keeps_everybodys_true_doses(
    part_of: int, station: Principal, people: list[Person]
) -> None:
    doses = merges = 0
    for seed in range(part_of, SEEDS, 3):
        with suppress(Over), scoped(station, "test"):
            play = Play(Random(seed), station, people, now())
            try:
                play.run()
            except AssertionError as wrong:
                raise AssertionError(f"seed {seed}") from wrong
            doses += len(play.true.entries)
            merges += len(play.true.links)
            assert standing().count() == len(play.true.entries) - len(play.true.reversed)
            raise Over
    assert doses > SEEDS
    assert merges > SEEDS / 10


@pytest.fixture
def one_phone(database: str) -> list[Person]:
    """Thirty workers of a dormitory, registered through one telephone."""
    return [
        person(f"Nguyễn Văn {name}", birth=f"{1975 + at}", phones=["0912 000 030"])
        for at, name in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    ] + [
        person(f"Nguyễn Thị {name}", birth=f"{1995 + at}", phones=["0912 000 030"])
        for at, name in enumerate("ABCD")
    ]


def test_thirty_workers_on_one_phone_have_thirty_histories(
    one_phone: list[Person], station: Principal
) -> None:
    match_entered()
    rng = Random(30)
    wanted = {each.id: rng.randrange(1, 4) for each in one_phone}
    shots = [
        Injection(
            id=uuid7(),
            person=each.id,
            disease="covid-19",
            product=rng.choice(PRODUCTS),
            given_at=now() - timedelta(days=30 * number + 1),
        )
        for each in one_phone
        for number in range(wanted[each.id])
    ]
    rng.shuffle(shots)
    with scoped(station, "test"):
        enter(shots + rng.sample(shots, 20), by=station)
        assert len({each.id for each in one_phone}) == 30
        assert {each.id: len(doses_of(each.id)) for each in one_phone} == wanted
        assert {dose.person_id for each in one_phone for dose in doses_of(each.id)} == set(wanted)
    for each in one_phone:
        own = cast.citizen(each.id)
        with scoped(own, "own_data"):
            assert Dose.objects.count() == wanted[each.id]
            assert {dose.person_id for dose in Dose.objects.all()} == {each.id}


def test_whoever_sees_one_record_sees_the_doses_of_all(station: Principal) -> None:
    one, two = person("Trịnh Thị Diệp"), person("Trịnh Thị Diệp", stay=FAR)
    there = cast.of_commune(Role.STATION_OFFICER, cast.ELSEWHERE)
    with scoped(station, "test"):
        enter([injected(one)], by=station)
    with scoped(there, "test"):
        enter([injected(two), injected(two)], by=there)
    with system_scope("test") as by:
        link = join(kept=one.id, other=two.id, why="Đã xem hai thẻ", by=by)
    seeing = (
        (station, one),
        (there, two),
        (cast.of_province(Role.DIRECTOR), one),
        (cast.citizen(one.id), one),
        (cast.citizen(two.id), two),
    )
    for by, of in seeing:
        with scoped(by, "test"):
            assert len(doses_of(of.id)) == len(entries_of(of.id)) == 3, by
    for by in (
        cast.citizen(),
        cast.of_commune(Role.STATION_OFFICER, cast.NEXT_DOOR),
        cast.of_organisation(Role.VACCINATOR),
        cast.outsider(),
    ):
        with scoped(by, "test"):
            assert not Dose.objects.filter(person__in=[one.id, two.id]).exists(), by
    with system_scope("test") as by:
        part(link, why="Hai người", by=by)
    for by, of in seeing:
        with scoped(by, "test"):
            assert len(doses_of(of.id)) == (1 if of is one else 2), by


def test_a_move_takes_the_doses_along(station: Principal) -> None:
    who = person("Lương Thị Thoa")
    there = cast.of_commune(Role.STATION_OFFICER, cast.ELSEWHERE)
    with scoped(station, "test"):
        enter([injected(who), injected(who)], by=station)
        reverse(doses_of(who.id)[0], why="Nhập nhầm", by=station)
        move_stay(person=who, stay=FAR, by=station)
    for by, doses, entries in ((there, 1, 3), (cast.citizen(who.id), 1, 3), (station, 0, 0)):
        with scoped(by, "test"):
            assert len(doses_of(who.id)) == doses, by
            assert len(entries_of(who.id)) == entries, by
    with scoped(there, "test"):
        enter([injected(who)], by=there)
        assert len(doses_of(who.id)) == 2


def injected(of: Person) -> Injection:
    return Injection(
        id=uuid7(),
        person=of.id,
        disease="covid-19",
        product="vaxzevria",
        given_at=now() - timedelta(hours=1),
    )
