"""The tables of an immunisation schedule: series of doses with ages, intervals and vaccines.

The shape is that of CDC's supporting data (CDSi), so that its tables can be read as they are; our
additions are the kind of a dose (primary, additional, booster), dates and consent of a vaccine, and
the codes being any system's: the caller's tables and histories only have to use the same one.

All ranges of age and of intervals include their beginning and not their end.  Dates `since` and
`until` say on which days a line holds, both included.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lachan.engine.immunization_dates import Period


class Source(StrEnum):
    """From what an interval is counted."""

    PREVIOUS = "previous"
    #: The dose that satisfied the step `step` of the same series.
    STEP = "step"
    #: The most recent dose of one of `vaccines`.
    VACCINE = "vaccine"
    #: The day of an observation, such as an infection.
    OBSERVATION = "observation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A line of a table that holds from `since` until `until`, both included."""

    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the line is in force on `day`."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeRule(Dated):
    """`absolute`: below it a dose does not count; `minimum`: below it only by grace, however far
    where there is no `absolute`; `recommended` and `latest`: when it is best given; from `maximum`
    on it is not given."""

    absolute: Period | None = None
    minimum: Period | None = None
    recommended: Period | None = None
    latest: Period | None = None
    maximum: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalRule(Dated):
    """The same words as of an age, counted from an earlier dose or an observation."""

    source: Source = Source.PREVIOUS
    step: int = 0
    vaccines: frozenset[str] = frozenset()
    observation: str = ""
    absolute: Period | None = None
    minimum: Period | None = None
    recommended: Period | None = None
    latest: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VaccineRule(Dated):
    """A vaccine with which a step may be taken.  `offered`: named in a forecast; `agreement`: only
    with the person's own consent to this vaccine after another."""

    vaccine: str
    begin: Period | None = None
    end: Period | None = None
    maker: str = ""
    offered: bool = True
    agreement: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition of a skip: `kind` is age, interval, count or series.

    A count is of doses before the day in question: of `vaccines` (empty: any), `valid_only`, given
    from age `begin` to before `end` and from day `start` to `finish`; compared with `count`.
    """

    kind: str
    begin: Period | None = None
    end: Period | None = None
    interval: Period | None = None
    start: date | None = None
    finish: date | None = None
    count: int = 0
    compare: str = ">"
    valid_only: bool = True
    vaccines: frozenset[str] = frozenset()
    group: str = ""


@dataclass(frozen=True, slots=True)
class SkipSet:
    """Conditions of which all (`every`) or any must be met."""

    conditions: tuple[Condition, ...]
    every: bool = True


@dataclass(frozen=True, slots=True)
class Skip:
    """When a step is not needed: on looking back (`evaluation`), ahead (`forecast`) or both."""

    sets: tuple[SkipSet, ...]
    every: bool = False
    evaluation: bool = True
    forecast: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One target dose of a series."""

    number: int
    kind: str = "primary"
    ages: tuple[AgeRule, ...] = ()
    intervals: tuple[IntervalRule, ...] = ()
    allowable_intervals: tuple[IntervalRule, ...] = ()
    preferred: tuple[VaccineRule, ...] = ()
    allowed: tuple[VaccineRule, ...] = ()
    inadvertent: frozenset[str] = frozenset()
    skips: tuple[Skip, ...] = ()
    recurring: bool = False
    season_start: date | None = None
    season_end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication:
    """An observation for which a risk series is meant, within an age."""

    observation: str
    begin: Period | None = None
    end: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One way to be protected.  A `product_path` stays with one product; the `default` one is shown
    to somebody without any dose; `group`, `priority` ("A" first) and `preference` (1 first) say
    which of several is chosen (`immunization_choosing`)."""

    code: str
    steps: tuple[Step, ...]
    risk: bool = False
    default: bool = False
    product_path: bool = False
    group: str = "1"
    priority: str = "A"
    preference: int = 1
    min_age_to_start: Period | None = None
    max_age_to_start: Period | None = None
    sex: frozenset[str] = frozenset()
    indications: tuple[Indication, ...] = ()
    #: Groups with the same aim: a risk series of one of them takes the place of this one.
    equivalent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Immunity:
    """Who needs no dose: by an observation, or born before a day without one of `not_with`."""

    observations: frozenset[str] = frozenset()
    born_before: date | None = None
    not_with: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Two live vaccines too near to each other: the later one does not count when it is given from
    `begin` until before `end` (`end_if_valid` after a valid dose) after the earlier one."""

    previous: str
    current: str
    begin: Period
    end: Period
    end_if_valid: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Everything about one antigen.  `forbidden` maps an observation to the vaccines it forbids; an
    empty set forbids all of them."""

    antigen: str
    series: tuple[Series, ...]
    forbidden: Mapping[str, frozenset[str]] = field(default_factory=dict)
    immunity: Immunity = Immunity()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """Schedules of several antigens, and which antigens a vaccine carries.

    `groups` maps what is given together (measles and rubella) to its antigens; one named in `whole`
    is given as one vaccine whichever of its antigens is due.
    """

    schedules: Mapping[str, Schedule]
    antigens: Mapping[str, frozenset[str]]
    groups: Mapping[str, tuple[str, ...]]
    whole: frozenset[str] = frozenset()
