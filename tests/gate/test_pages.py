"""The guard's pages: one scan answers everything, and a guard learns little."""

import json
from typing import Any

import pytest
from django.test import Client

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.models import Look
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.declarations.services import declare
from lachan.people.models import Person
from lachan.people.selectors import trace_ids_of
from lachan.people.services import Stay, register_person
from lachan.sampling.models import Release, Result, Sample, Tube
from lachan.venues.models import Scan, Venue
from lachan.venues.selectors import count_of
from tests.declarations.households import NO
from tests.factories import cast
from tests.gate import served
from tests.places.units import BAC_NINH, NENH


def browser(by: Principal) -> Client:
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "vi"})
    client.cookies["lachan"] = by.secret
    return client


def guard_of(venue: Venue) -> Principal:
    return cast.of_organisation(Role.GATE_CONTROLLER, venue.organisation)


def somebody(name: str = "Trần Thị Mai", **more: Any) -> Person:
    with system_scope("test") as system:
        stay = Stay(NENH, BAC_NINH, "Ngõ 3, đường Chợ")
        return register_person(full_name=name, birth="1991", stay=stay, by=system, **more)


def code_of(person: Person) -> str:
    with system_scope("test"):
        return served.code_of(trace_ids_of([person.id])[person.id])


def scans_of(person: Person) -> list[Scan]:
    with system_scope("test"):
        trace_id = trace_ids_of([person.id])[person.id]
        return list(Scan.objects.filter(trace_id=trace_id).order_by("at"))


@pytest.fixture
def venue(database: str) -> Venue:
    return served.venue_of(served.manager(), name="Cổng Nam")


@pytest.fixture
def guard(venue: Venue) -> Principal:
    return guard_of(venue)


def post_scan(by: Principal, venue: Venue, text: str, **more: object) -> Any:
    moment = now().isoformat()
    scan = {"id": str(uuid7()), "gate": venue.code, "text": text, "direction": "in"}
    body = json.dumps({**scan, "at": moment, "device_at": moment, **more})
    answer = browser(by).post(
        "/gate/scan", body, content_type="application/json", headers={"accept": "application/json"}
    )
    return answer.status_code, answer.json()


def test_it_lets_in_and_records(guard: Principal, venue: Venue) -> None:
    mai = somebody()

    status, told = post_scan(guard, venue, code_of(mai))

    assert (status, told["kind"], told["count"]) == (200, "may", 1)
    assert "Được vào" in told["sheet"]
    (scan,) = scans_of(mai)
    assert (scan.place, scan.direction, scan.source) == (venue.place_id, "in", "gate")


def test_a_guard_learns_a_short_name_and_a_year_and_no_more(guard: Principal, venue: Venue) -> None:
    mai = somebody(phones=["0912345678"])

    _status, told = post_scan(guard, venue, code_of(mai))

    assert "Trần Thị M." in told["sheet"]
    assert "1991" in told["sheet"]
    for secret in ("Mai", "0912345678", "Ngõ 3", "Nếnh", str(mai.id)):
        assert secret not in told["sheet"]
    with scoped(guard, "gate"):
        assert not Person.objects.filter(id=mai.id).exists()


def test_a_declaration_speaks_at_the_gate(guard: Principal, venue: Venue) -> None:
    well, ill = somebody(), somebody("Lê Văn Hùng")
    with system_scope("test") as system:
        declare(key=uuid7(), person=well.id, answers=NO, by=system)
        declare(key=uuid7(), person=ill.id, answers=NO | {"fever": True}, by=system)

    _status, may = post_scan(guard, venue, code_of(well))
    _status, need = post_scan(guard, venue, code_of(ill))

    assert (may["kind"], need["kind"]) == ("may", "need")
    assert "đã khai báo y tế và không có yêu cầu" in may["sheet"]
    assert "sốt" not in need["sheet"]
    assert not scans_of(ill)


def test_a_positive_result_keeps_out_and_is_not_named(guard: Principal, venue: Venue) -> None:
    ill = somebody()
    moment = now()
    laboratory, table = uuid7(), uuid7()
    with system_scope("test"):
        tube = Tube.objects.using("owner").create(
            barcode=f"G-{uuid7().hex}",
            organisation=table,
            laboratory=laboratory,
            disease="covid-19",
            opened_at=moment,
            closed_at=moment,
        )
        Sample.objects.using("owner").create(
            tube=tube,
            person_id=ill.id,
            reason="symptoms",
            taken_at=moment,
            organisation=table,
            commune=NENH,
            province=BAC_NINH,
        )
        result = Result.objects.using("owner").create(
            tube=tube,
            outcome="positive",
            laboratory=laboratory,
            entered_at=moment,
            entered_by=uuid7(),
        )
        Release.objects.using("owner").create(
            result=result, tube=tube, at=moment, by=uuid7(), laboratory=laboratory
        )

    _status, told = post_scan(guard, venue, code_of(ill))

    assert (told["kind"], told["code"]) == ("not", "verdict_not")
    assert "Chưa được vào" in told["sheet"]
    for word in ("dương tính", "Dương tính", "ovid", "F0", "ositive"):
        assert word not in told["sheet"]
    assert not scans_of(ill)
    with scoped(guard, "gate"):
        assert not Result.objects.exists()


