"""Words of an immunisation assessment: what goes in about a person, and what comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lachan.engine.immunization_schedule import Step


class DoseStatus(StrEnum):
    """What a dose is worth in a series."""

    VALID = "valid"
    NOT_VALID = "not_valid"
    EXTRANEOUS = "extraneous"
    SUBSTANDARD = "substandard"


class Reason(StrEnum):
    """Why a dose does not count; `grace` and `no_agreement` are told of one that does."""

    NONE = ""
    GRACE = "grace"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"
    TOO_SOON = "too_soon"
    INADVERTENT = "inadvertent"
    NOT_THIS_VACCINE = "not_this_vaccine"
    NO_AGREEMENT = "no_agreement"
    VACCINE_AGE = "vaccine_age"
    LIVE_CONFLICT = "live_conflict"
    SERIES_COMPLETE = "series_complete"
    SPOILT = "spoilt"


class SeriesStatus(StrEnum):
    """Where a person stands in a series."""

    NOT_COMPLETE = "not_complete"
    COMPLETE = "complete"
    NOT_RECOMMENDED = "not_recommended"
    IMMUNE = "immune"
    CONTRAINDICATED = "contraindicated"
    AGED_OUT = "aged_out"
    SEASON_OVER = "season_over"


@dataclass(frozen=True, slots=True)
class Given:
    """One dose as it was given.  `key` is the caller's own; `spoilt`: expired, recalled or too
    little of it, so that it counts for nothing; `agreed`: the person agreed to this vaccine after
    another."""

    day: date
    vaccine: str
    maker: str = ""
    key: str = ""
    spoilt: bool = False
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Of a person only what rules ask.  `observations`: code -> its day, None where unknown."""

    born: date
    sex: str = ""
    observations: Mapping[str, date | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """A dose, what it is worth, why, and which step it satisfied."""

    given: Given
    status: DoseStatus
    reason: Reason = Reason.NONE
    step: Step | None = None

    @property
    def valid(self) -> bool:
        """Whether it counts."""
        return self.status is DoseStatus.VALID


@dataclass(frozen=True, slots=True)
class Forecast:
    """The next dose: `number` is how many valid ones there will be with it.  From `earliest` on it
    may be given, on `recommended` it is best, from the day after `past_due` it is late, and after
    `latest` it is not given any more (None: no such day).  `vaccines` are those to offer."""

    status: SeriesStatus
    number: int | None = None
    step: Step | None = None
    earliest: date | None = None
    recommended: date | None = None
    past_due: date | None = None
    latest: date | None = None
    vaccines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is known of one antigen: the series chosen (its code, empty when no series is meant for
    this person), every dose in its order, and what is due."""

    antigen: str
    series: str
    doses: tuple[Judged, ...]
    forecast: Forecast
