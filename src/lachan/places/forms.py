"""Forms for places and their parts."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.core.scope import Principal
from lachan.places.fields import CommuneField
from lachan.places.kinds import PARTS_ONLY, PlaceKind, kinds_inside
from lachan.places.models import Place
from lachan.places.services import LONGEST_NAME
from lachan.ui.forms import Form


def _choices(kinds: Iterable[PlaceKind]) -> list[tuple[str, str]]:
    """Nothing is chosen beforehand."""
    return [("", ""), *((kind.value, str(kind.label)) for kind in kinds)]


class PlaceForm(Form):
    """An outermost place.  An officer also says whose it is; a manager's is the organisation's."""

    name = forms.CharField(label=_("Name of the place"), max_length=LONGEST_NAME)
    kind = forms.ChoiceField(label=_("What kind of place"))
    commune = CommuneField(
        label=_("Commune"),
        help_text=_("Type part of the name; diacritics are not needed. Older names work too."),
    )
    address = forms.CharField(label=_("House number, street, hamlet"), required=False)
    # A body's name and not a person's: this table is open to everybody.
    run_by = forms.CharField(label=_("Organisation that runs it"), max_length=LONGEST_NAME)

    def __init__(self, *args: Any, principal: Principal, **options: Any) -> None:
        super().__init__(*args, **options)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = _choices(each for each in PlaceKind if each not in PARTS_ONLY)
        if principal.organisation is not None:
            del self.fields["run_by"]


class PartsForm(Form):
    """Parts of one kind, a name a line."""

    kind = forms.ChoiceField(label=_("What kind of part"))
    names = forms.CharField(
        label=_("Names, one a line"),
        help_text=_("For example: Line 1, and on the next line: Line 2."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, whole: Place, **options: Any) -> None:
        super().__init__(*args, **options)
        inside = kinds_inside(whole.kind)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = _choices(each for each in PlaceKind if each in inside)


class NameForm(Form):
    """Another name."""

    name = forms.CharField(label=_("New name"), max_length=LONGEST_NAME)
