"""Requests are obtained here with the people in them; every look is recorded."""

from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, card_of
from lachan.sampling import request_reading
from lachan.sampling.campaign_access import LOOK
from lachan.sampling.models import SampleRequest


def asked_for(by: Principal, rows: list[SampleRequest]) -> list[request_reading.Asked]:
    """Requests with cards; each person may see that the list was looked at."""
    found = request_reading.with_cards(rows, now())
    looks.record_many(
        persons=[one.request.person_id for one in found if one.card is not None], what=LOOK, by=by
    )
    return found


def person_for(by: Principal, person: UUID) -> PersonCard:
    """Somebody this account sees and who is or was to be sampled, or 404."""
    card = card_of(person)
    if card is None or not SampleRequest.objects.filter(person=person).exists():
        raise Http404
    looks.record(person=person, what=LOOK, by=by)
    return card


def request_for(person: UUID, request: UUID) -> SampleRequest:
    """One request of a person, or 404."""
    found = SampleRequest.objects.filter(pk=request, person=person).first()
    if found is None:
        raise Http404
    return found
