"""Asking the stations to sample: confirmed contacts of a case, households of a zone.

Sampling lies below us: people come down to it as requests, each to the unit of present stay.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import OFFSET, day_of, now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.selectors import shareable
from lachan.places.selectors import station_of
from lachan.rulebook.selectors import handover_rule, may_we
from lachan.sampling.models import Method, Reason, SampleRequest
from lachan.sampling.services import Wanted, request_samples
from lachan.tracing.models import Case, Contact, ZoneRound
from lachan.tracing.zone_reading import who_is_inside

#: Whom an officer may have sampled: somebody a human confirmed.
CONFIRMED = (Contact.State.CONFIRMED, Contact.State.HANDED_OVER)

Source = SampleRequest.Source


def ask_contacts(*, case: Case, contacts: Iterable[UUID], by: Principal) -> int:
    """Ask the stations of present stay to sample confirmed contacts; give how many are new.

    Refused: nobody_chosen, confirm_first.
    """
    rows = list(Contact.objects.filter(pk__in=list(contacts), case=case))
    if not rows:
        raise Refused("nobody_chosen", _("Choose at least one person."))
    if any(row.state not in CONFIRMED for row in rows):
        raise Refused(
            "confirm_first",
            _("Confirm these people first: only confirmed contacts are handed over."),
        )
    stations = _stations({row.home_commune for row in rows})
    named = shareable(row.person_id for row in rows)
    wanted = [
        Wanted(
            person=row.person_id,
            disease=case.disease,
            reason=Reason.CONTACT if row.hop == 1 else Reason.SECOND_CONTACT,
            source=Source.CONTACT,
            source_id=row.id,
            method=Method.PCR,
            due_at=due_of(case, row.last_at),
            organisation=stations.get(row.home_commune),
        )
        for row in rows
        if row.person_id in named
    ]
    made = request_samples(wanted, by=by)
    audit.record(
        "contact.sampling_requested",
        target=("case", case.id),
        by=by,
        detail={"contacts": [str(row.id) for row in rows]},
    )
    return len(made)


def due_of(case: Case, last_at: datetime | None) -> datetime:
    """Until when a contact is sampled: the end of the next test day that the measure of the day
    names, counted from the last meeting; where it names none, as long as a hand-over may take."""
    at = now()
    answer = may_we(
        "isolate_home", disease=case.disease, role="contact", at=at, province=case.province
    )
    if last_at is not None:
        for number in sorted(answer.test_days):
            on = day_of(last_at) + timedelta(days=number)
            if on >= day_of(at):
                return _end_of(on)
    hours = handover_rule(case.disease, at, province=case.province).answer_hours
    return at + timedelta(hours=hours)


def ask_households(*, round: ZoneRound, by: Principal) -> int:
    """Ask the station to sample everybody inside a zone in this round; give how many are new.

    Asked again, only who has come in since is new.  Refused: round_done, nobody_inside.
    """
    if round.done_at is not None:
        raise Refused("round_done", _("This round is done already."), status=409)
    decision = round.decision
    at = max(now(), decision.starts_at) if decision.starts_at else now()
    inside = [
        one.person for home in who_is_inside(decision, at) for one in home.residents if one.card
    ]
    named = shareable(inside)
    if not named:
        raise Refused(
            "nobody_inside", _("Nobody is known in these houses. Enter the households first.")
        )
    station = _stations({decision.commune}).get(decision.commune)
    made = request_samples(
        [
            Wanted(
                person=person,
                disease=decision.zone.disease,
                reason=Reason.ZONE,
                source=Source.ZONE,
                source_id=round.id,
                due_at=_end_of(round.planned_on),
                organisation=station,
            )
            for person in inside
            if person in named
        ],
        by=by,
    )
    audit.record("zone.sampling_requested", target=("zone_round", round.id), by=by)
    return len(made)


def asked_in(rounds: Iterable[ZoneRound]) -> dict[UUID, int]:
    """round -> how many people the station was asked to sample."""
    asked: dict[UUID, int] = {}
    rows = SampleRequest.objects.filter(
        source=Source.ZONE, source_id__in=[round.id for round in rounds]
    )
    for source_id in rows.values_list("source_id", flat=True):
        asked[source_id] = asked.get(source_id, 0) + 1
    return asked


def _stations(communes: Iterable[int]) -> dict[int, UUID]:
    found = {commune: station_of(commune) for commune in communes}
    return {commune: station.id for commune, station in found.items() if station is not None}


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, OFFSET)
