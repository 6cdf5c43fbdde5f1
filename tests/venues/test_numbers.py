"""How many are inside: parts count into the whole, and nobody stays for ever."""

from datetime import timedelta

import pytest

from lachan.core.clock import OFFSET, now
from lachan.core.scope import Principal, scoped
from lachan.rulebook.shape import Decision
from lachan.venues import selectors, services
from lachan.venues.models import Venue
from lachan.venues.reports import Wanted, commune_rows, place_rows
from tests.factories.places_run import ago, officer, owner_of, pass_by, told
from tests.places.units import NENH

pytestmark = pytest.mark.usefixtures("database")


def market(name: str, phone: str, **more: object) -> tuple[Principal, Venue, Venue, Venue]:
    """A market with two gates."""
    owner, venue = owner_of(told(name, trade="market", phone=phone, **more))
    with scoped(owner, "places"):
        whole = Venue.objects.select_related("place").get(id=venue.id)
        (one, two), _refused = services.add_coded_parts(
            whole=whole, kind="gate", names="Cổng 1-2", by=owner
        )
    return owner, venue, one, two


def inside(venue: Venue, by: Principal) -> int:
    with scoped(by, "places"):
        return selectors.count_of(venue.place_id).inside


def door(venue: Venue, by: Principal) -> Decision | None:
    with scoped(by, "gate"):
        return selectors.at_the_door(Venue.objects.select_related("place").get(id=venue.id).place)


def test_in_by_one_gate_and_out_by_another_is_out() -> None:
    owner, venue, one, two = market("Chợ Một", "0900000721")
    mai, tam = pass_by(one, owner), pass_by(two, owner)
    assert inside(venue, owner) == 2

    pass_by(two, owner, person=mai, direction="out")

    assert inside(venue, owner) == 1
    pass_by(one, owner, person=tam, direction="out")
    assert inside(venue, owner) == 0


def test_a_row_of_stalls_counts_into_the_market_once() -> None:
    owner, venue, gate, _two = market("Chợ Hai", "0900000722")
    with scoped(owner, "places"):
        whole = Venue.objects.select_related("place").get(id=venue.id)
        (row,), _refused = services.add_coded_parts(
            whole=whole, kind="stall_row", names="Dãy A", by=owner
        )
    mai = pass_by(gate, owner, at=ago(minutes=9))
    pass_by(row, owner, person=mai, at=ago(minutes=8))
    assert inside(venue, owner) == 1

    pass_by(row, owner, person=mai, direction="out", at=ago(minutes=7))
    assert (inside(venue, owner), inside(row, owner)) == (1, 0)
    with scoped(owner, "places"):
        assert selectors.count_of(venue.place_id).came == 1


def test_whoever_stayed_past_the_minutes_is_not_inside() -> None:
    owner, venue, gate, _two = market("Chợ Ba", "0900000723")
    pass_by(gate, owner, at=ago(minutes=61))
    pass_by(gate, owner, at=ago(minutes=59))
    assert inside(venue, owner) == 1


def test_whoever_is_scanned_elsewhere_is_not_inside() -> None:
    owner, venue, gate, _two = market("Chợ Bốn", "0900000724")
    other, elsewhere = owner_of(told("Quán Bốn", phone="0900000725"))
    mai = pass_by(gate, owner, at=ago(minutes=9))
    pass_by(elsewhere, other, person=mai)
    assert (inside(venue, owner), inside(elsewhere, other)) == (0, 1)


def test_a_closed_place_is_empty() -> None:
    closed_at = (now() - timedelta(minutes=5)).astimezone(OFFSET).time().replace(tzinfo=None)
    owner, venue, gate, _two = market("Chợ Năm", "0900000726", closes_at=closed_at)
    pass_by(gate, owner, at=ago(minutes=9))
    assert inside(venue, owner) == 0


