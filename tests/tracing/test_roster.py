"""Lists of an office: who is to verify, who is only counted, who is refused, who is known."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections

from lachan.core import facts
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import READING, Principal, scoped, system_scope
from lachan.people.models import Belonging, Person
from lachan.people.selectors import cards_of, find_people
from lachan.people.services import Stay, register_person
from lachan.tracing import roster, roster_import, roster_tasks
from lachan.tracing.models import (
    Case,
    Contact,
    ContactGroup,
    ContactLink,
    GroupMember,
    Roster,
    RosterFile,
)
from lachan.tracing.roster_reading import people_of
from tests.factories import cast, outbreak, rosters
from tests.factories.outbreak import Unit


@pytest.fixture(scope="module")
def case(database: str, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case of a worker who is the first of the list."""
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(settings.HOME), "engine", tmp_path_factory.mktemp("engine"))
        here = Unit.of(outbreak.HERE_CODE)
        first = rosters.scenario_2()[0]
        with system_scope("test") as by:
            person = register_person(
                full_name=str(first[2]),
                birth=str(first[3]),
                documents={"cccd": str(first[5])},
                stay=Stay(here.commune, here.province, "Ngõ 1"),
                by=by,
            )
        return outbreak.positive(person)


@pytest.fixture(scope="module")
def tracer(case: Case) -> Principal:
    return cast.of_province(Role.TRACER, case.province)


def night_shift() -> list[list[object]]:
    """Scenario 2 with 100 others of the night and 50 of the day."""
    night = [rosters.worker(n, line="Chuyền 9", shift="Ca 3") for n in range(100, 200)]
    day = [rosters.worker(n, line="Chuyền 9", shift="ca 1") for n in range(200, 250)]
    return rosters.scenario_2() + night + day


@pytest.fixture(scope="module")
def data() -> bytes:
    return rosters.workbook(night_shift())


@pytest.fixture(scope="module")
def done(case: Case, tracer: Principal, data: bytes) -> Roster:
    """The list of scenario 2, imported."""
    return rosters.imported(rosters.sent(case, data, tracer), tracer)


def test_68_stand_to_verify_and_the_others_of_the_shift_are_only_counted(
    case: Case, done: Roster
) -> None:
    with system_scope("test"):
        states = list(Contact.objects.filter(case=case).values_list("state", "source"))

    assert Counter(states) == {("to_verify", "roster"): 68}
    assert (done.named, done.linked) == (68, 100)
    assert (done.rows, done.accepted, done.refused) == (69 + 150, 69 + 150, 0)


def test_one_person_stands_once_and_in_each_of_his_groups(case: Case, done: Roster) -> None:
    with system_scope("test"):
        groups = ContactGroup.objects.filter(case=case)
        sizes = {group.name: group.members.count() for group in groups}
        several = Counter(GroupMember.objects.values_list("contact", flat=True))

    assert sizes == {"Chuyền 7 · ca 3": 47, "Phòng 12, Nhà trọ Hoa": 9, "Xe 7": 39}
    assert Counter(several.values())[3] == 4, "on the line, in the room and on the bus"


def test_everybody_is_registered_with_his_place_of_work(case: Case, done: Roster) -> None:
    with system_scope("test") as by:
        [found] = find_people("0900000150", by)
        belonging = Belonging.objects.get(person=found.person)

    assert found.name == rosters.name_of(150)
    assert (belonging.name, belonging.unit) == ("Công ty Sao Mai", "Xưởng 1")
    assert (belonging.line, belonging.shift) == ("Chuyền 9", "Ca 3")


def test_the_case_is_found_in_the_list_and_is_nobodys_contact(case: Case, done: Roster) -> None:
    with system_scope("test"):
        card = cards_of([case.person_id])[case.person_id]
        twice = Person.objects.filter(birth_year=card.birth_year, made_at__gt=case.opened_at)
        names = [each.name for each in cards_of(twice.values_list("id", flat=True)).values()]

    assert rosters.name_of(1) not in names
    assert done.known == 1


def _told() -> tuple[int, ...]:
    with system_scope("test"):
        tables = (Person, Belonging, Contact, ContactLink, ContactGroup, GroupMember)
        return tuple(table.objects.count() for table in tables)


