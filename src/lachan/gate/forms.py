"""Entering a person at a gate: as little as the next commune needs to find him."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.people.services import Stay
from lachan.places.selectors import search_units, today_of
from lachan.ui.forms import Form, Radios


class GuestForm(Form):
    """Somebody without a code: name and year from the paper he shows, and where he stays."""

    full_name = forms.CharField(label=_("Name, as on the paper shown"), max_length=120)
    birth_year = forms.IntegerField(label=_("Year of birth"), min_value=1900, max_value=2100)
    where = forms.CharField(
        label=_("Commune where the person stays now"),
        help_text=_("Type part of the name; diacritics are not needed."),
    )
    address = forms.CharField(
        label=_("House number, street or hamlet"), required=False, max_length=200
    )
    phone = forms.CharField(
        label=_("Phone on which somebody reaches this person"),
        required=False,
        max_length=20,
        help_text=_("May be shared with others. Leave empty when there is none."),
    )
    document = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    kind = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        typed = str(self.data.get("where", "")).strip()
        self._hits = search_units(typed) if typed else []
        if len(self._hits) > 1:
            choices = [(str(hit.id), hit.label) for hit in self._hits]
            unit = forms.ChoiceField(label=_("Which of these?"), choices=choices, widget=Radios)
            unit.error_messages["required"] = _("Choose the commune or ward.")
            self.fields["unit"] = unit
            self.order_fields(["full_name", "birth_year", "where", "unit"])

    def clean(self) -> dict[str, Any]:
        """With `stay` in it, when one commune is meant."""
        data = super().clean() or {}
        chosen = data.get("unit") or (self._hits[0].id if len(self._hits) == 1 else None)
        if chosen is None:
            if data.get("where") and not self._hits:
                self.add_error("where", _("No commune has this name. Write it again."))
            return data
        today = today_of(int(chosen))
        if today.commune is None or today.province is None:
            self.add_error("where", _("This commune was divided: write the one it is today."))
            return data
        data["stay"] = Stay(today.commune, today.province, data.get("address", ""), int(chosen))
        return data
