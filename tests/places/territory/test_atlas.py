"""The territory through time, against the table and lists of others."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from lachan.places.territory.acts import BadAct, read_acts
from lachan.places.territory.answers import CodeRefused, convert, read_code, resolve
from lachan.places.territory.atlas import atlas, build
from lachan.places.territory.lists import read_lists
from lachan.places.territory.units import OLDER_LIST, REFORM, Level
from tests.shared_files import shared

TODAY = date(2026, 11, 22)
DATA = "conformance/07-vietnam/vietnamadminunits/data"
TABLE = f"{DATA}/interim/convert_legacy_2025_simple.csv"
WARDS = f"{DATA}/raw/danhmuchanhchinh.gso.gov.vn_ward_2025-07-18.csv"
ISLANDS = {"318": "11948", "471": "19742", "498": "20333", "536": "21548", "755": "26732"}


def table() -> dict[str, set[str]]:
    """Older code -> newer codes; a district without communes under its own code."""
    found: dict[str, set[str]] = defaultdict(set)
    with shared(TABLE).open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            commune = row["wardCode"]
            code = f"{int(float(commune)):05d}" if commune else row["districtCode"]
            found[code].add(row["newWardCode"])
    return found


@pytest.mark.parametrize(
    ("day", "counts"),
    [(OLDER_LIST, [63, 696, 10_035]), (REFORM, [34, 0, 3_321]), (TODAY, [34, 0, 3_321])],
)
def test_it_knows_every_unit_of_a_day(day: date, counts: list[int]) -> None:
    assert [len(atlas().on(level, day)) for level in Level] == counts
    codes = [{unit.code(day) for unit in atlas().on(level, day)} for level in Level]
    assert [len(each) for each in codes] == counts


def test_it_puts_every_commune_into_a_province_of_the_same_day() -> None:
    for day, depth in ((OLDER_LIST, 3), (TODAY, 2)):
        for commune in atlas().on(Level.COMMUNE, day):
            line = atlas().line(commune, day)
            assert len(line) == depth
            assert all(unit.exists(day) for unit in line)
            assert line[-1].level is Level.PROVINCE


def test_it_converts_every_older_commune_as_the_table_does() -> None:
    expected = table()
    assert len(expected) == 10_035 + len(ISLANDS)
    for code, newer in expected.items():
        answer = convert(atlas(), code, TODAY)
        if len(newer) == 1:
            assert answer == {"code": code, "today": next(iter(newer))}
        else:
            assert answer == {"code": code, "ambiguous": sorted(newer)}


def test_it_asks_about_the_471_divided_communes() -> None:
    older = [unit.code(OLDER_LIST) for unit in atlas().on(Level.COMMUNE, OLDER_LIST)]
    answers = [convert(atlas(), code, TODAY) for code in older]
    assert sum("ambiguous" in answer for answer in answers) == 471
    assert sum(len(answer.get("ambiguous", ())) for answer in answers) == 1_033


@pytest.mark.parametrize(("district", "zone"), ISLANDS.items())
def test_it_converts_an_island_district_without_communes(district: str, zone: str) -> None:
    assert convert(atlas(), district, TODAY) == {"code": district, "today": zone}
    assert convert(atlas(), district.zfill(5), TODAY) == {"code": district, "today": zone}
    assert atlas().named(district.zfill(5), OLDER_LIST) is None


def test_it_knows_every_commune_of_the_statistics_office() -> None:
    with shared(WARDS).open(encoding="utf-8-sig", newline="") as lines:
        names = {row["Mã"]: row["Tên"] for row in csv.DictReader(lines) if row["Mã"]}
    ours = {unit.code(OLDER_LIST) for unit in atlas().on(Level.COMMUNE, OLDER_LIST)}
    assert ours == set(names) - {""}


def test_it_makes_dong_nai_a_city_with_its_wards_from_the_act() -> None:
    eve, day = date(2026, 4, 29), date(2026, 4, 30)
    province = atlas().named("75", day)
    assert province is not None
    assert (province.name(eve), province.name(day)) == ("Tỉnh Đồng Nai", "Thành phố Đồng Nai")
    wards = [act for act in read_acts() if act.level is Level.COMMUNE]
    assert len(wards) == 10
    for act in wards:
        ward = atlas().named(act.code, day)
        assert ward is not None
        assert (ward.name(eve), ward.name(day)) == (act.before, act.after)
        assert ward.parent(day) == province.id


def test_it_keeps_a_commune_that_nothing_was_added_to() -> None:
    older, newer = atlas().named("24235", OLDER_LIST), atlas().named("24235", TODAY)
    assert older is not None
    assert older is newer
    assert (older.name(OLDER_LIST), older.name(TODAY)) == ("Xã Krông Na", "Xã Buôn Đôn")
    assert [unit.level for unit in atlas().line(older, OLDER_LIST)] == [3, 2, 1]
    assert [unit.level for unit in atlas().line(older, TODAY)] == [3, 1]


def test_it_gives_numbers_that_no_later_act_moves() -> None:
    lists = read_lists()
    assert set(build(lists).units) == set(build(lists, read_acts()).units)
    assert len(atlas().units) == 14_006
    assert max(atlas().units) < 2**31


def test_it_says_that_a_province_code_named_another_province_before() -> None:
    answer = resolve(atlas(), "24", TODAY, TODAY)
    assert answer["unit"]["name"] == "Tỉnh Bắc Ninh"
    assert [each["name"] for each in answer["formerly"]] == ["Tỉnh Bắc Giang"]
    assert answer["notes"] == ["Until 2025-06-30 the code 24 named another unit: Tỉnh Bắc Giang."]


def test_it_says_that_a_commune_code_named_another_commune_before() -> None:
    answer = resolve(atlas(), "97", TODAY, TODAY, Level.COMMUNE)
    assert answer["code"] == "00097"
    assert answer["unit"]["name"] == "Phường Hồng Hà"
    (before,) = answer["formerly"]
    assert before["name"] == "Phường Tứ Liên"
    assert [each["name"] for each in before["above"]] == ["Quận Tây Hồ", "Thành phố Hà Nội"]
    assert [each["code"] for each in before["today"]] == ["00097", "00103"]


def test_it_resolves_a_code_on_a_day() -> None:
    answer = resolve(atlas(), "24", OLDER_LIST, TODAY)
    assert answer["unit"]["name"] == "Tỉnh Bắc Giang"
    assert answer["unit"]["today"] == [{"code": "24", "name": "Tỉnh Bắc Ninh"}]
    assert [each["name"] for each in answer["later"]] == ["Tỉnh Bắc Ninh"]


def test_it_says_nothing_of_a_unit_that_lives_on() -> None:
    assert resolve(atlas(), "01", TODAY, TODAY)["notes"] == []


def test_it_admits_that_older_changes_are_not_known() -> None:
    notes = resolve(atlas(), "01", date(2021, 8, 15), TODAY)["notes"]
    assert notes == ["Our oldest list is that of 2025-06-30; earlier changes are not in it."]


@pytest.mark.parametrize(
    ("text", "code"), [("1", "01"), (" 24\n", "24"), ("318", "318"), ("0097", "00097")]
)
def test_it_gives_a_code_its_zeros(text: str, code: str) -> None:
    assert read_code(text) == code


@pytest.mark.parametrize("text", ["", "x", "1.0", "123456", "١٢", "-1"])
def test_it_refuses_what_is_no_code(text: str) -> None:
    with pytest.raises(CodeRefused) as refused:
        read_code(text)
    assert refused.value.code == "not_a_code"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_code"),
        ("Xã", "not_a_code"),
        ("99998", "unknown_code"),
        ("11948", "not_valid_then"),
        ("001", "not_a_commune"),
        ("250", "not_a_commune"),
    ],
)
def test_it_refuses_a_line_and_says_why(text: str, code: str) -> None:
    answer = convert(atlas(), text, TODAY)
    assert answer["code"] == text
    assert answer["error"]["code"] == code
    assert answer["error"]["message"].endswith(".")


def test_it_stops_at_an_act_that_does_not_fit(tmp_path: Path) -> None:
    head = "in_force,legal_act,unit_level,code,name_before,name_after\n"
    (tmp_path / "2027-01-01.csv").write_text(
        head + "2027-01-01,1/NQ,commune,26116,Xã Tân Phú,Phường Mới\n", "utf-8"
    )
    acts = [*read_acts(), *read_acts(tmp_path)]
    with pytest.raises(BadAct, match=r"2027-01-01.csv:002: code 26116 names Phường Tân Phú"):
        build(read_lists(), acts)


def test_it_stops_at_an_act_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("in_force,code\n2027-13-01,26116\n", "utf-8")
    with pytest.raises(BadAct, match=r"x.csv:002"):
        read_acts(tmp_path)
