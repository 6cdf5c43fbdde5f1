"""Results in ASTM E1394 records (now CLSI LIS02-A2) as analysers send them.

H header, P patient, O order, R result, C comment, Q query, M and S of the manufacturer, L end.
The standard leaves much open; what is handled here of the machines' own ways stands beside it:
Cepheid GeneXpert sends Ct values and probes as results of their own, Sysmex puts the sample number
behind the rack position.  Patients are passed over: the tube is the only link.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from lachan.formats.astm import STX, Lost, Received, Receiver
from lachan.formats.hl7oru import LONGEST_TUBE
from lachan.formats.hl7times import read_time, time_or_none
from lachan.formats.hl7v2 import RefusedMessage, Separators, part, unescape
from lachan.formats.labresults import (
    LabFileRefused,
    LabMessage,
    LabResult,
    RowRefused,
    ct_in,
    outcome_of_all,
)
from lachan.formats.labwords import LONGEST_RUN

LARGEST_FILE = 200_000_000
_RECORDS = "HPORCQMSL"
_LINE = re.compile(r"[0-7]?(?=[HPORCQMSL]\W)")
_HEADER = re.compile(rb"[\x00-\x20]*(?:\x02?[0-7])?H[|!@#$%*]\W{3}")
#: R-9; what a machine leaves empty or writes of its own is as final as it knows.
_STATUS = {"C": "corrected", "P": "preliminary", "I": "preliminary", "S": "preliminary",
           "W": "preliminary", "X": "cancelled"}  # fmt: skip
_CT = frozenset(("ct", "cq", "cp", "ct value"))
#: What a machine tells of a probe beside its Ct.
_PROBE_ONLY = frozenset(("endpt", "endpoint", "delta ct", "melt", "melt peak", "area"))
_LOINC = re.compile(r"\d{1,5}-\d")
_POSITIVE_CONTROL = re.compile(r"\b(pos|pc|positive|duong)\b", re.I)
_NEGATIVE_CONTROL = re.compile(r"\b(neg|nc|ntc|negative|am|blank)\b", re.I)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: `fields[n - 1]` is field n as the standard counts.  `row`: its number in the
    message, from 1."""

    fields: tuple[str, ...]
    row: int
    marks: Separators

    def get(self, number: int, component: int = 1) -> str:
        """A component of the first repetition, readable."""
        return part(self._first(number), self.marks, component)

    def parts(self, number: int) -> list[str]:
        """All components of the first repetition, readable."""
        first = self._first(number)
        return [unescape(each, self.marks) for each in first.split(self.marks.component)]

    def _first(self, number: int) -> str:
        text = self.fields[number - 1] if number <= len(self.fields) else ""
        return text.split(self.marks.repeat, 1)[0]


def looks_like_astm(data: bytes) -> bool:
    """Whether bytes begin with a session, a frame or a header record."""
    head = data[:200].lstrip(b"\x00\r\n \xef\xbb\xbf\x06\x15\x04")
    if head.startswith(b"\x05"):
        return STX in data[:100_000] or not head.strip(b"\x05\x04\r\n")
    return bool(_HEADER.match(head))


def read_astm(data: bytes) -> Iterator[LabMessage | RefusedMessage]:
    """Every message of a saved stream or a file of records, in its order.  Raises LabFileRefused
    when there is none."""
    if len(data) > LARGEST_FILE:
        raise LabFileRefused("too_large", f"{len(data):,} bytes")
    if not data.strip():
        raise LabFileRefused("empty")
    events = list(_of_frames(data) if STX in data else _of_lines(data))
    if not events:
        raise LabFileRefused("astm_truncated")
    row = 1
    for event in events:
        try:
            if isinstance(event, Lost):
                raise LabFileRefused(event.code)
            yield read_records(event.records, row=row)
        except LabFileRefused as refused:
            yield RefusedMessage(row, refused.code, refused.detail)
        row += max(event.records.count(b"\r"), 1)


