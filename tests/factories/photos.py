"""A photograph as a phone sends it, made of its parts: the picture is grey, the rest is real."""


def _part(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def _table(number: int, counts: bytes, values: bytes) -> bytes:
    return _part(0xC4, bytes([number]) + counts + values)


def jpeg(*, place: bytes = b"Exif\0\0GPS 21.27 106.19", width: int = 16, height: int = 16) -> bytes:
    """One component, every block the same: a DC difference of 0 and an end of block."""
    one = bytes([0, 1] + [0] * 14)
    blocks = -(-width // 8) * -(-height // 8)
    bits = "00" * blocks
    bits += "1" * (-len(bits) % 8)
    scan = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    frame = bytes([8]) + height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return (
        b"\xff\xd8"
        + _part(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0")
        + _part(0xE1, place)
        + _part(0xFE, b"a camera")
        + _part(0xDB, bytes([0]) + bytes([16] * 64))
        + _part(0xC0, frame + bytes([1, 1, 0x11, 0]))
        + _table(0x00, one, b"\0")
        + _table(0x10, one, b"\0")
        + _part(0xDA, bytes([1, 1, 0x00, 0, 63, 0]))
        + scan
        + b"\xff\xd9"
    )
