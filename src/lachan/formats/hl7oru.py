"""Results in HL7 v2 messages: ORU^R01 of laboratories, ORU^R30 to R32 of bedside devices, OUL^R21
to R24 of analysers (IHE LAW).  Versions 2.1 to 2.8.

An observation is one OBX.  What it means (a tube, a test, an outcome) is worked out here once, so
that every sender's dialect ends in the same `LabResult`.  Questions asked with an order, answers
about a specimen, and case reports of epidemiologists are also OBX; they are no results and are
passed over.  Sources: HL7 v2.5.1 chapter 7; HL7 ELR250 R1 for the use of SPM and OBX-19.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from lachan.formats.hl7times import read_time, time_or_none
from lachan.formats.hl7v2 import Message, RefusedMessage, Segment, parts_of, split
from lachan.formats.labresults import (
    LabFileRefused,
    LabMessage,
    LabResult,
    RowRefused,
    ct_in,
    outcome_of_all,
)
from lachan.formats.labwords import LONGEST_RUN

#: Messages that carry results; of others only the header is read.
RESULTS = frozenset(
    ("ORU^R01", "ORU^R30", "ORU^R31", "ORU^R32", "ORU", "OUL^R21", "OUL^R22", "OUL^R23", "OUL^R24")
)
_VERSION = re.compile(r"2\.[1-9](?:\.\d)?")
#: OBR-4 of case reports: epidemiologic information (LOINC), person subject, case notification.
_CASE_REPORTS = frozenset(("68991-9", "PERSUBJ", "NOTF"))
#: OBX-29 (HL7 table 0936) of what is no result: asked at order or collection, question, supporting.
_NO_RESULT = frozenset(("AOE", "ASC", "QST", "SCI", "ICD"))
#: OBX-11 (HL7 table 0085).  N was not asked and O only describes the order: both are no results.
_STATUS = {
    "F": "final", "U": "final", "V": "final", "B": "final", "C": "corrected", "A": "corrected",
    "P": "preliminary", "R": "preliminary", "S": "preliminary", "I": "preliminary",
    "D": "cancelled", "X": "cancelled", "W": "cancelled",
}  # fmt: skip
_NOT_ASKED = frozenset(("N", "O"))
_CODED = frozenset(("CE", "CWE", "CNE", "CF"))
_COUNTED = frozenset(("NM", "SN", "MO"))
_ATTACHED = frozenset(("ED", "RP"))
_CT_NAME = re.compile(
    r"cycle threshold|\bct value\b|\bct\b|\bcq\b|threshold cycle|crossing point|giá trị ct", re.I
)
_CT_UNIT = frozenset(("ct", "cq", "{ct}", "{cycles}", "cycles", "{ct_value}", "{cycle}"))
#: What a Ct value is of, by the name of its test: a primer set at the end, a gene, RNase P.
_TARGETS = (
    re.compile(r"\b(N[123])$"),
    re.compile(r"\b(rnase p)\b", re.I),
    re.compile(r"\b([A-Za-z0-9]{1,10}) gene\b", re.I),
    re.compile(r"\bgen ([A-Za-z0-9]{1,10})\b", re.I),
)
#: An internal control is tested in the patient's tube, and says nothing about the patient.
_INTERNAL = re.compile(r"\brnase p\b|\binternal control\b|\bextraction control\b|"
                       r"\bchứng nội\b|\bspecimen processing control\b", re.I)  # fmt: skip
#: LOINC of questions that go with a report of a laboratory in the United States: first test,
#: employed in health care, symptoms, hospitalised, intensive care, pregnancy, congregate setting,
#: onset, age, residence, place, case number.  Source: HHS guidance on COVID-19 laboratory data.
_QUESTIONS = frozenset(
    (
        "95417-2", "95418-0", "95419-8", "95420-6", "95421-4", "77974-4", "82810-3", "11368-8",
        "65222-2", "29553-5", "30525-0", "35659-2", "75617-1", "75325-1", "67098-4", "56816-2",
        "94659-0",
    )
)  # fmt: skip
_NUMBER = re.compile(r"[<>]?=?\s*[+-]?\d{1,15}(?:[.,]\d{1,15})?(?:[Ee][+-]?\d{1,3})?")
#: characters; no label is longer, and a longer text in the place of a tube is something else.
LONGEST_TUBE = 80


@dataclass(frozen=True, slots=True)
class Observation:
    """One OBX with what stands around it, readable and not yet judged.

    `codes`: (code, text, coding system) as sent, the first and the alternate; `answers` likewise
    for a coded value.  `tubes`: specimen and order numbers, the one that names the tube first.
    """

    row: int
    kind: str
    codes: tuple[tuple[str, str, str], ...]
    answers: tuple[tuple[str, str, str], ...]
    value: str
    units: str
    flags: tuple[str, ...]
    status: str
    observed: str
    analysed: str
    reported: str
    laboratory: str
    machine: str
    tubes: tuple[str, ...]

    @property
    def test(self) -> tuple[str, str]:
        """Code and words of the test: LOINC where the sender gave it."""
        loinc = next((each for each in self.codes if each[2] in ("LN", "LOINC") and each[0]), None)
        chosen = loinc or next((each for each in self.codes if each[0]), self.codes[0])
        name = chosen[1] or next((text for _code, text, _system in self.codes if text), "")
        return chosen[0], name


def read_hl7(data: bytes) -> Iterator[LabMessage | RefusedMessage]:
    """Every message of a file or frame in its order: read, or refused with its reason.  Raises
    LabFileRefused when the file as a whole cannot be trusted."""
    found = split(data)
    if not found.messages:
        raise LabFileRefused("hl7_no_results", "an envelope without a message")
    for message in found.messages:
        if isinstance(message, RefusedMessage):
            yield message
            continue
        try:
            read = read_message(message)
        except LabFileRefused as refused:
            yield RefusedMessage(message.row, refused.code, refused.detail, message.header)
            continue
        if found.warnings:
            read = replace(read, warnings=(*read.warnings, *found.warnings))
        yield read


def read_message(message: Message) -> LabMessage:
    """The results of one message.  Raises LabFileRefused with a code of `FILE_REASONS`."""
    check_header(message)
    header = message.header
    results, refused = _results(message)
    if not results and refused:
        first = refused[0]
        raise LabFileRefused("hl7_no_results", f"line {first.row}: {first.reason}")
    if not results:
        raise LabFileRefused("hl7_no_results")
    return LabMessage(
        kind="hl7",
        id=message.id,
        sender=header.get(4) or header.get(4, 2) or header.get(3),
        sent_at=time_or_none(header.get(7)),
        type=message.type,
        version=message.version,
        row=message.row,
        results=results,
        refused=refused,
        warnings=message.warnings,
    )


def check_header(message: Message) -> None:
    """Whether the message is one of results that can be answered.  Raises LabFileRefused."""
    if not message.type:
        raise LabFileRefused("hl7_header", "MSH-9")
    if message.type not in RESULTS:
        raise LabFileRefused("hl7_not_results", message.type[:40])
    if not _VERSION.fullmatch(message.version):
        raise LabFileRefused("hl7_version", message.version[:20])
    if not message.id:
        raise LabFileRefused("hl7_no_id")


def observations(message: Message) -> Iterator[Observation]:
    """Every observation in its order, also those that are no results."""
    for group in _groups(message):
        for obx in (*group.before, *group.after):
            yield _observation(obx, group, _tubes(group))


def _results(message: Message) -> tuple[tuple[LabResult, ...], tuple[RowRefused, ...]]:
    taken: list[LabResult] = []
    refused: list[RowRefused] = []
    reports = False
    for group in _groups(message):
        if group.order is not None and group.order.get(4) in _CASE_REPORTS:
            reports = True
            continue
        own: list[LabResult] = []
        cycles: dict[str, float] = {}
        tubes = _tubes(group)
        for obx in group.results():
            seen = _observation(obx, group, tubes)
            if seen.test[0] in _QUESTIONS:
                continue
            read = _read(seen, message.id)
            if isinstance(read, RowRefused):
                refused.append(read)
            elif read is not None and _is_ct(seen):
                cycles.update(read.ct)
                own.append(replace(read, outcome=""))
            elif read is not None:
                own.append(read)
        taken += _with_cycles(own, cycles)
    if reports and not taken and not refused:
        raise LabFileRefused("hl7_not_results", "a case report of epidemiologists, not results")
    return tuple(taken), tuple(refused)


def _with_cycles(results: list[LabResult], cycles: Mapping[str, float]) -> list[LabResult]:
    """Ct values sent as observations of their own belong to the group's verdicts."""
    if not cycles:
        return results
    verdicts = [each for each in results if each.outcome and not each.control]
    if not verdicts:
        return results
    others = [each for each in results if not each.ct and each not in verdicts]
    with_cycles = [replace(each, ct={**cycles, **each.ct}) for each in verdicts]
    return sorted([*with_cycles, *others], key=lambda each: each.row)


