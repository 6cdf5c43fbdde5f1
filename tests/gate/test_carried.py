"""A file carried on a stick: read by us alone, given in twice it is one."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from lachan.config.home import Home
from lachan.core import carrying
from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.credentials.bundles import BundleRefused, open_bundle, point_of, seal_bundle
from lachan.gate.models import UnmatchedScan
from lachan.people.selectors import trace_ids_of
from lachan.venues.models import Conflict, Device, Venue
from lachan.venues.selectors import count_of
from lachan.venues.services import close_device
from tests.declarations.households import browser
from tests.factories import cast
from tests.gate import served, twins
from tests.gate.test_pages import guard_of, scans_of, somebody
from tests.places.units import NENH


class Telephone:
    """A gate's telephone without a network."""

    def __init__(self) -> None:
        self.manager = served.manager()
        self.venue: Venue = served.venue_of(self.manager, name="Cổng làng")
        self.token = served.device_token(self.venue, self.manager)
        self.counter = 0

    def scan(self, person: Any, **more: Any) -> dict[str, Any]:
        with system_scope("test"):
            trace_id = trace_ids_of([person.id])[person.id]
        self.counter += 1
        own = {"counter": self.counter, "offset_ms": 1500, "offline": True, "way": "gate"}
        return served.scan(trace_id, **own, **more)

    def written(self, scans: list[dict[str, Any]]) -> str:
        """By the browser's own module."""
        part = {"gate": self.venue.code, "token": self.token, "scans": scans}
        point = b64encode(carrying.carrying_point()).decode()
        text = twins.ask({"point": point, "content": {"parts": [part]}}, "bundle_twin.mjs")
        return str(text)


def give_in(by: Principal, *texts: str, language: str = "en") -> str:
    files = []
    for number, text in enumerate(texts):
        file = BytesIO(text.encode())
        file.name = f"gate-{number}.lachan"
        files.append(file)
    return browser(by, language).post("/gate/carry/", {"file": files}).text


def station() -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, NENH)


def test_any_station_takes_it_in_and_twice_is_once() -> None:
    device, mai, hung = Telephone(), somebody(), somebody("Lê Văn Hùng")
    scans = [device.scan(mai), device.scan(hung), device.scan(mai, direction="out")]
    file = device.written(scans)

    first = give_in(station(), file)
    second = give_in(guard_of(device.venue), file)

    assert "3 recorded, 0 there already, 0 refused" in first
    assert "Cổng làng" in first
    assert "0 recorded, 3 there already, 0 refused" in second
    [came, went] = scans_of(mai)
    assert (came.counter, came.offset_ms, came.offline, came.source) == (1, 1500, True, "gate")
    assert came.authority.startswith("device:")
    assert (went.counter, went.direction) == (3, "out")
    with scoped(device.manager, "places"):
        assert count_of(device.venue.place_id).scans == 3


def test_nobody_reads_it_on_the_way() -> None:
    device, mai = Telephone(), somebody()
    scan = device.scan(mai)
    file = device.written([scan])
    for secret in (scan["id"], scan["person"], device.token, device.venue.code):
        assert secret not in file


def test_a_file_of_elsewhere_a_damaged_one_and_a_holiday_picture_are_refused_each_alone() -> None:
    device, mai = Telephone(), somebody()
    good = device.written([device.scan(mai)])
    told = json.loads(good)
    body = told["body"]
    damaged = json.dumps(told | {"body": ("B" if body[0] == "A" else "A") + body[1:]})
    other = carrying.ec.generate_private_key(carrying.ec.SECP256R1())
    elsewhere = seal_bundle(point_of(other.public_key()), b"{}")

    page = give_in(station(), damaged, elsewhere, "\x89PNG", good)

    assert "damaged on its way" in page
    assert "another installation" in page
    assert "not a file that a gate wrote" in page
    assert "1 recorded, 0 there already, 0 refused" in page


def test_what_is_refused_is_counted_with_its_reason() -> None:
    device, mai = Telephone(), somebody()
    scan = device.scan(mai)
    give_in(station(), device.written([scan]))
    changed = scan | {"direction": "out"}
    old = now() - timedelta(days=61)
    late = device.scan(mai, at=old.isoformat())
    card = device.scan(mai) | {
        "person": None,
        "text": "024191009999||Trần Thị Lạ|02031991|Nữ|Thôn Chùa|01012022",
    }

    page = give_in(station(), device.written([changed, late, card]))

    assert "0 recorded, 0 there already, 2 refused" in page
    for reason in (
        "kept for review",
        "clock was wrong",
        "nobody is registered under this card yet",
    ):
        assert reason in page
    again = give_in(station(), device.written([card]))
    assert "0 recorded, 1 there already, 0 refused" in again
    with system_scope("test"):
        assert UnmatchedScan.objects.filter(id=card["id"], counter=3).count() == 1
        assert Conflict.objects.filter(scan=scan["id"], direction="out").count() == 1


def test_a_file_of_a_device_that_nobody_enrolled_is_refused() -> None:
    device, mai = Telephone(), somebody()
    scan = device.scan(mai)
    device.token = "made-up"
    assert "never enrolled here" in give_in(station(), device.written([scan]))


def test_a_closed_device_speaks_for_the_time_before() -> None:
    device, mai = Telephone(), somebody()
    before = device.scan(mai, at=(now() - timedelta(hours=1)).isoformat())
    with scoped(device.manager, "places"):
        row = Device.objects.get(venue=device.venue)
        close_device(device=row, by=device.manager)
    after = device.scan(mai)
    page = give_in(station(), device.written([before, after]))
    assert "1 recorded, 0 there already, 1 refused" in page


@pytest.fixture
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own for keys: the rotation touches no other test."""
    monkeypatch.setattr(settings, "HOME", Home(tmp_path))
    carrying.forget_carrying_keys()
    yield tmp_path
    monkeypatch.undo()
    carrying.forget_carrying_keys()


def test_a_rotation_keeps_older_files_readable(own_keys: Path) -> None:
    old = seal_bundle(carrying.carrying_point(), b"kept")
    carrying.add_carrying_key()
    new = seal_bundle(carrying.carrying_point(), b"new")
    assert json.loads(old)["to"] != json.loads(new)["to"]
    for file, content in ((old, b"kept"), (new, b"new")):
        assert open_bundle(carrying.carrying_keys(), file.encode()) == content
    with pytest.raises(BundleRefused) as refused:
        open_bundle({}, new.encode())
    assert refused.value.code == "file_elsewhere"


def test_citizens_and_outsiders_give_nothing_in() -> None:
    for nobody in (cast.citizen(), cast.outsider(), cast.of_province(Role.TRACER)):
        assert browser(nobody).post("/gate/carry/", {}).status_code == 403
