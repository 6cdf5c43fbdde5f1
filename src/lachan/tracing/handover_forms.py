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
from lachan.rulebook.selectors import diseases_at
from lachan.tracing.handovers import Kind
from lachan.ui.forms import Form


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
