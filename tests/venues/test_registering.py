"""A place is registered, waits or opens, is suspended and lifted; nothing is registered twice."""

import pytest

from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, principal_of, scoped
from lachan.people.services import begin_own_work, forget_work
from lachan.people.working import go_home, go_to_work, works_of
from lachan.places.models import Organisation
from lachan.venues import selectors, services
from lachan.venues.models import Keeper, Turn, Venue
from lachan.venues.names import every_name
from tests.factories import cast
from tests.factories.places_run import (
    GUARD,
    OTHER,
    OWNER,
    at_work,
    citizen_by_phone,
    officer,
    owner_of,
    pass_by,
    told,
)
from tests.places.units import BAC_NINH, NENH

pytestmark = pytest.mark.usefixtures("database")


def turns_of(venue: Venue) -> list[str]:
    with scoped(officer(), "places"):
        return [row.what for row in Turn.objects.filter(venue=venue).order_by("at", "id")]


def state_of(venue: Venue, by: Principal) -> str:
    with scoped(by, "places"):
        return str(Venue.objects.get(id=venue.id).state)


def test_an_owner_gets_his_place_with_a_code_at_once() -> None:
    owner, venue = owner_of(told("Quán phở Hùng", capacity=40, phone="0900000701"))

    assert venue.state == "open"
    assert len(venue.code) == 8
    assert turns_of(venue) == ["registered", "opened"]
    with scoped(owner, "places"):
        assert list(selectors.venues_of(owner)) == [venue]
        assert Keeper.objects.get(venue=venue).phone == "0900000701"
        assert Organisation.objects.get(id=owner.organisation).name == "Quán phở Hùng"


def test_a_school_waits_until_the_commune_has_looked_at_it() -> None:
    owner, venue = owner_of(told("Trường Hoa Sen", trade="school", phone="0900000702"))
    assert venue.state == "waiting"
    with pytest.raises(Refused) as refused:
        pass_by(venue, owner)
    assert refused.value.code == "place_waiting"

    station = officer()
    with scoped(station, "places"):
        services.approve(venue=Venue.objects.get(id=venue.id), by=station)

    assert turns_of(venue) == ["registered", "opened"]
    pass_by(venue, owner)


def test_an_owner_opens_nothing_that_waits() -> None:
    owner, venue = owner_of(told("Trạm Hoa Mai", trade="hospital", phone="0900000703"))
    with pytest.raises(Refused) as refused, scoped(owner, "places"):
        services.approve(venue=Venue.objects.get(id=venue.id), by=owner)
    assert refused.value.code == "not_your_area"
    # Nor past the service: the database holds the same rule.
    with pytest.raises(Exception, match="only the area's unit"), scoped(owner, "places"):
        Venue.objects.filter(id=venue.id).update(state="open")


def test_the_same_name_at_the_same_address_is_the_same_place() -> None:
    first, venue = owner_of(told("Cà phê Nắng", address="Số 5, phố Mới", phone="0900000704"))
    second = begin_own_work(account=citizen_by_phone("0900000705").account)

    with pytest.raises(Refused) as refused, scoped(second, "register_place"):
        services.register(
            new=told("cà  phê nắng", address="số 5 Phố Mới", phone="0900000705"), by=second
        )
    forget_work(by=second)

    assert refused.value.code == "place_known"
    assert venue.code in refused.value.message
    assert principal_of(second.secret) is None
    assert works_of(second.account) == []
    with scoped(first, "places"):
        assert Venue.objects.filter(place__folded="ca phe nang").count() == 1


def test_an_officer_registers_for_an_owner_who_then_manages_it() -> None:
    station = officer()
    with scoped(station, "places"):
        venue = services.register(
            new=told("Trường Măng Non", trade="school", phone=OWNER), by=station
        )
    assert venue.state == "open"  # the officer stands before it

    manager = at_work(OWNER)

    assert manager.roles == {Role.PLACE_MANAGER}
    assert manager.person is None
    with scoped(manager, "places"):
        assert [each.id for each in selectors.venues_of(manager)] == [venue.id]


def test_a_vehicle_needs_its_plate() -> None:
    station = officer()
    with pytest.raises(Refused) as refused, scoped(station, "places"):
        services.register(new=told("Xe tuyến 203", trade="vehicle", phone=OTHER), by=station)
    assert refused.value.code == "plate_missing"


