"""An organisation's list: 1,940 of 2,000 registered, 60 named by row, nobody twice."""

from io import BytesIO

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from lachan.core import facts
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.places.models import Organisation
from lachan.vaccination import registration_tasks, unit_import, unit_lists
from lachan.vaccination.models import Consent, Registration, UnitList, UnitMember
from tests.factories import cast
from tests.factories.people import person
from tests.vaccination.registered import DISEASE, at_the_desk, here, rules, station
from tests.vaccination.test_registration import refused

HEAD = ("STT", "Họ và tên", "Năm sinh", "Số CCCD", "Số điện thoại", "Chuyền")

Row = tuple[object, ...]

#: Names that no two workers of one list share.
FAMILY = ("Lò", "Vàng", "Giàng", "Sùng", "Thào", "Mùa", "Cứ", "Tráng", "Hảng", "Ly")


@pytest.fixture(autouse=True)
def _rules(database: str) -> None:
    rules()


def factory() -> Principal:
    """The health officer of a factory of HERE."""
    at = here()
    body = Organisation.objects.using("owner").create(
        kind="company", name=f"Nhà máy {uuid7().hex[-6:]}", commune=at.commune, province=at.province
    )
    return cast.of_organisation(Role.PLACE_MANAGER, body.id)


@pytest.fixture
def manager() -> Principal:
    """The health officer of a factory."""
    return factory()


def worker(number: int, **more: object) -> Row:
    """A good row; the seed keeps lists of several tests apart."""
    told = {
        "ordinal": number,
        "name": f"{FAMILY[number % 10]} Văn {uuid7().hex[-5:]} {number}",
        "birth": 1970 + number % 30,
        "document": "",
        "phone": f"09{uuid7().int % 10**8:08}",
        "line": f"Chuyền {number % 20}",
    } | more
    return tuple(told.values())


def book(*rows: Row) -> bytes:
    made = Workbook()
    for row in (HEAD, *rows):
        made.worksheets[0].append(row)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def sent(by: Principal, data: bytes, **more: str) -> UnitList:
    told = {"disease": DISEASE, "group": "", "file_name": "cong-nhan.xlsx"} | more
    with scoped(by, "vaccination_list"):
        row = unit_lists.send(data=data, by=by, **told)
    while registration_tasks.import_unit_lists():
        pass
    return read(row)


def read(row: UnitList) -> UnitList:
    with system_scope("test"):
        return UnitList.objects.get(pk=row.pk)


def registered() -> int:
    with system_scope("test"):
        return Registration.objects.count()


def broken(kind: int, number: int, twin: Row) -> Row:
    """Sixty rows are broken in six ways."""
    return (
        worker(number, name=""),
        worker(number, birth="30/02/19x0"),
        worker(number, phone="12"),
        worker(number, document="123"),
        worker(number, document="000190012345"),
        twin,
    )[kind]


def test_of_two_thousand_rows_sixty_are_named_and_the_same_file_changes_nothing(
    manager: Principal,
) -> None:
    good = [worker(number) for number in range(1940)]
    bad = [broken(number % 6, 1940 + number, good[number]) for number in range(60)]
    rows = [row for at in range(60) for row in (*good[at * 32 : at * 32 + 32], bad[at])]
    rows += good[60 * 32 :]
    data = book(*rows)
    before = registered()
    done = sent(manager, data)
    assert (done.state, done.rows, done.accepted, done.refused) == ("imported", 2000, 1940, 60)
    assert (done.fresh, done.joined, done.left, registered() - before) == (1940, 1940, 0, 1940)
    with system_scope("test"):
        named = list(done.refusals.order_by("row").values_list("row", flat=True))
        reasons = [unit_lists.refusal_words(each.problems) for each in done.refusals.all()]
        assert not Consent.objects.filter(registration__way="organisation").exists()
    assert named == [2 + 33 * at + 32 for at in range(60)]
    assert all(reasons)
    assert len(set(reasons)) == 6
    again = sent(manager, data)
    assert again.pk == done.pk
    assert registered() - before == 1940


def test_the_copy_is_the_same_file_with_a_reason_in_each_refused_row(manager: Principal) -> None:
    done = sent(manager, book(worker(1), worker(2, name=""), worker(3, phone="12")))
    with scoped(manager, "vaccination_list"), translation.override("en"):
        data, name = unit_lists.errors_copy(done, only_refused=True)
    sheet = load_workbook(BytesIO(data)).worksheets[0]
    assert name == "cong-nhan-can-sua.xlsx"
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [2, 3]
    assert "There is no name." in [cell.value for cell in sheet[2]]


