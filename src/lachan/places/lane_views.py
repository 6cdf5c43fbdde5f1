"""The plan of a commune: its lanes and houses, entered once and needed by every zone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.places import services
from lachan.places.lane_forms import LaneForm, kept
from lachan.places.selectors import dwellings_of_communes, lanes_of, unit_label

#: Who knows the lanes of a commune.
PLANNERS = (Role.STATION_OFFICER, Role.VILLAGE_HEALTH_WORKER, Role.COMMUNE_CHAIRMAN)


@guarded(*PLANNERS, purpose="plan_of_houses")
def lanes(request: SignedInRequest) -> HttpResponse:
    """Lanes of the own commune with their houses; the same name again adds houses to it."""
    commune = request.principal.commune
    if commune is None:
        raise Refused("no_commune", _("Only an officer of a commune enters its lanes."), status=403)
    form = LaneForm(request.POST or None, initial={"name": request.GET.get("name", "")})
    if request.method == "POST" and form.is_valid():
        lane = services.register_lane(commune=commune, by=request.principal, **kept(form))
        houses = form.cleaned_data["houses"]
        made = services.register_dwellings(lane=lane, houses=houses, by=request.principal)
        said = ngettext("%(count)d new house.", "%(count)d new houses.", len(made))
        messages.success(request, f"{lane.name}: {said % {'count': len(made)}}")
        return redirect("places:lanes")
    houses_of: dict[object, list[str]] = {}
    for house in dwellings_of_communes([commune]):
        houses_of.setdefault(house.lane_id, []).append(house.number)
    context = {
        "rows": [(lane, houses_of.get(lane.id, [])) for lane in lanes_of([commune])],
        "commune": unit_label(commune),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "places/lanes.html", context, status=status)
