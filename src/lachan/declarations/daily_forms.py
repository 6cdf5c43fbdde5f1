"""The daily report: two minutes, and nothing answered beforehand."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.core.ids import uuid7
from lachan.declarations.triage_words import breathing, signs
from lachan.ui.forms import Choice, Form, YesNo

#: Degrees Celsius a thermometer shows of somebody alive.
COLDEST, HOTTEST = 34.0, 43.0

_DEGREES = re.compile(r"\d{2}(?:[.,]\d)?")


class DailyForm(Form):
    """Temperature, breathing, four signs, and words where somebody has some."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    temperature = forms.CharField(
        label=gettext_lazy("Temperature, °C"),
        help_text=gettext_lazy("Such as 37.2. Tick below if there is no thermometer."),
        max_length=5,
        error_messages={
            "required": gettext_lazy("Write the temperature, or tick that there is none.")
        },
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )
    no_thermometer = forms.BooleanField(label=gettext_lazy("No thermometer here"), required=False)
    breathing = Choice(label=gettext_lazy("How is the breathing?"), choices=[])
    cough = YesNo()
    sore_throat = YesNo()
    chest_pain = YesNo()
    drowsy = YesNo()
    note = forms.CharField(
        label=gettext_lazy("Anything else"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["key"].initial = uuid7()
        self.fields["breathing"].choices = list(breathing().items())  # type: ignore[attr-defined]
        for code, words in signs().items():
            self.fields[code].label = words

    def clean(self) -> dict[str, Any]:
        """A temperature, or the word that there is no thermometer."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        text = given.get("temperature", "").replace("°C", "").strip()
        if not text and given.get("no_thermometer"):
            self.errors.pop("temperature", None)
            given["temperature"] = ""
        if not text:
            return given
        degrees = float(text.replace(",", ".")) if _DEGREES.fullmatch(text) else 0.0
        if not COLDEST <= degrees <= HOTTEST:
            self.add_error("temperature", _("Write degrees between 34 and 43, such as 37.2."))
        given["temperature"] = f"{degrees:.1f}"
        return given

    def answers(self) -> dict[str, str]:
        """Code -> answer, as it is sealed."""
        given = self.cleaned_data
        said = {code: "yes" if given[code] else "no" for code in signs()}
        return {
            "temperature": given["temperature"],
            "breathing": given["breathing"],
            **said,
            "note": given["note"],
        }
