"""What the pages of reactions and lots send; no answer is chosen beforehand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.rulebook.selectors import ReactionRule
from lachan.ui.forms import Choice, Form, Ticks, YesNo
from lachan.ui.wording import language
from lachan.vaccination import aefi_words, lot_words

#: Without the empty choice: who judges chooses one of the three.
_SEVERITIES = [(code, label) for code, label in aefi_words.SEVERITIES.items() if code]

_WHEN = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class HowAreYouForm(Form):
    """What a citizen is asked after an injection."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    well = YesNo(label=_("Did you have anything after this injection?"))
    signs = forms.MultipleChoiceField(
        label=_("What did you have?"), widget=Ticks, required=False, choices=[]
    )
    onset_at = forms.DateTimeField(label=_("When did it begin?"), required=False, widget=_WHEN)
    note = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, rule: ReactionRule, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["signs"].choices = [  # type: ignore[attr-defined]
            (sign.code, sign.name(language())) for sign in rule.asked_of(staff=False)
        ]

    def clean(self) -> dict[str, Any]:
        """A yes says what; a no says nothing more."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("well") is True and not (given.get("signs") or given.get("note")):
            self.add_error("signs", _("Tick what it was, or say it in your own words."))
        if given.get("well") is False and given.get("signs"):
            self.add_error("well", _("You ticked a sign. Choose Yes, or take it away."))
        return given


class RecordForm(Form):
    """What staff record of a reaction."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    severity = Choice(label=_("How grave is it?"), choices=_SEVERITIES)
    signs = forms.MultipleChoiceField(label=_("Signs"), widget=Ticks, choices=[])
    onset_at = forms.DateTimeField(label=_("When did it begin?"), widget=_WHEN)
    outcome = Choice(label=_("How is the person now?"), choices=list(aefi_words.OUTCOMES.items()))
    where_text = forms.CharField(
        label=_("Health facility that saw the person"),
        help_text=_("Empty: your own site."),
        required=False,
        max_length=160,
    )
    note = forms.CharField(
        label=_("What happened and what was done"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, rule: ReactionRule, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["signs"].choices = [  # type: ignore[attr-defined]
            (sign.code, sign.name(language())) for sign in rule.asked_of(staff=True)
        ]


class JudgeForm(Form):
    """How grave a reported reaction is, and how it ended."""

    severity = Choice(label=_("How grave is it?"), choices=_SEVERITIES)
    outcome = Choice(label=_("How is the person now?"), choices=list(aefi_words.OUTCOMES.items()))
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class NoteForm(Form):
    """What the station found."""

    note = forms.CharField(label=_("How is the person, what was done?"), max_length=300)


class DocumentForm(Form):
    """A step or a paper with the number of its document."""

    document = forms.CharField(label=_("Number of the document"), max_length=80)
    note = forms.CharField(label=_("Note"), required=False, max_length=300)


class PaperForm(Form):
    """A paper of the compensation file."""

    code = forms.ChoiceField(choices=list(aefi_words.PAPERS.items()))
    document = forms.CharField(max_length=120)


class BarForm(Form):
    """Why a lot is barred or used again."""

    reason = forms.CharField(label=_("Why"), max_length=300)
    document = forms.CharField(label=_("Number of the document"), max_length=80)


class CallForm(Form):
    """What came of a call or a visit."""

    dose = forms.UUIDField()
    result = forms.ChoiceField(choices=list(lot_words.RESULTS.items()))
    note = forms.CharField(required=False, max_length=200)
