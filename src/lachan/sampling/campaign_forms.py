"""What the head of a campaign and a team send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.places.fields import CommuneField
from lachan.sampling.forms import LIMITS, METHODS, REASONS
from lachan.sampling.models import CampaignPlan, Visit
from lachan.ui.forms import Choice, Form, Ticks


class DayInput(forms.DateInput):
    """The browser's own field for a day."""

    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)


class CampaignForm(Form):
    """A new campaign; whose people it is for is chosen on the next page."""

    name = forms.CharField(
        label=_("Name of the campaign"),
        help_text=_("As people there will call it: hamlet, factory, first round."),
        max_length=120,
    )
    commune = CommuneField(label=_("Commune"))
    whom = Choice(label=_("Who is to be sampled?"), choices=CampaignPlan.Whom.choices)
    area = Choice(label=_("How is the area judged?"), choices=CampaignPlan.Area.choices)
    reason = Choice(label=_("Whom do you sample?"), choices=REASONS)
    disease = forms.ChoiceField(label=_("Disease"))
    method = Choice(label=_("By which test?"), choices=METHODS)
    pool_size = Choice(label=_("How many people share a tube?"), choices=LIMITS)
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput())
    organisation = forms.ChoiceField(label=_("Unit that takes the samples"))
    laboratory = forms.ChoiceField(label=_("Laboratory"), required=False)

    def __init__(
        self,
        *args: Any,
        diseases: list[tuple[str, str]],
        units: list[tuple[str, str]],
        laboratories: list[tuple[str, str]],
        commune: int | None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        if commune is not None:
            del self.fields["commune"]
        chosen = (("disease", diseases), ("organisation", units), ("laboratory", laboratories))
        for name, choices in chosen:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Choose")), *choices]


class LanesForm(Form):
    """Which lanes or hamlets."""

    lanes = forms.MultipleChoiceField(
        label=_("Lanes and hamlets"),
        widget=Ticks,
        error_messages={"required": _("Choose at least one lane or hamlet.")},
    )

    def __init__(self, *args: Any, lanes: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["lanes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = lanes


class BodyForm(Form):
    """Which factory, school or other organisation."""

    body = forms.ChoiceField(label=_("Factory, school or other organisation"))

    def __init__(self, *args: Any, bodies: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["body"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose")), *bodies]


class ListForm(Form):
    """A list of people by Excel."""

    file = forms.FileField(
        label=_("List file"),
        help_text=_("Excel (.xlsx, .xls), .ods or .csv, at most 10 MB, as the office has it."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.txt"}),
        error_messages={"required": _("Choose the file.")},
    )


class VisitForm(forms.Form):
    """What was found at a door."""

    outcome = forms.ChoiceField(choices=Visit.Outcome.choices)
    reason = forms.CharField(max_length=200, required=False)
    id = forms.UUIDField(required=False)


class NextRoundForm(Form):
    """When the next round begins."""

    on = forms.DateField(label=_("First day of the next round"), widget=DayInput())


class EndForm(Form):
    """What becomes of those who are not sampled yet."""

    reason = forms.CharField(
        label=_("Why they are not sampled"),
        help_text=_("Kept with every request that is dropped."),
        max_length=200,
        required=False,
    )
