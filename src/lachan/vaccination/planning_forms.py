"""What a planner sends: decisions and their lines, sessions with teams, populations, vials."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lachan.ui.forms import Form
from lachan.vaccination.allocating import Line
from lachan.vaccination.models import Store, TeamMember
from lachan.vaccination.planning import Member
from lachan.vaccination.site_forms import SessionForm
from lachan.vaccination.stock_forms import MOST_DOSES, DayInput, Once, fill

#: People of one team.
MEMBERS = 12
MOST_PEOPLE = 100_000


class AllocateForm(Once):
    """A numbered decision with a line for each store below."""

    document = forms.CharField(label=_("Number of the decision"), max_length=80)
    decided_on = forms.DateField(label=_("Decided on"), widget=DayInput())
    unit = forms.CharField(label=_("Unit that decides"), max_length=160, required=False)
    signer = forms.CharField(label=_("Signed by"), max_length=120)
    product = forms.ChoiceField(label=_("Vaccine"))
    lot = forms.ChoiceField(label=_("Lot"), help_text=_("Left empty: of any lot."), required=False)
    groups = forms.CharField(label=_("For which groups or campaign"), max_length=80, required=False)
    until = forms.DateField(label=_("To be used until"), widget=DayInput(), required=False)
    text = forms.CharField(
        label=_("Published words"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=8000,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        products: Iterable[tuple[str, str]],
        lots: Iterable[tuple[str, str]],
        stores: Sequence[Store],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        fill(self, "product", products)
        fill(self, "lot", lots)
        self.stores = stores
        for store in stores:
            self.fields[f"to_{store.pk}"] = forms.IntegerField(
                label=store.name, min_value=1, max_value=MOST_DOSES, required=False
            )

    def lines(self) -> list[Line]:
        """A line for each store that gets something."""
        told = self.cleaned_data
        lot = UUID(told["lot"]) if told["lot"] else None
        until: date | None = told["until"]
        given = [(store.pk, told.get(f"to_{store.pk}")) for store in self.stores]
        return [
            Line(store, doses, lot, (), told["groups"], until) for store, doses in given if doses
        ]


class ProposeForm(Form):
    """How many doses of what are to be split, and by which rule."""

    product = forms.ChoiceField(label=_("Vaccine"))
    doses = forms.IntegerField(label=_("Doses to split"), min_value=1, max_value=MOST_DOSES)
    rule = forms.ChoiceField(label=_("By which rule"))


class PlanForm(SessionForm):
    """A session with its people and team."""

    commune = forms.ChoiceField(
        label=_("Commune"), help_text=_("Left empty: where your facility is."), required=False
    )
    people = forms.IntegerField(
        label=_("Planned for how many people"), min_value=1, max_value=MOST_PEOPLE
    )
    team = forms.ChoiceField(label=_("Team"), required=False)


class AssignForm(Form):
    """Team and people of a session that is planned already."""

    people = forms.IntegerField(
        label=_("Planned for how many people"), min_value=1, max_value=MOST_PEOPLE
    )
    team = forms.ChoiceField(label=_("Team"), required=False)


class TeamForm(Form):
    """A team, a line for each of its people."""

    name = forms.CharField(label=_("Name of the team"), max_length=80)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        works = [("", _("Choose")), *TeamMember.Work.choices]
        for at in range(MEMBERS):
            self.fields[f"who_{at}"] = forms.CharField(
                label=_("Full name"), max_length=120, required=False
            )
            self.fields[f"work_{at}"] = forms.ChoiceField(
                label=_("Work"), choices=works, required=False
            )
            self.fields[f"table_{at}"] = forms.IntegerField(
                label=_("Table"), min_value=1, max_value=99, required=False
            )

    def clean(self) -> dict[str, Any]:
        """A name without a work is asked about."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        for at in range(MEMBERS):
            if told.get(f"who_{at}") and not told.get(f"work_{at}"):
                self.add_error(f"work_{at}", _("Say what this person does."))
        return told

    def lines(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each person, as they stand in a row."""
        return [
            (self[f"who_{at}"], self[f"work_{at}"], self[f"table_{at}"]) for at in range(MEMBERS)
        ]

    def members(self) -> list[Member]:
        """Who was named."""
        told = self.cleaned_data
        return [
            Member(told[f"who_{at}"], told[f"work_{at}"], told[f"table_{at}"])
            for at in range(MEMBERS)
            if told[f"who_{at}"]
        ]


class VialsForm(Once):
    """Vials of each lot that go out with a session, or doses that come back, counted."""

    why = forms.CharField(label=_("Why they differ"), max_length=200, required=False)

    def __init__(self, *args: Any, lots: Sequence[UUID], must: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lots = lots
        for lot in lots:
            self.fields[f"n_{lot}"] = forms.IntegerField(
                label=_("Whole vials"), min_value=0, max_value=MOST_DOSES, required=must
            )

    def vials(self) -> dict[UUID, int]:
        """Vials by lot."""
        return {lot: self.cleaned_data.get(f"n_{lot}") or 0 for lot in self.lots}


class AsideForm(Once):
    """Why a lot is set apart, or which document lets it go."""

    BACK, DESTROY, RETURN = "back", "destroy", "return"
    why = forms.CharField(label=_("Number of the document, or why"), max_length=200)


class PopulationForm(Form):
    """The population of a commune."""

    disease = forms.ChoiceField(label=_("Disease"))
    commune = forms.ChoiceField(label=_("Commune"))
    people = forms.IntegerField(label=pgettext_lazy("vaccination", "People"), min_value=1)
    on = forms.DateField(label=_("Population as of"), widget=DayInput())
    document = forms.CharField(label=_("Document"), max_length=120)

    def __init__(
        self,
        *args: Any,
        diseases: Iterable[tuple[str, str]],
        communes: Iterable[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        fill(self, "disease", diseases)
        fill(self, "commune", communes)


class PopulationFileForm(Form):
    """A file with a line for each commune."""

    disease = forms.ChoiceField(label=_("Disease"))
    on = forms.DateField(label=_("Population as of"), widget=DayInput())
    document = forms.CharField(label=_("Document"), max_length=120)
    file = forms.FileField(
        label=pgettext_lazy("vaccination", "File"),
        help_text=_("CSV or Excel: the commune's name, then the people."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls,.ods"}),
        error_messages={"required": _("Choose the file.")},
    )

    def __init__(self, *args: Any, diseases: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        fill(self, "disease", diseases)
