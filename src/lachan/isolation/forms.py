"""What a station ticks, and what stands on a signed paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.isolation.models import Order, Signed
from lachan.isolation.words import HOW, WHOM
from lachan.ui.forms import Choice, Form

ACTS = ("list", "tell", "prolong", "completed", "early")

CAPACITIES = [
    (Signed.Capacity.HEAD.value, _("Chairman, or head of the facility")),
    (Signed.Capacity.DEPUTY.value, _("Deputy, signing for the head")),
]


class BatchForm(Form):
    """Ticked orders and what is done with them."""

    act = forms.ChoiceField(choices=[(act, act) for act in ACTS])
    orders = forms.ModelMultipleChoiceField(Order.objects.none(), required=False)
    everybody = forms.BooleanField(required=False)
    whom = forms.MultipleChoiceField(choices=WHOM, required=False)
    how = forms.ChoiceField(choices=[("", ""), *HOW], required=False)
    why = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["orders"].queryset = Order.objects.all()  # type: ignore[attr-defined]


class DayInput(forms.DateInput):
    """The browser's own calendar; it sends ISO dates."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PaperForm(Form):
    """What stands on the signed paper, and its scan."""

    number = forms.CharField(
        label=_("Number of the decision"),
        max_length=40,
        help_text=_("As on the paper, for example 118/QĐ-UBND."),
    )
    day = forms.DateField(label=_("Day of the decision"), widget=DayInput())
    capacity = Choice(label=_("Who signed"), choices=CAPACITIES)
    signer_name = forms.CharField(label=_("Name of the signer"), max_length=120)
    until = forms.DateField(
        label=_("Last day"),
        widget=DayInput(),
        required=False,
        help_text=_("Only when the paper names one."),
    )
    scan = forms.FileField(
        label=_("Scan of the signed paper"),
        required=False,
        help_text=_("PDF, JPEG or PNG, at most 5 MB. It can follow later."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class ExtensionForm(PaperForm):
    """A new decision with a later last day."""

    until = forms.DateField(label=_("New last day"), widget=DayInput())


class DeclineForm(Form):
    """Why a list is given back."""

    why = forms.CharField(label=_("Why it is not signed"), max_length=200)


class ScanForm(Form):
    """The scan that follows."""

    scan = forms.FileField(
        label=_("Scan of the signed paper"),
        help_text=_("PDF, JPEG or PNG, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
