"""Scenario 15: anaphylaxis at 09:42; the session stops, the lot is barred, everybody is found."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from lachan.core.clock import OFFSET, day_of, now
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.core.signing import ring
from lachan.credentials.packs import open_pack
from lachan.people.services import Stay
from lachan.vaccination import aefi, aefi_reading, lot_barring, lot_live, lot_reading
from lachan.vaccination.models import AefiStep, Dose, Lot, Reaction, Session, SiteVisit
from lachan.vaccination.selectors import lot_barred
from lachan.vaccination.site_tasks import take_site_events
from tests.factories import cast
from tests.factories.winding import later, unwound
from tests.places.units import BAC_NINH, NENH
from tests.sampling.people_at_the_table import browser, code_of
from tests.vaccination.aefi_cases import Site, a_lot, a_site, recorded, somebody
from tests.vaccination.sites import Device, Wire, device_of, wire_to
from tests.vaccination.test_site_twins import in_node

ONLINE, OFFLINE, LATE = 7, 2, 13
LOT = "ABX5178"
AT_HOME = Stay(NENH, BAC_NINH, "Thôn 3")
#: Parts of a pack by which a device decides whether a lot may be injected.
DECIDES = ("products", "lots", "barred", "stopped")


@dataclass
class Point:
    """An open point with its device and the pack that lies on it."""

    site: Site
    device: Device
    pack: dict[str, Any]

    def gives(self, name: str, at: datetime, phones: list[str] | None = None) -> None:
        """Reception, screening, injection: told by the device, not sent yet."""
        code = code_of(somebody(self.site, name, phones=phones or [], stay=AT_HOME).id)
        self.device.received(code, at=at)
        self.device.screened(code, at=at + timedelta(seconds=20))
        self.device.injected(code, at=at + timedelta(seconds=40), lot=LOT, number=1)

    def sends(self, wire: Wire) -> None:
        """Everything, also what was sent before."""
        assert set(wire.post(self.device, *self.device.events)) <= {"recorded", "already"}
        take_site_events()

    def asks(self, what: str) -> dict[str, Any]:
        """What the page fetches and opens."""
        path = f"/vaccination/site/{self.site.session.id}/{what}.json"
        return open_pack(ring(), browser(self.site.vaccinator).get(path).json())

    def looks(self) -> None:
        """With a network: which lots are barred, and whether the session was stopped."""
        told = self.asks("bars")
        self.pack |= {name: told[name] for name in ("barred", "stopped")}

    def says(self) -> str:
        """What the page's own module says when the lot is to be injected."""
        pack = {name: self.pack.get(name) for name in DECIDES}
        lot = {"number": LOT, "gtin": "", "expires": ""}
        day = str(day_of(now()))
        told = {"pack": pack, "lot": lot, "entry": None, "seen": {}, "day": day, "reached": False}
        (answer,) = in_node({"asked": [told | {"told": {"elsewhere": "no"}}]})["asked"]
        return str(answer["word"])


