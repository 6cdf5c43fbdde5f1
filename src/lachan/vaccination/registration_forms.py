"""Forms of registration: one kind of thing each, nothing chosen beforehand."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import now, today
from lachan.people.models import Person
from lachan.rulebook.selectors import PriorityRule, ScreeningRule, diseases_at
from lachan.ui.forms import Choice, Form, Radios, Ticks
from lachan.ui.lists import role_label
from lachan.ui.wording import day, language
from lachan.vaccination.models import Invitation, Registration
from lachan.vaccination.registering import WISH_DAYS, Said

_SEXES = [(sex.value, sex.label) for sex in (Person.Sex.FEMALE, Person.Sex.MALE, Person.Sex.OTHER)]

#: Every answer there is; silence is none of them.
THREE = [("yes", _("Yes")), ("no", _("No")), ("unknown", _("Not known"))]

#: Days shown to wish for: a week is looked over on a phone.
SHOWN_DAYS = WISH_DAYS // 4


def diseases() -> list[tuple[str, str]]:
    """Diseases there is an order of vaccination for."""
    known = diseases_at(now())
    return [(code, known[code][language()]) for code in ("covid-19", "measles") if code in known]


def named(names: Mapping[str, str]) -> str:
    """In the reader's language."""
    return names.get(language()) or names["vi"]


