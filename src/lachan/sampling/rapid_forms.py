"""What a table of rapid tests sends: its set-up, a scan, kits that came in, a reading."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import today
from lachan.formats.gs1 import looks_like_gs1
from lachan.formats.qr import read
from lachan.sampling.forms import REASONS
from lachan.sampling.models import Reason, Result, SelfTest
from lachan.ui.forms import Choice, Form

#: Kinds of codes that name a person.
PERSONAL = frozenset(
    {"person_token", "slip_token", "declaration_token", "cccd", "bhyt", "personal_2021"}
)

#: What can stand on a cassette, in words.
SEEN = [
    (Result.Outcome.NEGATIVE, _("Negative: one line, at C")),
    (Result.Outcome.POSITIVE, _("Positive: two lines, at C and T")),
    (Result.Outcome.INVALID, _("Invalid: no line at C")),
]


class RapidSetupForm(Form):
    """Chosen once: which table this is, for which disease, whom we sample."""

    table = forms.CharField(label=_("Number of this table"), max_length=20)
    reason = Choice(label=_("Whom do you sample?"), choices=REASONS)
    disease = forms.ChoiceField(label=_("Disease"))

    def __init__(self, *args: Any, diseases: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["disease"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *diseases]


class RapidScanForm(forms.Form):
    """One scan: a box of kits, a person or a cassette; the text says which."""

    code = forms.CharField(max_length=400, required=False)
    reason = forms.ChoiceField(choices=REASONS)
    onset = forms.DateField(required=False)

    def clean_onset(self) -> date | None:
        """A first day of symptoms is not in the future."""
        onset: date | None = self.cleaned_data["onset"]
        if onset is not None and onset > today():
            raise forms.ValidationError(_("The first day of symptoms cannot be in the future."))
        return onset

    def what(self, *, waiting: bool) -> str:
        """What was scanned: "box", "person" or "cassette".

        Bare digits are an identity number while nobody waits for a cassette, and a cassette's
        number afterwards.
        """
        code = self.cleaned_data["code"].strip()
        if looks_like_gs1(code):
            return "box"
        if read(code, this_year=today().year).kind in PERSONAL:
            return "person"
        digits = code.isascii() and code.isdigit() and len(code) in {9, 12}
        return "person" if digits and not waiting else "cassette"

    def needs_onset(self) -> bool:
        """Somebody with symptoms has a first day of them."""
        ill = self.cleaned_data["reason"] == Reason.SYMPTOMS
        return ill and self.cleaned_data["onset"] is None


class KitForm(Form):
    """Kits that came in.  Name and minutes are asked for the first time a lot comes."""

    code = forms.CharField(label=_("Scan the code on the box"), max_length=400)
    name = forms.CharField(label=_("Name of the kit, as on the box"), max_length=80, required=False)
    quantity = forms.IntegerField(label=_("How many tests came in?"), min_value=1)
    read_minutes = forms.IntegerField(
        label=_("Read after how many minutes? (instructions)"),
        min_value=1,
        max_value=120,
        required=False,
    )
    read_before_minutes = forms.IntegerField(
        label=_("Read no later than how many minutes? (instructions)"),
        min_value=2,
        max_value=240,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Both minutes or neither, in order."""
        given = super().clean() or self.cleaned_data
        first, last = given.get("read_minutes"), given.get("read_before_minutes")
        if (first is None) is not (last is None) or (first and last and last <= first):
            self.add_error(
                "read_before_minutes",
                _("Type both minutes from the instructions, the later one second, or neither."),
            )
        return given


class ReadingForm(Form):
    """What is on the cassette; nothing is chosen beforehand."""

    outcome = Choice(label=_("What is on the cassette?"), choices=SEEN)


#: The same, as somebody reads it at home.
AT_HOME = [
    (Result.Outcome.NEGATIVE, _("One line, at C")),
    (Result.Outcome.POSITIVE, _("Two lines, at C and T")),
    (Result.Outcome.INVALID, _("No line at C")),
]

#: What a station answers, in words.
ANSWERS = [
    (SelfTest.Answer.CONFIRMED, _("The photo shows what was said")),
    (SelfTest.Answer.COME, _("Ask to come and be tested")),
    (SelfTest.Answer.DISMISSED, _("Does not count")),
]


class SelfTestForm(Form):
    """A test done at home; nothing is chosen beforehand."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    claimed = Choice(label=_("What do you see?"), choices=AT_HOME)
    done_at = forms.DateTimeField(
        label=_("When did you do it?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    kit = forms.CharField(label=_("Name of the kit"), max_length=80, required=False)
    photo = forms.FileField(
        label=_("Photo of the cassette"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/*", "capture": "environment"}),
    )


class SelfTestAnswerForm(Form):
    """What the station says of a report."""

    answer = Choice(label=_("What do you answer?"), choices=ANSWERS)
    note = forms.CharField(label=_("Note, if it does not count"), max_length=200, required=False)
