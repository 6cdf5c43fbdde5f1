"""Who of a list is registered already: certain or not at all."""

from typing import Any
from uuid import UUID

from lachan.core.clock import now
from lachan.core.scope import system_scope
from lachan.people.selectors import Wanted, match_many
from lachan.people.services import Stay, Work, register_person
from tests.factories.cast import HERE, NEXT_DOOR, PROVINCE

COMPANY = UUID(int=7)


def somebody(name: str, *, commune: int = HERE, **known: Any) -> UUID:
    with system_scope("test") as by:
        return register_person(full_name=name, stay=Stay(commune, PROVINCE), by=by, **known).id


def found(*wanted: Wanted, **how: Any) -> list[UUID | None]:
    with system_scope("test"):
        return match_many(wanted, **how)


def test_a_paper_says_who_somebody_is_whatever_the_name() -> None:
    person = somebody("Nguyễn Thị Hà", documents={"cccd": "024190000001"})

    assert found(Wanted("NGUYEN T. HA", documents=("024190000001",), has_cccd=True)) == [person]


def test_a_phone_tells_only_with_the_name() -> None:
    person = somebody("Trần Văn Bình", phones=["0900000601"])
    somebody("Lê Thị Chi", phones=["0900000601"])

    asked = Wanted("tran van binh", phones=("0900000601",))
    stranger = Wanted("Phạm Văn Dũng", phones=("0900000601",))
    assert found(asked, stranger) == [person, None]


def test_a_father_and_a_son_of_one_name_share_a_phone_and_stay_two() -> None:
    father = somebody("Vũ Văn Hùng", birth="1960", phones=["0900000602"])
    son = somebody("Vũ Văn Hùng", birth="1990", phones=["0900000602"])

    both = [Wanted("Vũ Văn Hùng", year, phones=("0900000602",)) for year in (1990, 1960)]
    assert found(*both) == [son, father]
    assert found(Wanted("Vũ Văn Hùng", 1975, phones=("0900000602",))) == [None]


def test_a_name_and_a_year_tell_within_a_commune_when_they_mean_one() -> None:
    person = somebody("Đặng Thị Giang", birth="03/05/1985")

    assert found(Wanted("Đặng Thị Giang", 1985, commune=HERE)) == [person]
    assert found(Wanted("Đặng Thị Giang", 1985, commune=NEXT_DOOR)) == [None]
    somebody("Đặng Thị Giang", birth="1985")
    assert found(Wanted("Đặng Thị Giang", 1985, commune=HERE)) == [None], "two are meant"


def test_a_colleague_is_found_by_name_and_year_wherever_he_lives() -> None:
    work = Work("work", organisation=COMPANY, line="7", shift="ca 3")
    person = somebody("Bùi Văn Khánh", birth="1991", commune=NEXT_DOOR, work=work)

    assert found(Wanted("Bùi Văn Khánh", 1991, commune=HERE, body=COMPANY)) == [person]


def test_without_a_year_only_the_same_line_and_shift_tells() -> None:
    work = Work("work", name="Xưởng mộc", line="2", shift="ca 1")
    person = somebody("Hoàng Thị Lan", work=work)

    same = Wanted("Hoàng Thị Lan", body="Xưởng mộc", line="2", shift="ca 1")
    other = Wanted("Hoàng Thị Lan", body="Xưởng mộc", line="3", shift="ca 1")
    assert found(same) == [person]
    assert found(other) == [None]


def test_another_card_speaks_against_the_same_name() -> None:
    somebody("Ngô Bá Sơn", birth="1980", phones=["0900000603"], documents={"cccd": "024080000009"})

    other = Wanted(
        "Ngô Bá Sơn", 1980, ("0900000603",), ("024080000010",), has_cccd=True, commune=HERE
    )
    assert found(other) == [None]


def test_nobody_is_given_twice() -> None:
    person = somebody("Đỗ Thị Mai", birth="1993")

    twice = [Wanted("Đỗ Thị Mai", 1993, commune=HERE)] * 2
    assert found(*twice) == [person, None]


def test_whoever_was_entered_after_the_list_began_is_found_by_a_paper_only() -> None:
    begun = now()
    person = somebody("Lê Quốc An", birth="1994", documents={"cccd": "024094000011"})

    by_name = Wanted("Lê Quốc An", 1994, commune=HERE)
    by_paper = Wanted("Lê Quốc An", documents=("024094000011",), has_cccd=True)
    assert found(by_name, before=begun) == [None]
    assert found(by_paper, before=begun) == [person]