def test_a_place_that_closes_after_midnight_is_not_empty_before() -> None:
    later = (now() + timedelta(hours=2)).astimezone(OFFSET).time().replace(tzinfo=None)
    owner, venue, gate, _two = market("Chợ Sáu", "0900000727", closes_at=later)
    pass_by(gate, owner, at=ago(minutes=9))
    assert inside(venue, owner) == 1


def test_a_full_place_asks_to_wait_at_every_gate() -> None:
    owner, _venue, one, two = market("Chợ Bảy", "0900000728", capacity=2)
    mai = pass_by(one, owner)
    with scoped(owner, "gate"):
        assert selectors.room_left(two.place_id) == 1
    assert door(two, owner) is None

    pass_by(two, owner)

    full = door(one, owner)
    assert full is not None
    assert (full.outcome, full.values) == ("full", {"capacity": 2})
    with scoped(owner, "gate"):
        said = selectors.said(full)
    assert "2" in said
    pass_by(two, owner, person=mai, direction="out")
    assert door(one, owner) is None


def test_a_place_without_a_capacity_is_never_full() -> None:
    owner, venue = owner_of(told("Quán Tám", phone="0900000729"))
    with scoped(owner, "gate"):
        assert selectors.room_left(venue.place_id) is None
    assert door(venue, owner) is None


def test_an_area_sees_who_scans_nowhere_and_what_was_expected() -> None:
    owner, busy, gate, _two = market("Chợ Chín", "0900000730", expected=10)
    _other, silent = owner_of(told("Quán Mười", phone="0900000731", capacity=5))
    for _guest in range(3):
        pass_by(gate, owner)
    station = officer()

    with scoped(station, "places"):
        rows = {row.venue.id: row for row in place_rows(Wanted(NENH))}
        empty = {row.venue.id for row in place_rows(Wanted(NENH, silent="week"))}
        (commune,) = commune_rows(station)

    assert (rows[busy.id].today, rows[busy.id].expectation) == (3, (10, "told"))
    assert rows[busy.id].share == 30
    assert (rows[silent.id].today, rows[silent.id].expectation) == (0, (5, "capacity"))
    assert silent.id in empty
    assert busy.id not in empty
    assert 0 < commune.used_week < commune.places


def test_the_third_reminder_proposes_action_while_nobody_scans() -> None:
    owner, venue = owner_of(told("Quán Mười Một", phone="0900000732"))
    station = officer()
    with scoped(station, "places"):
        times = [services.remind(venue=venue, by=station) for _call in range(3)]
        assert times == [1, 2, 3]
        assert [row.venue.id for row in place_rows(Wanted(NENH, silent="propose"))] == [venue.id]

    pass_by(venue, owner)

    with scoped(station, "places"):
        assert place_rows(Wanted(NENH, silent="propose")) == []


def test_a_neighbour_gets_no_numbers() -> None:
    owner, _venue, gate, _two = market("Chợ Mười Hai", "0900000733")
    pass_by(gate, owner)
    neighbour = officer(NENH + 1)
    with scoped(neighbour, "places"):
        assert all(not row.days for row in place_rows(Wanted(NENH)))


def test_a_part_is_empty_when_its_whole_has_closed() -> None:
    closed_at = (now() - timedelta(minutes=5)).astimezone(OFFSET).time().replace(tzinfo=None)
    later = (now() + timedelta(hours=2)).astimezone(OFFSET).time().replace(tzinfo=None)
    owner, venue, _gate, _two = market("Chợ Mười Ba", "0900000734", closes_at=closed_at)
    with scoped(owner, "places"):
        whole = Venue.objects.select_related("place").get(id=venue.id)
        (row,), _refused = services.add_coded_parts(
            whole=whole, kind="stall_row", names="Dãy A", by=owner
        )
        services.set_up(venue=row, by=owner, closes_at=later)
    pass_by(row, owner, at=ago(minutes=9))
    assert inside(row, owner) == 0
