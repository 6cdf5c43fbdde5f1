"""Counting end to end: what was collected is somewhere, what was received is answered or waits,
what was answered reached people or not.

Every place of a tube is read from rows of its own kind, and the sums are compared afterwards: a
tube that is nowhere, or at two places, breaks a sum and is named.  Nothing here touches a database.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Place(StrEnum):
    """Where a collected tube is; a right world has it at exactly one."""

    RECEIVED = "received"
    REJECTED = "rejected"
    MISSING = "missing"
    ON_THE_WAY = "on_the_way"


class Gap(StrEnum):
    """Why a sum does not close."""

    NOWHERE = "nowhere"
    TWO_PLACES = "two_places"
    NOT_RECEIVED = "not_received"
    NOBODY_IN_IT = "nobody_in_it"
    NOT_READ_YET = "not_read_yet"


@dataclass(frozen=True, slots=True)
class Share:
    """People of one reason and round in a tube, and how many of them a message reached, or did not.

    Who is in neither was not told yet, or the message is on its way.
    """

    reason: str
    round: int
    people: int
    delivered: int = 0
    undeliverable: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """What is known of one collected tube at an instant.

    `places`: each read by itself; `outcome`: what was released and was not withdrawn, else "".
    """

    tube: UUID
    barcode: str
    limit: int
    method: str
    organisation: UUID
    laboratory: UUID | None
    campaign: UUID | None
    box: UUID | None
    closed_at: datetime
    places: frozenset[Place]
    outcome: str
    shares: tuple[Share, ...]

    @property
    def people(self) -> int:
        return sum(share.people for share in self.shares)

    @property
    def pooled(self) -> bool:
        return self.limit > 1


@dataclass(frozen=True, slots=True)
class Bunch:
    """Tubes of one line that stand alike, summed: nobody carries millions of tubes to count them.

    `line`: as `counting_sql.LINES` makes it; `told`: whom the message reached (delivered,
    undeliverable, untold) where there is an outcome; `nobody`: nobody is in them; `tube`: the one
    tube, where it is to be named.
    """

    line: str
    places: frozenset[Place]
    outcome: str
    pooled: bool
    told: str
    nobody: bool
    tube: UUID | None
    tubes: int
    people: int
    delivered: int
    undeliverable: int


@dataclass(slots=True)
class Figures:
    """The sums, in tubes or in people.

    collected = received + rejected + missing + on_the_way;
    received = resulted + pending;
    resulted = delivered + undeliverable + untold;
    resulted = negative + positive + pool_positive + unclear.  A share of a positive pool is
    nobody's positive; `unclear` is invalid or indeterminate.
    """

    collected: int = 0
    received: int = 0
    rejected: int = 0
    missing: int = 0
    on_the_way: int = 0
    resulted: int = 0
    pending: int = 0
    delivered: int = 0
    undeliverable: int = 0
    untold: int = 0
    negative: int = 0
    positive: int = 0
    pool_positive: int = 0
    unclear: int = 0

    def row(self) -> list[int]:
        """In the order of the columns."""
        return [getattr(self, one.name) for one in fields(self)]

    def closes(self) -> bool:
        """Whether every sum is right."""
        return (
            self.collected == self.received + self.rejected + self.missing + self.on_the_way
            and self.received == self.resulted + self.pending
            and self.resulted == self.delivered + self.undeliverable + self.untold
            and self.resulted == self.negative + self.positive + self.pool_positive + self.unclear
        )


#: The columns of `Figures`, in order.
COLUMNS = tuple(one.name for one in fields(Figures))


@dataclass(slots=True)
class Tally:
    """One line of a count: the same sums in tubes and in people."""

    tubes: Figures = field(default_factory=Figures)
    people: Figures = field(default_factory=Figures)

    def closes(self) -> bool:
        """Whether every sum is right, in tubes and in people."""
        return self.tubes.closes() and self.people.closes()


def tally(rows: Iterable[Counted | Bunch]) -> Tally:
    """All of these tubes together."""
    found = Tally()
    for row in rows:
        _add(found, row if isinstance(row, Bunch) else bunch_of(row))
    return found


def split(rows: Iterable[Bunch]) -> dict[str, Tally]:
    """Line -> its sums.  A tube is in one line, so that the lines add up to the whole."""
    found: dict[str, Tally] = defaultdict(Tally)
    for row in rows:
        _add(found[row.line], row)
    return dict(found)


def bunch_of(row: Counted, line: str = "") -> Bunch:
    """One tube as a bunch.  It is told when everybody in it was; one who was not makes it not."""
    delivered = sum(share.delivered for share in row.shares)
    failed = sum(share.undeliverable for share in row.shares)
    untold = row.people > delivered + failed or not row.people
    told = "undeliverable" if failed else "untold" if untold else "delivered"
    return Bunch(
        *(line, row.places, row.outcome, row.pooled, told, not row.people, row.tube),
        *(1, row.people, delivered, failed),
    )


def _add(to: Tally, row: Bunch) -> None:
    names = ["collected", *row.places]
    if row.outcome:
        names += ["resulted", _outcome(row)]
        _more(to.tubes, row.told, row.tubes)
        to.people.delivered += row.delivered
        to.people.undeliverable += row.undeliverable
        to.people.untold += row.people - row.delivered - row.undeliverable
    elif Place.RECEIVED in row.places:
        names.append("pending")
    for name in names:
        _more(to.tubes, name, row.tubes)
        _more(to.people, name, row.people)


def _outcome(row: Bunch) -> str:
    if row.outcome == "positive":
        return "pool_positive" if row.pooled else "positive"
    return "negative" if row.outcome == "negative" else "unclear"


def _more(figures: Figures, name: str, by: int) -> None:
    setattr(figures, name, getattr(figures, name) + by)


def gap_of(row: Counted | Bunch) -> Gap | None:
    """Why this tube breaks a sum, or each of these; None where they break none."""
    if not row.places and not row.outcome:
        return Gap.NOWHERE
    if len(row.places) > 1:
        return Gap.TWO_PLACES
    if row.outcome and Place.RECEIVED not in row.places:
        return Gap.NOT_RECEIVED
    return None if row.people else Gap.NOBODY_IN_IT


def gaps(rows: Iterable[Counted]) -> list[tuple[Counted, Gap]]:
    """The tubes that break a sum, each with why, by barcode."""
    found = [(row, gap) for row in rows if (gap := gap_of(row)) is not None]
    return sorted(found, key=lambda one: one[0].barcode)


def broken(rows: Iterable[Bunch]) -> int:
    """How many tubes break a sum."""
    return sum(row.tubes for row in rows if gap_of(row) is not None)
