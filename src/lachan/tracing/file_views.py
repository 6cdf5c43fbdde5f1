"""Pages of the case file: the investigation form by section, its facts, the quick report."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.scope import scoped
from lachan.core.sealing import open_many
from lachan.people.models import Person
from lachan.people.selectors import PersonCard, card_of
from lachan.tracing import days, investigation, selectors
from lachan.tracing.asked import TRACERS
from lachan.tracing.boards import outbreaks_for
from lachan.tracing.case_heads import case_head, case_of, sent
from lachan.tracing.file_forms import FORMS
from lachan.tracing.file_wording import SUBJECTS, TITLES, initial_of, summary, words_of
from lachan.tracing.investigation import patient_of
from lachan.tracing.models import Case
from lachan.tracing.quick_report import Known, quick_report
from lachan.ui.pages import page_of

LANGUAGES = ("vi", "en")


@require_safe
@guarded(*TRACERS, purpose="case_form")
def form(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The sections: what was said, and what nobody has asked yet."""
    found = case_of(request, case_id)
    head = case_head(found, "tracing:form")
    context = {
        **head,
        "sections": _rows(found, head["card"]),
        "next": _next(found, head["card"]),
        "outbreaks": outbreaks_for(found),
    }
    return render(request, "tracing/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*TRACERS, purpose="case_form")
def form_section(request: SignedInRequest, case_id: UUID, section: str) -> HttpResponse:
    """One question; saving it leads to the next that is open."""
    found = case_of(request, case_id)
    if section not in FORMS:
        raise Refused("unknown_section", _("The form has no such section."), status=404)
    asked = FORMS[section](sent(request), initial=initial_of(found, section))
    if request.method == "POST" and asked.is_valid():
        try:
            with scoped(request.principal, "case_form"):
                facts = investigation.save_section(
                    case=found, section=section, answers=asked.answers(), by=request.principal
                )
        except Refused as refused:
            asked.add_error(None, refused.message)
        else:
            return _onward(request, found, section, changed=bool(facts))
    head = case_head(found, "tracing:form")
    sections = _asked(head["card"])
    context = {
        **head,
        "form": asked,
        "section": section,
        "title": TITLES[section],
        "number": sections.index(section) + 1 if section in sections else 0,
        "count": len(sections),
        "skip": _after(found, head["card"], section),
        "sections": _rows(found, head["card"]),
    }
    status = 422 if asked.is_bound else 200
    return render(request, "tracing/form_section.html", context, status=status)


def _onward(request: SignedInRequest, found: Case, section: str, *, changed: bool) -> HttpResponse:
    messages.success(request, _("Saved.") if changed else _("Nothing has changed."))
    found.refresh_from_db()
    following = _after(found, card_of(found.person_id), section)
    if following:
        return redirect(f"{reverse('tracing:form_section', args=[found.id, following])}#ask")
    return redirect("tracing:form", found.id)


def _asked(card: PersonCard | None) -> list[str]:
    """The sections this patient is asked: nobody asks a man whether he is pregnant."""
    man = card is not None and card.sex == Person.Sex.MALE
    return [each for each in investigation.SECTIONS if not (man and each == "pregnancy")]


def _next(case: Case, card: PersonCard | None) -> str:
    """The first section that nobody has asked, "" when the form is complete."""
    return next((each for each in _asked(card) if each not in case.saved_sections), "")


def _after(case: Case, card: PersonCard | None, section: str) -> str:
    """The next open section below this one, else the first open one above."""
    sections = _asked(card)
    place = sections.index(section) + 1 if section in sections else 0
    turned = sections[place:] + sections[:place]
    return next(
        (each for each in turned if each not in case.saved_sections and each != section), ""
    )


def _rows(case: Case, card: PersonCard | None) -> list[dict[str, object]]:
    return [
        {
            "code": each,
            "title": TITLES[each],
            "summary": summary(case, each),
            "saved": each in case.saved_sections,
        }
        for each in _asked(card)
    ]


@require_safe
@guarded(*TRACERS, purpose="case_form")
def facts(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Every answer that changed: what stood before, who wrote, when."""
    found = case_of(request, case_id)
    patient_of(found)
    page = page_of(found.facts.order_by("-at", "-id"), request.GET)
    opened = open_many([(found.person_id, bytes(row.sealed)) for row in page.rows])
    rows = [
        {
            "what": SUBJECTS.get(row.what, row.what),
            "old": words_of(row.what, told["old"]),
            "new": words_of(row.what, told["new"]),
            "row": row,
        }
        for row, told in zip(page.rows, opened, strict=True)
    ]
    context = {**case_head(found, "tracing:form"), "rows": rows, "page": page}
    return render(request, "tracing/facts.html", context)


@require_safe
@guarded(*TRACERS, purpose="quick_report")
def report(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The text to read out or to send; Vietnamese unless English is asked for."""
    found = case_of(request, case_id)
    if patient_of(found).excluded:
        raise Refused(
            "own_chain",
            _("This person is under police or army management: their own chain reports."),
        )
    asked = request.GET.get("lang", "vi")
    language = asked if asked in LANGUAGES else "vi"
    shown = days.asked_days(found)
    known = Known(
        case=found,
        card=card_of(found.person_id),
        stretches=days.stretches_of(found, shown[-1], shown[0]),
        sums=selectors.sums(found),
        run=selectors.last_run(found),
    )
    text = quick_report(known, request.principal, language=language)
    context = {
        **case_head(found, "tracing:quick_report"),
        "text": text,
        "lines": text.count("\n") + 8,
        "language": language,
    }
    return render(request, "tracing/quick_report.html", context)
