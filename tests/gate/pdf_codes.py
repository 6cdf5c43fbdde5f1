"""What the QR codes on a PDF of ours say, from the very rectangles a printer would fill."""

import re

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from tests.tracing.pdf_words import _STREAM, _plain

#: A code: a matrix, black, then only rectangles.  Modules are whole numbers before the matrix.
_CODE = re.compile(rb"[-\d. ]+ cm/c\d+ cs 0 scn ((?:[-\d.]+ [-\d.]+ [ml]\s|h\s)+)f", re.S)
_POINT = re.compile(rb"([-\d.]+) ([-\d.]+) [ml]")

#: pixels of a module, and modules of the quiet zone.  Source: ISO/IEC 18004, 9.1.
_PIXELS, _QUIET = 6, 4


def codes_of(pdf: bytes) -> list[str]:
    """The texts of the codes, in the order in which they are drawn."""
    drawn = [path for _id, body in _STREAM.findall(pdf) for path in _CODE.findall(_plain(body))]
    found = (zxingcpp.read_barcodes(_picture(path)) for path in drawn)
    return [code.text for codes in found for code in codes]


def _picture(path: bytes) -> NDArray[np.uint8]:
    boxes = [_box(part) for part in path.split(b"h")]
    edge = max((box[2] for box in boxes if box), default=0) + 2 * _QUIET
    modules = np.full((edge, edge), 255, np.uint8)
    for box in boxes:
        if box:
            left, top, right, bottom = (value + _QUIET for value in box)
            modules[top:bottom, left:right] = 0
    return np.kron(modules, np.ones((_PIXELS, _PIXELS), np.uint8))


def _box(part: bytes) -> tuple[int, int, int, int] | None:
    points = [(round(float(x)), round(float(y))) for x, y in _POINT.findall(part)]
    if not points:
        return None
    across, down = [x for x, _y in points], [y for _x, y in points]
    return min(across), min(down), max(across), max(down)
