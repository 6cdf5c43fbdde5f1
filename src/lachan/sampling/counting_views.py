"""Counting end to end: one page for a unit, a commune and a province, one for a laboratory."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.scope import Principal
from lachan.rulebook.selectors import CustodyRule, custody_rule
from lachan.sampling import counting as sums
from lachan.sampling import counting_forms, counting_reading, counting_words
from lachan.sampling.counting import COLUMNS, Bunch, Counted, Place
from lachan.sampling.counting_forms import Chosen
from lachan.sampling.counting_reading import NAMED
from lachan.sampling.custody_reading import names_of, rule_of
from lachan.sampling.models import Box, Tube
from lachan.sampling.navigation import BOARD, LABORATORY
from lachan.sampling.table_reading import waiting_people
from lachan.ui.tables import as_download


@require_GET
@guarded(*BOARD, purpose="sampling")
def counting(request: SignedInRequest) -> HttpResponse:
    """What the session may see, summed; every gap named."""
    return _page(request, laboratory=False)


@require_GET
@guarded(*LABORATORY, purpose="laboratory")
def laboratory_counting(request: SignedInRequest) -> HttpResponse:
    """What was sent to the own laboratory; no person is named."""
    return _page(request, laboratory=True)


@require_GET
@guarded(*BOARD, purpose="sampling")
def counting_file(request: SignedInRequest, ending: str) -> HttpResponse:
    """The same as CSV, Excel or JSON."""
    return _file(request, ending, laboratory=False)


@require_GET
@guarded(*LABORATORY, purpose="laboratory")
def laboratory_counting_file(request: SignedInRequest, ending: str) -> HttpResponse:
    """The laboratory's as CSV, Excel or JSON."""
    return _file(request, ending, laboratory=True)


def _summed(request: SignedInRequest, laboratory: bool) -> tuple[Chosen, list[Bunch]]:
    chosen = counting_forms.chosen(request.GET.dict(), now())
    by = request.principal
    asked, at = chosen.asked, chosen.at
    return chosen, counting_reading.summed(by, asked, at, chosen.by, laboratory=laboratory)


def _page(request: SignedInRequest, *, laboratory: bool) -> HttpResponse:
    moment = now()
    chosen, rows = _summed(request, laboratory)
    by = request.principal
    whole = sums.tally(rows)
    unread = [] if laboratory else counting_reading.unread(by)
    broken, named = sums.broken(rows), _named(rows, chosen.at)
    gaps = sums.gaps(named)[:NAMED]
    context = {
        "chosen": chosen,
        "at": chosen.at,
        "whole": whole,
        "sums": counting_words.sums(whole.tubes),
        "people_sums": counting_words.sums(whole.people),
        "lines": _lines(rows, chosen.by),
        "heads": [counting_words.columns()[one] for one in COLUMNS],
        "by_name": counting_words.split_names()[chosen.by],
        "gaps": [(row, counting_words.gap_words(gap)) for row, gap in gaps],
        "broken": broken + len(unread),
        "unread": [(code, counting_words.gap_words(gap), n) for code, gap, n in unread[:NAMED]],
        "unnamed": broken + len(unread) - len(gaps) - len(unread[:NAMED]),
        "absent": _absent(whole, named),
        "open": 0 if laboratory else counting_reading.still_open(by, chosen.at),
        "strangers": _strangers(by, laboratory),
        "laboratory": laboratory,
        "cutoffs": _cutoffs(chosen, moment, by),
        "tools": _tools(chosen, laboratory),
    }
    return render(request, "sampling/counting.html", context)


def _named(rows: list[Bunch], at: datetime) -> list[Counted]:
    """The tubes that stand by name, each with what is known of it."""
    ids = [row.tube for row in rows if row.tube is not None]
    return counting_reading.counted(Tube.objects.filter(pk__in=ids), at) if ids else []


def _strangers(by: Principal, laboratory: bool) -> int:
    """Swabs in tubes of the own unit whose people nobody has entered yet."""
    if laboratory or by.organisation is None:
        return 0
    return waiting_people(by.organisation)


def _lines(rows: list[Bunch], by: str) -> list[tuple[str, sums.Tally]]:
    """Lines by name, in order of their keys."""
    found = sums.split(rows)
    names = names_in(found, by)
    return [(counting_words.line_name(by, key, names), found[key]) for key in sorted(found)]


