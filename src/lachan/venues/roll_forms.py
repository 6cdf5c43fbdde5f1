"""What a manager sends about the roll: somebody new, a move, a file."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import today
from lachan.core.scope import Principal
from lachan.formats.cells import CellRefused, read_birth
from lachan.places.models import Place
from lachan.ui.forms import Form
from lachan.venues.roll_names import Written
from lachan.venues.roll_reading import natural, works_of
from lachan.venues.rolling import Stand

#: Kinds of places where people of a roll belong.
BELONG = ("line", "class", "stall_row", "room", "vehicle", "workshop", "ward", "floor", "hall")


def places_of(by: Principal, kinds: tuple[str, ...] = BELONG) -> list[Place]:
    """Places of one's own where somebody can belong, in the order of the tree."""
    rows = list(works_of(by).filter(kind__in=kinds))
    return sorted(rows, key=lambda row: natural(row.parent.name if row.parent else "", row.name))


def place_choices(by: Principal, kinds: tuple[str, ...] = BELONG) -> list[tuple[str, str]]:
    """The same as choices, each with what it lies in."""
    return [
        (str(row.id), f"{row.name} · {row.parent.name}" if row.parent else row.name)
        for row in places_of(by, kinds)
    ]


class FileForm(Form):
    """A list as the office has it."""

    file = forms.FileField(
        label=_("List file"),
        help_text=_("Excel (.xlsx, .xls), .ods or .csv, at most 10 MB, as the office has it."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.txt"}),
        error_messages={"required": _("Choose the file.")},
    )


class SpotForm(Form):
    """Where somebody belongs and since when."""

    place = forms.ChoiceField(label=_("Line, class, row or room"))
    detail = forms.CharField(label=_("Stall, bed or position"), max_length=40, required=False)
    shift = forms.CharField(label=_("Shift"), max_length=20, required=False)
    night = forms.BooleanField(label=_("Works by night, sleeps by day"), required=False)
    since = forms.DateField(
        label=_("Since"),
        required=False,
        help_text=_("Left empty: today."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, by: Principal, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        self.fields["place"].choices = [("", "…"), *place_choices(by)]  # type: ignore[attr-defined]

    def stand(self) -> Stand:
        """Where, as the service takes it."""
        said = self.cleaned_data
        return Stand(
            place=Place.objects.get(id=said["place"]),
            detail=said["detail"],
            shift=said["shift"],
            night=said["night"],
            since=said["since"],
        )


class WrittenFields(Form):
    """What the list says of somebody."""

    name = forms.CharField(label=_("Full name"), max_length=120)
    code = forms.CharField(
        label=_("Code"), max_length=30, required=False, help_text=_("Your own number of the person")
    )
    phone = forms.CharField(
        label=_("Phone"), required=False, widget=forms.TextInput({"inputmode": "tel"})
    )
    birth = forms.CharField(
        label=_("Birth"), required=False, help_text=_("05/03/1990, or the year")
    )

    def clean_birth(self) -> str:
        """In the one spelling."""
        try:
            return read_birth(self.cleaned_data["birth"], this_year=today().year)
        except CellRefused:
            raise forms.ValidationError(
                _("The birth date cannot be read: write 05/03/1990, or the year.")
            ) from None

    def written(self, before: Written | None = None) -> Written:
        """What is written; what this form does not ask stays as it was."""
        said = self.cleaned_data
        kept = before or Written(name="")
        return Written(
            name=said["name"],
            phone=said["phone"],
            birth=said["birth"],
            code=said["code"],
            sex=kept.sex,
            address=kept.address,
            documents=kept.documents,
        )


class MemberForm(WrittenFields, SpotForm):
    """Somebody new on the list."""

    field_order = ("name", "place", "detail", "shift", "phone", "birth", "code", "night", "since")


class BedsForm(Form):
    """How many beds a room has."""

    beds = forms.IntegerField(label=_("Beds"), min_value=1, max_value=200)


class OutForm(Form):
    """Since when somebody is no longer here."""

    on = forms.DateField(
        label=_("Last day here"),
        required=False,
        help_text=_("Left empty: today."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def first_day_gone(self) -> date:
        """The first day the person is not here any more."""
        said: date | None = self.cleaned_data["on"]
        return said or today()