def test_the_person_sees_that_a_guard_looked(guard: Principal, venue: Venue) -> None:
    mai = somebody()
    post_scan(guard, venue, code_of(mai))

    with scoped(cast.citizen(mai.id), "own_data"):
        assert [look.what for look in Look.objects.filter(person=mai.id)] == ["gate_scan"]


def test_it_records_the_way_out(guard: Principal, venue: Venue) -> None:
    mai = somebody()
    post_scan(guard, venue, code_of(mai))

    _status, told = post_scan(guard, venue, code_of(mai), direction="out")

    assert told["code"] == "recorded"
    assert [scan.direction for scan in scans_of(mai)] == ["in", "out"]


def test_a_scan_sent_twice_is_one(guard: Principal, venue: Venue) -> None:
    mai = somebody()
    number, moment = str(uuid7()), now().isoformat()
    same = {"id": number, "at": moment, "device_at": moment}

    first = post_scan(guard, venue, code_of(mai), **same)
    again = post_scan(guard, venue, code_of(mai), **same)

    assert first[0] == again[0] == 200
    assert len(scans_of(mai)) == 1


def test_it_knows_a_person_by_the_identity_card(guard: Principal, venue: Venue) -> None:
    mai = somebody(documents={"cccd": "024191000017"})
    card = "024191000017||Trần Thị Mai|05031991|Nữ|Ngõ 3, Nếnh, Bắc Ninh|01012022"

    status, told = post_scan(guard, venue, card)

    assert (status, told["kind"]) == (200, "may")
    assert len(scans_of(mai)) == 1


def test_a_card_nobody_knows_leads_to_entering_the_person(guard: Principal, venue: Venue) -> None:
    card = "024188000029||Lê Thị Hoa|05031988|Nữ|Ngõ 3, Nếnh, Bắc Ninh|01012022"

    _status, told = post_scan(guard, venue, card)

    assert (told["kind"], told["code"]) == ("need", "not_registered")
    assert "/gate/no-code/" in told["sheet"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nonsense", "unknown_code"),
        ("LP1:" + "A" * 136, "bad_token"),
        ("LP1:ÂA", "input_method_on"),
        ("001******317|NGUYEN AN|1987-**-**|0|162979388586171100|<1", "masked_card"),
    ],
)
def test_it_refuses_with_a_code(guard: Principal, venue: Venue, text: str, code: str) -> None:
    _status, told = post_scan(guard, venue, text)

    assert told["code"] == code
    assert told["message"]


def test_it_refuses_the_code_of_a_place(guard: Principal, venue: Venue) -> None:
    assert post_scan(guard, venue, venue.code)[1]["code"] == "place_code"


def test_it_keeps_what_a_guard_let_in_without_a_network(guard: Principal, venue: Venue) -> None:
    mai = somebody()
    early = now().replace(microsecond=0).isoformat()

    status, _told = post_scan(guard, venue, code_of(mai), at=early, passed=True)

    assert status == 200
    assert len(scans_of(mai)) == 1


def test_the_desk_works_without_a_script(guard: Principal, venue: Venue) -> None:
    mai = somebody()
    form = {"gate": venue.code, "text": code_of(mai), "direction": "in"}

    page = browser(guard).post("/gate/desk/", form).content.decode()

    assert "Được vào" in page
    assert "Trần Thị M." in page
    assert len(scans_of(mai)) == 1


def test_a_guard_enters_a_person_without_a_phone(guard: Principal, venue: Venue) -> None:
    form = {"full_name": "Giàng Thị Mỷ", "birth": "1958", "where": "Nếnh, Bắc Ninh"}

    page = browser(guard).post(f"/gate/no-code/?gate={venue.code}", form).content.decode()

    assert "Giàng Thị M." in page
    with scoped(guard, "gate"):
        assert count_of(venue.place_id).came == 1


def test_a_gate_of_another_organisation_stays_closed(venue: Venue) -> None:
    stranger = guard_of(served.venue_of(served.manager(), name="Cổng Bắc"))
    mai = somebody()

    post_scan(stranger, venue, code_of(mai))

    assert [scan.place for scan in scans_of(mai)] != [venue.place_id]


@pytest.mark.parametrize("page", ["/gate/", "/gate/desk/", "/gate/no-code/", "/gate/choose/"])
def test_only_who_keeps_a_gate_sees_its_pages(guard: Principal, page: str) -> None:
    assert browser(guard).get(page).status_code == 200
    for other in (cast.citizen(), cast.outsider(), cast.of_commune(Role.STATION_OFFICER)):
        assert browser(other).get(page).status_code == 403


def test_the_worker_is_served_for_the_gate_alone() -> None:
    answer = Client(SERVER_NAME="localhost").get("/gate/sw.js")

    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/gate/"


def test_the_keys_are_public() -> None:
    told = Client(SERVER_NAME="localhost").get("/gate/keys.json").json()

    assert all(len(point) == 88 for point in told["keys"].values())
