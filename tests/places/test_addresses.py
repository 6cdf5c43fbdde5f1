"""Addresses in words: the commune of today they lie in, whatever they call it."""

import pytest

from lachan.places.selectors import commune_in, unit_label
from tests.places.units import BAC_NINH


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("Tổ 3, Phường Nếnh, Tỉnh Bắc Ninh", "Phường Nếnh, Tỉnh Bắc Ninh"),
        ("to 3, phuong nenh, bac ninh", "Phường Nếnh, Tỉnh Bắc Ninh"),
        ("Tổ 3, Nếnh, Bắc Ninh, Việt Nam", "Phường Nếnh, Tỉnh Bắc Ninh"),
        ("Phòng 109 - Nhà trọ số 12 - Xã Yên Phong - Tỉnh Bắc Ninh", "Xã Yên Phong, Tỉnh Bắc Ninh"),
        ("Tổ 3, Phường Nếnh", "Phường Nếnh, Tỉnh Bắc Ninh"),
        ("Thôn Chùa, Phường Nếnh, Thị xã Việt Yên, Tỉnh Bắc Giang", "Phường Nếnh, Tỉnh Bắc Ninh"),
    ],
)
def test_an_address_leads_to_the_commune_of_today(address: str, label: str) -> None:
    found = commune_in(address, near=BAC_NINH)

    assert found is not None
    assert (unit_label(found[0]), found[1]) == (label, BAC_NINH)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "Bắc Ninh",
        "Khu công nghiệp, số 12",
        "Phường Nếnh, Tỉnh Lạng Sơn",
        "Xã Không Có, Tỉnh Bắc Ninh",
    ],
)
def test_nothing_is_guessed(address: str) -> None:
    assert commune_in(address, near=BAC_NINH) is None


def test_a_commune_without_its_province_is_looked_for_nearby() -> None:
    assert commune_in("Phường Nếnh", near=BAC_NINH + 1) is None
