"""Entering a person at a gate: as little as the next commune needs to find him."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.ui.forms import Form


class GuestForm(Form):
    """Somebody without a code: name and year from the paper he shows, and where he stays."""

    full_name = forms.CharField(label=_("Name, as on the paper shown"), max_length=120)
    birth_year = forms.IntegerField(label=_("Year of birth"), min_value=1900, max_value=2100)
    phone = forms.CharField(
        label=_("Phone on which somebody reaches this person"),
        required=False,
        max_length=20,
        help_text=_("May be shared with others. Leave empty when there is none."),
    )
    address = forms.CharField(
        label=_("Where the person stays now"),
        max_length=200,
        help_text=_("House number, street or hamlet, commune."),
    )
    document = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    kind = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)
