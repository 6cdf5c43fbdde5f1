"""A photograph as JPEG, whole and without what a camera adds: place, time, device, a small copy.

Only the parts that the picture needs are written again; anything after its end is left out.
Source: ITU-T T.81, annex B; JFIF 1.02.
"""

from collections.abc import Iterator

#: Longest side in pixels; more is no photograph of a phone.
LONGEST_SIDE = 8192

_START, _END = 0xD8, 0xD9
_SCAN = 0xDA
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
#: Kept: tables, frames, scans, restart intervals, and the two application parts that say how
#: colours are meant (JFIF and Adobe).
_KEPT = frozenset({*_FRAMES, 0xC4, 0xDB, 0xDD, _SCAN, 0xE0, 0xEE})
_DROPPED = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
_RESTARTS = range(0xD0, 0xD8)


class NotAPhoto(ValueError):
    """`code`: photo_kind (no JPEG), photo_broken (cut off, strange inside), photo_size (pixels)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def bare_jpeg(data: bytes) -> bytes:
    """The picture alone.  Raises NotAPhoto."""
    if not data.startswith(b"\xff\xd8\xff"):
        raise NotAPhoto("photo_kind")
    out = bytearray(b"\xff\xd8")
    framed = False
    for marker, part in _parts(data):
        if marker == _END:
            if not framed:
                break
            return bytes(out + b"\xff\xd9")
        if marker in _DROPPED:
            continue
        if marker not in _KEPT:
            raise NotAPhoto("photo_broken")
        if marker in _FRAMES:
            _check_size(part)
            framed = True
        out += part
    raise NotAPhoto("photo_broken")


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and the bytes from it on, entropy-coded data of a scan included."""
    at = 2
    while at + 2 <= len(data):
        if data[at] != 0xFF:
            raise NotAPhoto("photo_broken")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == _END:
            yield marker, b""
            return
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise NotAPhoto("photo_broken")
        if marker == _SCAN:
            end = _after_scan(data, end)
        yield marker, data[at:end]
        at = end


def _after_scan(data: bytes, at: int) -> int:
    """Where the next marker begins that is neither a stuffed byte nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise NotAPhoto("photo_broken")
        following = data[at + 1]
        if following != 0 and following not in _RESTARTS and following != 0xFF:
            return at
        at += 1 if following == 0xFF else 2


def _check_size(frame: bytes) -> None:
    height, width = int.from_bytes(frame[5:7], "big"), int.from_bytes(frame[7:9], "big")
    if not 16 <= height <= LONGEST_SIDE or not 16 <= width <= LONGEST_SIDE:
        raise NotAPhoto("photo_size")
