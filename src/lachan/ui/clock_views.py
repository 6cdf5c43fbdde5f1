"""The page on which anybody in front of a demo winds its clock forward."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lachan.core import demo_clock
from lachan.core.clock import now
from lachan.core.guard import public
from lachan.core.installation import is_demo, look_again
from lachan.core.models import ClockWish
from lachan.core.refusals import Refused

#: A worker that has not begun after this long is not there (by the machine's clock).
LATE = timedelta(seconds=90)


@public("in a demo anybody winds the clock; production has no such page")
@require_http_methods(["GET", "POST"])
def clock(request: HttpRequest) -> HttpResponse:
    """Where the clock stands, the moments ahead, and how far the winding is."""
    context = _clock()
    if request.method == "POST":
        demo_clock.ask(_wanted(request))
        return redirect("ui:clock")
    return render(request, "ui/clock.html", context)


@public("how far the demo's clock is wound; production has no such page")
@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """The part of the page that changes, asked for once a second while the clock is wound."""
    return render(request, "ui/_clock.html", _clock())


def _clock() -> dict[str, Any]:
    """What the page says.  404 outside a demo that tells a story."""
    told = demo_clock.story() if is_demo() else None
    if told is None:
        raise Http404
    look_again()
    wish = demo_clock.last_wish()
    busy = wish is not None and wish.stage != ClockWish.Stage.DONE
    return {
        "now": now(),
        "day": demo_clock.day_of_story(told, now()),
        "wish": wish,
        "busy": busy,
        "late": busy and wish is not None and _waits_too_long(wish),
        "moments": [(at, demo_clock.day_of_story(told, at)) for at in demo_clock.moments(told)],
        "hour_ahead": now() + timedelta(hours=1) <= told.ends,
        "turn": demo_clock.moment_of(told, *demo_clock.TURN),
    }


def _waits_too_long(wish: ClockWish) -> bool:
    """By the machine's clock, since ours is what is being wound."""
    return datetime.now(wish.asked_at.tzinfo) - wish.asked_at > LATE


def _wanted(request: HttpRequest) -> datetime:
    """The moment of the button that was pressed."""
    if "hour" in request.POST:
        return now() + timedelta(hours=1)
    try:
        wanted = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        wanted = None
    if wanted is None or wanted.tzinfo is None:
        raise Refused("clock_unreadable", _("Choose one of the times on the page of the clock."))
    return wanted
