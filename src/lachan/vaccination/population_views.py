"""Populations of the communes: what is in force, one entry, and a whole file with its errors."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.places.selectors import communes_of, unit_name
from lachan.rulebook import selectors as rulebook
from lachan.ui.wording import number
from lachan.vaccination import populating
from lachan.vaccination.models import Population
from lachan.vaccination.planning_forms import PopulationFileForm, PopulationForm
from lachan.vaccination.populating import Told

PURPOSE = "vaccination_population"


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Role.DIRECTOR, purpose=PURPOSE)
def populations(request: SignedInRequest) -> HttpResponse:
    """The newest population of every commune, and how new ones are entered."""
    province = request.principal.province
    if province is None:
        text = _("Populations are entered by the CDC of the province.")
        raise Refused("population_not_yours", text, status=403)
    posted = request.POST if request.method == "POST" else None
    whole = posted is not None and any(name.startswith("f-") for name in posted)
    diseases = [
        (code, rulebook.term("disease", code).capitalize())
        for code in sorted(
            {
                row.disease
                for row in rulebook.rules_at(now(), kind="immunization")
                if not row.province
            }
        )
    ]
    communes = [(str(hit.id), hit.name) for hit in communes_of(province)]
    one = PopulationForm(None if whole else posted, diseases=diseases, communes=communes)
    file = PopulationFileForm(
        posted if whole else None, request.FILES if whole else None, diseases=diseases, prefix="f"
    )
    rows: list[populating.Row] = []
    if posted is not None:
        form = file if whole else one
        if form.is_valid():
            try:
                people, rows = _people(request, form.cleaned_data, whole, province)
                _enter(request, form.cleaned_data, people, rows)
            except Refused as refused:
                form.add_error(None, refused.message)
            else:
                if not any(row.refused for row in rows):
                    return redirect("vaccination:populations")
    bad = [row for row in rows if row.refused]
    context = {
        "one": one,
        "file": file,
        "bad": [(row.number, _why(row.refused), _name(row)) for row in bad],
        "rows": _in_force(province),
        "communes": len(communes),
    }
    wrong = bool(bad) or any(form.is_bound and form.errors for form in (one, file))
    return render(request, "vaccination/populations.html", context, status=422 if wrong else 200)


def _people(
    request: SignedInRequest, told: dict[str, Any], whole: bool, province: int
) -> tuple[dict[int, int], list[populating.Row]]:
    """People by commune, and the lines of the file they come from."""
    if not whole:
        return {int(told["commune"]): told["people"]}, []
    upload = told["file"]
    rows = populating.read_populations(upload.name, upload.read(), province)
    if not rows:
        text = _("The file cannot be read: save it as CSV or Excel, a line for each commune.")
        raise Refused("population_file", text)
    good = {row.commune: row.people for row in rows if row.commune and row.people}
    return good, rows


def _enter(
    request: SignedInRequest,
    told: dict[str, Any],
    people: dict[int, int],
    rows: list[populating.Row],
) -> None:
    if not people and any(row.refused for row in rows):
        return
    with scoped(request.principal, PURPOSE) as by:
        made = populating.enter_populations(
            told=Told(told["disease"], told["on"], told["document"]), people=people, by=by
        )
    text = ngettext("%(n)s population is entered.", "%(n)s populations are entered.", made)
    messages.success(request, text % {"n": number(made)})


def _why(code: str) -> str:
    """Why a line of the file was not taken, and what to write there."""
    return {
        "commune_unknown": _("No commune of your province has this name today."),
        "commune_ambiguous": _("Two communes are called so: write Phường or Xã before the name."),
        "people_unreadable": _("No number of people can be read in this line."),
        "commune_twice": _("This commune stands in the file twice."),
    }[code]


def _name(row: populating.Row) -> str:
    return unit_name(row.commune) if row.commune else ""


def _in_force(province: int) -> list[tuple[str, str, Population]]:
    """The newest of each commune and disease, by name."""
    newest: dict[tuple[int, str], Population] = {}
    for row in Population.objects.filter(province=province).order_by("on", "entered_at"):
        newest[row.commune, row.disease] = row
    found = [
        (unit_name(row.commune), rulebook.term("disease", row.disease), row)
        for row in newest.values()
    ]
    return sorted(found, key=lambda one: (one[1], one[0]))