def read_records(records: bytes, *, row: int = 1) -> LabMessage:
    """The results of one message.  `row` counts its records from there.  Raises LabFileRefused."""
    text, warnings = _decoded(records)
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
    marks = _marks(lines[0] if lines else "")
    read = [
        Record(tuple(line.split(marks.field)), at, marks)
        for at, line in enumerate(lines, start=row)
    ]
    for record in read:
        letter = record.fields[0].strip()[:1].upper()
        if letter not in _RECORDS or len(record.fields[0].strip()) != 1:
            raise LabFileRefused("astm_record", f"record {record.row}: {record.fields[0][:20]}")
    header = read[0]
    id_ = header.get(3) or "astm-" + sha256(records).hexdigest()[:24]
    results, refused = _results(read, id_)
    if not results:
        raise LabFileRefused("astm_no_results", _why(read, refused))
    sender = " ".join(dict.fromkeys(each for each in header.parts(5) if each))
    return LabMessage(
        kind="astm",
        id=id_,
        sender=sender,
        sent_at=time_or_none(header.get(14)),
        type="query" if _letters(read, "Q") else "results",
        version=header.get(13),
        row=row,
        results=results,
        refused=refused,
        warnings=warnings,
    )


def _why(read: list[Record], refused: tuple[RowRefused, ...]) -> str:
    if refused:
        return f"record {refused[0].row}: {refused[0].reason}"
    return "a query (Q)" if _letters(read, "Q") else ""


def _letters(read: list[Record], letter: str) -> list[Record]:
    return [record for record in read if record.fields[0].strip().upper() == letter]


def _results(read: list[Record], id_: str) -> tuple[tuple[LabResult, ...], tuple[RowRefused, ...]]:
    taken: list[LabResult] = []
    refused: list[RowRefused] = []
    order: Record | None = None
    results: list[Record] = []
    for record in [*read, None]:
        letter = record.fields[0].strip().upper() if record else "L"
        if letter == "R" and record:
            results.append(record)
        elif letter in "HPOL":
            found, problems = _of_order(order, results, read[0], id_)
            taken += found
            refused += problems
            results = []
            order = record if letter == "O" else None
    return tuple(taken), tuple(refused)


@dataclass(frozen=True, slots=True)
class _Test:
    """What a result record is about.  `probe`: a target of the test, "" for its verdict; `extra`:
    "Ct" or another number told of the probe."""

    code: str
    name: str
    group: tuple[str, str]
    probe: str
    extra: str


def _test(record: Record) -> _Test:
    given = [*record.parts(3), *[""] * 9][:9]
    first, second, _third, fourth, fifth, _version, seventh, eighth = given[:8]
    loinc = first if _LOINC.fullmatch(first) else ""
    code = loinc or fourth or fifth or first or second
    name = " ".join(dict.fromkeys(each for each in (fifth, seventh) if each)) or second
    extra = next((each for each in (eighth, seventh, second) if _is_extra(each)), "")
    # Cepheid: a verdict names its assay (component 5), what is told of a probe does not.
    probe = seventh if seventh and not fifth and not _is_extra(seventh) else ""
    return _Test(code, name or code, (second, fourth), probe, extra)


def _is_extra(text: str) -> bool:
    return text.casefold() in _CT or text.casefold() in _PROBE_ONLY


def _of_order(
    order: Record | None, results: list[Record], header: Record, id_: str
) -> tuple[list[LabResult], list[RowRefused]]:
    taken: list[tuple[_Test, LabResult]] = []
    refused: list[RowRefused] = []
    cycles: dict[tuple[str, str], dict[str, float]] = {}
    verdicts = {test.group for test in map(_test, results) if not test.probe and not test.extra}
    for record in results:
        test = _test(record)
        if test.extra:
            number = _number(record)
            if test.extra.casefold() in _CT and number:
                cycles.setdefault(test.group, {})[test.probe] = number
            continue
        if test.probe and test.group in verdicts:
            continue
        read = _result(record, test, order, header, id_)
        if isinstance(read, RowRefused):
            refused.append(read)
        elif read is not None:
            taken.append((test, read))
    return [replace(read, ct={**cycles.get(test.group, {}), **read.ct}) for test, read in taken], (
        refused
    )


