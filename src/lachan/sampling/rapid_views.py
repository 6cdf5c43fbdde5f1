"""The table of rapid tests: the lot once, a person, the cassette; and the kits of the unit."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lachan.core.clock import now, today
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.people.selectors import card_of
from lachan.people.services import person_of_code
from lachan.rulebook.selectors import diseases_at
from lachan.sampling import rapid, rapid_access, rapid_reading, rapid_words, wording
from lachan.sampling.forms import REASONS
from lachan.sampling.models import KitLot, RapidTest, Sample
from lachan.sampling.rapid import Kit, Swabbed
from lachan.sampling.rapid_forms import KitForm, RapidScanForm, RapidSetupForm
from lachan.sampling.wording import Band
from lachan.ui.wording import language

#: Where the session keeps the table, its lot, and who waits for a cassette.
CHOSEN = "sampling_rapid"


@guarded(Role.SAMPLER, purpose="sampling")
def setup(request: SignedInRequest) -> HttpResponse:
    """Choose once: number of the table, disease, whom we sample."""
    names = {code: words[language()] for code, words in diseases_at(now()).items()}
    form = RapidSetupForm(request.POST or None, diseases=sorted(names.items()))
    if request.method == "POST" and form.is_valid():
        kept = request.session.get(CHOSEN, {})
        request.session[CHOSEN] = {"people": [], **kept, **form.cleaned_data}
        return redirect("sampling:rapid_table")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "sampling/rapid_setup.html", {"form": form}, status=status)


@guarded(Role.SAMPLER, purpose="sampling")
def table(request: SignedInRequest) -> HttpResponse:
    """One input for everything; what was scanned says what it is."""
    chosen = request.session.get(CHOSEN)
    if chosen is None:
        return redirect("sampling:rapid_setup")
    if request.method != "POST":
        return _page(request, chosen, None)
    form = RapidScanForm(request.POST)
    if not form.is_valid():
        errors = [str(line) for lines in form.errors.values() for line in lines]
        return _page(request, chosen, wording.refused_band("", errors[0]), 422)
    try:
        band = _scanned(request, chosen, form)
    except Refused as refused:
        return _page(request, chosen, wording.refused_band(refused.code, refused.message), 422)
    request.session[CHOSEN] = chosen
    return _page(request, chosen, band)


def _scanned(request: SignedInRequest, chosen: dict[str, Any], form: RapidScanForm) -> Band:
    """Do what the scan says; give the band that says it was done."""
    waiting = bool(chosen["people"] or chosen.get("repeat")) and not chosen.get("household")
    what = form.what(waiting=waiting)
    code = form.cleaned_data["code"].strip()
    if what == "box":
        with scoped(request.principal, "sampling") as by:
            lot = rapid.lot_of_scan(code, by=by)
        chosen["lot"] = str(lot.id)
        return rapid_words.lot_taken(lot)
    if what == "person":
        return _person(request, chosen, form)
    if not code and "number" not in request.POST:
        raise Refused("no_barcode", _("Scan the code of the cassette."))
    return _cassette(request, chosen, code)


def _person(request: SignedInRequest, chosen: dict[str, Any], form: RapidScanForm) -> Band:
    if chosen.get("repeat") or (chosen["people"] and not chosen.get("household")):
        raise Refused(
            "cassette_first",
            _("Scan the cassette of the person before. People of one household: press Household."),
        )
    if form.needs_onset():
        raise Refused(
            "onset_needed", _("Type the first day of symptoms, then scan the person again.")
        )
    with scoped(request.principal, "sampling"):
        person = person_of_code(form.cleaned_data["code"])
    if str(person) in {one["person"] for one in chosen["people"]}:
        raise Refused("scanned_twice", _("This person was scanned already. Scan the cassette."))
    onset = form.cleaned_data["onset"]
    told = {"person": str(person), "reason": form.cleaned_data["reason"]}
    chosen["people"].append(told | {"onset": onset.isoformat() if onset else None})
    return rapid_words.person_taken(card_of(person), len(chosen["people"]))


def _cassette(request: SignedInRequest, chosen: dict[str, Any], code: str) -> Band:
    """The time begins; without a printed number the cassette gets one of ours."""
    with scoped(request.principal, "sampling"):
        test = _begin(request, chosen, code or rapid.new_number())
    chosen |= {"people": [], "repeat": None, "household": False}
    return rapid_words.begun(test, rapid_access.people_of(request.principal, test))


def _begin(request: SignedInRequest, chosen: dict[str, Any], code: str) -> RapidTest:
    by = request.principal
    lot = _lot(request, chosen)
    if lot is None:
        raise Refused("kit_first", _("Scan the code on the box of kits first."))
    if chosen.get("repeat"):
        old = rapid_access.test_for(by, UUID(chosen["repeat"]))
        return rapid.repeat_test(test=old, barcode=code, lot=lot, table=chosen["table"], by=by)
    return rapid.begin(
        barcode=code,
        people=[_swabbed(one) for one in chosen["people"]],
        lot=lot,
        table=chosen["table"],
        disease=chosen["disease"],
        by=by,
    )


def _swabbed(told: dict[str, Any]) -> Swabbed:
    onset = Sample._meta.get_field("onset").to_python(told["onset"])
    return Swabbed(UUID(told["person"]), told["reason"], onset)


def _lot(request: SignedInRequest, chosen: dict[str, Any]) -> KitLot | None:
    if not chosen.get("lot"):
        return None
    return rapid_reading.lot_of(request.principal.organisation, UUID(chosen["lot"]))


def _page(
    request: SignedInRequest, chosen: dict[str, Any], band: Band | None, status: int = 200
) -> HttpResponse:
    waiting = [rapid_words.name_and_year(card_of(UUID(one["person"]))) for one in chosen["people"]]
    repeat = chosen.get("repeat")
    if repeat:
        old = rapid_access.test_for(request.principal, UUID(repeat))
        waiting = [
            rapid_words.name_and_year(one) for one in rapid_access.people_of(request.principal, old)
        ]
    context = {
        "table": chosen["table"],
        "lot": _lot(request, chosen),
        "band": band,
        "waiting": waiting,
        "repeat": repeat,
        "household": chosen.get("household"),
        "reasons": REASONS,
        "reason": request.POST.get("reason") or chosen["reason"],
        "onset": request.POST.get("onset", "") if status == 422 else "",
    }
    return render(request, "sampling/rapid_table.html", context, status=status)


@require_POST
@guarded(Role.SAMPLER, purpose="sampling")
def change(request: SignedInRequest) -> HttpResponse:
    """Before the cassette: people share it, or whoever was scanned goes away again."""
    chosen = request.session.get(CHOSEN)
    if chosen is not None and request.POST.get("do") == "household":
        request.session[CHOSEN] = chosen | {"household": True}
    elif chosen is not None and request.POST.get("do") == "clear":
        request.session[CHOSEN] = chosen | {"people": [], "repeat": None, "household": False}
    return redirect("sampling:rapid_table")


@guarded(Role.SAMPLER, purpose="sampling")
def kits(request: SignedInRequest) -> HttpResponse:
    """The unit's lots: came in, used, left, until when; and what comes in now."""
    form = KitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lot = _receive(request, form)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Lot %(lot)s received.") % {"lot": lot.lot})
            return redirect("sampling:rapid_kits")
    organisation = request.principal.organisation
    rows = rapid_reading.lots_of(organisation) if organisation else []
    used = rapid_reading.used_of(organisation) if organisation else {}
    lots = [rapid_words.lot_row(lot, used.get(lot.id, 0), today()) for lot in rows]
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "lots": lots, "at": now()}
    return render(request, "sampling/rapid_kits.html", context, status=status)


def _receive(request: SignedInRequest, form: KitForm) -> KitLot:
    given = form.cleaned_data
    kit = Kit(given["name"], given["quantity"], given["read_minutes"], given["read_before_minutes"])
    with scoped(request.principal, "sampling") as by:
        return rapid.receive_kits(box=rapid.read_box(given["code"]), kit=kit, by=by).lot
