"""CDC's cases for immunisation decision support: every dose's status, every day of a forecast.

The rules are CDC's own tables, read as they are; cases and tables are of different versions, so
that some rows differ for that reason alone: they are told and not tuned away.  What must hold is
that every case can be assessed at all.
"""

import csv
import json
import re
from datetime import date
from pathlib import Path

from lachan.engine.immunization import assess
from lachan.engine.immunization_answers import (
    Assessment,
    DoseStatus,
    Given,
    Person,
    SeriesStatus,
)
from lachan.engine.immunization_cdsi import conflicts_of, observations_of, schedule_of
from lachan.engine.immunization_schedule import Schedule
from tests.conformance.report import Section, Set

#: (code system, code) -> CDSi's code of an observation.
Known = dict[tuple[str, str], str]

FOLDER = "04-cdsi"
#: Doses a row of CDC's file has room for.
_DOSES = range(1, 8)
_STATUS = {
    "Valid": DoseStatus.VALID,
    "Not Valid": DoseStatus.NOT_VALID,
    "Extraneous": DoseStatus.EXTRANEOUS,
    "Sub-standard": DoseStatus.SUBSTANDARD,
}
_SERIES = {
    "Not complete": SeriesStatus.NOT_COMPLETE,
    "Complete": SeriesStatus.COMPLETE,
    "Not recommended": SeriesStatus.NOT_RECOMMENDED,
    "Immune": SeriesStatus.IMMUNE,
    "Contraindicated": SeriesStatus.CONTRAINDICATED,
    "Aged Out": SeriesStatus.AGED_OUT,
}
_DAYS = {
    "Earliest_Date": "earliest",
    "Recommended_Date": "recommended",
    "Past_Due_Date": "past_due",
}


def section(shared: Path) -> Section:
    """Every case file whose tables are there too."""
    made = Section("Immunisation: CDC's cases (CDSi) by CDC's tables")
    root = shared / FOLDER
    tables = next(root.rglob("AntigenSupportingData*COVID-19*.json"), None)
    rules = next(root.rglob("ScheduleSupportingData.json"), None)
    if tables is None or rules is None:
        made.absent.append("CDC's supporting data for COVID-19")
        return made
    common = json.loads(rules.read_text())
    schedule = schedule_of(json.loads(tables.read_text()), conflicts_of(common))
    for path in sorted(root.rglob("covid_*.csv")):
        made.sets.append(_file(path, schedule, observations_of(common), made))
    return made


def _file(path: Path, schedule: Schedule, known: Known, made: Section) -> Set:
    counted = Set(path.name, files=1)
    agreed = {"dose status": [0, 0], "series status": [0, 0], "forecast day": [0, 0]}
    with path.open(newline="", encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            try:
                found = case(row, schedule, known)
            except (ValueError, KeyError) as wrong:
                made.unmet.append(f"{row.get('CDC_Test_ID')} could not be assessed: {wrong}")
                continue
            counted.count("cases")
            for kind, what, ours, theirs in compared(row, found):
                agreed[kind][1] += 1
                agreed[kind][0] += ours == theirs
                if ours != theirs:
                    counted.differences.append(
                        f"{row['CDC_Test_ID']} {what}: CDC {theirs or 'none'},"
                        f" here {ours or 'none'} (case of {row.get('Changed_In_Version')},"
                        f" series {found.series or 'none'})"
                    )
    for kind, (same, of) in agreed.items():
        counted.count(f"{kind} compared", of)
        counted.count(f"{kind} equal ({100 * same / of:.1f} %)" if of else f"{kind} equal", same)
    return counted


def case(row: dict[str, str], schedule: Schedule, known: Known) -> Assessment:
    """One row of CDC's file, assessed on its day."""
    doses = [
        Given(
            _day(row[f"Date_Administered_{n}"]),
            row[f"CVX_{n}"].zfill(2),
            row.get(f"MVX_{n}") or "",
            key=str(n),
        )
        for n in _DOSES
        if row.get(f"CVX_{n}")
    ]
    system = (row.get("Med_History_Code_Sys") or "CDSI").strip().upper()
    codes = re.split(r"[;,\s]+", row.get("Med_History_Code") or "")
    observations = {
        found: None
        for code in codes
        if (found := known.get((system, code)) or known.get((system, code.zfill(3))))
    }
    person = Person(_day(row["DOB"]), row["gender"], observations)
    return assess(schedule, person, doses, _day(row["Assessment_Date"]))


def compared(row: dict[str, str], found: Assessment) -> list[tuple[str, str, str, str]]:
    """(kind, what, ours, theirs) for everything the row expects."""
    judged = {each.given.key: each for each in found.doses}
    pairs = [
        ("dose status", f"dose {n}", str(judged[str(n)].status), str(_STATUS[expected]))
        for n in _DOSES
        if (expected := row.get(f"Evaluation_Status_{n}"))
    ]
    if status := row["Series_Status"]:
        theirs = next(value for name, value in _SERIES.items() if name.lower() == status.lower())
        pairs.append(("series status", "series", str(found.forecast.status), str(theirs)))
    for column, name in _DAYS.items():
        ours = getattr(found.forecast, name)
        theirs_day = _day(row[column]).isoformat() if row[column] else ""
        if ours or theirs_day:
            pairs.append(("forecast day", column, ours.isoformat() if ours else "", theirs_day))
    return pairs


def _day(text: str) -> date:
    """A day as CDC's files write it: 2024-08-22 or 08/22/2024."""
    if "/" not in text:
        return date.fromisoformat(text)
    month, day, year = (int(part) for part in text.split("/"))
    return date(year, month, day)
