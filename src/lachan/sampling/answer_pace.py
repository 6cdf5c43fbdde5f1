"""How long each laboratory takes: counted by the worker, read by everybody who waits."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Min, OuterRef, Q, Subquery

from lachan.core.clock import now
from lachan.rulebook.selectors import results_rule
from lachan.sampling.answer_expected import Wait, hours_within
from lachan.sampling.answer_reading import Kind, newest_paces
from lachan.sampling.models import LaboratoryPace, Loss, Reception, Release, Tube

#: Seconds between two counts: within ten minutes a laboratory's pace hardly changes.
COUNTED_EACH = 600


def measure() -> int:
    """Count anew where the last count is old; give how many laboratories' paces changed."""
    return count() if cache.add("sampling.pace", 1, COUNTED_EACH) else 0


def count() -> int:
    """Append the pace of every kind of tube whose figure changed.  The worker's."""
    at = now()
    rule = results_rule(at)
    newest = newest_paces()
    changed = []
    for kind, waits in _waits(at, at - timedelta(days=rule.comparable_days)).items():
        enough = sum(wait.over for wait in waits) >= rule.comparable_tubes
        hours = hours_within(waits, rule.expected_percent / 100) if enough else None
        known = newest.get(kind)
        if known is None or (known.hours, known.tubes) != (hours, len(waits)):
            changed.append(_row(kind, rule.expected_percent, hours, len(waits), at))
    LaboratoryPace.objects.bulk_create(changed)
    return len(changed)


def _row(kind: Kind, percent: int, hours: float | None, tubes: int, at: datetime) -> LaboratoryPace:
    laboratory, method, shared = kind
    return LaboratoryPace(
        laboratory=laboratory,
        method=method,
        shared=shared,
        percent=percent,
        hours=hours,
        tubes=tubes,
        at=at,
    )


def _waits(at: datetime, since: datetime) -> dict[Kind, list[Wait]]:
    """The tubes of the last days by kind.  What was refused or lost is no tube that waits."""
    released = Release.objects.filter(tube=OuterRef("pk")).order_by("at").values("at")[:1]
    refused = Reception.objects.filter(accepted=False).values("tube")
    lost = Loss.objects.filter(found_at=None).values("tube")
    tubes = (
        Tube.objects.filter(laboratory__isnull=False, closed_at__isnull=False)
        .exclude(pk__in=refused)
        .exclude(pk__in=lost)
        .annotate(
            taken=Min("samples__taken_at", filter=Q(samples__taken_back_at=None)),
            released=Subquery(released),
        )
        .filter(taken__gt=since)
    )
    found: dict[Kind, list[Wait]] = defaultdict(list)
    rows = tubes.values_list("laboratory", "method", "limit", "taken", "released")
    for laboratory, method, limit, taken, out in rows.iterator(chunk_size=5_000):
        assert laboratory is not None
        hours = ((out or at) - taken).total_seconds() / 3600
        found[laboratory, method, limit > 1].append(Wait(hours, over=out is not None))
    return found
