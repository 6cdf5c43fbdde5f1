"""What a decided complaint brings about: entries of the ledger that name it, or corrected data.

Nothing is overwritten.  What was missing is entered, what was wrong is taken back, and what stands
under somebody else is taken back there and entered here.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from lachan.core.clock import OFFSET, now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import open_sealed
from lachan.corrections.ticket_models import Remedy, Ticket
from lachan.people.models import Person
from lachan.people.selectors import same_persons
from lachan.people.services import correct_person, corrected
from lachan.rulebook.selectors import vaccine_products
from lachan.vaccination.models import Dose, Source
from lachan.vaccination.selectors import standing
from lachan.vaccination.services import Injection, enter, reverse

#: The ledger's number of an entry that a complaint made follows from the complaint: pressing twice
#: makes one entry.  A random constant of this file.
_NAMESPACE = UUID("4f3c2f60-7b0a-4bb1-9d0c-5a4f2f9b6c11")

#: An hour at which an injection of which only the day is known is entered.
NOON = time(12)


def dose_to_move(row: Ticket, dose: UUID | None) -> Dose:
    """The entry under somebody else that belongs here.  Refused: dose_needed, dose_unknown,
    dose_own."""
    if dose is None:
        raise Refused("dose_needed", _("Choose the dose that is wrong."))
    found = standing().filter(pk=dose, disease=row.disease).select_related("lot").first()
    if found is None:
        raise Refused("dose_unknown", _("This dose does not stand in the book any more."))
    if found.person_id in same_persons(row.person_id):
        raise Refused("dose_own", _("This dose stands in the person's own book already."))
    return found


def refuse_data(row: Ticket, data: Mapping[str, str]) -> None:
    """Refused: data_missing and the codes of a person's name and birth."""
    corrected(Person.objects.get(pk=row.person_id), data)


def carry_out(row: Ticket, *, by: Principal) -> list[str]:
    """Do what was proposed, in the caller's transaction; the numbers of the entries it made.

    Refused: reversed_already, dose_unknown, dose_own, data_missing and the ledger's codes.
    """
    made: list[str] = []
    if row.remedy == Remedy.IDENTITY:
        _correct(row, by)
    if row.remedy == Remedy.MOVE:
        made += _moved(row, by)
    if row.remedy in {Remedy.REVERSE, Remedy.REPLACE}:
        dose = Dose.objects.get(pk=UUID(row.proposal["dose"]))
        made.append(str(reverse(dose, why=_why(row), by=by).id))
    if row.remedy in {Remedy.ENTER, Remedy.REPLACE}:
        made.append(_entered(_as_proposed(row), by))
    return made


def _why(row: Ticket) -> str:
    return f"{row.number}: {row.proposed_why}"


def _correct(row: Ticket, by: Principal) -> None:
    # A complaint proposed before data were part of a proposal has none: its decision says so.
    data = open_sealed(row.person_id, bytes(row.correction)) if row.correction else {}
    person = Person.objects.select_for_update(of=("self",)).get(pk=row.person_id)
    told = {name: str(value) for name, value in data.items()}
    correct_person(person=person, data=told, document=row.number, by=by)


def _moved(row: Ticket, by: Principal) -> list[str]:
    dose = dose_to_move(row, UUID(row.proposal["dose"]))
    taken_back = reverse(dose, why=_why(row), by=by)
    one = Injection(
        id=uuid5(_NAMESPACE, str(row.id)),
        person=row.person_id,
        disease=dose.disease,
        product=dose.product,
        given_at=dose.given_at,
        source=Source.PAPER,
        lot=dose.lot_id,
        lot_text=dose.lot_text,
        kind=dose.kind,
        session=dose.session_id,
        organisation=dose.organisation,
        where_text=dose.where_text,
        document=row.number,
        injected_by=dose.injected_by,
    )
    return [str(taken_back.id), _entered(one, by)]


def _as_proposed(row: Ticket) -> Injection:
    given_at = datetime.combine(date.fromisoformat(row.proposal["day"]), NOON, OFFSET)
    return Injection(
        id=uuid5(_NAMESPACE, str(row.id)),
        person=row.person_id,
        disease=vaccine_products(now())[row.proposal["product"]].disease,
        product=row.proposal["product"],
        # A day on which nobody knows the hour: noon, or now on the same day's morning.
        given_at=min(given_at, now() - timedelta(minutes=1)),
        source=Source.PAPER,
        lot_text=row.proposal["lot"],
        where_text=row.proposal["where"],
        organisation=row.organisation,
        document=row.number,
    )


def _entered(one: Injection, by: Principal) -> str:
    [answer] = enter([one], by=by)
    if answer.outcome == "refused":
        raise Refused(answer.code, answer.message)
    return str(one.id)
