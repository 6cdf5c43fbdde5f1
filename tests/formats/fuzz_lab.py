"""Files that no laboratory should ever send, from a seed: `lachan lab parse` must answer them all.

    python -m tests.formats.fuzz_lab --inputs 200000 --seed 1

prints how many inputs were answered, with what, the slowest and the memory.  Every input goes
through what the command itself calls for a file, and every stream through the decoders of a line in
random pieces, which must give what they give for the whole.
"""

import argparse
import json
import random
import resource
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from lachan.config.commands.lab import lines
from lachan.formats.astm import EOT, Lost, Received, Receiver, frames
from lachan.formats.hl7ack import Fault, acknowledge
from lachan.formats.hl7oru import read_hl7
from lachan.formats.hl7v2 import RefusedMessage
from lachan.formats.labresults import FILE_REASONS, ROW_REASONS, LabFileRefused
from lachan.formats.mllp import Decoder, Frame, frame
from tests.factories.labfiles import (
    ORU,
    cfx,
    light_cycler,
    province,
    quantstudio,
    rotor_gene,
    seven_five_hundred,
)
from tests.factories.old_workbook import old_workbook
from tests.formats.test_astm import SYSMEX, XPERT
from tests.formats.test_hl7ack import NOW

BATCH = ("FHS|^~\\&|A\rBHS|^~\\&|A\r" + ORU * 2 + "BTS|2\rFTS|1\r").encode()
STREAM = b"\x05" + b"".join(frames(XPERT, 60)) + EOT
TEXTS: list[tuple[bytes, str]] = [
    (ORU.encode(), "a.hl7"), (ORU.replace("\r", "\n").encode(), "a.txt"), (BATCH, "b.hl7"),
    (frame(ORU.encode()) * 2, "c.bin"), (ORU.encode("utf-16"), "a.hl7"),
    (STREAM, "d.astm"), (XPERT, "e.astm"), (SYSMEX, "f.txt"),
    (quantstudio().encode(), "g.csv"), (seven_five_hundred().encode(), "h.csv"),
    (light_cycler().encode(), "i.txt"), (rotor_gene().encode("utf-16"), "j.csv"),
    ("Mã ống;Kết quả;Ct;Ngày\nBN1;Dương tính;21,4;03/04/2026\n".encode(), "k.csv"),
]  # fmt: skip
#: Workbooks take milliseconds each: one input in fifty.
BOOKS: list[tuple[bytes, str]] = [
    (province(), "l.xlsx"), (cfx(), "m.xlsx"),
    (old_workbook([["Mã ống", "Kết quả"], *[[f"BN{n}", "Âm tính"] for n in range(40)]]), "n.xls"),
]  # fmt: skip
_SPECIAL = b"\r\n|^~\\&\x0b\x1c\x02\x03\x17\x04\x05\x06\x15\x00,;\t\"'[]=*09AZHPORL\xc3\xff\xfe"
_NAMES = ("", "x", "x.csv", "x.xlsx", "x.xls", "x.ods", "x.txt", "x.hl7", "x.pdf", "-")

Maker = Callable[[random.Random, bytes], bytes]


def _changed(dice: random.Random, data: bytes) -> bytes:
    """Bytes changed, taken out, doubled, moved or put in."""
    held = bytearray(data)
    for _change in range(dice.randint(1, 8)):
        at = dice.randrange(len(held) + 1)
        way = dice.randrange(6)
        if way == 0 and at < len(held):
            held[at] ^= 1 << dice.randrange(8)
        elif way == 1:
            del held[at : at + dice.randint(1, 40)]
        elif way == 2:
            held[at:at] = held[at : at + dice.randint(1, 200)]
        elif way == 3:
            held[at:at] = bytes(dice.choices(_SPECIAL, k=dice.randint(1, 4)))
        elif way == 4 and at < len(held):
            held[at] = dice.choice(_SPECIAL)
        else:
            end = dice.randrange(len(held) + 1)
            held[min(at, end) : max(at, end)] = held[min(at, end) : max(at, end)][::-1]
    return bytes(held)


def _cut(dice: random.Random, data: bytes) -> bytes:
    """Cut off anywhere, at either end."""
    at = dice.randrange(len(data) + 1)
    return data[:at] if dice.random() < 0.8 else data[at:]


def _spliced(dice: random.Random, data: bytes) -> bytes:
    """The beginning of one file and the end of another."""
    other, _name = dice.choice(TEXTS)
    return data[: dice.randrange(len(data) + 1)] + other[dice.randrange(len(other) + 1) :]


