"""HL7 v2 messages with an expected answer beside them: FHIR bundles, and HL7 written from HL7.

Compared per observation: code, value, units, abnormal flag, status, performing laboratory, date,
and the specimen's number.  Byte equality is not asked for.  Observations of the bundle that are not
in the message were left out by whoever wrote the message, and are only counted.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from lachan.formats.hl7oru import Observation, observations
from lachan.formats.hl7times import time_or_none
from lachan.formats.hl7v2 import Message, split
from lachan.formats.labresults import LabFileRefused
from tests.conformance.report import Set

_STATUS = {
    "final": "F", "corrected": "C", "amended": "CA", "preliminary": "PR", "cancelled": "X",
    "registered": "IO", "entered-in-error": "WD",
}  # fmt: skip


def compared(root: Path) -> Set:
    """Every pair below a folder."""
    found = Set("pairs with an expected answer")
    for message, expected in _pairs(root):
        found.files += 1
        name = expected.relative_to(root).as_posix()
        try:
            _pair(found, name, message, expected)
        except (LabFileRefused, ValueError, KeyError, TypeError, AttributeError) as error:
            found.count("pair that cannot be compared")
            found.differences.append(f"{name} cannot be compared: {error!r}")
    return found


def _pair(found: Set, name: str, message: Path, expected: Path) -> None:
    data = message.read_bytes()
    ours = [part for part in split(data).messages if isinstance(part, Message)]
    read = [each for part in ours for each in observations(part)]
    if expected.suffix == ".hl7":
        _compare_hl7(found, name, read, expected)
        return
    text = data.decode("utf-8", "replace")
    _compare_fhir(found, name, read, json.loads(expected.read_text()), text)


def _pairs(root: Path) -> Iterator[tuple[Path, Path]]:
    for path in sorted(root.rglob("*.hl7")):
        for other in (
            path.with_suffix(".fhir"),
            path.with_name(f"{path.stem}-expected.hl7"),
            path.with_name(f"{path.stem}-expected.json"),
        ):
            if other.is_file():
                yield path, other


def _compare_hl7(found: Set, name: str, read: list[Observation], expected: Path) -> None:
    others = [
        each
        for part in split(expected.read_bytes()).messages
        if isinstance(part, Message)
        for each in observations(part)
    ]
    for ours, theirs in zip(read, others, strict=False):
        for field in ("codes", "value", "units", "flags", "status", "laboratory", "tubes"):
            mine, expects = getattr(ours, field), getattr(theirs, field)
            _fits(found, f"{name} {field}", field, mine == expects, mine, expects)
    if len(read) != len(others):
        found.differences.append(f"{name}: {len(read)} observations, expected {len(others)}")


def _compare_fhir(
    found: Set, name: str, read: list[Observation], bundle: dict[str, Any], text: str
) -> None:
    resources = {entry.get("fullUrl", ""): entry["resource"] for entry in bundle.get("entry", ())}
    by_id = {f"{r['resourceType']}/{r.get('id', '')}": r for r in resources.values()}
    left = list(read)
    for resource in resources.values():
        if resource["resourceType"] != "Observation":
            continue
        codes = {each.get("code") for each in resource.get("code", {}).get("coding", ())}
        ours = next((o for o in left if codes & {code for code, _t, _s in o.codes if code}), None)
        if ours is None:
            found.count("observations of the bundle that are not in the message")
            continue
        left.remove(ours)
        found.count("observations compared")
        _compare(found, name, ours, resource, by_id, text)


def _compare(
    found: Set,
    name: str,
    ours: Observation,
    theirs: dict[str, Any],
    by_id: dict[str, Any],
    text: str,
) -> None:
    code = ours.codes[0][0] or ours.codes[-1][0]
    where = f"{name} {code}"
    _fits(found, where, "value", *_value_fits(ours, theirs))
    quantity = theirs.get("valueQuantity", {})
    if units := {quantity.get("unit"), quantity.get("code")} - {None}:
        _fits(found, where, "units", ours.units in units, ours.units, units)
    flags = {c.get("code") for i in theirs.get("interpretation", ()) for c in i.get("coding", ())}
    if flags - {None}:
        _fits(found, where, "flag", bool(flags & set(ours.flags)), ours.flags, flags)
    told = theirs.get("status", "")
    if told == "unknown":
        found.count("status that the bundle calls unknown, not compared")
    else:
        _fits(
            found, where, "status", (ours.status or "N") in _STATUS.get(told, ""), ours.status, told
        )
    if at := theirs.get("effectiveDateTime"):
        _fits(found, where, "date", *_date_fits(ours, at))
    laboratories = _names(theirs.get("performer", ()), by_id)
    if laboratories and ours.laboratory:
        same = ours.laboratory in laboratories
        alike = any(each.startswith(ours.laboratory) or ours.laboratory.startswith(each)
                    for each in laboratories)  # fmt: skip
        if alike and not same:
            found.count("laboratory's name that the writer of the message cut or added to")
        else:
            _fits(found, where, "laboratory", same, ours.laboratory, laboratories)
    specimens = _specimens(theirs.get("specimen"), by_id)
    if specimens and not any(each in text for each in specimens):
        found.count("specimen's number that the writer of the message left out")
    elif specimens:
        _fits(found, where, "specimen", bool(specimens & set(ours.tubes)), ours.tubes, specimens)


def _fits(found: Set, where: str, field: str, same: bool, ours: object, theirs: object) -> None:
    found.count(f"{'same' if same else 'other'} {field}")
    if not same:
        found.differences.append(f"{where} {field}: {ours}, expected {theirs}")


def _value_fits(ours: Observation, theirs: dict[str, Any]) -> tuple[bool, object, object]:
    coded = theirs.get("valueCodeableConcept")
    if coded is not None:
        wanted = {c.get(k) for c in coded.get("coding", ()) for k in ("code", "display")}
        wanted |= {coded.get("text")}
        have = {each for answer in ours.answers for each in answer[:2]} | {ours.value}
        return bool(wanted & have - {None, ""}), have, wanted
    for key in ("valueString", "valueDateTime", "valueTime", "valueInteger"):
        if key in theirs:
            return _bare(str(theirs[key])) == _bare(ours.value), ours.value, theirs[key]
    if "valueQuantity" in theirs:
        number = _float(re.sub(r"^[<>=]+|\s", "", ours.value))
        wanted = theirs["valueQuantity"].get("value")
        return wanted is None or number == float(wanted), ours.value, wanted
    return True, ours.value, ""


def _bare(text: str) -> str:
    return re.sub(r"[^\w]", "", text).rstrip("0").casefold()


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _date_fits(ours: Observation, told: str) -> tuple[bool, object, str]:
    wanted = datetime.fromisoformat(told) if len(told) >= 10 else None
    read = [time_or_none(each) for each in (ours.observed, ours.analysed, ours.reported)]
    return (
        wanted is None or any(_same_moment(each, wanted, len(told) == 10) for each in read),
        [str(each) for each in read if each],
        told,
    )


def _same_moment(at: datetime | None, wanted: datetime, day_only: bool) -> bool:
    if at is None:
        return False
    if day_only:
        return at.date() == wanted.date()
    if at.tzinfo and wanted.tzinfo:
        return at == wanted
    return at.replace(tzinfo=None) == wanted.replace(tzinfo=None)


def _names(references: Any, by_id: dict[str, Any]) -> set[str]:
    found = set()
    for each in references:
        resource = by_id.get(each.get("reference", ""), {})
        found.add(resource.get("name"))
        inner = resource.get("organization", {}).get("reference", "")
        found.add(by_id.get(inner, {}).get("name"))
    return {each for each in found if isinstance(each, str)}


def _specimens(reference: Any, by_id: dict[str, Any]) -> set[str]:
    resource = by_id.get((reference or {}).get("reference", ""), {})
    return {each.get("value", "") for each in resource.get("identifier", ())} - {""}
