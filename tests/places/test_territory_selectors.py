"""Searching units, naming them, and finding where they lie today."""

from datetime import date

import pytest
from django.utils.translation import override

from lachan.core.refusals import Refused
from lachan.places.selectors import (
    choices_of,
    communes_of,
    older_provinces,
    search_units,
    today_of,
    unit_label,
    unit_name,
    unit_of_code,
)
from tests.places.units import BAC_NINH, BEFORE, NENH, VIET_YEN, unit


@pytest.mark.parametrize("text", ["Nếnh", "nenh", "NẾNH", "phuong nenh", "nenh, bac ninh", "nen"])
def test_it_finds_a_commune_however_it_is_typed(text: str) -> None:
    assert search_units(text)[0].id == NENH


@pytest.mark.parametrize(("one", "other"), [("Hòa Long", "Hoà Long"), ("Thủy Xuân", "thuy xuan")])
def test_it_does_not_mind_where_the_tone_stands(one: str, other: str) -> None:
    found = {hit.id for hit in search_units(one, limit=50)}
    assert found
    assert found == {hit.id for hit in search_units(other, limit=50)}


def test_it_ranks_by_diacritics_when_they_are_typed() -> None:
    assert search_units("mỹ tho")[0].name == "Phường Mỹ Tho"
    assert search_units("mỹ thọ")[0].name == "Xã Mỹ Thọ"


def test_it_finds_todays_commune_by_a_name_of_before() -> None:
    hits = [hit for hit in search_units("Bích Động, Việt Yên") if hit.formerly]
    assert hits[0].id == VIET_YEN
    assert hits[0].label == "Phường Việt Yên, Tỉnh Bắc Ninh"
    assert hits[0].formerly == "Phường Bích Động, Thị xã Việt Yên, Tỉnh Bắc Giang"


def test_it_tells_a_renamed_unit_from_one_that_received_land() -> None:
    (renamed,) = search_units("xa krong na")[:1]
    assert (renamed.name, renamed.renamed) == ("Xã Buôn Đôn", True)
    assert renamed.formerly == "Xã Krông Na, Huyện Buôn Đôn, Tỉnh Đắk Lắk"
    assert not any(hit.renamed for hit in search_units("Bích Động, Việt Yên"))


def test_it_offers_every_part_of_a_divided_commune() -> None:
    hits = search_units("phuong tu lien, tay ho")
    assert {hit.id for hit in hits} >= {unit("00097"), unit("00103")}
    assert all(hit.formerly for hit in hits if hit.id == unit("00097"))


def test_it_searches_the_territory_of_a_day() -> None:
    (hit,) = search_units("bac giang", level="province", on=BEFORE)
    assert (hit.id, hit.name) == (unit("24", BEFORE), "Tỉnh Bắc Giang")
    (hit,) = search_units("bac giang", level="province")
    assert (hit.id, hit.formerly) == (BAC_NINH, "Tỉnh Bắc Giang")


@pytest.mark.parametrize("text", ["", "  ", "...", "xyzzy", "%", "nenh ha noi"])
def test_it_finds_nothing_where_nothing_is(text: str) -> None:
    assert search_units(text) == []


def test_it_gives_no_more_than_asked_for() -> None:
    assert len(search_units("xa", limit=7)) == 7


def test_it_names_a_unit_of_today_and_of_its_time() -> None:
    assert unit_label(NENH) == "Phường Nếnh, Tỉnh Bắc Ninh"
    dong_nai_ward = unit("26116")
    assert unit_label(dong_nai_ward, date(2026, 1, 1)) == "Xã Tân Phú, Tỉnh Đồng Nai"
    assert unit_label(dong_nai_ward, date(2026, 5, 1)) == "Phường Tân Phú, Thành phố Đồng Nai"
    assert unit_name(BAC_NINH) == "Tỉnh Bắc Ninh"


def test_it_says_what_a_unit_of_before_is_today() -> None:
    older = unit("07777", BEFORE)
    label = "Phường Bích Động, Thị xã Việt Yên, Tỉnh Bắc Giang"
    with override("en"):
        assert unit_label(older) == f"{label} (now Phường Việt Yên, Tỉnh Bắc Ninh)"
    with override("vi"):
        assert unit_label(older) == f"{label} (nay là Phường Việt Yên, Tỉnh Bắc Ninh)"


def test_it_knows_where_a_record_of_before_lies_today() -> None:
    assert today_of(unit("07777", BEFORE)) == (VIET_YEN, BAC_NINH)
    assert today_of(NENH) == (NENH, BAC_NINH)
    assert today_of(unit("318", BEFORE)) == (unit("11948"), unit("31"))


def test_it_guesses_no_commune_for_a_divided_one() -> None:
    divided = unit("00097", BEFORE)
    assert today_of(divided) == (None, unit("01"))
    assert [hit.id for hit in choices_of(divided)] == [unit("00097"), unit("00103")]


def test_it_refuses_a_number_that_is_no_unit() -> None:
    with pytest.raises(Refused) as refused:
        today_of(1)
    assert refused.value.code == "unknown_unit"


def test_it_knows_the_provinces_of_identity_numbers() -> None:
    provinces = older_provinces()
    assert len(provinces) == 63
    assert (provinces["24"], provinces["27"]) == ("Tỉnh Bắc Giang", "Tỉnh Bắc Ninh")


def test_it_lists_the_communes_of_a_province() -> None:
    communes = communes_of(BAC_NINH)
    assert len(communes) == 99
    assert sum(hit.name.startswith("Phường ") for hit in communes) == 33


def test_it_knows_no_unit_behind_a_code_of_another_day() -> None:
    assert unit_of_code("11948", BEFORE) is None
