"""Sentences and tables of the pooling page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lachan.rulebook import selectors as rulebook
from lachan.rulebook.selectors import PoolingRule
from lachan.sampling.arrays import Design, Estimate, Option
from lachan.sampling.pool_advice import Advice, Measured
from lachan.ui.wording import language, number


@dataclass(frozen=True, slots=True)
class Row:
    """One design in the table; `chosen` marks the rule's own."""

    kind: str
    sizes: str
    kits: str
    hours: str
    per_person: str
    saved: str
    missed: str
    wrongly: str
    rounds: str
    chosen: bool


def percent(chance: float) -> str:
    """A share in per cent: two places below one per cent, else one; none where it is whole."""
    value = round(100 * chance, 9)
    if value == int(value):
        return number(int(value))
    return number(value, 2 if value < 1 else 1)


def hours(value: float) -> str:
    """Hours with one place, whole ones without."""
    return number(int(value)) if value == int(value) else number(value, 1)


def kits(option: Option) -> str:
    """Expected tests, rounded to whole kits; one test takes one kit."""
    return number(round(option.work.tests))


def saying(advice: Advice) -> str:
    """The advice in one sentence: the rule's pools against single tests."""
    ruled, single = advice.ruled, advice.single
    values = {
        "single": kits(single),
        "single_hours": hours(single.work.hours),
        "positivity": percent(advice.prevalence),
    }
    if not advice.pools:
        text = _(
            "Single samples by rule: %(single)s kits and %(single_hours)s h at %(positivity)s %%"
            " positivity."
        )
        return text % values
    text = _(
        "Pools of %(size)s: %(kits)s kits instead of %(single)s and %(hours)s h instead of"
        " %(single_hours)s h, at %(positivity)s %% positivity."
    )
    size = ruled.design.sizes[0]
    return text % {**values, "size": size, "kits": kits(ruled), "hours": hours(ruled.work.hours)}


def beside(advice: Advice, rule: PoolingRule) -> list[str]:
    """What else to know before the tubes are ordered."""
    found = []
    if advice.pools and not advice.worth_it:
        values = {"positivity": percent(advice.prevalence), "limit": percent(advice.worth_below)}
        found.append(rulebook.render(rule.says("not_worth", **values), language()))
    better = advice.better
    if better is not None and advice.prevalence <= advice.ends:
        text = _("Pools of %(size)s would need %(kits)s.")
        found.append(text % {"size": better.design.sizes[0], "kits": kits(better)})
    if advice.pools and advice.worth_it:
        values = {
            "limit": percent(advice.worth_below),
            "saving": percent(rule.least_saving),
        }
        text = _("Above %(limit)s %% do not pool: less than %(saving)s %% of the kits are saved.")
        found.append(text % values)
    if advice.low is not None and advice.high is not None and advice.pools:
        text = _("With the interval of the positivity: between %(low)s and %(high)s kits.")
        found.append(text % {"low": kits(advice.low), "high": kits(advice.high)})
    return found


def cost(advice: Advice) -> str:
    """What pooling costs: infected people who are missed."""
    text = _(
        "Of 1,000 people sampled, %(missed)s infected are missed; single tests miss %(single)s."
        " Whoever is infected is found with %(sensitivity)s %% instead of %(alone)s %%."
    )
    ruled, single = advice.ruled.figures, advice.single.figures
    return text % {
        "missed": number(ruled.missed, 2),
        "single": number(single.missed, 2),
        "sensitivity": percent(ruled.sensitivity),
        "alone": percent(single.sensitivity),
    }


def name_of(kind: str) -> str:
    """A design in words."""
    return {
        "single": _("Single samples"),
        "dorfman": _("Two stages"),
        "three": _("Three stages"),
        "array": _("Matrix"),
        "array_master": _("Matrix with a pool of all"),
    }[kind]


def sizes_of(design: Design) -> str:
    """Its sizes: 10; 10 then 5; 8 × 8."""
    if design.kind == "three":
        return _("%(large)s, then %(small)s") % {
            "large": design.sizes[0],
            "small": design.sizes[1],
        }
    return " × ".join(map(str, design.sizes)) or "1"


def rows(advice: Advice) -> list[Row]:
    """The rule's design first, then the cheapest of each kind."""
    others = [option for option in advice.cheapest if option.design != advice.ruled.design]
    return [_row(advice.ruled, chosen=True), *(_row(option) for option in others)]


def _row(option: Option, *, chosen: bool = False) -> Row:
    figures = option.figures
    return Row(
        kind=name_of(option.design.kind),
        sizes=sizes_of(option.design),
        kits=kits(option),
        hours=hours(option.work.hours),
        per_person=number(figures.tests_per_person, 3),
        saved=percent(1 - figures.tests_per_person) if figures.tests_per_person < 1 else "0",
        missed=number(figures.missed, 2),
        wrongly=number(figures.wrongly_positive, 2),
        rounds=number(figures.rounds, 2),
        chosen=chosen,
    )


def measured_words(known: Measured) -> str:
    """The positivity of the last days with its interval, or that nothing was answered."""
    estimate = known.estimate
    if estimate is None:
        return _("No tube of these people was answered in these days. Type a positivity.")
    return _positivity(estimate)


def _positivity(estimate: Estimate) -> str:
    text = ngettext(
        "%(positivity)s %% (95 %% sure: %(low)s to %(high)s %%), from %(people)s people in"
        " %(count)s tube",
        "%(positivity)s %% (95 %% sure: %(low)s to %(high)s %%), from %(people)s people in"
        " %(count)s tubes",
        estimate.pools,
    )
    return text % {
        "positivity": percent(estimate.prevalence),
        "low": percent(estimate.low),
        "high": percent(estimate.high),
        "people": number(estimate.people),
        "count": number(estimate.pools),
    }


def tubes_words(known: Measured) -> list[str]:
    """The tubes behind the positivity, size by size: a sum that closes."""
    return [
        (
            _("Single tubes: %(tubes)s, positive %(positive)s")
            if tally.size == 1
            else _("Pools of %(size)s: %(tubes)s, positive %(positive)s")
        )
        % {
            "size": tally.size,
            "tubes": number(tally.tubes),
            "positive": number(tally.positive),
        }
        for tally in known.tallies
    ]


def rule_sentences(rule: PoolingRule, area: str) -> list[tuple[str, bool]]:
    """What the rule says of each area, with the chosen one marked; then who is sampled."""
    outcomes = ["low", "high", "zone", "representatives"]
    if all(part.size == 1 for part in rule.areas.values()):
        outcomes = ["low"]
    if rule.single:
        outcomes.append("single")
    decisions = [rule.says(outcome) for outcome in outcomes]
    said = rulebook.render_all(decisions, language())
    return [(text, outcome == area) for text, outcome in zip(said, outcomes, strict=True)]


def cells(row: Row) -> Sequence[str]:
    """A design as a line of the file."""
    return (
        *(row.kind, row.sizes, row.kits, row.hours, row.per_person, row.saved),
        *(row.missed, row.wrongly, row.rounds),
    )


def heading() -> Sequence[str]:
    """The columns of the table as a file."""
    return (
        _("Design"),
        _("Sizes"),
        _("Kits"),
        pgettext("sampling", "Hours"),
        _("Tests per person"),
        _("Saved in %"),
        _("Missed of 1,000"),
        _("Wrongly positive of 1,000"),
        pgettext("sampling", "Rounds"),
    )
