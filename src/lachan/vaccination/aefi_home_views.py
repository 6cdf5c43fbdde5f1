"""The citizen's page after a vaccination: how are you, what happened to a lot, what to do."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.people.selectors import PersonCard, card_of, spoken_for
from lachan.rulebook.selectors import ReactionRule, reaction_rule, term
from lachan.vaccination import (
    aefi,
    aefi_asking,
    aefi_reading,
    aefi_words,
    lot_reading,
    lot_spelling,
)
from lachan.vaccination.aefi_forms import HowAreYouForm
from lachan.vaccination.models import Dose, Reaction
from lachan.vaccination.selectors import doses_of


@guarded(Role.CITIZEN, purpose="own_data")
def after(request: SignedInRequest) -> HttpResponse:
    """Say how one is after an injection, for oneself or somebody one speaks for."""
    by = request.principal
    mine = card_of(by.person) if by.person else None
    people = [*([mine] if mine else []), *spoken_for(by)]
    about = next((card for card in people if str(card.person) == request.GET.get("of")), mine)
    doses = _standing(about)
    dose = next((row for row in doses if str(row.id) == request.GET.get("dose")), None)
    dose = dose or (doses[0] if doses else None)
    form = None
    if dose is not None:
        rule = reaction_rule(dose.disease, now(), province=dose.province)
        form = HowAreYouForm(request.POST or None, rule=rule, initial={"id": uuid7()})
        if request.method == "POST" and form.is_valid() and _kept(form, dose, rule, by):
            here = reverse("vaccination:after")
            return redirect(f"{here}?of={dose.person_id}&dose={dose.id}&sent=1")
    context = {
        "people": people,
        "about": about,
        "me": by.person,
        "doses": [_dose(row, row == dose) for row in doses],
        "form": form,
        "sent": "sent" in request.GET and not request.POST,
        "answers": [_answer(row) for row in aefi_reading.reactions_of(about.person)]
        if about
        else [],
    }
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, "vaccination/after.html", context, status=status)


def _standing(about: PersonCard | None) -> list[Dose]:
    return list(reversed(doses_of(about.person))) if about else []


def _kept(form: HowAreYouForm, dose: Dose, rule: ReactionRule, by: Principal) -> bool:
    given = form.cleaned_data
    told = aefi.Told(
        id=given["id"],
        dose=dose.id,
        source=Reaction.Source.CITIZEN,
        signs=tuple(given["signs"]),
        onset_at=given["onset_at"],
        note=given["note"],
        asked_hours=aefi_asking.hours_asked(dose, rule, now()),
    )
    try:
        with scoped(by, "own_data"):
            aefi.report(told, by=by)
    except Refused as refused:
        form.add_error(None, refused.message)
        return False
    return True


def _dose(row: Dose, chosen: bool) -> dict[str, object]:
    """A dose, and whether its lot is not used now.  Of whom it was learned is nobody's business."""
    given = row.session.province if row.session else row.province
    lot = row.lot or lot_spelling.lot_meant(row.product, row.lot_text, row.province)
    barred = lot_reading.lot_barred(lot.id, now(), given) if lot else None
    return {
        "row": row,
        "vaccine": term("vaccine", row.product),
        "lot": row.lot.number if row.lot else row.lot_text,
        "barred": barred,
        "on": chosen,
    }


def _answer(row: Reaction) -> dict[str, object]:
    shown = aefi_words.shown(row, None)
    return {**shown, "said": aefi_words.said_of(row), "danger": row.due_at is not None}
