"""A new version as a form: from the version before it, value by value, and by which document."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import OFFSET, now
from lachan.rulebook.drafting import JOINT, Leaf, leaves_of, with_values
from lachan.rulebook.models import RuleVersion
from lachan.rulebook.shape import Source
from lachan.rulebook.shipped import shipped_terms
from lachan.rulebook.vocabulary import COLOURS, LANGUAGES, READINGS
from lachan.ui.forms import Choice, Form

_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

#: The words of what a rule of the card colour asks.
FACT_WORDS: Mapping[str, Any] = {
    "declaration_age_hours": _("hours since the declaration"),
    "test_age_hours": _("hours since the sample was taken"),
}
COMPARED: Mapping[str, Any] = {"at_most": _("at most"), "above": _("more than")}
COLOUR_WORDS: Mapping[str, Any] = {
    "green": _("green: may enter"),
    "neutral": _("no colour: may enter"),
    "yellow": _("yellow: one more step"),
    "red": _("red: may not enter yet"),
}


class VersionForm(Form):
    """When and by what document, then the values and the sentences of the version before."""

    since = forms.DateTimeField(label=_("In force from"), widget=_MOMENT)
    until = forms.DateTimeField(
        label=_("In force until"),
        required=False,
        widget=_MOMENT,
        help_text=_("Leave empty for a rule without an end."),
    )
    document = forms.CharField(
        label=_("Document, with number and date"),
        max_length=300,
        help_text=_("A rule without a document cannot be entered."),
    )
    document_en = forms.CharField(label=_("Document, in English"), max_length=300, required=False)
    article = forms.CharField(label=_("Article"), max_length=200, required=False)
    reading = Choice(label=_("How well is the text known?"), choices=[])
    whole = forms.CharField(
        label=_("The whole rule, for other changes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=_("JSON. If you write here, the values above are not used."),
    )

    def __init__(self, *args: Any, before: RuleVersion, language: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.before, self.language = before, language
        self.leaves = [leaf for leaf in leaves_of(before.body) if _may_change(leaf)]
        tomorrow = (now().astimezone(OFFSET) + timedelta(days=1)).replace(hour=0, minute=0)
        self.fields["since"].initial = tomorrow
        words = shipped_terms()["reading"]
        reading = self.fields["reading"]
        assert isinstance(reading, forms.ChoiceField)
        reading.choices = [(code, words[code][language]) for code in READINGS]
        for leaf in self.leaves:
            self.fields[leaf.field] = _field_of(leaf, before.body)
        for outcome, text in before.sentences.items():
            for code in LANGUAGES:
                self.fields[_said(outcome, code)] = forms.CharField(
                    label=code.upper(),
                    initial=text.get(code, ""),
                    widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
                )

    def head(self) -> list[BoundField]:
        """When, and by what document."""
        return [self[name] for name in ("since", "until", *_DOCUMENT)]

    def values(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The values, by clause where the rule has clauses."""
        groups: dict[str, list[BoundField]] = {}
        for leaf in self.leaves:
            groups.setdefault(self._group(leaf), []).append(self[leaf.field])
        yield from groups.items()

    def sentences(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Each outcome with its sentences."""
        for outcome in self.before.sentences:
            yield outcome, [self[_said(outcome, code)] for code in LANGUAGES]

    def clean_whole(self) -> Any:
        """The rule as it was written, or None."""
        text = self.cleaned_data["whole"].strip()
        if not text:
            return None
        try:
            body = json.loads(text)
        except ValueError as error:
            message = _("This is no JSON: %(where)s") % {"where": str(error)}
            raise forms.ValidationError(message) from None
        if not isinstance(body, dict):
            raise forms.ValidationError(_("A rule is a JSON object: it begins with a brace."))
        return body

    def body(self) -> dict[str, Any]:
        """The body that was drafted."""
        if self.cleaned_data["whole"] is not None:
            return dict(self.cleaned_data["whole"])
        given = {leaf.path: self.cleaned_data[leaf.field] for leaf in self.leaves}
        return dict(with_values(self.before.body, given))

    def said(self) -> dict[str, dict[str, str]]:
        """The sentences that were drafted."""
        return {
            outcome: {code: self.cleaned_data[_said(outcome, code)] for code in LANGUAGES}
            for outcome in self.before.sentences
        }

    def source(self) -> Source:
        """The document."""
        given = self.cleaned_data
        return Source(given["document"], given["article"], given["reading"], given["document_en"])

    def _group(self, leaf: Leaf) -> str:
        """What a clause says, in the reader's language."""
        if leaf.path[0] != "clauses":
            return ""
        outcome = self.before.body["clauses"][leaf.path[1]]["outcome"]
        said = self.before.sentences[outcome]
        return f"{int(leaf.path[1]) + 1}. {said[self.language]}"


_DOCUMENT = ("document", "document_en", "article", "reading")


def _said(outcome: str, language: str) -> str:
    return JOINT.join(("say", outcome, language))


def _may_change(leaf: Leaf) -> bool:
    """Numbers and colours; what an outcome or a fact is called is not a value."""
    return type(leaf.value) is int or leaf.path[-1] == "colour"


def _field_of(leaf: Leaf, body: Mapping[str, Any]) -> forms.Field:
    if leaf.path[-1] == "colour":
        choices = [(code, COLOUR_WORDS[code]) for code in COLOURS]
        return forms.ChoiceField(label=_("Card"), initial=leaf.value, choices=choices)
    return forms.IntegerField(
        label=_label(leaf, body), initial=leaf.value, min_value=0, max_value=100_000
    )


def _label(leaf: Leaf, body: Mapping[str, Any]) -> Any:
    if leaf.path[-1] in COMPARED and len(leaf.path) > 1:
        condition: Any = body
        for step in leaf.path[:-1]:
            condition = condition[step]
        fact = FACT_WORDS.get(condition["fact"], condition["fact"])
        return f"{fact}, {COMPARED[str(leaf.path[-1])]}"
    if "constants" in leaf.path:
        return _("the number {%(name)s} in the sentence") % {"name": leaf.path[-1]}
    shown = leaf.path[2:] if leaf.path[0] == "clauses" else leaf.path
    return " › ".join(str(step) for step in shown)
