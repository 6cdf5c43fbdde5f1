"""What a table's device sends: kept once, settled by the worker, never dropped."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.people.selectors import card_of
from lachan.people.services import add_document
from lachan.sampling.models import Sample, SampleRequest, TableEvent, TableReview, Tube
from lachan.sampling.services import Wanted, request_samples
from lachan.sampling.table_devices import close_device
from lachan.sampling.table_reading import devices_of, pack_of, reviews_of, waiting_people
from lachan.sampling.table_reviewing import look_at
from lachan.sampling.table_tasks import settle_table_strangers, take_table_events
from tests.factories import cast
from tests.factories.cards import card
from tests.factories.people import person
from tests.sampling.people_at_the_table import code_of
from tests.sampling.tables import DISEASE, Table, Wire, table_of, unit, wire_to


@pytest.fixture
def wire(database: str) -> Any:
    with wire_to(database) as wire:
        yield wire


def a_table(**more: Any) -> Table:
    return table_of(unit(), uuid7(), **more)


def samples_of(barcode: str) -> list[Sample]:
    with system_scope("test"):
        return list(Sample.objects.filter(tube__barcode=barcode).order_by("taken_at", "id"))


def reviews(barcode: str) -> set[str]:
    with system_scope("test"):
        rows = TableReview.objects.filter(barcode=barcode, ended_at=None)
        return set(rows.values_list("kind", flat=True))


def test_a_tube_with_two_people_is_made_and_closed(wire: Wire) -> None:
    table = a_table()
    khai, sam = person("Hoàng Văn Khải"), person("Hoàng Thị Sâm")
    table.sample("A-1", code_of(khai.id), onset="2026-11-20", reason="symptoms")
    table.sample("A-1", code_of(sam.id))
    table.close("A-1")
    assert wire.post(table, *table.events) == ["recorded"] * 3
    take_table_events()
    first, second = samples_of("A-1")
    assert (first.person_id, second.person_id) == (khai.id, sam.id)
    assert (first.reason, str(first.onset)) == ("symptoms", "2026-11-20")
    with system_scope("test"):
        tube = Tube.objects.get(barcode="A-1")
        assert (tube.limit, tube.disease, tube.laboratory) == (10, DISEASE, table.laboratory)
        assert tube.organisation == table.sampler.organisation
        assert tube.closed_at is not None
        assert set(TableEvent.objects.filter(barcode="A-1").values_list("sealed", "refused")) >= {
            (b"", "")
        }


def test_nobody_without_a_device_of_a_table_is_heard(wire: Wire) -> None:
    table = a_table()
    table.sample("A-2", "x")
    table.token = "LD1_guessed"
    status, [answer] = wire.answer(table, *table.events)
    assert (status, answer["code"]) == (401, "not_allowed")


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "nothing"},
        {"counter": 0},
        {"counter": True},
        {"reason": "because"},
        {"code": "", "new": None},
        {"onset": "soon"},
        {"tube": {"barcode": "", "limit": 1, "disease": "x"}},
        {"tube": {"barcode": "Ống 1", "limit": 1, "disease": "x"}},
        {"tube": {"barcode": "T1", "limit": 21, "disease": "x"}},
        {"new": {"id": "1", "name": "Ai"}, "code": ""},
        {"undoes": "019"},
        {"id": None},
    ],
)
def test_what_has_no_shape_is_refused_and_the_others_are_taken(
    wire: Wire, wrong: dict[str, Any]
) -> None:
    table = a_table()
    bad = {**table.sample("A-3", "001099000001"), **wrong}
    good = table.sample("A-3", "001099000002")
    assert wire.post(table, bad, good) == ["unreadable", "recorded"]


@pytest.mark.parametrize("at", ["yesterday", "2026-11-26T08:00:00", "2031-01-01T00:00:00+07:00"])
def test_a_time_that_cannot_be_is_refused(wire: Wire, at: str) -> None:
    table = a_table()
    event = {**table.sample("A-4", "001099000001"), "at": at}
    assert wire.post(table, event) == ["clock_wrong"]


def test_other_content_under_a_number_is_refused_and_kept(wire: Wire) -> None:
    table = a_table()
    khai, sam = person("Hoàng Văn Khải"), person("Hoàng Thị Sâm")
    event = table.sample("A-5", code_of(khai.id))
    assert wire.post(table, event) == ["recorded"]
    changed = {**event, "code": code_of(sam.id)}
    status, [answer] = wire.answer(table, changed)
    assert (status, answer["code"]) == (409, "different_content")
    take_table_events()
    assert [one.person_id for one in samples_of("A-5")] == [khai.id]
    assert "different_content" in reviews("A-5")


def test_the_eleventh_in_a_pool_of_ten_is_a_sample_and_is_listed(wire: Wire) -> None:
    table = a_table()
    for number in range(11):
        table.sample("A-6", code_of(person(f"Người {number}").id))
    wire.post(table, *table.events)
    take_table_events()
    assert len(samples_of("A-6")) == 11
    assert reviews("A-6") == {"over_limit"}


def test_a_review_ends_when_what_was_missing_arrives(wire: Wire) -> None:
    table = a_table(limit=1)
    khai, sam = person("Hoàng Văn Khải"), person("Hoàng Thị Sâm")
    first = table.sample("A-7", code_of(khai.id))
    undo = table.undo(first)
    table.sample("A-7", code_of(sam.id))
    wire.post(table, undo)
    take_table_events()
    assert reviews("A-7") == {"no_sample"}
    wire.post(table, *table.events)
    take_table_events()
    assert reviews("A-7") == set()
    assert [one.person_id for one in samples_of("A-7")] == [sam.id]


def test_whoever_is_in_two_tubes_of_a_day_is_listed_and_both_stay(wire: Wire) -> None:
    table = a_table()
    code = code_of(person("Hoàng Văn Khải").id)
    for barcode in ("A-8", "A-9"):
        table.sample(barcode, code, at=now() - timedelta(minutes=9 - int(barcode[-1])))
    wire.post(table, *table.events)
    take_table_events()
    assert [len(samples_of(barcode)) for barcode in ("A-8", "A-9")] == [1, 1]
    assert reviews("A-8") | reviews("A-9") == {"two_tubes"}
    assert [one.round for one in (*samples_of("A-8"), *samples_of("A-9"))] == [1, 2]


def test_rounds_count_by_when_it_was_taken(wire: Wire) -> None:
    table = a_table()
    code = code_of(person("Hoàng Văn Khải").id)
    later = table.sample("A-10", code, at=now() - timedelta(days=1))
    earlier = table.sample("A-11", code, at=now() - timedelta(days=4))
    for event in (later, earlier):
        wire.post(table, event)
        take_table_events()
    assert [samples_of(barcode)[0].round for barcode in ("A-11", "A-10")] == [1, 2]


def test_a_card_of_nobody_waits_for_its_person(wire: Wire) -> None:
    table = a_table()
    number = "024188000931"
    table.sample("A-12", card(number))
    wire.post(table, *table.events)
    take_table_events()
    assert samples_of("A-12") == []
    with scoped(table.sampler, "sampling") as by:
        assert waiting_people(by.organisation) == 1  # type: ignore[arg-type]
    entered = enter("Trần Thị Vắng", number)
    settle_table_strangers()
    assert [one.person_id for one in samples_of("A-12")] == [entered]
    with scoped(table.sampler, "sampling") as by:
        assert waiting_people(by.organisation) == 0  # type: ignore[arg-type]


def enter(name: str, number: str) -> UUID:
    known = person(name)
    with system_scope("test") as by:
        add_document(person=known, kind="cccd", number=number, by=by)
    return known.id


def test_somebody_without_a_code_is_made_once_and_known_by_his_slip(wire: Wire) -> None:
    table = a_table()
    slip = "PS-0123456789"
    new = {
        **{"id": str(uuid7()), "name": "Giàng A Lử", "year": "1948", "sex": "male"},
        **{"phone": "0912345678", "hamlet": "Bản Phìn", "slip": slip},
    }
    made = table.sample("A-13", new=new)
    undo = table.undo(made)
    again = table.sample("A-13", new=new)
    by_slip = table.sample("A-14", slip)
    assert wire.post(table, by_slip) == ["recorded"]
    take_table_events()
    wire.post(table, made, undo, again)
    take_table_events()
    settle_table_strangers()
    [one], [other] = samples_of("A-13"), samples_of("A-14")
    assert one.person_id == other.person_id
    with scoped(table.sampler, "sampling"):
        found = card_of(one.person_id)
        assert found is not None
        assert (found.name, found.birth_year) == ("Giàng A Lử", 1948)


def test_a_closed_device_is_refused_from_then_on(wire: Wire) -> None:
    table = a_table()
    head = cast.of_organisation(Role.STATION_OFFICER, table.sampler.organisation)
    with scoped(head, "sampling") as by:
        close_device(device=table.device, by=by)
    table.sample("A-15", "001099000001")
    assert wire.answer(table, *table.events)[0] == 401


def test_another_units_device_is_none_of_ours() -> None:
    table = a_table()
    stranger = cast.of_organisation(Role.STATION_OFFICER)
    with scoped(stranger, "sampling") as by, pytest.raises(Refused) as refused:
        close_device(device=table.device, by=by)
    assert refused.value.code == "unknown_device"
    mate = cast.of_organisation(Role.SAMPLER, table.sampler.organisation)
    with scoped(mate, "sampling") as by, pytest.raises(Refused) as refused:
        close_device(device=table.device, by=by)
    assert refused.value.code == "not_your_device"


def test_a_tube_of_another_unit_is_listed_for_both(wire: Wire) -> None:
    ours, theirs = a_table(), a_table()
    ours.sample("A-16", code_of(person("Hoàng Văn Khải").id))
    theirs.sample("A-16", code_of(person("Hoàng Thị Sâm").id))
    for table in (ours, theirs):
        wire.post(table, *table.events)
        take_table_events()
    assert len(samples_of("A-16")) == 1
    with scoped(theirs.sampler, "sampling") as by:
        assert by.organisation is not None
        [found] = reviews_of(by.organisation)
        assert found.kind == "tube_elsewhere"
        look_at(review=found.id, note="Dán mã mới", by=by)
        assert list(reviews_of(by.organisation)) == []


def test_a_sample_answers_the_request_and_opens_it_again_when_it_is_none(wire: Wire) -> None:
    table = a_table()
    khai = person("Hoàng Văn Khải")
    with system_scope("test") as by:
        asked = request_samples([Wanted(khai.id, DISEASE, "contact", "hand", uuid7())], by=by)[0]
    first = table.sample("A-17", code_of(khai.id))
    wire.post(table, first)
    take_table_events()
    assert state_of(asked.id) == "done"
    wire.post(table, table.undo(first))
    take_table_events()
    assert state_of(asked.id) == "open"


def state_of(request: UUID) -> str:
    with system_scope("test"):
        return SampleRequest.objects.get(pk=request).state


def test_the_head_sees_which_numbers_have_not_come(wire: Wire) -> None:
    table = a_table()
    for number in range(3):
        table.sample("A-18", f"00109900000{number}")
    wire.post(table, table.events[0], table.events[2])
    with scoped(table.sampler, "sampling") as by:
        assert by.organisation is not None
        [line] = devices_of(by.organisation)
    assert (line.events, line.last, line.missing) == (2, 3, 1)


def test_the_pack_knows_whom_the_unit_sampled_today_and_names_nobody(wire: Wire) -> None:
    table = a_table()
    khai = person("Hoàng Văn Khải")
    table.sample("A-19", code_of(khai.id))
    table.close("A-19")
    wire.post(table, *table.events)
    take_table_events()
    with scoped(table.sampler, "sampling") as by:
        assert by.organisation is not None
        pack = pack_of(by.organisation)
    assert (len(pack["sampled"]), pack["closed"]) == (1, ["A-19"])
    other = unit()
    with scoped(other, "sampling") as by:
        assert by.organisation is not None
        assert pack_of(by.organisation)["sampled"] == []
