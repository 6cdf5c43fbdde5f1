"""The answer to an HL7 v2 message: ACK with MSA and, when something is refused, ERR.

Original mode: AA (kept), AE (refused for its content: correct it and send it again) or AR (of a
type or version that is never taken here: sending again does not help).  Source: HL7 v2.5.1 sections
2.9 and 2.15; ERR as before 2.5 for older senders.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lachan.formats.hl7v2 import Segment, Separators
from lachan.formats.labresults import FILE_REASONS, ROW_REASONS, RowRefused

#: Refusals that sending again does not cure.
_NEVER = frozenset(("hl7_not_results", "hl7_version", "charset_unknown", "unknown_kind"))
#: Our code -> HL7 table 0357 with its words.
_CONDITIONS = {
    "hl7_not_results": ("200", "Unsupported message type"),
    "hl7_version": ("203", "Unsupported version id"),
    "hl7_no_id": ("101", "Required field missing"),
    "hl7_header": ("101", "Required field missing"),
    "hl7_no_results": ("101", "Required field missing"),
    "hl7_truncated": ("100", "Segment sequence error"),
    "hl7_batch_shape": ("100", "Segment sequence error"),
    "hl7_batch_count": ("100", "Segment sequence error"),
    "tube_missing": ("101", "Required field missing"),
    "test_missing": ("101", "Required field missing"),
    "status_missing": ("101", "Required field missing"),
    "status_unknown": ("103", "Table value not found"),
    "value_unreadable": ("102", "Data type error"),
    "time_unreadable": ("102", "Data type error"),
    "charset_broken": ("102", "Data type error"),
    "tube_unknown": ("204", "Unknown key identifier"),
    "different_content": ("205", "Duplicate key identifier"),
}
_OTHER = ("207", "Application internal error")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing refused.  `code` of `FILE_REASONS`, `ROW_REASONS` or the caller's; `text` for a
    person, in the sender's language; `place` as HL7 writes it ("OBX^3^5"), or ""."""

    code: str
    text: str = ""
    place: str = ""


def faults_of(refused: Sequence[RowRefused]) -> list[Fault]:
    """The rows of a message that were refused, to tell its sender; the others may be taken."""
    return [Fault(each.code, f"{each.reason} [{each.row}]") for each in refused]


def answer_code(faults: Sequence[Fault]) -> str:
    """AA, AE or AR."""
    if not faults:
        return "AA"
    return "AR" if any(fault.code in _NEVER for fault in faults) else "AE"


def acknowledge(
    header: Segment | None,
    faults: Sequence[Fault] = (),
    *,
    now: datetime,
    id: str,
    application: str = "LACHAN",
    facility: str = "",
    code: str = "",
) -> str:
    """The text of the answer, segments ended by carriage returns; without MLLP's frame.

    `header`: the MSH of the message, None when even that could not be read.  `now`: aware, `id`:
    our number of the answer, unique.  `code`: AA, AE or AR where the caller decides; else by
    `faults`.  The answer uses the sender's separators and version."""
    marks = header.marks if header else Separators()
    version = (header.get(12) if header else "") or "2.5.1"
    event = header.get(9, 2) if header else ""
    kind = marks.component.join(each for each in ("ACK", event, "ACK" if event else "") if each)
    zone = now.strftime("%z")
    msh = [
        "MSH", marks.component + marks.repeat + marks.escape + marks.sub,
        escape(application, marks), escape(facility, marks),
        header.raw(3) if header else "", header.raw(4) if header else "",
        now.strftime("%Y%m%d%H%M%S") + zone, "", kind, escape(id, marks),
        (header.get(11) if header else "") or "P", version, "", "", "", "", "", "UNICODE UTF-8",
    ]  # fmt: skip
    said = code or answer_code(faults)
    msa = ["MSA", said, header.raw(10) if header else ""]
    if faults:
        msa.append(escape(_text(faults[0])[:80], marks))
    lines = [msh, msa, *(_err(fault, version, marks) for fault in faults[:20])]
    return "".join(marks.field.join(line).rstrip(marks.field) + "\r" for line in lines)


def escape(text: str, marks: Separators) -> str:
    """Text for a field: separators as escape sequences, line ends as blanks."""
    told = {
        marks.escape: "E", marks.field: "F", marks.component: "S", marks.repeat: "R",
        marks.sub: "T",
    }  # fmt: skip
    out = "".join(f"{marks.escape}{told[each]}{marks.escape}" if each in told else each
                  for each in text)  # fmt: skip
    return " ".join("".join(each if each >= " " else " " for each in out).split())


def _text(fault: Fault) -> str:
    return fault.text or FILE_REASONS.get(fault.code) or ROW_REASONS.get(fault.code, fault.code)


def _err(fault: Fault, version: str, marks: Separators) -> list[str]:
    number, words = _CONDITIONS.get(fault.code, _OTHER)
    between = marks.component
    place = fault.place.replace("^", between)
    if version < "2.5":
        inner = marks.sub.join((number, words, "HL70357"))
        parts = [*place.split(between), "", "", ""][:3]
        return ["ERR", between.join((*parts, inner))]
    condition = between.join((number, words, "HL70357"))
    own = between.join((escape(fault.code, marks), "", "L"))
    return ["ERR", "", place, condition, "E", own, "", "", escape(_text(fault), marks)]
