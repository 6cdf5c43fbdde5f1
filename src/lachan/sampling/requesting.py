"""Who is to be sampled: asked once per cause, answered by the sample, dropped with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.models import Person
from lachan.sampling.models import Campaign, Method, Sample, SampleRequest

#: rows of one INSERT
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody to be sampled.  `source` and `source_id`: what asks for it; `single`: the tube is
    nobody else's; `organisation`: the unit asked, if one is."""

    person: UUID
    disease: str
    reason: str
    source: str
    source_id: UUID
    method: str = Method.PCR
    single: bool = False
    due_at: datetime | None = None
    organisation: UUID | None = None
    campaign: Campaign | None = None


def request_samples(wanted: Iterable[Wanted], *, by: Principal) -> list[SampleRequest]:
    """Ask that people be sampled; what the same source asked before is left as it is.

    Give the requests that are new.  Persons the session may not see are left out.
    """
    asked = list(wanted)
    people = Person.objects.in_bulk({one.person for one in asked})
    known = set(
        SampleRequest.objects.filter(source_id__in={one.source_id for one in asked}).values_list(
            "person", "source", "source_id"
        )
    )
    at = now()
    fresh: dict[tuple[UUID, str, UUID], SampleRequest] = {}
    for one in asked:
        key = (one.person, one.source, one.source_id)
        person = people.get(one.person)
        if person is not None and key not in known and key not in fresh:
            fresh[key] = _request(one, person, at, by)
    rows = SampleRequest.objects.bulk_create(list(fresh.values()), batch_size=BATCH)
    if rows:
        audit.record(
            "request.asked",
            target=("request", rows[0].id),
            by=by,
            detail={"source": rows[0].source, "requests": [str(row.id) for row in rows]},
        )
        ring("sampling.request")
    return rows


def _request(one: Wanted, person: Person, at: datetime, by: Principal) -> SampleRequest:
    return SampleRequest(
        person=person,
        disease=one.disease,
        reason=one.reason,
        method=one.method,
        single=one.single,
        source=one.source,
        source_id=one.source_id,
        campaign=one.campaign,
        organisation=one.organisation,
        asked_at=at,
        asked_by=by.account,
        due_at=one.due_at,
        commune=person.commune,
        province=person.province,
    )


def drop_request(request: SampleRequest, *, reason: str, by: Principal) -> SampleRequest:
    """The person is not sampled after all: moved away, refused, died.  Refused: reason_needed,
    request_ended."""
    if not reason.strip():
        raise Refused("reason_needed", _("Say why this person is not sampled."))
    locked = SampleRequest.objects.select_for_update().get(pk=request.pk)
    if locked.state != SampleRequest.State.OPEN:
        raise Refused("request_ended", _("This request has ended already."), status=409)
    locked.state, locked.ended_at = SampleRequest.State.DROPPED, now()
    locked.why_dropped = reason.strip()[:200]
    locked.save(update_fields=["state", "ended_at", "why_dropped"])
    audit.record("request.dropped", target=("request", request.id), by=by)
    return locked


def next_round(person: Person, disease: str) -> int:
    """Which sampling of this person for this disease comes now, from 1.

    A rapid test that repeats an invalid one is the same sampling.
    """
    taken = Sample.objects.filter(person=person, tube__disease=disease)
    return taken.exclude(tube__rapid__repeats__isnull=False).count() + 1


def fulfil(sample: Sample, *, alone: bool) -> SampleRequest | None:
    """Give a sample to every open request of this person and disease that it answers.

    `alone`: the tube holds nobody else; only then does it answer a request for a single sample.
    Give the oldest of them, which says why this person was sampled.
    """
    tube = sample.tube
    rows = SampleRequest.objects.select_for_update().filter(
        person=sample.person_id,
        disease=tube.disease,
        state=SampleRequest.State.OPEN,
        asked_at__lte=sample.taken_at,
    )
    # A rapid test does not answer who asks for RT-PCR; the other way round it does.
    if tube.method == Method.RAPID:
        rows = rows.filter(method=Method.RAPID)
    if not alone:
        rows = rows.filter(single=False)
    found = list(rows.order_by("asked_at", "id"))
    for row in found:
        row.state, row.sample, row.ended_at = SampleRequest.State.DONE, sample, now()
    SampleRequest.objects.bulk_update(found, ["state", "sample", "ended_at"])
    return found[0] if found else None


def reopen(sample: Sample) -> int:
    """The sample was taken back: what it had answered is open again."""
    return SampleRequest.objects.filter(sample=sample).update(
        state=SampleRequest.State.OPEN, sample=None, ended_at=None
    )
