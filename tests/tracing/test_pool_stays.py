"""People of a positive pool are asked to stay: held where the law holds, else advised."""

from datetime import timedelta
from uuid import UUID

from lachan.core.roles import Role
from lachan.core.scope import system_scope
from lachan.isolation.models import Holding, Order
from lachan.notices.models import Notice
from lachan.sampling.models import PoolMember
from lachan.tracing.models import PoolStay
from tests.factories import cast
from tests.sampling.answers import people, released, tube_of, worked
from tests.sampling.people_at_the_table import Team, browser, team


def positive_pool(disease: str, at: Team | None = None) -> list[UUID]:
    """Two people of a positive pool, everything worked through."""
    at = at or team()
    inside = people(at, ["Vàng Thị Sua", "Vàng A Páo"])
    released(at, tube_of(at, inside, limit=10, disease=disease), "positive")
    worked()
    worked()
    return inside


def test_of_group_a_the_holding_begins_and_lapses_by_its_clock() -> None:
    inside = positive_pool("demo-a")
    with system_scope("test"):
        orders = list(Order.objects.filter(person__in=inside))
        assert {order.measure for order in orders} == {"isolate_home"}
        assert len(orders) == 2
        for order in orders:
            holding = Holding.objects.get(order=order)
            assert holding.lapses_at == order.found_at + timedelta(hours=3)
        assert {row.kind for row in PoolStay.objects.filter(person__in=inside)} == {"order"}
    page = browser(cast.of_commune(Role.STATION_OFFICER)).get("/pools/").text
    assert "Held until" in page
    assert "Vàng Thị Sua" in page


def test_of_group_b_staying_is_advice_with_the_article() -> None:
    inside = positive_pool("measles")
    with system_scope("test"):
        assert not Order.objects.filter(person__in=inside).exists()
        assert {row.kind for row in PoolStay.objects.filter(person__in=inside)} == {"advice"}
    page = browser(cast.of_commune(Role.STATION_OFFICER)).get("/pools/").text
    assert "Asked to stay: advice, no order" in page
    assert "Article 14 clause 3" in page


def test_only_who_works_there_sees_it_and_whoever_is_seen_may_see_that() -> None:
    positive_pool("measles")
    assert (
        browser(cast.of_commune(Role.STATION_OFFICER, cast.NEXT_DOOR))
        .get("/pools/")
        .text.count("Vàng Thị Sua")
        == 0
    )
    for nobody in (cast.citizen(), cast.outsider(), cast.of_organisation(Role.LABORATORY)):
        assert browser(nobody).get("/pools/").status_code == 403


def own_result(at: Team, whom: UUID, outcome: str) -> None:
    """A sample of this person alone, taken after the pool."""
    released(at, tube_of(at, [whom], disease="demo-a"), outcome)


def member_of(whom: UUID) -> UUID:
    """The row of a positive pool's person."""
    with system_scope("test"):
        return PoolMember.objects.get(person=whom).id


def test_an_own_negative_is_laid_before_the_station_which_ends_the_holding() -> None:
    at = team()
    free, waits = positive_pool("demo-a", at)
    own_result(at, free, "negative")
    station = browser(cast.of_commune(Role.STATION_OFFICER))
    page = station.get("/pools/").text
    assert f"/pools/{member_of(free)}/let-go/" in page
    assert f"/pools/{member_of(waits)}/let-go/" not in page
    with system_scope("test"):
        # Nobody is let go by the machine.
        assert Order.objects.get(person=free).state == Order.State.HOLDING

    answer = station.post(f"/pools/{member_of(free)}/let-go/")

    assert answer.status_code == 302, answer.content.decode()
    with system_scope("test"):
        assert Order.objects.get(person=free).state == Order.State.DROPPED
        assert Holding.objects.get(order__person=free).ended_at is not None
        assert Notice.objects.get(person=free, kind="holding_ended").state == "approved"
        assert Order.objects.get(person=waits).state == Order.State.HOLDING


def test_only_an_own_negative_of_the_own_commune_ends_it() -> None:
    at = team()
    positive, waits = positive_pool("demo-a", at)
    free, _other = positive_pool("demo-a", at)
    own_result(at, positive, "positive")
    own_result(at, free, "negative")

    def answered(role: Role, commune: int, whom: UUID) -> int:
        address = f"/pools/{member_of(whom)}/let-go/"
        return int(browser(cast.of_commune(role, commune)).post(address).status_code)

    officer = Role.STATION_OFFICER
    assert answered(officer, cast.HERE, positive) == 409
    assert answered(officer, cast.HERE, waits) == 409
    assert answered(officer, cast.NEXT_DOOR, free) == 404
    assert answered(Role.COMMUNE_CHAIRMAN, cast.HERE, free) == 403
    assert answered(officer, cast.HERE, free) == 302
    assert answered(officer, cast.HERE, free) == 409
