"""Staff pages: the rules in force, one rule with its versions, and the question "may we?"."""

from datetime import date, datetime, time
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from lachan.core.clock import OFFSET, now, today
from lachan.core.guard import SignedInRequest, guarded
from lachan.rulebook import display, selectors, services
from lachan.rulebook.forms import MayWeForm, choices
from lachan.rulebook.navigation import READERS
from lachan.ui.pages import page_of


@require_safe
@guarded(*READERS, purpose="rules")
def rules(request: SignedInRequest) -> HttpResponse:
    """The rules in force on a day, of one kind or of all; the filter is in the URL."""
    day = _day(request) or today()
    kind = request.GET.get("kind", "")
    terms = selectors.terms()
    page = page_of(selectors.rules_at(_noon(day), kind=kind), request.GET)
    context = {
        "day": day,
        "kind": kind,
        "kinds": choices(terms["kind"]),
        "page": page,
        "rows": [display.rule_shown(row, terms) for row in page],
        "moment": now(),
    }
    return render(request, "rulebook/rules.html", context)


@require_safe
@guarded(*READERS, purpose="rules")
def rule(request: SignedInRequest, rule: UUID) -> HttpResponse:
    """One version: source, sentences in both languages, the rule itself and its other versions."""
    row = selectors.version_of(rule)
    terms = selectors.terms()
    context = {
        "shown": display.rule_shown(row, terms),
        "sentences": display.sentences_shown(row),
        "body": display.body_shown(row),
        "may_enter": services.may_enter(row, by=request.principal),
        "versions": [display.rule_shown(one, terms) for one in selectors.versions_of(row)],
    }
    return render(request, "rulebook/rule.html", context)


@require_safe
@guarded(*READERS, purpose="rules")
def may_we(request: SignedInRequest) -> HttpResponse:
    """Ask whether a measure may be taken; the question is in the URL, so an answer can be sent."""
    day = _day(request) or today()
    diseases = selectors.diseases_at(_noon(day))
    asked = request.GET if "measure" in request.GET else None
    form = MayWeForm(asked, diseases=diseases, today=today())
    answer = None
    if form.is_valid():
        question = form.cleaned_data
        found = selectors.may_we(
            question["measure"],
            disease=question["disease"],
            role=question["role"],
            at=_noon(question["on"]),
        )
        answer = display.answer_shown(found, disease=question["disease"])
    return render(request, "rulebook/may_we.html", {"form": form, "answer": answer, "day": day})


def _day(request: SignedInRequest) -> date | None:
    """The day in the URL; None when there is none or it cannot be read."""
    try:
        return parse_date(request.GET.get("on", ""))
    except ValueError:
        return None


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), OFFSET)
