"""Tell people that their result is there; never what it is.

Whoever released the result decided that its people are told, and is the approver of the message.
A positive pool is not a result of anybody: its people get the message of `pool`.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from lachan.core import audit
from lachan.core.clock import day_of, now
from lachan.core.models import AuditEvent
from lachan.core.scope import Principal
from lachan.notices import services as notices
from lachan.sampling.models import Release, Result, ResultSlip, Sample, ToldResult

#: Results told in one transaction; the next round takes the rest.
RESULTS_AT_ONCE = 200

#: A message about an older result would puzzle more than it tells: an installation that was without
#: its worker for long, or that brings its results from another system.
TOLD_WITHIN = timedelta(days=7)


def tell_released(*, by: Principal) -> int:
    """Have the people of each newly released result told; give how many results.  The worker's."""
    releases = list(
        Release.objects.filter(
            result__replaced_by=None,
            result__withdrawal=None,
            result__told=None,
            at__gt=now() - TOLD_WITHIN,
        )
        .exclude(result__outcome=Result.Outcome.POSITIVE, tube__limit__gt=1)
        .select_related("result")
        .order_by("at")[:RESULTS_AT_ONCE]
    )
    samples = _samples({release.tube_id for release in releases})
    links = _links({sample.person_id for rows in samples.values() for sample in rows})
    told = 0
    for release in releases:
        told += _tell(release, samples.get(release.tube_id, []), links, by)
    names = _releasers(releases)
    ToldResult.objects.bulk_create(
        [
            ToldResult(
                result_id=release.result_id,
                released_by_name=names.get(str(release.result_id), ""),
                at=now(),
            )
            for release in releases
        ]
    )
    if releases:
        audit.record(
            "result.told",
            target=("result", releases[0].result_id),
            by=by,
            detail={"results": [str(release.result_id) for release in releases], "people": told},
        )
    return len(releases)


def _releasers(releases: list[Release]) -> dict[str, str]:
    """Result -> the name of whoever released it: a paper says who answers for it."""
    # The worker reads the audit as its owner: nobody else does.
    events = AuditEvent.objects.using("owner").filter(
        day__in={day_of(release.at) for release in releases},
        kind="result.released",
        target_kind="result",
        target_id__in=[str(release.result_id) for release in releases],
    )
    return dict(events.values_list("target_id", "by_name"))


def _samples(tubes: Iterable[UUID]) -> dict[UUID, list[Sample]]:
    found: dict[UUID, list[Sample]] = {}
    for sample in Sample.objects.filter(tube__in=list(tubes)).select_related("person"):
        found.setdefault(sample.tube_id, []).append(sample)
    return found


def _links(persons: Iterable[UUID]) -> dict[UUID, str]:
    """Person -> the page that asks for the code of the newest slip; the same for all of a place, so
    that people of one telephone get one message."""
    rows = ResultSlip.objects.filter(
        person__in=list(persons), revoked_at=None, expires_at__gt=now()
    ).order_by("given_at")
    return {row.person_id: f"{row.site}/r/" for row in rows}


def _tell(release: Release, samples: list[Sample], links: dict[UUID, str], by: Principal) -> int:
    told = [sample for sample in samples if not sample.person.excluded]
    for sample in told:
        notices.send_as_decided(
            person=sample.person,
            kind="result_ready",
            values={"reference": number_of(sample), "link": links.get(sample.person_id, "")},
            reason=release.result_id,
            decided_by=release.by,
            by=by,
        )
    return len(told)


def number_of(sample: Sample) -> str:
    """What a sample is called in a message and on paper; it says nothing of person or tube."""
    return f"KQ-{sample.id.hex[-8:].upper()}"
