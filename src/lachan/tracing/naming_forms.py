"""What an officer types of a contact: one line is enough, everything else may follow."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import OFFSET, now
from lachan.formats.phones import PhoneRefused, read_phone
from lachan.places.selectors import search_units, today_of, unit_label
from lachan.tracing.adding import Told
from lachan.tracing.answering import CalledPlace
from lachan.tracing.models import Contact, Source
from lachan.tracing.naming_selectors import TOLD
from lachan.tracing.public_forms import (
    NEAR_OF_OTHER,
    called_words,
    day_of_text,
    hour_of_text,
    phone_of,
    year_of_text,
)
from lachan.ui.forms import Form, Radios

IDENTITIES = [
    (Contact.Identity.KNOWN.value, _("Name known")),
    (Contact.Identity.NICKNAME.value, _("Nickname only")),
    (Contact.Identity.UNKNOWN.value, _("Not identified yet")),
]

#: Where they met, besides the case's places.
AT_HOME, ELSEWHERE = "home", "elsewhere"

#: A phone somewhere in a line, with the usual marks between its digits: a landline has one more.
_PHONE_IN_LINE = re.compile(
    r"(?<!\d)(?:\+?84[ .\-]?|0)(?:2(?:[ .\-]?\d){9}|\d(?:[ .\-]?\d){8})(?!\d)"
)
_YEAR_IN_LINE = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")

#: What the next line of an officer most likely has in common with the last.
REMEMBERED = ("via", "where", "where_text", "day", "declared")

_OFF = {"autocomplete": "off"}


def parts_of_line(line: str) -> tuple[str, str, str]:
    """Name, phone and birth year of "Vũ Văn Hùng 1990 0900 000 123", in whatever order."""
    phone = ""
    for found in _PHONE_IN_LINE.finditer(line):
        try:
            phone = read_phone(found[0]).number
        except PhoneRefused:
            continue
        line = line.replace(found[0], " ", 1)
        break
    year = _YEAR_IN_LINE.search(line)
    if year:
        line = line.replace(year[0], " ", 1)
    return " ".join(line.split()).strip(" ,;-"), phone, year[0] if year else ""


class PersonTold(Form):
    """What every form about somebody told has: a phone, and a commune searched without marks."""

    phone = forms.CharField(
        label=_("Phone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(_OFF | {"inputmode": "tel"}),
    )
    commune_text = forms.CharField(required=False, max_length=120)
    commune = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_phone(self) -> str:
        return phone_of(self.cleaned_data["phone"])

    def _unit(self, data: dict[str, Any]) -> int | None:
        """The commune that was chosen, or the only one that was meant."""
        chosen, text = data.get("commune", ""), data.get("commune_text", "").strip()
        if chosen.isdecimal() and text:
            return int(chosen)
        hits = search_units(text) if text else []
        if len(hits) == 1:
            return hits[0].id
        if text:
            self.add_error(
                "commune_text",
                gettext("Choose the commune from the list below.")
                if hits
                else gettext("No commune is called so. Type another part of its name."),
            )
        return None

    def chosen_unit(self) -> tuple[str, str]:
        """Number and label of the commune in the box, as it is shown again."""
        chosen = str(self.data.get("commune", "")) if self.is_bound else ""
        if chosen.isdecimal():
            return chosen, unit_label(int(chosen))
        return "", ""


class TellForm(PersonTold):
    """Somebody whom the case, or one of its contacts, met."""

    name = forms.CharField(
        label=_("Name, nickname or description"),
        help_text=_("A phone and a birth year in the same line are understood."),
        max_length=200,
        required=False,
        widget=forms.TextInput(_OFF | {"autofocus": True, "enterkeyhint": "send"}),
    )
    identity = forms.ChoiceField(
        label=_("How well known"), choices=IDENTITIES, widget=Radios, required=False
    )
    via = forms.ChoiceField(label=_("Whom this person met"), required=False)
    where = forms.ChoiceField(label=_("Where they met"), required=False)
    where_text = forms.CharField(
        label=_("Another place, as it was told"), max_length=160, required=False
    )
    day = forms.CharField(
        label=_("Last day they met"),
        required=False,
        widget=forms.TextInput(_OFF | {"type": "date"}),
    )
    birth = forms.CharField(
        label=_("Birth year"),
        required=False,
        widget=forms.TextInput(_OFF | {"inputmode": "numeric"}),
    )
    address = forms.CharField(label=_("House, lane, hamlet"), max_length=200, required=False)
    relation = forms.CharField(
        label=_("Relation"),
        help_text=_("Such as: works on the same line, sits at the next table."),
        max_length=120,
        required=False,
    )
    note = forms.CharField(
        label=_("What helps to find this person"), max_length=400, required=False
    )
    declared = forms.BooleanField(label=_("From this contact's own sheet"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        met: Sequence[tuple[str, str]] = (),
        places: Sequence[tuple[str, str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        via, where = self.fields["via"], self.fields["where"]
        assert isinstance(via, forms.ChoiceField)
        assert isinstance(where, forms.ChoiceField)
        self.place_names = dict(places)
        via.choices = [("", gettext("The case")), *met]
        where.choices = [
            ("", gettext("Not known")),
            (AT_HOME, gettext("At home: same household")),
            *places,
            (ELSEWHERE, gettext("Elsewhere")),
        ]

    def clean_birth(self) -> str:
        return year_of_text(self.cleaned_data["birth"])

    def clean_day(self) -> date | None:
        return day_of_text(self.cleaned_data["day"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        name, phone, year = parts_of_line(data.get("name", ""))
        data["name"] = name
        data["phone"] = data.get("phone") or phone
        data["birth"] = data.get("birth") or year
        if not any(data.get(key) for key in ("name", "phone", "note")):
            self.add_error(
                "name", gettext("Write a name, a phone, or what helps to find this person.")
            )
        data["unit"] = self._unit(data)
        return data

    def told(self) -> Told:
        """What was told, of a valid form."""
        data = self.cleaned_data
        where = data["where"]
        first, last = whole_day(data["day"])
        elsewhere = data["where_text"].strip() if where in {ELSEWHERE, ""} else ""
        if where.startswith(TOLD):
            elsewhere = self.place_names[where]
        parts = (data["relation"].strip(), elsewhere, data["note"].strip())
        source = Source.HOUSEHOLD if where == AT_HOME else Source.INTERVIEW
        return Told(
            source=Source.DECLARED if data["declared"] and data["via"] else source,
            name=data["name"],
            identity=data["identity"] or Contact.Identity.KNOWN,
            phone=data["phone"],
            birth=data["birth"],
            commune=today_of(data["unit"]).commune if data["unit"] else None,
            address=data["address"].strip(),
            via=UUID(data["via"]) if data["via"] else None,
            place=UUID(where) if _is_registered(where) else None,
            first_at=first,
            last_at=last,
            note=" · ".join(part for part in parts if part),
        )

    def remembered(self) -> dict[str, str]:
        """What the next line most likely has in common with this one."""
        return {name: str(self.data.get(name, "")) for name in REMEMBERED if self.data.get(name)}


def _is_registered(where: str) -> bool:
    return where not in {"", AT_HOME, ELSEWHERE} and not where.startswith(TOLD)


def whole_day(day: date | None) -> tuple[datetime | None, datetime | None]:
    """A day without hours: all of it, as far as it has passed."""
    if day is None:
        return None, None
    last = datetime.combine(day, time(23, 59), OFFSET)
    return datetime.combine(day, time(), OFFSET), min(last, now())


class TakeForm(PersonTold):
    """An answer to a public call that comes by phone: short enough for three minutes."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Full name"),
        help_text=_("A phone and a birth year in the same line are understood."),
        max_length=200,
        widget=forms.TextInput(_OFF | {"autofocus": True}),
    )
    reach = forms.CharField(
        label=_("Without a phone: through whom?"),
        help_text=_("The house, a neighbour, the head of the hamlet."),
        max_length=200,
        required=False,
    )
    place = forms.ChoiceField(label=_("Where was this person?"), widget=Radios)
    start = forms.CharField(
        label=_("From about"), required=False, widget=forms.TextInput(_OFF | {"type": "time"})
    )
    end = forms.CharField(
        label=_("Until about"), required=False, widget=forms.TextInput(_OFF | {"type": "time"})
    )
    near = forms.ChoiceField(
        label=_("How near to other people there?"), choices=NEAR_OF_OTHER, widget=Radios
    )

    def __init__(self, *args: Any, places: Sequence[CalledPlace], **options: Any) -> None:
        super().__init__(*args, **options)
        self.places = {str(place.id): place for place in places}
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, called_words(place)) for key, place in self.places.items()]
        if len(self.places) == 1:
            # One place is a fact of the notice and no answer that could have been another.
            del self.fields["place"]

    def clean_start(self) -> time | None:
        return hour_of_text(self.cleaned_data["start"])

    def clean_end(self) -> time | None:
        return hour_of_text(self.cleaned_data["end"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        name, phone, data["birth"] = parts_of_line(data.get("name", ""))
        data["name"] = name
        data["phone"] = data.get("phone") or phone
        if not name and "name" not in self.errors:
            self.add_error("name", gettext("Write the name."))
        if not data["phone"] and not data.get("reach"):
            self.add_error(
                "phone", gettext("Write the phone, or through whom to reach this person.")
            )
        data["unit"] = self._unit(data)
        return data

    def called(self) -> CalledPlace:
        """The place meant, of a valid form."""
        if len(self.places) == 1:
            return next(iter(self.places.values()))
        return self.places[self.cleaned_data["place"]]

    def told(self) -> Told:
        """What was told, of a valid form; hours nobody gave are the notice's own."""
        data, place = self.cleaned_data, self.called()
        day = place.from_at.astimezone(OFFSET).date()
        first = datetime.combine(day, data["start"], OFFSET) if data["start"] else place.from_at
        last = datetime.combine(day, data["end"], OFFSET) if data["end"] else place.to_at
        return Told(
            source=Source.PUBLIC_CALL,
            name=data["name"],
            phone=data["phone"],
            birth=data["birth"],
            commune=today_of(data["unit"]).commune if data["unit"] else None,
            place=place.place_id,
            first_at=first,
            last_at=max(first, last),
            note=data["reach"].strip(),
        )
