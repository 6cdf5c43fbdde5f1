"""The base of every form: label, help, error, summary; no answer chosen beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer, DjangoTemplates
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Renderer(DjangoTemplates):
    """Forms and fields in our templates, widgets in Django's."""

    form_template_name = "ui/_form.html"
    field_template_name = "ui/_field.html"


@dataclass(frozen=True)
class ErrorLink:
    """One line of the summary; `href` leads to the field, "" for the form as a whole."""

    href: str
    text: str


class Radios(forms.RadioSelect):
    """Real radio buttons in a fieldset, large enough for a thumb."""

    template_name = "ui/widgets/radios.html"


class Ticks(forms.CheckboxSelectMultiple):
    """Real tick boxes in a fieldset."""

    template_name = "ui/widgets/radios.html"


#: Answers of a yes/no question as they are posted.
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class YesNo(forms.TypedChoiceField):
    """A yes/no question; its value is True or False, and nothing is chosen beforehand."""

    def __init__(self, **options: Any) -> None:
        if options.get("initial") is not None:
            raise ValueError("a question never has an answer chosen beforehand")
        options.setdefault("error_messages", {"required": _("Choose Yes or No.")})
        super().__init__(
            choices=YES_NO,
            coerce=lambda answer: answer == "yes",
            empty_value=None,
            widget=Radios(attrs={"class": "is-yn"}),
            **options,
        )


class Choice(forms.ChoiceField):
    """One of a few; shown as radios, nothing chosen beforehand."""

    def __init__(self, *, choices: Sequence[tuple[str, str | Promise]], **options: Any) -> None:
        if options.get("initial") is not None:
            raise ValueError("a question never has an answer chosen beforehand")
        options.setdefault("error_messages", {"required": _("Choose one of the answers.")})
        super().__init__(choices=choices, widget=Radios, **options)


class Shown:
    """How any of our forms is shown: mixed into Form and ModelForm."""

    default_renderer: BaseRenderer | type[BaseRenderer] | None = Renderer
    #: The server says what is missing, in our words; the browser's bubble speaks another language.
    use_required_attribute = False
    required_css_class = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        for field in self.fields.values():  # type: ignore[attr-defined]
            _say_what_is_missing(field)

    def error_links(self) -> list[ErrorLink]:
        """The summary: first what concerns the whole form, then field by field."""
        whole = [ErrorLink("", str(error)) for error in self.non_field_errors()]  # type: ignore[attr-defined]
        return whole + [
            ErrorLink(f"#{first_id(bound)}", _line(bound, str(error)))
            for bound in self  # type: ignore[attr-defined]
            for error in bound.errors
        ]


class Form(Shown, forms.Form):
    """A form."""


class ModelForm(Shown, forms.ModelForm):  # type: ignore[type-arg]
    """A form of one model."""


def first_id(bound: forms.BoundField) -> str:
    """The id of the element that takes the focus: of radios, the first."""
    return f"{bound.auto_id}_0" if bound.use_fieldset else str(bound.id_for_label)


def _line(bound: forms.BoundField, error: str) -> str:
    """The sentence in the summary, where the field is not beside it to be seen."""
    label = str(bound.label)
    if not label or label in error:
        return error
    return f"{label} {error}" if label.endswith("?") else f"{label}: {error}"


def _say_what_is_missing(field: forms.Field) -> None:
    """Put what to do where a field still has Django's own words."""
    standard = forms.Field.default_error_messages["required"]
    if not field.label or str(field.error_messages.get("required")) != str(standard):
        return
    if isinstance(field.widget, forms.CheckboxInput):
        sentence = _("Tick: %(label)s.")
    elif isinstance(field.widget, (forms.Select, forms.FileInput)):
        sentence = _("Choose: %(label)s.")
    else:
        sentence = _("Fill in: %(label)s.")
    field.error_messages["required"] = sentence % {"label": field.label}
