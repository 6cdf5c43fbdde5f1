"""Kits and tubes of a unit, and who goes where with how many of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connections
from django.db.models import Sum
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.places.models import Organisation
from lachan.sampling.models import Campaign, StockEntry, TeamShift

Item = StockEntry.Item
Kind = StockEntry.Kind

#: Days over which daily use is averaged.  House default: a week holds a week-end.
LOOKED_BACK = 7
#: Days left below which the page warns.  House default, to be confirmed: ordering takes two days.
WARN_DAYS = 3
#: People a table samples a minute.  Source: issue 6, "200 people at 3 a minute".
PER_MINUTE = 3
#: Kits taken along beyond those expected: one in ten spoils or is needed again.  House default.
SPARE = 10


@dataclass(frozen=True, slots=True)
class Level:
    """What a unit has of one item: received and corrected minus used; `a_day` is the mean use."""

    item: Item
    received: int
    used: int
    a_day: float

    @property
    def left(self) -> int:
        """How many are there by our count."""
        return self.received - self.used

    @property
    def days_left(self) -> int | None:
        """Whole days at the present use, None where nothing is used."""
        return None if self.a_day <= 0 else max(0, int(self.left / self.a_day))

    @property
    def low(self) -> bool:
        """Whether somebody must order now."""
        days = self.days_left
        return self.left <= 0 or (days is not None and days < WARN_DAYS)


def add_entry(
    *,
    unit: Organisation,
    item: str,
    kind: str,
    quantity: int,
    by: Principal,
    lot: str = "",
    expires_on: date | None = None,
    note: str = "",
) -> StockEntry:
    """Write down what came or went; `quantity` is how many, a correction may be negative.

    Refused: stock_quantity.
    """
    signed = -abs(quantity) if kind in (Kind.GIVEN, Kind.SPOILED) else quantity
    if signed == 0 or (kind == Kind.RECEIPT and signed < 0):
        raise Refused("stock_quantity", _("Write how many, more than none."))
    assert unit.province is not None
    entry = StockEntry(
        organisation=unit.id,
        item=item,
        kind=kind,
        quantity=signed,
        lot=lot.strip(),
        expires_on=expires_on,
        note=note.strip(),
        at=now(),
        by=by.account,
        by_name=by.name,
        commune=unit.commune,
        province=unit.province,
    )
    entry.save(force_insert=True)
    audit.record("stock.written", target=("stock", entry.id), by=by)
    return entry


def levels_of(unit: UUID, at: datetime) -> list[Level]:
    """What the unit has of each item it ever received; tubes opened since then count as used."""
    rows = StockEntry.objects.filter(organisation=unit)
    sums = dict(rows.values_list("item").annotate(sum=Sum("quantity")))
    found = []
    for item in Item:
        if item.value not in sums:
            continue
        first = rows.filter(item=item).order_by("at").values_list("at", flat=True)[0]
        days = max(1, min(LOOKED_BACK, (at - first).days + 1))
        used, lately = _used(unit, item, first, at - timedelta(days=LOOKED_BACK))
        found.append(Level(item, sums[item.value], used, lately / days))
    return found


def _used(unit: UUID, item: Item, since: datetime, lately: datetime) -> tuple[int, int]:
    """(since the first receipt, in the last days): tubes by tubes, swabs and tests by people."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from core.kits_used(%s, %s, %s)", [unit, since, lately])
        row = cursor.fetchone()
    tubes, swabs, rapid, tubes_lately, swabs_lately, rapid_lately = row or (0,) * 6
    return {
        Item.TUBE: (tubes, tubes_lately),
        Item.SWAB: (swabs, swabs_lately),
        Item.RAPID: (rapid, rapid_lately),
    }[item]


def kits_for(people: int, pool_size: int) -> tuple[int, int]:
    """(tubes, swabs) to take along for so many people, with the spare ones."""
    with_spare = people + -(-people // SPARE)
    return -(-with_spare // pool_size), with_spare


def expected_in(starts_at: datetime, ends_at: datetime) -> int:
    """How many people one table samples in these hours."""
    return int((ends_at - starts_at).total_seconds() // 60) * PER_MINUTE


def plan_shift(
    *,
    campaign: Campaign,
    team: str,
    device: str,
    where: str,
    starts_at: datetime,
    ends_at: datetime,
    by: Principal,
    expected: int | None = None,
) -> TeamShift:
    """Who goes where; without a number as many are expected as one table can take.

    Refused: campaign_ended, shift_hours.
    """
    if campaign.state == Campaign.State.ENDED:
        raise Refused("campaign_ended", _("This campaign has ended. Plan the next round."))
    if ends_at <= starts_at:
        raise Refused("shift_hours", _("The end must be after the beginning."))
    most = expected_in(starts_at, ends_at)
    shift = TeamShift(
        campaign=campaign,
        team=team.strip(),
        device=device.strip(),
        where=where.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        expected=min(expected, most) if expected else max(most, 1),
        made_at=now(),
        made_by=by.account,
        organisation=campaign.organisation,
        commune=campaign.commune,
        province=campaign.province,
    )
    shift.save(force_insert=True)
    audit.record("campaign.shift_planned", target=("campaign", campaign.id), by=by)
    return shift


def withdraw_shift(*, shift: TeamShift, by: Principal) -> None:
    """This team does not go; the row stays."""
    TeamShift.objects.filter(pk=shift.pk, withdrawn_at=None).update(withdrawn_at=now())
    audit.record("campaign.shift_withdrawn", target=("shift", shift.id), by=by)


def shifts_of(campaign: Campaign) -> Sequence[TeamShift]:
    """Who goes where, in the order of the hours."""
    return list(campaign.shifts.filter(withdrawn_at=None).order_by("starts_at", "where"))


def entries_of(unit: UUID, limit: int = 50) -> Sequence[StockEntry]:
    """The newest movements of a unit."""
    return list(StockEntry.objects.filter(organisation=unit).order_by("-at")[:limit])
