"""The frames in which analysers send ASTM records: ASTM E1381, now CLSI LIS01-A2.

A session is ENQ, frames, EOT.  A frame is <STX> number text <ETB|ETX> checksum <CR><LF>; each is
answered with ACK or NAK, and a frame that is answered NAK comes again.  `Receiver` is fed what the
line gives, in any pieces, and says what to answer.

Nothing acknowledged may be lost: `Received` comes before the `Answer` to its last frame, so that
whoever listens keeps the message first, and answers NAK instead when it could not.
"""

from dataclasses import dataclass

ENQ, ACK, NAK, EOT = b"\x05", b"\x06", b"\x15", b"\x04"
STX, ETX, ETB, CR, LF = b"\x02", b"\x03", b"\x17", b"\r", b"\n"

#: bytes of a frame's text; E1381 allows 240, LIS01-A2 64,000, machines send what they like.
LONGEST_FRAME = 64_100
#: bytes of one message.
LARGEST = 20_000_000
#: seconds without a byte after which a session is over, on both sides.  Source: LIS01-A2, 6.5.2.
TIMEOUT = 30
_HEXADECIMAL = frozenset(b"0123456789ABCDEFabcdef")


@dataclass(frozen=True, slots=True)
class Answer:
    """A byte to send: ACK or NAK.  `code` says why it is NAK: "astm_frame" or "astm_sequence"."""

    data: bytes
    code: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """The records of one message, ended by carriage returns, header to terminator (L)."""

    records: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """A message that was begun and not ended: the sender sends it again from its beginning.
    `code`: "astm_truncated", or why the last frame was refused."""

    code: str
    records: bytes


Event = Answer | Received | Lost


class Receiver:
    """The receiving side of one line.

    `of_file`: the bytes were saved, nobody sends again.  Then frames may come without ENQ, their
    numbers may begin anywhere, and a header with number 1 begins a new session.
    """

    def __init__(self, *, of_file: bool = False) -> None:
        self._of_file = of_file
        self._open = False
        self._free = False  # the number of the next frame is not known yet
        self._expected = 1
        self._last: tuple[int, bytes] | None = None
        self._frame: bytearray | None = None
        self._ends = -1  # where the frame's checksum begins, once its end was seen
        self._text = bytearray()
        self._problem = ""
        self._broken = False  # a frame of a file is missing: what follows it is not read

    @property
    def pending(self) -> int:
        """Bytes of a message that is not complete."""
        return len(self._text)

    def feed(self, data: bytes) -> list[Event]:
        """What happened, in order."""
        events: list[Event] = []
        for at in range(len(data)):
            byte = data[at : at + 1]
            if byte == STX:
                self._frame, self._ends = bytearray(), -1
            elif self._frame is None:
                events += self._control(byte)
            else:
                events += self._inside(byte)
        return events

    def timeout(self) -> list[Event]:
        """Nothing came for `TIMEOUT`, or the line was closed."""
        self._frame = None
        return self._over()

    def _control(self, byte: bytes) -> list[Event]:
        if byte == ENQ:
            lost = self._over()
            self._begin()
            return [*lost, Answer(ACK)]
        if byte == EOT:
            return self._over()
        return []  # line ends, answers of the other side in a saved stream, noise

    def _begin(self, *, free: bool = False) -> None:
        self._open, self._free = True, free
        self._expected, self._last, self._problem = 1, None, ""
        self._broken = False

    def _over(self) -> list[Event]:
        """The session is over: a message that has no terminator yet was not sent whole."""
        text, self._text = bytes(self._text), bytearray()
        code = self._problem or "astm_truncated"
        self._open = False
        self._problem = ""
        if text.strip():
            return [Lost(code, text)]
        # Refused frames alone are a loss too, where nobody sends them again.
        return [Lost(code, b"")] if self._of_file and code != "astm_truncated" else []

    def _inside(self, byte: bytes) -> list[Event]:
        frame = self._frame
        if frame is None:
            return []
        if self._ends < 0 and byte in (ENQ, EOT):
            # The frame was cut; a control character belongs to no text.
            self._frame = None
            return self._control(byte)
        frame += byte
        if self._ends < 0:
            if byte in (ETX, ETB):
                self._ends = len(frame)
            elif len(frame) > LONGEST_FRAME:
                self._frame = None
                return [self._refuse("astm_frame")]
            return []
        if len(frame) < self._ends + 2:
            return []
        self._frame = None
        return self._judge(bytes(frame[: self._ends]), bytes(frame[self._ends :]))

    def _judge(self, summed: bytes, told: bytes) -> list[Event]:
        number, text, ending = summed[:1], summed[1:-1], summed[-1:]
        fits = all(each in _HEXADECIMAL for each in told) and int(told, 16) == checksum(summed)
        if not fits or not b"0" <= number <= b"7":
            return [self._refuse("astm_frame")]
        count = int(number)
        lost = self._session_of_file(count, text)
        if not self._open or self._broken:
            return [*lost, Answer(NAK, "astm_sequence")]
        if self._free:
            self._expected, self._free = count, False
        if self._last == (count, text) and count != self._expected:
            return [*lost, Answer(ACK)]  # our answer was lost; the frame came again
        if count != self._expected:
            return [*lost, self._refuse("astm_sequence")]
        if len(self._text) + len(text) > LARGEST:
            return [*lost, self._refuse("too_large")]
        self._expected = (count + 1) % 8
        self._last, self._problem = (count, text), ""
        self._text += text
        if ending == ETX and not text.endswith((CR, LF)):
            self._text += CR
        return [*lost, *self._messages(), Answer(ACK)]

    def _session_of_file(self, count: int, text: bytes) -> list[Event]:
        if not self._of_file:
            return []
        if not self._open:
            self._begin(free=True)
            return []
        if count == 1 and self._expected != 1 and text[:1] == b"H" and self._last != (1, text):
            lost = self._over()
            self._begin()
            return lost
        return []

    def _refuse(self, code: str) -> Answer:
        self._problem = self._problem or code
        self._broken = self._of_file and code == "astm_sequence"
        return Answer(NAK, code)

    def _messages(self) -> list[Event]:
        """Messages whose terminator has come."""
        found: list[Event] = []
        start = 0
        while (at := self._text.find(CR, start)) >= 0:
            is_last = self._text[start : start + 1] == b"L"
            start = at + 1
            while self._text[start : start + 1] == LF:
                start += 1
            if is_last:
                found.append(Received(bytes(self._text[:start])))
                del self._text[:start]
                start = 0
        return found


def checksum(summed: bytes) -> int:
    """Sum of frame number, text and ETX or ETB, modulo 256."""
    return sum(summed) % 256


def frames(records: bytes, longest: int = 240) -> list[bytes]:
    """Records ended by carriage returns as frames, each text at most `longest` bytes: what a
    machine would send between ENQ and EOT."""
    found = []
    texts = [
        (piece, at + longest >= len(record))
        for record in records.splitlines(keepends=True)
        for at in range(0, len(record), longest)
        for piece in [record[at : at + longest]]
    ]
    for count, (text, whole) in enumerate(texts, start=1):
        summed = b"%d" % (count % 8) + text + (ETX if whole else ETB)
        found.append(STX + summed + b"%02X" % checksum(summed) + CR + LF)
    return found
