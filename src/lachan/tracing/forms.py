"""What an officer may send: a decision about contacts, the answer to a hand-over."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.tracing.models import Contact, Handover
from lachan.ui.forms import Form

#: Why a person is ruled out; stored as a code, shown in the reader's language.
RULED_OUT_FOR = [
    ("not_there", _("Was not there at that time")),
    ("apart", _("Was there but kept apart")),
    ("other_person", _("The scan was of somebody else")),
    ("immune", _("Excluded by the rule of this disease")),
]

RETURNED_FOR = [
    (Handover.Return.NOT_AT_ADDRESS, _("Not at this address")),
    (Handover.Return.WRONG_PHONE, _("Wrong phone number")),
    (Handover.Return.MOVED_AWAY, _("Has moved away")),
]


class DecisionForm(Form):
    """A batch decision: which contacts, which act."""

    ACTS = [
        ("confirm", _("Confirm as close contact")),
        ("rule_out", _("Rule out")),
        ("hand_over", _("Hand over to where they live")),
        ("ask_sampling", _("Ask for sampling where they live")),
        ("request_samples", _("Ask the station to sample")),
    ]

    act = forms.ChoiceField(choices=ACTS)
    reason = forms.ChoiceField(choices=[("", ""), *RULED_OUT_FOR], required=False)
    contacts = forms.ModelMultipleChoiceField(Contact.objects.none(), required=False)
    everybody = forms.BooleanField(required=False)

    def __init__(self, *args: object, case_contacts: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["contacts"].queryset = case_contacts  # type: ignore[attr-defined]


class ReturnForm(Form):
    """Why a hand-over goes back."""

    reason = forms.ChoiceField(label=_("Reason"), choices=RETURNED_FOR)
