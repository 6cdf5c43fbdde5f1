"""How a scene is planted: people, a place with a code, a stay there, a positive that waits."""

from random import Random

from lachan.config.story.builder import Builder
from lachan.config.story.names import Identity
from lachan.config.story.world import (
    DAY,
    HOUR,
    MINUTE,
    Case,
    PlannedSample,
    Presence,
    Scan,
    Unit,
)

#: Tubes of the scenes are numbered from here, apart from those of the story's spread.
FIRST_TUBE = 700_001


class Planting:
    """Collects what the scenes add; `laboratory` is the place that examines their samples."""

    def __init__(self, builder: Builder, start: int, laboratory: int) -> None:
        self.builder = builder
        self.start = start
        self.laboratory = laboratory
        self.presence: list[Presence] = []
        self.scans: list[Scan] = []
        self.samples: list[PlannedSample] = []
        self.cases: list[Case] = []

    def at(self, day: int, hour: int, minute: int = 0) -> int:
        """A moment of the story."""
        return self.start + day * DAY + hour * HOUR + minute * MINUTE

    def somebody(
        self,
        rng: Random,
        unit: Unit,
        ages: tuple[int, int] = (22, 55),
        *,
        sex: str | None = None,
        occupation: str = "buôn bán",
        household: int | None = None,
        family: str | None = None,
        identity: Identity | None = None,
        phone: bool = True,
    ) -> int:
        """An invented person of this age who stays in `unit`, without the app on a phone."""
        address = None if household is None else self.builder.households[household].address
        person = self.builder.person(
            rng,
            sex or rng.choice("FM"),
            self.builder.born_between(rng, *ages),
            self.builder.stay(rng, unit, address),
            family=family,
            identity=identity,
            occupation=occupation,
            phone=phone,
        )
        self.builder.people[person].has_app = False
        if household is not None:
            self.builder.move_in(household, person)
        return person

    def household(self, rng: Random, unit: Unit, adults: int) -> tuple[int, ...]:
        """So many grown-ups with phones under one new roof, the head first."""
        house = self.builder.household(rng, unit)
        return tuple(self.somebody(rng, unit, household=house) for _ in range(adults))

    def stays(self, person: int, place: int, begin: int, minutes: int) -> None:
        """Somebody truly at a place, who scanned its code going in and out."""
        end = begin + minutes * MINUTE
        self.presence.append(Presence(person, place, begin, end))
        self.scans.append(Scan(person, place, place, begin, end, place))

    def unseen(self, person: int, place: int, begin: int, minutes: int) -> None:
        """Somebody truly at a place without a trace."""
        self.presence.append(Presence(person, place, begin, begin + minutes * MINUTE))

    def positive(
        self,
        person: int,
        disease: str,
        *,
        onset: int,
        taken_at: int,
        entered_at: int,
        released_at: int,
    ) -> None:
        """A patient found in the community whose positive is entered and waits for its release."""
        row = Case(person, disease, onset, onset - 2 * DAY, released_at, released_at, "community")
        self.cases.append(row)
        tube = f"LC-{FIRST_TUBE + len(self.samples):06d}"
        self.samples.append(
            PlannedSample(
                person, tube, taken_at, self.laboratory, "positive", released_at, entered_at
            )
        )
