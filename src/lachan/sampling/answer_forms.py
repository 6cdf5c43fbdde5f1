"""What a slip's page sends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.credentials.secrets import SLIP_SYMBOLS, plain_slip_code
from lachan.ui.forms import Form


class CodeForm(Form):
    """The ten signs of a slip, as somebody types them."""

    code = forms.CharField(
        label=_("Code on the slip"),
        help_text=_("Ten letters and digits under the QR code, such as 7K3PV-Q2M8D."),
        max_length=24,
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "slip-code",
            }
        ),
    )

    def clean_code(self) -> str:
        """Without spaces and hyphens; a code of another length is no try."""
        code = plain_slip_code(self.cleaned_data["code"])
        if len(code) != SLIP_SYMBOLS:
            raise forms.ValidationError(_("A slip's code has ten signs. Read it again."))
        return code
