"""What the public types: whom somebody met, and an answer to a call.  Short, and kind to paper."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import OFFSET, today
from lachan.formats.dates import read_date
from lachan.formats.phones import PhoneRefused, read_phone
from lachan.tracing.answering import CalledPlace, Submission
from lachan.tracing.receiving import Called, Row
from lachan.ui.forms import Choice, Form
from lachan.ui.wording import clock, full_date

#: The same in the words of whoever speaks of somebody else.
NEAR_OF_OTHER = [
    (Submission.Near.CLOSE.value, _("Within two metres, or at one table or counter")),
    (Submission.Near.SAME_ROOM.value, _("In the same room, not close")),
    (Submission.Near.PASSED.value, _("Only passed by")),
    (Submission.Near.UNKNOWN.value, _("How near is not known")),
]

NEAR = [
    (Submission.Near.CLOSE.value, _("Within two metres, or at one table or counter")),
    (Submission.Near.SAME_ROOM.value, _("In the same room, not close")),
    (Submission.Near.PASSED.value, _("I only passed by")),
    (Submission.Near.UNKNOWN.value, _("I do not know")),
]

_TEL = forms.TextInput({"inputmode": "tel", "autocomplete": "off"})
_DAY = forms.TextInput({"type": "date", "autocomplete": "off"})
_HOUR = forms.TextInput({"type": "time", "autocomplete": "off"})


def phone_of(text: str) -> str:
    """The one spelling of a phone, "" for none; a form error when it is not one."""
    if not text.strip():
        return ""
    try:
        return read_phone(text).number
    except PhoneRefused:
        raise forms.ValidationError(
            gettext("This is not a phone number. Write ten digits, or leave it empty.")
        ) from None


def day_of_text(text: str) -> date | None:
    """A day as a browser or a hand writes it; a form error when it is none or lies ahead."""
    if not text.strip():
        return None
    found = read_date(text)
    if len(found) != 10:
        raise forms.ValidationError(gettext("Write the day as 05/03/2026."))
    day = date.fromisoformat(found)
    if day > today():
        raise forms.ValidationError(gettext("This day is not here yet."))
    return day


def year_of_text(text: str) -> str:
    """A birth date as far as known; a form error when it is none."""
    if not text.strip():
        return ""
    found = read_date(text)
    if not found or found > today().isoformat():
        raise forms.ValidationError(gettext("Write the birth year, such as 1990."))
    return found


class MetForm(Form):
    """One person somebody met.  An empty one is no row; a name or a description is enough."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name, or what you call this person"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False, widget=_TEL)
    day = forms.CharField(label=_("Last day you met"), required=False, widget=_DAY)
    where = forms.CharField(
        label=_("Where you met"),
        help_text=_("At home, at work, in a shop, in a vehicle."),
        max_length=160,
        required=False,
    )
    commune = forms.CharField(
        label=_("Commune or ward where this person stays"), max_length=120, required=False
    )
    note = forms.CharField(
        label=_("What else helps to find this person"),
        help_text=_("Who this is to you, the house, the workplace, how old."),
        max_length=400,
        required=False,
    )

    def clean_phone(self) -> str:
        return phone_of(self.cleaned_data["phone"])

    def clean_day(self) -> date | None:
        return day_of_text(self.cleaned_data["day"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        told = any(data.get(name) for name in ("phone", "day", "where", "commune", "note"))
        if told and not data.get("name") and not data.get("phone") and not data.get("note"):
            self.add_error(
                "name", gettext("Write a name, a phone, or what helps to find this person.")
            )
        return data

    @property
    def told(self) -> bool:
        """Whether something stands in it."""
        names = ("name", "phone", "day", "where", "commune", "note")
        return any(self.cleaned_data.get(name) for name in names)

    def row(self) -> Row:
        """What is handed in, of a valid form."""
        data = self.cleaned_data
        fields = {
            "name": " ".join(data["name"].split()),
            "phone": data["phone"],
            "day": data["day"].isoformat() if data["day"] else "",
            "where": data["where"].strip(),
            "commune": data["commune"].strip(),
            "note": data["note"].strip(),
        }
        return Row(id=data["key"], fields=fields)


class AnswerForm(Form):
    """An answer to a public call: who, how to reach, where and when, how near."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    full_name = forms.CharField(label=_("Your full name"), max_length=120)
    birth = forms.CharField(
        label=_("Birth year"),
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False, widget=_TEL)
    no_phone = forms.BooleanField(label=_("I have no phone"), required=False)
    reach = forms.CharField(
        label=_("Through whom can we reach you?"),
        help_text=_("Only without a phone: the house, a neighbour, the head of the hamlet."),
        max_length=200,
        required=False,
    )
    commune = forms.CharField(label=_("Commune or ward where you stay now"), max_length=120)
    place = Choice(label=_("Where were you?"), choices=[])
    day = forms.CharField(label=_("Which day?"), required=False, widget=_DAY)
    start = forms.CharField(label=_("From about"), required=False, widget=_HOUR)
    end = forms.CharField(label=_("Until about"), required=False, widget=_HOUR)
    near = Choice(label=_("How near were you to other people there?"), choices=NEAR)

    def __init__(self, *args: Any, places: tuple[Called, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.places = places
        if len(places) == 1:
            del self.fields["place"]
        else:
            field = self.fields["place"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(str(place.id), place_words(place)) for place in places]
        if all(_of_one_day(place) for place in places):
            del self.fields["day"]

    def clean_birth(self) -> str:
        return year_of_text(self.cleaned_data["birth"])

    def clean_phone(self) -> str:
        return phone_of(self.cleaned_data["phone"])

    def clean_day(self) -> date | None:
        return day_of_text(self.cleaned_data["day"])

    def clean_start(self) -> time | None:
        return hour_of_text(self.cleaned_data["start"])

    def clean_end(self) -> time | None:
        return hour_of_text(self.cleaned_data["end"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("phone") == "" and not data.get("no_phone"):
            self.add_error("phone", gettext("Write the phone, or tick that you have none."))
        if data.get("no_phone") and not data.get("phone") and not data.get("reach"):
            self.add_error("reach", gettext("Write through whom we can reach you."))
        return data

    def called(self) -> Called:
        """The place meant, of a valid form."""
        if len(self.places) == 1:
            return self.places[0]
        wanted = UUID(self.cleaned_data["place"])
        return next(place for place in self.places if place.id == wanted)

    def row(self) -> Row:
        """What is handed in, of a valid form."""
        data = self.cleaned_data
        place = self.called()
        first, last = self.times()
        fields = {
            "name": " ".join(data["full_name"].split()),
            "birth": data["birth"],
            "phone": data["phone"],
            "commune": data["commune"].strip(),
            "note": data["reach"].strip(),
            "first": first.isoformat(),
            "last": last.isoformat(),
        }
        return Row(id=data["key"], fields=fields, place=place.id, near=data["near"])

    def times(self) -> tuple[datetime, datetime]:
        """When the person was there; hours nobody wrote are the notice's own."""
        place, data = self.called(), self.cleaned_data
        day = data.get("day") or place.start.astimezone(OFFSET).date()
        first, last = place.start, place.end
        if data["start"]:
            first = datetime.combine(day, data["start"], OFFSET)
        if data["end"]:
            last = datetime.combine(day, data["end"], OFFSET)
        return (first, last) if first <= last else (first, first)


def _of_one_day(place: Called) -> bool:
    return place.start.astimezone(OFFSET).date() == place.end.astimezone(OFFSET).date()


def place_words(place: Called) -> str:
    """A called place with its day and hours."""
    return f"{place.name}: {hours_words(place.start, place.end)}"


def called_words(place: CalledPlace) -> str:
    """The same, of the office's own row."""
    return f"{place.name}: {called_hours(place)}"


def called_hours(place: CalledPlace) -> str:
    """Day and hours of a called place."""
    return hours_words(place.from_at, place.to_at)


def hours_words(since: datetime, until: datetime) -> str:
    """A day with hours; two days where midnight lies between."""
    start, end = since.astimezone(OFFSET), until.astimezone(OFFSET)
    if start.date() == end.date():
        return gettext("%(day)s, from %(start)s to %(end)s") % {
            "day": full_date(start),
            "start": clock(start),
            "end": clock(end),
        }
    return gettext("from %(start)s on %(first)s to %(end)s on %(last)s") % {
        "start": clock(start),
        "first": full_date(start),
        "end": clock(end),
        "last": full_date(end),
    }


def hour_of_text(text: str) -> time | None:
    """An hour as a browser or a hand writes it; a form error when it is none."""
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip().replace("h", ":").rstrip(":").zfill(5))
    except ValueError:
        raise forms.ValidationError(gettext("Write the hour as 14:30.")) from None
