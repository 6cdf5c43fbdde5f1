"""Files that were carried from a table without a network."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lachan.core.carried import Carried
from lachan.core.carrying import carrying_point
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.credentials.bundles import seal_bundle
from lachan.sampling.models import Sample, TableEvent
from lachan.sampling.table_carried import TABLES
from lachan.sampling.table_devices import close_device
from lachan.sampling.table_tasks import take_table_events
from tests.factories import cast
from tests.factories.people import person
from tests.places.units import NENH
from tests.sampling.people_at_the_table import browser, code_of
from tests.sampling.tables import Table, table_of, unit, wire_to


def a_table() -> Table:
    return table_of(unit(), uuid7())


def station() -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, NENH)


def file_of(table: Table) -> bytes:
    parts = [{"token": table.token, "events": table.events}]
    return seal_bundle(carrying_point(), json.dumps({"parts": parts}).encode()).encode()


def give_in(text: bytes) -> Carried:
    by = station()
    with scoped(by, "sampling"):
        return TABLES.take_in(name="a.lachan", text=text, by=by)


def test_a_file_given_in_twice_and_sent_as_well_is_one(database: str) -> None:
    table = a_table()
    khai = person("Hoàng Văn Khải")
    table.sample("F-1", code_of(khai.id))
    table.close("F-1")
    with wire_to(database) as wire:
        assert wire.post(table, table.events[0]) == ["recorded"]
    made = give_in(file_of(table))
    assert (made.recorded, made.already, made.kept_out, made.devices) == (1, 1, 0, ["Bàn 1"])
    again = give_in(file_of(table))
    assert (again.recorded, again.already) == (0, 2)
    take_table_events()
    with system_scope("test"):
        assert Sample.objects.get(tube__barcode="F-1").person_id == khai.id
        assert TableEvent.objects.filter(barcode="F-1").count() == 2


def test_what_was_made_before_a_device_was_closed_still_counts() -> None:
    table = a_table()
    table.sample("F-2", "001099000001", at=now() - timedelta(hours=2))
    with scoped(table.sampler, "sampling") as by:
        close_device(device=table.device, by=by)
    table.sample("F-2", "001099000002", at=now() + timedelta(minutes=1))
    made = give_in(file_of(table))
    assert (made.recorded, dict(made.refused)) == (1, {"not_allowed": 1})


def test_other_content_under_a_number_is_kept_beside_it() -> None:
    table = a_table()
    event = table.sample("F-3", "001099000001")
    give_in(file_of(table))
    table.events = [{**event, "code": "001099000002"}]
    made = give_in(file_of(table))
    assert dict(made.refused) == {"different_content": 1}
    with system_scope("test"):
        assert TableEvent.objects.filter(barcode="F-3", instead_of=event["id"]).count() == 1


@pytest.mark.parametrize("code", ["file_unreadable", "file_damaged", "file_no_device"])
def test_a_file_that_is_none_of_ours_is_refused_with_a_sentence(code: str) -> None:
    table = a_table()
    table.sample("F-4", "001099000001")
    text = file_of(table)
    if code == "file_unreadable":
        text = b"hello"
    if code == "file_damaged":
        told = json.loads(text)
        told["body"] = ("B" if told["body"][0] == "A" else "A") + told["body"][1:]
        text = json.dumps(told).encode()
    if code == "file_no_device":
        table.token = "LD1_nobody"
        text = file_of(table)
    with pytest.raises(Refused) as refused:
        give_in(text)
    assert refused.value.code == code


def test_the_page_says_what_became_of_each_file() -> None:
    table = a_table()
    table.sample("F-5", "001099000001")
    files = [
        SimpleUploadedFile("a.lachan", file_of(table)),
        SimpleUploadedFile("b.lachan", b"hello"),
    ]
    page = browser(station()).post("/sampling/carry/", {"file": files})
    assert "1 recorded, 0 there already, 0 refused" in page.text
    assert "This is not a file of a sampling table." in page.text
