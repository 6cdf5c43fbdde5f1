"""A rapid test with the people in it is obtained here, and the look is recorded."""

from collections.abc import Collection
from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, cards_of
from lachan.sampling import rapid_reading
from lachan.sampling.models import RapidTest, Sample, SelfTest
from lachan.sampling.rapid_reading import Card

People = list[PersonCard | None]


def test_for(by: Principal, tube: UUID) -> RapidTest:
    """A rapid test of the own unit, or 404."""
    found = rapid_reading.test_of(by.organisation, tube)
    if found is None:
        raise Http404
    return found


def board_for(by: Principal, *, seen: Collection[str] = ()) -> list[tuple[Card, People]]:
    """The board with the people of each cassette.

    A look is recorded when a cassette comes up on a board, not each time the board is drawn anew:
    `seen` are the cassettes that this screen has shown.
    """
    cards = rapid_reading.board(by, now())
    inside = _people_in([card.test.tube_id for card in cards])
    known = cards_of({person for persons in inside.values() for person in persons})
    fresh = [
        person
        for tube, persons in inside.items()
        if str(tube) not in seen
        for person in persons
        if person in known
    ]
    looks.record_many(persons=fresh, what="sample", by=by)
    return [
        (card, [known.get(person) for person in inside.get(card.test.tube_id, [])])
        for card in cards
    ]


def people_of(by: Principal, test: RapidTest) -> People:
    """The people of one cassette."""
    persons = _people_in([test.tube_id]).get(test.tube_id, [])
    known = cards_of(persons)
    looks.record_many(persons=known, what="sample", by=by)
    return [known.get(person) for person in persons]


def _people_in(tubes: Collection[UUID]) -> dict[UUID, list[UUID]]:
    rows = Sample.objects.filter(tube__in=tubes).order_by("taken_at", "id")
    found: dict[UUID, list[UUID]] = {}
    for tube, person in rows.values_list("tube_id", "person_id"):
        found.setdefault(tube, []).append(person)
    return found


def self_tests_for(by: Principal, *, answered: bool) -> list[tuple[SelfTest, PersonCard | None]]:
    """Reports of self-tests in the station's commune, the oldest unanswered first."""
    rows = rapid_reading.self_tests(by, answered=answered)
    known = cards_of({row.person_id for row in rows})
    looks.record_many(persons=known, what="sample", by=by)
    return [(row, known.get(row.person_id)) for row in rows]


def self_test_for(by: Principal, report: UUID) -> SelfTest:
    """One report of the station's commune, or 404; its photograph is a look of its own."""
    found = rapid_reading.self_test_of(by, report)
    if found is None:
        raise Http404
    return found


def photo_for(by: Principal, row: SelfTest) -> None:
    """The look at a photograph, before it is shown."""
    looks.record(person=row.person_id, what="sample", by=by)
