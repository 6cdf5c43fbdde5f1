"""The line of a session: numbers, calls, families, the table for problems, the wait outside."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, reference_reading, scoped, system_scope
from lachan.people.models import Person
from lachan.people.services import join_household
from lachan.vaccination.line_calling import call_next, call_number, miss
from lachan.vaccination.line_numbers import letter_of
from lachan.vaccination.line_pace import Pace, wait_of
from lachan.vaccination.line_reading import line_of, outside
from lachan.vaccination.line_rules import line_rule
from lachan.vaccination.models import LineTicket, Session, SiteVisit
from lachan.vaccination.site_tasks import settle_site_strangers, take_site_events
from tests.factories import cast
from tests.factories.cards import card
from tests.factories.people import person
from tests.sampling.people_at_the_table import code_of
from tests.vaccination.sites import Device, device_of, facility, session_of, somebody_new, wire_to
from tests.vaccination.test_site_interleaving import everybody

MINUTE = timedelta(minutes=1)


def lettered(by: Principal, session: Session, table: int = 1) -> tuple[Device, str]:
    device = device_of(by, session, table=table)
    with scoped(by, "vaccination"):
        return device, letter_of(session, device.device, by=by)


def rows(session: Session) -> dict[str, LineTicket]:
    with system_scope("test"):
        return {row.label: row for row in LineTicket.objects.filter(session=session)}


def send(database: str, *devices: Device) -> None:
    with wire_to(database) as wire:
        for device in devices:
            assert set(wire.post(device, *device.events)) <= {"recorded"}
    take_site_events()


def test_every_device_has_a_letter_of_its_own(database: str) -> None:
    by = facility()
    session = session_of(by)
    devices = [device_of(by, session) for _ in range(22)]
    with scoped(by, "vaccination"):
        letters = [letter_of(session, one.device, by=by) for one in devices]
        again = [letter_of(session, one.device, by=by) for one in devices]
    assert letters == again
    assert len(set(letters)) == len(letters)
    assert {"A", "B", "AA", "AB"} <= set(letters)
    assert not {"I", "O", "Q"} & set("".join(letters))


def test_a_strange_device_has_no_letter(database: str) -> None:
    by, other = facility(), facility()
    session, theirs = session_of(by), device_of(other, session_of(other))
    with scoped(by, "vaccination"), pytest.raises(Refused) as refused:
        letter_of(session, theirs.device, by=by)
    assert refused.value.code == "unknown_device"


def test_a_number_follows_its_person_from_step_to_step(database: str) -> None:
    by = facility()
    session = session_of(by)
    device, letter = lettered(by, session)
    [one] = everybody(1)
    code = code_of(one)
    steps = []
    device.received(code, letter=letter, number=1)
    send(database, device)
    steps.append(rows(session)["A1"].step)
    device.screened(code)
    send(database, device)
    steps.append(rows(session)["A1"].step)
    device.injected(code)
    send(database, device)
    steps.append(rows(session)["A1"].step)
    device.tell("discharged", code, next_on="")
    send(database, device)
    steps.append(rows(session)["A1"].step)
    assert steps == ["screening", "injection", "observed", "home"]


def test_who_was_received_twice_has_the_first_number(database: str) -> None:
    by = facility()
    session = session_of(by)
    (first, a), (second, b) = lettered(by, session), lettered(by, session)
    [one] = everybody(1)
    at = now() - 10 * MINUTE
    second.received(code_of(one), letter=b, number=7, at=at + MINUTE)
    first.received(code_of(one), letter=a, number=3, at=at)
    send(database, second, first)
    assert {label: row.step for label, row in rows(session).items()} == {
        "A3": "screening",
        "B7": "void",
    }


def test_who_is_in_no_register_stands_in_the_line_too(database: str) -> None:
    by = facility()
    session = session_of(by)
    device, letter = lettered(by, session)
    text = card("024188000777", name="Lò Văn Páo")
    device.received(text, letter=letter, number=1, listed=False)
    send(database, device)
    assert (rows(session)["A1"].step, rows(session)["A1"].person_id) == ("screening", None)
    device.screened("LINE-A1")
    send(database, device)
    assert rows(session)["A1"].step == "injection"
    somebody = person("Lò Văn Páo", documents={"cccd": "024188000777"})
    settle_site_strangers()
    assert rows(session)["A1"].person_id == somebody.id
    with system_scope("test"):
        assert SiteVisit.objects.get(session=session, person=somebody).step == "injection"


def test_a_number_that_nobody_gave_is_nobody(database: str) -> None:
    by = facility()
    session = session_of(by)
    device, _letter = lettered(by, session)
    device.screened("LINE-A9")
    send(database, device)
    with system_scope("test"):
        assert not SiteVisit.objects.filter(session=session).exists()


def waiting(by: Principal, database: str, count: int) -> tuple[Session, Device, list[UUID]]:
    """Received one after the other, a minute apart."""
    session = session_of(by)
    device, letter = lettered(by, session)
    people = everybody(count)
    start = now() - timedelta(minutes=60)
    for number, one in enumerate(people, start=1):
        device.received(code_of(one), letter=letter, number=number, at=start + number * MINUTE)
    send(database, device)
    return session, device, people


def called(session: Session, table: int, by: Principal, station: str = "screening") -> str:
    with scoped(by, "vaccination"):
        found = call_next(session=session, station=station, table=table, by=by)
    return found.label if found else ""


def test_tables_call_one_after_the_other(database: str) -> None:
    by = facility()
    session, _device, _people = waiting(by, database, 3)
    assert [called(session, table, by) for table in (1, 2, 1, 2)] == ["A1", "A2", "A3", ""]


def test_who_does_not_answer_stands_behind_and_is_called_again(database: str) -> None:
    by = facility()
    session, _device, _people = waiting(by, database, 3)
    assert called(session, 1, by) == "A1"
    with scoped(by, "vaccination"):
        miss(session=session, station="screening", table=1, label="A1", by=by)
        [told] = [one for one in line_of(session)["tickets"] if one["label"] == "A1"]
        assert told["missed"] is True
    assert [called(session, 1, by) for _ in range(4)] == ["A2", "A3", "A1", ""]
    with scoped(by, "vaccination"):
        again = call_number(session=session, station="screening", table=2, label="A1", by=by)
        assert again.label == "A1"
        with pytest.raises(Refused) as refused:
            call_number(session=session, station="screening", table=2, label="Z9", by=by)
        assert refused.value.code == "no_such_number"
        with pytest.raises(Refused) as refused:
            call_next(session=session, station="door", table=2, by=by)
        assert refused.value.code == "no_such_table"


def test_a_family_comes_to_one_table(database: str) -> None:
    by = facility()
    session = session_of(by)
    device, letter = lettered(by, session)
    people = everybody(5)
    with system_scope("test") as system:
        join_household(
            persons={people[0]: "head", people[3]: "spouse", people[4]: "child"}, by=system
        )
    start = now() - timedelta(minutes=60)
    for number, one in enumerate(people, start=1):
        device.received(code_of(one), letter=letter, number=number, at=start + number * MINUTE)
    send(database, device)
    assert called(session, 1, by) == "A1"
    # A4 and A5 are left to the table of their family; it calls them before A3.
    assert called(session, 2, by) == "A2"
    assert [called(session, 1, by), called(session, 1, by)] == ["A4", "A5"]
    assert called(session, 1, by) == "A3"
    with scoped(by, "vaccination"):
        kin = [one.get("kin", "") for one in line_of(session)["tickets"]]
    assert kin[0]
    assert kin[0] == kin[3] == kin[4]
    assert kin[1:3] == ["", ""]


def test_nobody_of_another_facility_calls_or_reads_the_line(database: str) -> None:
    by, other = facility(), facility()
    session, _device, _people = waiting(by, database, 1)
    with scoped(other, "vaccination"):
        assert line_of(session)["tickets"] == []
        assert call_next(session=session, station="screening", table=1, by=other) is None


PROBLEMS: list[tuple[dict[str, Any], str]] = [
    ({"reason": "identity"}, "screening"),
    ({"reason": "no_document"}, "screening"),
]


@pytest.mark.parametrize(("told", "after"), PROBLEMS)
def test_a_problem_is_worked_off_and_goes_back_to_the_line(
    database: str, told: dict[str, Any], after: str
) -> None:
    by = facility()
    session = session_of(by)
    device, letter = lettered(by, session)
    new = somebody_new("Giàng Thị Mỷ")
    device.received(new, letter=letter, number=1, identity="none")
    device.tell("problem", new, **told)
    send(database, device)
    assert (rows(session)["A1"].step, rows(session)["A1"].problem) == ("problem", told["reason"])
    assert called(session, 1, by) == ""
    device.tell("solved", new, how="Trưởng bản xác nhận", vouched_by="Sùng A Páo", back="line")
    send(database, device)
    row = rows(session)["A1"]
    assert (row.step, row.problem, row.settled) == (after, "", told["reason"])
    assert called(session, 1, by) == "A1"


def test_somebody_nobody_vouches_for_is_entered_at_the_table_for_problems(database: str) -> None:
    by = facility()
    session = session_of(by)
    device, letter = lettered(by, session)
    alone = somebody_new("Giàng Thị Mỷ", vouched_by="") | {"unvouched": True}
    device.received(alone, letter=letter, number=1, identity="none")
    device.tell("problem", alone, reason="no_document")
    send(database, device)
    with system_scope("test"):
        visit = SiteVisit.objects.get(session=session)
        assert (visit.step, visit.vouched) == ("problem", False)
    device.tell("solved", alone, how="x", vouched_by="Sùng A Páo", back="line")
    send(database, device)
    with system_scope("test"):
        visit.refresh_from_db()
        assert (visit.step, visit.vouched) == ("screening", True)


def test_who_was_screened_out_and_is_sent_to_the_doctor_again_waits_for_him(database: str) -> None:
    by = facility()
    session = session_of(by)
    device, letter = lettered(by, session)
    [one] = everybody(1)
    code, at = code_of(one), now() - 20 * MINUTE
    device.received(code, letter=letter, number=1, at=at)
    device.screened(code, "postpone", at=at + MINUTE)
    device.tell("problem", code, reason="screening", at=at + 2 * MINUTE)
    device.tell("solved", code, how="Đo lại", back="screening", at=at + 3 * MINUTE)
    send(database, device)
    assert rows(session)["A1"].step == "screening"
    device.screened(code, at=at + 4 * MINUTE)
    send(database, device)
    assert rows(session)["A1"].step == "injection"


def test_an_injection_beside_an_open_problem_is_flagged(database: str) -> None:
    by = facility()
    session = session_of(by)
    device, letter = lettered(by, session)
    people = everybody(2)
    at = now() - 20 * MINUTE
    for number, one in enumerate(people, start=1):
        code = code_of(one)
        device.received(code, letter=letter, number=number, at=at)
        device.screened(code, at=at + MINUTE)
        device.tell("problem", code, reason="elsewhere", at=at + 2 * MINUTE)
    device.tell("solved", code_of(people[0]), how="x", back="line", at=at + 3 * MINUTE)
    for one in people:
        device.injected(code_of(one), at=at + 4 * MINUTE)
    send(database, device)
    with system_scope("test"):
        flags = {one.person_id: one.flags for one in SiteVisit.objects.filter(session=session)}
    assert flags == {people[0]: [], people[1]: ["problem_open"]}


def test_the_wait_is_a_range_and_is_not_guessed() -> None:
    rule = line_rule()
    assert wait_of(40, Pace(4, 30), rule) is None
    assert wait_of(40, Pace(25, 5), rule) is None
    assert wait_of(0, Pace(0, 0), rule) == (0, 0)
    # 25 in 30 minutes: 20 to 30 of them, so 40 people take 40 to 60 minutes.
    assert wait_of(40, Pace(25, 30), rule) == (40, 60)
    assert wait_of(1, Pace(25, 30), rule) == (0, 5)


def test_outside_is_told_numbers_and_waits_without_an_account(database: str) -> None:
    by = facility()
    session, device, people = waiting(by, database, 9)
    at = now() - 20 * MINUTE
    for count, one in enumerate(people[:6]):
        device.screened(code_of(one), at=at + count * MINUTE)
    send(database, device)
    assert called(session, 2, by) == "A7"
    with reference_reading():
        (screening, injection), heard = outside(session.id)
    assert [(one.table, one.label) for one in screening.tables] == [(2, "A7")]
    assert (screening.code, screening.waiting, screening.wait) == ("screening", 2, (5, 20))
    assert (injection.code, injection.waiting, injection.wait) == ("injection", 6, None)
    assert heard is not None
    with reference_reading():
        assert not LineTicket.objects.exists()


def test_a_citizen_does_not_read_the_line(database: str) -> None:
    by = facility()
    session, _device, people = waiting(by, database, 1)
    with scoped(cast.citizen(people[0]), "own_data"):
        assert not LineTicket.objects.filter(session=session).exists()
        assert Person.objects.filter(pk=people[0]).exists()


KINDS = (
    *("received", "received", "screened", "screened", "postponed", "problem", "problem", "solved"),
    *("again", "injected"),
)


def test_any_order_gives_the_same_line(database: str) -> None:
    """Two devices, their numbers and problems, however their uploads come."""
    chance = random.Random(20261127)
    by = facility()
    session = session_of(by)
    (first, a), (second, b) = lettered(by, session), lettered(by, session, table=2)
    people = everybody(24)
    steps: set[str] = set()
    for world in range(4):
        straight, crooked = people[world * 6 : world * 6 + 3], people[world * 6 + 3 : world * 6 + 6]
        day = [
            (chance.randrange(2), chance.choice([*KINDS, "undo"]), chance.randrange(3))
            for _ in range(16)
        ]
        found = []
        for shift, whom in ((0, straight), (500, crooked)):
            told = told_of(day, (first, second), (a, b), whom, number=1 + 1000 * world + shift)
            parcels = [[one] for one in told]
            if shift:
                parcels = parcels + chance.sample(parcels, 5)
                chance.shuffle(parcels)
            with wire_to(database) as wire:
                for parcel in parcels:
                    for device, event in parcel:
                        assert wire.post(device, event) == ["recorded"]
                    if shift and chance.random() < 0.3:
                        take_site_events()
            take_site_events()
            found.append(state_of(session, whom, 1 + 1000 * world + shift))
        assert found[0] == found[1], day
        steps |= {step for _label, step, *_rest in found[0]}
    assert {"void", "problem", "screening"} <= steps


def told_of(
    day: list[tuple[int, str, int]],
    devices: tuple[Device, Device],
    letters: tuple[str, str],
    whom: list[UUID],
    number: int,
) -> list[tuple[Device, dict[str, Any]]]:
    start, made = now() - timedelta(hours=20), []
    for count, (which, what, who) in enumerate(day):
        device, code, at = devices[which], code_of(whom[who]), start + count * MINUTE
        if what == "undo" and made:
            before = made[count // 2 % len(made)][1]
            event = device.undo(before, at=at)
        elif what == "received":
            event = device.received(code, letter=letters[which], number=number + count, at=at)
        elif what in {"screened", "postponed"}:
            event = device.screened(code, "eligible" if what == "screened" else "postpone", at=at)
        elif what == "problem":
            event = device.tell("problem", code, reason="elsewhere", at=at)
        elif what in {"solved", "again"}:
            back = "line" if what == "solved" else "screening"
            event = device.tell("solved", code, how="x", back=back, at=at)
        else:
            event = (
                device.tell("left" if what == "undo" else what, code, at=at)
                if what != "injected"
                else device.injected(code, at=at)
            )
        made.append((device, event))
    return made


def state_of(session: Session, whom: list[UUID], base: int) -> list[tuple[Any, ...]]:
    """The numbers, from the first of the day on, and whose they are."""
    with system_scope("test"):
        mine = LineTicket.objects.filter(
            session=session, number__gte=base, number__lt=base + 400
        ).order_by("letter", "number")
        return [
            (
                f"{one.letter}{one.number - base}",
                one.step,
                whom.index(one.person_id) if one.person_id else None,
                one.problem,
                one.settled,
                one.screened_at is None,
                one.injected_at is None,
            )
            for one in mine
        ]
