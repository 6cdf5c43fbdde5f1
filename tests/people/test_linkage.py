"""How two records are compared, and how well it finds the deliberate errors."""

import pytest

from lachan.config.commands import people as command
from lachan.config.commands.peoplefiles.invented import invent
from lachan.config.commands.peoplefiles.judging import judge
from lachan.people.linkage import (
    Known,
    birth_level,
    document_level,
    figures,
    identical,
    likeness,
    name_level,
    near,
    phone_level,
)


@pytest.mark.parametrize(
    ("one", "two", "level"),
    [
        ("Nguyễn Thị Hòa", "nguyễn thị hoà", "exact"),
        ("Nguyễn Thị Hòa", "NGUYEN THI HOA", "plain"),
        ("Nguyễn Thị Hòa", "Nguyễn Thị Hoa", "diacritics"),
        ("Nguyễn Thị Hòa", "Nguyễn Hòa", "without_middle"),
        ("Nguyễn Thị Thu Hòa", "Nguyễn Thị Hòa", "without_middle"),
        ("Nguyễn Thị Hòa", "Hòa Nguyễn Thị", "other_order"),
        ("Nguyễn Thị Hòa", "Nguyễn Thi Hòia", "typing"),
        ("Nguyễn Thị Hòa", "Trần Văn Hòa", "given"),
        ("Nguyễn Thị Hòa", "Nguyễn Thị Lan", "differs"),
        ("Arjun", "ARJUN", "exact"),
        ("Arjun", "", ""),
    ],
)
def test_names(one: str, two: str, level: str) -> None:
    assert name_level(one, two) == name_level(two, one) == level


@pytest.mark.parametrize(
    ("one", "two", "level"),
    [
        ("1990-03-05", "1990-03-05", "day"),
        ("1990-03-05", "1990-05-03", "swapped"),
        ("1990-03-05", "1990-03-06", "typing"),
        ("1990-03-05", "1990", "less_known"),
        ("1990-03-05", "1990-03", "less_known"),
        ("1990", "1990", "less_known"),
        ("1990-03-05", "1990-12-24", "year"),
        ("1990-03-05", "1991", "year_beside"),
        ("1990-03-05", "1970-12-24", "differs"),
        ("1990", "", ""),
    ],
)
def test_birth_dates(one: str, two: str, level: str) -> None:
    assert birth_level(one, two) == birth_level(two, one) == level


def with_cards(*documents: tuple[str, str]) -> Known:
    return Known("Mai Thị A", documents=documents)


def test_documents() -> None:
    new, old = ("cccd", "024190012347"), ("cmnd", "121212345")
    assert document_level(with_cards(new), with_cards(new, old)) == "same_number"
    assert document_level(with_cards(new), with_cards(("cccd", "024190012374"))) == "typing"
    assert document_level(with_cards(new), with_cards(("cccd", "024190999999"))) == "differs"
    assert document_level(with_cards(new), with_cards(old)) == ""


def test_a_phone_of_many_says_nothing() -> None:
    few, many = (Known("A", phones=(("0912345678", people),)) for people in (2, 30))
    other = Known("A", phones=(("0987654321", 1),))
    assert phone_level(few, few) == "shared"
    assert phone_level(many, many) == phone_level(few, many) == ""
    assert phone_level(few, other) == "differs"


@pytest.mark.parametrize(
    ("one", "two", "is_near"),
    [
        ("abc", "abc", True),
        ("abc", "abd", True),
        ("abc", "ab", True),
        ("abc", "abcd", True),
        ("abcd", "abdc", True),
        ("abcd", "badc", False),
        ("abc", "xyc", False),
        ("abc", "a", False),
        ("", "a", True),
    ],
)
def test_one_slip(one: str, two: str, is_near: bool) -> None:
    assert near(one, two) is near(two, one) is is_near


def test_a_rare_family_name_says_more_than_nguyen() -> None:
    def scored(family: str) -> float:
        record = Known(f"{family} Thị Hương", birth="1990", commune=1)
        return likeness([(record, record)])[0].probability

    assert scored("Giáp") > figures()["review"] > scored("Nguyễn")


def test_a_shared_phone_alone_is_no_evidence() -> None:
    one = Known("Nguyễn Văn Hùng", "1970-02-03", "male", phones=(("0912345678", 2),), commune=1)
    two = Known("Nguyễn Thị Lan", "1972-09-08", "female", phones=(("0912345678", 2),), commune=1)
    assert likeness([(one, two)])[0].probability < 0.001


def test_twins_are_two_people() -> None:
    def twin(given: str, number: str) -> Known:
        return Known(
            f"Vũ Minh {given}",
            "1990-03-05",
            "male",
            (("cccd", number),),
            (("0912345678", 2),),
            1,
        )

    pair = (twin("Sơn", "024090012347"), twin("Tú", "024090012348"))
    assert likeness([pair])[0].probability < figures()["review"]


def test_only_card_birth_and_name_together_are_identical() -> None:
    card = (("cccd", "024190012347"),)
    whole = Known("Mai Thị A", "1990-03-05", documents=card)
    assert identical(whole, Known("MAI THI A", "1990-03-05", documents=card))
    assert not identical(whole, Known("MAI THI A", "1990", documents=card))
    assert not identical(whole, Known("Mai A", "1990-03-05", documents=card))
    assert not identical(whole, Known("Mai Thị A", "1990-03-05"))
    insured = (("bhyt", "0123456789"),)
    same = Known("Mai Thị A", "1990-03-05", documents=insured)
    assert not identical(same, same)


def test_every_row_of_weights_sums_to_one() -> None:
    for name, levels in figures().items():
        if isinstance(levels, dict) and name != "family_share":
            for side in ("same", "chance"):
                total = sum(level[side] for level in levels.values())
                assert total == pytest.approx(1, abs=0.002), (name, side)


@pytest.mark.parametrize("seed", [2, 3])
def test_it_finds_deliberate_errors_and_joins_nobody_else(seed: int) -> None:
    judged = judge(invent(4_000, seed))
    assert judged["automatic"].precision >= 0.99
    assert judged["automatic"].named > 50
    assert judged["certain"].precision >= 0.99
    assert judged["review"].recall >= 0.9
    assert judged["review"].precision >= 0.9


def test_the_same_seed_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for _time in range(2):
        assert command.run(["matching", "--people", "300", "--seed", "5"]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert "precision" in said[0]