def test_a_guard_stands_at_one_gate_and_ends_with_his_next_request() -> None:
    owner, venue = owner_of(told("Chợ Gối", trade="market", phone="0900000706"))
    with scoped(owner, "places"):
        whole = Venue.objects.select_related("place").get(id=venue.id)
        gates, _refused = services.add_coded_parts(
            whole=whole, kind="gate", names="Cổng 1-2", by=owner
        )
        posts, wrong = services.invite_guards(
            venue=gates[0], phones=f"{GUARD} Bùi Văn Tư\n12", by=owner
        )
    assert wrong == ["12"]
    assert [(post.name, post.phone_tail) for post in posts] == [("Bùi Văn Tư", "712")]

    guard = at_work(GUARD)
    assert guard.roles == {Role.GATE_CONTROLLER}
    with scoped(guard, "gate"):
        assert list(selectors.venues_of(guard)) == [gates[0]]

    with scoped(owner, "places"):
        services.end_post(post=posts[0], by=owner)
    assert principal_of(guard.secret) is None
    assert works_of(guard.account) == []


def test_nobody_goes_to_work_where_he_was_not_invited() -> None:
    owner, _venue = owner_of(told("Chợ Sàn", trade="market", phone="0900000707"))
    stranger = citizen_by_phone("0900000708")
    with pytest.raises(Refused) as refused:
        go_to_work(work=works_of(owner.account)[0].id, by=stranger)
    assert refused.value.code == "not_your_work"
    assert go_home(by=owner).roles == {Role.CITIZEN}


def test_another_manager_invites_nobody() -> None:
    _owner, venue = owner_of(told("Chợ Lim", trade="market", phone="0900000709"))
    rival, _other = owner_of(told("Chợ Chè", trade="market", phone="0900000710"))
    with pytest.raises(Refused) as refused, scoped(rival, "places"):
        services.invite_guards(venue=Venue.objects.get(id=venue.id), phones=GUARD, by=rival)
    assert refused.value.code == "not_your_place"


def test_a_suspended_place_lets_nobody_in_and_everybody_out() -> None:
    owner, venue = owner_of(told("Karaoke Sao", phone="0900000714"))
    guest = pass_by(venue, owner)
    station = officer()
    with scoped(station, "places"):
        services.suspend(venue=venue, reason="Quá số người cho phép", by=station)

    with pytest.raises(Refused) as refused:
        pass_by(venue, owner)
    assert refused.value.code == "place_suspended"
    pass_by(venue, owner, person=guest, direction="out")

    with pytest.raises(Refused) as refused, scoped(owner, "places"):
        services.lift(venue=Venue.objects.get(id=venue.id), reason="Tự mở", by=owner)
    assert refused.value.code == "not_your_area"
    with scoped(station, "places"):
        services.lift(venue=Venue.objects.get(id=venue.id), reason="Đã sửa", by=station)
    pass_by(venue, owner)
    assert turns_of(venue) == ["registered", "opened", "suspended", "lifted"]


def test_a_neighbour_suspends_nothing_here() -> None:
    _owner, venue = owner_of(told("Karaoke Trăng", phone="0900000715"))
    neighbour = cast.of_commune(Role.STATION_OFFICER, NENH + 1)
    with pytest.raises(Refused) as refused, scoped(neighbour, "places"):
        services.suspend(venue=Venue.objects.get(id=venue.id), reason="x", by=neighbour)
    assert refused.value.code == "not_your_area"


def test_parts_are_shut_with_their_whole() -> None:
    owner, venue = owner_of(told("Chợ Nội", trade="market", phone="0900000716"))
    with scoped(owner, "places"):
        whole = Venue.objects.select_related("place").get(id=venue.id)
        (row, *_rest), _refused = services.add_coded_parts(
            whole=whole, kind="stall_row", names="Dãy A..C", by=owner
        )
    director = cast.of_province(Role.DIRECTOR, BAC_NINH)
    with scoped(director, "places"):
        services.suspend(venue=venue, reason="Ngập nước", by=director)
    assert state_of(row, owner) == "suspended"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Dãy A..C", ["Dãy A", "Dãy B", "Dãy C"]),
        ("Phòng 101-103", ["Phòng 101", "Phòng 102", "Phòng 103"]),
        ("Cổng 08 – 10", ["Cổng 08", "Cổng 09", "Cổng 10"]),
        ("Tầng 1\nTầng 1\nHội trường", ["Tầng 1", "Hội trường"]),
        ("Dãy C..A", ["Dãy C..A"]),
        ("Xưởng may-2", ["Xưởng may-2"]),
    ],
)
def test_a_row_of_names_is_written_out(text: str, names: list[str]) -> None:
    assert every_name(text) == names


def test_a_row_of_thousands_is_refused_before_it_is_written_out() -> None:
    with pytest.raises(Refused) as refused:
        every_name("Phòng 1-999999999999")
    assert refused.value.code == "too_many_parts"
