"""Tracing before RT-PCR: a human has a positive rapid test traced at once, as a suspected case.

RT-PCR then confirms that case, or the room of corrections undoes what was done because of it.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit, looks
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, cards_of
from lachan.places.selectors import unit_name
from lachan.sampling.selectors import Provisional, ReleasedPositive, provisional_positives
from lachan.tracing import services
from lachan.tracing.models import Case, Suspicion, WorkedResult

#: Rapid tests older than this are no more offered: whoever still waits then needs a telephone call.
OFFERED_FOR = timedelta(days=3)

#: Lines of the list.
LIST_LIMIT = 50

#: Cases opened in one transaction; the next round takes the rest.
OPENED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """A provisional positive without a case; `asked`: it is on its way."""

    provisional: Provisional
    card: PersonCard | None
    commune: str
    asked: bool

    @property
    def result(self) -> UUID:
        """The result of the rapid test."""
        return self.provisional.release.result_id


def waiting_for(by: Principal) -> list[Waiting]:
    """Rapid positives of this scope that wait for RT-PCR and are no case, the newest first."""
    found = provisional_positives(since=now() - OFFERED_FOR)
    opened = set(
        Case.objects.filter(result__in=[one.release.result_id for one in found]).values_list(
            "result", flat=True
        )
    )
    rows = [one for one in found if one.state == "waiting" and one.release.result_id not in opened][
        :LIST_LIMIT
    ]
    cards = cards_of([one.sample.person_id for one in rows])
    looks.record_many(persons=list(cards), what="case", by=by)
    asked = set(
        Suspicion.objects.filter(result__in=[one.release.result_id for one in rows]).values_list(
            "result", flat=True
        )
    )
    return [
        Waiting(
            provisional=one,
            card=cards.get(one.sample.person_id),
            commune=unit_name(one.sample.commune),
            asked=one.release.result_id in asked,
        )
        for one in rows
    ]


def suspect(*, result: UUID, by: Principal) -> None:
    """Have a rapid positive traced before RT-PCR; asked twice it is one case.

    Refused: human_only, not_provisional, rapid_answered.
    """
    if by.system:
        raise Refused(
            "human_only", _("Only a human has a rapid test traced before RT-PCR."), status=403
        )
    found = provisional_positives(results=[result])
    if not found:
        raise Refused(
            "not_provisional",
            _("No rapid test waits for RT-PCR under this number."),
            status=404,
        )
    [one] = found
    if one.state != "waiting":
        raise Refused(
            "rapid_answered",
            _("RT-PCR has answered this rapid test. Load the list again."),
            status=409,
        )
    made = Suspicion(
        result=result,
        person_id=one.sample.person_id,
        asked_at=now(),
        asked_by=by.account,
        asked_by_name=by.name,
        commune=one.sample.commune,
        province=one.sample.province,
    )
    Suspicion.objects.bulk_create([made], ignore_conflicts=True)
    audit.record("case.suspected", target=("result", result), by=by)
    ring("tracing.suspicion")


def open_suspected(*, by: Principal) -> int:
    """Open the cases that humans asked for; give how many.  The worker's."""
    rows = Suspicion.objects.exclude(result__in=WorkedResult.objects.values("result"))
    wanted = list(rows.order_by("asked_at").values_list("result", flat=True)[:OPENED_AT_ONCE])
    opened = 0
    for one in provisional_positives(results=wanted):
        positive = _positive(one)
        if one.state == "waiting":
            services.open_case(positive, by=by, status=Case.Status.SUSPECTED)
            opened += 1
        else:
            # RT-PCR answered in between: a positive has made its own case.
            WorkedResult.objects.get_or_create(result=positive.result, defaults={"at": now()})
    return opened


def _positive(one: Provisional) -> ReleasedPositive:
    return ReleasedPositive(
        result=one.release.result_id,
        person=one.sample.person_id,
        disease=one.sample.tube.disease,
        taken_at=one.sample.taken_at,
        released_at=one.release.at,
        onset=one.sample.onset,
        reason=one.sample.reason,
    )
