"""Counting rapid tests by whom we sample, round, hour and table.

A person's share of a household's positive cassette is no positive person: it is counted by itself.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from lachan.core.clock import OFFSET
from lachan.sampling.models import Method, Release, Result, Sample


@dataclass(frozen=True, slots=True)
class Share:
    """One person's share of one cassette."""

    tube: UUID
    hour: int
    table: str
    reason: str
    round: int
    attempt: int
    pooled: bool
    outcome: str | None


@dataclass(slots=True)
class Count:
    """`people` were swabbed the first time, `repeats` again for an invalid one; both together are
    negative + positive + household + invalid + waiting.  `cassettes` were used."""

    people: int = 0
    repeats: int = 0
    cassettes: int = 0
    negative: int = 0
    positive: int = 0
    household: int = 0
    invalid: int = 0
    waiting: int = 0

    @property
    def shares(self) -> int:
        """People and repeats."""
        return self.people + self.repeats

    def figures(self) -> list[int]:
        """In the order of the columns."""
        return [getattr(self, one.name) for one in fields(self)]


def shares_of(organisation: UUID, day: date) -> list[Share]:
    """Every person's share of every cassette of a unit's day, in order of time."""
    since = datetime.combine(day, time.min, OFFSET)
    rows = list(
        Sample.objects.filter(
            organisation=organisation,
            tube__method=Method.RAPID,
            tube__rapid__isnull=False,
            taken_at__gte=since,
            taken_at__lt=since + timedelta(days=1),
        )
        .order_by("taken_at", "id")
        .values_list(
            "tube",
            "taken_at",
            "tube__rapid__table",
            "reason",
            "round",
            "tube__rapid__attempt",
            "tube__limit",
        )
    )
    found = _outcomes({row[0] for row in rows})
    return [
        Share(
            tube=tube,
            hour=at.astimezone(OFFSET).hour,
            table=table,
            reason=reason,
            round=number,
            attempt=attempt,
            pooled=limit > 1,
            outcome=found.get(tube),
        )
        for tube, at, table, reason, number, attempt, limit in rows
    ]


def _outcomes(tubes: set[UUID]) -> dict[UUID, str]:
    """What was released of each tube and stands."""
    releases = Release.objects.filter(
        tube__in=tubes, result__replaced_by=None, result__withdrawal=None
    )
    return dict(releases.values_list("tube", "result__outcome"))


def counted(shares: Iterable[Share], by: Callable[[Share], Any]) -> dict[Any, Count]:
    """Counts by what `by` says of a share, in order.  A cassette counts where its first person
    does."""
    found: dict[Any, Count] = defaultdict(Count)
    known: set[UUID] = set()
    for share in shares:
        count = found[by(share)]
        if share.attempt > 1:
            count.repeats += 1
        else:
            count.people += 1
        if share.tube not in known:
            known.add(share.tube)
            count.cassettes += 1
        name = _column(share)
        setattr(count, name, getattr(count, name) + 1)
    return dict(sorted(found.items()))


def _column(share: Share) -> str:
    if share.outcome is None:
        return "waiting"
    if share.outcome == Result.Outcome.POSITIVE and share.pooled:
        return "household"
    return share.outcome


def by_reason_and_round(share: Share) -> tuple[str, int]:
    """Đối tượng and lần."""
    return share.reason, share.round


def by_hour_and_table(share: Share) -> tuple[int, str]:
    """Hour of the day and table."""
    return share.hour, share.table


def by_everything(share: Share) -> tuple[int, str, str, int]:
    """Hour, table, reason, round: the lines of the file."""
    return share.hour, share.table, share.reason, share.round
