"""What is wrong in a vaccination book, what is proposed, what is answered."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import today
from lachan.corrections.ticket_models import About, Remedy
from lachan.corrections.tickets import Claim
from lachan.ui.forms import Choice, Form

#: A vaccine's own first day at the earliest: nobody was vaccinated before.
_OLDEST = date(1900, 1, 1)


class _ClaimFields(Form):
    """Day, vaccine, lot and place of an injection."""

    day = forms.DateField(
        label=_("Day of the injection"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    product = forms.ChoiceField(label=_("Vaccine"), required=False)
    lot = forms.CharField(label=_("Lot, as on the paper"), max_length=40, required=False)
    where = forms.CharField(label=_("Where"), max_length=160, required=False)

    def __init__(self, *args: Any, products: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["product"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose the vaccine")), *products]

    def clean_day(self) -> date | None:
        """A day that has come."""
        given: date | None = self.cleaned_data["day"]
        if given and not _OLDEST <= given <= today():
            raise forms.ValidationError(_("Type a day that has come."))
        return given

    def claim(self) -> Claim:
        """What was filled in."""
        given = self.cleaned_data
        return Claim(given["day"], given["product"], given["lot"].strip(), given["where"].strip())


class MissingForm(_ClaimFields):
    """An injection that is not in the book."""

    photo = forms.FileField(
        label=_("Photo of the paper"),
        help_text=_("The slip or the vaccination book. Without it the facility looks in its list."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/*", "capture": "environment"}),
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("day", "product"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = _(
                "Say on which day and with which vaccine."
            )


class WrongForm(Form):
    """A dose of the book that is wrong, or somebody else's."""

    about = Choice(
        label=_("What is wrong?"),
        choices=[
            (About.WRONG, _("The day, the vaccine or the lot is wrong")),
            (About.NOT_MINE, _("I did not get this injection")),
        ],
    )
    text = forms.CharField(
        label=_("What is right?"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photo = forms.FileField(
        label=_("Photo of the paper"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/*", "capture": "environment"}),
        required=False,
    )


class ProposalForm(_ClaimFields):
    """What the first of two people would do; nothing is chosen beforehand."""

    field_order = ("remedy", "day", "product", "lot", "where", "name", "birth", "sex", "why")
    remedy = Choice(
        label=_("What is to be done?"),
        choices=[
            (Remedy.ENTER, _("Enter the missing dose")),
            (Remedy.REPLACE, _("Take the wrong entry back and enter the right one")),
            (Remedy.REVERSE, _("Take the wrong entry back")),
            (Remedy.IDENTITY, _("Correct the person's data")),
            (Remedy.NOTHING, _("Nothing: the book is right")),
        ],
    )
    name = forms.CharField(
        label=_("Right name, where the name is wrong"), max_length=120, required=False
    )
    birth = forms.CharField(
        label=_("Right birth date, where it is wrong"), max_length=10, required=False
    )
    sex = forms.ChoiceField(
        label=_("Right sex, where it is wrong"),
        choices=[("", _("Stays as it is")), ("male", _("Male")), ("female", _("Female"))],
        required=False,
    )
    why = forms.CharField(
        label=_("On what does this rest?"),
        help_text=_("For example: list of the session, screening sheet no. 214. No names."),
        max_length=300,
    )

    def personal(self) -> dict[str, str]:
        """The person's data as they are to be; only for that remedy."""
        if self.cleaned_data["remedy"] != Remedy.IDENTITY:
            return {}
        given = {name: self.cleaned_data[name].strip() for name in ("name", "birth", "sex")}
        return {name: text for name, text in given.items() if text}


class IdentityForm(Form):
    """Name, birth date or sex is wrong in the book."""

    text = forms.CharField(
        label=_("What is right?"),
        help_text=_("Name, birth date or sex, as on your identity card."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photo = forms.FileField(
        label=_("Photo of the paper"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/*", "capture": "environment"}),
        required=False,
    )


class StatusForm(Form):
    """Number and code of a complaint's slip."""

    number = forms.CharField(
        label=_("Number of the complaint"),
        help_text=_("As in the message or on the slip, such as PA-7K3PV2QM."),
        max_length=14,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )
    code = forms.CharField(
        label=_("Code on the slip"),
        help_text=_("Ten letters and digits, such as 7K3PV-Q2M8D."),
        max_length=24,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )


class SearchForm(Form):
    """Why somebody looks in other people's books."""

    reason = forms.CharField(
        label=_("Why do you look in other people's books?"),
        help_text=_("For example: the site's list names this person. It is on record."),
        max_length=200,
    )


class MoveForm(Form):
    """The entry that belongs here, and on what that rests."""

    dose = forms.UUIDField(widget=forms.HiddenInput)
    why = forms.CharField(
        label=_("On what does this rest?"),
        help_text=_("For example: list of the session, screening sheet no. 214. No names."),
        max_length=300,
    )


class AnswerForm(Form):
    """The second of two people."""

    approve = Choice(
        label=_("Is this right?"),
        choices=[("yes", _("Yes, do it")), ("no", _("No, leave the book as it is"))],
    )
    answer = forms.CharField(
        label=_("Answer that the person reads"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
