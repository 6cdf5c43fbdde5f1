"""What a technician says of a file of results."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from lachan.rulebook.selectors import AssayRule
from lachan.ui.forms import Choice, Form

#: What a browser offers first; what a file is, its bytes say.
ENDINGS = ".xlsx,.xlsm,.xls,.ods,.csv,.txt,.hl7,.astm"


class ResultsForm(Form):
    """The file, and by which test's table its cycles are read."""

    file = forms.FileField(
        label=_("File of results"),
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
        help_text=_("Drop it here. As the machine exports it: .xlsx, .xls, .csv, .txt, HL7, ASTM."),
        error_messages={"required": _("Choose the file.")},
    )
    assay = Choice(label=_("What makes a result?"), choices=[])

    #: The choice that leaves outcomes to the file.
    WORDS = "words"

    def __init__(
        self,
        *args: Any,
        assays: Iterable[tuple[str, AssayRule]],
        language: str,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        field = self.fields["assay"]
        assert isinstance(field, forms.ChoiceField)
        told = _gettext("The Ct by the table of: %(test)s")
        field.choices = [
            (self.WORDS, _gettext("The words in the file (positive, negative)")),
            *((name, told % {"test": rule.names[language]}) for name, rule in assays),
        ]

    def assay_name(self) -> str:
        """ "disease/name", "" where the file's words decide."""
        chosen = str(self.cleaned_data["assay"])
        return "" if chosen == self.WORDS else chosen
