"""A decision about the mode of a commune: which, from when, by which document."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import OFFSET, now
from lachan.core.scope import Principal
from lachan.places.selectors import communes_of
from lachan.tracing.lockdown import Mode
from lachan.ui.forms import Form, Radios


class ModeForm(Form):
    """The chairman decides for the own commune; the director names one of the province."""

    commune_of = forms.ChoiceField(label=_("Commune"))
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices, widget=Radios)
    begins = forms.DateTimeField(
        label=_("From when"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    document = forms.CharField(label=_("Number and date of the decision"), max_length=120)
    signer = forms.CharField(label=_("Signed by, with the office"), max_length=120)

    def __init__(self, *args: Any, by: Principal, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        if by.commune is not None:
            del self.fields["commune_of"]
        elif by.province is not None:
            chooser = self.fields["commune_of"]
            assert isinstance(chooser, forms.ChoiceField)
            chooser.choices = [
                ("", "–"),
                *((str(hit.id), hit.name) for hit in communes_of(by.province)),
            ]
        self.fields["begins"].initial = now().astimezone(OFFSET).strftime("%Y-%m-%dT%H:%M")

    @property
    def commune(self) -> int:
        """The commune it is decided for."""
        if self.by.commune is not None:
            return self.by.commune
        return int(self.cleaned_data["commune_of"])

    @property
    def since(self) -> datetime:
        """The first minute, at the installation's offset."""
        begins: datetime = self.cleaned_data["begins"]
        return begins.replace(tzinfo=OFFSET)
