"""What everything that was sent about one person at one session comes to, in whatever order it
came.  Pure: no database and no clock.

Of two devices that keyed the same injection (same session, person and product) the earlier one
stands; the other is told, never dropped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from lachan.vaccination.models import SiteKind, SiteVisit

Step = SiteVisit.Step

#: Outcomes of screening with which somebody is not injected today.
NOT_TODAY = frozenset({"postpone", "contraindicated"})


@dataclass(frozen=True, slots=True)
class Told:
    """An event of the ledger with what it says."""

    id: UUID
    kind: str
    at: datetime
    device_at: datetime
    table: int
    account: UUID
    device: UUID
    undoes: UUID | None
    told: Mapping[str, Any]
    vouched_by: str = ""


@dataclass(slots=True)
class Contents:
    """What stands: the first reception, the screening that counts, injections, and the end."""

    reception: Told | None = None
    screening: Told | None = None
    #: Injections that stand, one for each product, in order of time.
    injections: list[Told] = field(default_factory=list)
    #: Injections that repeat one of those.
    twice: list[Told] = field(default_factory=list)
    #: Injections that were taken back at the site.
    undone: list[Told] = field(default_factory=list)
    #: Sent to the table for problems and not back yet.
    problem: Told | None = None
    #: The last time that the table for problems was done with the person.
    solved: Told | None = None
    #: Whether an injection was given while the problem was open.
    passed_by: bool = False
    #: Numbers of the line that any reception gave, taken back or not.
    numbers: list[tuple[str, int]] = field(default_factory=list)
    observed: Told | None = None
    discharged: Told | None = None
    left: Told | None = None
    vouched_by: str = ""
    solved_reason: str = ""

    @property
    def injection(self) -> Told | None:
        """The first that stands."""
        return self.injections[0] if self.injections else None

    @property
    def step(self) -> Step:
        """Where the person is."""
        if self.discharged or self.left:
            return Step.HOME
        if self.injections:
            return Step.OBSERVED
        if self.problem:
            return Step.PROBLEM
        if self.screening is None or self.screened_anew:
            return Step.SCREENING
        if self.screening.told["outcome"] in NOT_TODAY:
            return Step.NOT_TODAY
        return Step.INJECTION

    @property
    def screened_anew(self) -> bool:
        """The table for problems sent the person to the doctor again, who has not answered yet."""
        if self.screening is None or self.solved is None:
            return False
        return self.solved.told["back"] == "screening" and self.solved.at > self.screening.at

    @property
    def since(self) -> datetime | None:
        """From when on the person waits where he is; None where nothing is told of that."""
        last = {
            Step.HOME: self.left or self.discharged,
            Step.OBSERVED: self.injection,
            Step.PROBLEM: self.problem,
            Step.NOT_TODAY: self.screening,
            Step.INJECTION: self.screening,
            Step.SCREENING: self.reception,
        }[self.step]
        times = [one.at for one in (last, self.solved if self._waits else None) if one]
        return max(times, default=None)

    @property
    def _waits(self) -> bool:
        return self.step in {Step.SCREENING, Step.INJECTION}

    @property
    def settled(self) -> str:
        """Why the person was at the table for problems, once that is done with; "" otherwise."""
        return self.solved_reason if self.solved and not self.problem else ""


def contents_of(events: Sequence[Told]) -> Contents:
    """The contents by `events`, whatever their order."""
    ordered = sorted(events, key=lambda one: (one.at, one.id))
    undone = {one.undoes for one in ordered if one.kind == SiteKind.UNDO}
    standing = [one for one in ordered if one.id not in undone]
    found = Contents(
        reception=_first(standing, SiteKind.RECEPTION),
        observed=_last(standing, SiteKind.OBSERVED),
        discharged=_last(standing, SiteKind.DISCHARGED),
        left=_last(standing, SiteKind.LEFT),
        vouched_by=next((name for name in map(_voucher, ordered) if name), ""),
        numbers=[number for one in ordered if (number := number_of(one))],
    )
    found.problem, found.solved, found.solved_reason = _problem(standing)
    injections = [one for one in ordered if one.kind == SiteKind.INJECTED]
    found.undone = [one for one in injections if one.id in undone]
    first: dict[str, Told] = {}
    for one in injections:
        if one.id in undone:
            continue
        known = first.setdefault(one.told["product"], one)
        if known is one:
            found.injections.append(one)
        else:
            found.twice.append(one)
    found.screening = _screening(standing, found.injection)
    found.passed_by = _passed_by(standing, found.injection)
    return found


def number_of(one: Told) -> tuple[str, int] | None:
    """The number of the line that a reception gave: (letter, number)."""
    if one.kind != SiteKind.RECEPTION or not one.told.get("letter") or not one.told["number"]:
        return None
    return one.told["letter"], one.told["number"]


def _voucher(one: Told) -> str:
    """Who vouches: told with who was made here, or found by the table for problems."""
    return one.vouched_by or (one.told["vouched_by"] if one.kind == SiteKind.SOLVED else "")


def _problem(standing: Sequence[Told]) -> tuple[Told | None, Told | None, str]:
    """(the problem that is open, the last answer, the reason that it answered)."""
    open_: Told | None = None
    solved: Told | None = None
    reason = ""
    for one in standing:
        if one.kind == SiteKind.PROBLEM:
            open_ = one
        elif one.kind == SiteKind.SOLVED:
            reason = open_.told["reason"] if open_ else reason
            open_, solved = None, one
    return open_, solved, reason


def _passed_by(standing: Sequence[Told], injection: Told | None) -> bool:
    """Whether the problem was open as the needle went in."""
    if injection is None:
        return False
    return _problem([one for one in standing if one.at <= injection.at])[0] is not None


def _screening(standing: Sequence[Told], injection: Told | None) -> Told | None:
    """The last one before the injection; without an injection the last of all."""
    rows = [one for one in standing if one.kind == SiteKind.SCREENED]
    before = [one for one in rows if injection is None or one.at <= injection.at]
    found = before or rows
    return found[-1] if found else None


def _first(events: Sequence[Told], kind: str) -> Told | None:
    return next((one for one in events if one.kind == kind), None)


def _last(events: Sequence[Told], kind: str) -> Told | None:
    return next((one for one in reversed(events) if one.kind == kind), None)


def flags_of(found: Contents, outcome: str) -> list[str]:
    """What somebody has to look at; `outcome`: of the schedule for the dose that stands."""
    flags = []
    if outcome and outcome != "due":
        flags.append(outcome)
    if found.twice:
        flags.append("twice")
    if len(found.injections) > 1:
        flags.append("two_products")
    if found.reception and found.reception.told["identity"] == "mismatch":
        flags.append("identity")
    if found.injection is None:
        return flags
    if found.reception is None:
        flags.append("no_reception")
    if found.screening is None:
        flags.append("no_screening")
    elif found.screening.told["outcome"] in NOT_TODAY | {"incomplete"}:
        flags.append("against_screening")
    elif not found.screening.told["consent"]:
        flags.append("no_consent")
    if found.injection.told["elsewhere"] == "yes":
        flags.append("elsewhere")
    if found.passed_by:
        flags.append("problem_open")
    return flags
