"""The form with which a household is put into a house of the plan."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.places.selectors import dwellings_of_communes, lanes_of
from lachan.ui.forms import Form

Choices = Sequence[tuple[str, Any]]


class HouseForm(Form):
    """One house of the commune's lanes."""

    house = forms.ChoiceField(label=_("House"))

    def __init__(self, *args: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["house"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "…"), *choices]


def house_choices(commune: int) -> Choices:
    """The houses of a commune, lane by lane."""
    houses: dict[object, list[tuple[str, str]]] = {}
    for row in dwellings_of_communes([commune]):
        houses.setdefault(row.lane_id, []).append((str(row.id), row.number))
    lanes = lanes_of([commune])
    return [
        (lane.name, [(key, f"{number}, {lane.name}") for key, number in houses[lane.id]])
        for lane in lanes
        if lane.id in houses
    ]
