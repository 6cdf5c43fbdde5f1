"""A person's vaccination book (sổ tiêm chủng): what counts, what does not and why, what is next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core.clock import day_of, now
from lachan.people.selectors import PersonCard
from lachan.places.models import Organisation
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.selectors import Decision
from lachan.ui.wording import language
from lachan.vaccination.arrays import Assessment, Forecast, Judged, Reason, SeriesStatus, Tables
from lachan.vaccination.asking import as_given, as_person, tables
from lachan.vaccination.models import Dose
from lachan.vaccination.selectors import doses_of


@dataclass(frozen=True, slots=True)
class Line:
    """One injection as its owner reads it.  `number`: which one it counts as, None when it does
    not count; `why` says that in words."""

    dose: Dose
    product: str
    where: str
    number: int | None
    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """The doses against one disease, and the next one in a sentence.  `due` is its earliest day
    once that has come."""

    disease: str
    name: str
    lines: tuple[Line, ...]
    next: str
    due: bool


def book_of(card: PersonCard, at: datetime | None = None) -> list[Chapter]:
    """Chapters of every disease with a schedule in force, those with doses first; none of a
    programme that is not for this age and gave no dose."""
    at = at or now()
    doses = doses_of(card.person)
    names = _names(doses)
    chapters = []
    for row in rulebook.rules_at(at, kind="immunization", regime=rulebook.regime_at(at)):
        if row.province:
            continue
        own = [each for each in doses if each.disease == row.disease]
        schedule = tables(row.disease, at, province=card.province)
        chapters.append(_chapter(row.disease, schedule, card, own, names, at))
    told = [each for each in chapters if each.lines or each.next]
    return sorted(told, key=lambda chapter: not chapter.lines)


def _chapter(
    disease: str,
    schedule: Tables,
    card: PersonCard,
    doses: list[Dose],
    names: Mapping[UUID, str],
    at: datetime,
) -> Chapter:
    person = as_person(card)
    found, groups = schedule.assess(person, as_given(doses), day_of(at))
    if not schedule.offers(person, day_of(at)):
        groups = {}
    worth = _worth(found)
    numbers = _numbers(doses, worth)
    lines = tuple(
        Line(
            dose=each,
            product=rulebook.term("vaccine", each.product),
            where=each.where_text or names.get(each.organisation or UUID(int=0), ""),
            number=numbers[each.id],
            kind=kind_words(worth[str(each.id)]),
            why=why_words(worth[str(each.id)].reason),
        )
        for each in doses
        if str(each.id) in worth
    )
    sentence, due = _next(schedule, groups, at)
    return Chapter(disease, rulebook.term("disease", disease), lines, sentence, due)


def _worth(found: Mapping[str, Assessment]) -> dict[str, Judged]:
    """What each dose is worth: it counts when it counts for one of its antigens."""
    worth: dict[str, Judged] = {}
    for assessment in found.values():
        for each in assessment.doses:
            key = each.given.key
            if key not in worth or (each.valid and not worth[key].valid):
                worth[key] = each
    return worth


def _numbers(doses: list[Dose], worth: Mapping[str, Judged]) -> dict[UUID, int | None]:
    counted, numbers = 0, {}
    for each in doses:
        judged = worth.get(str(each.id))
        valid = judged is not None and judged.valid
        counted += valid
        numbers[each.id] = counted if valid else None
    return numbers


def _next(schedule: Tables, groups: Mapping[str, Forecast], at: datetime) -> tuple[str, bool]:
    """The sentence about the next dose: of the group that is due first."""
    due = [each for each in groups.values() if each.status is SeriesStatus.NOT_COMPLETE]
    if due:
        first = min(due, key=lambda each: (each.earliest or day_of(at), each.number or 0))
        values = {
            "number": first.number,
            "earliest": first.earliest.isoformat() if first.earliest else "",
        }
        outcome = "due" if first.vaccines else "not_offered"
        decision = Decision(schedule.rule, schedule.version, outcome, values)
        came = first.earliest is None or first.earliest <= day_of(at)
        return rulebook.render(decision, language()), came and bool(first.vaccines)
    if any(each.status is SeriesStatus.COMPLETE for each in groups.values()):
        decision = Decision(schedule.rule, schedule.version, "complete", {})
        return rulebook.render(decision, language()), False
    return "", False


def kind_words(judged: Judged) -> str:
    """Liều cơ bản, bổ sung, nhắc lại; "" where it satisfies no step."""
    if judged.step is None or not judged.valid:
        return ""
    return {
        "primary": _("primary dose"),
        "additional": _("additional dose"),
        "booster": _("booster dose"),
    }[judged.step.kind]


def why_words(reason: Reason) -> str:
    """Why a dose does not count, or what is to be known of one that does."""
    return {
        Reason.NONE: "",
        Reason.GRACE: _("A few days early; it counts."),
        Reason.TOO_YOUNG: _("Given too young: it does not count and is repeated."),
        Reason.TOO_OLD: _("Given after the age for it."),
        Reason.TOO_SOON: _("Too soon after the dose before: it does not count and is repeated."),
        Reason.INADVERTENT: _("This vaccine is not for this dose: it is repeated."),
        Reason.NOT_THIS_VACCINE: _("Not a vaccine of this series by the schedule in force."),
        Reason.NO_AGREEMENT: _("It counts. The written agreement to this vaccine is missing."),
        Reason.VACCINE_AGE: _("Not the vaccine for this age: it is repeated."),
        Reason.LIVE_CONFLICT: _("Too soon after another live vaccine: it is repeated."),
        Reason.SERIES_COMPLETE: _("The series was complete before."),
        Reason.SPOILT: _("The vaccine was spoilt: it does not count and is repeated."),
    }[reason]


def _names(doses: list[Dose]) -> dict[UUID, str]:
    ids = {each.organisation for each in doses if each.organisation}
    return dict(Organisation.objects.filter(id__in=ids).values_list("id", "name"))
