"""Laboratory messages of others: HL7 v2, ASTM streams and tables of results.

Every message is read, or refused with a reason of our tables; nothing may raise.  Where an expected
answer lies beside a message, what we read is compared with it (`fhirpairs`).
"""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

from lachan.formats.hl7v2 import RefusedMessage, looks_like_hl7, split
from lachan.formats.labfiles import read_file
from lachan.formats.labresults import FILE_REASONS, ROW_REASONS, LabFileRefused, LabMessage
from tests.conformance import fhirpairs
from tests.conformance.report import Section, Set

FOLDER = "05-fhir-hl7"
#: Sets with HL7 v2 messages in files of their own.
HL7 = (
    "cdc-data-exchange", "hapi-hl7v2", "hl7-v2-to-fhir", "hl7v2-fhir-converter",
    "immregistries-mqe", "ms-fhir-converter", "phdi", "reportstream",
)  # fmt: skip
#: Files that are no message: licences, descriptions.
_NOT_MESSAGES = re.compile(r"licen[cs]e|readme|provenance|manifest", re.IGNORECASE)


def section(shared: Path) -> Section:
    """Everything of a laboratory in the shared folder."""
    root = shared / FOLDER
    made = Section("Laboratory: HL7 v2, ASTM E1394, tables of results")
    for name in HL7:
        if (root / name).is_dir():
            made.sets.append(_messages(root / name, made))
        else:
            made.absent.append(name)
    for name, reads in (
        ("python-hl7", _python_hl7), ("senaite-astm", _streams), ("reportstream", _tables),
    ):  # fmt: skip
        if (root / name).is_dir():
            made.sets.append(reads(root / name, made))
        else:
            made.absent.append(name)
    made.sets.append(fhirpairs.compared(root))
    return made


def _messages(folder: Path, made: Section) -> Set:
    counted = Set(f"{folder.name} (HL7 v2)")
    for path in sorted(folder.rglob("*")):
        if not _is_message(path):
            continue
        counted.files += 1
        data = path.read_bytes()
        name = path.relative_to(folder.parent).as_posix()
        _count(counted, made, data, path.name, name)
        if envelope := _unwrapped(data):
            counted.count("messages taken out of a JSON envelope")
            _count(counted, made, envelope, "message.hl7", f"{name} (unwrapped)")
    return counted


def _is_message(path: Path) -> bool:
    if not path.is_file() or _NOT_MESSAGES.search(path.name):
        return False
    if path.suffix.lower() not in (".hl7", ".txt", ".dat", ".er7"):
        return False
    return path.suffix.lower() == ".hl7" or b"|" in path.read_bytes() or _is_envelope(path)


def _is_envelope(path: Path) -> bool:
    return path.read_bytes()[:20].lstrip().startswith(b'{"content"')


def _unwrapped(data: bytes) -> bytes:
    """The message in a pipeline's JSON envelope, whose lines were wrapped in the middle."""
    found = re.search(rb'"content":"([^"]*)"', data)
    return base64.b64decode(re.sub(rb"\s", b"", found[1])) if found else b""


def _python_hl7(folder: Path, made: Section) -> Set:
    counted = Set("python-hl7 (samples.json)")
    samples: dict[str, str] = json.loads((folder / "samples.json").read_text())
    for name, text in samples.items():
        counted.files += 1
        try:
            held = split(text.encode())
        except LabFileRefused as refused:
            counted.count(f"envelope refused: {refused.code}")
            if "bad" not in name:
                made.unmet.append(f"{name} is refused whole: {refused}")
            continue
        if "bad" in name:
            made.unmet.append(f"{name} is named bad and was split")
        counted.count("batches", held.batches)
        _count(counted, made, text.encode(), f"{name}.hl7", name)
    return counted


def _streams(folder: Path, made: Section) -> Set:
    counted = Set("senaite-astm (ASTM E1394)")
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or _NOT_MESSAGES.search(path.name) or path.suffix == ".json":
            continue
        counted.files += 1
        _count(counted, made, path.read_bytes(), path.name, path.name, kind="astm")
    return counted


def _tables(folder: Path, made: Section) -> Set:
    counted = Set("reportstream (tables of results)")
    for path in sorted(folder.rglob("*.csv")):
        counted.files += 1
        _count(counted, made, path.read_bytes(), path.name, path.name, kind="plate")
    return counted


def _count(
    counted: Set, made: Section, data: bytes, file_name: str, name: str, *, kind: str = "auto"
) -> None:
    """Read one file and count what became of it."""
    if kind == "auto" and looks_like_hl7(data):
        kind = "hl7"
    try:
        for message in read_file(data, file_name, kind=kind):
            _count_message(counted, made, message, name)
    except LabFileRefused as refused:
        counted.count(f"refused whole: {refused.code}")
        _known(made, refused.code, name)
    except Exception as error:  # what must never happen is told, not hidden by a traceback
        made.unmet.append(f"{name} raised {type(error).__name__}: {error}")


def _count_message(
    counted: Set, made: Section, message: LabMessage | RefusedMessage, name: str
) -> None:
    if isinstance(message, RefusedMessage):
        counted.count(f"refused: {message.code}")
        _known(made, message.code, name)
        return
    counted.count("read")
    counted.count("results", len(message.results))
    for each in message.refused:
        counted.count(f"row refused: {each.code}")
        if each.code not in ROW_REASONS:
            made.unmet.append(f"{name}: no reason for {each.code}")


def _known(made: Section, code: str, name: str) -> None:
    if code not in FILE_REASONS:
        made.unmet.append(f"{name}: no reason for {code}")


def messages_of(path: Path) -> Iterator[LabMessage]:
    """The messages of a file that were read."""
    for message in read_file(path.read_bytes(), path.name):
        if isinstance(message, LabMessage):
            yield message
