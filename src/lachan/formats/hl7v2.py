"""HL7 v2 in its vertical-bar form: bytes into messages, segments and fields.  Versions 2.1 to 2.8.

Own code, not the library python-hl7, for what a laboratory's feed needs and it does not give: line
feeds as line ends (most files on disk), the character set of MSH-18, the number of every segment
for messages to people, and the comparison of a trailer's count with what is there.  See
docs/platforms/laboratory-formats.md.

Nothing here knows what a segment means (`hl7oru`).  Source: HL7 v2.5.1, chapter 2.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lachan.formats.labresults import LabFileRefused

#: bytes of a file; a laboratory's year of results is smaller.
LARGEST_FILE = 200_000_000
#: bytes of one message; a report with a picture inside comes to about 10 MB.
LARGEST_MESSAGE = 20_000_000

#: MSH-18 (HL7 table 0211, and what Vietnamese systems write) -> Python's codec.  "" and ASCII are
#: read as UTF-8, which holds ASCII.
CHARSETS = {
    "": "utf-8", "ASCII": "utf-8", "UNICODE UTF-8": "utf-8", "UTF-8": "utf-8", "UTF8": "utf-8",
    "UNICODE": "utf-8", "ISO IR192": "utf-8", "ISO IR6": "utf-8", "US-ASCII": "utf-8",
    "8859/1": "latin-1", "ISO-8859-1": "latin-1", "ISO8859-1": "latin-1", "ISO IR100": "latin-1",
    "8859/2": "iso8859-2", "8859/3": "iso8859-3", "8859/4": "iso8859-4", "8859/5": "iso8859-5",
    "8859/6": "iso8859-6", "8859/7": "iso8859-7", "8859/8": "iso8859-8", "8859/9": "iso8859-9",
    "8859/15": "iso8859-15", "WINDOWS-1252": "cp1252", "CP1252": "cp1252",
    "WINDOWS-1258": "cp1258", "CP1258": "cp1258", "GB 18030-2000": "gb18030", "KS X 1001": "euc-kr",
    "BIG-5": "big5",
}  # fmt: skip

#: What stands around a message in a saved stream: MLLP's frame, form feeds, zeros, marks.
_AROUND = b"\x0b\x0c\x1c\x00\x1a \t"
_MARK = b"\xef\xbb\xbf"
_SEGMENT = re.compile(rb"[A-Z][A-Z0-9]{2}(?=[^A-Za-z0-9\s])|[A-Z][A-Z0-9]{2}$")
_ENVELOPE = (b"FHS", b"BHS", b"BTS", b"FTS")
_NEW_LINE = re.compile(rb"\r\n|\r|\n")
_CONTROL = dict.fromkeys((*range(32), 127), " ")
_HEX = re.compile(r"X((?:[0-9A-Fa-f]{2})+)")
_COUNT = re.compile(r"\s*(\d{1,9})\s*")
#: Required by every version: a message that was cut inside one of these lacks them.
_NEEDED = {"MSH": 12, "OBR": 4, "OBX": 11, "SPM": 4}


@dataclass(frozen=True, slots=True)
class Separators:
    """The characters of MSH-1 and MSH-2."""

    field: str = "|"
    component: str = "^"
    repeat: str = "~"
    escape: str = "\\"
    sub: str = "&"


@dataclass(frozen=True)
class Segment:
    """One segment.  `fields[n]` is field n (`fields[0]` the name); in MSH field 1 is the separator,
    as the standard counts.  `row`: line in the file from 1."""

    fields: tuple[str, ...]
    row: int
    marks: Separators

    @property
    def name(self) -> str:
        """Three letters."""
        return self.fields[0]

    def raw(self, number: int) -> str:
        """Field `number` as sent, "" when it is not there."""
        return self.fields[number] if number < len(self.fields) else ""

    def repeats(self, number: int) -> list[str]:
        """The repetitions of a field as sent, without empty ones."""
        return [each for each in self.raw(number).split(self.marks.repeat) if each]

    def get(self, number: int, component: int = 1, sub: int = 1) -> str:
        """One readable value of the first repetition: unescaped, `""` (delete) as nothing."""
        text = self.raw(number)
        if not text:
            return ""
        return part(text.split(self.marks.repeat, 1)[0], self.marks, component, sub)

    def parts(self, number: int) -> list[str]:
        """The components of the first repetition, each readable."""
        return parts_of(self.raw(number).split(self.marks.repeat, 1)[0], self.marks)


@dataclass(frozen=True)
class Message:
    """One message.  `row`: line of its MSH in the file, from 1; `end_seen`: its last segment was
    ended, as the standard asks; `warnings` say with which doubt it was split."""

    segments: tuple[Segment, ...]
    row: int
    end_seen: bool = True
    warnings: tuple[str, ...] = ()

    @property
    def header(self) -> Segment:
        """MSH."""
        return self.segments[0]

    @cached_property
    def id(self) -> str:
        """MSH-10, the sender's number of the message."""
        return self.header.get(10)

    @cached_property
    def type(self) -> str:
        """MSH-9 as "ORU^R01"."""
        return "^".join(each for each in (self.header.get(9, 1), self.header.get(9, 2)) if each)

    @cached_property
    def version(self) -> str:
        """MSH-12 without the country's parts."""
        return self.header.get(12)


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message of a file that cannot be read; the others are.  `header` where it could be read,
    so that it can be answered."""

    row: int
    code: str
    detail: str
    header: Segment | None = None


@dataclass(slots=True)
class Split:
    """A file split into its messages.  `batches`: how many BHS it holds."""

    messages: list[Message | RefusedMessage] = field(default_factory=list)
    batches: int = 0
    warnings: list[str] = field(default_factory=list)


def looks_like_hl7(data: bytes) -> bool:
    """Whether bytes begin with a header of HL7 v2."""
    try:
        head = _plain(data[:400]).lstrip(_AROUND + b"\r\n")
    except LabFileRefused:
        return False
    return head[:3] in (b"MSH", b"FHS", b"BHS") and not head[3:4].isalnum()


def split(data: bytes) -> Split:
    """The messages of a file or a frame.  Raises LabFileRefused when the envelope (FHS, BHS, BTS,
    FTS) contradicts what is in it: then nobody can say which messages are missing."""
    if len(data) > LARGEST_FILE:
        raise LabFileRefused("too_large", f"{len(data):,} bytes")
    data = _plain(data)
    if not data.strip(_AROUND + b"\r\n"):
        raise LabFileRefused("empty")
    return _Splitter(data).split()


def part(text: str, marks: Separators, component: int = 1, sub: int = 1) -> str:
    """A component, or a part of it, of one repetition: readable."""
    components = text.split(marks.component, component)
    if component > len(components):
        return ""
    chosen = components[component - 1].split(marks.sub, sub)
    if sub > len(chosen):
        return ""
    return unescape(chosen[sub - 1], marks)


def parts_of(text: str, marks: Separators) -> list[str]:
    """The components of one repetition, each readable."""
    return [unescape(each, marks) for each in text.split(marks.component)]


def unescape(text: str, marks: Separators) -> str:
    """Readable text: separators and hexadecimal bytes written out, highlighting taken away, control
    characters as blanks, `""` as nothing."""
    if text == '""':
        return ""
    if marks.escape and marks.escape in text:
        pieces = text.split(marks.escape)
        text = "".join(_unescaped(pieces, marks))
    if text.isprintable() and "  " not in text and text == text.strip():
        return text  # as nearly every value is
    return " ".join(text.translate(_CONTROL).split())


def _unescaped(pieces: list[str], marks: Separators) -> Iterator[str]:
    at = 0
    while at < len(pieces):
        yield pieces[at]
        if at + 2 >= len(pieces):
            # A lone escape character at the end is only a character.
            yield from (marks.escape + each for each in pieces[at + 1 :])
            return
        meant = _escape(pieces[at + 1], marks)
        if meant is None:
            # No escape sequence: a path of Windows, a sender that does not escape.
            yield marks.escape
            at += 1
            continue
        yield meant
        at += 2


def _escape(code: str, marks: Separators) -> str | None:
    plain = {
        "F": marks.field, "S": marks.component, "T": marks.sub, "R": marks.repeat,
        "E": marks.escape, "P": "#", "H": "", "N": "",
    }  # fmt: skip
    if code in plain:
        return plain[code]
    if found := _HEX.fullmatch(code):
        return bytes.fromhex(found[1]).decode("utf-8", "replace")
    if code[:1] == "." or re.fullmatch(r"[CM][0-9A-Fa-f]{4,6}|Z[0-9A-Za-z]{1,20}", code):
        return " "  # formatting; character sets of the 1980s; the sender's own
    return None


class _Splitter:
    """Splits one file; knows where it stands in the envelope."""

    def __init__(self, data: bytes) -> None:
        self.end_seen = data.endswith((b"\r", b"\n", b"\x1c", b"\x00"))
        self.lines = _lines(data)
        self.found = Split()
        self.open: list[tuple[int, bytes]] = []
        self.file_open = self.batch_open = False
        self.in_batch = 0
        self.any_envelope = False

    def split(self) -> Split:
        for row, line in self.lines:
            name = line[:3]
            if name in _ENVELOPE:
                self._close(end_seen=True)
                self._envelope(row, name, line)
            elif name == b"MSH":
                self._close(end_seen=True)
                self.open = [(row, line)]
            elif self.open:
                self.open.append((row, line))
            elif self.any_envelope or not self.found.messages:
                what = line[:20].decode("utf-8", "replace")
                code = "hl7_batch_shape" if self.any_envelope else "hl7_header"
                raise LabFileRefused(code, f"line {row}: {what}")
        self._close(end_seen=self.end_seen)
        if self.batch_open and not self.end_seen:
            raise LabFileRefused("hl7_truncated", "no BTS")
        if self.batch_open or self.file_open:
            self.found.warnings.append("envelope_not_closed")
        return self.found

    def _envelope(self, row: int, name: bytes, line: bytes) -> None:
        self.any_envelope = True
        if name == b"FHS":
            if self.file_open or self.batch_open or self.found.messages:
                raise LabFileRefused("hl7_batch_shape", f"line {row}: FHS")
            self.file_open = True
        elif name == b"BHS":
            if self.batch_open:
                raise LabFileRefused("hl7_batch_shape", f"line {row}: BHS")
            self.batch_open = True
            self.in_batch = 0
            self.found.batches += 1
        elif name == b"BTS":
            if not self.batch_open:
                self.found.warnings.append("trailer_alone")
            self._counted(row, line, self.in_batch)
            self.batch_open, self.in_batch = False, 0
        else:
            if not self.file_open:
                self.found.warnings.append("trailer_alone")
            self._counted(row, line, max(self.found.batches, 1), len(self.found.messages))
            self.file_open = self.batch_open = False

    def _counted(self, row: int, line: bytes, *held: int) -> None:
        """Compare what a trailer counts with what was found; some senders count messages in FTS."""
        pieces = line[4:].split(line[3:4], 1) if len(line) > 3 else [b""]
        found = _COUNT.fullmatch(pieces[0].decode("ascii", "replace"))
        if found and int(found[1]) not in held:
            name = line[:3].decode("ascii")
            detail = f"line {row}: {name} says {found[1]}, found {held[0]}"
            raise LabFileRefused("hl7_batch_count", detail)

    def _close(self, *, end_seen: bool) -> None:
        if not self.open:
            return
        lines, self.open = self.open, []
        self.in_batch += 1
        try:
            self.found.messages.append(_message(lines, end_seen=end_seen))
        except LabFileRefused as refused:
            header = _header_of(lines[0])
            self.found.messages.append(
                RefusedMessage(lines[0][0], refused.code, refused.detail, header)
            )


def _message(lines: list[tuple[int, bytes]], *, end_seen: bool) -> Message:
    if sum(len(line) for _row, line in lines) > LARGEST_MESSAGE:
        raise LabFileRefused("too_large")
    marks = _marks(lines[0][1])
    codec = _codec(lines[0][1], marks)
    segments = [_segment(row, line, marks, codec) for row, line in lines]
    last = segments[-1]
    needed = _NEEDED.get(last.name, 0)
    alike = [each for each in segments[:-1] if each.name == last.name]
    # A sender that never fills the field was not cut off there.
    usual = any(len(each.fields) <= needed for each in alike)
    if not end_seen and len(last.fields) <= needed and not usual:
        raise LabFileRefused("hl7_truncated", f"line {last.row}: {last.name}")
    return Message(tuple(segments), lines[0][0], end_seen)


def _marks(line: bytes) -> Separators:
    """The separators of an MSH; the component separator may stand alone."""
    mark = chr(line[3]) if len(line) > 3 else ""
    told = line[4:].split(line[3:4], 1)[0] if mark else b""
    if not mark or mark.isalnum() or not 1 <= len(told) <= 6 or not told.isascii():
        raise LabFileRefused("hl7_header", line[:12].decode("ascii", "replace"))
    # "^~\\&" is the backslash doubled by a programming language; the fourth character is still it.
    text = told.decode("ascii").replace("\\\\", "\\")
    if len({mark, *text}) <= len(text) or any(each.isalnum() or each.isspace() for each in text):
        raise LabFileRefused("hl7_header", line[:12].decode("ascii", "replace"))
    given = dict(zip(("component", "repeat", "escape", "sub"), text, strict=False))
    return Separators(field=mark, **given)


def _codec(line: bytes, marks: Separators) -> str:
    """The codec of MSH-18; a second repetition names a set to switch to, which is not used."""
    fields = line.split(marks.field.encode())
    named = fields[17].decode("ascii", "replace") if len(fields) > 17 else ""
    first = named.split(marks.repeat)[0].split(marks.component)[0]
    wanted = " ".join(first.upper().split()).strip("\\R\"'")
    if wanted not in CHARSETS:
        raise LabFileRefused("charset_unknown", wanted[:30])
    return CHARSETS[wanted]


def _segment(row: int, line: bytes, marks: Separators, codec: str) -> Segment:
    if not _SEGMENT.match(line):
        what = line[:20].decode("utf-8", "replace")
        raise LabFileRefused("hl7_segment", f"line {row}: {what}")
    try:
        text = line.decode(codec)
    except UnicodeDecodeError as error:
        raise LabFileRefused("charset_broken", f"line {row}, byte {error.start + 1}") from None
    fields = text.split(marks.field)
    if fields[0] == "MSH":
        fields.insert(1, marks.field)
    return Segment(tuple(fields), row, marks)


def _header_of(line: tuple[int, bytes]) -> Segment | None:
    """The header of a message that is refused, to answer it; None when even that is unreadable."""
    try:
        return _segment(line[0], line[1], _marks(line[1]), "latin-1")
    except LabFileRefused:
        return None


def _plain(data: bytes) -> bytes:
    """UTF-16 as UTF-8; everything else as it is."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16").encode()
        except UnicodeDecodeError:
            raise LabFileRefused("charset_broken", "UTF-16") from None
    return data.removeprefix(_MARK)


def _lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Numbered lines that are not empty.

    Where carriage returns end the segments, a line feed inside is text that somebody typed, unless
    a segment begins after it."""
    for row, line in enumerate(_joined(_NEW_LINE.split(data), data), start=1):
        bare = line.strip(_AROUND).removeprefix(_MARK)
        if bare:
            yield row, bare


def _joined(lines: list[bytes], data: bytes) -> list[bytes]:
    if b"\n" not in data or not re.search(rb"\r(?!\n)", data):
        return lines
    found: list[bytes] = []
    for piece in re.split(rb"\r\n?", data):
        first, *others = piece.split(b"\n")
        found.append(first)
        for each in others:
            bare = each.strip(_AROUND)
            if not bare or _SEGMENT.match(bare):
                found.append(each)
            else:
                found[-1] += b" " + each
    return found
