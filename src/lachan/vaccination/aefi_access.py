"""Reactions and lists of people who had a lot are obtained here, and the looks are recorded."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, card_of, cards_of, duty_unit_of, find_people
from lachan.vaccination import aefi_reading, lot_reading
from lachan.vaccination.models import AefiStep, Dose, Lot, LotBar, Reaction, Session
from lachan.vaccination.selectors import doses_of

Row = tuple[Reaction, PersonCard | None]


def province_of(by: Principal) -> int | None:
    """In whose province somebody works: his own, his unit's, or that of his newest session."""
    if by.national or by.province is not None:
        return by.province
    unit = duty_unit_of(by)
    if unit is not None:
        return unit.province
    own = {"organisation": by.organisation} if by.organisation else {"commune": by.commune}
    newest = Session.objects.filter(**own).order_by("-starts_at").first()
    return newest.province if newest else None


def with_cards(by: Principal, rows: Iterable[Reaction]) -> list[Row]:
    """Reactions with their people; each may see that the list was looked at."""
    found = list(rows)
    known = cards_of({row.person_id for row in found})
    looks.record_many(persons=known, what="reaction", by=by)
    return [(row, known.get(row.person_id)) for row in found]


def reaction_for(by: Principal, reaction: UUID) -> Row:
    """One reaction, or 404."""
    row = aefi_reading.reaction_of(reaction)
    if row is None:
        raise Http404
    looks.record(person=row.person_id, what="reaction", by=by)
    return row, card_of(row.person_id)


def step_for(step: UUID) -> AefiStep:
    """One step of the law, or 404."""
    found = aefi_reading.step_of(step)
    if found is None:
        raise Http404
    return found


def dose_for(by: Principal, dose: UUID) -> tuple[Dose, PersonCard | None]:
    """A dose that nothing reverses, with whose it is, or 404."""
    rows = Dose.objects.filter(pk=dose, reverses=None, reversed_by=None)
    row = rows.select_related("lot", "session").first()
    if row is None:
        raise Http404
    looks.record(person=row.person_id, what="reaction", by=by)
    return row, card_of(row.person_id)


def doses_to_report(by: Principal, text: str) -> list[tuple[Dose, PersonCard | None]]:
    """Doses of whom the search means, or the own facility's of the last day."""
    if text:
        cards = {card.person: card for card in find_people(text, by)}
        doses = [dose for person in cards for dose in doses_of(person)]
    else:
        doses = list(aefi_reading.recent_doses(by.organisation)[:200]) if by.organisation else []
        cards = cards_of({dose.person_id for dose in doses})
    looks.record_many(persons=cards, what="search_result", by=by)
    return [(dose, cards.get(dose.person_id)) for dose in doses]


def lot_for(lot: UUID) -> Lot:
    """A lot, or 404."""
    found = lot_reading.lot_of(lot)
    if found is None:
        raise Http404
    return found


def bar_for(by: Principal, bar: UUID) -> LotBar:
    """A bar of the own territory, or 404."""
    found = lot_reading.bar_of(bar)
    if found is None or not (by.national or found.province == by.province):
        raise Http404
    return found


def had_lot_for(by: Principal, lot: Lot, since: datetime | None) -> list[lot_reading.Had]:
    """Everybody of the own area who had the lot; each may see that the list was looked at."""
    found = lot_reading.had_lot(lot.id, since=since)
    looks.record_many(
        persons={row.dose.person_id for row in found if row.card}, what="contact_list", by=by
    )
    return found
