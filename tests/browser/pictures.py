"""Pictures: what a code in them says, and how to keep them small."""

import base64
import zlib
from pathlib import Path
from struct import pack

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext

Grey = NDArray[np.uint8]

#: The browser reads its own pictures; so no library of pictures is needed.
_DECODE = """
async (text) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const brush = canvas.getContext("2d");
  brush.drawImage(picture, 0, 0);
  const all = brush.getImageData(0, 0, picture.width, picture.height).data;
  let out = "";
  for (let i = 0; i < all.length; i += 30000) {
    out += String.fromCharCode(...all.subarray(i, i + 30000));
  }
  return [picture.width, picture.height, btoa(out)];
}
"""


def pixels(context: BrowserContext, png: bytes) -> NDArray[np.uint8]:
    """The picture as rows of red, green, blue."""
    page = context.new_page()
    width, height, text = page.evaluate(_DECODE, base64.b64encode(png).decode())
    page.close()
    whole = np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)
    return np.ascontiguousarray(whole[:, :, :3])


def codes_in(context: BrowserContext, png: bytes) -> list[str]:
    """What the QR codes of a picture say."""
    grey: Grey = np.ascontiguousarray(pixels(context, png).mean(axis=2).astype(np.uint8))
    return [found.text for found in zxingcpp.read_barcodes(grey)]


def keep_small(context: BrowserContext, png: bytes, path: Path) -> None:
    """Write a picture with at most 256 colours: pages of ours need few, and lines are slow."""
    colours = pixels(context, png)
    bits = 8
    while True:
        step = np.uint8(1 << (8 - bits))
        coarse = (colours // step) * step
        flat = coarse.reshape(-1, 3).astype(np.uint32)
        known, index = np.unique(
            flat[:, 0] << 16 | flat[:, 1] << 8 | flat[:, 2], return_inverse=True
        )
        if len(known) <= 256:
            break
        bits -= 1
    height, width, _depth = colours.shape
    mid = 0 if bits == 8 else (1 << (8 - bits)) * 255 // 256
    scale = 255 / max(255 - mid, 1)
    palette = [min(255, round(((c >> s) & 255) * scale)) for c in known for s in (16, 8, 0)]
    rows = np.zeros((height, width + 1), np.uint8)
    rows[:, 1:] = index.reshape(height, width)
    header = pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    body = zlib.compress(rows.tobytes(), 9)
    parts = [(b"IHDR", header), (b"PLTE", bytes(palette)), (b"IDAT", body), (b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))
