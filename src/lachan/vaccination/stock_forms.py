"""What a storekeeper sends: a scan, doses, a delivery, a count."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lachan.ui.forms import Choice, Form
from lachan.vaccination.handing import Check
from lachan.vaccination.models import (
    ExcursionDecision,
    HandoverCheck,
    StockLine,
    StockMove,
    Store,
)

#: The most doses of one line: a slip of the thumb is larger.
MOST_DOSES = 10_000_000


class DayInput(forms.DateInput):
    """The browser's own field for a day."""

    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)


class Once(Form):
    """A form whose entry carries its own number, made with the page."""

    id = forms.UUIDField(widget=forms.HiddenInput)


def fill(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """Give a choice of a form its choices; the first of a list is none."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", _("Choose")), *choices]


class StoreForm(Form):
    """A new store."""

    name = forms.CharField(label=_("Name of the store"), max_length=120)
    kind = Choice(label=_("What store is it?"), choices=Store.Kind.choices)
    gives = forms.BooleanField(
        label=_("People are injected from this store"),
        help_text=_("What is injected is taken from it by itself. One store of a unit does."),
        required=False,
    )


class ReceiveForm(Once):
    """A box that came from a supplier; what is not known of its lot is asked in the same step."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=400)
    lot = forms.ChoiceField(label=_("Lot"), required=False)
    product = forms.ChoiceField(label=_("Vaccine"), required=False)
    expires_on = forms.DateField(label=_("Last day, as printed"), widget=DayInput(), required=False)
    doses_per_vial = forms.IntegerField(
        label=_("Doses in a vial, by the leaflet"),
        help_text=_("Left empty: as usual for this vaccine."),
        min_value=1,
        max_value=100,
        required=False,
    )
    told = forms.IntegerField(
        label=_("Doses on the delivery note"), min_value=0, max_value=MOST_DOSES
    )
    counted = forms.IntegerField(label=_("Doses counted"), min_value=0, max_value=MOST_DOSES)
    why = forms.CharField(
        label=_("Why they differ"),
        help_text=_("Only if they do: broken, missing, one box too many."),
        max_length=200,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        lots: Sequence[tuple[str, str]],
        products: Sequence[tuple[str, str]],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        if len(lots) > 1:
            fill(self, "lot", lots)
        else:
            del self.fields["lot"]
        if lots:
            for name in ("product", "expires_on", "doses_per_vial"):
                del self.fields[name]
        else:
            fill(self, "product", products)
            for name in ("product", "expires_on"):
                self.fields[name].required = True


class SendForm(Once):
    """What leaves for another store."""

    kind = Choice(
        label=_("How does it go?"),
        choices=[
            (StockMove.Kind.ISSUE, _("Issue to a store below")),
            (StockMove.Kind.TRANSFER, _("Transfer to a store beside")),
            (StockMove.Kind.RETURN, _("Return to a store above")),
        ],
    )
    to = forms.ChoiceField(label=_("To which store"))
    share = forms.ChoiceField(
        label=_("By which decision"), help_text=_("If there is one."), required=False
    )
    note = forms.CharField(label=_("Number of the delivery note"), max_length=200, required=False)

    def __init__(self, *args: Any, lots: Sequence[UUID], **options: Any) -> None:
        super().__init__(*args, **options)
        self.lots = lots
        for lot in lots:
            self.fields[f"doses_{lot}"] = forms.IntegerField(
                label=pgettext_lazy("stock", "Doses"),
                min_value=1,
                max_value=MOST_DOSES,
                required=False,
            )

    def amounts(self) -> list[tuple[UUID, int]]:
        """Lots of which something goes, with the doses."""
        told = [(lot, self.cleaned_data.get(f"doses_{lot}")) for lot in self.lots]
        return [(lot, doses) for lot, doses in told if doses]


def check_fields(lot: object) -> dict[str, forms.Field]:
    """What is looked at of a lot when it is handed over."""
    return {
        f"degrees_{lot}": forms.DecimalField(
            label=_("Degrees on arrival (°C)"),
            min_value=-100,
            max_value=60,
            decimal_places=1,
            required=False,
        ),
        f"monitor_{lot}": forms.ChoiceField(
            label=_("Vial monitor (VVM)"),
            choices=[("", _("Choose")), *HandoverCheck.Monitor.choices],
            required=False,
        ),
    }


class DeliveryForm(Once):
    """A delivery of another store, line by line as counted."""

    def __init__(self, *args: Any, lines: Sequence[StockLine], **options: Any) -> None:
        self.lines = lines
        super().__init__(*args, **options)
        for one in lines:
            self.fields[f"counted_{one.pk}"] = forms.IntegerField(
                label=_("Doses counted"), min_value=0, max_value=MOST_DOSES
            )
            self.fields[f"why_{one.pk}"] = forms.CharField(
                label=_("Why they differ"), max_length=200, required=False
            )
            self.fields |= check_fields(one.pk)

    def checks(self) -> list[Check]:
        """What was looked at of each lot."""
        told = self.cleaned_data
        return [
            Check(one.lot_id, told[f"degrees_{one.pk}"], told[f"monitor_{one.pk}"])
            for one in self.lines
        ]


class LotForm(Once):
    """What happens to a lot of one's own store."""

    #: What is not waste.
    OPEN, THAW, DESTROY = "open", "thaw", "destroy"

    what = Choice(
        label=_("What happened?"),
        choices=[
            (OPEN, _("Vials were opened")),
            (THAW, _("Taken out of the freezer to thaw")),
            *(
                (cause.value, cause.label)
                for cause in StockLine.Cause
                if cause != StockLine.Cause.OPEN_LEFT
            ),
            (DESTROY, _("Destroyed by a record")),
        ],
    )
    count = forms.IntegerField(
        label=_("How many"),
        help_text=_("Vials where vials were opened, else doses."),
        min_value=1,
        max_value=MOST_DOSES,
    )
    note = forms.CharField(label=_("Note, or number of the record"), max_length=200, required=False)


class CorrectForm(Once):
    """Why an entry is taken back."""

    why = forms.CharField(label=_("Why is this entry wrong?"), max_length=200)


class BookForm(Once):
    """What was counted of each lot; nothing is filled in beforehand."""

    note = forms.CharField(
        label=pgettext_lazy("vaccination", "Note"), max_length=200, required=False
    )

    def __init__(self, *args: Any, lots: Sequence[UUID], **options: Any) -> None:
        super().__init__(*args, **options)
        self.lots = lots
        for lot in lots:
            self.fields[f"counted_{lot}"] = forms.IntegerField(
                label=_("Doses counted"), min_value=0, max_value=MOST_DOSES
            )
            self.fields[f"cause_{lot}"] = forms.CharField(
                label=_("Why they differ"), max_length=200, required=False
            )


class LogForm(Form):
    """A logger's file."""

    device = forms.CharField(label=_("Which refrigerator"), max_length=60)
    file = forms.FileField(
        label=_("File of the logger"),
        help_text=_("CSV or Excel: a column of times, then one of degrees."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls,.ods"}),
        error_messages={"required": _("Choose the file.")},
    )


class VerdictForm(Form):
    """What is decided on an excursion."""

    verdict = Choice(
        label=_("What happens with these doses?"), choices=ExcursionDecision.Verdict.choices
    )
    why = forms.CharField(label=_("Why, and who said so"), max_length=200)
