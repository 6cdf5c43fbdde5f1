"""A tube with the people in it is obtained here, and the look is recorded."""

from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, cards_of
from lachan.sampling import selectors
from lachan.sampling.models import Sample, Tube


def tube_for(by: Principal, tube: UUID) -> Tube:
    """A tube of the own sampling unit, or 404."""
    found = selectors.tube_of(by.organisation, tube)
    if found is None:
        raise Http404
    return found


def tube_at_laboratory(by: Principal, tube: UUID) -> Tube:
    """A tube that was sent to the own laboratory, or 404."""
    found = selectors.tube_at_laboratory(by.organisation, tube)
    if found is None:
        raise Http404
    return found


def people_in(by: Principal, tube: Tube) -> list[tuple[Sample, PersonCard | None]]:
    """The people in a tube, the first at the bottom; each may see that the list was looked at."""
    samples = selectors.samples_in(tube)
    cards = cards_of([sample.person_id for sample in samples])
    looks.record_many(persons=cards, what="sample", by=by)
    return [(sample, cards.get(sample.person_id)) for sample in samples]


def results_for(by: Principal, person: UUID | None) -> list[selectors.Outcome]:
    """The samples of the reader, or of somebody he speaks for: the database shows no other's."""
    return selectors.outcomes_of(person) if person else []