@dataclass
class Morning:
    """Nine open points, one lot, and what happened."""

    online: list[Point]
    offline: list[Point]
    lot: Lot
    event: Reaction
    before: int
    wire: Wire


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Nothing of the story is needed: an empty copy."""
    from tests.database import copy

    with copy() as name:
        yield name


@pytest.fixture(scope="module")
def morning(database: str) -> Iterator[Morning]:
    """09:42 at the third point: anaphylaxis."""
    local = now().astimezone(OFFSET)
    at = local.replace(hour=9, minute=42, second=0, microsecond=0)
    at += timedelta(days=1) if at < local else timedelta(0)
    with unwound(), wire_to(database) as wire:
        later(at - local)
        yield played(wire)


def played(wire: Wire) -> Morning:
    """Every point has its pack; the seven sent what they gave, then somebody falls ill."""
    lot = a_lot(LOT)
    online = [opened(f"Điểm {n}") for n in range(1, ONLINE + 1)]
    offline = [opened(f"Bản {n}") for n in range(1, OFFLINE + 1)]
    for n, point in enumerate(online):
        for k in range(3):
            at = now() - timedelta(minutes=30 - k)
            point.gives(f"Người {n} {k}", at, [f"09000{n:02}{k:03}"] if k else [])
        point.sends(wire)
    assert {each.says() for each in (*online, *offline)} == {"arm"}
    third = online[2].site
    with scoped(third.vaccinator, "vaccination"):
        ill = Dose.objects.filter(session=third.session).order_by("given_at")[0]
    event = recorded(third.vaccinator, ill)
    return Morning(online, offline, lot, event, 3 * ONLINE, wire)


def opened(name: str) -> Point:
    """A point with an enrolled device and the pack of this morning."""
    site = a_site(name, BAC_NINH, NENH)
    point = Point(site, device_of(site.vaccinator, site.session), {})
    point.pack = point.asks("pack")
    return point


def test_that_session_stops_at_once_and_no_other(morning: Morning) -> None:
    states = []
    for point in (*morning.online, *morning.offline):
        with scoped(point.site.vaccinator, "vaccination"):
            states.append(Session.objects.get(pk=point.site.session.pk).state)
    assert states == ["open"] * 2 + ["stopped"] + ["open"] * 6


def test_the_lot_is_barred_at_every_point_that_has_a_network(morning: Morning) -> None:
    """A page asks every three seconds; the browser test beside this one takes the time."""
    lot_live.forget()
    live = lot_live.barred_now(BAC_NINH)
    assert [each["number"] for each in live["barred"]] == [LOT]
    for point in morning.online:
        point.looks()
        assert point.pack["barred"] == [LOT]
    assert [each.says() for each in morning.online] == (
        ["lot_barred"] * 2 + ["session_stopped"] + ["lot_barred"] * 4
    )
    assert morning.online[2].pack["stopped"] == "Có tai biến nặng sau tiêm."
    with scoped(morning.online[0].site.vaccinator, "vaccination"):
        bar = lot_barred(morning.lot.id, now(), BAC_NINH)
        assert bar is not None
        assert bar.provisional


def test_the_two_without_a_network_learn_it_on_contact_and_bring_13_more(
    morning: Morning,
) -> None:
    with system_scope("test"):
        before = Dose.objects.filter(lot=morning.lot).count()
    for n, point in enumerate(morning.offline):
        # Their packs know of nothing: the page lets them inject.
        assert point.says() == "arm"
        for k in range(7 - n):
            point.gives(f"Người bản {n} {k}", now() + timedelta(minutes=5 + k))
    later(timedelta(minutes=30))
    for point in morning.offline:
        point.sends(morning.wire)
        point.looks()
        assert point.says() == "lot_barred"
    with system_scope("test"):
        given = Dose.objects.filter(lot=morning.lot)
        assert given.count() - before == LATE
        sessions = [each.site.session.id for each in morning.offline]
        assert SiteVisit.objects.filter(session__in=sessions).exclude(dose=None).count() == LATE


def test_everybody_of_the_lot_is_listed_with_how_he_is_reached(morning: Morning) -> None:
    with scoped(cast.of_province(Role.DIRECTOR, BAC_NINH), "vaccination") as by:
        bar = lot_barred(morning.lot.id, now(), BAC_NINH)
        assert bar is not None
        had = lot_reading.had_lot(morning.lot.id, since=bar.since)
        counts = lot_reading.counted(had)
        assert counts["people"] == morning.before + LATE
        assert counts["late"] == LATE
        assert sum(row.after for row in had) == LATE
        assert counts["by_phone"] + counts["not"] == counts["people"]
        assert counts["by_phone"] == 2 * ONLINE
        lot_barring.log_call(dose=had[-1].dose, result="well", note="", by=by)
        again = lot_reading.had_lot(morning.lot.id, since=bar.since)
        assert lot_reading.counted(again)["called"] == 1


def test_the_notice_is_due_at_0942_of_the_next_day(morning: Morning) -> None:
    with scoped(cast.of_province(Role.DIRECTOR, BAC_NINH), "vaccination"):
        clocks = {one.step.kind: one for one in aefi_reading.clocks_of(morning.event)}
        for kind in ("notify_department", "notify_cdc"):
            due = clocks[kind].step.due_at
            assert due is not None
            assert f"{due.astimezone(OFFSET):%H:%M}" == "09:42"
            assert due - morning.event.severe_at == timedelta(hours=24)  # type: ignore[operator]
            assert clocks[kind].state == "now"


def test_lifting_the_bar_is_a_signed_fact(morning: Morning) -> None:
    with scoped(cast.of_province(Role.DIRECTOR, BAC_NINH), "vaccination") as by:
        bar = lot_barred(morning.lot.id, now(), BAC_NINH)
        assert bar is not None
        for kind in ("notify_department", "notify_cdc", "investigate", "council"):
            step = AefiStep.objects.get(reaction=morning.event, kind=kind)
            aefi.complete(step, document=f"{kind}/2026", by=by)
        lifting = lot_barring.lift(
            bar, reason="Hội đồng: không liên quan vắc xin", document="3/BB-HĐTV", by=by
        )
        assert lot_reading.is_genuine(bar)
        assert lot_reading.is_genuine(lifting)
        assert lot_barred(morning.lot.id, now(), BAC_NINH) is None
        assert lot_reading.bars_of(morning.lot.id)[0].lifted_by == lifting
