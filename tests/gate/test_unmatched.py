"""A card under which nobody is entered: acknowledged, kept sealed, and settled with the person."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from lachan.config.home import Home, write_private
from lachan.config.rotation import rotate
from lachan.core import signing
from lachan.core.carrying import forget_carrying_keys
from lachan.core.ids import uuid7
from lachan.core.keys import forget_keys
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.gate.models import UnmatchedScan
from lachan.gate.tasks import settle_unmatched
from lachan.people.models import Person
from lachan.people.selectors import trace_ids_of
from lachan.people.services import Stay, register_person
from lachan.places.models import Place
from lachan.venues.models import Conflict, Scan
from lachan.venues.services import open_venue
from tests.factories import cast
from tests.factories.cards import card
from tests.gate import served
from tests.gate.hot_gate import Gate, code
from tests.places.units import BAC_NINH, NENH


@pytest.fixture
def gate(database: str) -> Gate:
    return Gate(database)


def entered(number: str, name: str = "Lê Thị Hoa") -> Person:
    with system_scope("test") as by:
        return register_person(
            full_name=name,
            birth="1988",
            documents={"cccd": number},
            stay=Stay(NENH, BAC_NINH),
            by=by,
        )


def pseudonym(person: Person) -> UUID:
    with system_scope("test"):
        return trace_ids_of([person.id])[person.id]


def of(model: Any, **wanted: Any) -> list[Any]:
    return list(model.objects.using("owner").filter(**wanted))


def test_a_known_card_is_recorded_as_its_owner(gate: Gate) -> None:
    person = entered("024188000101")
    one = served.scan(text=card("024188000101"), way="desk", counter=7, offset_ms=-40, offline=True)

    (answer,) = gate.send(one)

    assert code(answer) == (200, "recorded")
    [row] = of(Scan, id=one["id"])
    assert row.trace_id == pseudonym(person)
    assert (row.source, row.counter, row.offset_ms, row.offline) == ("desk", 7, -40, True)


def test_many_cards_at_once_are_each_answered(gate: Gate) -> None:
    numbers = [f"0241880002{n:02}" for n in range(30)]
    for number in numbers[:3]:
        entered(number)

    (answer,) = gate.send([served.scan(text=card(number)) for number in numbers])

    codes = [row["code"] for row in answer.json()["answers"]]
    assert codes == ["recorded"] * 3 + ["kept_unregistered"] * 27


def test_a_signed_code_read_as_text_is_a_code(gate: Gate) -> None:
    whose = uuid7()

    (good,) = gate.send(served.scan(text=served.code_of(whose).lower()))
    (forged,) = gate.send(served.scan(text="LP1:" + "A" * 136))

    assert code(good) == (200, "recorded")
    assert code(forged) == (403, "bad_token")


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("nonsense", "unknown_code"),
        ("", "bad_token"),
        ("https://lachan.example/q/K7M2QXTH", "unknown_code"),
        ("*********029|LE THI HOA|1988|1|QID", "masked_card"),
        ("\ud800", "unreadable"),
    ],
)
def test_what_is_no_card_is_said_so(gate: Gate, text: str, answered: str) -> None:
    (answer,) = gate.send(served.scan(text=text))

    assert answer.json()["code"] == answered


@pytest.mark.parametrize(
    "odd",
    [{"counter": 0}, {"counter": "7"}, {"counter": True}, {"offset_ms": 2**63}, {"way": "person"}],
)
def test_odd_words_of_a_device_about_itself_are_unreadable(gate: Gate, odd: dict[str, Any]) -> None:
    (answer,) = gate.send(served.scan(uuid7(), **odd))

    assert code(answer) == (400, "unreadable")


def test_an_unknown_card_is_kept_and_settled_when_the_person_is_entered(gate: Gate) -> None:
    one = served.scan(text=card("024188000303"), counter=3)
    answers = gate.send(one, one) + gate.send(one)
    assert {code(answer) for answer in answers} == {(202, "kept_unregistered")}
    assert settle_unmatched() == 0
    assert gate.count() == 0

    person = entered("024188000303")
    assert settle_unmatched() == 1
    assert settle_unmatched() == 0

    [row] = of(Scan, id=one["id"])
    assert (row.trace_id, row.counter) == (pseudonym(person), 3)
    [kept] = of(UnmatchedScan, id=one["id"])
    assert kept.settled_at is not None
    assert bytes(kept.sealed) == b""
    (again,) = gate.send(one)
    assert code(again) == (200, "recorded")
    assert gate.count() == 1


def test_other_content_of_an_unknown_card_is_refused_and_kept_for_review(gate: Gate) -> None:
    one = served.scan(text=card("024188000404"))
    other = {**one, "direction": "out"}
    gate.send(one)

    (answer,) = gate.send(other)
    (again,) = gate.send(other)
    entered("024188000404")
    settle_unmatched()

    assert code(answer) == code(again) == (409, "different_content")
    assert [row.direction for row in of(Scan, id=one["id"])] == ["in"]
    assert [row.direction for row in of(Conflict, scan=one["id"])] == ["out"]


def test_a_card_of_two_persons_waits(gate: Gate) -> None:
    one = served.scan(text=card("024188000505"))
    entered("024188000505")
    twin = entered("024188000506")
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "insert into people_blindindex (id, person_id, kind, hmac, key_version, commune,"
            " province) select gen_random_uuid(), %s, kind, hmac, key_version, commune, province"
            " from people_blindindex where kind = 'document' and person_id <> %s"
            " order by id desc limit 1",
            [twin.id, twin.id],
        )

    (answer,) = gate.send(one)

    assert code(answer) == (202, "kept_unregistered")
    assert settle_unmatched() == 0


def test_nothing_of_the_card_lies_open(gate: Gate) -> None:
    one = served.scan(text=card("024188000606"))
    gate.send(one)

    with connections["owner"].cursor() as cursor:
        cursor.execute("select u::text from gate_unmatched u where id = %s", [one["id"]])
        [(text,)] = cursor.fetchall()
    with scoped(gate.manager, "places"):
        assert not UnmatchedScan.objects.exists()
    with scoped(cast.of_commune(Role.VILLAGE_HEALTH_WORKER, NENH), "gate"):
        assert not UnmatchedScan.objects.exists()
    with scoped(cast.of_commune(Role.STATION_OFFICER, NENH), "gate"):
        assert UnmatchedScan.objects.filter(id=one["id"]).exists()
    assert "024188000606" not in text
    assert b"Hoa".hex() not in text


def test_its_role_reads_no_card(gate: Gate) -> None:
    with (
        psycopg.connect(gate.dsn) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("select * from gate_unmatched")


def test_a_device_scans_for_the_parts_of_its_place_and_for_no_other(gate: Gate) -> None:
    part = Place.objects.using("owner").create(
        parent_id=gate.venue.place_id,
        organisation_id=gate.manager.organisation,
        kind="stall_row",
        name="Dãy A",
        commune=NENH,
        province=BAC_NINH,
    )
    with scoped(gate.manager, "places"):
        row = open_venue(place=Place.objects.get(id=part.id), by=gate.manager)
    stranger = served.venue_of(gate.manager, name="Chợ khác")
    inside, own, outside = (
        served.scan(uuid7(), place=venue.code) for venue in (row, gate.venue, stranger)
    )

    answers = gate.send(inside, own, outside)

    assert [code(each) for each in answers] == [
        *((200, "recorded"), (200, "recorded")),
        (403, "other_place"),
    ]
    assert of(Scan, id=inside["id"])[0].place == part.id


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home with the same secrets, so that other tests keep their keys."""
    home = Home(tmp_path / "home")
    home.path.mkdir(mode=0o700)
    write_private(home.secrets_file, Home.default().secrets().to_json())
    monkeypatch.setattr(settings, "LACHAN_SECRETS", home.secrets)
    monkeypatch.setattr(settings, "HOME", home)
    forget_keys()
    signing.forget_signing_keys()
    forget_carrying_keys()
    yield home
    monkeypatch.undo()
    forget_keys()
    signing.forget_signing_keys()
    forget_carrying_keys()


def test_what_waits_survives_a_change_of_keys(gate: Gate, own_home: Home) -> None:
    one = served.scan(text=card("024188000707"))
    gate.send(one)

    rotate(own_home, settle=0)

    (again,) = gate.send(one)
    assert code(again) == (202, "kept_unregistered")
    entered("024188000707")
    assert settle_unmatched() >= 1
    assert of(Scan, id=one["id"])
