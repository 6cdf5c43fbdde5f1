"""The one clock.  In a demo it can be wound, in production it is the machine's.

Time is stored in UTC and shown at the installation's fixed offset; days are cut there too.
"""

from datetime import UTC, date, datetime, timedelta, timezone

#: Vietnam has kept one offset since 1975 and no summer time.  Source: IANA tz, Asia/Ho_Chi_Minh.
OFFSET = timezone(timedelta(hours=7), "+07:00")

#: An event may be this far ahead of our clock before a device's clock is called wrong.
AHEAD = timedelta(days=2)

#: An event older than this is not a late scan but a mistake: ledgers keep no partition for it.
BEHIND = timedelta(days=60)

_wound = timedelta(0)


def now() -> datetime:
    """The time of this installation: aware, UTC."""
    return datetime.now(UTC) + _wound


def wind(offset: timedelta) -> None:
    """Set how far this process runs ahead of the machine; only a demo has an offset."""
    global _wound
    _wound = offset


def day_of(at: datetime) -> date:
    """The calendar day of `at` at the installation's offset: the partition a ledger row lies in."""
    return at.astimezone(OFFSET).date()


def today() -> date:
    """The calendar day now."""
    return day_of(now())
