"""What the worker does for the gate: cards entered since, and one account declaring for a crowd."""

from datetime import datetime, time, timedelta

from django.db.models import Count, Max, Min

from lachan.core.clock import OFFSET, now, today
from lachan.core.facts import on
from lachan.core.scope import Principal, system_scope
from lachan.declarations.models import Declaration
from lachan.gate import unmatched
from lachan.venues.services import ask_about_declaring, counters_seen

#: Missing numbers are named after two days at the latest: older rows were told long ago.
_STILL_COUNTED = timedelta(days=3)

#: How far back a bell looks for accounts that declared: many rounds of the worker.
_LATELY = timedelta(minutes=30)


@on("people.person")
@on("gate.unmatched")
def settle_unmatched() -> int:
    """Give scans of cards to the persons who were entered under them since."""
    settled = 0
    while True:
        with system_scope("fact:gate.unmatched"):
            count = unmatched.settle()
        settled += count
        if not count:
            return settled


@on("gate.unmatched")
def count_unmatched() -> int:
    """Tell whoever looks for a device's missing scans that these are kept here."""
    with system_scope("fact:gate.unmatched"):
        devices = unmatched.counters_since(now() - _STILL_COUNTED)
    for device in devices:
        counters_seen(**device)
    return len(devices)


@on("declarations.declared")
def find_bulk_declaring() -> int:
    """Ask about accounts of no unit that declared for more people today than the rule lets pass.

    A guard or a station declares for many by right: their declarations name the unit.
    """
    with system_scope("fact:declarations.declared") as system:
        return find_of_day(datetime.combine(today(), time(), OFFSET), by=system)


def find_of_day(start: datetime, *, by: Principal) -> int:
    """The same for the day that begins at `start`; how many accounts were asked about.

    Only accounts that declared in the last minutes can have become a crowd: a day of a province is
    not read again at every bell.
    """
    until = min(start + timedelta(days=1), now())
    alone = Declaration.objects.filter(organisation=None, at__lt=until)
    latest = alone.filter(at__gte=max(start, until - _LATELY))
    made = alone.filter(made_by__in=latest.values("made_by"), at__gte=start)
    counted = made.values("made_by").annotate(
        people=Count("person", distinct=True),
        last=Max("at"),
        commune=Min("commune"),
        province=Min("province"),
    )
    return sum(
        ask_about_declaring(
            account=row["made_by"],
            people=row["people"],
            at=row["last"],
            commune=row["commune"],
            province=row["province"],
            by=by,
        )
        # Below two nobody is a crowd, whatever a province sets.
        for row in counted.filter(people__gt=1)
    )
