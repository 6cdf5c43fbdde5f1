"""Reading what counts of each tube, every place from rows of its own kind.

The figures are the same on every page that shows a tube: what only a laboratory knows before it
releases does not count here, and people are counted by a database function that names nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet

from lachan.core.clock import OFFSET
from lachan.core.scope import Principal
from lachan.sampling.counting import Bunch, Counted, Gap, Place, Share
from lachan.sampling.counting_sql import TUBES, bunches_sql
from lachan.sampling.models import Campaign, Packing, TableEvent, Tube

#: Tubes of a kind (breaking a sum, missing, rejected) that a page names; of more it says how many.
NAMED = 200

#: Tubes of one question; of more it is asked in parts.
AT_ONCE = 20_000

#: What a tube's row says of its places.
_AT = (Place.RECEIVED, Place.REJECTED, Place.MISSING, Place.ON_THE_WAY)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted.  `since`, `until`: days on which tubes were closed, both counted."""

    since: date
    until: date
    campaign: UUID | None = None
    box: UUID | None = None
    laboratory: UUID | None = None
    organisation: UUID | None = None
    disease: str = ""


def tubes_of(by: Principal, asked: Asked, *, laboratory: bool = False) -> QuerySet[Tube]:
    """The closed tubes of these days that the session may see; `laboratory`: sent to its own."""
    since = datetime.combine(asked.since, time.min, OFFSET)
    until = datetime.combine(asked.until, time.min, OFFSET) + timedelta(days=1)
    rows = Tube.objects.filter(closed_at__gte=since, closed_at__lt=until)
    if laboratory:
        rows = rows.filter(laboratory=by.organisation)
    elif by.organisation is not None and not (by.commune or by.province or by.national):
        rows = rows.filter(organisation=by.organisation)
    wanted: dict[str, Any] = {
        "campaign": asked.campaign,
        "laboratory": asked.laboratory,
        "organisation": asked.organisation,
        "disease": asked.disease,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if asked.box:
        rows = rows.filter(pk__in=Packing.objects.filter(box=asked.box).values("tube"))
    return rows


def parts_of(tubes: QuerySet[Tube]) -> Iterator[list[UUID]]:
    """Their ids, as many at once as one question answers before the database would end it."""
    part: list[UUID] = []
    for tube in tubes.order_by().values_list("pk", flat=True).iterator(chunk_size=AT_ONCE):
        part.append(tube)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def summed(
    by: Principal, asked: Asked, at: datetime, line: str, *, laboratory: bool
) -> list[Bunch]:
    """All of them as they stood at an instant, by line of `line`."""
    return bunches(tubes_of(by, asked, laboratory=laboratory), at, line)


def bunches(tubes: QuerySet[Tube], at: datetime, by: str, named: int = NAMED) -> list[Bunch]:
    """These tubes as they stood at an instant, summed by the database by line of `by` (`LINES`).

    Those that break a sum, are missing or were rejected are bunches of their own with their `tube`,
    as far as `named` of each kind.
    """
    rows: list[tuple[Any, ...]] = []
    with connections["default"].cursor() as cursor:
        for part in parts_of(tubes):
            cursor.execute(bunches_sql(by), [part, at, named, named, named])
            rows += cursor.fetchall()
    return [
        Bunch(line, _places(row[:4]), *row[4:9], *(int(one) for one in row[9:]))
        for line, *row in rows
    ]


def counted(tubes: QuerySet[Tube], at: datetime) -> list[Counted]:
    """Each of these tubes as it stood at an instant; for few of them."""
    with connections["default"].cursor() as cursor:
        cursor.execute(TUBES, [list(tubes.order_by().values_list("pk", flat=True)), at])
        rows = cursor.fetchall()
    shares = shares_of([row[0] for row in rows], at)
    return [_counted(row, shares.get(row[0], ())) for row in rows]


def _counted(row: tuple[Any, ...], shares: tuple[Share, ...]) -> Counted:
    tube, barcode, limit, method, organisation, laboratory, campaign, box, closed_at = row[:9]
    return Counted(
        tube=tube,
        barcode=barcode,
        limit=limit,
        method=method,
        organisation=organisation,
        laboratory=laboratory,
        campaign=campaign,
        box=box,
        closed_at=closed_at,
        places=_places(row[9:13]),
        outcome=row[13],
        shares=shares,
    )


def _places(at: Sequence[bool]) -> frozenset[Place]:
    return frozenset(place for place, there in zip(_AT, at, strict=True) if there)


def shares_of(tubes: Iterable[UUID], at: datetime) -> dict[UUID, tuple[Share, ...]]:
    """Tube -> its people by reason and round, and whom the message of the result reached."""
    found: dict[UUID, list[Share]] = defaultdict(list)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select tube, reason, round, people, delivered, undeliverable"
            " from core.shares_of_tubes(%s, %s) order by tube, reason, round",
            [list(tubes), at],
        )
        for tube, *values in cursor.fetchall():
            found[tube].append(Share(*values))
    return {tube: tuple(rows) for tube, rows in found.items()}


def still_open(by: Principal, at: datetime) -> int:
    """Tubes of the own unit that are being filled: they are in no sum yet."""
    if by.organisation is None:
        return 0
    rows = Tube.objects.filter(organisation=by.organisation, opened_at__lte=at)
    return rows.exclude(closed_at__lte=at).count()


def unread(by: Principal) -> list[tuple[str, Gap, int]]:
    """Barcodes that devices of the own unit told of and nobody has made tubes of yet: (barcode,
    why, scans).  The worker stands still, or was killed."""
    if by.organisation is None:
        return []
    rows = TableEvent.objects.filter(organisation=by.organisation, settled_at=None)
    waiting: dict[str, int] = defaultdict(int)
    for barcode in rows.values_list("barcode", flat=True):
        waiting[barcode] += 1
    return [(barcode, Gap.NOT_READ_YET, scans) for barcode, scans in sorted(waiting.items())]


def campaigns_named(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of campaigns."""
    return dict(Campaign.objects.filter(pk__in=list(ids)).values_list("pk", "name"))
