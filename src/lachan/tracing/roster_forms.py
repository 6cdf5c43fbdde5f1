"""What an officer sends about a list: the file, the columns, the groups; and about a group."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import OFFSET
from lachan.places.fields import CommuneField
from lachan.tracing.forms import RULED_OUT_FOR
from lachan.tracing.models import Roster
from lachan.ui.forms import Form


class SendForm(Form):
    """A file and whose it is."""

    file = forms.FileField(
        label=_("List file"),
        help_text=_("Excel (.xlsx, .xls), .ods or .csv, at most 20 MB, as the office has it."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.txt"}),
        error_messages={"required": _("Choose the file.")},
    )
    name = forms.CharField(
        label=_("Whose list it is"),
        help_text=_("The company, school, hostel, bus or event, as it is called."),
        max_length=120,
        error_messages={"required": _("Write whose list it is.")},
    )
    kind = forms.ChoiceField(label=_("What kind of list"), choices=Roster.Kind.choices)


class LocalTime(forms.DateTimeField):
    """A day and a time as the browser's own field sends them, of the country's clocks."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M"], **options)

    def to_python(self, value: Any) -> datetime | None:
        """With the country's offset, whatever the server's clock is set to."""
        if value in self.empty_values:
            return None
        try:
            return datetime.strptime(str(value), "%Y-%m-%dT%H:%M").replace(tzinfo=OFFSET)
        except ValueError:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid") from None


class ImportForm(Form):
    """When the case was with the chosen groups, and where people without an address stay."""

    first_at = LocalTime(label=_("First time together"))
    last_at = LocalTime(
        label=_("Last time together"),
        help_text=_("Left empty where the list itself says it, or nobody could say."),
    )
    stay = CommuneField(
        label=_("Commune of people without a legible address"),
        help_text=_("Left empty: the commune of the case."),
        required=False,
    )


class GroupDecisionForm(Form):
    """One act about the chosen members of a group."""

    act = forms.ChoiceField(choices=[("confirm", ""), ("rule_out", "")])
    reason = forms.ChoiceField(choices=[("", ""), *RULED_OUT_FOR], required=False)
