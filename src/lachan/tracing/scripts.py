"""What is said on the telephone, per language: data with open places (`data/scripts.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

DATA = Path(__file__).parent / "data" / "scripts.toml"

#: What a text may name.  The case, its place and its people are not among them.
OPEN_PLACES = frozenset({"officer", "unit", "person", "date", "station"})

#: The language in which the titles are read when the officer's has none.
FALLBACK = "vi"


@dataclass(frozen=True, slots=True)
class ScriptStep:
    """One step: its title in the officer's language, the words in the person's."""

    code: str
    title: str
    words: str


def languages(reader: str = FALLBACK) -> dict[str, str]:
    """The languages in which people can be spoken to: code and name, as the officer calls it."""
    found = _content()["languages"].items()
    return {code: names.get(reader, names[FALLBACK]) for code, names in found}


def script(language: str, reader: str, values: Mapping[str, str]) -> list[ScriptStep]:
    """The steps in the person's `language`, titled for the `reader`, their open places filled."""
    return [
        ScriptStep(
            code=step["code"],
            title=step["title"].get(reader, step["title"][FALLBACK]),
            words=step[language].format(**values),
        )
        for step in _content()["step"]
    ]


def open_places(text: str) -> set[str]:
    """The names a text leaves open."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


@cache
def _content() -> dict[str, Any]:
    with DATA.open("rb") as file:
        content = tomllib.load(file)
    for step in content["step"]:
        missing = content["languages"].keys() - step.keys()
        unknown = {
            name for code in content["languages"] for name in open_places(step.get(code, ""))
        } - OPEN_PLACES
        if missing or unknown:
            raise ValueError(f"step {step['code']}: lacks {missing}, names {unknown}")
    return content
