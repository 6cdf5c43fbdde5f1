"""Inputs that no scanner should ever send, from a seed: `lachan qr parse` must answer them all.

    python -m tests.formats.fuzz_qr --inputs 1000000 --seed 1

prints how many inputs were answered, the kinds and errors, the slowest line and the memory.  Every
input goes through what the command itself calls for a line.
"""

import argparse
import json
import random
import resource
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import base45

from lachan.config.commands.qr import LONGEST_LINE, answered
from tests.formats.samples import BODY, SAMPLES, hc1, packed, shc

THIS_YEAR = 2026

_ALL = [text for texts in SAMPLES.values() for text in texts]
#: Signs that mean something to some reader of the grammar.
_SPECIAL = "|<*$%:/-()\\\x1d\x00\ufeff\u0301\u202e\n\r\t 01579AZĐăếộ😀\ud7ff٣"
_BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

Maker = Callable[[random.Random], bytes]


def _mutated(dice: random.Random) -> bytes:
    """A valid text with signs changed, taken out, doubled or moved."""
    signs = list(dice.choice(_ALL))
    for _change in range(dice.randint(1, 6)):
        at = dice.randrange(len(signs)) if signs else 0
        way = dice.randrange(5)
        if way == 0 and signs:
            signs[at] = dice.choice(_SPECIAL)
        elif way == 1 and signs:
            del signs[at : at + dice.randint(1, 8)]
        elif way == 2:
            signs[at:at] = signs[at : at + dice.randint(1, 20)]
        elif way == 3:
            signs.insert(at, chr(dice.choice((dice.randrange(0x80), dice.randrange(0xD800)))))
        elif signs:
            to = dice.randrange(len(signs))
            signs[at], signs[to] = signs[to], signs[at]
    return "".join(signs).encode()


def _cut(dice: random.Random) -> bytes:
    """A valid text cut off anywhere, maybe inside a letter."""
    whole = dice.choice(_ALL).encode()
    return whole[: dice.randint(0, len(whole))]


def _spliced(dice: random.Random) -> bytes:
    one, other = dice.choice(_ALL), dice.choice(_ALL)
    return (one[: dice.randint(0, len(one))] + other[dice.randint(0, len(other)) :]).encode()


def _unicode(dice: random.Random) -> bytes:
    points = (dice.randrange(0x110000) for _sign in range(dice.randint(0, 80)))
    return "".join(chr(each) for each in points if not 0xD800 <= each < 0xE000).encode()


def _bytes(dice: random.Random) -> bytes:
    return dice.randbytes(dice.randint(0, 120))


def _fields(dice: random.Random) -> bytes:
    """Cards of any number of fields."""
    pool = ["024190000017", "0", "1", "Nam", "Nữ", "", "*", "GD4240000000001", "4e67", "ff", "<<<"]
    return "|".join(dice.choice(pool) for _field in range(dice.randint(1, 60))).encode()


def _base45(dice: random.Random) -> bytes:
    return ("HC1:" + "".join(dice.choices(_BASE45, k=dice.randint(0, 300)))).encode()


def _packed(dice: random.Random) -> bytes:
    """Bytes that unpack and are no certificate; now and then a bomb."""
    if dice.random() < 0.01:
        return packed(bytes(dice.randint(60_000, 2_000_000)))[:7000].encode()
    return packed(dice.randbytes(dice.randint(0, 200))).encode()


def _cbor(dice: random.Random) -> bytes:
    """A certificate with bytes changed below the packing: the CBOR reader meets them."""
    plain = bytearray(_PLAIN)
    for _change in range(dice.randint(1, 5)):
        plain[dice.randrange(len(plain))] = dice.randrange(256)
    if dice.random() < 0.3:
        plain[dice.randrange(len(plain)) :] = dice.choice(_TRICKS) * dice.randint(1, 300)
    return packed(bytes(plain)).encode()


_PLAIN = zlib.decompress(base45.b45decode(hc1()[4:]))
#: Deep arrays and maps, endless strings, tags of huge numbers, patterns, shared parts.
_TRICKS = [
    b"\x81", b"\xa1\x00", b"\x9f", b"\xbf", b"\x5f\x41\x00", b"\xc2\x58\xff", b"\xd8\x23\x63((a",
    b"\xd8\x1c\x81\xd8\x1d\x00", b"\xc4\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x01", b"\xc1\xfb",
    b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff", b"\xf9\x7e\x00",
]  # fmt: skip


