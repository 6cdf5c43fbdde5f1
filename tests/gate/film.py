"""Pictures of codes: a film for a fake camera, and pictures that a guard took before."""

import zlib
from pathlib import Path
from struct import pack

import numpy as np
import zxingcpp
from numpy.typing import NDArray

_WIDTH, _HEIGHT, _FRAMES = 640, 480, 20
_PAPER = 235

Grey = NDArray[np.uint8]


def picture(*texts: str, width: int = _WIDTH, height: int = _HEIGHT) -> Grey:
    """A grey picture in which the QR codes of `texts` stand side by side; without any: paper."""
    whole = np.full((height, width), _PAPER, np.uint8)
    column = width // max(1, len(texts))
    for place, text in enumerate(texts):
        barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
        small = np.array(barcode.to_image(scale=1, add_quiet_zones=True))
        scale = min(420, column) // small.shape[0]
        code = np.kron(small, np.ones((scale, scale), np.uint8)).astype(np.uint8)
        top, left = (height - code.shape[0]) // 2, place * column + (column - code.shape[1]) // 2
        whole[top : top + code.shape[0], left : left + code.shape[1]] = np.clip(code, 16, _PAPER)
    return whole


def film(path: Path, *texts: str) -> Path:
    """Write a Y4M film that shows the QR codes of `texts`; Chromium plays it in a circle."""
    still = picture(*texts)
    colour = bytes([128]) * (_WIDTH * _HEIGHT // 2)
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{_WIDTH} H{_HEIGHT} F10:1 Ip A1:1 C420mpeg2\n".encode())
        for _frame in range(_FRAMES):
            out.write(b"FRAME\n" + still.tobytes() + colour)
    return path


def photograph(path: Path, *texts: str) -> Path:
    """Write the picture of `texts` as a PNG file."""
    still = picture(*texts, width=1200, height=900)
    height, width = still.shape
    rows = np.zeros((height, width + 1), np.uint8)
    rows[:, 1:] = still
    header = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes())), (b"IEND", b""))
    chunks = (
        pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    return path
