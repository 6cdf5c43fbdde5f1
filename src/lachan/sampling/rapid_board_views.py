"""The board of rapid tests: what a pair of hands must do now, and two readings of each cassette."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.sampling import rapid, rapid_access, rapid_reading, rapid_words
from lachan.sampling.models import RapidTest
from lachan.sampling.rapid_forms import ReadingForm
from lachan.sampling.rapid_views import CHOSEN

#: Cassettes whose people this browser has shown: a look is recorded once for each.
SEEN = "sampling_rapid_seen"


@require_GET
@guarded(Role.SAMPLER, purpose="sampling")
def board(request: SignedInRequest) -> HttpResponse:
    """A card for each cassette, the most urgent first.  With `?part` only the cards."""
    seen = request.session.get(SEEN, [])
    rows = rapid_access.board_for(request.principal, seen=seen)
    shown = [str(card.test.tube_id) for card, _people in rows]
    if set(shown) - set(seen):
        request.session[SEEN] = shown
    table = request.GET.get("table", "")
    tables = sorted({card.test.table for card, _people in rows})
    cards = [
        rapid_words.shown(card, people)
        for card, people in rows
        if not table or card.test.table == table
    ]
    context = {
        "cards": cards,
        "at": now(),
        "table": table,
        "tables": tables,
        "due": sum(card.loud for card in cards),
    }
    page = "_rapid_cards" if "part" in request.GET else "rapid_board"
    return render(request, f"sampling/{page}.html", context)


@guarded(Role.SAMPLER, purpose="sampling")
def read(request: SignedInRequest, tube_id: UUID) -> HttpResponse:
    """Say what is on a cassette, without knowing what another saw."""
    test = rapid_access.test_for(request.principal, tube_id)
    form = ReadingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, "sampling") as by:
                reading = rapid.read_test(test=test, outcome=form.cleaned_data["outcome"], by=by)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            code = test.tube.barcode
            messages.success(
                request, _("Your reading of cassette %(code)s is kept.") % {"code": code}
            )
            if reading.late:
                messages.warning(request, _("It was too late: this cassette is invalid. Repeat."))
            return redirect("sampling:rapid_board")
    return _reading_page(request, test, form)


def _reading_page(request: SignedInRequest, test: RapidTest, form: ReadingForm) -> HttpResponse:
    card = rapid_reading.card_of_test(test, rapid_reading.rule_for(test), request.principal, now())
    people = rapid_access.people_of(request.principal, test)
    context = {"test": test, "form": form, "shown": rapid_words.shown(card, people)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "sampling/rapid_read.html", context, status=status)


@require_POST
@guarded(Role.SAMPLER, purpose="sampling")
def repeat(request: SignedInRequest, tube_id: UUID) -> HttpResponse:
    """Take the people of an invalid cassette to this table; the next scan is their new cassette."""
    test = rapid_access.test_for(request.principal, tube_id)
    chosen = request.session.get(CHOSEN)
    if chosen is None:
        messages.info(request, _("Say which table this is, then press Repeat again."))
        return redirect("sampling:rapid_setup")
    if chosen["people"]:
        messages.warning(request, _("Scan the cassette of the person who waits here first."))
        return redirect("sampling:rapid_table")
    request.session[CHOSEN] = chosen | {"repeat": str(test.tube_id)}
    return redirect("sampling:rapid_table")
