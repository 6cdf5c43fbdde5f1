"""MLLP, the frame around HL7 v2 on a socket: <VT> message <FS><CR>.

`Decoder` is fed what the socket gives, in any pieces, and gives whole messages.  A message is given
only when its end was seen: a sender killed in the middle has sent nothing, and sends it again.
Source: HL7 v2.5.1 appendix C (Minimal Lower Layer Protocol), Transport Specification MLLP R1.
"""

from dataclasses import dataclass

START = b"\x0b"
END = b"\x1c"
RETURN = b"\r"

#: bytes of one message.
LARGEST = 20_000_000
#: What may stand between frames without being an event: line ends and keep-alive zeros.
_BETWEEN = b"\r\n\x00 "


@dataclass(frozen=True, slots=True)
class Frame:
    """A whole message, without its frame."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """Bytes that are no whole message.  `code` is "mllp_oversize" (the frame is longer than the
    limit; it is thrown away up to its end), "mllp_cut" (a new frame began, or the line was closed,
    before the end) or "mllp_stray" (bytes outside of a frame).  `head`: its first bytes, to keep
    and to find the message's id in; `size`: how many there were."""

    code: str
    head: bytes
    size: int


class Decoder:
    """Incremental decoder of one connection."""

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest
        self._inside = False
        self._held = bytearray()
        self._size = 0

    @property
    def pending(self) -> int:
        """Bytes of a message whose end was not seen."""
        return self._size if self._inside else 0

    def feed(self, data: bytes) -> list[Frame | Broken]:
        """What is complete now, in order."""
        found: list[Frame | Broken] = []
        while data:
            if not self._inside:
                before, start, data = data.partition(START)
                self._keep(before)
                if start:
                    found += self._stray()
                    self._inside = True
                continue
            at = _first(data)
            if at < 0:
                self._keep(data)
                break
            self._keep(data[:at])
            ended, data = data[at : at + 1] == END, data[at + 1 :]
            found.append(self._taken(ended=ended))
            self._inside = not ended
        return found

    def close(self) -> list[Frame | Broken]:
        """The line was closed: what was begun and not ended, which was never a message."""
        if self._inside:
            self._inside = False
            return [self._taken(ended=False)]
        return self._stray()

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if len(self._held) <= self._largest:
            self._held += data[: self._largest + 1 - len(self._held)]

    def _taken(self, *, ended: bool) -> Frame | Broken:
        held, size = bytes(self._held), self._size
        self._held.clear()
        self._size = 0
        if size > self._largest:
            return Broken("mllp_oversize", held[:1000], size)
        return Frame(held) if ended else Broken("mllp_cut", held[:1000], size)

    def _stray(self) -> list[Frame | Broken]:
        """Bytes between frames; line ends are no event."""
        held, size = bytes(self._held), self._size
        self._held.clear()
        self._size = 0
        if not held.strip(_BETWEEN):
            return []
        return [Broken("mllp_stray", held[:1000], size)]


def frame(message: bytes) -> bytes:
    """A message in its frame.  The frame's own characters cannot be inside: they are left out."""
    return START + message.replace(START, b"").replace(END, b"") + END + RETURN


def _first(data: bytes) -> int:
    """Where the next character of the frame stands, -1 when there is none."""
    places = [at for at in (data.find(START), data.find(END)) if at >= 0]
    return min(places, default=-1)
