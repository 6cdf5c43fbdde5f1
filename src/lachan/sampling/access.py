"""A tube with the people in it is obtained here, and the look is recorded."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from lachan.core import looks
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, card_of, cards_of, same_persons
from lachan.people.services import person_of_code
from lachan.sampling import selectors
from lachan.sampling.models import Sample, Tube
from lachan.sampling.table_people import is_signed_code


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


def shown_at_table(by: Principal, code: str) -> PersonCard | None:
    """Whoever shows a telephone's code at the table; he may see that he was looked at.

    Refused: bad_code, also for a card's number, which anybody could type; code_expired,
    unknown_person.
    """
    if not is_signed_code(code):
        raise Refused("bad_code", _("This code opens no name here."), status=404)
    person = person_of_code(code)
    card = card_of(person)
    if card is not None:
        looks.record(person=person, what="sample", by=by)
    return card


def results_for(by: Principal, person: UUID | None) -> list[selectors.Outcome]:
    """The samples of the reader, or of somebody he speaks for: the database shows no other's.  Of
    himself also those of the other records that stand for him, newest first."""
    if person is None:
        return []
    if person != by.person:
        return selectors.outcomes_of(person)
    found = [row for each in same_persons(person) for row in selectors.outcomes_of(each)]
    return sorted(found, key=lambda row: row.answer.sample.taken_at, reverse=True)


def newest_for(by: Principal, persons: list[UUID]) -> dict[UUID, selectors.Answer | None]:
    """The newest sample of each of the people the reader speaks for, None where there is none."""
    found = selectors.answers_about(persons)
    return {person: next(iter(found.get(person, [])), None) for person in persons}
