"""The question to a place: which one, from when to when, and why."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import OFFSET
from lachan.places.models import Place
from lachan.tracing.visitors import Asked
from lachan.ui.forms import Form


class AskPlaceForm(Form):
    """The place is chosen by search beside these fields."""

    place = forms.UUIDField(
        required=True,
        widget=forms.HiddenInput,
        error_messages={"required": _("Choose a place from the list.")},
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    begins = forms.TimeField(
        label=_("From what time"), widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    ends = forms.TimeField(
        label=_("Until what time"),
        widget=forms.TimeInput({"type": "time"}, "%H:%M"),
        help_text=_("An hour before the begin is that of the next day."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The place and the people read it. Name nobody and no disease."),
    )

    def clean_place(self) -> UUID:
        """A place of the register."""
        chosen: UUID = self.cleaned_data["place"]
        self._place = Place.objects.select_related("parent").filter(id=chosen).first()
        if self._place is None:
            raise forms.ValidationError(_("Choose a place from the list."))
        return chosen

    def asked(self) -> Asked:
        """The question of a valid form."""
        data = self.cleaned_data
        assert self._place is not None
        return Asked(self._place, *window(data["day"], data["begins"], data["ends"]))


def window(day: date, begins: time, ends: time) -> tuple[datetime, datetime]:
    """Begin and end; an end that is not after the begin lies on the next day."""
    start = datetime.combine(day, begins, OFFSET)
    end = datetime.combine(day, ends, OFFSET)
    return start, end if end > start else end + timedelta(days=1)


def window_values(start: datetime, end: datetime) -> dict[str, Any]:
    """What the form shows for a window."""
    start, end = start.astimezone(OFFSET), end.astimezone(OFFSET)
    return {"day": start.date(), "begins": start.time(), "ends": end.time()}
