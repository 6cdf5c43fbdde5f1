"""The words on a PDF of ours, read from its own character maps: what a reader sees is tested."""

import re
import zlib

_STREAM = re.compile(rb"(\d+) 0 obj\s*<<(?:(?!endobj).)*?>>\s*stream\r?\n(.*?)\r?\nendstream", re.S)
_FONT = re.compile(rb"/(f\d+) [\d.]+ Tf")
_ESCAPES = {ord("n"): 10, ord("r"): 13, ord("t"): 9, ord("b"): 8, ord("f"): 12}


def words_of(pdf: bytes) -> str:
    """Every shown string, one line for each."""
    streams = {number: _plain(body) for number, body in _STREAM.findall(pdf)}
    fonts = dict(re.findall(rb"/(f\d+) (\d+) 0 R", pdf))
    maps = {name: _map(pdf, streams, number) for name, number in fonts.items()}
    shown = [_text(body, maps) for body in streams.values() if b"TJ" in body]
    return "\n".join(shown)


def _plain(body: bytes) -> bytes:
    try:
        return zlib.decompress(body)
    except zlib.error:
        return body


def _map(pdf: bytes, streams: dict[bytes, bytes], font: bytes) -> dict[int, str]:
    found = re.search(rb"(?:^|\n)%s 0 obj.*?/ToUnicode (\d+) 0 R" % font, pdf, re.S)
    if found is None:
        return {}
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>", streams[found[1]])
    return {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs
    }


def _text(body: bytes, maps: dict[bytes, dict[int, str]]) -> str:
    """What a content stream shows: pieces of one array follow each other, arrays stand in lines."""
    font, shown, at = b"", "", 0
    while at < len(body):
        if body[at] == ord("("):
            glyphs, at = _string(body, at + 1)
            codes = (glyphs[k] << 8 | glyphs[k + 1] for k in range(0, len(glyphs) - 1, 2))
            shown += "".join(maps[font].get(code, "?") for code in codes)
        elif body.startswith(b"]", at):
            shown, at = shown + "\n", at + 1
        elif found := _FONT.match(body, at):
            font, at = found[1], found.end()
        else:
            at += 1
    return shown


def _string(body: bytes, at: int) -> tuple[bytes, int]:
    """A literal string, with what its backslashes and its inner brackets mean."""
    found, depth = bytearray(), 1
    while True:
        byte = body[at]
        if byte == ord("\\"):
            octal = re.compile(rb"[0-7]{1,3}").match(body, at + 1)
            if octal:
                found.append(int(octal[0], 8))
                at = octal.end()
                continue
            at += 1
            found.append(_ESCAPES.get(body[at], body[at]))
        else:
            depth += {ord("("): 1, ord(")"): -1}.get(byte, 0)
            if not depth:
                return bytes(found), at + 1
            found.append(byte)
        at += 1
