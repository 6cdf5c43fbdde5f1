"""Forms of a zone: what is entered after a paper was signed outside, and acts inside."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import OFFSET
from lachan.tracing.models import ZonePass
from lachan.tracing.zone_papers import PaperScan
from lachan.tracing.zone_plan import Key
from lachan.tracing.zones import Signed
from lachan.ui.forms import Choice, Form

#: What a browser's own picker reads and writes.
MOMENT, DAY = "%Y-%m-%dT%H:%M", "%Y-%m-%d"


def moment(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    """A minute, by the browser's picker."""
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )


def day(label: Any) -> forms.DateField:
    """A day, by the browser's picker."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format=DAY))


class SignedForm(Form):
    """Number, day, signer and scan of a paper that was signed outside."""

    number = forms.CharField(label=_("Number of the paper"), max_length=40)
    signed_on = day(_("Signed on"))
    signer = forms.CharField(label=_("Who signed"), max_length=120)
    scan = forms.FileField(
        label=_("Scan of the signed paper"),
        help_text=_("PDF, JPEG or PNG, 5 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def signed(self) -> Signed:
        """The paper as the services want it."""
        data, file = self.cleaned_data, self.cleaned_data["scan"]
        return Signed(
            number=data["number"],
            on=data["signed_on"],
            signer=data["signer"],
            scan=PaperScan(file.name or "", file.read()),
        )


class DecideForm(SignedForm):
    """The signed decision: from when until when."""

    starts_at = moment(_("In force from"))
    ends_at = moment(_("Planned end"), required=False)

    field_order = ["number", "signed_on", "signer", "starts_at", "ends_at", "scan"]


class AtForm(SignedForm):
    """A paper that changes something from a minute on."""

    at = moment(_("From when"))

    field_order = ["number", "signed_on", "signer", "at", "scan"]


class AdjustForm(AtForm):
    """What is added and taken out; the choices are the commune's own lanes and houses."""

    add = forms.MultipleChoiceField(
        label=_("Add to the zone"),
        required=False,
        help_text=_(
            "Several: hold Ctrl. What is added needs its own report and the hours after it."
        ),
    )
    take = forms.MultipleChoiceField(label=_("Take out of the zone"), required=False)

    field_order = ["add", "take", "number", "signed_on", "signer", "at", "scan"]

    def __init__(
        self,
        *args: Any,
        outside: list[tuple[str, Any]] | None = None,
        inside: list[tuple[str, Any]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        for name, choices in (("add", outside), ("take", inside)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = choices or []
            field.widget.attrs["size"] = 8

    def keys(self, name: str) -> list[Key]:
        """The chosen parts."""
        return [key_of(text) for text in self.cleaned_data[name]]


def key_of(text: str) -> Key:
    """A part as a form names it: `house:<id>`."""
    kind, _colon, number = text.partition(":")
    return Key(kind, UUID(number))


class ResourcesForm(Form):
    """What the paper says of posts, people on duty and food."""

    posts = forms.CharField(
        label=_("Posts and who stands at them"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    staff = forms.CharField(
        label=_("People on duty"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    food = forms.CharField(
        label=_("Food and necessities"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class PassForm(Form):
    """A zone pass for somebody of the list or of the register."""

    person = forms.ChoiceField(label=_("For whom"))
    reason = Choice(label=_("Why"), choices=ZonePass.Reason.choices)
    from_at = moment(_("From when"))
    to_at = moment(_("Until when"))
    signer = forms.CharField(label=_("Who signed"), max_length=120)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "…"), *people]


class RoundForm(Form):
    """A round of sampling to plan."""

    planned_on = day(_("Day of sampling"))


class DoneForm(Form):
    """What a round gave."""

    sampled = forms.IntegerField(label=_("People sampled"), min_value=0)
    positive = forms.IntegerField(label=_("Positive"), min_value=0)


def local(at: datetime | None) -> str:
    """A moment as the browser's picker wants it."""
    return "" if at is None else at.astimezone(OFFSET).strftime(MOMENT)
