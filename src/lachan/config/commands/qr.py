"""`lachan qr parse`: what scanned texts are, one JSON a line.

Kinds, fields, warnings and error codes are in docs/platforms/qr.md; the grammar is the gate's own,
`lachan.formats.qr`.  Nothing is looked up and no signature is checked.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from lachan.credentials.tokens import Token, TokenRefused, peek
from lachan.formats import qr

if TYPE_CHECKING:
    from lachan.formats.recognised import Recognised

#: Bytes of a line: the longest code of the grammar in UTF-8 with what a scanner adds.  More is
#: skipped to the end of the line without being kept.
LONGEST_LINE = 32_768

#: code -> what to do.  These texts claim to be something and cannot be read; a text that claims
#: nothing we know is of kind "unknown".
ERRORS = {
    "empty": "The line is empty.",
    "too_long": "The text is longer than any code that can be scanned.",
    "not_utf8": "The line is not UTF-8: set the scanner to UTF-8.",
    "token_shape": "It begins like a code of ours and is cut off or mistyped: scan it again.",
    "input_method_on": "A Vietnamese input method changed the code: switch it off and scan again.",
    "card_field_count": "It begins with a personal number, but has too few or too many fields.",
    "certificate_base45": "It begins with HC1: and is cut off or mistyped: scan it again.",
    "certificate_zlib": "The certificate cannot be unpacked: scan it again.",
    "certificate_large": "The certificate unfolds into more than 64 KiB: it is none.",
    "certificate_cbor": "The certificate's content is broken or nested too deeply.",
    "certificate_content": "The certificate holds no signed claims.",
    "card_digits": "It begins with shc:/ and is cut off or mistyped: scan it again.",
    "card_chunk": "The numbering of the SMART card's parts makes no sense.",
    "card_jws": "The SMART card's content is not a signed text.",
    "card_content": "The SMART card's content cannot be read.",
    "gs1_element": "It looks like a GS1 code, but not one element can be read.",
    "not_read": "This text met a mistake of ours: please report it.",
}


def run(argv: list[str]) -> int:
    """0 when every line was answered, whatever it is; 2 when there is nothing to read from."""
    options = parser().parse_args(argv)
    this_year = options.year or datetime.now(UTC).year
    with ExitStack() as stack:
        source: BinaryIO = sys.stdin.buffer
        if options.file != "-":
            try:
                source = stack.enter_context(open(options.file, "rb"))
            except OSError as error:
                sys.stderr.write(f"lachan qr: {options.file} cannot be read: {error.strerror}.\n")
                return 2
        try:
            for line in lines_of(source):
                told = safely_answered(line, this_year=this_year)
                sys.stdout.buffer.write(told)
                sys.stdout.buffer.flush()
        except BrokenPipeError:
            # Whoever listens has heard enough; nothing more is written at exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def parser() -> argparse.ArgumentParser:
    """The words of the command."""
    made = argparse.ArgumentParser(prog="lachan qr", description=__doc__)
    verbs = made.add_subparsers(dest="verb", required=True)
    parse = verbs.add_parser(
        "parse",
        help="read texts line by line and print what each is",
        description='Prints {"kind", "fields", "warnings"} or {"error": {"code", "message"}} for'
        " every line, in order, as soon as it was read.  Never stops at a line.",
    )
    parse.add_argument("file", nargs="?", default="-", help="a file of texts; - or none: stdin")
    parse.add_argument(
        "--year", type=int, help="the year that judges births and two-digit years (this one)"
    )
    return made


def lines_of(source: BinaryIO) -> Iterator[bytes | None]:
    """Each line without its end; None for one that is too long, of which nothing is kept."""
    while line := source.readline(LONGEST_LINE):
        if line.endswith(b"\n") or len(line) < LONGEST_LINE:
            yield line
            continue
        while (more := source.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
            pass
        yield None


def safely_answered(line: bytes | None, *, this_year: int) -> bytes:
    """The answer as a line of JSON.  What nobody foresaw is an answer too: whoever feeds a
    scanner's texts for hours must not lose the next one."""
    try:
        told = answered(line, this_year=this_year)
    except Exception:
        told = _error("not_read")
    # A surrogate in a certificate's JSON has no UTF-8.
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def answered(line: bytes | None, *, this_year: int) -> dict[str, Any]:
    """What a line is."""
    if line is None:
        return _error("too_long")
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return _error("not_utf8")
    found = qr.read(text, this_year=this_year)
    if found.kind == "unknown" and found.problems[0] in ERRORS:
        return _error(found.problems[0])
    fields, warnings = _fields(found), list(found.problems)
    if found.kind.endswith("_token"):
        try:
            fields |= _said(peek(found.text))
        except TokenRefused:
            return _error("token_shape")
        warnings.append("signature_not_checked")
    return {"kind": found.kind, "fields": fields, "warnings": warnings}


def _fields(found: Recognised) -> dict[str, Any]:
    fields: dict[str, Any] = dict(found.fields)
    if found.extras:
        fields["extra"] = list(found.extras)
    if found.entries:
        fields["entries"] = [dict(each) for each in found.entries]
    return fields


def _said(token: Token) -> dict[str, Any]:
    """What a token says; bytes in hexadecimal, seconds as times."""
    shown: dict[str, Any] = {
        "key_id": token.key_id,
        "pseudonym": token.pseudonym.hex(),
        "expires_at": _moment(token.expires_at),
    }
    if token.declared is not None:
        shown["declared_at"] = _moment(token.declared.at)
        shown["symptoms"] = token.declared.symptoms
        shown["contact"] = token.declared.contact
    return shown


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": ERRORS[code]}}
