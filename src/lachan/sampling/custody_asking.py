"""Asking people to be sampled again: their tube was rejected or is missing; not any more when it
was accepted after all, or turned up.  The worker does it, because a laboratory sees no person."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from lachan.core import grants
from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.places.models import Organisation
from lachan.rulebook.selectors import custody_rule
from lachan.sampling import requesting
from lachan.sampling.models import Loss, Reception, Sample, SampleRequest, Tube

#: How long past the deadline a unit may see whom it is to sample again.
KEPT_OPEN = timedelta(days=1)

#: Requests of one turn; the bell rings again for the rest.
BATCH = 500

REJECTED = SampleRequest.Source.REJECTED
MISSING = SampleRequest.Source.MISSING


def ask_again(*, by: Principal) -> int:
    """Ask everybody of a rejected or missing tube who was not asked for it; drop what was asked for
    a tube that is fine after all.  Give how many requests were made or dropped."""
    asked = _ask(REJECTED, _rejections(), by) + _ask(MISSING, _losses(), by)
    return asked + _drop(by)


def newest_of_tube() -> QuerySet[Reception]:
    """The reception that counts of the tube of the outer query."""
    return Reception.objects.filter(tube=OuterRef("tube")).order_by("-at", "-id")


def _rejections() -> dict[UUID, UUID]:
    """Tubes that stand rejected, with people who were not asked: the reception -> its tube."""
    rows = Reception.objects.filter(
        accepted=False, pk=Subquery(newest_of_tube().values("pk")[:1])
    ).filter(_unasked(REJECTED))
    return dict(rows.order_by("at").values_list("pk", "tube")[:BATCH])


def _losses() -> dict[UUID, UUID]:
    """Tubes declared missing, with people who were not asked: the loss -> its tube."""
    rows = Loss.objects.filter(found_at=None).filter(_unasked(MISSING))
    return dict(rows.order_by("at").values_list("pk", "tube")[:BATCH])


def _unasked(source: str) -> Exists:
    """Somebody in the tube has no request of this source and row."""
    asked = SampleRequest.objects.filter(
        person=OuterRef("person"), source=source, source_id=OuterRef(OuterRef("pk"))
    )
    return Exists(Sample.objects.filter(tube=OuterRef("tube")).filter(~Exists(asked)))


def _ask(source: str, causes: dict[UUID, UUID], by: Principal) -> int:
    if not causes:
        return 0
    cause_of = {tube: cause for cause, tube in causes.items()}
    samples = Sample.objects.filter(tube__in=cause_of).select_related("tube")
    provinces = dict(
        Organisation.objects.filter(
            pk__in={sample.tube.organisation for sample in samples}
        ).values_list("pk", "province")
    )
    at = now()
    wanted = [
        requesting.Wanted(
            person=sample.person_id,
            disease=sample.tube.disease,
            reason=sample.reason,
            source=source,
            source_id=cause_of[sample.tube_id],
            method=sample.tube.method,
            single=sample.tube.limit == 1,
            due_at=_due(sample.tube, provinces.get(sample.tube.organisation), at),
            organisation=sample.tube.organisation,
            campaign=sample.tube.campaign,
        )
        for sample in samples
    ]
    _open_to_units(wanted)
    return len(requesting.request_samples(wanted, by=by))


def _open_to_units(wanted: Sequence[requesting.Wanted]) -> None:
    """Whoever is to sample people again may see whom, for a day beyond the deadline: what the first
    scan had opened has ended meanwhile."""
    asked: dict[tuple[UUID, datetime], list[UUID]] = defaultdict(list)
    for one in wanted:
        if one.organisation is not None and one.due_at is not None:
            asked[one.organisation, one.due_at].append(one.person)
    for (unit, due), persons in asked.items():
        grants.give("person", persons, to_organisation=unit, until=due + KEPT_OPEN)


def _due(tube: Tube, province: int | None, at: datetime) -> datetime:
    rule = custody_rule(tube.disease, at, province=province)
    return at + timedelta(hours=rule.resample_hours)


def _drop(by: Principal) -> int:
    """End the open requests whose cause is gone."""
    waiting = SampleRequest.objects.filter(state=SampleRequest.State.OPEN)
    found = Loss.objects.filter(pk=OuterRef("source_id"), found_at__isnull=False)
    turned_up = list(waiting.filter(source=MISSING).filter(Exists(found))[:BATCH])
    later = Reception.objects.filter(accepted=True, tube=OuterRef("tube"), at__gt=OuterRef("at"))
    accepted = Reception.objects.filter(pk=OuterRef("source_id")).filter(Exists(later))
    fine = list(waiting.filter(source=REJECTED).filter(Exists(accepted))[:BATCH])
    for request in turned_up:
        requesting.drop_request(request, reason=_("The tube was found."), by=by)
    for request in fine:
        reason = _("The laboratory accepted the tube after all.")
        requesting.drop_request(request, reason=reason, by=by)
    return len(turned_up) + len(fine)
