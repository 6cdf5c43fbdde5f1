"""A zone, a decision or the list of who is inside is obtained here, and the look is recorded."""

from datetime import datetime
from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, find_people
from lachan.tracing import zone_reading
from lachan.tracing.models import Case, Zone, ZoneDecision, ZoneFile, ZonePass, ZoneRound
from lachan.tracing.zone_exposed import Gathered, gather

#: Code of a look at somebody in the list of a zone.
LOOK = "zone_list"


def zone_for(zone: UUID) -> Zone:
    """The zone, or 404."""
    found = Zone.objects.filter(pk=zone).first()
    if found is None:
        raise Http404
    return found


def decision_for(decision: UUID) -> ZoneDecision:
    """A decision of a zone this account may read, or 404."""
    found = ZoneDecision.objects.select_related("zone").filter(pk=decision).first()
    if found is None:
        raise Http404
    return found


def decision_inside_for(by: Principal, decision: UUID) -> ZoneDecision:
    """A decision of the own commune: who lives inside is nobody else's to see."""
    found = decision_for(decision)
    if found.commune != by.commune:
        raise Http404
    return found


def file_for(file: UUID) -> ZoneFile:
    """The scan of a signed paper, or 404."""
    found = ZoneFile.objects.filter(pk=file).first()
    if found is None:
        raise Http404
    return found


def cases_for(by: Principal, outbreak: UUID | None, cases: list[UUID]) -> list[Case]:
    """The cases a zone is planned for, or 404 when this account sees none; each is looked at."""
    found = zone_reading.cases_for(outbreak, cases)
    if not found:
        raise Http404
    looks.record_many(persons=[case.person_id for case in found], what="case", by=by)
    return found


def gathered_for(by: Principal, cases: list[Case]) -> Gathered:
    """Everybody exposed, for counting: no name is shown, so no look is recorded."""
    return gather(cases, by)


def inside_for(by: Principal, decision: ZoneDecision, at: datetime) -> list[zone_reading.Household]:
    """Who is inside; everybody whose card the list shows may see that it was looked at."""
    rows = zone_reading.who_is_inside(decision, at)
    seen = [each.person for row in rows for each in row.residents if each.card is not None]
    looks.record_many(persons=seen, what=LOOK, by=by)
    return rows


def found_for(by: Principal, text: str) -> list[PersonCard]:
    """Whom a search means, for a pass; everybody it shows may see that."""
    cards = find_people(text, by) if text else []
    looks.record_many(persons=[card.person for card in cards], what="search_result", by=by)
    return cards


def passes_for(by: Principal, decision: ZoneDecision) -> list[tuple[ZonePass, PersonCard | None]]:
    """Passes with whom they are for."""
    rows = zone_reading.passes_of(decision)
    looks.record_many(persons=[row.person_id for row, card in rows if card], what=LOOK, by=by)
    return rows


def pass_for(decision: ZoneDecision, number: UUID) -> ZonePass:
    """One pass of a decision, or 404."""
    found = ZonePass.objects.filter(pk=number, decision=decision).first()
    if found is None:
        raise Http404
    return found


def round_for(decision: ZoneDecision, number: UUID) -> ZoneRound:
    """One round of a decision, or 404."""
    found = ZoneRound.objects.filter(pk=number, decision=decision).first()
    if found is None:
        raise Http404
    return found
