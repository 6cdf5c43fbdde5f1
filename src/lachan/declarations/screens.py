"""One screen of a declaration, for citizens and for whoever takes it down."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.declarations import selectors
from lachan.declarations.forms import AboutForm, StepForm
from lachan.declarations.interview import Interview
from lachan.declarations.models import Declaration
from lachan.rulebook import selectors as rulebook
from lachan.ui.wording import full_date, language


def duty_line(kind: str, province: int | None) -> str:
    """That declaring is voluntary, or the document that says otherwise with its from-to."""
    duty = selectors.duty_to_declare(at=now(), province=province, kind=kind)
    said = rulebook.render(duty, language())
    if duty.outcome != "mandatory":
        return said
    held = rulebook.version_of(duty.rule).in_force
    since = full_date(held.lower)
    if held.upper is None:
        return said + " " + _("In force since %(since)s.") % {"since": since}
    return (
        said
        + " "
        + _("In force from %(since)s to %(until)s.")
        % {
            "since": since,
            "until": full_date(held.upper),
        }
    )


def screen(
    request: HttpRequest,
    interview: Interview,
    form: AboutForm | StepForm,
    *,
    leave: str,
    name: str = "",
    hidden: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The step as a page.  `leave`: where the first arrow leads; `name`: of whom, if short."""
    card = interview.asking.card
    following = interview.index + 1 - int(interview.has_about)
    steps = interview.asked.steps
    context = {
        "interview": interview,
        "form": form,
        "is_about": isinstance(form, AboutForm),
        "kind": Declaration.Kind(interview.asked.kind),
        "card": card,
        "name": name or card.name,
        "mine": not interview.asking.other,
        "staff": interview.asking.staff,
        "duty": duty_line(interview.asked.kind, card.province),
        "source": interview.asked.source.said(language()),
        "heading": "" if isinstance(form, AboutForm) else form.step.heading.said(language()),
        "next": "" if interview.is_last else steps[following].heading.said(language()),
        "carried": interview.carried(form),
        "hidden": dict(hidden or {}).items(),
        "bars": [each <= interview.index for each in range(interview.count)],
        "number": interview.index + 1,
        "leave": leave,
    }
    wrong = not form.quiet and form.error_links()
    return render(request, "declarations/step.html", context, status=422 if wrong else 200)
