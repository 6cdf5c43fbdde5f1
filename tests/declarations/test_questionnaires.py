"""Questionnaires are files: a new question or version needs no code, an old one never changes."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from lachan.core.ids import uuid7
from lachan.core.scope import scoped
from lachan.declarations import questionnaire, selectors, telling
from lachan.declarations.models import Declaration
from lachan.declarations.questionnaire import Question, in_force, read, versions
from lachan.declarations.services import declare
from tests.declarations.households import NO, browser, household

NEXT = """
kind = "population"
[[version]]
number = 3
from = 2026-07-02
days = 7
source = "thử"
source_en = "test"
[[version.step]]
code = "signs"
vi = "Có dấu hiệu nào không?"
en = "Any sign?"
[[version.step.question]]
code = "stiff_neck"
type = "yes_no"
fact = "symptoms"
vi = "Cứng cổ"
en = "Stiff neck"
[[version.step.question]]
code = "pet"
type = "choice"
vi = "Nuôi con gì?"
en = "Which pet?"
[[version.step.question.choice]]
code = "cat"
vi = "Mèo"
en = "Cat"
"""


def every() -> list[Question]:
    """Every question of every kind and version, with the parts of groups."""
    asked = [each for kind in Declaration.Kind.values for each in versions(kind).values()]
    found = [question for each in asked for question in each.questions]
    return [*found, *(part for question in found for part in question.parts)]


def test_every_question_stands_in_both_languages() -> None:
    for question in every():
        assert question.said("vi") != question.said("en")
        assert bool(question.helps("vi")) is bool(question.helps("en"))
        for words in (question.choices or {}).values():
            assert words.vi
            assert words.en


def test_what_is_asked_beside_an_answer_can_be_reached() -> None:
    for kind in Declaration.Kind.values:
        for version in versions(kind).values():
            earlier: dict[str, Question] = {}
            for question in version.questions:
                for code in question.when.of if question.when else ():
                    possible = set(earlier[code].choices or {}) or {"yes", "no"}
                    assert question.when
                    assert possible.intersection(question.when.answers), question.code
                earlier[question.code] = question


def test_every_kind_tells_the_facts_that_rules_ask() -> None:
    for kind in Declaration.Kind.values:
        for version in versions(kind).values():
            assert version.of_fact("symptoms")
            assert version.of_fact("contact")
            assert version.source.vi
            assert version.source.en


def test_a_version_that_was_in_force_is_as_it_was() -> None:
    first = versions("population")[1]
    told = [(each.code, each.type, each.words, each.fact) for each in first.questions]
    assert sha256(repr(told).encode()).hexdigest()[:12] == FIRST
    assert in_force(date(2026, 10, 31)).number == 1
    assert in_force(date(2026, 11, 1)).number == 2
    assert in_force(date(2021, 7, 24)).number == 1


FIRST = "bd30fd68e76a"


def test_a_new_version_from_a_file_is_asked_and_told_without_any_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = household()
    with scoped(home.mother, "declare") as by:
        old = declare(key=uuid7(), person=home.mai, answers=NO, by=by)
    shipped = (questionnaire.DATA / "population.toml").read_text("utf-8")
    (tmp_path / "population.toml").write_text(
        shipped + NEXT.replace('kind = "population"', "").replace("2026-07-02", "2026-11-02"),
        "utf-8",
    )
    monkeypatch.setattr(questionnaire, "DATA", tmp_path)
    versions.cache_clear()
    try:
        with scoped(home.mother, "declare") as by:
            answers = {"stiff_neck": True, "pet": "cat"}
            made = declare(key=uuid7(), person=home.mai, answers=answers, by=by)
            told = telling.sections(selectors.asked_in(made), selectors.answers_of(made))
            assert selectors.asked_in(old).number == 2
        assert (made.questionnaire, made.symptoms) == (3, True)
        assert [row.answer for row in told[0].rows][1] in ("Cat", "Mèo")
        client = browser(home.mother)
        page = client.post("/declare/population/", {"step": "0", "stays": "yes"}).text
        assert "Any sign?" in page
        assert "Which pet?" in page
    finally:
        versions.cache_clear()


def test_a_file_that_is_no_questionnaire_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "population.toml"
    broken.write_text(NEXT.replace('vi = "Cứng cổ"', ""), "utf-8")
    with pytest.raises(ValueError, match="stiff_neck"):
        read(broken)
