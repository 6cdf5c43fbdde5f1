"""Names, papers, phones and addresses are as dirty as practice.md section 6 point 5 says."""

from collections import Counter
from statistics import mean

import pytest

from lachan.config.story.units import read_units
from lachan.config.story.world import World


def test_bac_ninh_has_its_33_wards_and_66_communes() -> None:
    names = [unit.name for unit in read_units() if unit.province == "24"]
    assert Counter(name.split()[0] for name in names) == {"Phường": 33, "Xã": 66}


def test_somebody_lives_in_every_commune(world: World) -> None:
    home = {unit.code for unit in world.units if unit.province == "24"}
    assert home <= {person.stay.commune for person in world.people}


def test_three_in_ten_are_called_nguyen(world: World) -> None:
    share = mean(person.name.startswith("Nguyễn ") for person in world.people)
    assert share == pytest.approx(0.30, abs=0.03)


def test_twelve_share_name_birth_year_and_commune(world: World) -> None:
    twelve = [world.people[index] for index in world.planted.same_name]
    assert len(twelve) == 12
    assert len({(p.name, p.born.year, p.stay.commune) for p in twelve}) == 1
    assert len({p.documents for p in twelve if p.documents}) >= 8


def test_peoples_of_the_mountains_and_experts_are_there(world: World) -> None:
    assert {"01", "02", "04", "07", "08"} <= {person.ethnicity for person in world.people}
    assert {"VN", "CN", "KR", "IN"} == {person.nationality for person in world.people}


def test_some_people_have_one_word_for_a_name(world: World) -> None:
    assert any(" " not in person.name for person in world.people if person.nationality == "VN")
    assert any(p.name.startswith("Vàng A ") for p in world.people)


def test_four_in_a_hundred_have_no_document(world: World) -> None:
    grown = [p for p in world.people if p.nationality == "VN" and p.occupation]
    assert mean(not p.documents for p in grown) == pytest.approx(0.04, abs=0.01)


def test_28_in_a_hundred_over_70_know_only_the_year(park: World) -> None:
    old = [p for p in park.people if (park.options.day_zero - p.born).days // 365 >= 70]
    assert len(old) > 1_000
    assert mean(p.written.month is None for p in old) == pytest.approx(0.28, abs=0.04)


def test_some_birthdays_are_written_with_day_and_month_swapped(world: World) -> None:
    swapped = [
        p
        for p in world.people
        if p.written.month is not None and p.written != (p.born.year, p.born.month, p.born.day)
    ]
    assert 0.005 < len(swapped) / len(world.people) < 0.03
    assert all((p.written.month, p.written.day) == (p.born.day, p.born.month) for p in swapped)


def test_identity_numbers_have_a_valid_shape_and_belong_to_one_person(world: World) -> None:
    numbers = []
    for person in world.people:
        for kind, number in person.documents:
            numbers.append(number)
            if kind in {"cccd", "birth_certificate"}:
                assert len(number) == 12
                century = (person.born.year // 100 - 19) * 2 + (person.sex == "F")
                assert int(number[3]) == century
                assert number[4:6] == f"{person.born.year % 100:02d}"
    assert len(set(numbers)) == len(numbers)


def test_old_nine_digit_cards_are_still_used(world: World) -> None:
    old = [n for p in world.people for kind, n in p.documents if kind == "cmnd"]
    assert old
    assert all(len(number) == 9 for number in old)


def test_all_phones_are_of_the_invented_range(world: World) -> None:
    phones = [phone for person in world.people for phone in person.phones]
    assert all(len(phone) == 10 and phone.startswith("0900") for phone in phones)
    assert Counter(phones).most_common(2)[0] == (world.planted.shared_phone, 30)
    assert Counter(phones).most_common(2)[1][1] == 1


def test_some_addresses_name_an_abolished_district(world: World) -> None:
    old = [p for p in world.people if "Tỉnh Bắc Giang" in p.stay.address]
    assert old
    assert all(" Huyện " in a or " Th" in a for a in (p.stay.address for p in old))


def test_there_are_newborns_and_twins(world: World) -> None:
    ages = [(world.options.day_zero - p.born).days for p in world.people]
    assert sum(age < 28 for age in ages) >= 5
    assert any(p.name.startswith("Con bà ") for p in world.people)
    births = Counter((p.mother, p.born) for p in world.people if p.mother is not None)
    assert sum(count == 2 for count in births.values()) >= 5


def test_brothers_and_sisters_sit_in_different_classes(world: World) -> None:
    classes: dict[int, set[int]] = {}
    for person in world.people:
        if person.mother is not None and person.work is not None:
            classes.setdefault(person.mother, set()).add(person.work.place)
    assert sum(len(rooms) > 1 for rooms in classes.values()) >= 5


def test_households_and_members_agree(world: World) -> None:
    for index, house in enumerate(world.households):
        assert house.members
        for person in house.members:
            assert world.people[person].household == index
            assert world.people[person].stay.commune == house.commune
