"""The questionnaire is data: versions with their questions, in both languages."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "health.toml"


@dataclass(frozen=True, slots=True)
class Question:
    """One question of Yes or No; `group` is symptom, contact or travel."""

    code: str
    group: str
    vi: str
    en: str
    help_vi: str = ""
    help_en: str = ""

    def words(self, language: str) -> str:
        """The question in the reader's language."""
        return self.en if language == "en" else self.vi

    def help(self, language: str) -> str:
        """What makes the question clearer, "" where nothing does."""
        return self.help_en if language == "en" else self.help_vi


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A version: in force from its day, about the `days` before the answer."""

    number: int
    since: date
    days: int
    source: str
    questions: tuple[Question, ...]

    def codes(self, group: str) -> list[str]:
        """The questions of a group, in their order."""
        return [question.code for question in self.questions if question.group == group]


@lru_cache(maxsize=1)
def versions() -> dict[int, Questionnaire]:
    """Every version that was ever shipped, by number."""
    with _FILE.open("rb") as file:
        rows = tomllib.load(file)["version"]
    found = [
        Questionnaire(
            row["number"],
            row["from"],
            row["days"],
            row["source"],
            tuple(Question(**question) for question in row["question"]),
        )
        for row in rows
    ]
    return {version.number: version for version in found}


def in_force(on: date) -> Questionnaire:
    """The newest version of that day; before the first one, the first."""
    known = sorted(versions().values(), key=lambda version: version.since)
    begun = [version for version in known if version.since <= on]
    return begun[-1] if begun else known[0]
