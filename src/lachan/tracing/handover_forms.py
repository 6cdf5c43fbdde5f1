"""Where a returned person stays now, and whom to hand over besides contacts."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.people.selectors import find_people
from lachan.places.selectors import search_units
from lachan.rulebook.selectors import diseases_at
from lachan.tracing.handovers import Kind
from lachan.ui.forms import Form, Radios

#: Communes offered for a name; more would not be read.
HITS = 8


class AgainForm(Form):
    """The present stay, corrected from today on.  A name that fits several communes asks which."""

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


class SendPersonForm(Form):
    """Whom to hand over to the commune of present stay, and what for."""

    KINDS = [(kind.value, kind.label) for kind in (Kind.SAMPLING, Kind.CASE, Kind.DISCHARGED)]

    person = forms.CharField(
        label=gettext_lazy("Whom"),
        help_text=gettext_lazy("Telephone, document, or full name with year of birth."),
        max_length=120,
    )
    kind = forms.ChoiceField(label=gettext_lazy("What for"), choices=KINDS)
    disease = forms.ChoiceField(label=gettext_lazy("Disease"))
    note = forms.CharField(
        label=gettext_lazy("What the station should know"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, by: Principal, **options: Any) -> None:
        super().__init__(*args, **options)
        self.by = by
        language = (get_language() or "vi")[:2]
        chooser = self.fields["disease"]
        assert isinstance(chooser, forms.ChoiceField)
        chooser.choices = [
            (code, names.get(language, code)) for code, names in diseases_at(now()).items()
        ]

    def clean_person(self) -> UUID:
        """The one person whom the text means."""
        found = find_people(self.cleaned_data["person"], self.by)
        if not found:
            raise ValidationError(_("Nobody of your area is found by this. Check it, or register."))
        if len(found) > 1:
            raise ValidationError(
                _("%(n)d people are found. Add the year of birth or use the telephone.")
                % {"n": len(found)}
            )
        return found[0].person
