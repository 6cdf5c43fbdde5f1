"""QR codes as a PDF draws them: its filled paths are painted on a grid of pixels and read."""

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import zxingcpp

from tests.tracing.pdf_words import _STREAM, _plain

#: Pixels to a point: a module of the smallest code is then three of them.
SCALE = 3.0
POINTS_TO_MM = 25.4 / 72

Matrix = tuple[float, float, float, float, float, float]
_TOKEN = re.compile(rb"\[[^\]]*\]\s*TJ|<<.*?>>|/[\w.]+|-?\d*\.?\d+|[A-Za-z*]+", re.S)


@dataclass(frozen=True)
class Code:
    """A code on a page: what it says, and the edge it has on paper, in millimetres."""

    page: int
    text: str
    edge_mm: float


def codes_of(pdf: bytes) -> list[Code]:
    """Every code of every page, in the order of the pages."""
    pages = [
        _plain(body)
        for _number, body in _STREAM.findall(pdf)
        if b" re" in _plain(body) or b" l\n" in _plain(body)
    ]
    contents = [body for body in pages if b"TJ" in body]
    return [code for number, body in enumerate(contents) for code in _codes(number, body)]


def page_sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in millimetres."""
    found = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(round(float(w) * POINTS_TO_MM), round(float(h) * POINTS_TO_MM)) for w, h in found]


def _codes(number: int, body: bytes) -> list[Code]:
    boxes = _black_boxes(body)
    pixels = np.full((2700, 2700), 255, np.uint8)
    for left, low, right, high in boxes:
        pixels[
            round(2700 - high * SCALE) : round(2700 - low * SCALE),
            round(left * SCALE) : round(right * SCALE),
        ] = 0
    return [
        Code(number, found.text, _edge(found))
        for found in zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormat.QRCode)
    ]


def _edge(found: zxingcpp.Barcode) -> float:
    """zxing gives the outer corners of the code."""
    left, right = found.position.top_left, found.position.top_right
    return float(right.x - left.x) / SCALE * POINTS_TO_MM


def _black_boxes(body: bytes) -> list[tuple[float, float, float, float]]:
    """Rectangles filled with black, in points from the lower left corner."""
    boxes: list[tuple[float, float, float, float]] = []
    stack: list[tuple[Matrix, bool]] = []
    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    black = False
    numbers: list[float] = []
    path: list[tuple[float, float]] = []
    paths: list[list[tuple[float, float]]] = []
    for token in _TOKEN.findall(body):
        word = token.decode("latin-1")
        if re.fullmatch(r"-?\d*\.?\d+", word):
            numbers.append(float(word))
            continue
        if word == "q":
            stack.append((matrix, black))
        elif word == "Q":
            matrix, black = stack.pop()
        elif word == "cm":
            matrix = _times((*numbers[-6:],), matrix)  # type: ignore[arg-type]
        elif word in ("scn", "g", "rg", "sc", "k"):
            black = bool(numbers) and all(number == 0 for number in numbers)
        elif word == "m":
            path = [(numbers[-2], numbers[-1])]
            paths.append(path)
        elif word == "l":
            path.append((numbers[-2], numbers[-1]))
        elif word == "re":
            x, y, wide, high = numbers[-4:]
            paths.append([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)])
        elif word in ("f", "f*", "B", "S", "n", "b"):
            if black and word in ("f", "f*"):
                boxes += [_box(each, matrix) for each in paths if _is_box(each)]
            paths = []
        if word[:1] != "/":
            numbers = []
    return boxes


def _is_box(path: list[tuple[float, float]]) -> bool:
    return len(path) >= 4 and all(
        a[0] == b[0] or a[1] == b[1] for a, b in pairwise([*path, path[0]])
    )


def _box(path: list[tuple[float, float]], matrix: Matrix) -> tuple[float, float, float, float]:
    a, b, c, d, e, f = matrix
    points = [(a * x + c * y + e, b * x + d * y + f) for x, y in path]
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )
