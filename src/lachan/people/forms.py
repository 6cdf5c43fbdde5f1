"""Forms of sign-in and of the register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.formats.ethnicities import ETHNICITIES
from lachan.people.models import Person, Representation
from lachan.people.services import Stay
from lachan.places.selectors import search_units, today_of
from lachan.ui.forms import Choice, Form, Radios

_SEXES = [(sex.value, sex.label) for sex in (Person.Sex.FEMALE, Person.Sex.MALE, Person.Sex.OTHER)]


class PhoneForm(Form):
    """Which phone gets the one-time code."""

    phone = forms.CharField(
        label=_("Your phone number"),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )


class CodeForm(Form):
    """The code that came."""

    phone = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("The six digits we sent"),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class SlipForm(Form):
    """The code of a printed slip."""

    code = forms.CharField(
        label=_("The code on your slip"),
        help_text=_("Ten letters and digits. Capitals and hyphens do not matter."),
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off"}),
    )


class PersonForm(Form):
    """Who somebody is and where they stay; nothing is chosen beforehand."""

    full_name = forms.CharField(
        label=_("Full name"), help_text=_("As on the document, with diacritics."), max_length=120
    )
    birth = forms.CharField(
        label=_("Birth date"),
        help_text=_("Day, month and year, such as 05/03/1990. Only the year if no more is known."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "bday"}),
    )
    sex = Choice(label=_("Sex"), choices=_SEXES)
    cccd = forms.CharField(
        label=_("Identity card number"),
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        help_text=_("Several people may share one."),
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )
    where = forms.CharField(
        label=_("Commune or ward of the present stay"),
        help_text=_("Names of before July 2025 and names without diacritics are understood."),
    )
    address = forms.CharField(label=_("House, lane, hamlet"), required=False, max_length=200)
    ethnicity = forms.TypedChoiceField(
        label=_("Ethnicity"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Not asked")), *((str(code), name) for code, name in ETHNICITIES.items())],
    )
    occupation = forms.CharField(label=_("Occupation"), required=False, max_length=80)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._offer_communes()

    def _offer_communes(self) -> None:
        """More than one commune answers to what was typed: let the person choose among them."""
        typed = str(self.data.get("where", "")).strip()
        hits = search_units(typed) if typed else []
        self._only = hits[0].id if len(hits) == 1 else None
        if len(hits) < 2:
            return
        choices = [(str(hit.id), hit.label) for hit in hits]
        unit = forms.ChoiceField(label=_("Which of these?"), choices=choices, widget=Radios)
        unit.error_messages["required"] = _("Choose the commune or ward.")
        order = list(self.fields)
        self.fields["unit"] = unit
        order.insert(order.index("where") + 1, "unit")
        self.order_fields(order)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        unit = self._only or (int(data["unit"]) if data.get("unit") else None)
        if unit is None:
            if data.get("where") and "unit" not in self.fields:
                self.add_error("where", _("No commune has this name. Write it again."))
            return data
        today = today_of(unit)
        data["stay"] = Stay(
            commune=today.commune or unit,
            province=today.province,
            address=data.get("address", ""),
            unit=unit,
        )
        return data

    def person(self) -> dict[str, Any]:
        """What `register_person` wants, of a valid form."""
        data = self.cleaned_data
        return {
            "full_name": data["full_name"],
            "birth": data["birth"],
            "sex": data["sex"],
            "phones": [data["phone"]] if data["phone"] else [],
            "documents": {"cccd": data["cccd"]} if data["cccd"] else {},
            "stay": data["stay"],
            "ethnicity": data["ethnicity"],
            "occupation": data["occupation"],
        }


class OtherForm(PersonForm):
    """Somebody a citizen declares for."""

    ground = Choice(
        label=_("Why do you declare for this person?"), choices=Representation.Ground.choices
    )
    said_to = forms.CharField(
        label=_("How did the person agree?"),
        help_text=_("For a small child: who you are to the child."),
        max_length=120,
    )

    def represented(self) -> dict[str, Any]:
        """What `register_represented` wants, of a valid form."""
        data = self.cleaned_data
        return self.person() | {"ground": data["ground"], "said_to": data["said_to"]}
