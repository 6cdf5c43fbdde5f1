"""The layout of a plate as a file that an analyser's program takes in.

`lachan`: our own, one line a well.  `quantstudio`: the columns of a QuantStudio sample setup, one
line for a well and target.  `cfx`: the columns that CFX Maestro takes for a plate, one line a well
and target.  No person stands in any of them: a sample is named by its tube's barcode.
"""

from collections.abc import Callable

from django.http import Http404, HttpResponse

from lachan.rulebook.selectors import AssayRule
from lachan.sampling import bench_wells
from lachan.sampling.models import Plate, Well
from lachan.ui.tables import as_download

#: What the programs call a well: unknown, positive and negative control.
_QUANTSTUDIO = {
    "sample": "UNKNOWN",
    "positive": "STANDARD",
    "negative": "NTC",
    "extraction": "UNKNOWN",
}
_CFX = {"sample": "Unkn", "positive": "Pos Ctrl", "negative": "NTC", "extraction": "Neg Ctrl"}

#: Names of controls in a file; a program that reads results knows them again.
CONTROL_NAMES = {"positive": "PC", "negative": "NTC", "extraction": "EC"}

Row = list[str | int]


def sample_name(well: Well) -> str:
    """The tube's barcode; a control by its short name."""
    return well.tube.barcode if well.tube else CONTROL_NAMES[well.kind]


def _own(plate: Plate, wells: list[Well], assay: AssayRule) -> tuple[Row, list[Row]]:
    head: Row = ["plate", "well", "kind", "barcode", "test"]
    rows: list[Row] = [
        [
            plate.barcode,
            bench_wells.name_of(well.position, plate.size),
            well.kind,
            sample_name(well),
            assay.name,
        ]
        for well in wells
    ]
    return head, rows


def _quantstudio(plate: Plate, wells: list[Well], assay: AssayRule) -> tuple[Row, list[Row]]:
    head: Row = ["Well", "Well Position", "Sample Name", "Target Name", "Task"]
    columns = bench_wells.SHAPES[plate.size][1]
    rows: list[Row] = []
    for well in wells:
        name = bench_wells.name_of(well.position, plate.size)
        # Its programs count along the rows, from 1.
        number = (ord(name[0]) - 65) * columns + int(name[1:])
        for target in assay.targets:
            rows.append([number, name, sample_name(well), target.code, _QUANTSTUDIO[well.kind]])
    return head, rows


def _cfx(plate: Plate, wells: list[Well], assay: AssayRule) -> tuple[Row, list[Row]]:
    head: Row = ["Row", "Column", "*Target Name", "*Sample Name", "Sample Type"]
    rows: list[Row] = []
    for well in wells:
        name = bench_wells.name_of(well.position, plate.size)
        for target in assay.targets:
            rows.append([name[0], int(name[1:]), target.code, sample_name(well), _CFX[well.kind]])
    return head, rows


_KINDS: dict[str, Callable[[Plate, list[Well], AssayRule], tuple[Row, list[Row]]]] = {
    "lachan": _own,
    "quantstudio": _quantstudio,
    "cfx": _cfx,
}


def download(plate: Plate, assay: AssayRule, kind: str) -> HttpResponse:
    """The file; 404 where no program is called so."""
    if kind not in _KINDS:
        raise Http404
    head, rows = _KINDS[kind](plate, bench_wells.standing(plate), assay)
    return as_download(
        "csv", name=f"{plate.barcode}-{kind}", title=plate.barcode, head=head, rows=rows, widths=[]
    )
