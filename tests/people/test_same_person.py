"""Records of one person: joined without moving anything, parted again without a trace."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, connections

from lachan.config.story.names import GIVEN
from lachan.core import grants
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import LikelyPair, Person, SamePerson
from lachan.people.selectors import links_of, pairs, same_persons
from lachan.people.services import (
    Stay,
    add_document,
    approve,
    complete_birth,
    decide,
    join,
    move_stay,
    part,
    warnings_of,
)
from lachan.people.tasks import match_entered
from tests.factories import cast
from tests.factories.people import person

NEXT = Stay(commune=cast.NEXT_DOOR, province=cast.PROVINCE, address="Ngõ 9")
FAR = Stay(commune=cast.ELSEWHERE, province=cast.OTHER_PROVINCE, address="Ấp 2")

#: What happened is written down, and only that.
WRITTEN_DOWN = ("people_sameperson", "core_audit_event", "core_look", "core_session")


@pytest.fixture(scope="module")
def station(database: str) -> Principal:
    return cast.of_commune(Role.STATION_OFFICER)


def joined(by: Principal, kept: Person, other: Person, why: str = "Đã gặp") -> SamePerson:
    with scoped(by, "people"):
        return join(kept=kept.id, other=other.id, why=why, by=by)


def same(by: Principal, of: Person) -> set[object]:
    with scoped(by, "people"):
        return set(same_persons(of.id))


def everything() -> dict[str, set[str]]:
    """Every row of every table, but for what is written down about the act itself."""
    found = {}
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace"
            " and c.relkind in ('r', 'p') and not c.relispartition"
        )
        for (table,) in cursor.fetchall():
            if table not in WRITTEN_DOWN:
                cursor.execute(f'select t::text from "{table}" t')
                found[table] = {row[0] for row in cursor.fetchall()}
    return found


def test_joining_and_parting_changes_no_row_of_any_table(station: Principal) -> None:
    one, two = person("Trần Thị Hoa", birth="1990-03-05"), person("Tran Thi Hoa", birth="1990")
    before = everything()
    link = joined(station, one, two)
    between = everything()
    with scoped(station, "people"):
        part(link, why="Hai người", by=station)
    assert before == between == everything()
    assert before["people_person"]
    with scoped(station, "people"):
        [kept] = links_of(one.id)
    assert (kept.undone_by, kept.why_undone) == (station.account, "Hai người")


def test_what_stands_for_one_person_stands_all_the_way_round(station: Principal) -> None:
    one, two, three, four = (person(f"Lê Văn {name}") for name in ("A", "B", "C", "D"))
    joined(station, one, two)
    middle = joined(station, three, two)
    joined(station, four, three)
    everyone = {one.id, two.id, three.id, four.id}
    assert all(same(station, each) == everyone for each in (one, two, three, four))
    with scoped(station, "people"):
        part(middle, why="Nhầm", by=station)
    assert same(station, one) == {one.id, two.id}
    assert same(station, four) == {three.id, four.id}


def test_a_record_is_not_joined_with_itself_nor_in_a_circle(station: Principal) -> None:
    one, two, three = (person(f"Vũ Văn {name}") for name in ("A", "B", "C"))
    joined(station, one, two)
    joined(station, two, three)
    for kept, other, code in (
        (one, one, "same_self"),
        (two, one, "same_already"),
        (three, one, "same_already"),
    ):
        with pytest.raises(Refused) as refused:
            joined(station, kept, other)
        assert refused.value.code == code


def test_the_database_itself_refuses_a_link_twice(station: Principal) -> None:
    one, two = person("Bùi Văn A"), person("Bùi Văn A")
    link = joined(station, one, two)
    with pytest.raises(DatabaseError, match="same_once"), scoped(station, "people"):
        SamePerson.objects.create(
            kept_id=link.other_id,
            other_id=link.kept_id,
            kept_commune=two.commune,
            kept_province=two.province,
            other_commune=one.commune,
            other_province=one.province,
            made_by=station.account,
        )


def test_what_speaks_against_it_needs_a_reason(station: Principal) -> None:
    one = person("Đỗ Thị Mai", sex="female", birth="1990", documents={"cccd": "024190012341"})
    two = person("Đỗ Thị Mai", sex="male", birth="1991", documents={"cccd": "024191012342"})
    far = person("Đỗ Thị Mai", stay=NEXT)
    director = cast.of_province(Role.DIRECTOR)
    with scoped(station, "people"):
        assert warnings_of(one.id, two.id) == ["documents_differ", "sex_differs", "birth_differs"]
    with scoped(director, "people"):
        assert warnings_of(one.id, far.id) == ["two_places"]
    with pytest.raises(Refused) as refused:
        joined(station, one, two, why=" ")
    assert refused.value.code == "same_needs_reason"
    link = joined(station, one, two, why="Một thẻ cấp sai, đã xem cả hai")
    assert link.warnings == ["documents_differ", "sex_differs", "birth_differs"]


def test_a_link_is_ended_once_and_never_changed(station: Principal) -> None:
    link = joined(station, person("Ngô Văn A"), person("Ngô Văn A"))
    for sql in (
        "update people_sameperson set why = 'x'",
        "update people_sameperson set kept_id = other_id",
        "delete from people_sameperson",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            scoped(station, "people"),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)
    with scoped(station, "people"):
        part(link, why="Hai người", by=station)
    with scoped(station, "people"), pytest.raises(Refused) as refused:
        part(link, why="Hai người", by=station)
    assert refused.value.code == "same_ended"
    with scoped(station, "people"):
        changed = SamePerson.objects.filter(id=link.id).update(undone_at=None)
    assert changed == 0


def test_parting_says_why(station: Principal) -> None:
    link = joined(station, person("Hà Văn A"), person("Hà Văn A"))
    with scoped(station, "people"), pytest.raises(Refused) as refused:
        part(link, why="", by=station)
    assert refused.value.code == "same_why"


def test_a_second_officer_approves(station: Principal) -> None:
    link = joined(station, person("Tạ Văn A"), person("Tạ Văn A"))
    with scoped(station, "people"), pytest.raises(Refused) as refused:
        approve(link, by=station)
    assert refused.value.code == "same_own"
    second = cast.of_commune(Role.STATION_OFFICER)
    with scoped(second, "people"):
        approve(link, by=second)
        assert SamePerson.objects.get(id=link.id).approved_by == second.account


@pytest.mark.parametrize("role", [Role.COMMUNE_POLICE, Role.VILLAGE_HEALTH_WORKER])
def test_others_of_the_commune_do_not_join(role: Role) -> None:
    one, two = person("Chu Văn A"), person("Chu Văn A")
    by = cast.of_commune(role)
    with pytest.raises(Refused) as refused:
        joined(by, one, two)
    assert refused.value.code == "same_not_yours"
    with pytest.raises(DatabaseError, match="row-level security"), scoped(by, "people"):
        SamePerson.objects.create(
            kept=one,
            other=two,
            kept_commune=one.commune,
            kept_province=one.province,
            other_commune=two.commune,
            other_province=two.province,
            made_by=by.account,
        )


def test_nobody_joins_somebody_he_does_not_see(station: Principal) -> None:
    with pytest.raises(Refused) as refused:
        joined(station, person("Mai Văn A"), person("Mai Văn A", stay=FAR))
    assert refused.value.code == "person_unknown"


def test_who_sees_that_records_are_one_person() -> None:
    here, near, far = (person("Phan Văn A", stay=stay) for stay in (NEXT, FAR, FAR))
    with system_scope("test") as by:
        join(kept=here.id, other=near.id, why="Đã xem", by=by)
        join(kept=near.id, other=far.id, why="Đã xem", by=by)
    site = cast.of_organisation(Role.VACCINATOR)
    with system_scope("test"):
        grants.give("person", [far.id], to_organisation=site.organisation)
    everyone = {here.id, near.id, far.id}
    for by, of in (
        (cast.of_commune(Role.STATION_OFFICER, cast.NEXT_DOOR), here),
        (cast.of_province(Role.DIRECTOR), here),
        (cast.of_province(Role.DIRECTOR, cast.OTHER_PROVINCE), far),
        (cast.citizen(here.id), here),
        (cast.citizen(far.id), far),
        (site, far),
        (cast.of_nation(), near),
    ):
        assert same(by, of) == everyone, by
    for by in (
        cast.citizen(),
        cast.of_commune(Role.STATION_OFFICER),
        cast.of_organisation(Role.VACCINATOR),
        cast.outsider(),
    ):
        assert same(by, here) == {here.id}, by
        with scoped(by, "test"), connection.cursor() as cursor:
            cursor.execute("select core.same_beyond()")
            assert here.id not in (cursor.fetchone() or [[]])[0]


def test_the_link_moves_with_the_person(station: Principal) -> None:
    one, two = person("Lương Văn A"), person("Lương Văn A")
    joined(station, one, two)
    with scoped(station, "people"):
        move_stay(person=two, stay=FAR, by=station)
    there = cast.of_commune(Role.STATION_OFFICER, cast.ELSEWHERE)
    assert same(station, one) == same(there, two) == {one.id, two.id}
    with scoped(station, "people"), connection.cursor() as cursor:
        cursor.execute("select core.same_beyond()")
        assert two.id in (cursor.fetchone() or [[]])[0]


# --- the worker's pairs -----------------------------------------------------------------------


def waiting(by: Principal, *persons: Person) -> list[LikelyPair]:
    ids = {each.id for each in persons}
    with scoped(by, "people"):
        return [each for each in pairs() if {each.one_id, each.two_id} <= ids]


def test_the_worker_finds_who_may_be_one_person(station: Principal) -> None:
    more = {"sex": "female", "phones": ["0912 345 601"]}
    one = person("Nguyễn Thị Thoa", birth="1990-03-05", **more)
    two = person("NGUYEN THOA", birth="1990-05-03", **more)
    stranger = person("Phạm Văn Khoa", birth="1971-01-02", phones=["0912 345 601"])
    match_entered()
    [pair] = waiting(station, one, two)
    assert pair.levels["name"] == "without_middle"
    assert pair.levels["birth"] == "swapped"
    assert waiting(station, one, stranger) == waiting(station, two, stranger) == []


def test_two_people_is_remembered(station: Principal) -> None:
    one, two = (person("Giáp Thị Xuyến", birth="1980-02-03") for _ in range(2))
    match_entered()
    [pair] = waiting(station, one, two)
    with scoped(station, "people"):
        decide(pair, verdict="two", by=station)
    Person.objects.using("owner").filter(id=one.id).update(matched_at=None)
    match_entered()
    assert waiting(station, one, two) == []
    with scoped(station, "people"):
        decide(LikelyPair.objects.get(id=pair.id), verdict="", by=station)
    assert len(waiting(station, one, two)) == 1


def test_what_is_learnt_later_is_compared_again(station: Principal) -> None:
    one, two = (person("Giáp Thị Diệp", birth="1980") for _ in range(2))
    match_entered()
    assert len(waiting(station, one, two)) == 1
    with scoped(station, "people"):
        complete_birth(person=one, birth=date(1980, 2, 3), by=station)
        complete_birth(person=two, birth=date(1980, 9, 18), by=station)
        for each, number in ((one, "024180012361"), (two, "024180912362")):
            add_document(person=each, kind="cccd", number=number, by=station)
    match_entered()
    assert waiting(station, one, two) == []


def test_later_comes_back(station: Principal) -> None:
    one, two = (person("Giáp Thị Oanh", birth="1980-02-03") for _ in range(2))
    match_entered()
    [pair] = waiting(station, one, two)
    with scoped(station, "people"):
        decide(pair, verdict="later", by=station)
    assert waiting(station, one, two) == []
    LikelyPair.objects.using("owner").filter(id=pair.id).update(ask_again="2020-01-01")
    assert len(waiting(station, one, two)) == 1


def with_the_same_card(name: str, birth: str, number: str) -> tuple[Person, Person]:
    """Two records of one card: entered by two communes that do not see each other."""
    first = person(name, birth=birth, documents={"cccd": number})
    there = cast.of_commune(Role.STATION_OFFICER, cast.ELSEWHERE)
    second = person(name.upper(), birth=birth, stay=FAR)
    with scoped(there, "people"):
        add_document(person=second, kind="cccd", number=number, by=there)
    return first, second


def test_only_the_same_card_birth_and_name_join_without_a_human(station: Principal) -> None:
    one, two = with_the_same_card("Vũ Thị Ngân", "1990-03-05", "024190012350")
    three, _four = with_the_same_card("Vũ Thị Loan", "1990", "024190012351")
    match_entered()
    assert same(station, one) == {one.id, two.id}
    assert same(station, three) == {three.id}


def test_what_was_parted_is_not_joined_by_the_worker_again() -> None:
    one, _two = with_the_same_card("Vũ Thị Hòe", "1990-03-05", "024190012352")
    match_entered()
    with system_scope("test") as by:
        for link in links_of(one.id):
            part(link, why="Hai người", by=by)
    Person.objects.using("owner").filter(id=one.id).update(matched_at=None)
    match_entered()
    with system_scope("test"):
        assert same_persons(one.id) == {one.id}


def test_a_phone_of_thirty_joins_nobody(station: Principal) -> None:
    thirty = [
        person(f"Nguyễn Văn {given}", birth=str(1970 + at), phones=["0912 345 699"])
        for at, given in enumerate(GIVEN["M"][:30])
    ]
    match_entered()
    assert len(thirty) == 30
    assert waiting(station, *thirty) == []


def test_who_lies_in_two_communes_is_for_the_province(station: Principal) -> None:
    more = {"birth": "1985-06-07", "phones": ["0912 345 777"]}
    one, two = person("Đào Thị Yến", **more), person("Đào Thị Yến", stay=NEXT, **more)
    match_entered()
    assert waiting(station, one, two) == []
    assert len(waiting(cast.of_province(Role.DIRECTOR), one, two)) == 1
