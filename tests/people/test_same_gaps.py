"""Links that wait for their second officer, pairs of two provinces, another name on a birthday."""

import pytest
from django.db import DatabaseError
from django.test import Client

from lachan.core.middleware import COOKIE
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people import indexes, pairing
from lachan.people.models import BlindIndex, LikelyPair, Person, SamePerson
from lachan.people.selectors import card_of, same_persons, waiting_pairs
from lachan.people.services import Stay, approve, join, part
from lachan.people.tasks import match_entered
from tests.factories import cast
from tests.factories.outbreak import ABROAD_CODE, HERE_CODE, Unit
from tests.factories.people import person

WHY = "Thẻ cũ ghi sai năm, đã xem cả hai"


def here() -> Stay:
    unit = Unit.of(HERE_CODE)
    return Stay(commune=unit.commune, province=unit.province)


def far() -> Stay:
    unit = Unit.of(ABROAD_CODE)
    return Stay(commune=unit.commune, province=unit.province)


def station() -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, here().commune)


def same(by: Principal, of: Person) -> set[object]:
    with scoped(by, "people"):
        return set(same_persons(of.id))


def joined(by: Principal, one: Person, two: Person, why: str = WHY) -> SamePerson:
    with scoped(by, "people"):
        return join(kept=one.id, other=two.id, why=why, by=by)


def agreed(by: Principal, link: SamePerson) -> None:
    with scoped(by, "people"):
        approve(link, by=by)


@pytest.fixture(autouse=True)
def _there(database: str) -> None:
    """These tests need the database."""


def test_what_something_speaks_against_counts_only_after_the_second_officer() -> None:
    one = person("Ninh Thị Hai", birth="1990", stay=here())
    two = person("Ninh Thị Hai", birth="1991", stay=here())
    by, second = station(), station()
    link = joined(by, one, two)
    assert link.binding
    assert same(by, one) == {one.id}
    with pytest.raises(Refused) as refused:
        agreed(by, link)
    assert refused.value.code == "same_own"
    agreed(second, link)
    assert same(by, one) == {one.id, two.id}


def test_without_anything_against_it_a_link_counts_at_once() -> None:
    one, two = (person("Ninh Thị Một", birth="1990", stay=here()) for _twice in range(2))
    by = station()
    assert not joined(by, one, two).binding
    assert same(by, one) == {one.id, two.id}


def test_a_link_that_waits_is_not_made_twice_nor_closes_a_circle() -> None:
    one, two = (person("Ninh Thị Ba", birth=year, stay=here()) for year in ("1990", "1991"))
    three = person("Ninh Thị Ba", stay=here())
    by = station()
    waits = joined(by, one, two)
    with pytest.raises(Refused) as refused:
        joined(by, two, one)
    assert refused.value.code == "same_already"
    joined(by, one, three)
    joined(by, three, two)
    with pytest.raises(Refused) as refused:
        agreed(station(), waits)
    assert refused.value.code == "same_already"


@pytest.fixture
def pair() -> tuple[Person, Person]:
    one = person("Lều Thị Xa", birth="1990-02-03", stay=here())
    return one, person("Lều Thị Xa", birth="1990-02-03", stay=far())


def test_across_provinces_the_ministry_proposes_and_both_agree(pair: tuple[Person, Person]) -> None:
    one, two = pair
    ministry = cast.of_nation()
    link = joined(ministry, one, two)
    for stay in (here(), far()):
        assert same(ministry, one) == {one.id}
        director = cast.of_province(Role.DIRECTOR, stay.province)
        with scoped(director, "people"):
            seen = [card_of(each.id) is not None for each in (one, two)]
        assert seen == [stay == here(), stay == far()]
        agreed(director, link)
    assert same(ministry, one) == {one.id, two.id}
    with system_scope("test"):
        row = SamePerson.objects.get(pk=link.pk)
    assert set(row.agreed) == {here().province, far().province}


