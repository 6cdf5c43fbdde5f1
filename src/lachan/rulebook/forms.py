"""The question "may we?" and the filter of the list."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lachan.rulebook.shipped import shipped_terms
from lachan.ui.forms import Form

Words = Mapping[str, Mapping[str, str]]


class MayWeForm(Form):
    """Which measure, towards whom, for which disease, on which day."""

    measure = forms.ChoiceField(label=gettext_lazy("Measure"))
    role = forms.ChoiceField(label=gettext_lazy("Towards"))
    disease = forms.ChoiceField(label=gettext_lazy("Disease"))
    on = forms.DateField(
        label=gettext_lazy("On the day"),
        help_text=gettext_lazy("The law of that day answers."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, diseases: Words, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        terms = shipped_terms()
        self._choices("measure", terms["measure"])
        self._choices("role", terms["role"])
        self._choices("disease", diseases)
        self.fields["on"].initial = today

    def _choices(self, field: str, words: Words) -> None:
        chooser = self.fields[field]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = [("", _("Choose")), *choices(words)]


def choices(words: Words) -> Iterable[tuple[str, str]]:
    """Codes with their words in the reader's language."""
    language = (get_language() or "vi")[:2]
    return [(code, text[language]) for code, text in words.items()]
