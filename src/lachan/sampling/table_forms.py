"""What the desk of a sampling unit sends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.ui.forms import Choice, Form


class LabelForm(Form):
    """A series of labels: letters, how many tubes, one label or two of each."""

    letters = forms.CharField(
        label=_("Letters of the series"),
        help_text=_("2 to 8 letters or digits, such as BN24. They are your unit's from then on."),
        max_length=9,
    )
    count = forms.IntegerField(label=_("How many tubes?"), min_value=1, max_value=2000)
    copies = Choice(
        label=_("Labels of each tube"),
        choices=[("1", _("One, on the tube")), ("2", _("Two, on the tube and on the form"))],
    )

    def clean_copies(self) -> int:
        """As a number."""
        return int(self.cleaned_data["copies"])
