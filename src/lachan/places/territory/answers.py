"""Answers about codes, as plain JSON values: what a code names, and what an older code is today.

Error codes: ``not_a_code`` (no digits, or too many), ``unknown_code`` (never named a unit),
``not_valid_then`` (named a unit, but not on that day), ``not_a_commune`` (names a district).
"""

from datetime import date, timedelta
from typing import Any

from lachan.places.territory.atlas import Atlas
from lachan.places.territory.units import OLDER_LIST, Level, Unit

Answer = dict[str, Any]


class CodeRefused(Exception):
    """A code that cannot be answered: a stable word and a sentence that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def read_code(text: str, level: Level | None = None) -> str:
    """The code with its leading zeros: ``1`` → ``01``.  The number of digits tells the level.

    With a level, the digits are that level's whatever their number: ``1`` is commune ``00001``.
    """
    digits = text.strip()
    known = digits.isascii() and digits.isdigit()
    if not known or len(digits) > (level or Level.COMMUNE).digits:
        raise CodeRefused(
            "not_a_code",
            f"{text.strip()!r} is not a code of territory. Give 2 digits for a province,"
            " 3 for a district, 5 for a commune.",
        )
    level = level or next(each for each in Level if len(digits) <= each.digits)
    return digits.zfill(level.digits)


def resolve(atlas: Atlas, text: str, on: date, today: date, level: Level | None = None) -> Answer:
    """What the code names on that day, what that is today, and every other bearer of the code.

    ``until`` is the last day.  Before the older list the answer is that list's, and ``notes`` says
    so; ``notes`` also says when the code named another unit before.
    """
    code = read_code(text, level)
    bearers = atlas.bearers(code)
    if not bearers:
        raise CodeRefused("unknown_code", f"No unit ever bore the code {code} in our lists.")
    unit = atlas.named(code, on)
    others = [each for each in bearers if each is not unit]
    answer: Answer = {
        "code": code,
        "level": bearers[0].level.word,
        "on": on.isoformat(),
        "unit": None if unit is None else _known(atlas, unit, on, today),
        "formerly": [_known(atlas, each, None, today) for each in others if _before(each, on)],
        "later": [_known(atlas, each, None, today) for each in others if not _before(each, on)],
    }
    answer["notes"] = _notes(answer, on)
    return answer


def _before(unit: Unit, on: date) -> bool:
    return unit.until is not None and unit.until <= on


def describe(atlas: Atlas, unit: Unit, on: date) -> Answer:
    """A unit as it is on that day, with those above it and its other names."""
    above = [
        {"level": each.level.word, "code": each.code(on), "name": each.name(on)}
        for each in atlas.line(unit, on)[1:]
    ]
    spans = [(each.value, _day(each.since), _last(each.until)) for each in unit.names]
    return {
        "id": unit.id,
        "name": unit.name(on),
        "since": _day(unit.since),
        "until": _last(unit.until),
        "above": above,
        "names": [{"name": name, "since": since, "until": until} for name, since, until in spans],
    }


def _known(atlas: Atlas, unit: Unit, on: date | None, today: date) -> Answer:
    """A unit as it was on a day, or else at the end of its own time, and what it is today."""
    last = unit.since if unit.until is None else unit.until - timedelta(days=1)
    became = [each for each in atlas.became(unit, today) if each.exists(today)]
    return describe(atlas, unit, on or last or today) | {
        "today": [{"code": each.code(today), "name": each.name(today)} for each in became]
    }


def _notes(answer: Answer, on: date) -> list[str]:
    code = answer["code"]
    another = "another unit" if answer["unit"] else "a unit"
    notes = [] if answer["unit"] else [f"On {answer['on']} the code {code} names no unit."]
    notes += [
        f"Until {each['until']} the code {code} named {another}: {_full(each)}."
        for each in answer["formerly"]
    ]
    notes += [
        f"From {each['since']} the code {code} names {another}: {_full(each)}."
        for each in answer["later"]
    ]
    if on < OLDER_LIST:
        notes.append(f"Our oldest list is that of {OLDER_LIST}; earlier changes are not in it.")
    return notes


def _full(described: Answer) -> str:
    return ", ".join([described["name"], *(each["name"] for each in described["above"])])


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _last(until: date | None) -> str | None:
    return None if until is None else (until - timedelta(days=1)).isoformat()


def convert(atlas: Atlas, text: str, today: date) -> Answer:
    """One commune code of 30 June 2025 → its code today, or all of them when it was divided.

    A district that had no communes goes by its own code.  Anything else is an ``error``; the answer
    never guesses.
    """
    try:
        unit = _older_commune(atlas, text)
    except CodeRefused as refused:
        return {
            "code": text.strip(),
            "error": {"code": refused.code, "message": refused.message},
        }
    code = unit.code(OLDER_LIST)
    became = [each.code(today) for each in atlas.became(unit, today)]
    if len(became) == 1:
        return {"code": code, "today": became[0]}
    return {"code": code, "ambiguous": became}


def _older_commune(atlas: Atlas, text: str) -> Unit:
    digits = text.strip()
    # No commune bears the number of a district without communes, so zeros before it do no harm.
    district = atlas.named(digits.lstrip("0").zfill(3), OLDER_LIST)
    if district is not None and atlas.followers.get(district.id):
        return district
    if len(digits) == 3 and digits.startswith("0") and district is not None:
        # Spreadsheets drop zeros and never leave some: three digits with a zero are a district's.
        raise _is_district(district)
    code = read_code(digits, Level.COMMUNE)
    unit = atlas.named(code, OLDER_LIST)
    if unit is not None:
        return unit
    if len(digits) == 3 and district is not None:
        raise _is_district(district)
    bearers = atlas.bearers(code)
    if not bearers:
        raise CodeRefused("unknown_code", f"No unit ever bore the code {code} in our lists.")
    name, since = bearers[0].names[0].value, bearers[0].since
    raise CodeRefused("not_valid_then", f"The code {code} names {name} only since {since}.")


def _is_district(unit: Unit) -> CodeRefused:
    code, name = unit.code(OLDER_LIST), unit.name(OLDER_LIST)
    return CodeRefused(
        "not_a_commune", f"{code} is {name}, a district. Give a commune's code of five digits."
    )
