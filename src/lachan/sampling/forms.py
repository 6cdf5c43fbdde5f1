"""What a sampling table and a laboratory send."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import today
from lachan.sampling.models import Result, Sample
from lachan.ui.forms import Choice, Form

#: One person in a tube, or a pool.  Source: practice.md section 2, "Rapid tests" and sampling.
LIMITS = [("1", _("One person in a tube")), ("5", _("Pool of 5")), ("10", _("Pool of 10"))]

#: Whom we sample, in words.
REASONS = [
    (Sample.Reason.CONTACT, _("Close contact")),
    (Sample.Reason.SYMPTOMS, _("Has symptoms")),
    (Sample.Reason.SCREENING, _("Screening")),
    (Sample.Reason.ZONE, _("Lives in a zone")),
    (Sample.Reason.REQUEST, _("At own request")),
]

#: What a laboratory may find, in words.
OUTCOMES = [
    (Result.Outcome.NEGATIVE, _("Negative")),
    (Result.Outcome.POSITIVE, _("Positive")),
    (Result.Outcome.INDETERMINATE, _("Indeterminate")),
    (Result.Outcome.INVALID, _("Invalid, sample again")),
]

METHODS = [(Result.Method.PCR, _("RT-PCR")), (Result.Method.RAPID, _("Rapid antigen test"))]


class SetupForm(Form):
    """Chosen once at the beginning of a session: pool, laboratory, disease, whom we sample."""

    limit = Choice(label=_("How many people share a tube?"), choices=LIMITS)
    reason = Choice(label=_("Whom do you sample?"), choices=REASONS)
    disease = forms.ChoiceField(label=_("Disease"))
    laboratory = forms.ChoiceField(label=_("Laboratory"))

    def __init__(
        self,
        *args: Any,
        diseases: list[tuple[str, str]],
        laboratories: list[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        for name, choices in (("disease", diseases), ("laboratory", laboratories)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Choose")), *choices]


class ScanForm(forms.Form):
    """One scan at the table: the code, why this person, and since when ill."""

    code = forms.CharField(max_length=400)
    reason = forms.ChoiceField(choices=REASONS)
    onset = forms.DateField(required=False)

    def clean_onset(self) -> date | None:
        """A first day of symptoms is not in the future."""
        onset: date | None = self.cleaned_data["onset"]
        if onset is not None and onset > today():
            raise forms.ValidationError(_("The first day of symptoms cannot be in the future."))
        return onset

    def clean(self) -> dict[str, Any]:
        """Somebody with symptoms has a first day of them."""
        given = super().clean() or self.cleaned_data
        ill = given.get("reason") == Sample.Reason.SYMPTOMS
        if ill and not given.get("onset") and "onset" not in self.errors:
            self.add_error(
                "onset", _("Type the first day of symptoms, then scan the person again.")
            )
        return given


class OutcomeForm(Form):
    """What the laboratory found; nothing is chosen beforehand."""

    outcome = Choice(label=_("What was found?"), choices=OUTCOMES)
    method = Choice(label=_("By which test?"), choices=METHODS)


class ReleaseForm(Form):
    """Which results to let out."""

    result = forms.ModelMultipleChoiceField(Result.objects.none())

    def __init__(self, *args: Any, laboratory: UUID | None, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Result.objects.none()
        if laboratory is not None:
            rows = Result.objects.filter(laboratory=laboratory).select_related("tube")
        self.fields["result"].queryset = rows  # type: ignore[attr-defined]