def _content(dice: random.Random) -> bytes:
    """A well-formed certificate or card whose fields are of the wrong kind."""
    odd = [
        None,
        True,
        -1,
        1e308,
        float("nan"),
        1 << 70,
        "x" * 500,
        [],
        {},
        [[[]]],
        {"v": {}},
        b"\0",
    ]
    body = {**BODY, **{dice.choice(["v", "t", "r", "nam", "dob", "ver"]): dice.choice(odd)}}
    if dice.random() < 0.5:
        return hc1(body if dice.random() < 0.8 else dice.choice(odd)).encode()
    told = {"iss": dice.choice(odd[:5]), "nbf": dice.choice(odd[:4]), "vc": dice.choice(odd[7:11])}
    return shc(told).encode()


def _digits(dice: random.Random) -> bytes:
    head = dice.choice(["shc:/", "shc:/1/2/", "01", "]d201", "(01)", "(", "]C1", "\x1d10", "]Q3"])
    return (head + "".join(dice.choices("0123456789()\x1d/", k=dice.randint(0, 90)))).encode()


def _long(dice: random.Random) -> bytes:
    """As long as a line may be, of one sign: what is quadratic shows here."""
    sign = dice.choice(
        ["|", "9", "<", "*", "(01)", "\u0301", "a\u0323\u0302", "HC1:", "/", "\\(", " "]
    )
    head = dice.choice(
        ["", "HC1:", "shc:/", "https://", "LP1:", "024190000017|", "]d2", "(10)", "q/"]
    )
    size = dice.choice([1_999, 2_000, 2_001, 7_088, 7_089, 7_090, LONGEST_LINE - 1])
    return (head + sign * size)[:size].encode()[: LONGEST_LINE - 1]


#: What is made, and how often.
MAKERS: list[tuple[Maker, int]] = [
    (_mutated, 34), (_cut, 12), (_spliced, 10), (_unicode, 8), (_bytes, 6), (_fields, 8),
    (_base45, 3), (_packed, 2), (_cbor, 6), (_content, 3), (_digits, 7), (_long, 1),
]  # fmt: skip


def inputs(count: int, seed: int) -> Iterator[bytes]:
    """`count` lines; the same seed makes the same."""
    dice = random.Random(seed)
    makers, weights = [maker for maker, _ in MAKERS], [weight for _, weight in MAKERS]
    for maker in dice.choices(makers, weights, k=count):
        yield maker(dice)


@dataclass
class Found:
    """What a run saw.  `slowest`: seconds of the processor and the input's beginning."""

    answers: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    slowest: tuple[float, bytes] = (0.0, b"")
    longest_answer: int = 0


def play(count: int, seed: int) -> Found:
    """Give every input to the grammar; an answer of another shape than promised fails."""
    found = Found()
    for line in inputs(count, seed):
        began = time.process_time()
        told = answered(line, this_year=THIS_YEAR)
        said = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
        took = time.process_time() - began
        found.seconds += took
        found.slowest = max(found.slowest, (took, line[:60]))
        found.longest_answer = max(found.longest_answer, len(said))
        found.answers[check(told)] += 1
    return found


def check(told: dict[str, object]) -> str:
    """The kind or the error's code.  Raises AssertionError where an answer is none."""
    if "error" in told:
        error = told["error"]
        assert isinstance(error, dict)
        assert set(error) == {"code", "message"}
        assert error["message"]
        assert error["code"] != "not_read"
        return f"error {error['code']}"
    assert set(told) == {"kind", "fields", "warnings"}
    assert told["kind"] in SAMPLES
    assert isinstance(told["fields"], dict)
    assert isinstance(told["warnings"], list)
    assert told["kind"] != "unknown" or told["warnings"]
    return str(told["kind"])


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = play(options.inputs, options.seed)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, count in found.answers.most_common():
        print(f"{count:>10,}  {name}")
    print(f"{options.inputs:,} inputs of seed {options.seed}: every one answered, no exception")
    print(f"{found.seconds:.1f} s in the grammar, {options.inputs / found.seconds:,.0f} a second")
    print(f"slowest line {found.slowest[0] * 1000:.2f} ms: {found.slowest[1]!r}")
    print(f"longest answer {found.longest_answer:,} bytes")
    print(f"memory {before // 1024} MB before, {after // 1024} MB at most")


if __name__ == "__main__":
    main()