def test_joiners_and_leavers_are_told_against_the_last_list(manager: Principal) -> None:
    stays, leaves, joins = worker(1), worker(2), worker(3)
    sent(manager, book(stays, leaves))
    second = sent(manager, book(stays, joins))
    assert (second.joined, second.left, second.fresh) == (1, 1, 1)
    back = sent(manager, book(stays, leaves, joins))
    assert (back.joined, back.left, back.fresh) == (1, 0, 0)
    with system_scope("test"):
        mine = UnitMember.objects.filter(organisation=manager.organisation)
        assert (mine.count(), mine.filter(until=None).count()) == (3, 3)


def test_whoever_registered_alone_is_not_registered_again(manager: Principal) -> None:
    at = here()
    from lachan.people.services import Stay

    someone = person(
        "Lò Thị Riêng",
        birth="1988",
        phones=["0912000777"],
        stay=Stay(commune=at.commune, province=at.province),
    )
    own, _new = at_the_desk(someone, station())
    listed = worker(1, name="Lò Thị Riêng", birth=1988, phone="0912000777")
    done = sent(manager, book(listed), group="health")
    assert (done.accepted, done.fresh, done.self_made) == (1, 0, 1)
    with system_scope("test"):
        row = Registration.objects.get(pk=own.pk)
    assert (row.way, row.proven) == ("desk", ["health"])


def test_two_rows_with_one_document_are_one_person_and_one_question(manager: Principal) -> None:
    card = "024190056781"
    done = sent(manager, book(worker(1, document=card), worker(2, document=card)))
    assert (done.accepted, done.refused) == (1, 1)


def test_columns_told_once_are_remembered(manager: Principal) -> None:
    strange = Workbook()
    strange.worksheets[0].append(("Họ tên", "Năm sinh", "Cột lạ"))
    strange.worksheets[0].append(("Vàng Thị Cột", 1991, "0912000888"))
    out = BytesIO()
    strange.save(out)
    first = sent(manager, out.getvalue())
    with scoped(manager, "vaccination_list"):
        unit_lists.map_columns(first, ["name", "birth_year", "code"], by=manager)
    registration_tasks.import_unit_lists()
    assert read(first).accepted == 1
    strange.worksheets[0].append(("Vàng Thị Nhớ", 1992, "0912000889"))
    out = BytesIO()
    strange.save(out)
    assert sent(manager, out.getvalue()).roles == ["name", "birth_year", "code"]
    with refused("columns_unreadable"), scoped(manager, "vaccination_list"):
        unit_lists.map_columns(first, ["", "", ""], by=manager)


def test_an_import_killed_between_two_parts_goes_on_however_short_its_turns(
    manager: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_import, "PART", 3)
    monkeypatch.setattr(facts, "TURN", 0.0)
    with scoped(manager, "vaccination_list"):
        row = unit_lists.send(
            disease=DISEASE,
            group="",
            data=book(*[worker(n) for n in range(7)]),
            file_name="a.xlsx",
            by=manager,
        )
    with system_scope("test") as by:
        people = unit_lists.people_of(read(row))
        assert unit_import.work_part(read(row), people, by=by)
    assert registration_tasks.import_unit_lists() == 3
    assert registration_tasks.import_unit_lists() == 1
    assert (read(row).accepted, read(row).state) == (7, "imported")


def test_the_template_is_read_as_a_list(manager: Principal) -> None:
    filled = load_workbook(BytesIO(unit_lists.template()))
    filled.worksheets[0]["A2"] = "Vàng Thị Mẫu"
    filled.worksheets[0]["B2"] = "05/03/1990"
    filled.worksheets[0]["E2"] = "0912000999"
    out = BytesIO()
    filled.save(out)
    done = sent(manager, out.getvalue())
    assert (done.accepted, done.refused) == (1, 0)


def test_another_organisation_sees_nothing_of_it(manager: Principal) -> None:
    done = sent(manager, book(worker(1)))
    other = cast.of_organisation(Role.PLACE_MANAGER)
    with scoped(other, "attack"):
        assert not UnitList.objects.filter(pk=done.pk).exists()
    with scoped(manager, "vaccination_list"):
        assert UnitMember.objects.count() == 1
        assert not Registration.objects.filter(way="organisation").exists()


def test_an_organisation_that_is_none_is_told_so() -> None:
    with refused("no_organisation"), scoped(cast.of_organisation(Role.PLACE_MANAGER), "x") as by:
        unit_lists.send(disease=DISEASE, group="", data=b"", file_name="a.csv", by=by)
