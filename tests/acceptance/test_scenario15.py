"""Scenario 15: anaphylaxis at 09:42; the session stops, the lot is barred, everybody is found."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from lachan.core import clock
from lachan.core.clock import OFFSET, now
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.vaccination import aefi, aefi_reading, lot_barring, lot_live, lot_reading
from lachan.vaccination.models import AefiStep, Dose, Lot, Reaction, Session
from lachan.vaccination.selectors import barred_lots, lot_barred
from tests.factories import cast
from tests.vaccination.aefi_cases import Site, a_lot, a_site, inject, recorded, somebody

ONLINE, OFFLINE, LATE = 7, 2, 13


@dataclass
class Morning:
    """Nine open points, one lot, and what happened."""

    online: list[Site]
    offline: list[Site]
    lot: Lot
    event: Reaction
    at: datetime
    before: int


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
    clock.wind(clock._wound + (at - local))
    try:
        online = [a_site(f"Điểm {n}") for n in range(1, ONLINE + 1)]
        offline = [a_site(f"Bản {n}") for n in range(1, OFFLINE + 1)]
        lot = a_lot("ABX5178")
        people = 0
        for n, site in enumerate(online):
            for k in range(3):
                phones = [f"09000{n:02}{k:03}"] if k else []
                inject(site, lot, somebody(site, f"Người {n} {k}", phones=phones))
                people += 1
        with scoped(online[2].vaccinator, "vaccination"):
            ill = Dose.objects.filter(session=online[2].session).order_by("id")[0]
        event = recorded(online[2].vaccinator, ill)
        yield Morning(online, offline, lot, event, at, people)
    finally:
        clock.wind(timedelta(0))


def test_that_session_stops_at_once_and_no_other(morning: Morning) -> None:
    states = []
    for site in (*morning.online, *morning.offline):
        with scoped(site.vaccinator, "vaccination"):
            states.append(Session.objects.get(pk=site.session.pk).state)
    assert states == ["open"] * 2 + ["stopped"] + ["open"] * 6


def test_the_lot_is_barred_at_every_point_that_has_a_network(morning: Morning) -> None:
    lot_live.forget()
    live = lot_live.barred_now(cast.PROVINCE)
    assert [each["number"] for each in live["barred"]] == ["ABX5178"]
    for site in morning.online:
        with scoped(site.vaccinator, "vaccination"):
            bar = lot_barred(morning.lot.id, now(), site.session.province)
            assert bar is not None
            assert bar.provisional


def test_the_two_without_a_network_learn_it_on_contact_and_bring_13_more(
    morning: Morning,
) -> None:
    given = 0
    for n, site in enumerate(morning.offline):
        for k in range(7 - n):
            whom = somebody(site, f"Người bản {n} {k}")
            # Half an hour after the bar, of which the device knew nothing.
            inject(site, morning.lot, whom, now() + timedelta(minutes=5))
            given += 1
        with scoped(site.vaccinator, "vaccination"):
            carried = barred_lots(site.session.province)
        assert [each["number"] for each in carried["barred"]] == ["ABX5178"]
    assert given == LATE


def test_everybody_of_the_lot_is_listed_with_how_he_is_reached(morning: Morning) -> None:
    with scoped(cast.of_province(Role.DIRECTOR), "vaccination") as by:
        bar = lot_barred(morning.lot.id, now(), cast.PROVINCE)
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
    with scoped(cast.of_province(Role.DIRECTOR), "vaccination"):
        clocks = {one.step.kind: one for one in aefi_reading.clocks_of(morning.event)}
        for kind in ("notify_department", "notify_cdc"):
            due = clocks[kind].step.due_at
            assert due is not None
            assert f"{due.astimezone(OFFSET):%H:%M}" == "09:42"
            assert due - morning.event.severe_at == timedelta(hours=24)  # type: ignore[operator]
            assert clocks[kind].state == "now"


def test_lifting_the_bar_is_a_signed_fact(morning: Morning) -> None:
    with scoped(cast.of_province(Role.DIRECTOR), "vaccination") as by:
        bar = lot_barred(morning.lot.id, now(), cast.PROVINCE)
        assert bar is not None
        for kind in ("notify_department", "notify_cdc", "investigate", "council"):
            step = AefiStep.objects.get(reaction=morning.event, kind=kind)
            aefi.complete(step, document=f"{kind}/2026", by=by)
        lifting = lot_barring.lift(
            bar, reason="Hội đồng: không liên quan vắc xin", document="3/BB-HĐTV", by=by
        )
        assert lot_reading.is_genuine(bar)
        assert lot_reading.is_genuine(lifting)
        assert lot_barred(morning.lot.id, now(), cast.PROVINCE) is None
        assert lot_reading.bars_of(morning.lot.id)[0].lifted_by == lifting