@dataclass(slots=True)
class _Group:
    """An order (ORC, OBR) with its observations and specimens."""

    order: Segment | None
    common: Segment | None
    before: list[Segment]
    after: list[Segment]
    specimen: Segment | None

    def results(self) -> Iterator[Segment]:
        """OBX of results.  Those after a specimen describe it, unless there are no others."""
        for obx in self.before or self.after:
            if obx.get(29) not in _NO_RESULT and obx.get(11) not in _NOT_ASKED:
                yield obx


def _groups(message: Message) -> Iterator[_Group]:
    """In ORU a specimen follows its order; in OUL it goes before the orders made on it."""
    specimen_first = message.type.startswith("OUL")
    group: _Group | None = None
    common = specimen = None
    for segment in message.segments[1:]:
        name = segment.name
        if name == "ORC":
            common = segment
        elif name == "SPM":
            if specimen_first or group is None:
                specimen = segment
            elif group.specimen is None:
                group.specimen = segment
        elif name == "SAC" and specimen_first and specimen is None:
            specimen = segment
        elif name == "OBR":
            if group is not None:
                yield group
            group = _Group(segment, common, [], [], specimen)
            common = None
        elif name == "OBX":
            if group is None and specimen is None:
                group = _Group(None, common, [], [], None)
            if group is not None:
                follows = group.specimen is not None and not specimen_first
                (group.after if follows else group.before).append(segment)
        if name == "SPM" and specimen_first and group is not None:
            yield group
            group = None
    if group is not None:
        yield group


