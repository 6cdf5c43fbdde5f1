"""Forms of the duty list."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import OFFSET
from lachan.people.duty_planning import LONGEST_NOTE
from lachan.people.models import Duty
from lachan.ui.forms import Choice, Form

#: Hours of a shift.  Source: our own choice, the three patterns of a small unit.
HOURS = [("8", _("8 hours")), ("12", _("12 hours")), ("24", _("24 hours"))]


class DutyForm(Form):
    """A shift to plan: who, by which phone, from when, how long."""

    name = forms.CharField(
        label=_("Who is on duty"),
        max_length=80,
        widget=forms.TextInput({"list": "duty-names", "autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Phone of the duty"),
        help_text=_("Everybody who works in the province sees it during the shift."),
        widget=forms.TextInput({"inputmode": "tel", "list": "duty-phones", "autocomplete": "off"}),
    )
    kind = Choice(label=_("As what?"), choices=Duty.Kind.choices)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    begins = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput({"type": "time"}))
    hours = Choice(label=_("How long?"), choices=HOURS)

    def shift(self) -> dict[str, Any]:
        """What `plan_duty` wants, of a valid form."""
        data = self.cleaned_data
        since = datetime.combine(data["day"], data["begins"], OFFSET)
        return {
            "kind": data["kind"],
            "name": data["name"],
            "phone": data["phone"],
            "since": since,
            "until": since + timedelta(hours=int(data["hours"])),
        }


class NoteForm(Form):
    """What the next shift must know."""

    text = forms.CharField(
        label=_("Note for the next shift"),
        help_text=_("Cases by their number, not by a name."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({"rows": 4}),
    )
