"""The mandatory fields of the national list: which of a visit's are missing, as tasks."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from lachan.core.clock import now
from lachan.people.models import Person
from lachan.people.selectors import (
    Paper,
    PersonCard,
    card_of,
    papers_of,
    people_of,
    person_of,
    settled,
)
from lachan.vaccination.models import MissingField, SiteVisit

_LIST = Path(__file__).with_name("site_fields.toml")
#: Length of a birth of which day, month and year are known: "1990-03-05".
_WHOLE_BIRTH = 10


@dataclass(frozen=True, slots=True)
class Field:
    """A mandatory field: what it is called."""

    code: str
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        """What a person reads."""
        return self.names.get(language) or self.names["vi"]


#: Fields of the person, and those that are told where somebody is entered at the site.
PERSONAL = (
    *("full_name", "birth_date", "sex", "ethnicity", "nationality", "identity_number", "phone"),
    *("stay_commune", "stay_province", "permanent_commune", "permanent_province"),
)
TOLD_AT_DESK = frozenset({"full_name", "sex", "nationality", "stay_commune", "stay_province"})


@lru_cache(maxsize=1)
def fields() -> dict[str, Field]:
    """The list, in its order."""
    rows = tomllib.loads(_LIST.read_text(encoding="utf-8"))["field"]
    return {row["code"]: Field(row["code"], row["names"]) for row in rows}


def missing_of(visit: SiteVisit) -> list[str]:
    """Codes of the fields that the record of a visit with a dose does not have."""
    there = _of_person(visit.person_id) | _of_dose(visit)
    return [code for code in fields() if not there.get(code)]


def note_missing(visit: SiteVisit) -> list[str]:
    """Make what is missing a task, end what was filled in since; codes of what is missing now."""
    missing = missing_of(visit) if visit.dose_id else []
    known = {row.field: row for row in MissingField.objects.filter(visit=visit)}
    MissingField.objects.bulk_create(
        MissingField(visit=visit, organisation=visit.organisation, field=code, found_at=now())
        for code in missing
        if code not in known
    )
    open_again = [known[code].pk for code in missing if code in known and known[code].filled_at]
    MissingField.objects.filter(pk__in=open_again).update(filled_at=None)
    _end(known, missing)
    return missing


def end_filled(visit: SiteVisit) -> None:
    """End what was filled in since; nothing new is looked for."""
    _end({row.field: row for row in MissingField.objects.filter(visit=visit)}, missing_of(visit))


def _end(known: Mapping[str, MissingField], missing: list[str]) -> None:
    over = [row.pk for code, row in known.items() if code not in missing and not row.filled_at]
    MissingField.objects.filter(pk__in=over).update(filled_at=now())


def lacking_of_people(
    cards: Mapping[UUID, PersonCard], papers: Mapping[UUID, Sequence[Paper]]
) -> dict[UUID, list[str]]:
    """Of each the codes of the fields of the person alone that are not known."""
    people, at_home = people_of(cards), settled(cards)
    found = {}
    for number, card in cards.items():
        there = _known(people[number], card, papers.get(number, []), number in at_home)
        found[number] = [code for code in fields() if not there.get(code)]
    return found


def _of_person(number: UUID) -> dict[str, object]:
    person, card = person_of(number), card_of(number)
    if person is None or card is None:
        return {}
    return _known(person, card, papers_of(number), number in settled([number]))


def _known(
    person: Person, card: PersonCard, papers: Sequence[Paper], permanent: bool
) -> dict[str, object]:
    numbers = [one for one in papers if one.kind in {"cccd", "passport"}]
    return {
        "full_name": card.name,
        "birth_date": len(card.birth) == _WHOLE_BIRTH,
        "sex": card.sex,
        "ethnicity": person.ethnicity,
        "nationality": person.nationality,
        "identity_number": numbers,
        "phone": card.phone,
        "stay_commune": card.commune,
        "stay_province": card.province,
        "permanent_commune": permanent,
        "permanent_province": permanent,
    }


def _of_dose(visit: SiteVisit) -> dict[str, object]:
    dose, session = visit.dose, visit.session
    if dose is None:
        return {}
    return {
        "site_commune": session.commune,
        "site_province": session.province,
        "facility": session.organisation,
        "vaccine": dose.product,
        "antigen": dose.disease,
        "lot": dose.lot_id or dose.lot_text,
        "dose_number": dose.told_number or dose.decision.get("values", {}).get("number"),
        "given_at": dose.given_at,
        "screening": visit.screening.get("outcome"),
    }