def test_the_same_file_twice_changes_nothing(
    case: Case, tracer: Principal, done: Roster, data: bytes
) -> None:
    before = _told()
    again = rosters.sent(case, data, tracer)
    after = rosters.imported(again, tracer)

    assert again.id == done.id
    assert _told() == before
    assert (after.known, after.accepted, after.named) == (219, 219, 68)


def test_the_same_people_in_another_file_are_known(
    case: Case, tracer: Principal, done: Roster
) -> None:
    before = _told()
    header = [*rosters.HEADER[2:], "STT"]
    rows = [[*row[2:], row[0]] for row in reversed(night_shift())]
    other = rosters.sent(case, rosters.workbook(rows, header=header), tracer)
    after = rosters.imported(other, tracer)

    assert other.id != done.id
    assert _told() == before
    assert after.known == after.accepted == 219


def test_the_bytes_are_sealed_and_destroyed_when_nothing_is_left_to_put_right(
    case: Case, tracer: Principal
) -> None:
    data = rosters.workbook([rosters.worker(300, line="Chuyền 1")])
    made = rosters.sent(case, data, tracer)
    with system_scope("test"):
        kept = bytes(RosterFile.objects.get(roster=made).sealed)
    rosters.imported(made, tracer, close=["line:1:"])
    rosters.work(made)

    assert rosters.name_of(300).encode() not in kept
    assert not kept.startswith(b"PK")
    with system_scope("test"):
        assert not RosterFile.objects.filter(roster=made).exists()


def test_the_transaction_of_a_long_file_waits_for_it(case: Case, tracer: Principal) -> None:
    data = rosters.workbook([rosters.worker(301, line="Chuyền 1")])
    told = {"name": "Công ty Sao Mai", "kind": "company", "file_name": "danh-sach.xlsx"}
    with scoped(tracer, "tracing"):
        made, _new = roster.send(case=case, data=data, by=tracer, **told)
        assert waits_for() == READING
    with scoped(tracer, "tracing"):
        usual = waits_for()
        people_of(made)
        assert waits_for() == READING != usual


def waits_for() -> str:
    """How long the database lets this transaction think."""
    with connections["default"].cursor() as cursor:
        cursor.execute("show idle_in_transaction_session_timeout")
        return str(cursor.fetchone()[0])


