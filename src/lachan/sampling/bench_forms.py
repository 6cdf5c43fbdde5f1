"""What the laboratory's bench sends."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.rulebook.selectors import AssayRule
from lachan.sampling.forms import METHODS, OUTCOMES
from lachan.ui.forms import Choice, Form

#: How a technician writes that a target never shone.
UNDETERMINED = frozenset({"-", "–", "u", "un", "nd", "undetermined", "không", "kxđ"})

_CYCLE = re.compile(r"\d{1,2}(?:[.,]\d{1,4})?")

#: A cycle is kept to hundredths, as machines print it.
_PLACES = 2


class CycleField(forms.CharField):
    """A cycle: 24,10 or 24.10; "-" for undetermined, which is None.  Empty is no answer."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=16, **options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off", "class": "field cyc"}

    def clean(self, value: Any) -> Any:
        """The cycle as a number, None for undetermined."""
        text = str(super().clean(value)).strip().lower()
        if not text or text in UNDETERMINED:
            return None
        if not _CYCLE.fullmatch(text):
            raise forms.ValidationError(
                _gettext("Write a cycle such as 24,10, or - for undetermined.")
            )
        return round(float(text.replace(",", ".")), _PLACES)


class PlateForm(Form):
    """A new plate: its code, size and test; nothing is chosen beforehand."""

    barcode = forms.CharField(label=_("Code of the plate"), max_length=40)
    size = Choice(label=_("How many wells?"), choices=[("96", "96"), ("384", "384")])
    assay = Choice(label=_("Which test?"), choices=[])

    def __init__(
        self, *args: Any, assays: Iterable[AssayRule], language: str, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.assays = {f"{rule.disease}/{rule.name}": rule for rule in assays}
        field = self.fields["assay"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, rule.names[language]) for key, rule in self.assays.items()]
        self.fields["barcode"].widget.attrs["autofocus"] = True

    def clean_barcode(self) -> str:
        """A scanner may send spaces."""
        return str(self.cleaned_data["barcode"]).strip()


class RunForm(Form):
    """On which machine and with which lot a plate runs."""

    machine = forms.CharField(
        label=_("Machine"), max_length=60, widget=forms.TextInput(attrs={"list": "machines"})
    )
    lot = forms.CharField(
        label=_("Lot of the reagents"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "lots"}),
    )
    lot_expires = forms.DateField(
        label=_("The lot expires on"), widget=forms.DateInput(attrs={"type": "date"})
    )


class ControlsForm(Form):
    """The cycle of each target of each control; every one is answered, undetermined too."""

    def __init__(
        self,
        *args: Any,
        wells: Mapping[str, str],
        assay: AssayRule,
        words: Mapping[str, str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.wells = wells
        for well, kind in wells.items():
            for target in assay.targets:
                label = f"{well} · {words[kind]} · {target.code}"
                self.fields[f"{well}_{target.code}"] = CycleField(label=label)

    def read(self) -> dict[str, dict[str, float | None]]:
        """Position -> target -> cycle."""
        found: dict[str, dict[str, float | None]] = {well: {} for well in self.wells}
        for name, cycle in self.cleaned_data.items():
            well, _joint, target = name.partition("_")
            found[well][target] = cycle
        return found


class KeyForm(Form):
    """What one person read: cycles by target where the test has a table, and what was found."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)
    outcome = Choice(label=_("What was found?"), choices=OUTCOMES)
    method = Choice(label=_("By which test?"), choices=METHODS)

    def __init__(self, *args: Any, assay: AssayRule | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.targets = [target.code for target in assay.targets] if assay else []
        for code in self.targets:
            self.fields[f"ct_{code}"] = CycleField(
                label=_("Ct of %(target)s") % {"target": code}, required=False
            )
        self.order_fields(["id", *(f"ct_{code}" for code in self.targets), "outcome", "method"])
        first = f"ct_{self.targets[0]}" if self.targets else "outcome"
        self.fields[first].widget.attrs["autofocus"] = True

    def ct(self) -> dict[str, float | None]:
        """The cycles by target; empty where none was written at all."""
        if not any(str(self.data.get(f"ct_{code}", "")).strip() for code in self.targets):
            return {}
        return {code: self.cleaned_data[f"ct_{code}"] for code in self.targets}

    def clean(self) -> dict[str, Any]:
        """Who writes one cycle writes all of them: an empty one is no "undetermined"."""
        given = super().clean() or self.cleaned_data
        written = [code for code in self.targets if str(self.data.get(f"ct_{code}", "")).strip()]
        if written and given.get("method") == "pcr":
            for code in set(self.targets) - set(written):
                self.add_error(f"ct_{code}", _("Write its cycle, or - for undetermined."))
        return given


class AmendForm(KeyForm):
    """Another answer, and why."""

    reason = forms.CharField(label=_("Why does the result before not stand?"), max_length=200)


class WithdrawForm(Form):
    """Why a released result stands no more."""

    reason = forms.CharField(label=_("Why does this result not stand?"), max_length=200)
