"""A decision becomes a sentence only when somebody reads it, in the reader's language."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from string import Formatter
from typing import Any

from lachan.rulebook.shape import Decision, Rule

#: Times in sentences are Vietnamese local time.  Source: DESIGN section 3, "Time".
_LOCAL = timezone(timedelta(hours=7))

#: group -> code -> language -> words
Terms = Mapping[str, Mapping[str, Mapping[str, str]]]


#: Parts of a rule's body whose entries have a code and names of their own.
_NAMED = ("questions", "measures", "groups", "reactions")


class _Sentence(Formatter):
    """`{role:role}` says a code in the words of a group, `{reasons:said}` in the rule's own ones,
    `{missing:named}` as the rule names it, each also of a list; `{at:date}` and `{at:time}` say
    an instant, `{on:day}` a day."""

    def __init__(self, terms: Terms, language: str, rule: Rule) -> None:
        self.terms = terms
        self.language = language
        self.rule = rule

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, list | tuple):
            return ", ".join(self.format_field(each, format_spec) for each in value)
        if format_spec == "said":
            return self.rule.sentences.get(str(value), {}).get(self.language, str(value))
        if format_spec == "named":
            named = (each for part in _NAMED for each in self.rule.body.get(part, ()))
            names = {each["code"]: each["names"][self.language] for each in named}
            return str(names.get(str(value), value))
        if format_spec == "day":
            return date.fromisoformat(str(value)).strftime("%d/%m/%Y") if value else ""
        if format_spec in self.terms:
            return self.terms[format_spec].get(str(value), {}).get(self.language, str(value))
        if format_spec == "date":
            return datetime.fromisoformat(str(value)).astimezone(_LOCAL).strftime("%d/%m/%Y")
        if format_spec == "time":
            return datetime.fromisoformat(str(value)).astimezone(_LOCAL).strftime("%H:%M %d/%m/%Y")
        return str(super().format_field(value, format_spec))


def sentence(
    decision: Decision, rule: Rule, *, language: str, terms: Terms, audience: str = "holder"
) -> str:
    """Say `decision` in `language`.

    `audience` "guard" takes the outcome's sentence for a person at a gate where there is one: it
    says what to do and names neither disease nor test.
    """
    texts = rule.sentences.get(f"{decision.outcome}.{audience}") or rule.sentences[decision.outcome]
    values = {**decision.values, "article": rule.source.cited(language)}
    said = _Sentence(terms, language, rule).vformat(texts[language], (), values)
    return said[:1].upper() + said[1:]


def guard_texts(rule: Rule) -> dict[str, dict[str, str]]:
    """What a guard is told of each outcome, not yet filled: for a device that fills it itself."""
    outcomes = {name.partition(".")[0] for name in rule.sentences}
    return {
        outcome: {
            language: text.replace("{article}", rule.source.cited(language))
            for language, text in (
                rule.sentences.get(f"{outcome}.guard") or rule.sentences[outcome]
            ).items()
        }
        for outcome in sorted(outcomes)
    }