def _observation(obx: Segment, group: _Group, tubes: tuple[str, ...]) -> Observation:
    kind = obx.get(2).upper()
    order = group.order
    return Observation(
        row=obx.row,
        kind=kind,
        codes=_coded(obx, 3),
        answers=_coded(obx, 5) if kind in _CODED else (),
        value=_value(obx, kind),
        units=obx.get(6) or obx.get(6, 2),
        flags=tuple(each.split(obx.marks.component)[0] for each in obx.repeats(8)),
        status=obx.get(11) or (order.get(25) if order else ""),
        observed=obx.get(14),
        analysed=obx.get(19),
        reported=order.get(22) if order else "",
        laboratory=obx.get(23) or obx.get(15, 2) or obx.get(15),
        machine=obx.get(18) or obx.get(18, 2),
        tubes=tubes,
    )


def _tubes(group: _Group) -> tuple[str, ...]:
    """Numbers by which the tube may be known, the likeliest first: the specimen as the sender of
    the tube numbered it, as the laboratory did, then the order as placed and as filled."""
    found: list[str] = []
    if group.specimen is not None and group.specimen.name == "SPM":
        found += [group.specimen.get(2, 1), group.specimen.get(2, 2), group.specimen.get(30)]
    elif group.specimen is not None:
        found += [group.specimen.get(3), group.specimen.get(4)]
    for segment, numbers in ((group.order, (2, 3)), (group.common, (2, 3))):
        if segment is not None:
            found += [segment.get(number) for number in numbers]
    return tuple(dict.fromkeys(each for each in found if each))


