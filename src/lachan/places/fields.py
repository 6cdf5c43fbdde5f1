"""The form field for a commune: a search box that accepts names without diacritics.

With a script the hits come while typing (`places:units`); without one the form comes back with
them.  The value is the number of a unit of today.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.core.refusals import Refused
from lachan.places.selectors import UnitHit, search_units, today_of, unit_label, unit_name
from lachan.ui.forms import Form, Radios


class UnitSearch(forms.Widget):
    """A search box and below it the hits as radio buttons."""

    template_name = "places/widgets/unit_search.html"
    use_fieldset = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        text, chosen = value if isinstance(value, tuple) else ("", value)
        context["text"] = text
        context["chosen"] = str(chosen or "")
        context["hits"] = _offered(text, context["chosen"])
        return context

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> tuple[str, str]:
        return str(data.get(f"{name}_text", "")), str(data.get(name, ""))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and f"{name}_text" not in data

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return id_


def _offered(text: str, chosen: str) -> list[UnitHit]:
    """The chosen unit first, then what the text finds."""
    hits = search_units(text)
    if not chosen.isdecimal() or any(str(hit.id) == chosen for hit in hits):
        return hits
    try:
        own = UnitHit(int(chosen), unit_name(int(chosen)), unit_label(int(chosen)))
    except Refused:
        return hits
    return [own, *hits]


class CommuneField(forms.Field):
    """A commune of today; cleans to its number."""

    widget = UnitSearch

    def clean(self, value: Any) -> int | None:
        text, chosen = value if isinstance(value, tuple) else ("", str(value or ""))
        if not chosen and not self.required:
            return None
        if not chosen.isdecimal():
            raise ValidationError(_whats_missing(text), code="required")
        try:
            commune = today_of(int(chosen)).commune
        except Refused as refused:
            raise ValidationError(refused.message, code=refused.code) from refused
        if commune is None or commune != int(chosen):
            raise ValidationError(_("Choose a commune from the list."), code="not_a_commune")
        return commune


def _whats_missing(text: str) -> str:
    if not text.strip():
        return _("Type the commune's name and choose it.")
    if search_units(text, limit=1):
        return _("Choose the commune from the list below.")
    return _("No commune is called so. Type another part of its name.")


#: Communes offered for a name; more would not be read.
HITS = 8


class StayForm(Form):
    """Where a person stays now.  A name that fits several communes asks which."""

    where = forms.CharField(
        label=gettext_lazy("Commune where the person stays now"),
        help_text=gettext_lazy("Type its name, marks not needed; an old name is found too."),
        max_length=80,
    )
    commune = forms.ChoiceField(label=gettext_lazy("Which of these"), required=False, widget=Radios)
    address = forms.CharField(
        label=gettext_lazy("House, lane, hamlet"), required=False, max_length=200
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        text = str(self.data.get("where", "")) if self.is_bound else ""
        self.hits = search_units(text, limit=HITS) if text.strip() else []
        chooser = self.fields["commune"]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = [(str(hit.id), hit.label) for hit in self.hits]
        if len(self.hits) < 2:
            del self.fields["commune"]

    def clean(self) -> dict[str, Any]:
        """The one commune that is meant, as `commune`."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "where" in cleaned and not self.hits:
            self.add_error("where", _("No commune is called so. Type another part of its name."))
        elif len(self.hits) == 1:
            cleaned["commune"] = self.hits[0].id
        elif cleaned.get("commune"):
            cleaned["commune"] = int(cleaned["commune"])
        elif self.hits:
            self.add_error("commune", _("Choose the commune from the list."))
        return cleaned
