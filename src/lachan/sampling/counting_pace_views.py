"""How long each stage takes, drawn, and as a file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.sampling import counting_forms, counting_pace, counting_reading, counting_words
from lachan.sampling.counting_forms import Chosen
from lachan.sampling.counting_pace import PERCENTS, Stage
from lachan.sampling.counting_views import names_in, rule_for
from lachan.sampling.navigation import BOARD, LABORATORY
from lachan.ui.tables import as_download
from lachan.ui.wording import number

#: What stages are compared by.
SPLITS = ("laboratory", "day", "reason")

Lines = list[tuple[str, list[Stage]]]


@require_GET
@guarded(*BOARD, purpose="sampling")
def pace(request: SignedInRequest) -> HttpResponse:
    """From the swab to the message; the laboratory's inner stages are one here."""
    return _page(request, laboratory=False)


@require_GET
@guarded(*LABORATORY, purpose="laboratory")
def laboratory_pace(request: SignedInRequest) -> HttpResponse:
    """The same with the laboratory's own stages."""
    return _page(request, laboratory=True)


@require_GET
@guarded(*BOARD, purpose="sampling")
def pace_file(request: SignedInRequest, ending: str) -> HttpResponse:
    """The same as a file."""
    return _file(request, ending, laboratory=False)


@require_GET
@guarded(*LABORATORY, purpose="laboratory")
def laboratory_pace_file(request: SignedInRequest, ending: str) -> HttpResponse:
    """The laboratory's as a file."""
    return _file(request, ending, laboratory=True)


def _read(request: SignedInRequest, laboratory: bool) -> tuple[Chosen, list[Stage], Lines]:
    """What was chosen, all stages together, and each line's."""
    chosen = counting_forms.chosen(request.GET.dict(), now())
    by, split = request.principal, _split(chosen)
    tubes = counting_reading.tubes_of(by, chosen.asked, laboratory=laboratory)
    found = counting_pace.took(tubes, chosen.at, split, inside=laboratory)
    hours = rule_for(by, chosen.at).hours
    groups = counting_pace.by_line(found)
    names = names_in(groups, split)
    lines = [
        (
            counting_words.line_name(split, key, names),
            counting_pace.stages(some, hours, inside=laboratory),
        )
        for key, some in groups.items()
    ]
    return chosen, counting_pace.stages(found, hours, inside=laboratory), lines


def _split(chosen: Chosen) -> str:
    return chosen.by if chosen.by in SPLITS else "laboratory"


def _page(request: SignedInRequest, *, laboratory: bool) -> HttpResponse:
    chosen, whole, lines = _read(request, laboratory)
    names, stage_names = counting_words.split_names(), counting_words.stage_names()
    drawing = counting_pace.drawing_of(whole)
    page = "sampling:laboratory_pace_file" if laboratory else "sampling:pace_file"
    here = chosen.address(at=chosen.at.isoformat())
    context = {
        "chosen": chosen,
        "at": chosen.at,
        "drawing": drawing,
        "bars": [(stage_names[bar.stage.name], bar) for bar in drawing.bars],
        "lines": [
            (line, [(stage_names[stage.name], stage) for stage in found]) for line, found in lines
        ],
        "percents": PERCENTS,
        "by_name": names[_split(chosen)],
        "laboratory": laboratory,
        "tools": {
            "levels": [
                {
                    "href": chosen.address(by=code),
                    "label": names[code],
                    "on": code == _split(chosen),
                }
                for code in SPLITS
            ],
            "csv": f"{reverse(page, args=['csv'])}{here}",
            "more": [
                {
                    "href": f"{reverse(page, args=['xlsx'])}{here}",
                    "icon": "download",
                    "label": "Excel",
                }
            ],
        },
    }
    return render(request, "sampling/counting_pace.html", context)


def _file(request: SignedInRequest, ending: str, *, laboratory: bool) -> HttpResponse:
    chosen, whole, lines = _read(request, laboratory)
    names = counting_words.stage_names()
    head = [
        counting_words.split_names()[_split(chosen)],
        _("Stage"),
        _("Tubes"),
        _("Waiting"),
        *[_("%(percent)d %% within, hours") % {"percent": one} for one in PERCENTS],
        _("Hours by the rule"),
        _("Beyond the rule"),
    ]
    rows = [
        [
            name,
            names[stage.name],
            stage.tubes,
            stage.waiting,
            *[number(stage.hours[one], 1) for one in PERCENTS],
            "" if stage.limit is None else stage.limit,
            "" if stage.late is None else stage.late,
        ]
        for name, found in [*lines, (_("Together"), whole)]
        for stage in found
    ]
    return as_download(
        ending,
        name=f"thoi-gian-{chosen.asked.until.isoformat()}",
        title=_("How long it takes"),
        head=head,
        rows=rows,
        widths=[30, 26, *[12] * 7],
    )
