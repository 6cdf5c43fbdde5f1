"""Forms of a place: three steps of registering, settings, parts, guards, the area's acts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.places.fields import CommuneField
from lachan.places.models import Place
from lachan.places.selectors import PlaceKind, kinds_inside
from lachan.places.services import LONGEST_NAME
from lachan.ui.forms import Choice, Form
from lachan.venues.registering import MOST_PEOPLE, NewPlace
from lachan.venues.trades import Trade


def _people(label: Any, help_text: Any = "") -> forms.IntegerField:
    """A number of people; nobody has to know it."""
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


def _closing() -> forms.TimeField:
    return forms.TimeField(
        label=_("Closing hour"),
        help_text=_("Like 22:00, or 02:00 for two at night. Nobody is counted inside after it."),
        required=False,
        input_formats=["%H:%M", "%Hh%M", "%Hh", "%H"],
        error_messages={"invalid": _("Write an hour like 22:00.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "22:00"}),
    )


class WhatForm(Form):
    """Step one: what it is called and what it is."""

    name = forms.CharField(label=_("Name of the place"), max_length=LONGEST_NAME)
    trade = Choice(label=_("What kind of place"), choices=Trade.choices)
    plate = forms.CharField(
        label=_("Number plate, if it is a vehicle"), max_length=16, required=False
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("trade") == "vehicle" and not given.get("plate"):
            self.add_error("plate", _("Write the number plate of the vehicle."))
        return given


class WhereForm(Form):
    """Step two: where it is, how many it holds, when it closes."""

    commune = CommuneField(
        label=_("Commune"),
        help_text=_("Type part of the name; diacritics are not needed. Older names work too."),
    )
    address = forms.CharField(
        label=_("House number, street, hamlet"), required=False, max_length=200
    )
    capacity = _people(_("People at once"), _("The door says when it is full."))
    closes_at = _closing()


class WhoForm(Form):
    """Step three: whom the commune calls."""

    keeper = forms.CharField(label=_("Person in charge"), max_length=80, required=False)
    phone = forms.CharField(
        label=_("Phone of the person in charge"),
        help_text=_("The place is managed with this phone, and the commune calls it."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )


class ForOwnerForm(WhatForm, WhereForm, WhoForm):
    """Everything on one page: an officer types what the owner says."""

    field_order = (
        *("name", "trade", "plate", "commune", "address", "keeper", "phone"),
        *("capacity", "closes_at"),
    )


class SettingsForm(Form):
    """What the place says of itself."""

    capacity = _people(_("People at once"), _("The door says when it is full."))
    expected = _people(_("People a day"), _("How many come on an ordinary day."))
    closes_at = _closing()
    plate = forms.CharField(label=_("Number plate"), max_length=16, required=False)
    station_phone = forms.CharField(
        label=_("Phone the guard calls"),
        help_text=_("The health station's: the guard's screen calls it."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    keeper = forms.CharField(label=_("Person in charge"), max_length=80, required=False)
    phone = forms.CharField(
        label=_("Phone of the person in charge"),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )


class CodedPartsForm(Form):
    """Many parts at once."""

    kind = forms.ChoiceField(label=_("What kind of part"))
    names = forms.CharField(
        label=_("Names, a line each"),
        help_text=_("Many at once: Row A..H, or Room 101-120."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, whole: Place, **options: Any) -> None:
        super().__init__(*args, **options)
        inside = kinds_inside(whole.kind)
        # A gate first: it is what most places add.
        kinds = sorted((each for each in PlaceKind if each in inside), key=lambda k: k != "gate")
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", ""), *((kind.value, str(kind.label)) for kind in kinds)]


class GuardsForm(Form):
    """Telephones of guards, and where they stand."""

    where = forms.ChoiceField(label=_("Where they stand"))
    phones = forms.CharField(
        label=_("Phone and name, a line each"),
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "0912 345 678 Bùi Văn Tư"}),
    )

    def __init__(self, *args: Any, venues: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["where"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = venues


class SuspendForm(Form):
    """Why, and until when if that is known."""

    reason = forms.CharField(
        label=_("Reason"), help_text=_("Everybody who scans the code reads it."), max_length=300
    )
    until = forms.DateField(
        label=_("Until and including"),
        required=False,
        input_formats=["%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d"],
        error_messages={"invalid": _("Write a day like 14/07/2026.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "14/07/2026"}),
    )


class ListForm(Form):
    """A list of places as a file."""

    file = forms.FileField(
        label=_("List of places"),
        help_text=_("Excel, OpenDocument or CSV, with a row of headings."),
    )


def new_place(*forms_filled: Form) -> NewPlace:
    """What the steps say together."""
    given: dict[str, Any] = {}
    for form in forms_filled:
        given |= form.cleaned_data
    return NewPlace(**{name: value for name, value in given.items() if value not in ("", None)})
