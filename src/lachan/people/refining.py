"""What a record does not say yet is written into it; what it says is never changed here."""

from datetime import date

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import today
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import open_sealed, seal
from lachan.formats.ethnicities import ETHNICITIES
from lachan.people import indexes
from lachan.people.models import Person


def complete_birth(*, person: Person, birth: date, by: Principal) -> Person:
    """Write day and month beside the year that is known; the year itself is never changed here.

    The audit event keeps how precise it was before.  Refused: birth_whole_already,
    birth_other_year, birth_in_future.
    """
    if person.birth_precision == Person.BirthPrecision.DAY:
        raise Refused("birth_whole_already", _("The whole birth date is known already."))
    if birth > today():
        raise Refused("birth_in_future", _("This birth date lies in the future."))
    sealed = open_sealed(person.id, bytes(person.sealed))
    before = str(sealed.get("birth", ""))
    if not birth.isoformat().startswith(before):
        raise Refused(
            "birth_other_year",
            _("This is not the year on record. Ask the health station to correct it."),
        )
    known = person.birth_precision
    person.sealed = seal(person.id, sealed | {"birth": birth.isoformat()})
    person.birth_year, person.birth_precision = birth.year, Person.BirthPrecision.DAY
    person.matched_at = None
    person.save(update_fields=["sealed", "birth_year", "birth_precision", "matched_at"])
    texts = indexes.texts_of_name(str(sealed["name"]), birth.year)
    indexes.add(person, texts + indexes.texts_of_birth(birth.isoformat()))
    detail = {"from": known, "to": "day"}
    audit.record("person.birth_completed", target=("person", person.id), by=by, detail=detail)
    return person


def complete_sex(*, person: Person, sex: str, by: Principal) -> Person:
    """Write the sex where none is on record.  Refused: sex_known, sex_unreadable."""
    if person.sex:
        raise Refused("sex_known", _("The sex is on record already."))
    if sex not in Person.Sex.values or not sex:
        raise Refused("sex_unreadable", _("Say male, female or other."))
    person.sex = sex
    person.save(update_fields=["sex"])
    audit.record("person.sex_completed", target=("person", person.id), by=by)
    return person


def complete_ethnicity(*, person: Person, code: int, by: Principal) -> Person:
    """Write the ethnicity (1..54, 55 foreigner) where none is on record.

    Refused: ethnicity_known, ethnicity_unknown.
    """
    if person.ethnicity is not None:
        raise Refused("ethnicity_known", _("The ethnicity is on record already."))
    if code not in ETHNICITIES:
        raise Refused("ethnicity_unknown", _("Choose an ethnicity of the list, 1 to 55."))
    person.ethnicity = code
    person.save(update_fields=["ethnicity"])
    audit.record("person.ethnicity_completed", target=("person", person.id), by=by)
    return person
