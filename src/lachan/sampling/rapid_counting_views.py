"""The day of a site of rapid tests in figures, and as a file."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from lachan.core.clock import now, today
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.roles import Role
from lachan.sampling import rapid_counting
from lachan.sampling.forms import REASONS
from lachan.sampling.models import Reason
from lachan.sampling.rapid_counting import Count, Share
from lachan.ui.tables import as_download


@require_GET
@guarded(Role.SAMPLER, purpose="sampling")
def counts(request: SignedInRequest) -> HttpResponse:
    """By whom we sample and round, and by hour and table."""
    day = _day(request)
    shares = _shares(request, day)
    reasons = rapid_counting.counted(shares, rapid_counting.by_reason_and_round)
    hours = rapid_counting.counted(shares, rapid_counting.by_hour_and_table)
    context = {
        "day": day,
        "at": now(),
        "head": _figures_head(),
        "reasons": [
            ([_reason(code), number], row.figures()) for (code, number), row in reasons.items()
        ],
        "hours": [([_hour(hour), table], row.figures()) for (hour, table), row in hours.items()],
        "total": _total(shares),
    }
    return render(request, "sampling/rapid_counts.html", context)


@require_GET
@guarded(Role.SAMPLER, purpose="sampling")
def download(request: SignedInRequest, ending: str) -> HttpResponse:
    """The same as a file: a line for each hour, table, reason and round."""
    day = _day(request)
    rows = rapid_counting.counted(_shares(request, day), rapid_counting.by_everything)
    return as_download(
        ending,
        name=f"rapid-{day.isoformat()}",
        title=_("Rapid tests"),
        head=[
            _("Day"),
            _("Hour"),
            _("Table"),
            _("Whom we sample"),
            pgettext("sampling", "Round"),
            *_figures_head(),
        ],
        rows=[
            [day.strftime("%d/%m/%Y"), _hour(hour), table, _reason(reason), number, *row.figures()]
            for (hour, table, reason, number), row in rows.items()
        ],
        widths=[12, 8, 8, 24, 8, *[12] * len(_figures_head())],
    )


def _day(request: SignedInRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today()


def _shares(request: SignedInRequest, day: date) -> list[Share]:
    organisation = request.principal.organisation
    return rapid_counting.shares_of(organisation, day) if organisation else []


def _total(shares: Iterable[Share]) -> list[int]:
    rows: dict[Any, Count] = rapid_counting.counted(shares, lambda _share: 0)
    return rows.get(0, Count()).figures()


def _figures_head() -> list[str]:
    return [
        pgettext("sampling", "People"),
        _("Repeats"),
        _("Cassettes"),
        _("Negative"),
        _("Positive"),
        _("Household positive, test each"),
        _("Invalid"),
        pgettext("sampling", "Waiting"),
    ]


def _reason(code: str) -> str:
    return str(dict(REASONS)[Reason(code)])


def _hour(hour: int) -> str:
    return f"{hour:02}:00"