class QuestionsForm(Form):
    """The history questions of the checklist in force, each of three answers."""

    def __init__(self, *args: Any, rule: ScreeningRule, sex: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked = rule.asked_of(sex)
        for question in self.asked:
            field = forms.ChoiceField(
                label=named(question.names),
                choices=THREE,
                widget=Radios(attrs={"class": "is-yn"}),
                error_messages={"required": _("Choose yes, no or not known.")},
            )
            self.fields[question.code] = field
            if question.detail:
                self.fields[f"{question.code}-detail"] = forms.CharField(
                    label=_("If yes: what is it?"), max_length=200, required=False
                )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for question in self.asked:
            detail = f"{question.code}-detail"
            if question.detail and data.get(question.code) == "yes" and not data.get(detail):
                self.add_error(detail, _("Write in a few words what it is."))
        return data

    def said(self) -> Said:
        """As the service takes it."""
        data = self.cleaned_data
        return Said(
            {each.code: data[each.code] for each in self.asked},
            {each.code: data.get(f"{each.code}-detail", "") for each in self.asked},
        )


class WishesForm(Form):
    """Half-days and groups somebody says."""

    wishes = forms.MultipleChoiceField(
        label=_("Half-days that suit you"),
        help_text=_("Choose none if any time suits you."),
        widget=Ticks,
        required=False,
    )
    claimed = forms.MultipleChoiceField(
        label=_("Groups you belong to"),
        help_text=_("The health station or your organisation confirms them before they count."),
        widget=Ticks,
        required=False,
    )

    def __init__(self, *args: Any, rule: PriorityRule, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, choices in (("wishes", half_days()), ("claimed", groups(rule))):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = choices


def half_days() -> list[tuple[str, str]]:
    """The half-days ahead."""
    days = [today() + timedelta(days=ahead) for ahead in range(1, SHOWN_DAYS + 1)]
    halves = (("am", _("morning")), ("pm", _("afternoon")))
    return [(f"{on} {half}", f"{day(on)}, {word}") for on in days for half, word in halves]


def groups(rule: PriorityRule) -> list[tuple[str, str]]:
    """The groups of the order, by name."""
    return [(each.code, named(each.names)) for each in rule.groups]


class ConsentForm(Form):
    """What is said to the words of consent."""

    agreed = Choice(
        label=_("What do you say?"),
        choices=[("yes", _("I agree")), ("no", _("I do not agree"))],
    )


class WhyForm(Form):
    """Why somebody does not want to be on the list."""

    why = forms.CharField(label=_("Why"), max_length=200)


class ProofForm(Form):
    """Which groups the station confirms."""

    groups = forms.MultipleChoiceField(label=_("Groups that count"), widget=Ticks, required=False)

    def __init__(self, *args: Any, rule: PriorityRule, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["groups"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = groups(rule)


class DeskForm(Form):
    """Whom the desk registers, for what and how: by a code, or somebody new in one step."""

    disease = Choice(label=_("Vaccination against"), choices=())
    way = Choice(
        label=_("Way of registering"),
        choices=[
            (Registration.Way.DESK.value, _("Stands here")),
            (Registration.Way.GATE.value, _("At a gate or at the door")),
            (Registration.Way.PAPER.value, _("From a paper sheet")),
        ],
    )
    text = forms.CharField(
        label=_("Scan the personal code or the identity card"),
        help_text=_("A number typed by hand works too: 12 or 9 digits."),
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "autofocus": True}),
    )
    full_name = forms.CharField(
        label=_("Or enter somebody new: full name"), max_length=120, required=False
    )
    birth = forms.CharField(
        label=_("Date of birth"), help_text=_("05/03/1990, or the year"), required=False
    )
    sex = Choice(label=_("Sex"), choices=_SEXES, required=False)
    cccd = forms.CharField(
        label=_("Identity number"),
        required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        help_text=_("Nobody needs one; several people may share one."),
        required=False,
        widget=forms.TextInput({"inputmode": "tel"}),
    )
    address = forms.CharField(label=_("House, lane, hamlet"), required=False, max_length=200)
    paper = forms.CharField(label=_("Number of the sheet"), required=False, max_length=40)
    day = forms.DateField(
        label=_("Day on the sheet"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["disease"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = diseases()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("text") and not data.get("full_name"):
            self.add_error("text", _("Scan a code, or write the name of somebody new."))
        if not data.get("text") and data.get("full_name") and not data.get("sex"):
            self.add_error("sex", _("Choose one of the answers."))
        if data.get("way") == Registration.Way.PAPER:
            for name in ("paper", "day"):
                if not data.get(name):
                    self.add_error(name, _("A paper sheet has its number and its day."))
        return data

    def told(self) -> dict[str, Any]:
        """What the registration keeps of how it came."""
        data = self.cleaned_data
        is_paper = data["way"] == Registration.Way.PAPER
        on: date | None = data["day"] if is_paper else None
        return {"way": data["way"], "paper": data["paper"] if is_paper else "", "day": on}


class UnitListForm(Form):
    """A list of an organisation."""

    disease = Choice(label=_("Vaccination against"), choices=())
    group = forms.ChoiceField(
        label=_("Priority group of these people"),
        help_text=_("Your list proves it; the health station sees that you said so."),
        required=False,
    )
    file = forms.FileField(
        label=_("List file"),
        help_text=_("Excel (.xlsx, .xls), .ods or .csv, at most 10 MB, as the office has it."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.txt"}),
        error_messages={"required": _("Choose the file.")},
    )

    def __init__(self, *args: Any, groups: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = (("disease", diseases()), ("group", [("", _("None of them")), *groups]))
        for name, choices in chosen:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices


#: What a column of such a list may hold, the usual ones first.
ROLES = (
    *("", "name", "family", "given", "birth", "birth_year", "sex", "document", "phone", "address"),
    *("commune", "province", "line", "shift", "unit", "workshop", "class", "code", "ordinal"),
    *("note", "permanent", "male", "female"),
)


class ColumnsForm(Form):
    """What each column holds."""

    def __init__(self, *args: Any, headers: list[str], roles: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.count = len(headers)
        for at, (header, role) in enumerate(zip(headers, roles, strict=True)):
            known = dict.fromkeys([*ROLES, role])
            self.fields[f"c{at}"] = forms.ChoiceField(
                label=header or f"{at + 1}",
                choices=[(each, role_label(each)) for each in known],
                required=False,
                initial=role,
            )

    def roles(self) -> list[str]:
        """In the order of the columns."""
        return [self.cleaned_data[f"c{at}"] for at in range(self.count)]


class InviteForm(Form):
    """How many are invited, and how fast the site is."""

    most = forms.IntegerField(label=_("How many people"), min_value=1, max_value=5_000)
    pace = forms.FloatField(
        label=_("People an hour, all tables together"),
        help_text=_("As measured at the narrowest step; no wish."),
        min_value=1,
        max_value=2_000,
    )


class AnswerForm(forms.Form):
    """Yes, no or later."""

    answer = forms.ChoiceField(choices=[(each, each) for each in ("yes", "no", "later")])


class CallForm(forms.Form):
    """What came of a call at the end of the day."""

    answer = forms.ChoiceField(
        choices=[
            (each.value, each.value)
            for each in (
                Invitation.Answer.YES,
                Invitation.Answer.NO,
                Invitation.Answer.UNREACHED,
            )
        ]
    )


class AreaForm(Form):
    """A group that counts for everybody of an area; nothing is chosen beforehand."""

    group = forms.ChoiceField(label=_("Group"))
    commune = forms.ChoiceField(label=_("Where"))
    document = forms.CharField(
        label=_("Number of the document"),
        help_text=_("The decision or the notice of the outbreak area it rests on."),
        max_length=80,
    )

    def __init__(
        self,
        *args: Any,
        groups: list[tuple[str, str]],
        communes: list[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        for name, choices in (("group", groups), ("commune", communes)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