def test_two_of_one_name_stay_two_in_the_parts_of_a_long_list(
    case: Case, tracer: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither has a paper or a phone; the second comes in a later transaction."""
    monkeypatch.setattr(roster_import, "PART", 2)
    rows = [rosters.worker(n, line="Chuyền 20", shift="ca 1") for n in range(400, 406)]
    for row in (rows[0], rows[5]):
        row[2], row[3], row[5], row[6] = "Lò Văn Páo", "1990", "", ""
    made = rosters.sent(case, rosters.workbook(rows), tracer, name="Hợp tác xã Mây")
    first = rosters.imported(made, tracer, close=["line:20:1"])
    again = rosters.sent(case, rosters.workbook(rows[::-1]), tracer, name="Hợp tác xã Mây")
    second = rosters.imported(again, tracer, close=["line:20:1"])

    with system_scope("test") as by:
        assert len(find_people("lo van pao", by)) == 2
    assert (first.known, second.known) == (0, 6)


def test_a_killed_import_goes_on_where_it_was(
    case: Case, tracer: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third part dies with its transaction; nobody is entered twice, nobody is lost."""
    monkeypatch.setattr(roster_import, "PART", 2)
    rows = [rosters.worker(n, line="Chuyền 21", shift="ca 1") for n in range(500, 507)]
    made = rosters.sent(case, rosters.workbook(rows), tracer)
    with scoped(tracer, "tracing"):
        roster.start_import(roster=made, close=["line:21:1"], by=tracer)
    before = _people()
    parts = iter((roster_import.work_part, roster_import.work_part, _killed))
    with monkeypatch.context() as patch:
        patch.setattr(roster_tasks, "work_part", lambda *a, **k: next(parts)(*a, **k))
        with pytest.raises(KeyboardInterrupt):
            roster_tasks.import_rosters()
    with system_scope("test"):
        assert Roster.objects.get(pk=made.pk).accepted == 4
    rosters.work(made)

    with system_scope("test"):
        done = Roster.objects.get(pk=made.pk)
    assert (done.accepted, done.known, done.named) == (7, 0, 7)
    assert _people() == before + 7


def test_a_list_that_takes_a_whole_turn_to_read_is_imported_all_the_same(
    case: Case, tracer: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster_import, "PART", 2)
    monkeypatch.setattr(facts, "TURN", 0.0)
    rows = [rosters.worker(n, line="Chuyền 22", shift="ca 1") for n in range(800, 805)]
    made = rosters.sent(case, rosters.workbook(rows), tracer)
    with scoped(tracer, "tracing"):
        roster.start_import(roster=made, close=["line:22:1"], by=tracer)

    assert [roster_tasks.import_rosters() for _turn in range(4)] == [2, 2, 1, 0]
    with system_scope("test"):
        assert Roster.objects.get(pk=made.pk).state == Roster.State.IMPORTED


def _killed(*_arguments: object, **_more: object) -> bool:
    raise KeyboardInterrupt


def _people() -> int:
    with system_scope("test"):
        return Person.objects.count()


def test_a_station_imports_for_a_case_of_its_own_commune(case: Case) -> None:
    station = cast.of_commune(Role.STATION_OFFICER, case.commune)
    rows = [rosters.worker(n, room="Phòng 3", bus="") for n in range(600, 604)]
    rows[3][12] = "Tổ 1, Phường Hoàn Kiếm, Thành phố Hà Nội"
    made = rosters.sent(case, rosters.workbook(rows), station, kind="dormitory", name="Nhà trọ 5")
    done = rosters.imported(made, station, close=["room:3:"])

    assert (done.named, done.unplaced) == (4, 0)
    with scoped(station, "tracing"):
        homes = Contact.objects.filter(case=case, memberships__roster=made)
        assert len(set(homes.values_list("home_province", flat=True))) == 2


def test_what_a_place_manager_sends_to_a_case_finds_no_case(case: Case) -> None:
    manager = cast.of_organisation(Role.PLACE_MANAGER)
    with pytest.raises(DatabaseError), scoped(manager, "tracing"):
        roster.send(
            case=case,
            data=rosters.workbook([rosters.worker(1)]),
            file_name="a.xlsx",
            kind="company",
            name="X",
            by=manager,
        )


def test_an_old_file_is_destroyed_and_nobody_reads_it_after_its_time(
    case: Case, tracer: Principal
) -> None:
    made = rosters.sent(case, rosters.workbook([rosters.worker(700, line="Chuyền 1")]), tracer)
    with system_scope("test"):
        RosterFile.objects.filter(roster=made).update(keep_until=now() - timedelta(minutes=1))
    with scoped(tracer, "tracing"), pytest.raises(Refused) as refused:
        roster.map_columns(roster=made, roles=made.roles, by=tracer)
    roster_tasks.import_rosters()

    assert refused.value.code == "roster_file_gone"
    with system_scope("test"):
        assert not RosterFile.objects.filter(roster=made).exists()


def test_a_wedding_list_of_names_alone_names_one_table_and_the_same_again(
    case: Case, tracer: Principal
) -> None:
    """The case sat at table 4; two guests there have one name.  The others are only counted."""
    header = ["STT", "Khách mời", "Bàn số"]
    tables = {4: [rosters.name_of(1), "Cô Út", "Bác Tư", "Bác Tư"], 5: ["Cậu Năm", "Mợ Năm"]}
    rows = [[n, name, table] for table, names in tables.items() for n, name in enumerate(names, 1)]
    # Each row has a seat of its own, or the second of one name were the same person written twice.
    rows = [[*row, f"ghế {row[0]}"] for row in rows]
    data = rosters.workbook(rows, header=[*header, "Ghế"])
    made = rosters.sent(case, data, tracer, kind="guests", name="Đám cưới nhà ông Ba")
    before = _people()
    first = rosters.imported(made, tracer, close=["table:4:"])
    again = rosters.imported(rosters.sent(case, data, tracer), tracer, close=["table:4:"])

    assert _people() == before + 3, "nobody of table 5, and the case is no contact of himself"
    assert (first.named, first.linked, first.accepted) == (3, 2, 6)
    assert (again.named, again.linked, again.accepted) == (3, 2, 6)
