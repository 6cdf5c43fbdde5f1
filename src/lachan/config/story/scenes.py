"""What the acceptance scenarios of practice.md section 7 plant, as plain data.

Like `world`: people and places are named by their position in their list, times are integer
seconds.  The figures that tests expect are not here: they follow from the world by arithmetic.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Companion(NamedTuple):
    """Somebody a patient names: as he calls them, the phone he knows, who it truly is."""

    called: str
    phone: str
    person: int


class Told(NamedTuple):
    """A stay as the patient tells it on the phone.

    `place` is None where no catalogue has it, so that it is typed as said; the times are off by up
    to `uncertainty` seconds.  `vehicle`: how he came there, "" when he does not say.
    """

    place: int | None
    said: str
    start: int
    end: int
    uncertainty: int
    vehicle: str
    with_whom: tuple[Companion, ...]


@dataclass(frozen=True, slots=True)
class NightWorker:
    """Scenario 1: a positive at 02:10.

    `met` shared a small scanned place with him, `passers` only a shop; who was at the places he
    only tells stands in `told`.
    """

    f0: int
    household: tuple[int, ...]
    scanned: tuple[int, ...]
    met: tuple[int, ...]
    passers: tuple[int, ...]
    told: tuple[Told, ...]

    def named(self) -> set[int]:
        """Everybody whom scans, household and interview give together."""
        said = {one.person for row in self.told for one in row.with_whom}
        return set(self.household) | set(self.met) | said


@dataclass(frozen=True, slots=True)
class MarketMorning:
    """Scenario 3: the seller of row B, and the woman who telephones after the public call."""

    f0: int
    market: int
    row: int
    begins: int
    ends: int
    caller: int


@dataclass(frozen=True, slots=True)
class Chain:
    """Scenario 8: who is F1, whom each F1 met, and whom the F2 of `number_7` met later."""

    f0: int
    f1: tuple[int, ...]
    met_by: dict[int, tuple[int, ...]]
    number_7: int
    newcomers: dict[int, tuple[int, ...]]

    @property
    def f2(self) -> set[int]:
        """Whoever an F1 met and is not F1 himself."""
        return {person for met in self.met_by.values() for person in met} - set(self.f1)


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient of scenario 6 with whoever is to be told something."""

    f0: int
    disease: str
    contacts: tuple[int, ...]
    foreigner: int | None


@dataclass(frozen=True, slots=True)
class Scenes:
    """All of them; only the acceptance preset has any."""

    night_worker: NightWorker
    market: MarketMorning
    chain: Chain
    group_a: Patient
    group_b: Patient

    def patients(self) -> tuple[int, ...]:
        """Everybody here whose positive comes from a laboratory."""
        return (
            self.night_worker.f0,
            self.market.f0,
            self.chain.f0,
            self.chain.number_7,
            self.group_a.f0,
            self.group_b.f0,
        )
