"""What a unit, a courier's hand-over and a reception send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.sampling.custody import Courier, Reckoning
from lachan.sampling.models import Reception
from lachan.ui.forms import Choice, Form

#: Why a tube is rejected, in words.
REASONS = [
    (Reception.Reason.LEAKING, _("It leaks")),
    (Reception.Reason.BROKEN, _("It is broken")),
    (Reception.Reason.UNREADABLE, _("The label cannot be read")),
    (Reception.Reason.TOO_WARM, _("It travelled too warm")),
    (Reception.Reason.TOO_LATE, _("It came too late")),
    (Reception.Reason.TOO_LITTLE, _("There is too little in it")),
    (Reception.Reason.WRONG_TUBE, _("It is the wrong kind of tube")),
    (Reception.Reason.OTHER, _("Another reason")),
]


class Degrees(forms.DecimalField):
    """Degrees Celsius as a hand writes them: 4,5 or 4.5."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "size": 6}))
        super().__init__(max_digits=4, decimal_places=1, **options)

    def to_python(self, value: Any) -> Any:
        """Read a decimal comma."""
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


def _count(label: Any, **options: Any) -> forms.IntegerField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 6})
    return forms.IntegerField(label=label, min_value=0, max_value=5000, widget=widget, **options)


def _code(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=40, widget=forms.TextInput(_PLAIN))


_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class BoxForm(Form):
    """A box that is to be packed."""

    barcode = _code(_("Code of the box"))
    laboratory = forms.ChoiceField(label=_("Laboratory"))
    phone = forms.CharField(
        label=_("Telephone of who packs it"), max_length=20, required=False, empty_value=""
    )

    def __init__(self, *args: Any, laboratories: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["laboratory"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *laboratories]


class ReckonForm(Form):
    """What one side counts and reads."""

    count = _count(_("Tubes counted by hand"))
    temperature = Degrees(label=_("Temperature in the box, °C"))

    def reckoning(self) -> Reckoning:
        """Count and temperature, once the form is valid."""
        return Reckoning(self.cleaned_data["count"], self.cleaned_data["temperature"])


class HandForm(ReckonForm):
    """The unit gives the box away: to a courier who signs on paper, or to the laboratory."""

    to = Choice(
        label=_("Who takes the box?"),
        choices=[
            ("courier", _("A courier, who signs the paper")),
            ("laboratory", _("We bring it: the laboratory signs")),
        ],
    )
    name = forms.CharField(label=_("Name of the courier"), max_length=120, required=False)
    phone = forms.CharField(label=_("Telephone of the courier"), max_length=20, required=False)
    taken_count = _count(_("Tubes the courier counts"), required=False)
    taken_temperature = Degrees(label=_("Temperature the courier reads, °C"), required=False)

    def clean(self) -> dict[str, Any]:
        """A courier has a name, a telephone, a count and a reading of his own."""
        given = super().clean() or self.cleaned_data
        if given.get("to") != "courier":
            return given
        for name in ("name", "phone", "taken_count", "taken_temperature"):
            if given.get(name) in (None, "") and name not in self.errors:
                label = self.fields[name].label
                self.add_error(name, _("Fill in: %(label)s.") % {"label": label})
        return given

    def courier(self) -> Courier:
        """Who carries the box."""
        return Courier(self.cleaned_data["name"], self.cleaned_data["phone"])

    def taken(self) -> Reckoning:
        """What the courier counts and reads."""
        given = self.cleaned_data
        return Reckoning(given["taken_count"], given["taken_temperature"])


class CourierForm(ReckonForm):
    """The box goes from one courier to the next."""

    name = forms.CharField(label=_("Name of the next courier"), max_length=120)
    phone = forms.CharField(label=_("Telephone of the next courier"), max_length=20)

    def courier(self) -> Courier:
        """Who carries the box from here."""
        return Courier(self.cleaned_data["name"], self.cleaned_data["phone"])


class ArriveForm(ReckonForm):
    """The laboratory takes a box; who brought it is asked only where nobody wrote that down."""

    name = forms.CharField(label=_("Who brought it?"), max_length=120)
    phone = forms.CharField(label=_("Telephone"), max_length=20, required=False)

    def __init__(self, *args: Any, known: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if known:
            del self.fields["name"], self.fields["phone"]

    def courier(self) -> Courier | None:
        """Who brought the box, where that was asked."""
        given = self.cleaned_data
        return Courier(given["name"], given["phone"]) if "name" in given else None


class RejectForm(Form):
    """A tube is refused, and why."""

    code = _code(_("Code of the tube"))
    reason = Choice(label=_("Why is it rejected?"), choices=REASONS)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class LossForm(Form):
    """A tube nobody has."""

    code = _code(_("Code of the tube"))
    note = forms.CharField(
        label=_("Where was it looked for?"), max_length=200, required=False, empty_value=""
    )


class LogForm(Form):
    """The file of a data logger."""

    file = forms.FileField(
        label=_("File of the data logger"),
        help_text=_("CSV or Excel: a column of times, then a column of degrees."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls,.ods"}),
    )
