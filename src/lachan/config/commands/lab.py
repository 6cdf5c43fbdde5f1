"""`lachan lab`: files of results of laboratories and their machines.

`lachan lab parse FILE...` says what each message or row is, one JSON a line; no database.  `import`
and `listen` work for a laboratory: docs/platforms/sampling-import.md.  Kinds,
fields and codes are in docs/platforms/laboratory-formats.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lachan.formats.labfiles import KINDS, read_file
from lachan.formats.labresults import FILE_REASONS, LabFileRefused, LabMessage, LabResult

if TYPE_CHECKING:
    from lachan.formats.hl7v2 import RefusedMessage

#: verb -> (module below `lachan.config.commands`, line of help).  A module has `run(argv) -> int`
#: and is imported only when its verb is called: `parse` needs neither Django nor a database.
VERBS: dict[str, tuple[str, str]] = {
    "parse": ("lab", "say what is in files of results, one JSON a line; needs no database"),
    "import": ("lab_import", "enter the results of files, or say what would change"),
    "listen": ("lab_listen", "take results over a socket, HL7 v2 or ASTM"),
}


def run(argv: list[str]) -> int:
    """0 when every file was answered; 2 when one cannot be opened or there is no such verb."""
    if not argv or argv[0] in {"-h", "--help"} or argv[0] not in VERBS:
        return _usage(argv)
    verb, *rest = argv
    module, _help = VERBS[verb]
    called: Callable[[list[str]], int] = parse if module == "lab" else _of(module)
    return called(rest)


def _of(module: str) -> Callable[[list[str]], int]:
    called: Callable[[list[str]], int] = import_module(f"lachan.config.commands.{module}").run
    return called


def _usage(argv: list[str]) -> int:
    lines = [f"  {verb:<8} {told}" for verb, (_module, told) in VERBS.items()]
    text = "usage: lachan lab VERB [...]\n\n" + "\n".join(lines) + "\n"
    if argv and argv[0] in {"-h", "--help"}:
        sys.stdout.write(text)
        return 0
    named = f"lachan lab: there is no verb {argv[0]!r}.\n\n" if argv else ""
    sys.stderr.write(named + text)
    return 2


def parser() -> argparse.ArgumentParser:
    """The words of `lachan lab parse`."""
    made = argparse.ArgumentParser(
        prog="lachan lab parse",
        description="Prints one line of JSON for every message, or for every row of a table: what"
        " was read, or the refusal with its code and reason.  Never stops at a file.",
    )
    made.add_argument("files", nargs="+", metavar="FILE", help="a file; - for what is piped in")
    made.add_argument("--kind", choices=("auto", *KINDS), default="auto", help="what it is (auto)")
    return made


def parse(argv: list[str]) -> int:
    """Answer every file.  0 whatever is in them; 2 when one cannot be opened."""
    options = parser().parse_args(argv)
    missing = 0
    try:
        for name in options.files:
            try:
                data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
            except OSError as error:
                sys.stderr.write(f"lachan lab: {name} cannot be read: {error.strerror}.\n")
                missing = 2
                continue
            for line in lines(data, name, kind=options.kind):
                sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever listens has heard enough; nothing more is written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return missing


def lines(data: bytes, name: str, *, kind: str = "auto") -> Iterator[bytes]:
    """The answers of a file as lines of JSON.  What nobody foresaw is an answer too."""
    try:
        for each in _answers(data, name, kind):
            yield json.dumps(each, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    except Exception:
        told = {"file": name, "error": {"code": "not_read", "message": FILE_REASONS["not_read"]}}
        yield json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _answers(data: bytes, name: str, kind: str) -> Iterator[dict[str, Any]]:
    try:
        for message in read_file(data, "" if name == "-" else name, kind=kind):
            if not isinstance(message, LabMessage):
                yield {"file": name, **_refused_message(message)}
            elif message.kind == "plate":
                yield from ({"file": name, "kind": "plate", **row} for row in _rows(message))
            else:
                yield {"file": name, **_message(message)}
    except LabFileRefused as refused:
        yield {"file": name, "error": {"code": refused.code, "message": refused.reason}}


def _message(message: LabMessage) -> dict[str, Any]:
    return {
        "kind": message.kind,
        "row": message.row,
        "type": message.type,
        "version": message.version,
        "id": message.id,
        "sender": message.sender,
        "sent_at": _moment(message.sent_at),
        "results": [_result(each) for each in message.results],
        "refused": [_refused(each) for each in message.refused],
        "warnings": list(message.warnings),
    }


def _rows(message: LabMessage) -> list[dict[str, Any]]:
    """A table's rows in the order of the file, read and refused."""
    read = [(each.row, _result(each)) for each in message.results]
    refused = [(each.row, _refused(each)) for each in message.refused]
    return [told for _row, told in sorted([*read, *refused], key=lambda each: each[0])]


def _result(result: LabResult) -> dict[str, Any]:
    """What is there; empty fields are left out, except the outcome."""
    told = {
        "row": result.row,
        "tube": result.tube,
        "test": result.test,
        "test_name": result.test_name,
        "value": result.value,
        "ct": dict(result.ct),
        "observed_at": _moment(result.observed_at),
        "status": result.status,
        "well": result.well,
        "control": result.control,
        "machine": result.machine,
        "run": result.run,
        "also": list(result.also),
    }
    kept = {name: value for name, value in told.items() if value}
    return {**kept, "outcome": result.outcome}


def _refused(each: Any) -> dict[str, Any]:
    told = {"row": each.row, "error": {"code": each.code, "message": each.reason}}
    return {**told, "tube": each.tube} if each.tube else told


def _refused_message(message: RefusedMessage) -> dict[str, Any]:
    header = message.header
    named = {"type": header.get(9) + "^" + header.get(9, 2), "id": header.get(10)} if header else {}
    reason = LabFileRefused(message.code, message.detail).reason
    return {"row": message.row, **named, "error": {"code": message.code, "message": reason}}


def _moment(at: Any) -> str:
    return at.isoformat() if at else ""
