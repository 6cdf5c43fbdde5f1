"""What a table's device keeps for the days without a network, and what its unit reads of it."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import Count, Max, Q, QuerySet

from lachan.core.clock import OFFSET, now, today
from lachan.sampling.models import (
    Campaign,
    KitLot,
    LabelSeries,
    Method,
    TableDevice,
    TableEvent,
    TableReview,
    Tube,
)

#: Tubes that were closed so lately that one of them may still lie on the table.
LATELY = timedelta(days=14)
#: Barcodes in a pack: 14 days of a large unit.
MOST_TUBES = 5_000
#: Rows of a list.
LIST_LIMIT = 200
#: Hexadecimal signs of a digest; 96 bits.
DIGEST = 24


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A device with what came of it: how many events, the last number, and how many are missing."""

    device: TableDevice
    events: int
    last: int
    last_at: datetime | None

    @property
    def missing(self) -> int:
        """Numbers below the last that have not come yet."""
        return self.last - self.events


def pack_of(organisation: UUID) -> dict[str, Any]:
    """What a device of the unit warns by: digests of who was sampled today, closed tubes, labels.

    Nothing is decided by it, so it is not signed.
    """
    salt = secrets.token_bytes(16)
    midnight = datetime.combine(today(), time.min, OFFSET)
    with connections["default"].cursor() as cursor:
        cursor.execute("select trace_id from sampling_sampled_since(%s)", [midnight])
        traces = [row[0] for row in cursor.fetchall()]
    closed = Tube.objects.filter(
        organisation=organisation, closed_at__isnull=False, opened_at__gte=now() - LATELY
    ).order_by("-opened_at")
    return {
        "made": now().isoformat(),
        "day": today().isoformat(),
        "salt": salt.hex(),
        "sampled": [sha256(salt + trace.bytes).hexdigest()[:DIGEST] for trace in traces],
        "closed": list(closed.values_list("barcode", flat=True)[:MOST_TUBES]),
        "series": [
            {"prefix": one.prefix, "first": one.first, "last": one.last, "width": one.width}
            for one in series_of(organisation)
        ],
    }


def campaigns_now() -> list[Campaign]:
    """Running campaigns of the reader's scope that today is a day of, by name."""
    day = today()
    rows = Campaign.objects.filter(
        state=Campaign.State.RUNNING, starts_on__lte=day, ends_on__gte=day
    )
    return list(rows.order_by("name", "id")[:LIST_LIMIT])


def campaign_of(campaign: str | None) -> Campaign | None:
    """The campaign that was chosen, if there is one and this scope may see it."""
    return Campaign.objects.filter(pk=campaign).first() if campaign else None


def has_rapid(organisation: UUID, campaigns: Iterable[Campaign]) -> bool:
    """Whether a unit has rapid tests: kits that still hold, or a campaign by them."""
    if any(campaign.method == Method.RAPID for campaign in campaigns):
        return True
    return KitLot.objects.filter(organisation=organisation, expires__gte=today()).exists()


def tubes_of_today(organisation: UUID) -> list[Tube]:
    """Tubes the unit opened today, newest first, each with how many people it holds (`inside`)."""
    midnight = datetime.combine(today(), time.min, OFFSET)
    rows = Tube.objects.filter(organisation=organisation, opened_at__gte=midnight)
    inside = Count("samples", filter=Q(samples__taken_back_at=None))
    return list(rows.annotate(inside=inside).order_by("-opened_at", "-id")[:LIST_LIMIT])


def series_of(organisation: UUID) -> QuerySet[LabelSeries]:
    """The labels the unit had printed, newest first."""
    return LabelSeries.objects.filter(organisation=organisation).order_by("-made_at")[:LIST_LIMIT]


def devices_of(organisation: UUID) -> list[DeviceLine]:
    """The unit's devices, newest first, with what came of each."""
    devices = list(
        TableDevice.objects.filter(organisation=organisation).order_by("-made_at")[:LIST_LIMIT]
    )
    counted: dict[UUID, dict[str, Any]] = {
        row["device"]: dict(row)
        for row in TableEvent.objects.filter(
            organisation=organisation, device__in=[one.id for one in devices], instead_of=None
        )
        .values("device")
        .annotate(
            events=Count("counter", distinct=True), last=Max("counter"), at=Max("received_at")
        )
    }
    lines = []
    for device in devices:
        row = counted.get(device.id, {"events": 0, "last": 0, "at": None})
        lines.append(DeviceLine(device, row["events"], row["last"], row["at"]))
    return lines


def reviews_of(organisation: UUID, *, all_of_them: bool = False) -> QuerySet[TableReview]:
    """What of the unit's tubes somebody has to look at, newest first."""
    rows = TableReview.objects.filter(organisation=organisation)
    if not all_of_them:
        rows = rows.filter(ended_at=None, looked_at=None)
    return rows.order_by("-found_at")[:LIST_LIMIT]


def waiting_people(organisation: UUID) -> int:
    """Samples whose person is not entered yet."""
    rows = TableEvent.objects.filter(organisation=organisation, kind=TableEvent.Kind.SAMPLE)
    return rows.filter(person=None, document__isnull=False).count()
