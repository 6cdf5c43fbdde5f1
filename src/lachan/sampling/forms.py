"""What a sampling table and a laboratory send."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import today
from lachan.sampling.models import Campaign, Reason, Result
from lachan.ui.forms import Choice, Form

#: One person in a tube, or a pool.  Source: practice.md section 2, "Rapid tests" and sampling.
LIMITS = [("1", _("One person in a tube")), ("5", _("Pool of 5")), ("10", _("Pool of 10"))]

#: Whom we sample, in words.  Source: practice.md section 2, "Rapid tests".
REASONS = [
    (Reason.CONTACT, _("F1, close contact")),
    (Reason.SECOND_CONTACT, _("F2, contact of an F1")),
    (Reason.SYMPTOMS, _("Has symptoms")),
    (Reason.SCREENING, _("Screening")),
    (Reason.ISOLATION, _("In an isolation place")),
    (Reason.ZONE, _("Lives in a zone")),
    (Reason.BORDER, _("At the border")),
    (Reason.REQUEST, _("At own request")),
]

#: What a laboratory may find, in words.
OUTCOMES = [
    (Result.Outcome.NEGATIVE, _("Negative")),
    (Result.Outcome.POSITIVE, _("Positive")),
    (Result.Outcome.INDETERMINATE, _("Indeterminate")),
    (Result.Outcome.INVALID, _("Invalid, sample again")),
]

#: Answer that a tube belongs to no campaign.
NO_CAMPAIGN = "none"

METHODS = [(Result.Method.PCR, _("RT-PCR")), (Result.Method.RAPID, _("Rapid antigen test"))]


class SetupForm(Form):
    """Chosen once at the beginning of a session: pool, laboratory, disease, whom we sample.

    Campaign and kind of test are asked only where the unit has more than one answer to them.
    """

    campaign = forms.ChoiceField(label=_("Campaign"))
    limit = Choice(label=_("How many people share a tube?"), choices=LIMITS)
    reason = Choice(label=_("Whom do you sample?"), choices=REASONS)
    method = Choice(label=_("How is it tested?"), choices=METHODS)
    disease = forms.ChoiceField(label=_("Disease"))
    laboratory = forms.ChoiceField(label=_("Laboratory"))

    def __init__(
        self,
        *args: Any,
        diseases: list[tuple[str, str]],
        laboratories: list[tuple[str, str]],
        campaigns: Sequence[Campaign] = (),
        rapid: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.campaigns = {str(one.id): one for one in campaigns}
        named = [(NO_CAMPAIGN, str(_("No campaign")))]
        named += [(str(one.id), one.name) for one in campaigns]
        offered = {"disease": diseases, "laboratory": laboratories, "campaign": named}
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Choose")), *choices]
        if not campaigns:
            del self.fields["campaign"]
        if not rapid:
            del self.fields["method"]

    def clean(self) -> dict[str, Any]:
        """A tube of a campaign is about its disease, by its kind of test."""
        given = super().clean() or self.cleaned_data
        campaign = self.campaigns.get(given.get("campaign", ""))
        given.setdefault("method", Result.Method.PCR)
        if campaign is None:
            return given
        if given.get("disease") not in {None, "", campaign.disease}:
            self.add_error("disease", _("This campaign is about another disease."))
        if given["method"] != campaign.method:
            self.add_error("campaign", _("This campaign tests in another way."))
        return given

    def in_words(self) -> list[str]:
        """What was chosen, line by line, of a valid form."""
        given = self.cleaned_data
        said = {name: self._label(name) for name in ("disease", "laboratory")}
        method = dict(METHODS)[given["method"]]
        campaign = self.campaigns.get(given.get("campaign", ""))
        lines = [f"{said['disease']}, {method}", said["laboratory"]]
        return [*([campaign.name] if campaign else []), *lines]

    def whom_in_words(self) -> str:
        """Pool and whom we sample, of a valid form."""
        return f"{self._label('limit')}, {self._label('reason')}"

    def _label(self, name: str) -> str:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return str(dict(field.choices)[self.cleaned_data[name]])  # type: ignore[arg-type]


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
        ill = given.get("reason") == Reason.SYMPTOMS
        if ill and not given.get("onset") and "onset" not in self.errors:
            self.add_error(
                "onset", _("Type the first day of symptoms, then scan the person again.")
            )
        return given


class ReleaseForm(Form):
    """Which results to let out."""

    result = forms.ModelMultipleChoiceField(Result.objects.none())

    def __init__(self, *args: Any, laboratory: UUID | None, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = Result.objects.none()
        if laboratory is not None:
            rows = Result.objects.filter(laboratory=laboratory).select_related("tube")
        self.fields["result"].queryset = rows  # type: ignore[attr-defined]
