"""A positive pool: each person in it is asked for a sample of his own, and asked to stay till then.

Nobody of a positive pool becomes a case.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.scope import Principal
from lachan.notices import services as notices
from lachan.rulebook.selectors import ResultsRule, results_rule
from lachan.sampling.models import Method, PoolMember, Release, Result, Sample, SampleRequest
from lachan.sampling.requesting import Wanted, request_samples

#: Pools worked through in one transaction; the next round takes the rest.
POOLS_AT_ONCE = 50

#: A pool's people are asked again within days or not at all: an older one is a human's to look at.
ASKED_WITHIN = timedelta(days=7)


def work_positive_pools(*, by: Principal) -> int:
    """Ask everybody of each released positive pool that was not worked through yet; give how many
    people were asked.  The worker's, who sees every commune."""
    return sum(_work(release, by) for release in _waiting())


def _waiting() -> list[Release]:
    """Released positives of shared tubes that stand and brought about nothing yet."""
    rows = Release.objects.filter(
        result__outcome=Result.Outcome.POSITIVE,
        result__replaced_by=None,
        result__withdrawal=None,
        tube__limit__gt=1,
        tube__samples__taken_back_at=None,
        tube__samples__isnull=False,
        at__gt=now() - ASKED_WITHIN,
    ).exclude(result_id__in=PoolMember.objects.values("result"))
    return list(rows.select_related("tube").distinct().order_by("at")[:POOLS_AT_ONCE])


def _work(release: Release, by: Principal) -> int:
    samples = Sample.objects.filter(tube=release.tube_id).select_related("person", "tube")
    members = [_member(release, sample) for sample in samples.order_by("taken_at", "id")]
    PoolMember.objects.bulk_create(members)
    request_samples(_wanted(members, {row.person_id: row.reason for row in samples}), by=by)
    notices.draft_many(
        kind="pool_retest",
        drafts=[
            (row.person, {"reference": row.reference, "due": row.due_at.isoformat()}, row.id)
            for row in members
            if not row.person.excluded
        ],
        by=by,
    )
    audit.record(
        "pool.asked_again",
        target=("result", release.result_id),
        by=by,
        detail={"people": len(members)},
    )
    ring("sampling.pool_positive")
    return len(members)


def _member(release: Release, sample: Sample) -> PoolMember:
    person = sample.person
    rule: ResultsRule = results_rule(release.at, province=person.province)
    key = uuid7()
    return PoolMember(
        id=key,
        result_id=release.result_id,
        tube=release.tube,
        person=person,
        disease=release.tube.disease,
        role=rule.stay_role,
        measure=rule.stay_measure,
        rule=rule.rule,
        rule_version=rule.version,
        # It names neither the tube nor who else is in it.
        reference=f"XN-{key.hex[-12:].upper()}",
        found_at=release.at,
        due_at=release.at + timedelta(hours=rule.retest_hours),
        commune=person.commune,
        province=person.province,
    )


def _wanted(members: Iterable[PoolMember], reasons: dict[UUID, str]) -> list[Wanted]:
    return [
        Wanted(
            row.person_id,
            row.disease,
            reasons[row.person_id],
            SampleRequest.Source.POSITIVE_POOL,
            row.tube_id,
            method=Method.PCR,
            single=True,
            due_at=row.due_at,
            organisation=row.tube.organisation,
        )
        for row in members
    ]