def _result(
    record: Record, test: _Test, order: Record | None, header: Record, id_: str
) -> LabResult | RowRefused | None:
    told = [each for each in record.parts(4) if each]
    named = [*record.parts(3), *[""] * 9][6]
    if not told and outcome_of_all([named]):
        told = [named]  # an invalid run carries its verdict in the place of the analyte
    status = _STATUS.get(record.get(9)[:1].upper(), "final")
    if not told and status != "cancelled":
        return None
    tubes = _tubes(order)
    problem = _problem(test, tubes)
    if problem:
        return RowRefused(record.row, problem, "", tubes[0][:LONGEST_TUBE] if tubes else "")
    try:
        at = next(filter(None, (read_time(record.get(n)) for n in (13, 12))), None)
        at = at or read_time(header.get(14))
    except ValueError as error:
        return RowRefused(record.row, "time_unreadable", str(error)[:40], tubes[0])
    units = record.get(5)
    value = " ".join(told)
    number = _number(record) if units.casefold() in _CT else None
    return LabResult(
        tube=tubes[0],
        test=test.code,
        test_name=test.name,
        outcome="" if status == "cancelled" else outcome_of_all(told),
        value=f"{value} {units}".strip(),
        ct={test.name: number} if number else ct_in(value),
        observed_at=at,
        status=status,
        message=id_,
        row=record.row,
        control=_control(order),
        machine=record.get(14) or " ".join(each for each in header.parts(5)[:2] if each),
        also=tubes[1:],
    )


def _problem(test: _Test, tubes: tuple[str, ...]) -> str:
    if not test.code:
        return "test_missing"
    if not tubes:
        return "tube_missing"
    return "tube_long" if len(tubes[0]) > LONGEST_TUBE else ""


def _tubes(order: Record | None) -> tuple[str, ...]:
    """O-3; where a machine leaves it empty, O-4: there Sysmex writes rack^place^sample^mark."""
    if order is None:
        return ()
    instrument = [each.strip() for each in order.parts(4)]
    third = instrument[2] if len(instrument) > 2 else ""
    found = [order.get(3), third or instrument[0]]
    return tuple(dict.fromkeys(each for each in found if each))


def _control(order: Record | None) -> str:
    if order is None or order.get(12).upper() != "Q":
        return ""
    words = " ".join((*order.parts(3), *order.parts(4), *order.parts(16)))
    if _NEGATIVE_CONTROL.search(words):
        return "negative"
    return "positive" if _POSITIVE_CONTROL.search(words) else "other"


def _number(record: Record) -> float | None:
    for each in record.parts(4):
        try:
            number = float(each.replace(",", "."))
        except ValueError:
            continue
        if 0 < number <= LONGEST_RUN:
            return number
    return None


def _marks(line: str) -> Separators:
    """H and its four separators: field, repetition, component, escape."""
    head = line.strip()
    told = head[1:5]
    if head[:1].upper() != "H" or len(told) < 3 or any(each.isalnum() for each in told):
        raise LabFileRefused("astm_header", head[:20])
    field, repeat, component = told[0], told[1], told[2]
    escape = told[3] if len(told) > 3 and told[3] != field else "&"
    # E1394 knows no parts of components; a character that is in no text stands for them.
    return Separators(field=field, component=component, repeat=repeat, escape=escape, sub="\x1f")


def _decoded(records: bytes) -> tuple[str, tuple[str, ...]]:
    """E1394 names no character set: UTF-8 where it is, else Latin 1."""
    try:
        return records.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return records.decode("latin-1"), ("charset_guessed",)


def _of_frames(data: bytes) -> Iterator[Received | Lost]:
    receiver = Receiver(of_file=True)
    for event in [*receiver.feed(data), *receiver.timeout()]:
        if isinstance(event, Received | Lost):
            yield event


def _of_lines(data: bytes) -> Iterator[Received | Lost]:
    """Records without frames: one a line, with or without the number of a frame before it."""
    held: list[bytes] = []
    for line in re.split(rb"[\r\n]+", data.strip(b"\x00\x04\x05\x06\x1a \r\n")):
        bare = _bare(line)
        if not bare:
            continue
        if bare[:1] == b"H" and held:
            yield Lost("astm_truncated", b"\r".join(held) + b"\r")
            held = []
        held.append(bare)
        if bare[:1] == b"L":
            yield Received(b"\r".join(held) + b"\r")
            held = []
    if held:
        yield Lost("astm_truncated", b"\r".join(held) + b"\r")


def _bare(line: bytes) -> bytes:
    text = line.strip(b"\x00\x03\x17 \t").removeprefix(b"\xef\xbb\xbf")
    found = _LINE.match(text.decode("latin-1"))
    return text[found.end() :] if found else text
