"""In which house somebody's household lives: one choice from the plan of the commune."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lachan.core.guard import SignedInRequest, guarded
from lachan.people import access, services
from lachan.people.house_forms import HouseForm, house_choices
from lachan.people.navigation import SETTLERS
from lachan.people.selectors import homes_of, household_id_of
from lachan.places.selectors import dwellings_by_id


@guarded(*SETTLERS, purpose="register_person")
def house(request: SignedInRequest, person: UUID) -> HttpResponse:
    """Choose the house; the whole household lives there from today."""
    found = access.open_card(person, request.principal)
    home = homes_of([person]).get(person)
    form = HouseForm(
        request.POST or None,
        choices=house_choices(found.commune),
        initial={"house": str(home.dwelling) if home else ""},
    )
    if request.method == "POST" and form.is_valid():
        dwelling = dwellings_by_id([UUID(form.cleaned_data["house"])]).popitem()[1]
        household = household_id_of(person) or services.join_household(
            persons={person: "head"}, by=request.principal
        )
        services.settle_household(household=household, dwelling=dwelling, by=request.principal)
        messages.success(request, _("The household lives in this house now."))
        return redirect("people:card", person)
    context = {"form": form, "card": found}
    return render(request, "people/house.html", context, status=422 if form.is_bound else 200)
