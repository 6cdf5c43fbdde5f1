"""What the pooling page is asked, all of it in the address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.sampling.arrays import Machine
from lachan.sampling.pool_advice import Asked
from lachan.ui.forms import Form
from lachan.ui.wording import number

AREAS = [
    ("", _("Choose")),
    ("low", _("Low risk")),
    ("high", _("High risk")),
    ("zone", _("Inside a zone")),
]
GROUPS = [("screening", _("People who are screened")), ("contact", _("Close contacts"))]

#: What stands in the fields where the address says nothing.  Our own defaults: a plate of 96 places
#: less two controls, and 90 minutes for extraction and a run of RT-PCR.
STANDARD = {"group": "screening", "people": "1000", "places": "94"}
RUN_HOURS = 1.5


class AdviceForm(Form):
    """Area, people and the laboratory; the positivity only where the measured one is not wanted."""

    disease = forms.ChoiceField(label=_("Disease"))
    area = forms.ChoiceField(label=_("How risky is the area?"), choices=AREAS, required=False)
    group = forms.ChoiceField(label=_("Who is sampled?"), choices=GROUPS)
    commune = forms.TypedChoiceField(
        label=_("Commune"), required=False, coerce=int, empty_value=None
    )
    people = forms.IntegerField(label=_("People to sample"), min_value=1, max_value=1_000_000)
    positivity = forms.FloatField(
        label=_("Positivity in %, if you know better"),
        required=False,
        min_value=0,
        max_value=100,
        localize=True,
    )
    places = forms.IntegerField(
        label=_("Specimens in a run, all machines together"), min_value=1, max_value=10_000
    )
    run_hours = forms.FloatField(
        label=_("Hours of a run"), min_value=0.1, max_value=48, localize=True
    )

    def __init__(
        self,
        asked: Any,
        *,
        diseases: list[tuple[str, str]],
        communes: list[tuple[int, str]],
    ) -> None:
        first = {"disease": diseases[0][0]} if diseases else {}
        first["run_hours"] = number(RUN_HOURS)
        super().__init__(STANDARD | first | {name: asked[name] for name in asked})
        disease, commune = self.fields["disease"], self.fields["commune"]
        assert isinstance(disease, forms.ChoiceField)
        assert isinstance(commune, forms.ChoiceField)
        disease.choices = diseases
        commune.choices = [("", _("All that I may see")), *communes]

    def asked(self) -> Asked:
        """What was asked, once the form is valid."""
        given = self.cleaned_data
        known = given["positivity"]
        return Asked(
            disease=given["disease"],
            area=given["area"],
            group=given["group"],
            commune=given["commune"],
            people=given["people"],
            positivity=None if known is None else known / 100,
            machine=Machine(given["places"], given["run_hours"]),
        )