def names_in(lines: Iterable[str], by: str) -> dict[UUID, str]:
    """Names of the lines that are units, laboratories, boxes or campaigns."""
    if by not in {"unit", "laboratory", "box", "campaign"}:
        return {}
    ids = {UUID(line) for line in lines if line}
    if by == "campaign":
        return counting_reading.campaigns_named(ids)
    if by == "box":
        return dict(Box.objects.filter(pk__in=ids).values_list("pk", "barcode"))
    return names_of(ids)


def _absent(whole: sums.Tally, named: list[Counted]) -> list[dict[str, Any]]:
    """Tubes that are rejected or missing, named, with how many people hang on them."""
    names = counting_words.place_names()
    found = []
    for place in (Place.MISSING, Place.REJECTED):
        tubes, people = getattr(whole.tubes, place), getattr(whole.people, place)
        if not tubes:
            continue
        rows = sorted((row for row in named if place in row.places), key=lambda row: row.barcode)
        count = counting_words.missing_words(tubes, people)
        left = tubes - len(rows[:NAMED])
        found.append({"name": names[place], "count": count, "tubes": rows[:NAMED], "left": left})
    return found


def _cutoffs(chosen: Chosen, moment: datetime, by: Principal) -> list[dict[str, Any]]:
    """The hours of the day at which everybody counts, and now."""
    rule = rule_for(by, moment)
    instants = counting_forms.cutoffs(chosen.asked.until, rule.cutoffs, moment)
    found = [
        {
            "href": chosen.address(at=at.isoformat()),
            "label": counting_words.cutoff_name(at, moment),
            "on": at == chosen.at,
        }
        for at in instants
    ]
    now_on = not any(one["on"] for one in found)
    return [*found, {"href": chosen.address(at=""), "label": _("Now"), "on": now_on}]


def rule_for(by: Principal, at: datetime) -> CustodyRule:
    """Of the province in which the session works."""
    if by.organisation is not None:
        return rule_of(by.organisation, at=at)
    return custody_rule("*", at, province=by.province)


def _tools(chosen: Chosen, laboratory: bool) -> dict[str, Any]:
    levels = [
        {"href": chosen.address(by=code), "label": name, "on": code == chosen.by}
        for code, name in counting_words.split_names().items()
    ]
    page = "sampling:laboratory_counting_file" if laboratory else "sampling:counting_file"
    here = chosen.address(at=chosen.at.isoformat())
    files = {one: f"{reverse(page, args=[one])}{here}" for one in ("csv", "xlsx", "json")}
    more = [
        {"href": files["xlsx"], "icon": "download", "label": "Excel"},
        {"href": files["json"], "icon": "download", "label": "JSON"},
    ]
    return {"levels": levels, "csv": files["csv"], "more": more}


def _file(request: SignedInRequest, ending: str, *, laboratory: bool) -> HttpResponse:
    chosen, rows = _summed(request, laboratory)
    lines = _lines(rows, chosen.by)
    if ending == "json":
        return JsonResponse(_json(chosen, rows, lines))
    head = [*counting_words.head(chosen.by), _("Figures as of")]
    at = chosen.at.isoformat(timespec="minutes")
    total = (_("Together"), sums.tally(rows))
    return as_download(
        ending,
        name=f"dem-mau-{chosen.asked.until.isoformat()}",
        title=_("Counting"),
        head=head,
        rows=[[*counting_words.line(name, row), at] for name, row in [*lines, total]],
        widths=[30, *[12] * (2 * len(COLUMNS)), 20],
    )


def _json(chosen: Chosen, rows: list[Bunch], lines: list[tuple[str, sums.Tally]]) -> dict[str, Any]:
    """Codes and figures; a gap is a barcode and why, and how many there are is said beside them."""

    def figures(row: sums.Tally) -> dict[str, Any]:
        return {
            "tubes": dict(zip(COLUMNS, row.tubes.row(), strict=True)),
            "people": dict(zip(COLUMNS, row.people.row(), strict=True)),
            "closes": row.closes(),
        }

    gaps = sums.gaps(_named(rows, chosen.at))
    return {
        "as_of": chosen.at.isoformat(),
        "since": chosen.asked.since.isoformat(),
        "until": chosen.asked.until.isoformat(),
        "by": chosen.by,
        "total": figures(sums.tally(rows)),
        "lines": [{"name": name, **figures(row)} for name, row in lines],
        "broken": sums.broken(rows),
        "gaps": [{"tube": row.barcode, "gap": str(gap)} for row, gap in gaps],
    }
