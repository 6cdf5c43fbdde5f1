"""`lachan places`: what a code of territory names, and what older commune codes are today.

Reads the lists that are installed with the package; starts no Django and no database.
"""

import argparse
import json
import os
import sys
from datetime import date, datetime, timedelta, timezone
from typing import Any

#: Vietnam's clock; it has no summer time.
VIETNAM = timezone(timedelta(hours=7))


def run(argv: list[str]) -> int:
    """Run `places resolve` or `places convert`; 0 answered, 1 nothing of that code, 2 misused."""
    arguments = _parser().parse_args(argv)
    try:
        return _resolve(arguments) if arguments.verb == "resolve" else _convert()
    except BrokenPipeError:
        # The reader went away (`| head`): nothing more to say, also not at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lachan places", description="Codes of territory.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    resolve = verbs.add_parser("resolve", help="which unit a code names, and named before")
    resolve.add_argument(
        "code", help="2 digits for a province, 3 a district, 5 a commune; leading zeros may lack"
    )
    resolve.add_argument(
        "--on", type=_day, metavar="DATE", help="the day, as 2025-06-30 (default: today)"
    )
    resolve.add_argument("--level", choices=["province", "district", "commune"])
    resolve.add_argument("--json", action="store_true", help="one JSON object")
    verbs.add_parser(
        "convert",
        help="stdin: commune codes of 30 June 2025, one a line; stdout: a JSON line for each",
    )
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a date; write it as 2025-06-30"
        ) from None


def _today() -> date:
    return datetime.now(VIETNAM).date()


def _resolve(arguments: argparse.Namespace) -> int:
    from lachan.places.territory.answers import CodeRefused, resolve
    from lachan.places.territory.atlas import atlas
    from lachan.places.territory.units import Level

    level = Level[arguments.level.upper()] if arguments.level else None
    try:
        today = _today()
        answer = resolve(atlas(), arguments.code, arguments.on or today, today, level)
    except CodeRefused as refused:
        error = {"code": arguments.code, "error": {"code": refused.code, "message": str(refused)}}
        if arguments.json:
            _say(json.dumps(error, ensure_ascii=False))
        else:
            sys.stderr.write(f"lachan places: {refused}\n")
        return 1
    if arguments.json:
        _say(json.dumps(answer, ensure_ascii=False))
    else:
        _say("\n".join(_sentences(answer)))
    return 0 if answer["unit"] else 1


def _sentences(answer: dict[str, Any]) -> list[str]:
    unit = answer["unit"]
    lines = list(answer["notes"])
    if unit:
        line = ", ".join([unit["name"], *(each["name"] for each in unit["above"])])
        lines.insert(0, f"{answer['code']}  {line}  ({answer['level']}, on {answer['on']})")
    for each in [unit, *answer["formerly"]] if unit else answer["formerly"]:
        became = "; ".join(f"{one['code']} {one['name']}" for one in each["today"])
        if each is not unit or unit["until"]:
            lines.append(f"{each['name']} is today: {became or 'no unit'}.")
    return lines


def _convert() -> int:
    from lachan.places.territory.answers import convert
    from lachan.places.territory.atlas import atlas

    known, today = atlas(), _today()
    for line in sys.stdin.buffer:
        text = line.decode("utf-8-sig", errors="replace")
        _say(json.dumps(convert(known, text, today), ensure_ascii=False))
    return 0


def _say(line: str) -> None:
    # Bytes, so that the answer is UTF-8 on a machine whose locale is not.
    sys.stdout.buffer.write(line.encode() + b"\n")
