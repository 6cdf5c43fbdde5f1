"""Numbers of paper sheets."""

import random

import pytest

from lachan.formats.papernumbers import PaperNumber, missing, new_series, read_paper_number
from lachan.formats.placecode import ALPHABET


def test_a_number_reads_back_however_it_is_typed() -> None:
    number = PaperNumber(new_series(), 31)
    assert read_paper_number(str(number)) == number
    assert read_paper_number(str(number).lower().replace("-", " ")) == number


@pytest.mark.parametrize("text", ["", "K7M2", "K7M2-00000-2", "không", "K7M2-0003１-X"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_paper_number(text) is None


def test_one_wrong_symbol_and_two_swapped_ones_are_found() -> None:
    seeded = random.Random(5)
    for _turn in range(200):
        number = PaperNumber("".join(seeded.choices(ALPHABET, k=4)), seeded.randint(1, 99_999))
        plain = str(number).replace("-", "")
        at = seeded.randrange(len(plain))
        other = seeded.choice("0123456789" if 4 <= at < 9 else ALPHABET)
        wrong = plain[:at] + other + plain[at + 1 :]
        assert wrong == plain or read_paper_number(wrong) is None
        one = seeded.choice([0, 1, 2, 4, 5, 6, 7])
        swapped = plain[:one] + plain[one + 1] + plain[one] + plain[one + 2 :]
        assert swapped == plain or read_paper_number(swapped) is None


def test_missing_sheets_are_named() -> None:
    assert missing(1, 6, {1, 2, 5}) == [3, 4, 6]
