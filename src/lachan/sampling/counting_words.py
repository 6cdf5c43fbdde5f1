"""Sentences and tables of counting."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lachan.sampling.counting import COLUMNS, Figures, Gap, Place, Tally
from lachan.sampling.forms import REASONS
from lachan.sampling.models import Method, Reason
from lachan.ui.wording import clock, full_date


def columns() -> dict[str, str]:
    """Name of every figure."""
    return {
        "collected": _("Collected"),
        "received": pgettext("sampling", "Received"),
        "rejected": _("Rejected"),
        "missing": pgettext("sampling", "Missing"),
        "on_the_way": _("On the way"),
        "resulted": _("With a result"),
        "pending": _("Waiting for a result"),
        "delivered": _("Told"),
        "undeliverable": _("Not reached"),
        "untold": _("Not told yet"),
        "negative": _("Negative"),
        "positive": _("Positive"),
        "pool_positive": _("In a positive pool"),
        "unclear": _("Invalid or indeterminate"),
    }


#: The sums of a page: what it is, and what it is made of.
SUMS = (
    ("collected", ("received", "rejected", "missing", "on_the_way")),
    ("received", ("resulted", "pending")),
    ("resulted", ("delivered", "undeliverable", "untold")),
    ("resulted", ("negative", "positive", "pool_positive", "unclear")),
)


def sums(figures: Figures) -> list[dict[str, Any]]:
    """Every sum as a line, the gap beside it where it does not close."""
    names = columns()
    found = []
    for whole, parts in SUMS:
        terms = [{"op": "", "n": getattr(figures, whole), "label": names[whole]}]
        terms += [
            {"op": "+" if number else "=", "n": getattr(figures, part), "label": names[part]}
            for number, part in enumerate(parts)
        ]
        off = getattr(figures, whole) - sum(getattr(figures, part) for part in parts)
        gap = {"kind": "not", "text": _("%(count)d too few or too many") % {"count": off}}
        found.append({"terms": terms, "gap": gap if off else None})
    return found


def gap_words(gap: Gap) -> str:
    """What is wrong with a tube that breaks a sum."""
    return {
        Gap.NOWHERE: _("Collected, and no record says where it is."),
        Gap.TWO_PLACES: _("Recorded at two places at once."),
        Gap.NOT_RECEIVED: _("Has a result and stands in no reception."),
        Gap.NOBODY_IN_IT: _("Closed with nobody in it."),
        Gap.NOT_READ_YET: _("Sent by a device and not counted yet."),
    }[gap]


def place_names() -> dict[Place, str]:
    """Where a tube is."""
    names = columns()
    return {place: names[place] for place in Place}


def kind_of(method: str, limit: int) -> str:
    """Single or pool, RT-PCR or rapid."""
    size = _("Pool of %(limit)s") % {"limit": limit} if limit > 1 else _("Single")
    return f"{size}, {_('rapid test') if method == Method.RAPID else _('RT-PCR')}"


def stage_names() -> dict[str, str]:
    """What lies between two moments of a tube."""
    return {
        "filling": _("Swab to closed"),
        "packing": _("Closed to packed"),
        "handing": _("Packed to handed over"),
        "travelling": _("Handed over to received"),
        "testing": _("Received to result"),
        "checking": _("Result to checked"),
        "releasing": _("Checked to released"),
        "answering": _("Received to released"),
        "telling": _("Released to told"),
    }


def split_names() -> dict[str, str]:
    """What lines can be made by."""
    return {
        "day": _("Day"),
        "unit": _("Unit"),
        "laboratory": _("Laboratory"),
        "box": _("Box"),
        "campaign": _("Campaign"),
        "reason": _("Whom we sample"),
        "round": pgettext("sampling", "Round"),
        "kind": _("Kind"),
    }


def line_name(by: str, line: str, names: dict[UUID, str]) -> str:
    """The name of a line of `counting_sql.LINES`; `names`: of units, boxes, campaigns."""
    if by == "day":
        return full_date(date.fromisoformat(line))
    if by == "reason":
        words = dict(REASONS)
        return " + ".join(str(words[Reason(one)]) for one in line.split("+") if one) or "–"
    if by == "round":
        return line.replace("+", " + ") or "–"
    if by == "kind":
        method, size = line.split()
        return kind_of(method, int(size))
    if not line:
        return _("none")
    return names.get(UUID(line), _("unknown"))


def missing_words(tubes: int, people: int) -> str:
    """How many people hang on the tubes that are named."""
    text = ngettext("%(count)d tube", "%(count)d tubes", tubes) % {"count": tubes}
    more = ngettext("%(count)d person", "%(count)d people", people) % {"count": people}
    return f"{text}, {more}"


def head(by: str) -> list[str]:
    """The columns of the file: a line's name, then every figure in tubes and in people."""
    names = columns()
    tubes = [_("%(figure)s, tubes") % {"figure": names[one]} for one in COLUMNS]
    people = [_("%(figure)s, people") % {"figure": names[one]} for one in COLUMNS]
    return [split_names()[by], *tubes, *people]


def line(name: str, row: Tally) -> list[str | int]:
    """A line of the file."""
    return [name, *row.tubes.row(), *row.people.row()]


def cutoff_name(at: datetime, now: datetime) -> str:
    """A cut-off as a button: its hour, or now."""
    return _("Now") if at == now else clock(at)
