"""The questionnaire as a form: no answer is chosen beforehand."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import today
from lachan.core.ids import uuid7
from lachan.declarations.questionnaire import Questionnaire
from lachan.ui.forms import Form, YesNo

#: Source: WCAG 2.2; a native date field speaks the phone's language.
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DeclarationForm(Form):
    """Every question, and what is asked beside a Yes."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    onset = forms.DateField(
        label=_("Since which day?"),
        help_text=_("If there is a Yes above."),
        required=False,
        widget=_DAY,
    )
    travelled_to = forms.CharField(
        label=_("Where to?"),
        help_text=_("Province, city or country, if Yes."),
        required=False,
        max_length=200,
    )

    def __init__(self, *args: Any, asked: Questionnaire, language: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked = asked
        self.fields["key"].initial = uuid7()
        for question in asked.questions:
            self.fields[question.code] = YesNo(
                label=question.words(language), help_text=question.help(language)
            )

    def sections(self) -> dict[str, list[BoundField]]:
        """Fields by group, each with what is asked beside a Yes."""
        beside = {"symptom": ["onset"], "contact": [], "travel": ["travelled_to"]}
        return {
            group: [self[name] for name in [*self.asked.codes(group), *more]]
            for group, more in beside.items()
        }

    def clean_onset(self) -> date | None:
        """A first day of symptoms is not in the future."""
        onset: date | None = self.cleaned_data["onset"]
        if onset is not None and onset > today():
            raise forms.ValidationError(_("This day has not come yet."))
        return onset

    def clean(self) -> dict[str, Any]:
        """Beside a Yes its question is answered too."""
        given = super().clean() or self.cleaned_data
        if any(given.get(code) for code in self.asked.codes("symptom")) and not given.get("onset"):
            self._ask("onset", _("Choose the first day."))
        travelled = any(given.get(code) for code in self.asked.codes("travel"))
        if travelled and not given.get("travelled_to"):
            self._ask("travelled_to", _("Write where to."))
        return given

    def _ask(self, field: str, sentence: Any) -> None:
        if field not in self.errors:
            self.add_error(field, sentence)

    def answers(self) -> dict[str, bool]:
        """Code -> answer."""
        return {
            question.code: self.cleaned_data[question.code] for question in self.asked.questions
        }

    def sent(self) -> dict[str, Any]:
        """What the service takes."""
        key: UUID = self.cleaned_data["key"]
        return {
            "key": key,
            "answers": self.answers(),
            "onset": self.cleaned_data["onset"],
            "travelled_to": self.cleaned_data["travelled_to"],
        }
