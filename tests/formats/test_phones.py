"""Phone numbers beyond the shared vectors."""

from hypothesis import given
from hypothesis import strategies as st

from lachan.formats.phones import OLD_MOBILE_PREFIXES, PhoneRefused, read_phone, split_phones

MOBILES = st.tuples(st.sampled_from("35789"), st.integers(0, 99_999_999)).map(
    lambda parts: f"0{parts[0]}{parts[1]:08d}"
)


@given(MOBILES)
def test_it_gives_one_spelling_to_every_way_of_writing(number: str) -> None:
    bare = number[1:]
    ways = [number, bare, f"+84{bare}", f"84{bare}", f"0084{bare}", f"{bare}.0", f"+84 0{bare}"]
    assert {read_phone(way).number for way in ways} == {number}


@given(st.sampled_from(sorted(OLD_MOBILE_PREFIXES)), st.integers(0, 9_999_999))
def test_it_renews_old_prefixes(prefix: str, rest: int) -> None:
    new = f"{OLD_MOBILE_PREFIXES[prefix]}{rest:07d}"
    ways = [f"{prefix}{rest:07d}", f"{prefix[1:]}{rest:07d}", f"+84{prefix[1:]}{rest:07d}"]
    assert {read_phone(way).number for way in ways} == {new}


@given(st.text(max_size=20))
def test_it_reads_its_own_spelling_again_or_refuses(text: str) -> None:
    try:
        phone = read_phone(text)
    except PhoneRefused:
        return
    assert read_phone(phone.number).number == phone.number


def test_it_splits_a_cell_with_several_numbers() -> None:
    assert split_phones("0912 345 678 / 0987.654.321; ") == ["0912 345 678", "0987.654.321"]
    assert split_phones("0912345678 - 0987654321") == ["0912345678", "0987654321"]
    assert split_phones("") == []
