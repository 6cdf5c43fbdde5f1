"""Why a positive does not stand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.ui.forms import Form


class DecideForm(Form):
    """The reason stands on every fact that undoes something."""

    reason = forms.CharField(
        label=_("Why this result does not stand"),
        max_length=200,
        help_text=_(
            "For example: tubes mixed up. It stands on everything that is undone: write no name."
        ),
    )
