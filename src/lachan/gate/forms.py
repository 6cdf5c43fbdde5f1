"""Entering a person at a gate: as little as the next commune needs to find him."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.formats.dates import read_date
from lachan.gate.models import Revocation
from lachan.people.services import Stay
from lachan.places.selectors import (
    UnitHit,
    commune_in,
    search_units,
    today_of,
    unit_label,
    unit_name,
)
from lachan.ui.forms import Choice, Form, Radios


class GuestForm(Form):
    """Somebody without a code: name and birth from the paper he shows, and where he stays.

    What a scanned card says comes with `initial`: it is shown, and travels hidden, never in an
    address.  Its address is where the person is registered: offered, not taken.
    """

    full_name = forms.CharField(label=_("Name, as on the paper shown"), max_length=120)
    birth = forms.CharField(
        label=_("Born on, or only the year"),
        max_length=10,
        help_text=_("1958 or 05/03/1958"),
    )
    where = forms.CharField(
        label=_("Commune where the person stays now"),
        help_text=_("Type part of the name; diacritics are not needed."),
        error_messages={"required": _("Type the commune or ward, or choose the card's.")},
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
    sex = forms.CharField(required=False, max_length=6, widget=forms.HiddenInput)
    home = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, *args: Any, near: int, **options: Any) -> None:
        super().__init__(*args, **options)
        typed = str(self.data.get("where", "")).strip()
        self.hits = search_units(typed) if typed else []
        home = str(self.data.get("home") or self.initial.get("home", ""))
        offered = offered_communes(home, near)
        choices = {hit.id: hit.label for hit in (*self.hits, *offered)}
        if len(self.hits) > 1 or offered:
            unit = forms.ChoiceField(
                label=_("Which of these?") if self.hits else _("The card says"),
                choices=[(str(one), label) for one, label in choices.items()],
                required=False,
                widget=Radios,
            )
            self.fields["unit"] = unit
            self.order_fields(["full_name", "birth", "where", "unit"])
            # Whoever chose one need not write it.
            self.fields["where"].required = not self.data.get("unit")
        for name in ("full_name", "birth", "where", "address", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_birth(self) -> str:
        """In our own spelling, as precise as it was told."""
        found = read_date(self.cleaned_data["birth"])
        if not found:
            raise forms.ValidationError(_("Write the year, or day/month/year."))
        return found

    def clean(self) -> dict[str, Any]:
        """With `stay` in it, when one commune is meant."""
        data = super().clean() or {}
        chosen = data.get("unit") or (self.hits[0].id if len(self.hits) == 1 else None)
        if chosen is None:
            self._ask_where(data)
            return data
        today = today_of(int(chosen))
        if today.commune is None or today.province is None:
            self.add_error("where", _("This commune was divided: write the one it is today."))
            return data
        data["stay"] = Stay(today.commune, today.province, data.get("address", ""), int(chosen))
        return data

    def _ask_where(self, data: dict[str, Any]) -> None:
        if self.hits:
            self.add_error("unit", _("Choose the commune or ward."))
        elif data.get("where"):
            self.add_error("where", _("No commune has this name. Write it again."))


class LostForm(Form):
    """Why codes that were issued before must not open any more."""

    why = Choice(label=_("What happened?"), choices=Revocation.Why.choices)


def offered_communes(address: str, near: int) -> list[UnitHit]:
    """The commune of today that an address on a card lies in; none where it is not certain."""
    found = commune_in(address, near=near) if address else None
    return [UnitHit(found[0], unit_name(found[0]), unit_label(found[0]))] if found else []