def _coded(obx: Segment, number: int) -> tuple[tuple[str, str, str], ...]:
    parts = [*obx.parts(number), *[""] * 9][:9]
    first = (parts[0], parts[1] or parts[8], parts[2])
    other = (parts[3], parts[4], parts[5])
    return (first, other) if any(other) else (first,)


def _value(obx: Segment, kind: str) -> str:
    if kind in _ATTACHED:
        return ""
    told = (_told(parts_of(each, obx.marks), kind) for each in obx.repeats(5))
    return "; ".join(each for each in told if each)


def _told(parts: list[str], kind: str) -> str:
    if kind in _CODED:
        long = [*parts, *[""] * 9]
        return long[1] or long[8] or long[4] or long[0] or long[3]
    if kind == "SN":
        return "".join(parts[:4])
    return " ".join(each for each in parts if each)


def _is_ct(seen: Observation) -> bool:
    if seen.units.casefold() in _CT_UNIT:
        return True
    return any(_CT_NAME.search(text) for _code, text, _system in seen.codes)


def _read(seen: Observation, message: str) -> LabResult | RowRefused | None:
    """The result of an observation, the refusal of it, or None when it says nothing at all."""
    tube = seen.tubes[0] if seen.tubes else ""
    problem = _problem(seen, tube)
    if problem:
        return RowRefused(seen.row, problem[0], problem[1], tube[:LONGEST_TUBE])
    if not seen.value and seen.status not in ("X", "D", "W"):
        return None
    try:
        at = _moment(seen)
    except ValueError as error:
        return RowRefused(seen.row, "time_unreadable", str(error)[:40], tube)
    code, name = seen.test
    texts = [seen.value, *[each for answer in seen.answers for each in answer[:2]]]
    cycles = ct_in(seen.value)
    if _is_ct(seen) and (number := _cycles(seen.value)) is not None:
        cycles = {_target(name): number}
    return LabResult(
        tube=tube,
        test=code,
        test_name=name,
        outcome="" if _STATUS[seen.status] == "cancelled" else outcome_of_all(texts),
        value=f"{seen.value} {seen.units}".strip() if seen.kind in _COUNTED else seen.value,
        ct=cycles,
        observed_at=at,
        status=_STATUS[seen.status],
        message=message,
        row=seen.row,
        control="extraction" if _INTERNAL.search(name) else "",
        machine=seen.machine,
        also=seen.tubes[1:],
    )


def _problem(seen: Observation, tube: str) -> tuple[str, str] | None:
    """What is wrong with an observation: code and detail."""
    if not any(code or text for code, text, _system in seen.codes):
        return "test_missing", "OBX-3"
    if not tube:
        return "tube_missing", "SPM-2, OBR-2, OBR-3"
    if len(tube) > LONGEST_TUBE:
        return "tube_long", ""
    if not seen.status:
        return "status_missing", "OBX-11"
    if seen.status not in _STATUS:
        return "status_unknown", seen.status[:10]
    if seen.kind in _ATTACHED:
        return "value_attached", seen.kind
    if seen.kind == "NM" and seen.value and not _NUMBER.fullmatch(seen.value):
        return "value_unreadable", f"NM: {seen.value[:40]}"
    return None


def _target(name: str) -> str:
    for pattern in _TARGETS:
        if found := pattern.search(name):
            return found[1]
    return ""


def _cycles(value: str) -> float | None:
    try:
        cycles = float(value.replace(",", "."))
    except ValueError:
        return None
    return cycles if 0 < cycles <= LONGEST_RUN else None


def _moment(seen: Observation) -> datetime | None:
    """When it was measured: OBX-19 where the version has it, else OBX-14, else OBR-22."""
    for text in (seen.analysed, seen.observed, seen.reported):
        at = read_time(text)
        if at is not None:
            return at
    return None
