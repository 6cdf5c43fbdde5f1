"""The 44 fields of one entry as text, and which of the mandatory ones are missing.

No interface of the national immunisation system is public.  The columns and their order are this
project's own, by `site_fields.toml`; whoever holds the official form replaces that list.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from lachan.core.clock import OFFSET, day_of
from lachan.people.selectors import card_of, papers_of, person_of, residences_of
from lachan.places.models import Organisation
from lachan.places.selectors import today_of, unit_code
from lachan.vaccination.models import Dose, Outgoing, PaperSheet, Reaction, SiteVisit
from lachan.vaccination.site_fields import Field, fields

_LIST = Path(__file__).with_name("site_fields.toml")
_WHOLE_BIRTH = 10

#: Columns before the 44: which entry, whether it is new or takes one back, and which.
HEAD = ("entry", "action", "cancels")
NEW, CANCEL = "new", "cancel"


@lru_cache(maxsize=1)
def optional() -> dict[str, Field]:
    """The fields that may be empty, in their order."""
    rows = tomllib.loads(_LIST.read_text(encoding="utf-8"))["optional"]
    return {row["code"]: Field(row["code"], row["names"]) for row in rows}


def columns() -> tuple[str, ...]:
    """The fixed columns of a file."""
    return (*HEAD, *fields(), *optional())


@dataclass(frozen=True, slots=True)
class Filled:
    """An entry as a row.  `missing`: mandatory fields it does not have."""

    cells: tuple[str, ...]
    missing: tuple[str, ...]


def filled(row: Outgoing) -> Filled:
    """The row of an entry; of a reversal, of what it takes back: it was accepted as it was."""
    dose = row.dose
    about = dose.reverses if dose.reverses_id else dose
    assert about is not None
    visit = SiteVisit.objects.filter(dose=about).select_related("session").first()
    sheet = PaperSheet.objects.filter(dose=about).select_related("book").first()
    told = {**_of_person(about), **_of_dose(about, row), **_of_visit(about, visit, sheet)}
    head = (
        str(dose.id),
        CANCEL if dose.reverses_id else NEW,
        str(dose.reverses_id or ""),
    )
    missing = tuple(code for code in fields() if not told.get(code))
    cells = (*head, *(told.get(code, "") for code in (*fields(), *optional())))
    return Filled(cells, () if dose.reverses_id else missing)


def _of_person(dose: Dose) -> dict[str, str]:
    number = dose.person_id
    person, card = person_of(number), card_of(number)
    if person is None or card is None or card.erased:
        return {}
    stays = residences_of(number)
    permanent = next((one for one in stays if one.kind == "permanent"), None)
    stay = next((one for one in stays if one.kind == "stay"), None)
    papers = [one for one in papers_of(number) if one.kind in {"cccd", "passport"}]
    given = day_of(dose.given_at)
    return {
        "full_name": card.name,
        "birth_date": card.birth if len(card.birth) == _WHOLE_BIRTH else "",
        "sex": card.sex,
        "ethnicity": str(person.ethnicity or ""),
        "nationality": person.nationality,
        "identity_number": papers[0].number if papers else "",
        "identity_kind": papers[0].kind if papers else "",
        "phone": card.phone,
        "stay_commune": _code(card.commune),
        "stay_province": _code(card.province),
        "stay_address": stay.address if stay else "",
        "permanent_commune": _code(permanent.unit) if permanent else "",
        "permanent_province": _code(_province(permanent.unit)) if permanent else "",
        "permanent_address": permanent.address if permanent else "",
        "age": str(given.year - card.birth_year) if card.birth_year else "",
    }


def _of_dose(dose: Dose, row: Outgoing) -> dict[str, str]:
    session = dose.session
    values = dose.decision.get("values", {})
    facility = Organisation.objects.filter(pk=row.organisation).first()
    version = f"{dose.decision.get('rule', '')} {dose.decision.get('version', '')}".strip()
    commune = session.commune if session else row.commune
    return {
        "site_commune": _code(commune),
        "site_province": _code(session.province if session else row.province),
        "facility": facility.name if facility else str(row.organisation),
        "vaccine": dose.product,
        "antigen": dose.disease,
        "lot": dose.lot.number if dose.lot else dose.lot_text,
        "lot_expiry": dose.lot.expires_on.isoformat() if dose.lot else "",
        "dose_number": str(dose.told_number or values.get("number") or ""),
        "dose_kind": dose.kind,
        "given_at": _moment(dose.given_at),
        "priority_group": row.group,
        "session_name": session.name if session else "",
        "session_kind": ("mobile" if session.mobile else "fixed") if session else "",
        "table": str(dose.table or ""),
        "arm": dose.arm,
        "injected_by": dose.injected_by,
        "source": dose.source,
        "paper_number": dose.document if dose.source == Dose.Source.PAPER else "",
        "entered_at": _moment(dose.received_at),
        "schedule": version,
        "agreed": "yes" if dose.agreed else "",
    }


def _of_visit(dose: Dose, visit: SiteVisit | None, sheet: PaperSheet | None) -> Mapping[str, str]:
    reaction = Reaction.objects.filter(dose=dose).order_by("-reported_at").first()
    told = {"reaction": reaction.severity if reaction else ""}
    if visit is None:
        return told | {"screening": sheet.outcome if sheet else ""}
    return told | {
        "screening": str(visit.screening.get("outcome", "")),
        "screened_at": _moment(visit.screened_at),
        "temperature": str(visit.measured.get("temperature", "")),
        "consent_at": _moment(visit.consent_at),
        "observed_until": _moment(visit.observed_until),
        "discharged_at": _moment(visit.discharged_at),
        "next_on": visit.next_on.isoformat() if visit.next_on else "",
    }


def _moment(at: datetime | None) -> str:
    return at.astimezone(OFFSET).isoformat(timespec="minutes") if at else ""


def _code(unit: int | None) -> str:
    return unit_code(unit) if unit is not None else ""


def _province(unit: int) -> int | None:
    return today_of(unit).province
