"""What is due for somebody, and whether a vaccine may be given now: by the schedule in force.

The answer is a decision: rule, version, outcome and values; it is said when it is read.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core.clock import day_of
from lachan.core.refusals import Refused
from lachan.people.models import Person as Registered
from lachan.people.selectors import PersonCard, card_of
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.selectors import Decision
from lachan.vaccination.arrays import (
    Asked,
    Forecast,
    Given,
    Person,
    Reason,
    SeriesStatus,
    Tables,
    tables_of,
)
from lachan.vaccination.models import Dose, Source
from lachan.vaccination.selectors import doses_of

#: Of whom no year of birth is known: an adult, as whoever stands before the table can see.
UNKNOWN_BIRTH = date(1900, 1, 1)

#: What a reason of the engine is called in the rulebook's answer.
_SAID = {
    Reason.TOO_SOON: "too_soon",
    Reason.LIVE_CONFLICT: "too_soon",
    Reason.TOO_YOUNG: "too_young",
    Reason.VACCINE_AGE: "too_young",
    Reason.NOT_THIS_VACCINE: "not_this_vaccine",
    Reason.INADVERTENT: "not_this_vaccine",
    Reason.TOO_OLD: "complete",
    Reason.SERIES_COMPLETE: "complete",
}


def tables(disease: str, at: datetime, *, province: int | None = None) -> Tables:
    """The schedule in force: the province's own before the nation's."""
    row = rulebook.immunization_rule(disease, at, province=province)
    return tables_of(row, rulebook.vaccine_products(at))


def born_on(birth: str) -> date | None:
    """The latest day that a birth as far as known can be: nobody is taken for older than he is."""
    match [int(part) for part in birth.split("-") if part]:
        case [year]:
            return date(year, 12, 31)
        case [year, month]:
            return date(year, month, monthrange(year, month)[1])
        case [year, month, day]:
            return date(year, month, day)
    return None


def of_person(person: UUID, *, observations: dict[str, date | None] | None = None) -> Person:
    """Somebody as the engine knows him.  Raises Refused: person_not_found."""
    card = card_of(person)
    if card is None:
        raise Refused("person_not_found", _("There is no such person in your area."), status=404)
    return as_person(card, observations=observations)


def as_person(card: PersonCard, *, observations: dict[str, date | None] | None = None) -> Person:
    """Somebody of whom the card is here already."""
    return Person(born_on(card.birth) or UNKNOWN_BIRTH, card.sex, observations or {})


def as_given(doses: Iterable[Dose]) -> list[Given]:
    """Doses as the engine reads them."""
    return [
        Given(day_of(each.given_at), each.product, key=str(each.id), agreed=each.agreed)
        for each in doses
        if each.source != Source.REVERSAL
    ]


def may_give(
    person: Registered,
    product: str,
    at: datetime,
    *,
    province: int | None = None,
    agreed: bool = False,
    observations: dict[str, date | None] | None = None,
) -> Decision:
    """Whether this vaccine may be given to this person now: `due`, or why not."""
    disease = rulebook.vaccine_product(product, at).disease
    schedule = tables(disease, at, province=province)
    return answer(
        schedule,
        of_person(person.id, observations=observations),
        as_given(doses_of(person.id)),
        Given(day_of(at), product, agreed=agreed),
    )


def answer(schedule: Tables, person: Person, doses: list[Given], wanted: Given) -> Decision:
    """The schedule's answer to a wanted dose: the worst of the antigens it carries."""
    asked = schedule.ask(person, doses, wanted)
    if not asked:
        return Decision(schedule.rule, schedule.version, "not_offered", {"number": len(doses) + 1})
    worst = min(asked.values(), key=lambda each: each.wanted.valid)
    return _decided(schedule, worst, len(doses) + 1)


def _decided(schedule: Tables, asked: Asked, number: int) -> Decision:
    due, wanted = asked.due, asked.wanted
    values = _values(due, wanted.given, number)
    if wanted.valid and wanted.reason is not Reason.NO_AGREEMENT:
        outcome = "due"
    elif wanted.reason is Reason.NO_AGREEMENT:
        outcome = "no_agreement"
    elif due.status is SeriesStatus.COMPLETE:
        outcome = "complete"
    else:
        outcome = _SAID.get(wanted.reason, "not_this_vaccine")
    return Decision(schedule.rule, schedule.version, outcome, values)


def _values(due: Forecast, wanted: Given, number: int) -> dict[str, object]:
    return {
        "number": due.number or number,
        "earliest": due.earliest.isoformat() if due.earliest else "",
        "vaccine": wanted.vaccine,
        "vaccines": list(due.vaccines),
        "kind": due.step.kind if due.step else "",
    }
