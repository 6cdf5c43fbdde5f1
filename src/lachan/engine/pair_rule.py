"""What a tracing run over pairs is asked for: `Rule` and what rules of real diseases add to it."""

from dataclasses import dataclass

from lachan.engine.meetings import WHOLE
from lachan.engine.rule import MINUTE, OPEN_MINUTES

#: Minutes in a day; days are the installation's (`days.OFFSET`).
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Minimum:
    """Exposure from which a person is a contact; every figure given must be reached.

    In seconds of exposure (weight x time): `total` over all sources of the hop before,
    `one_source` to one of them, `one_meeting` in the longest uninterrupted meeting with one of
    them at one place, as an encounter, or at home.  Zero asks for one meeting of any length.
    """

    total: int = 0
    one_source: int = 0
    one_meeting: int = 0


@dataclass(frozen=True)
class Home:
    """How much two members of one household are taken to be together.

    An assumption, for nobody records it: every day at home from `from_minute` of the day for
    `minutes` (into the next day where that passes midnight), with `weight` in permille.
    """

    weight: int = WHOLE
    from_minute: int = 0
    minutes: int = DAY_MINUTES

    def __post_init__(self) -> None:
        """Refuse what cannot be a share of a day."""
        if not 0 <= self.weight <= WHOLE:
            raise ValueError(f"a weight is 0 to {WHOLE} permille: {self.weight}")
        if not (0 <= self.from_minute < DAY_MINUTES and 0 < self.minutes <= DAY_MINUTES):
            raise ValueError("people are at home for at most one day a day, from a minute of it")


@dataclass(frozen=True)
class PairRule:
    """The figures of one run, all whole numbers.

    `hops`, `latent_seconds` and `open_minutes` are those of `Rule`.  `minima`: one of them
    suffices.  `open_least_minutes` and `open_most_minutes` bound the length of a visit whose end
    nobody recorded; None means as long as `open_minutes`.  `weights` names kinds of places with
    their permille: 0 means that being there together only relates people; `other_weight` is for
    kinds not named.  `home` is None where households do not count.  A negative test taken
    `negative_hours` or more after the last exposure keeps a contact from being a source; None:
    no test does.
    """

    hops: int
    minima: tuple[Minimum, ...]
    latent_seconds: int = 0
    open_minutes: int = OPEN_MINUTES
    open_least_minutes: int | None = None
    open_most_minutes: int | None = None
    weights: tuple[tuple[str, int], ...] = ()
    other_weight: int = WHOLE
    home: Home | None = None
    negative_hours: int | None = None

    def __post_init__(self) -> None:
        """Refuse figures that contradict each other."""
        least, assumed, most = self.open_lengths
        if not 0 <= least <= assumed <= most:
            raise ValueError("an unrecorded end lies between its least and its most length")
        for weight in (self.other_weight, *dict(self.weights).values()):
            if not 0 <= weight <= WHOLE:
                raise ValueError(f"a weight is 0 to {WHOLE} permille: {weight}")
        if not self.minima:
            raise ValueError("a rule needs a minimum")

    @property
    def open_lengths(self) -> tuple[int, int, int]:
        """Minutes that a visit without an end lasts: at least, as assumed, at most."""
        least, most = self.open_least_minutes, self.open_most_minutes
        return (
            self.open_minutes if least is None else least,
            self.open_minutes,
            self.open_minutes if most is None else most,
        )

    @property
    def negative_seconds(self) -> int | None:
        """`negative_hours` in seconds."""
        return None if self.negative_hours is None else self.negative_hours * 60 * MINUTE

    def weight_of(self, kind: str) -> int:
        """Permille of a kind of place."""
        return dict(self.weights).get(kind, self.other_weight)
