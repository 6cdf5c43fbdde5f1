"""What an officer writes down of a call."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import OFFSET, now
from lachan.tracing.calls import Outcome
from lachan.tracing.forms import RULED_OUT_FOR
from lachan.ui.forms import Form

#: When to call again; "" is the rule's own time.
NEXT = [
    ("", _("As the rule says")),
    ("30", _("In 30 minutes")),
    ("120", _("In 2 hours")),
    ("morning", _("Tomorrow at 08:00")),
]

#: What a call decides about somebody to verify; "" leaves it open.
CONCLUSIONS = [
    ("", _("Not decided yet")),
    ("confirm", _("Confirm as close contact")),
    *((f"rule_out:{code}", label) for code, label in RULED_OUT_FOR),
]

#: The hour at which people are called in the morning.
MORNING = 8


class CallForm(Form):
    """How the call ended, for this person and those on the same telephone."""

    outcome = forms.ChoiceField(label=_("How it ended"), choices=Outcome.choices)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Sealed; only officers who work this person read it."),
    )
    again = forms.ChoiceField(label=_("Call again"), choices=NEXT, required=False)
    conclusion = forms.ChoiceField(label=_("Conclusion"), choices=CONCLUSIONS, required=False)
    also = forms.MultipleChoiceField(label=_("Also spoken about"), required=False)

    def __init__(self, *args: Any, mates: list[UUID], **options: Any) -> None:
        super().__init__(*args, **options)
        chooser = self.fields["also"]
        assert isinstance(chooser, forms.MultipleChoiceField)
        chooser.choices = [(str(mate), str(mate)) for mate in mates]

    @property
    def next_at(self) -> datetime | None:
        """When to call again; None leaves it to the rule."""
        again = self.cleaned_data["again"]
        if not again:
            return None
        if again == "morning":
            tomorrow = now().astimezone(OFFSET) + timedelta(days=1)
            return tomorrow.replace(hour=MORNING, minute=0, second=0, microsecond=0)
        return now() + timedelta(minutes=int(again))

    @property
    def persons(self) -> list[UUID]:
        """The others on the telephone who were spoken about in the same call."""
        return [UUID(one) for one in self.cleaned_data["also"]]
