"""Báo cáo nhanh ca mới: a head and five lines to read out or send; nothing in it identifies.

No name, no number of a paper or a telephone, no address below the hamlet: the text leaves the
program by whatever messenger the officer has.
"""

import re
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.core.clock import OFFSET, day_of, now
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard
from lachan.places.selectors import unit_label, unit_name
from lachan.rulebook.selectors import term
from lachan.tracing.casefile import Interviewed
from lachan.tracing.days import Stretch
from lachan.tracing.file_wording import SUBJECTS, found_where, words_of
from lachan.tracing.models import Case, Contact, Run, TimePlace
from lachan.ui.wording import full_date

#: Points of the infectious days that are read out; the rest stands in the timeline.
MOST_POINTS = 12

#: Words before the name of a hamlet, a quarter or a housing group.
_HAMLET = re.compile(
    r"\b(thôn|xóm|bản|ấp|làng|buôn|tổ dân phố|tdp|khu phố|tổ|khu)\s+[\w\s.-]+", re.IGNORECASE
)

#: Six digits and more in a row, however they are grouped: a telephone or a paper's number.
_NUMBER = re.compile(r"\+?\d(?:[\s.\-]?\d){5,}")


@dataclass(frozen=True, slots=True)
class Known:
    """What the report is made of."""

    case: Case
    card: PersonCard | None
    stretches: list[Stretch]
    sums: dict[str, int]
    run: Run | None


def quick_report(known: Known, by: Principal, *, language: str = "vi") -> str:
    """The text; Vietnamese, whatever language the officer reads, unless another is asked for."""
    with translation.override(language):
        lines = [_who(known), _illness(known.case), _points(known), _contacts(known), _done(known)]
        numbered = [f"{number}. {line}" for number, line in enumerate(lines, start=1)]
        return "\n".join([_head(known.case), *numbered, _sender(by)])


def without_numbers(text: str) -> str:
    """The text with telephones and numbers of papers struck out."""
    return _NUMBER.sub("…", text)


def hamlet_of(address: str) -> str:
    """The hamlet in a written address, "" where none is named: house and lane stay out."""
    for part in re.split(r"[,;–]", address):
        found = _HAMLET.search(part.strip())
        if found:
            return without_numbers(found[0].strip())
    return ""


def _head(case: Case) -> str:
    return _("QUICK REPORT, NEW CASE %(number)s (%(disease)s)") % {
        "number": case.national_code or case.number,
        "disease": term("disease", case.disease),
    }


def _who(known: Known) -> str:
    card, case = known.card, known.case
    words = [_sex(card)]
    if card is not None and card.birth_year:
        age = day_of(case.opened_at).year - card.birth_year
        words.append(ngettext("%(age)d year old", "%(age)d years old", age) % {"age": age})
    if case.occupation:
        words.append(without_numbers(case.occupation))
    hamlet = hamlet_of(card.address) if card is not None else ""
    where = unit_label(case.commune)
    words.append(f"{hamlet}, {where}" if hamlet else where)
    return _("Who: %(words)s.") % {"words": ", ".join(word for word in words if word)}


def _sex(card: PersonCard | None) -> str:
    return {"female": _("woman"), "male": _("man")}.get(card.sex if card else "", "")


def _illness(case: Case) -> str:
    words = [words_of("status", case.status)]
    if case.onset:
        words.append(_("onset %(day)s") % {"day": full_date(case.onset)})
    if case.first_symptoms:
        words.append(words_of("first_symptoms", case.first_symptoms).lower())
    words.append(_("sampled %(day)s") % {"day": full_date(case.taken_at)})
    if case.found_where:
        words.append(_("found: %(where)s") % {"where": found_where(case).lower()})
    if case.doses_at_onset is not None:
        words.append(f"{SUBJECTS['doses_at_onset']}: {case.doses_at_onset}".lower())
    return _("Illness: %(words)s.") % {"words": ", ".join(words)}


def _points(known: Known) -> str:
    rows = [row for row in known.stretches if row.end > known.case.infectious_from]
    if not rows:
        return _("Time-place points: none known yet.")
    said = "; ".join(_point(row) for row in rows[-MOST_POINTS:])
    more = len(rows) - MOST_POINTS
    if more > 0:
        rest = ngettext("and %(n)d earlier one", "and %(n)d earlier ones", more) % {"n": more}
        said = f"{said}; {rest}"
    return _("Time-place points: %(points)s.") % {"points": said}


def _point(row: Stretch) -> str:
    start, end = row.start.astimezone(OFFSET), row.end.astimezone(OFFSET)
    return f"{start:%H:%M}–{end:%H:%M} {start:%d/%m} {_where(row)}"


def _where(row: Stretch) -> str:
    """A place as others may hear it: of somebody's home only the commune."""
    point = row.point
    if point is None or point.place_id is not None:
        return without_numbers(row.where)
    commune = unit_name(point.place_commune) if point.place_commune else ""
    if point.place_kind == TimePlace.Kind.HOME:
        home = _("a private home")
        return f"{home}, {commune}" if commune else home
    return without_numbers(", ".join(word for word in (point.place_name, commune) if word))


def _contacts(known: Known) -> str:
    sums = known.sums
    words = _(
        "F1 so far: %(all)d (confirmed %(confirmed)d, to verify %(waiting)d, handed over %(sent)d)"
    ) % {
        "all": sum(sums.values()) - sums[Contact.State.RULED_OUT],
        "confirmed": sums[Contact.State.CONFIRMED],
        "waiting": sums[Contact.State.TO_VERIFY],
        "sent": sums[Contact.State.HANDED_OVER],
    }
    if known.run is not None and known.run.linked:
        words += "; " + _("%(n)d people at the same places, not yet close contacts") % {
            "n": known.run.linked
        }
    return f"{words}."


def _done(known: Known) -> str:
    case = known.case
    words = []
    if case.interviewed in {Interviewed.PATIENT, Interviewed.RELATIVE}:
        words.append(_("interviewed"))
    elif case.interviewed:
        words.append(_("cannot be interviewed yet"))
    if known.stretches:
        words.append(_("places traced"))
    if known.sums[Contact.State.CONFIRMED] or known.sums[Contact.State.HANDED_OVER]:
        words.append(_("close contacts called"))
    if known.sums[Contact.State.HANDED_OVER]:
        words.append(_("handed over to where they live"))
    if case.outcome:
        words.append(words_of("outcome", case.outcome).lower())
    return _("Done: %(words)s.") % {"words": ", ".join(words) or _("case received")}


def _sender(by: Principal) -> str:
    at = now().astimezone(OFFSET)
    return _("Reported by %(name)s at %(at)s.") % {"name": by.name, "at": f"{at:%H:%M %d/%m/%Y}"}
