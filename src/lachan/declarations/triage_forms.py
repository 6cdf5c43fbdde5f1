"""What came of a call, and where somebody stays now."""

from django import forms
from django.utils.translation import gettext_lazy

from lachan.declarations.models import TriageTask
from lachan.declarations.triaging import LONGEST_NOTE
from lachan.ui.forms import Choice, Form


class OutcomeForm(Form):
    """One of five, and words where they help."""

    outcome = Choice(label=gettext_lazy("What came of it"), choices=TriageTask.Outcome.choices)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
