"""Rules and answers as a page shows them: words for codes, in the reader's language."""

import json
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lachan.rulebook import selectors
from lachan.rulebook.evaluate import Answer
from lachan.rulebook.models import RuleVersion
from lachan.rulebook.sentences import Terms
from lachan.rulebook.vocabulary import DEFAULT_LEVELS

#: Outcome -> the shape that goes with it (may, need, not); colour is never the only sign.
SHAPES = {
    "allowed": "may",
    "advice_only": "need",
    "needs_legal_officer": "need",
    "refused": "not",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A heading and its words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """The answer to "may we?" as the page shows it."""

    shape: str
    word: str
    why: str
    lines: list[Line]
    rule: str


@dataclass(frozen=True, slots=True)
class RuleShown:
    """One version in words; `row` has its times."""

    row: RuleVersion
    title: str
    disease: str
    outcome: str
    shape: str
    cited: str
    reading: str
    levels: int = 0
    levels_source: str = ""


def language() -> str:
    """The reader's language, one of the rulebook's."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def word(terms: Terms, group: str, code: str | None) -> str:
    """The word for a code, the code itself where nobody has given it one."""
    return terms[group].get(code or "", {}).get(language(), code or "")


def rule_shown(row: RuleVersion, terms: Terms) -> RuleShown:
    """One version for a list or a page."""
    body, rule = row.body, row.as_rule()
    outcome = str(body.get("outcome", ""))
    return RuleShown(
        row=row,
        title=_title(row, terms),
        disease=word(terms, "disease", row.disease),
        outcome=word(terms, "outcome", outcome),
        shape=SHAPES.get(outcome, ""),
        cited=rule.source.cited(language()),
        reading=word(terms, "reading", row.reading),
        levels=body.get("levels", DEFAULT_LEVELS) if row.kind == "contact" else 0,
        levels_source=body.get("levels_source", ""),
    )


def sentences_shown(row: RuleVersion) -> list[tuple[str, str, str]]:
    """Outcome, Vietnamese and English sentence with their open places, as they are stored."""
    return [(outcome, text["vi"], text["en"]) for outcome, text in row.sentences.items()]


def body_shown(row: RuleVersion) -> str:
    """The rule itself, readable."""
    return json.dumps(row.body, ensure_ascii=False, indent=2)


def answer_shown(answer: Answer, *, disease: str) -> AnswerShown:
    """The answer with its sentence; silence of the rulebook has a sentence of its own."""
    terms = selectors.terms()
    if answer.decision is None:
        why = _(
            "No rule speaks of this measure for %(disease)s on that day. Ask a legal officer before"
            " anything is ordered."
        ) % {"disease": word(terms, "disease", disease)}
    else:
        why = selectors.render(answer.decision, language())
    return AnswerShown(
        shape=SHAPES[answer.outcome],
        word=word(terms, "outcome", answer.outcome),
        why=why,
        lines=[line for line in _lines(answer, terms) if line.text],
        rule=answer.decision.rule if answer.decision else "",
    )


def _lines(answer: Answer, terms: Terms) -> list[Line]:
    days = _("%(days)s days") % {"days": answer.days} if answer.days else ""
    test_days = ", ".join(str(day) for day in answer.test_days)
    consul = _("Foreigners: notice to the Consular Department") if answer.consular_notice else ""
    return [
        Line(_("Signed by"), word(terms, "signer", answer.signer)),
        Line(_("Form"), answer.form or ""),
        Line(_("Only"), word(terms, "condition", answer.condition)),
        Line(_("How long"), days),
        Line(_("Test days"), test_days),
        *_clock(answer, terms),
        Line(_("Also"), consul),
        Line(_("What may be done"), word(terms, "measure", answer.alternative)),
        Line(_("Source"), word(terms, "reading", answer.reading)),
    ]


def _clock(answer: Answer, terms: Terms) -> list[Line]:
    steps = [
        Line(
            word(terms, "step", step.step),
            _("within %(hours)s h: %(who)s") % {"hours": step.hours, "who": _who(terms, step.by)},
        )
        for step in answer.clock
    ]
    if answer.holding_hours is not None:
        hours = _("after %(hours)s h") % {"hours": answer.holding_hours}
        steps.append(Line(word(terms, "step", "holding_ends"), hours))
    return steps


def _who(terms: Terms, by: str) -> str:
    return word(terms, "duty" if by in terms["duty"] else "signer", by)


def _title(row: RuleVersion, terms: Terms) -> str:
    if row.kind != "measure":
        group = next((group for group in ("act", "work") if row.name in terms[group]), "disease")
        name = word(terms, group, row.name)
        return f"{word(terms, 'kind', row.kind)}: {name}"
    measure = word(terms, "measure", row.body["measure"])
    measure = measure[:1].upper() + measure[1:]
    role = row.body["role"]
    return measure if role == "*" else f"{measure}: {word(terms, 'role', role)}"
