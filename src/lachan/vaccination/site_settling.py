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
    observed: Told | None = None
    discharged: Told | None = None
    left: Told | None = None
    vouched_by: str = ""

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
        if self.screening is None:
            return Step.SCREENING
        if self.screening.told["outcome"] in NOT_TODAY:
            return Step.NOT_TODAY
        return Step.INJECTION


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
        vouched_by=next((one.vouched_by for one in ordered if one.vouched_by), ""),
    )
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
    return found


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
    return flags
