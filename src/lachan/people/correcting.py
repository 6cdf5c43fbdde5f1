"""A person's name, birth date or sex is put right: decided by two people elsewhere, written here.

What stood before is kept, sealed with the rest: a wrong correction can be seen and put right again.
Whoever knew the old name still finds the person by it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now, today
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import open_sealed, seal
from lachan.formats.identity import cross_check, read_personal_number
from lachan.people import indexes
from lachan.people.entering import PRECISION, birth_or_refuse
from lachan.people.models import Document, Person


@dataclass(frozen=True, slots=True)
class Corrected:
    """A person as he is to be, and which of `name`, `birth`, `sex` that changes."""

    name: str
    birth: str
    sex: str
    changed: tuple[str, ...]


def corrected(person: Person, data: Mapping[str, str]) -> Corrected:
    """The person's data with what `data` says of name, birth and sex; "" leaves what stands.

    Refused: data_missing when nothing would change, birth_unreadable, birth_in_future, sex_unknown.
    """
    before = _before(person)
    after = dict(before)
    if name := " ".join(data.get("name", "").split()):
        after["name"] = name
    if birth := birth_or_refuse(data.get("birth", "")):
        after["birth"] = birth
    if sex := data.get("sex", ""):
        if sex not in Person.Sex.values:
            raise Refused("sex_unknown", _("Choose one of the answers."))
        after["sex"] = sex
    changed = tuple(field for field in after if after[field] != before[field])
    if not changed:
        raise Refused("data_missing", _("Write what is right: name, birth date or sex."))
    return Corrected(**after, changed=changed)


def correct_person(
    *, person: Person, data: Mapping[str, str], document: str, by: Principal
) -> Person:
    """Write what is right, on the strength of `document`; the person is compared anew.

    The audit event says which fields changed and not what they hold.  Refused: as `corrected`.
    """
    right = corrected(person, data)
    sealed = open_sealed(person.id, bytes(person.sealed))
    former = [*json.loads(str(sealed.get("former", "[]"))), _entry(person, document)]
    fresh = {"name": right.name, "birth": right.birth, "former": json.dumps(former)}
    person.sealed = seal(person.id, sealed | fresh)
    person.birth_year = int(right.birth[:4]) if right.birth else None
    person.birth_precision = PRECISION[len(right.birth)]
    person.sex, person.matched_at = right.sex, None
    person.save(update_fields=["sealed", "birth_year", "birth_precision", "sex", "matched_at"])
    texts = indexes.texts_of_name(right.name, person.birth_year)
    indexes.add(person, texts + indexes.texts_of_birth(right.birth))
    _check_papers(person)
    detail = {"fields": list(right.changed), "document": document}
    audit.record("person.corrected", target=("person", person.id), by=by, detail=detail)
    ring("people.person")
    return person


def _before(person: Person) -> dict[str, str]:
    sealed = open_sealed(person.id, bytes(person.sealed))
    return {
        "name": str(sealed.get("name", "")),
        "birth": str(sealed.get("birth", "")),
        "sex": person.sex,
    }


def _entry(person: Person, document: str) -> dict[str, str]:
    return _before(person) | {"until": now().isoformat(), "document": document}


def _check_papers(person: Person) -> None:
    """What did not fit the wrong data may fit the right ones, and the other way round."""
    for paper in Document.objects.filter(person=person, kind=Document.Kind.CCCD):
        number = str(open_sealed(person.id, bytes(paper.sealed))["number"])
        problems = cross_check(
            read_personal_number(number),
            sex=person.sex,
            birth_year=person.birth_year,
            this_year=today().year,
        )
        paper.problems = list(problems)
        paper.save(update_fields=["problems"])
