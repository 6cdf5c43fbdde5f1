"""A film for a fake camera: a code held still."""

from pathlib import Path

import numpy as np
import zxingcpp

_WIDTH, _HEIGHT, _FRAMES = 640, 480, 20


def film(path: Path, text: str) -> Path:
    """Write a Y4M film that shows the QR code of `text`; Chromium plays it in a circle."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    small = np.array(barcode.to_image(scale=1, add_quiet_zones=True))
    scale = 420 // small.shape[0]
    code = np.kron(small, np.ones((scale, scale), np.uint8)).astype(np.uint8)
    picture = np.full((_HEIGHT, _WIDTH), 235, np.uint8)
    top, left = (_HEIGHT - code.shape[0]) // 2, (_WIDTH - code.shape[1]) // 2
    picture[top : top + code.shape[0], left : left + code.shape[1]] = np.clip(code, 16, 235)
    colour = bytes([128]) * (_WIDTH * _HEIGHT // 2)
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{_WIDTH} H{_HEIGHT} F10:1 Ip A1:1 C420mpeg2\n".encode())
        for _frame in range(_FRAMES):
            out.write(b"FRAME\n" + picture.tobytes() + colour)
    return path
