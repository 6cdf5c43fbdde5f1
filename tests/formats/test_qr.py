"""The QR grammar beyond the shared vectors."""

import unicodedata
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from lachan.formats import qr
from lachan.formats.placecode import ALPHABET, is_place_code, new_place_code, shown_place_code

TOKENS = {"person_token", "slip_token"}
KINDS = {*TOKENS, "place", "place_2021", "personal_2021", "cccd", "bhyt", "unknown"}
NAMES = st.text(st.characters(categories=["L"]), min_size=1, max_size=30)


@given(st.text(max_size=300) | st.lists(st.text("0123456789*NamNữ</", max_size=14)).map("|".join))
def test_it_never_fails_and_unknown_always_has_a_reason(text: str) -> None:
    found = qr.read(text, this_year=2026)
    assert found.kind in KINDS
    assert found.kind != "unknown" or found.problems


@given(NAMES, st.dates(), st.integers(7, 11), st.sampled_from(["\r\n", "\t", "\r", "", " \n"]))
def test_it_reads_any_card_back(name: str, born: date, count: int, tail: str) -> None:
    birth = f"{born.day:02d}{born.month:02d}{born.year:04d}"
    text = "|".join(["024190000017", "", name, birth, "Nữ", "Xã An Lạc", "10062021"] + [""] * 4)
    fields = text.split("|")[:count]
    found = qr.read(unicodedata.normalize("NFD", "|".join(fields)) + tail, this_year=2026)
    assert found.kind == "cccd"
    assert found.fields["name"] == unicodedata.normalize("NFC", name)
    assert found.fields["birth"] == born.isoformat()


@given(st.integers(0, 7), st.sampled_from(ALPHABET))
def test_it_finds_every_single_wrong_symbol_in_a_place_code(at: int, symbol: str) -> None:
    code = new_place_code()
    assert is_place_code(code)
    assert is_place_code(shown_place_code(code).lower())
    wrong = code[:at] + symbol + code[at + 1 :]
    assert is_place_code(wrong) == (wrong == code)


@given(st.integers(0, 6))
def test_it_finds_every_swap_of_neighbours_in_a_place_code(at: int) -> None:
    code = new_place_code()
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert is_place_code(swapped) == (swapped == code)
