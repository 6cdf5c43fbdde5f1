"""Forms of the review queue and of the checks of identity."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.people.same_words import CHECKED
from lachan.ui.forms import Form, YesNo


class DecideForm(Form):
    """One press about a pair, with a reason where something speaks against it."""

    verdict = forms.ChoiceField(
        choices=[("same", ""), ("two", ""), ("later", ""), ("again", "")],
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )
    why = forms.CharField(required=False, max_length=200)


class PartForm(Form):
    """Why two records are two people after all."""

    why = forms.CharField(label=_("Why are they two people?"), max_length=200)


class SettleForm(Form):
    """What the station found where the police said no."""

    how = forms.CharField(label=_("What did you find?"), max_length=200)
    again = forms.BooleanField(label=_("Corrected: ask the police again"), required=False)


class AnswerForm(Form):
    """Yes or no for every field that was asked; nothing is chosen beforehand."""

    def __init__(self, *args: Any, asked: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in asked:
            self.fields[name] = YesNo(label=CHECKED[name])
