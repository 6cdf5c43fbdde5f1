"""The form that enters a lane with its houses: a list typed as people say it."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lachan.places.laying_out import House
from lachan.places.models import Lane
from lachan.ui.forms import Form

#: A stretch of house numbers: `2-38`, with every second one when it is written `2-38/2`.
STRETCH = re.compile(r"(\d{1,4})\s*[-–]\s*(\d{1,4})(?:\s*/\s*(\d))?")

#: Houses of one entry; a longer list is two.
MOST = 400


class LaneForm(Form):
    """A lane of the commune and the houses on it, in the order in which they stand."""

    name = forms.CharField(label=_("Name of the lane or hamlet"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=Lane.Kind.choices)
    houses = forms.CharField(
        label=_("Houses, as they stand along it"),
        help_text=_("One a line or with commas: 1-19/2, 20A, Nhà ông Bảy. 1-19/2: 1, 3, 5 … 19."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
    )

    def clean_houses(self) -> list[House]:
        """The houses one by one."""
        parts = re.split(r"[,;\n]", self.cleaned_data["houses"])
        found = [number for part in parts if part.strip() for number in _numbers(part.strip())]
        if len(found) > MOST:
            raise ValidationError(_("Enter at most 400 houses at once."), code="too_many")
        return [House(number) for number in dict.fromkeys(found)]


def _numbers(part: str) -> list[str]:
    stretch = STRETCH.fullmatch(part)
    if stretch is None:
        return [part]
    first, last, step = int(stretch[1]), int(stretch[2]), int(stretch[3] or 1) or 1
    if last < first or last - first > MOST * step:
        return [part]
    return [str(number) for number in range(first, last + 1, step)]


def kept(form: LaneForm) -> dict[str, Any]:
    """What the services want of a valid form."""
    return {"name": form.cleaned_data["name"], "kind": form.cleaned_data["kind"]}
