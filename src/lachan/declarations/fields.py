"""A question as a form field, by its type; nothing is chosen beforehand."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import today
from lachan.declarations.answering import LONGEST
from lachan.declarations.countries import names
from lachan.declarations.questionnaire import Question
from lachan.places.fields import CommuneField
from lachan.ui.forms import Choice, YesNo
from lachan.ui.wording import language

#: As a phone's own picker of day and hour sends it.
MOMENT = "%Y-%m-%dT%H:%M"


class Countries(forms.Widget):
    """As many choices as were asked for, each one of the list; an empty one counts nothing."""

    template_name = "declarations/widgets/countries.html"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return list(data.getlist(name)) if hasattr(data, "getlist") else list(data.get(name, []))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["chosen"] = list(value or []) or [""]
        context["countries"] = names(language()).items()
        return context

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return id_


class CountriesField(forms.Field):
    """Countries, each once; cleans to their codes."""

    widget = Countries

    def clean(self, value: Any) -> list[str]:
        chosen = list(dict.fromkeys(code for code in value or [] if code))
        if any(code not in names("en") for code in chosen):
            raise forms.ValidationError(_("Choose a country from the list."))
        if self.required and not chosen:
            raise forms.ValidationError(_("Choose a country from the list."), code="required")
        return chosen


def field_of(question: Question) -> forms.Field:
    """The field of a question; whether it is asked at all, the form judges."""
    said: dict[str, Any] = {
        "label": question.said(language()),
        "help_text": question.helps(language()),
        "required": question.needed,
    }
    if question.type in ("text", "date", "moment", "country"):
        said["error_messages"] = {
            "required": _("Answer this question."),
            "invalid": _("This is no day or hour. Choose it again."),
        }
    if question.type == "choice":
        words = question.choices or {}
        return Choice(
            choices=[(code, each.said(language())) for code, each in words.items()], **said
        )
    return _MAKERS[question.type](question, said)


def _text(_question: Question, said: Mapping[str, Any]) -> forms.Field:
    return forms.CharField(
        max_length=LONGEST, widget=forms.TextInput({"autocomplete": "off"}), **said
    )


def _date(question: Question, said: Mapping[str, Any]) -> forms.Field:
    attributes = {"type": "date"} | (_recent() if question.past else {})
    return forms.DateField(widget=forms.DateInput(attributes, format="%Y-%m-%d"), **said)


def _recent() -> dict[str, Any]:
    """Most answers are today or yesterday: a script puts these days beside the field as buttons."""
    return {
        "max": today().isoformat(),
        "data-today": _("Today"),
        "data-yesterday": _("Yesterday"),
    }


def _moment(_question: Question, said: Mapping[str, Any]) -> forms.Field:
    return forms.DateTimeField(
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=MOMENT),
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"],
        **said,
    )


def _country(_question: Question, said: Mapping[str, Any]) -> forms.Field:
    choices = [("", _("Choose a country")), *names(language()).items()]
    return forms.ChoiceField(choices=choices, **said)


_MAKERS: dict[str, Callable[[Question, Mapping[str, Any]], forms.Field]] = {
    "yes_no": lambda _question, said: YesNo(**said),
    "text": _text,
    "date": _date,
    "moment": _moment,
    "commune": lambda _question, said: CommuneField(**said),
    "country": _country,
    "countries": lambda _question, said: CountriesField(**said),
}
