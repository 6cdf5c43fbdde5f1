"""Paper is keyed by two people, settled by looking at it, and entered once."""

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connections, transaction

from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.vaccination import backentry
from lachan.vaccination import backentry_reading as reading
from lachan.vaccination.backentry_words import birth_of, hour_of, normal, wrong_in
from lachan.vaccination.evening_counting import evening_of
from lachan.vaccination.evening_tasks import enter_paper
from lachan.vaccination.models import Dose, PaperBook, PaperKeying, PaperSheet, Session
from lachan.vaccination.services import Injection, enter
from tests.factories import cast
from tests.factories.people import person
from tests.vaccination.sites import PRODUCT, facility, session_of

#: What a sheet says, as it is keyed.
SHEET = {
    "card": "",
    "name": "Lò Thị Mai",
    "birth": "1961",
    "sex": "2",
    "phone": "",
    "outcome": "1",
    "consent": "1",
    "injected": "1",
    "product": PRODUCT,
    "lot": "fx2207",
    "dose_number": "1",
    "hour": "0000",
    "arm": "1",
    "table": "1",
    "by": "Nguyễn Thu",
}

Desk = tuple[Session, PaperBook, Principal, Principal]


@pytest.fixture
def desk(database: str) -> Desk:
    """A pad of ten sheets of a session, and two who key."""
    first = facility()
    second = cast.of_organisation(Role.VACCINATOR, first.organisation)
    session = session_of(first)
    with scoped(first, "vaccination"):
        book = backentry.give_paper(session=session, prefix="A", first=1, last=10, by=first)
    return session, book, first, second


def keyed(by: Principal, book: PaperBook, number: int = 1, **more: str) -> str:
    with scoped(by, "vaccination"):
        return backentry.key_sheet(id=uuid7(), book=book, number=number, told=SHEET | more, by=by)


def refused(code: str, by: Principal, what: Any) -> None:
    with pytest.raises(Refused) as found, scoped(by, "vaccination"):
        what()
    assert found.value.code == code


def doses(session: Session) -> list[Dose]:
    with system_scope("test"):
        return list(Dose.objects.filter(session=session, reverses=None).order_by("given_at"))


def test_what_two_people_keyed_alike_is_entered_once(desk: Desk) -> None:
    session, book, first, second = desk
    assert keyed(first, book) == "once"
    assert keyed(second, book, lot="FX 2207", birth="1961 ") == "ready"
    assert enter_paper() == 1
    assert enter_paper() == 0
    (dose,) = doses(session)
    assert (dose.source, dose.table, dose.lot_text, dose.document) == (
        "paper",
        1,
        "FX2207",
        "A0001",
    )
    with scoped(first, "vaccination"):
        sheet = PaperSheet.objects.get(book=book, number=1)
        assert (sheet.state, sheet.dose_id, sheet.person_id) == ("entered", dose.id, dose.person_id)
        assert {bytes(row.sealed) for row in PaperKeying.objects.filter(book=book)} == {b""}
        row = evening_of(session).tables[1]
        assert (row.sheets, row.consents, row.injected) == (1, 1, 1)


def test_the_second_does_not_see_the_first_and_nobody_keys_twice(desk: Desk) -> None:
    _session, book, first, second = desk
    keyed(first, book)
    with scoped(second, "vaccination"):
        assert not PaperKeying.objects.filter(book=book).exists()
        assert reading.both(book, 1) is None
        assert reading.for_me(book) == list(range(1, 11))
    with scoped(first, "vaccination"):
        assert reading.for_me(book) == list(range(2, 11))
    refused("sheet_keyed_by_you", first, lambda: keyed(first, book))


def test_the_database_refuses_the_same_person_twice(desk: Desk) -> None:
    _session, book, first, _second = desk
    keyed(first, book)
    with scoped(first, "vaccination"):
        row = PaperKeying.objects.get(book=book)
    row.id, row.place = uuid7(), 2
    with pytest.raises(IntegrityError, match="two_people"), scoped(first, "vaccination"):
        row.save(force_insert=True)
    row.keyed_by = uuid7()
    with pytest.raises(DatabaseError, match="row-level"), scoped(first, "vaccination"):
        row.save(force_insert=True)


