"""The questionnaires are data: a file a kind, versions with their questions, in both languages.

A new question or a new version is a change of a file and of nothing else; what was answered stays
readable, because a declaration names kind and version, and a version that was in force is never
changed.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"

#: What a question may ask for; countries and communes are coded, never free text.
TYPES = (
    *("yes_no", "choice", "text", "date", "moment"),
    *("commune", "country", "countries", "group"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages."""

    vi: str
    en: str

    def said(self, language: str) -> str:
        """The text in the reader's language."""
        return self.en if language == "en" else self.vi


@dataclass(frozen=True, slots=True)
class When:
    """A question is asked when any of the questions `of` has one of the answers `answers`."""

    of: tuple[str, ...]
    answers: tuple[str, ...]

    def holds(self, given: Mapping[str, Any]) -> bool:
        """Whether the written answers ask for it."""
        return any(given.get(code) in self.answers for code in self.of)


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    fact: the fact a rule may ask, which a Yes makes true (`symptoms`, `contact`), "" for none.
    when: what makes the question asked at all; None: everybody is asked.
    needed: whether who is asked must answer.  past: a day or an hour that is over or now.
    ahead: the act of the rulebook that says how many days before this day one declares.
    territory: the commune where the declaration will be shown.
    choices: code -> words.  parts: the questions of one entry of a group; most: entries at most.
    """

    code: str
    type: str
    words: Words
    help: Words | None = None
    fact: str = ""
    when: When | None = None
    needed: bool = True
    past: bool = False
    ahead: str = ""
    territory: bool = False
    choices: Mapping[str, Words] | None = None
    parts: tuple["Question", ...] = ()
    most: int = 1
    entry: Words | None = None

    def said(self, language: str) -> str:
        """The question in the reader's language."""
        return self.words.said(language)

    def helps(self, language: str) -> str:
        """What makes the question clearer, "" where nothing does."""
        return self.help.said(language) if self.help else ""


@dataclass(frozen=True, slots=True)
class Step:
    """What is asked on one screen of a phone, under one heading."""

    code: str
    heading: Words
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A version: in force from `since` to before `until`, about the `days` before the answer."""

    kind: str
    number: int
    since: date
    until: date | None
    days: int
    source: Words
    steps: tuple[Step, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in the order they are asked."""
        return tuple(question for step in self.steps for question in step.questions)

    @property
    def always(self) -> tuple[Question, ...]:
        """What everybody must answer."""
        return tuple(each for each in self.questions if each.when is None and each.needed)

    def of_fact(self, fact: str) -> list[str]:
        """The questions whose Yes makes a fact true."""
        return [question.code for question in self.questions if question.fact == fact]


def _words(row: Mapping[str, Any], name: str = "") -> Words | None:
    vi, en = row.get(f"{name}vi"), row.get(f"{name}en")
    return Words(vi, en) if vi and en else None


def _question(row: Mapping[str, Any]) -> Question:
    words = _words(row)
    if words is None or row["type"] not in TYPES:
        raise ValueError(f"question {row.get('code')}: two languages and a known type are needed")
    when = row.get("when")
    return Question(
        code=row["code"],
        type=row["type"],
        words=words,
        help=_words(row, "help_"),
        fact=row.get("fact", ""),
        when=When(tuple(when["of"]), tuple(when.get("answers", ["yes"]))) if when else None,
        needed=row.get("needed", True),
        past=row.get("past", False),
        ahead=row.get("ahead", ""),
        territory=row.get("territory", False),
        choices={each["code"]: Words(each["vi"], each["en"]) for each in row.get("choice", ())},
        parts=tuple(_question(part) for part in row.get("part", ())),
        most=row.get("most", 1),
        entry=_words(row, "entry_"),
    )


def _steps(rows: Iterable[Mapping[str, Any]]) -> Iterator[Step]:
    for row in rows:
        heading = _words(row)
        if heading is None:
            raise ValueError(f"step {row.get('code')}: the heading stands in both languages")
        yield Step(row["code"], heading, tuple(_question(each) for each in row["question"]))


def read(file: Path) -> dict[int, Questionnaire]:
    """Every version in a file, by number.  A file that is not a questionnaire is a ValueError."""
    found = tomllib.loads(file.read_text("utf-8"))
    rows = [
        Questionnaire(
            found["kind"],
            row["number"],
            row["from"],
            row.get("to"),
            row["days"],
            Words(row["source"], row["source_en"]),
            tuple(_steps(row["step"])),
        )
        for row in found["version"]
    ]
    return {version.number: version for version in rows}


@lru_cache(maxsize=8)
def versions(kind: str = "population") -> dict[int, Questionnaire]:
    """Every version of a kind that was ever shipped, by number."""
    return read(DATA / f"{kind}.toml")


def in_force(on: date, kind: str = "population") -> Questionnaire:
    """The version of that day; before the first one the first, after the last one the last."""
    known = sorted(versions(kind).values(), key=lambda version: version.since)
    holding = [each for each in known if each.since <= on and (not each.until or on < each.until)]
    return holding[-1] if holding else known[0 if on < known[0].since else -1]