def test_one_province_alone_and_a_third_one_are_not_enough(pair: tuple[Person, Person]) -> None:
    one, two = pair
    ministry = cast.of_nation()
    link = joined(ministry, one, two)
    director = cast.of_province(Role.DIRECTOR, here().province)
    agreed(director, link)
    agreed(station(), link)
    assert same(ministry, one) == {one.id}
    with pytest.raises(Refused) as refused:
        agreed(cast.of_province(Role.DIRECTOR, cast.OTHER_PROVINCE), link)
    assert refused.value.code in {"same_ended", "same_both"}
    with scoped(ministry, "people"):
        part(link, why="Hai người", by=ministry)


def test_the_ministry_makes_no_link_that_counts_by_itself(pair: tuple[Person, Person]) -> None:
    one, two = pair
    by = cast.of_nation()
    with pytest.raises(DatabaseError, match="row-level security"), scoped(by, "attack"):
        SamePerson.objects.create(
            kept=one,
            other=two,
            kept_commune=one.commune,
            kept_province=one.province,
            other_commune=two.commune,
            other_province=two.province,
            made_by=by.account,
            binding=False,
        )


def test_the_ministry_sees_only_pairs_of_two_provinces(pair: tuple[Person, Person]) -> None:
    one, two = sorted(pair, key=lambda each: each.id)
    with system_scope("test"):
        LikelyPair.objects.create(one=one, two=two, score=0.97, levels={})
    ministry = cast.of_nation()
    with scoped(ministry, "people"):
        rows = waiting_pairs(50, across=True)
    assert (one.id, two.id) in {(row.one_id, row.two_id) for row in rows}
    assert {row.province for row in rows} == {None}
    client = Client(headers={"accept-language": "vi", "host": "localhost"})
    client.cookies[COOKIE] = ministry.secret
    page = client.get("/people/same/").content.decode()
    assert "Lều Thị Xa" in page
    assert "không có thông tin sức khỏe" in page
    with system_scope("test"):
        row = LikelyPair.objects.get(one=one, two=two)
    answer = client.post(f"/people/same/{row.id}/", {"verdict": "same", "why": WHY})
    assert answer.status_code == 302
    assert "chờ cán bộ thứ hai" in client.get("/people/same/decided/").content.decode()


def test_another_name_on_the_same_birthday_is_a_candidate() -> None:
    one = person("Khổng Thị Lan", birth="1987-06-05", stay=here())
    two = person("Khổng Mỹ Duyên", birth="1987-06-05", stay=here())
    elsewhere = person("Khổng Thị Đào", birth="1987-06-05", stay=far())
    with system_scope("test"):
        assert BlindIndex.objects.filter(person=one, kind=indexes.BIRTH).count() == 1
        found = pairing._candidates([one.id])
    ends = {end for each in found for end in each}
    assert two.id in ends
    assert elsewhere.id not in ends
    match_entered()


def test_a_year_alone_is_no_such_index() -> None:
    someone = person("Khổng Thị Năm", birth="1987", stay=here())
    with system_scope("test"):
        assert not BlindIndex.objects.filter(person=someone, kind=indexes.BIRTH).exists()


def test_who_stands_for_two_records_reads_the_results_of_both() -> None:
    from tests.sampling.answers import people, released, tube_of
    from tests.sampling.people_at_the_table import team

    at = team()
    one, two = people(at, ["Vi Thị Hai", "Vi Thị Hai"], birth="1990", stay=here())
    tube = tube_of(at, [two])
    released(at, tube, "negative")
    me, stranger = cast.citizen(one), cast.citizen()
    assert results(me, one) == []
    by = station()
    with scoped(by, "people"):
        join(kept=one, other=two, by=by)
    assert len(results(me, one)) == 1
    assert results(stranger, two) == []
    client = Client(headers={"accept-language": "vi", "host": "localhost"})
    client.cookies[COOKIE] = me.secret
    page = client.get("/results/").content.decode()
    assert "Âm tính" in page
    assert ".pdf" not in page


def results(me: Principal, person: object) -> list[object]:
    from lachan.sampling import access

    with scoped(me, "own_data"):
        return list(access.results_for(me, person))  # type: ignore[arg-type]
