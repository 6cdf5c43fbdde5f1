"""Identity numbers beyond the shared vectors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lachan.formats.identity import IdentityRefused, read_document, read_personal_number
from lachan.formats.provinces63 import PROVINCES_63


def test_it_knows_sixty_three_provinces() -> None:
    assert len(PROVINCES_63) == len(set(PROVINCES_63.values())) == 63


@given(
    st.sampled_from(sorted(PROVINCES_63)),
    st.sampled_from(["male", "female"]),
    st.integers(1900, 2399),
    st.integers(0, 999_999),
)
def test_it_reads_back_every_number_that_can_be_built(
    province: str, sex: str, year: int, serial: int
) -> None:
    digit = 2 * ((year - 1900) // 100) + (sex == "female")
    text = f"{province}{digit}{year % 100:02d}{serial:06d}"
    found = read_personal_number(text)
    assert (found.province_code, found.sex, found.birth_year) == (province, sex, year)
    assert (found.serial, found.number) == (f"{serial:06d}", text)


@given(st.text(max_size=20))
def test_it_reads_its_own_spelling_again_or_refuses(text: str) -> None:
    for kind in ("cccd", "cmnd", "passport", "bhyt", "other"):
        try:
            number = read_document(kind, text)
        except IdentityRefused:
            continue
        assert read_document(kind, number) == number


@pytest.mark.parametrize(
    ("kind", "text", "number"),
    [
        ("cmnd", "121 234 567", "121234567"),
        ("passport", "c1234567", "C1234567"),
        ("passport", "M12345678", "M12345678"),
        ("bhyt", "gd 4 24 0000000001", "GD4240000000001"),
        ("bhyt", "0240000001", "0240000001"),
    ],
)
def test_it_writes_one_spelling_for_one_document(kind: str, text: str, number: str) -> None:
    assert read_document(kind, text) == number


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("cmnd", "12123456", "number_length"),
        ("cmnd", "12123456a", "number_not_digits"),
        ("passport", "ABCDEF", "passport_shape"),
        ("passport", "A123456789", "passport_shape"),
        ("bhyt", "GD6240000000001", "insurance_shape"),
        ("licence", "1", "document_kind"),
    ],
)
def test_it_says_what_is_wrong(kind: str, text: str, code: str) -> None:
    with pytest.raises(IdentityRefused) as refused:
        read_document(kind, text)
    assert refused.value.code == code
