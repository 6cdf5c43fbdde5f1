"""How much waits at each laboratory, what a laboratory can do, and sending a box elsewhere."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.sampling import counting_backlog, counting_rerouting
from lachan.sampling.custody_reading import box_of
from lachan.sampling.models import LaboratoryCapacity
from lachan.sampling.navigation import BOARD, LABORATORY
from lachan.ui.forms import Form
from lachan.ui.tables import as_download
from lachan.ui.wording import moment, number


class CapacityForm(Form):
    """What a laboratory can do; nothing is filled in beforehand."""

    tests_a_day = forms.IntegerField(
        label=gettext_lazy("Tubes in 24 hours, with every machine at work"), min_value=0
    )
    machines = forms.IntegerField(label=gettext_lazy("Machines"), min_value=1)
    machines_down = forms.IntegerField(
        label=gettext_lazy("Of these, how many stand still?"), min_value=0
    )


@require_GET
@guarded(*BOARD, purpose="sampling")
def backlog(request: SignedInRequest) -> HttpResponse:
    """Every laboratory's work; a unit with waiting boxes sees where they had better go."""
    known = counting_backlog.loads()
    by = request.principal
    mine = counting_backlog.waiting_boxes(by.organisation) if by.has(Role.SAMPLER) else []
    context = {
        "at": now(),
        "loads": known,
        "boxes": mine,
        "advice": counting_backlog.advice_for(mine, known),
    }
    return render(request, "sampling/counting_backlog.html", context)


@require_GET
@guarded(*BOARD, purpose="sampling")
def backlog_file(request: SignedInRequest, ending: str) -> HttpResponse:
    """The same as a file."""
    head = [
        _("Laboratory"),
        _("Waiting there"),
        _("On the way there"),
        _("Tests a day"),
        _("Machines"),
        _("Machines down"),
        _("Said at"),
        _("Days of work"),
    ]
    rows = [
        [
            load.name,
            load.waiting,
            load.coming,
            load.capacity.tests_a_day if load.capacity else "",
            load.capacity.machines if load.capacity else "",
            load.capacity.machines_down if load.capacity else "",
            moment(load.capacity.at) if load.capacity else "",
            "" if load.days is None else number(load.days, 1),
        ]
        for load in counting_backlog.loads()
    ]
    return as_download(
        ending,
        name="phong-xet-nghiem",
        title=_("Laboratories"),
        head=head,
        rows=rows,
        widths=[40, *[14] * 7],
    )


@require_POST
@guarded(Role.SAMPLER, purpose="sampling")
def reroute(request: SignedInRequest, box_id: UUID) -> HttpResponse:
    """A human sends a box elsewhere; the page only proposes it."""
    by = request.principal
    box = box_of(by, box_id)
    if box is None or box.organisation != by.organisation:
        raise Http404
    try:
        laboratory = UUID(request.POST.get("laboratory", ""))
    except ValueError:
        laboratory = UUID(int=0)
    try:
        with scoped(by, "sampling"):
            counting_rerouting.reroute(box=box, laboratory=laboratory, by=by)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        text = _("Box %(box)s goes to the other laboratory. Print its manifest again.")
        messages.success(request, text % {"box": box.barcode})
    return redirect("sampling:backlog")


@guarded(*LABORATORY, purpose="laboratory")
def capacity(request: SignedInRequest) -> HttpResponse:
    """The laboratory says what it can do; what it said before stands below."""
    by = request.principal
    form = CapacityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(by, "laboratory"):
                counting_rerouting.say_capacity(**form.cleaned_data, by=by)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Noted."))
            return redirect("sampling:capacity")
    rows = LaboratoryCapacity.objects.order_by("-at")
    rows = rows.filter(laboratory=by.organisation)[:20] if by.organisation else rows.none()
    context = {"form": form, "rows": rows, "at": now()}
    status = 422 if form.errors else 200
    return render(request, "sampling/counting_capacity.html", context, status=status)
