"""Filling what a vaccinated person's record lacks for the national list: a field at a time."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.formats.ethnicities import ETHNICITIES
from lachan.people.models import Person
from lachan.people.services import (
    Stay,
    add_document,
    add_phone,
    complete_birth,
    complete_ethnicity,
    complete_sex,
    set_permanent,
)
from lachan.places.selectors import UnitHit, search_units, today_of
from lachan.vaccination.models import MissingField, Session
from lachan.vaccination.site_fields import end_filled
from lachan.vaccination.site_reading import LIST_LIMIT

#: The fields that are filled in at a desk, in the order in which somebody types them.
TYPED = ("sex", "birth_date", "identity_number", "phone", "ethnicity", "permanent_commune")
#: As it is written on paper, without marks.
_SEXES = {"nam": "male", "nu": "female", "male": "male", "female": "female", "khac": "other"}
#: Filled by another one: a commune says its province.
WITH = {"permanent_province": "permanent_commune"}


@dataclass(frozen=True, slots=True)
class Gap:
    """A line of the list."""

    id: UUID
    person: UUID
    field: str
    number: str

    @property
    def typed(self) -> bool:
        """Whether it is filled in here; the others say where they come from."""
        return self.field in TYPED


def gaps_of(session: Session) -> list[Gap]:
    """Open gaps of a session, person after person in the order of the line."""
    rows = MissingField.objects.filter(visit__session=session, filled_at=None)
    rows = rows.exclude(field__in=WITH).select_related("visit")
    order = {code: place for place, code in enumerate(TYPED)}
    found = [
        Gap(
            row.id,
            row.visit.person_id,
            row.field,
            f"{row.visit.letter}{row.visit.number or ''}",
        )
        for row in rows.order_by("visit__letter", "visit__number", "visit", "field")
    ]
    # Stable: the order of the line stays, what nobody can type here comes last.
    return sorted(found, key=lambda one: order.get(one.field, len(order)) == len(order))[
        :LIST_LIMIT
    ]


def fill(*, session: Session, gap: UUID, text: str, by: Principal) -> MissingField:
    """Write a field into the person's record and end the task.

    Refused: no_such_gap, gap_not_here, gap_unreadable, and what the register of people refuses.
    """
    row = (
        MissingField.objects.filter(pk=gap, visit__session=session).select_related("visit").first()
    )
    person = Person.objects.filter(pk=row.visit.person_id).first() if row else None
    if row is None or person is None:
        raise Refused("no_such_gap", _("This session has no such gap."), status=404)
    if row.filled_at is not None:
        return row
    write = _WRITERS.get(row.field)
    if write is None:
        raise Refused("gap_not_here", _("This field follows from the session or the injection."))
    if not text.strip():
        raise _unreadable()
    write(person, text.strip(), by)
    end_filled(row.visit)
    audit.record(
        "visit.gap_filled", target=("visit", row.visit_id), by=by, detail={"field": row.field}
    )
    return row


def _sex(person: Person, text: str, by: Principal) -> None:
    complete_sex(person=person, sex=_SEXES.get(_plain(text), ""), by=by)


def _birth(person: Person, text: str, by: Principal) -> None:
    """As people write it here: 05/03/1990 or 5-3-1990 or 05031990."""
    digits = text.replace("-", "/").replace(".", "/")
    if digits.isdigit() and len(digits) == 8:
        digits = f"{digits[:2]}/{digits[2:4]}/{digits[4:]}"
    try:
        day, month, year = (int(part) for part in digits.split("/"))
        birth = date(year, month, day)
    except ValueError:
        raise _unreadable() from None
    complete_birth(person=person, birth=birth, by=by)


def _number(person: Person, text: str, by: Principal) -> None:
    add_document(person=person, kind="cccd", number=text, by=by)


def _phone(person: Person, text: str, by: Principal) -> None:
    add_phone(person=person, number=text, by=by)


def _ethnicity(person: Person, text: str, by: Principal) -> None:
    """By number or by name, marks not needed."""
    named = {_plain(name): code for code, name in ETHNICITIES.items()}
    code = int(text) if text.isdigit() and len(text) < 4 else named.get(_plain(text), 0)
    complete_ethnicity(person=person, code=code, by=by)


def _permanent(person: Person, text: str, by: Principal) -> None:
    """The name of a commune; "=" is the commune of the present stay."""
    commune, province = person.commune, person.province
    if text != "=":
        hits = search_units(text)
        unit = today_of(hits[0].id) if len(hits) == 1 else None
        if unit is None or unit.commune is None:
            raise _which(hits)
        commune, province = unit.commune, unit.province
    set_permanent(person=person, residence=Stay(commune, province), by=by)


def _which(hits: list[UnitHit]) -> Refused:
    if not hits:
        return _unreadable()
    names = "; ".join(hit.label for hit in hits[:4])
    return Refused(
        "gap_which_commune", _("Several are called so: %(names)s. Type more.") % {"names": names}
    )


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(each for each in parts if each.isalnum() and not unicodedata.combining(each))


_WRITERS: dict[str, Callable[[Person, str, Principal], None]] = {
    "sex": _sex,
    "birth_date": _birth,
    "identity_number": _number,
    "phone": _phone,
    "ethnicity": _ethnicity,
    "permanent_commune": _permanent,
}


def _unreadable() -> Refused:
    return Refused(
        "gap_unreadable", _("This is not readable as such a field: look at the example.")
    )
