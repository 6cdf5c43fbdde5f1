"""Declarations on paper: a unit gets numbered sheets, and each is keyed in or void once.

How keying is checked: the officer also types how many Yes ticks the sheet has among the signs and
the contact.  Where that number differs from what was keyed, the same answers are keyed a second
time without sight of the first, and stand when they agree with the number or with the first keying.
A wrong tick is found at the price of one digit a sheet; keying everything twice would double the
work of a hundred sheets that are right.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import day_of, now, today
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped
from lachan.declarations.models import Declaration, PaperSeries, PaperSheet
from lachan.declarations.paper_models import MOST_SHEETS
from lachan.declarations.questionnaire import Questionnaire, in_force
from lachan.declarations.services import declare
from lachan.formats.papernumbers import PaperNumber, new_series
from lachan.places.models import Organisation
from lachan.places.selectors import today_of

#: The questionnaire that is printed: journeys and borders have desks with screens.
KIND = "population"


def issue(*, sheets: int, holder: str, by: Principal) -> PaperSeries:
    """Number sheets of the questionnaire in force for one holder.

    Refused: sheets_count, holder_missing, no_unit.
    """
    if not 1 <= sheets <= MOST_SHEETS:
        raise Refused("sheets_count", _("Print between 1 and 500 sheets at a time."))
    named = " ".join(holder.split())[:120]
    if not named:
        raise Refused("holder_missing", _("Write who gets the sheets, to ask for those missing."))
    commune, province = _unit(by)
    row = PaperSeries(
        series=_free_series(),
        sheets=sheets,
        kind=KIND,
        questionnaire=in_force(today(), KIND).number,
        holder=named,
        organisation=by.organisation,
        issued_at=now(),
        issued_by=by.account,
        issued_by_name=by.name,
        commune=commune,
        province=province,
    )
    row.save(force_insert=True)
    detail = {"series": row.series, "sheets": sheets}
    audit.record("paper.issued", target=("paper_series", row.id), by=by, detail=detail)
    return row


def _unit(by: Principal) -> tuple[int, int]:
    if by.organisation is not None:
        body = Organisation.objects.filter(pk=by.organisation).first()
        if body is not None and body.commune and body.province:
            return body.commune, body.province
    elif by.commune is not None:
        return by.commune, today_of(by.commune).province
    raise Refused("no_unit", _("Your account belongs to no station and no place with an address."))


def _free_series() -> str:
    """One that no other series of this database has; the constraint keeps two at once apart."""
    while True:
        series = new_series()
        if not PaperSeries.objects.filter(series=series).exists():
            return series


def series_of(number: PaperNumber | None) -> PaperSeries:
    """The series of a sheet that has not come back yet.

    Refused: paper_unreadable, paper_unknown, paper_known, paper_void.
    """
    if number is None:
        message = _("This is no number of a sheet. Read it once more.")
        raise Refused("paper_unreadable", message, status=404)
    row = PaperSeries.objects.filter(series=number.series, sheets__gte=number.sheet).first()
    if row is None:
        raise Refused("paper_unknown", _("No sheet of your unit has this number."), status=404)
    back = PaperSheet.objects.filter(series=row, sheet=number.sheet).first()
    if back is not None:
        raise _came_back(back)
    return row


def _came_back(back: PaperSheet) -> Refused:
    words = {"name": back.by_name, "day": f"{day_of(back.at):%d/%m/%Y}"}
    if back.fate == PaperSheet.Fate.VOID:
        sentence = _("This sheet was made void by %(name)s on %(day)s.") % words
        return Refused("paper_void", sentence, status=409)
    sentence = _("This sheet was keyed in by %(name)s on %(day)s. Take the next one.") % words
    return Refused("paper_known", sentence, status=409)


def key_in(
    *,
    number: PaperNumber,
    person: UUID,
    answers: Mapping[str, Any],
    at: datetime,
    key: UUID,
    by: Principal,
) -> Declaration:
    """Make a declaration of a sheet; `at`: the hour written on it.

    Refused: the codes of `series_of` and of `declare`, paper_before_issue.
    """
    row = series_of(number)
    if day_of(at) < day_of(row.issued_at):
        raise Refused(
            "paper_before_issue",
            _("The sheet was printed later than that. Check the day on the sheet."),
        )
    try:
        # A scope inside the scope is a savepoint: of two who key one sheet, one keys nothing.
        with scoped(by, "declare_for_another"):
            made = declare(
                key=key,
                person=person,
                kind=row.kind,
                answers=answers,
                way=Declaration.Way.PAPER,
                relation=Declaration.Relation.STAFF,
                paper=str(number),
                at=at,
                by=by,
            )
            _came(row, [number.sheet], by, declaration=made)
    except IntegrityError:
        series_of(number)
        raise
    return made


def void(*, series: PaperSeries, first: int, last: int, reason: str, by: Principal) -> int:
    """Sheets that will never be keyed, with the reason; give how many.

    Those of the range that came back already stay as they are.  Refused: void_reason, void_range.
    """
    if reason not in PaperSheet.Void.values:
        raise Refused("void_reason", _("Say why these sheets do not come back."))
    if not 1 <= first <= last <= series.sheets:
        raise Refused("void_range", _("These numbers are not of this series."))
    there = set(PaperSheet.objects.filter(series=series).values_list("sheet", flat=True))
    sheets = [sheet for sheet in range(first, last + 1) if sheet not in there]
    _came(series, sheets, by, void_for=reason)
    return len(sheets)


def _came(
    series: PaperSeries,
    sheets: Sequence[int],
    by: Principal,
    *,
    declaration: Declaration | None = None,
    void_for: str = "",
) -> None:
    fate = PaperSheet.Fate.VOID if declaration is None else PaperSheet.Fate.KEYED
    PaperSheet.objects.bulk_create(
        PaperSheet(
            series=series,
            sheet=sheet,
            fate=fate,
            void_for=void_for,
            declaration=declaration,
            at=now(),
            by=by.account,
            by_name=by.name,
            organisation=series.organisation,
            commune=series.commune,
            province=series.province,
        )
        for sheet in sheets
    )
    detail = {"series": series.series, "sheets": list(sheets), "for": void_for}
    audit.record(f"paper.{fate.value}", target=("paper_series", series.id), by=by, detail=detail)


def counted(asked: Questionnaire) -> list[str]:
    """The questions whose Yes ticks are counted: those that a rule may ask."""
    return [*asked.of_fact("symptoms"), *asked.of_fact("contact")]


def agrees(
    keyed: Mapping[str, Any], ticks: int, codes: Iterable[str], before: Mapping[str, Any] | None
) -> bool:
    """Whether a keying stands: it has as many Yes as the sheet, or is the same a second time."""
    wanted = list(codes)
    if sum(_yes(keyed.get(code)) for code in wanted) == ticks:
        return True
    return before is not None and all(
        _yes(keyed.get(code)) == _yes(before.get(code)) for code in wanted
    )


def _yes(value: Any) -> bool:
    return value in (True, "yes")
