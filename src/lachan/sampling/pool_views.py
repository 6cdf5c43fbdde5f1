"""The pooling page: which pools to take in an area, and what they cost and miss."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.places.selectors import unit_name
from lachan.rulebook.selectors import PoolingRule, diseases_at, pooling_rule, term
from lachan.sampling import pool_advice, pool_positivity, pool_words
from lachan.sampling.navigation import POOLING
from lachan.sampling.pool_advice import Advice, Asked
from lachan.sampling.pool_chart import Chart, chart_of
from lachan.sampling.pool_forms import AdviceForm
from lachan.ui.tables import as_download
from lachan.ui.wording import language

#: Communes sampled within so many days are offered.
_OFFERED = timedelta(days=30)


@require_GET
@guarded(*POOLING, purpose="sampling")
def pooling(request: SignedInRequest) -> HttpResponse:
    """Positivity, the rule, the advice and what it costs."""
    at = now()
    form = _form(request, at)
    if not form.is_valid():
        return render(request, "sampling/pooling.html", {"form": form}, status=422)
    asked = form.asked()
    try:
        rule = pooling_rule(asked.disease, at, province=request.principal.province)
    except Refused as refused:
        context = {"form": form, "silent": refused.message}
        return render(request, "sampling/pooling.html", context)
    known = pool_advice.measured(rule, asked, at)
    advice = pool_advice.advice(rule, asked, known)
    ending = request.GET.get("as", "")
    if ending and advice is not None:
        return _file(ending, advice)
    context = {"form": form, "at": at, "asked": asked, "rule": rule, "known": known}
    context |= _measured(rule, asked, known) | (_advised(rule, advice) if advice else {})
    return render(request, "sampling/pooling.html", context)


def _form(request: SignedInRequest, at: datetime) -> AdviceForm:
    names = {code: words[language()] for code, words in diseases_at(at).items()}
    communes = _named(pool_positivity.communes_sampled(at - _OFFERED))
    return AdviceForm(request.GET, diseases=sorted(names.items()), communes=communes)


def _named(communes: list[int]) -> list[tuple[int, str]]:
    """Communes with their names, by name; one that no list knows cannot be chosen."""
    found = []
    for unit in communes:
        with suppress(Refused):
            found.append((unit, unit_name(unit)))
    return sorted(found, key=lambda row: row[1])


def _measured(rule: PoolingRule, asked: Asked, known: pool_advice.Measured) -> dict[str, object]:
    return {
        "positivity": pool_words.measured_words(known),
        "tubes": pool_words.tubes_words(known),
        "sentences": pool_words.rule_sentences(rule, asked.area),
        "cited": rule.source.cited(language()),
        "reading": term("reading", rule.source.reading),
    }


def _advised(rule: PoolingRule, advice: Advice) -> dict[str, object]:
    return {
        "saying": pool_words.saying(advice),
        "worth_it": advice.worth_it,
        "pools": advice.pools,
        "beside": pool_words.beside(advice, rule),
        "cost": pool_words.cost(advice),
        "rows": pool_words.rows(advice),
        "chart": _chart(advice),
        "limit": advice.limit,
        "names": {kind: pool_words.name_of(kind) for kind in ("dorfman", "three", "array")},
    }


def _chart(advice: Advice) -> Chart:
    ruled = None
    if advice.pools:
        ruled = (advice.ruled.design.largest, advice.ruled.figures.tests_per_person)
    return chart_of(advice.prevalence, advice.assay, advice.limit, ruled)


def _file(ending: str, advice: Advice) -> HttpResponse:
    cells = [pool_words.cells(row) for row in pool_words.rows(advice)]
    title = _("Pooling")
    return as_download(
        ending, name="pooling", title=title, head=pool_words.heading(), rows=cells, widths=(28, 14)
    )
