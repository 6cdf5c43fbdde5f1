"""Printing sheets, finding whose sheet it is, and what stands on it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.core.clock import OFFSET, now
from lachan.core.ids import uuid7
from lachan.declarations.fields import MOMENT
from lachan.declarations.forms import QuestionsForm
from lachan.declarations.models import PaperSheet
from lachan.declarations.paper_models import MOST_SHEETS
from lachan.declarations.papers import counted
from lachan.declarations.questionnaire import Questionnaire
from lachan.formats.papernumbers import PaperNumber, read_paper_number
from lachan.places.selectors import search_units
from lachan.ui.forms import Form, Radios


class IssueForm(Form):
    """How many sheets, and for whom."""

    sheets = forms.IntegerField(
        label=gettext_lazy("How many sheets"), min_value=1, max_value=MOST_SHEETS
    )
    holder = forms.CharField(
        label=gettext_lazy("Who gets them"),
        help_text=gettext_lazy("A post, a hamlet, a desk: whoever is asked for missing sheets."),
        max_length=120,
    )


class VoidForm(Form):
    """Which sheets do not come back, and why."""

    first = forms.CharField(label=gettext_lazy("First number"), max_length=20)
    last = forms.CharField(label=gettext_lazy("Last number"), required=False, max_length=20)
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", ""), *PaperSheet.Void.choices]
    )

    def clean(self) -> dict[str, Any]:
        """Two numbers of one series; one number alone is a range of one."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        first = read_paper_number(given.get("first", ""))
        last = read_paper_number(given["last"]) if given.get("last") else first
        if first is None:
            self.add_error("first", _("This is no number of a sheet. Read it once more."))
        elif last is None or last.series != first.series:
            self.add_error("last", _("This is no number of a sheet. Read it once more."))
        given["range"] = (first, last)
        return given


class FindForm(Form):
    """The number of the sheet and whose it is."""

    number = forms.CharField(
        label=gettext_lazy("Number of the sheet"),
        help_text=gettext_lazy("Scan the code on it, or type it."),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )
    who = forms.CharField(
        label=gettext_lazy("Whose sheet"),
        help_text=gettext_lazy("Identity number, or telephone, or full name with year of birth."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def paper(self) -> PaperNumber | None:
        """The number, None when it is none."""
        return read_paper_number(self.cleaned_data["number"])


class NewPersonForm(Form):
    """Somebody the register does not have yet, as far as the sheet says."""

    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=120)
    birth = forms.CharField(
        label=gettext_lazy("Birth date"),
        help_text=gettext_lazy(
            "Day, month and year, such as 05/03/1990. Only the year if no more is known."
        ),
        max_length=20,
    )
    cccd = forms.CharField(
        label=gettext_lazy("Identity card number"), required=False, max_length=20
    )
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=20)
    where = forms.CharField(
        label=gettext_lazy("Commune or ward of the present stay"),
        help_text=gettext_lazy(
            "Names of before July 2025 and names without diacritics are understood."
        ),
        max_length=80,
    )
    commune = forms.ChoiceField(label=gettext_lazy("Which of these"), required=False, widget=Radios)
    address = forms.CharField(
        label=gettext_lazy("House, lane, hamlet"), required=False, max_length=200
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        text = str(self.data.get("where", "")) if self.is_bound else ""
        self.hits = search_units(text, limit=8) if text.strip() else []
        chooser = self.fields["commune"]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = [(str(hit.id), hit.label) for hit in self.hits]
        if len(self.hits) < 2:
            del self.fields["commune"]

    def clean(self) -> dict[str, Any]:
        """The one commune that is meant, as `commune`."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if "where" in given and not self.hits:
            self.add_error("where", _("No commune is called so. Type another part of its name."))
        elif len(self.hits) == 1:
            given["commune"] = self.hits[0].id
        elif given.get("commune"):
            given["commune"] = int(given["commune"])
        elif self.hits:
            self.add_error("commune", _("Choose the commune from the list."))
        return given


class SheetForm(QuestionsForm):
    """What stands on the sheet: its hour, its answers, and how many Yes ticks it has."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    at = forms.DateTimeField(
        label=gettext_lazy("Hour and day written on the sheet"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=MOMENT),
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"],
    )
    ticks = forms.IntegerField(
        label=gettext_lazy("How many Yes ticks has the sheet?"),
        help_text=gettext_lazy("Count them on the paper: among the signs and the contact only."),
        min_value=0,
        max_value=50,
        widget=forms.NumberInput({"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, asked: Questionnaire, **options: Any) -> None:
        on_paper = tuple(each for each in asked.questions if each.type != "group")
        super().__init__(*args, questions=on_paper, asked=asked, said={}, province=None, **options)
        self.fields["key"].initial = uuid7()
        for question in on_paper:
            # What depends on another answer may be missing on paper: nobody invents it.
            self.fields[question.code].required = question.needed and question.when is None
        self.order_fields(["key", "at", *(each.code for each in on_paper), "ticks"])

    def clean_at(self) -> datetime:
        """The hour as it is written there, in Vietnam."""
        at: datetime = self.cleaned_data["at"]
        if at.tzinfo is None:
            at = at.replace(tzinfo=OFFSET)
        if at > now():
            raise forms.ValidationError(_("This hour has not come yet. Check day and hour."))
        return at

    def answers(self) -> dict[str, Any]:
        """Code -> answer, of the questions alone."""
        asked = {each.code for each in self.questions}
        return {code: value for code, value in super().answers().items() if code in asked}

    def counted(self) -> dict[str, Any]:
        """The answers that are counted."""
        return {code: self.cleaned_data.get(code) for code in counted(self.asked)}


def first_keying(data: Mapping[str, Any], asked: Questionnaire) -> dict[str, Any] | None:
    """The counted answers of the keying before, None when this is the first."""
    found = {code: data.get(f"first-{code}", "") for code in counted(asked)}
    return found if any(found.values()) else None
