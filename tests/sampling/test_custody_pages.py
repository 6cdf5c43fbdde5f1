"""Pages of the chain of custody: they work without a script, and name no person to a laboratory."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lachan.core import facts
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import system_scope
from lachan.people.models import Person
from lachan.sampling import custody_tasks  # noqa: F401  # the worker asks people again
from lachan.sampling.models import Box, HandOver, Packing, Reading, Reception
from tests.factories import cast
from tests.factories.people import person
from tests.sampling.on_the_road import (
    accept,
    arrived_box,
    closed_tube,
    packed_box,
    reject,
    sent_box,
)
from tests.sampling.people_at_the_table import Team, browser, team


@pytest.fixture(scope="module")
def at(database: str) -> Team:
    return team()


@pytest.fixture(scope="module")
def whom(database: str) -> Person:
    return person("Nông Thị Lành")


def test_a_box_is_packed_sealed_and_handed_over_without_a_script(at: Team) -> None:
    tube = closed_tube(at)
    unit = browser(at.sampler)
    given = {"barcode": "HC-01", "laboratory": at.laboratory, "phone": "0900000610"}
    page = unit.post("/sampling/boxes/", given)["Location"]
    assert f"Tube {tube.barcode} is in the box." in unit.post(page, {"code": tube.barcode}).text
    refused = unit.post(f"{page}seal/", {"seal-count": "2", "seal-temperature": "4,5"})
    assert refused.status_code == 422
    assert "you counted 2" in refused.text
    unit.post(f"{page}seal/", {"seal-count": "1", "seal-temperature": "4,5"})
    short = {"hand-count": "1", "hand-temperature": "4.5", "hand-to": "courier"}
    assert unit.post(f"{page}hand/", short).status_code == 422
    whole = short | {
        "hand-name": "Lò Văn Pánh",
        "hand-phone": "0900000611",
        "hand-taken_count": "1",
        "hand-taken_temperature": "4,6",
    }
    assert "Lò Văn Pánh" in unit.post(f"{page}hand/", whole, follow=True).text
    with system_scope("test"):
        leg = HandOver.objects.get(box__barcode="HC-01")
    assert (str(leg.given_temperature), str(leg.taken_temperature)) == ("4.5", "4.6")


def test_the_manifest_is_a_paper(at: Team) -> None:
    box = sent_box(at, closed_tube(at))
    for reader in (at.sampler, at.technician):
        paper = browser(reader).get(f"/sampling/boxes/{box.id}/manifest.pdf")
        assert paper.content.startswith(b"%PDF-")


def test_an_upload_may_come_twice_and_one_refused_scan_stops_no_other(at: Team) -> None:
    tube, other = closed_tube(at), closed_tube(at)
    box = packed_box(at)
    rows = [
        {"id": str(uuid7()), "code": code, "at": now().isoformat(), "yes": False}
        for code in (tube.barcode, "NOBODY-KNOWS", other.barcode)
    ]
    unit, said = browser(at.sampler), None
    for _again in range(2):
        answer = unit.post(
            f"/sampling/boxes/{box.id}/scans/",
            json.dumps({"scans": rows}),
            content_type="application/json",
        )
        said = answer.json()
    assert said is not None
    assert [scan["kind"] for scan in said["scans"]] == ["may", "not", "may"]
    assert said["inside"] == 2
    with system_scope("test"):
        assert Packing.objects.filter(box=box).count() == 2


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        '{"scans": [{"id": "x", "code": "A", "at": "2026-07-14T12:00:00Z"}]}',
        json.dumps({"scans": [{"id": str(uuid7()), "code": "A", "at": "2026-07-14T12:00:00"}]}),
        json.dumps({"scans": [{}] * 201}),
    ],
)
def test_an_upload_that_is_no_list_of_scans_is_refused(at: Team, body: str) -> None:
    box = packed_box(at)
    answer = browser(at.sampler).post(
        f"/sampling/boxes/{box.id}/scans/",
        body,
        content_type="application/json",
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "scans_malformed"


def test_the_laboratory_takes_scans_rejects_and_closes(at: Team, whom: Person) -> None:
    good, leaking, gone = (closed_tube(at, whom) for _number in range(3))
    box = sent_box(at, good, leaking, gone)
    desk = browser(at.technician)
    page = desk.get("/laboratory/reception/", {"box": box.barcode})["Location"]
    desk.post(f"{page}arrive/", {"arrive-count": "3", "arrive-temperature": "5,5"})
    assert f"Tube {good.barcode} accepted." in desk.post(page, {"code": good.barcode}).text
    unsaid = desk.post(f"{page}reject/", {"reject-code": leaking.barcode})
    assert unsaid.status_code == 422
    desk.post(f"{page}reject/", {"reject-code": leaking.barcode, "reject-reason": "leaking"})
    shown = desk.post(f"{page}close/", follow=True).text
    assert f"1 tube of the manifest was not in the box: {gone.barcode}." in shown
    assert whom.id.hex not in shown
    assert "Nông Thị Lành" not in shown
    with system_scope("test"):
        assert Reception.objects.filter(tube__in=[good, leaking]).count() == 2
        assert Box.objects.get(pk=box.pk).closed_at is not None


def test_a_leak_is_found_later_and_a_mistake_is_undone(at: Team) -> None:
    tube = closed_tube(at)
    accept(at, tube)
    desk = browser(at.technician)
    desk.post("/laboratory/reception/reject/", {"code": tube.barcode, "reason": "leaking"})
    page = desk.post("/laboratory/reception/", {"code": tube.barcode})
    assert page.status_code == 422
    assert "Accept it only if that was a mistake" in page.text


def test_a_loggers_file_names_what_was_in_the_box(at: Team) -> None:
    tube = closed_tube(at)
    box = arrived_box(at, tube)
    with system_scope("test"):
        Packing.objects.filter(box=box).update(at=now() - timedelta(hours=2))
    rows = [f"{now() - timedelta(minutes=60 - n):%Y-%m-%d %H:%M:%S}+00:00,1{n}" for n in (0, 2)]
    file = SimpleUploadedFile("may-ghi.csv", "\n".join(rows).encode())
    page = browser(at.technician).post(
        f"/sampling/boxes/{box.id}/log/", {"file": file}, follow=True
    )
    assert "left its range of temperature" in page.text
    assert tube.barcode in page.text
    with system_scope("test"):
        assert Reading.objects.filter(box=box).count() == 1


def test_the_board_names_people_to_those_who_may_see_them(at: Team, whom: Person) -> None:
    tube = closed_tube(at, whom)
    reject(at, tube, "broken")
    facts.work("sampling.reception")
    station = cast.of_commune(Role.STATION_OFFICER)
    for reader in (at.sampler, station):
        client = browser(reader)
        assert tube.barcode in client.get("/sampling/board/").text
        assert "It is broken" in client.get("/sampling/board/").text
        assert "Nông Thị Lành" in client.get(f"/sampling/board/{tube.id}/").text
    for nobody in (at.technician, cast.outsider(), cast.citizen()):
        assert browser(nobody).get("/sampling/board/").status_code == 403
        assert browser(nobody).get(f"/sampling/board/{tube.id}/").status_code == 403
    elsewhere = browser(cast.of_commune(Role.STATION_OFFICER, cast.ELSEWHERE))
    assert tube.barcode not in elsewhere.get("/sampling/board/").text
    assert elsewhere.get(f"/sampling/board/{tube.id}/").status_code == 404


def test_the_boards_are_files_too(at: Team) -> None:
    for reader, page in ((at.sampler, "/sampling/board"), (at.technician, "/laboratory/board")):
        client = browser(reader)
        assert client.get(f"{page}.csv").content.startswith("\ufeff".encode())
        assert client.get(f"{page}.xlsx").content.startswith(b"PK")
        assert client.get(f"{page}.doc").status_code == 404


def test_nobody_opens_a_box_of_others(at: Team) -> None:
    box = sent_box(at, closed_tube(at))
    other = team()
    assert browser(other.sampler).get(f"/sampling/boxes/{box.id}/").status_code == 404
    assert browser(other.technician).get(f"/laboratory/reception/{box.id}/").status_code == 404
    assert browser(at.technician).get(f"/sampling/boxes/{box.id}/").status_code == 404
    assert browser(at.technician).get(f"/laboratory/reception/{box.id}/").status_code == 200


def test_a_missing_tube_is_declared_and_found_on_a_page(at: Team) -> None:
    tube = closed_tube(at)
    unit = browser(at.sampler)
    page = unit.post("/sampling/missing/", {"code": tube.barcode, "note": "Tủ lạnh"}, follow=True)
    assert f"Tube {tube.barcode} is missing." in page.text
    desk = browser(at.technician)
    page = desk.post("/laboratory/missing/", {"code": tube.barcode, "found": "1"}, follow=True)
    assert f"Tube {tube.barcode} is found." in page.text
    assert unit.post("/sampling/missing/", {"code": "NOBODY-KNOWS"}).status_code == 422