def _fields(dice: random.Random, data: bytes) -> bytes:
    """A field of every kind emptied, repeated or filled with nonsense."""
    mark = b"|" if b"|" in data else b","
    parts = data.split(mark)
    for _change in range(dice.randint(1, 5)):
        at = dice.randrange(len(parts))
        parts[at] = dice.choice(
            [b"", b"^" * 30, b"~" * 30, b"\\" * 9, b"9" * 400, b"20261399", b"\xc3", b'""',
             b"\\X0d", parts[at] * 3, "Dương tính".encode(), b"nan", b"-1", b"1e999", b"=1+1"]
        )  # fmt: skip
    return mark.join(parts)


def _noise(dice: random.Random, data: bytes) -> bytes:
    """Bytes of no format, or of the signs that mean something to one."""
    size = dice.randint(0, 400)
    if dice.random() < 0.5:
        return bytes(dice.choices(_SPECIAL, k=size))
    return data[:4] + dice.randbytes(size)


MAKERS: tuple[Maker, ...] = (_changed, _cut, _spliced, _fields, _noise)


@dataclass
class Played:
    """What became of the inputs."""

    answers: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    slowest: tuple[float, str] = (0.0, "")


def play(inputs: int, seed: int) -> Played:
    """Make, answer and check that many inputs.  AssertionError names the first that breaks."""
    dice = random.Random(seed)
    played = Played()
    for number in range(inputs):
        data, name = dice.choice(BOOKS if number % 50 == 0 else TEXTS)
        maker = dice.choice(MAKERS)
        made = maker(dice, data)
        name = name if dice.random() < 0.8 else dice.choice(_NAMES)
        began = time.perf_counter()
        told = list(lines(made, name))
        took = time.perf_counter() - began
        played.seconds += took
        played.slowest = max(played.slowest, (took, f"{maker.__name__} {name} {made[:60]!r}"))
        try:
            assert told or not made
            for line in told:
                played.answers[_checked(json.loads(line))] += 1
            if number % 4 == 0:
                _check_decoders(dice, made)
                _check_answers(made)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, input {number}: {name} {made!r}") from error
    return played


def _checked(told: dict[str, object]) -> str:
    """What an answer is; AssertionError when it is none."""
    error = told.get("error")
    if isinstance(error, dict):
        assert error["code"] != "not_read"
        assert error["code"] in FILE_REASONS or error["code"] in ROW_REASONS, error
        assert error["message"]
        return f"refused {error['code']}"
    if told["kind"] == "plate":
        assert told["row"]
        return "plate row"
    assert told["results"]
    return f"{told['kind']} message"


def _pieces(dice: random.Random, data: bytes) -> list[bytes]:
    places = sorted(dice.randrange(len(data) + 1) for _ in range(dice.randint(0, 6)))
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]


def _check_decoders(dice: random.Random, data: bytes) -> None:
    """A line's decoders say the same in any pieces, and never lose what is whole."""
    whole, cut = Decoder(2000), Decoder(2000)
    assert whole.feed(data) == [each for piece in _pieces(dice, data) for each in cut.feed(piece)]
    assert whole.close() == cut.close()
    after = whole.feed(frame(b"next"))
    assert after[-1] == Frame(b"next")
    one, two = Receiver(), Receiver()
    assert one.feed(data) == [each for piece in _pieces(dice, data) for each in two.feed(piece)]
    one.timeout()
    events = one.feed(STREAM)
    assert [each for each in events if isinstance(each, Received | Lost)] == [Received(XPERT)]


def _check_answers(data: bytes) -> None:
    """Whatever header a message has, it can be answered, and the answer is one message."""
    try:
        found = list(read_hl7(data))
    except LabFileRefused:
        return
    for message in found[:3]:
        if isinstance(message, RefusedMessage) and message.header is not None:
            text = acknowledge(
                message.header, [Fault(message.code, message.detail)], now=NOW, id="1"
            )
            assert text.startswith("MSH")
            assert text.count("\r") == 3


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = play(options.inputs, options.seed)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, count in found.answers.most_common():
        print(f"{count:>10,}  {name}")
    print(f"{options.inputs:,} inputs of seed {options.seed}: every one answered, no exception")
    print(f"{found.seconds:.1f} s of reading, {options.inputs / found.seconds:,.0f} a second")
    print(f"slowest {found.slowest[0] * 1000:.1f} ms: {found.slowest[1]}")
    print(f"memory {before // 1024} MB before, {after // 1024} MB at most")


if __name__ == "__main__":
    main()
