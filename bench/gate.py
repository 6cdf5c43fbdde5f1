"""Check-ins a second by the gate's hot path, against pgbench, a plain Django view and pretix.

    make bench-gate
    python -m bench.gate --rounds 3 --seconds 8 --count 1000 --out docs/platforms/gate-bench.md
    python -m bench.gate --load 30m --out docs/platforms/gate-bench.md

Prints a report in markdown; progress goes to standard error.  `--quick` shows only that it runs.
"""

import argparse
import json
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.checkin import enduring, page, ticketing
from bench.checkin.agreeing import Unequal
from bench.checkin.installation import Installation, can_slow_the_disk
from bench.checkin.rounds import (
    CONNECTIONS,
    MANY,
    PROOF,
    Codes,
    Round,
    ours,
    plain,
    single_rows,
)
from bench.machine import load_average, this_machine
from bench.measuring import say

#: Codes that no round uses up: of the fastest machine, for the longest round.
CODES = 60_000
#: Codes that a process remembers; people who come back the same day.
FEW = 2_000


def options(argv: Sequence[str] | None) -> argparse.Namespace:
    """What is wanted."""
    parser = argparse.ArgumentParser(prog="python -m bench.gate", description=__doc__)
    add = parser.add_argument
    add("--rounds", type=int, default=3, help="turns of all who are compared (default 3)")
    add("--seconds", type=float, default=8.0, help="of a round (default 8)")
    add("--count", type=int, default=1_000, help="check-ins beside pretix; 0: not asked")
    add("--no-slow-disk", action="store_true", help="leave out the disk that takes 1 ms longer")
    add("--load", type=_seconds, help="instead: so long at 70 %% of the limit (30m, 60s), then x3")
    add("--quick", action="store_true", help="everything once and short, without pretix")
    add("--data", type=Path, default=Path("var/bench"), help="folder for database and pretix")
    add("--json", type=Path, help="a file for all figures")
    add("--out", type=Path, help="a file for the report instead of standard output")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """0 when all answers were right, whatever the times; 1 when not."""
    chosen = options(argv)
    if chosen.quick:
        chosen.rounds, chosen.seconds, chosen.count = 1, 1.0, 0
    chosen.data.mkdir(parents=True, exist_ok=True)
    try:
        text = endured(chosen) if chosen.load else measured(chosen)
    except Unequal as unequal:
        print(f"bench: {unequal}", file=sys.stderr)
        return 1
    if chosen.out and chosen.load and chosen.out.exists():
        # The long run is a part of the page that the other run wrote.
        before = chosen.out.read_text("utf-8").split(page.LONG)[0].rstrip()
        text = f"{before}\n\n{text}"
    if chosen.out:
        chosen.out.write_text(text, "utf-8")
    else:
        print(text, end="")
    return 0


def measured(chosen: argparse.Namespace) -> str:
    """All rounds, as the page."""
    before = load_average()
    rounds: list[Round] = []
    counted: list[Round] = []
    found: ticketing.Pretix | None = None
    said: list[str] = []
    with Installation(chosen.data / "gate").running() as installation:
        codes = codes_of(installation, chosen.quick)
        for turn in range(chosen.rounds):
            say(f"turn {turn + 1} of {chosen.rounds}")
            rounds += turn_of(installation, codes, chosen.seconds)
        for connections in CONNECTIONS[1:2] if chosen.quick else CONNECTIONS[:-1]:
            say(f"{connections} connections")
            rounds.append(
                ours(installation, connections, codes, seen=False, seconds=chosen.seconds)
            )
        for connections in (1, MANY) if chosen.count else ():
            counted.append(ours(installation, connections, codes, seen=False, count=chosen.count))
    if chosen.count:
        say("pretix")
        try:
            found = ticketing.check_in(chosen.data, chosen.count)
        except ticketing.Missing as missing:
            said.append(f"pretix is not in this run: {missing}")
    slow = [] if chosen.no_slow_disk else slowly(chosen)
    run = page.Run(
        *(this_machine(), before, load_average(), rounds, slow, counted, found, said),
        quick=chosen.quick,
    )
    if chosen.json:
        figures = [each._asdict() for each in (*rounds, *slow, *counted)]
        chosen.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False), "utf-8")
    return page.report(run)


def turn_of(installation: Installation, codes: Codes, seconds: float) -> list[Round]:
    """Everybody whom a bar is about, once."""
    return [
        single_rows(installation, MANY, seconds),
        ours(installation, MANY, codes, seen=False, seconds=seconds),
        ours(installation, MANY, codes, seen=True, seconds=seconds),
        plain(installation, MANY, codes, seen=False, seconds=seconds),
        plain(installation, MANY, codes, seen=True, seconds=seconds),
    ]


def slowly(chosen: argparse.Namespace) -> list[Round]:
    """The same against pgbench on a slower disk; nothing where no compiler is there."""
    if not can_slow_the_disk():
        say("no C compiler: the slow disk is left out")
        return []
    found = []
    with Installation(chosen.data / "gate", slow=True).running() as installation:
        codes = codes_of(installation, chosen.quick)
        for turn in range(chosen.rounds):
            say(f"slow disk, turn {turn + 1}")
            found += [
                single_rows(installation, PROOF, chosen.seconds),
                single_rows(installation, MANY, chosen.seconds),
                ours(installation, MANY, codes, seen=False, seconds=chosen.seconds),
                ours(installation, MANY, codes, seen=True, seconds=chosen.seconds),
            ]
    return found


def endured(chosen: argparse.Namespace) -> str:
    """The long run, as a part of the page."""
    before = load_average()
    with Installation(chosen.data / "gate").running() as installation:
        codes = codes_of(installation, chosen.quick)
        found = enduring.endure(installation, codes.many, chosen.load)
    for stretch in found.stretches:
        if stretch.missing or stretch.twice:
            raise Unequal(f"{stretch.name}: {stretch.missing} missing, {stretch.twice} twice")
    return page.endurance(found, this_machine(), before, load_average())


def codes_of(installation: Installation, quick: bool) -> Codes:
    """Personal codes of this run."""
    many, few = installation.folder / "many-codes", installation.folder / "few-codes"
    codes = installation.persons(FEW if quick else CODES)
    how_few = FEW // 10 if quick else FEW
    many.write_text("\n".join(codes))
    few.write_text("\n".join(codes[:how_few]))
    return Codes(many, few, how_few)


def _seconds(text: str) -> float:
    """`30m`, `90s`, `90`."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([ms]?)", text)
    if not found:
        raise argparse.ArgumentTypeError("write 30m or 90s")
    return float(found[1]) * (60 if found[2] == "m" else 1)


if __name__ == "__main__":
    # Ended from outside, too, the database started here is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