def test_the_database_refuses_a_sheet_that_one_person_keyed(desk: Desk) -> None:
    session, book, first, _second = desk
    keyed(first, book)
    with (
        pytest.raises(DatabaseError, match="not keyed by two"),
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(
            "insert into vaccination_papersheet (id, book_id, number, session_id, organisation,"
            " state, refused, why, sealed, table_no, outcome, consent, injected, confirmed,"
            " settled_at, settled_by, settled_by_name)"
            " values (%s, %s, 1, %s, %s, 'ready', '', '', '', 1, '', true, true, false, now(), %s,"
            " '')",
            [uuid7(), book.id, session.id, book.organisation, first.account],
        )


def test_where_two_differ_the_paper_is_looked_at(desk: Desk) -> None:
    session, book, first, second = desk
    keyed(first, book)
    assert keyed(second, book, birth="1967", lot="FX2270") == "differs"
    assert enter_paper() == 0
    with scoped(first, "vaccination"):
        found = reading.both(book, 1)
        assert found is not None
        assert backentry.differing(*found) == ["birth", "lot"]
        assert [gap.label for gap in reading.gaps(session)] == ["A0001", "A0002–A0010"]

    def settle(**told: str) -> PaperSheet:
        return backentry.settle(book=book, number=1, told=told, by=first)

    refused("sheet_unread", first, lambda: settle(birth="1967"))
    with scoped(first, "vaccination"):
        made = settle(birth="1967", lot="FX2207", name="Khác hẳn")
        assert settle(birth="1961", lot="FX2207") == made
    enter_paper()
    (dose,) = doses(session)
    assert dose.lot_text == "FX2207"
    with system_scope("test"):
        assert Person.objects.get(pk=dose.person_id).birth_year == 1967


def test_the_same_keying_sent_again_is_one(desk: Desk) -> None:
    _session, book, first, _second = desk
    number = uuid7()
    for _time in range(2):
        with scoped(first, "vaccination"):
            told = backentry.key_sheet(id=number, book=book, number=3, told=SHEET, by=first)
            assert told == "once"
            assert PaperKeying.objects.filter(book=book).count() == 1


def test_the_person_of_the_number_gets_the_dose(desk: Desk) -> None:
    session, book, first, second = desk
    mai = person("Lò Thị Mai", birth="1961", documents={"cccd": "024161000123"})
    keyed(first, book, card="024161000123", phone="0912 345 678")
    assert keyed(second, book, card="024161000123", phone="+84912345678") == "ready"
    enter_paper()
    assert [one.person_id for one in doses(session)] == [mai.id]


def test_another_name_under_the_number_is_asked_first(desk: Desk) -> None:
    session, book, first, second = desk
    other = person("Nông Văn Páo", birth="1961", documents={"cccd": "024061000456"})
    for by in (first, second):
        keyed(by, book, card="024061000456")
    enter_paper()
    assert doses(session) == []
    with scoped(first, "vaccination"):
        sheet = PaperSheet.objects.get(book=book)
        assert (sheet.state, sheet.refused) == ("asked", "other_name")
        backentry.confirm(book=book, number=1, by=first)
    enter_paper()
    assert [one.person_id for one in doses(session)] == [other.id]
    refused("sheet_not_asked", first, lambda: backentry.confirm(book=book, number=1, by=first))


def test_what_a_device_entered_too_does_not_count_twice(desk: Desk) -> None:
    session, book, first, second = desk
    mai = person("Lò Thị Mai", birth="1961", documents={"cccd": "024161000789"})
    given: dict[str, Any] = {"disease": "covid-19", "product": PRODUCT, "session": session.id}
    with system_scope("test") as by:
        one = Injection(id=uuid7(), person=mai.id, given_at=session.starts_at, **given)
        enter([one], by=by)
    for by in (first, second):
        keyed(by, book, card="024161000789")
    enter_paper()
    assert len(doses(session)) == 2
    with scoped(first, "vaccination"):
        evening = evening_of(session)
        assert evening.total.injected == 1
        assert "twice" not in {each.code for each in evening.differences}


def test_who_was_not_injected_is_counted_and_not_kept(desk: Desk) -> None:
    session, book, first, second = desk
    for by in (first, second):
        keyed(by, book, outcome="3", consent="0", injected="0", name="Giàng A Páo")
    enter_paper()
    with scoped(first, "vaccination"):
        sheet = PaperSheet.objects.get(book=book)
        assert (sheet.state, bytes(sheet.sealed), sheet.person_id) == ("entered", b"", None)
        row = evening_of(session).total
        assert (row.sheets, row.postponed, row.injected) == (1, 1, 0)


def test_missing_numbers_are_named_until_they_are_said_to_be_spoilt(desk: Desk) -> None:
    session, book, first, second = desk
    for number in (1, 2, 4):
        keyed(first, book, number)
        keyed(second, book, number)
    keyed(first, book, 5)
    enter_paper()

    def missing() -> list[tuple[str, str]]:
        with scoped(first, "vaccination"):
            return [(gap.label, gap.step) for gap in reading.gaps(session)]

    assert missing() == [("A0003", "unkeyed"), ("A0005", "once"), ("A0006–A0010", "unkeyed")]
    refused("why_missing", first, lambda: backentry.spoil(book=book, number=3, why="", by=first))
    with scoped(first, "vaccination"):
        for number in (3, 5, 6, 7, 8, 9, 10):
            backentry.spoil(book=book, number=number, why="Không dùng", by=first)
    assert missing() == []
    refused("sheet_settled", second, lambda: keyed(second, book, 5))
    refused("sheet_settled", first, lambda: backentry.spoil(book=book, number=1, why="x", by=first))
    refused("sheet_not_ours", first, lambda: keyed(first, book, 11))


def test_numbers_are_given_once(desk: Desk) -> None:
    session, book, first, _second = desk

    def give(first_no: int, last: int, prefix: str = "a") -> PaperBook:
        return backentry.give_paper(
            session=session, prefix=prefix, first=first_no, last=last, by=first
        )

    with scoped(first, "vaccination"):
        assert give(1, 10) == book
        assert give(11, 20).first == 11
    for wrong in ((5, 15), (0, 3), (9, 8), (100, 5000)):
        refused("paper_numbers", first, lambda: give(*wrong))  # noqa: B023


def test_another_facility_sees_no_pad_and_keys_nothing(desk: Desk) -> None:
    _session, book, first, _second = desk
    keyed(first, book)
    stranger = facility()
    with scoped(stranger, "vaccination"):
        assert not PaperBook.objects.filter(pk=book.pk).exists()
        assert {one.times for one in reading.numbers_of(book)} == {0}
    with pytest.raises(DatabaseError, match="row-level"):
        keyed(stranger, book)


@pytest.mark.parametrize(
    ("text", "hour"),
    [("8:05", "08:05"), ("0805", "08:05"), ("8h05", "08:05"), ("24:10", ""), ("8", ""), ("", "")],
)
def test_hours_are_read_as_they_are_keyed(text: str, hour: str) -> None:
    assert hour_of(text) == hour


@pytest.mark.parametrize(
    ("text", "birth"),
    [("1988", "1988"), ("5/3/1988", "1988-03-05"), ("05031988", "1988-03-05"), ("31/2/1988", "")],
)
def test_births_are_read_as_they_are_keyed(text: str, birth: str) -> None:
    assert birth_of(text) == birth
    assert birth_of(birth) == birth


def test_what_no_sheet_can_say_is_told_at_once() -> None:
    told = SHEET | {"name": "", "birth": "31/2/1988", "card": "123", "hour": "99", "arm": "9"}
    assert set(wrong_in(told)) == {"name", "birth", "card", "hour", "arm"}
    assert set(wrong_in(SHEET | {"injected": "0", "hour": "", "lot": "", "arm": ""})) == set()
    assert normal(normal(SHEET)) == normal(SHEET)


def test_any_order_of_two_people_gives_the_same_entries(desk: Desk) -> None:
    """Two pads keyed in opposite order, with repeats, are the same doses."""
    session, book, first, second = desk
    seen: set[UUID] = set()
    for number in range(1, 6):
        keyed(first, book, number, name=f"Người {number}")
    for number in range(5, 0, -1):
        keyed(second, book, number, name=f"Người {number}")
        enter_paper()
        seen |= {one.id for one in doses(session)}
    assert len(seen) == len(doses(session)) == 5
