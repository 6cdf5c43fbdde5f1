"""What a session's planner fills in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.ui.forms import Choice, Form, Ticks


class _Moment(forms.DateTimeInput):
    """The browser's own field for a day and an hour."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class SessionForm(Form):
    """A session at the own facility or on the road."""

    name = forms.CharField(
        label=_("Name of the site"),
        help_text=_("As people there call it: the hall, the school, the hamlet."),
        max_length=120,
    )
    mobile = Choice(
        label=_("What kind of site?"),
        choices=[("fixed", _("Fixed site")), ("mobile", _("Mobile site"))],
    )
    products = forms.MultipleChoiceField(label=_("Vaccines"), widget=Ticks())
    starts_at = forms.DateTimeField(label=_("Starts"), widget=_Moment())
    ends_at = forms.DateTimeField(label=_("Ends"), widget=_Moment())
    tables = forms.IntegerField(label=_("Injection tables"), min_value=1, max_value=99)

    def __init__(self, *args: Any, products: Sequence[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["products"].choices = products  # type: ignore[attr-defined]
