"""Slots, shifts and stock as they are sent."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lachan.core.clock import OFFSET
from lachan.sampling.campaign_forms import DayInput
from lachan.sampling.models import StockEntry
from lachan.ui.forms import Form


class HourInput(forms.TimeInput):
    """The browser's own field for an hour."""

    input_type = "time"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%H:%M", **options)


class HoursForm(Form):
    """The hours of a site on a day and how many come at once."""

    site = forms.CharField(label=_("Site"), max_length=120)
    on = forms.DateField(label=_("Day"), widget=DayInput())
    begins = forms.TimeField(label=pgettext_lazy("sampling", "From"), widget=HourInput())
    ends = forms.TimeField(label=pgettext_lazy("sampling", "To"), widget=HourInput())
    minutes = forms.IntegerField(label=_("Minutes of one slot"), min_value=5, max_value=240)
    capacity = forms.IntegerField(
        label=_("People in one slot"),
        help_text=_("One table samples about 3 people a minute."),
        min_value=1,
        max_value=1000,
    )


class ShiftForm(Form):
    """Who goes with which device where."""

    team = forms.CharField(label=_("Who goes"), max_length=120)
    device = forms.CharField(label=_("Device"), max_length=60)
    where = forms.CharField(label=_("Site or lanes"), max_length=120)
    on = forms.DateField(label=_("Day"), widget=DayInput())
    begins = forms.TimeField(label=pgettext_lazy("sampling", "From"), widget=HourInput())
    ends = forms.TimeField(label=pgettext_lazy("sampling", "To"), widget=HourInput())
    expected = forms.IntegerField(
        label=_("People expected"),
        help_text=_("Left empty: 3 a minute."),
        min_value=1,
        required=False,
    )

    def hours(self) -> tuple[datetime, datetime]:
        """Beginning and end at the installation's offset."""
        data = self.cleaned_data
        return (
            datetime.combine(data["on"], data["begins"], OFFSET),
            datetime.combine(data["on"], data["ends"], OFFSET),
        )


class StockForm(Form):
    """What came or went."""

    item = forms.ChoiceField(
        label=pgettext_lazy("sampling", "What"),
        choices=[("", _("Choose")), *StockEntry.Item.choices],
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("sampling", "What happened"),
        choices=[("", _("Choose")), *StockEntry.Kind.choices],
    )
    quantity = forms.IntegerField(
        label=_("How many"),
        help_text=_("Only a correction may be less than none."),
        min_value=-1_000_000,
        max_value=1_000_000,
    )
    lot = forms.CharField(label=_("Lot"), max_length=40, required=False)
    expires_on = forms.DateField(label=_("Use before"), widget=DayInput(), required=False)
    note = forms.CharField(label=_("Note"), max_length=120, required=False)
