"""Every tube is in one state at every instant, and every state but the ends has an alarm."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped, system_scope
from lachan.rulebook.vocabulary import CUSTODY_STAGES
from lachan.sampling import custody, custody_losses, custody_receiving, services
from lachan.sampling import custody_reading as reading
from lachan.sampling.custody_receiving import Rejected
from lachan.sampling.custody_state import (
    ENDS,
    STATE_OF,
    Stage,
    TubeState,
    standings,
    states_of,
)
from lachan.sampling.models import Box, Result, Tube
from tests.sampling.on_the_road import COURIER, closed_tube, seen
from tests.sampling.people_at_the_table import Team, team

#: What hands do to two tubes and a box, in any order.
ACTS = (
    *("box", "pack", "pack", "take_out", "seal", "courier", "bring", "next", "arrive", "accept"),
    *("loose", "reject", "anyway", "close_box", "lose", "find", "enter", "correct", "approve"),
    *("release", "withdraw", "stray"),
)


class World:
    """Two tubes, one running box, two laboratories."""

    def __init__(self, at: Team, other: Team) -> None:
        self.at, self.other = at, other
        self.tubes = [closed_tube(at), closed_tube(at)]
        self.box: Box | None = None
        self.seen: list[tuple[Any, dict[Any, TubeState]]] = []

    def act(self, name: str, which: int) -> None:
        """Do it, if it may be done."""
        doer, purpose, do = self._acts(self.tubes[which])[name]
        try:
            with scoped(doer, purpose) as by:
                do(by)
        except Refused:
            pass
        with system_scope("test"):
            moment = now()
            self.seen.append((moment, states_of([tube.pk for tube in self.tubes], moment)))

    def _acts(self, tube: Tube) -> dict[str, tuple[Principal, str, Callable[[Principal], Any]]]:
        at, code = self.at, tube.barcode
        unit = (at.sampler, "sampling")
        desk = (at.technician, "laboratory")
        return {
            "box": (*unit, self._new_box),
            "pack": (*unit, lambda by: custody.pack(box=self._box(), barcode=code, by=by)),
            "take_out": (*unit, lambda by: custody.take_out(box=self._box(), barcode=code, by=by)),
            "seal": (*unit, lambda by: custody.seal(box=self._box(), seen=self._count(), by=by)),
            "courier": (*unit, self._courier),
            "bring": (
                *unit,
                lambda by: custody.hand_to_laboratory(box=self._box(), given=self._count(), by=by),
            ),
            "next": (
                *unit,
                lambda by: custody.change_courier(
                    box=self._box(), seen=seen(1), courier=COURIER, by=by
                ),
            ),
            "arrive": (
                *desk,
                lambda by: custody.arrive(box=self._box(), seen=seen(1), courier=COURIER, by=by),
            ),
            "accept": (*desk, lambda by: self._scan(by, code, box=self._box())),
            "loose": (*desk, lambda by: self._scan(by, code)),
            "reject": (*desk, lambda by: self._scan(by, code, rejected=Rejected("leaking"))),
            "anyway": (*desk, lambda by: self._scan(by, code, anyway=True)),
            "close_box": (*desk, lambda by: custody_receiving.close_box(box=self._box(), by=by)),
            "lose": (*unit, lambda by: custody_losses.declare_missing(tube=tube, by=by)),
            "find": (*desk, lambda by: custody_losses.found(tube=tube, by=by)),
            "enter": (*desk, lambda by: self._enter(by, code)),
            "correct": (*desk, lambda by: self._correct(by, tube)),
            "approve": (
                *desk,
                lambda by: services.approve_result(result=self._result(tube), by=by),
            ),
            "release": (
                at.lead,
                "laboratory",
                lambda by: services.release_result(result=self._result(tube), by=by),
            ),
            "withdraw": (
                at.lead,
                "laboratory",
                lambda by: services.withdraw_result(
                    result=self._result(tube), reason="Nhầm ống", by=by
                ),
            ),
            "stray": (self.other.technician, "laboratory", lambda by: self._scan(by, code)),
        }

    def _new_box(self, by: Principal) -> None:
        self.box = custody.open_box(
            barcode=f"S-{uuid7().hex[-10:]}", laboratory=self.at.laboratory, by=by
        )

    def _box(self) -> Box:
        if self.box is None:
            raise Refused("no_box", "")
        return self.box

    def _count(self) -> custody.Reckoning:
        return seen(len(reading.manifest(self._box())))

    def _courier(self, by: Principal) -> None:
        count = self._count()
        custody.hand_to_courier(box=self._box(), given=count, taken=count, courier=COURIER, by=by)

    def _scan(self, by: Principal, code: str, **more: Any) -> None:
        custody_receiving.scan_in(barcode=code, by=by, **more)

    def _enter(self, by: Principal, code: str) -> None:
        services.enter_result(barcode=code, found=services.Found("negative"), by=by)

    def _correct(self, by: Principal, tube: Tube) -> None:
        found = services.Found("positive")
        services.correct_result(result=self._result(tube), found=found, by=by)

    def _result(self, tube: Tube) -> Result:
        found = Result.objects.filter(tube=tube, replaced_by=None).first()
        if found is None:
            raise Refused("no_result", "")
        return found


@pytest.fixture(scope="module")
def teams(database: str) -> tuple[Team, Team]:
    """Two units with a laboratory each."""
    return team(), team()


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 1)), max_size=22))
def test_every_tube_is_in_one_state_and_stands_on_the_board_until_it_ends(
    teams: tuple[Team, Team], acts: list[tuple[str, int]]
) -> None:
    world = World(*teams)
    for name, which in acts:
        world.act(name, which)
    ids = [tube.pk for tube in world.tubes]
    with system_scope("test") as by:
        later = now() + timedelta(days=3)
        rows = standings(ids, later)
        assert sorted(row.tube for row in rows) == sorted(ids)
        for moment, states in world.seen:
            assert states_of(ids, moment) == states
        named = {each.tube.pk: each.standing.stage for each in reading.still(by, at=later)}
    for row in rows:
        assert row.state == STATE_OF[row.stage]
        assert row.since <= later
        if row.stage in ENDS:
            assert row.tube not in named
        else:
            assert named[row.tube] == row.stage


def test_every_state_has_a_stage_and_every_stage_but_the_ends_has_hours() -> None:
    assert set(STATE_OF) == set(Stage)
    assert set(STATE_OF.values()) == set(TubeState)
    assert {str(stage) for stage in Stage} - set(CUSTODY_STAGES) == {str(end) for end in ENDS}


def test_a_query_of_tubes_may_be_asked_whole_or_cut(teams: tuple[Team, Team]) -> None:
    at, _other = teams
    tubes = [closed_tube(at) for _number in range(3)]
    with scoped(at.sampler, "sampling") as by:
        asked = Tube.objects.filter(organisation=by.organisation).order_by("-opened_at")
        found = states_of(asked[:3], now())
        assert found == {tube.pk: TubeState.CLOSED for tube in tubes}
        assert set(found) <= set(states_of(asked, now()))


def test_a_result_stays_inside_the_laboratory_until_it_is_released(
    teams: tuple[Team, Team],
) -> None:
    world = World(*teams)
    (tube, _other) = world.tubes
    for name in ("loose", "enter", "approve"):
        world.act(name, 0)
    with scoped(world.at.technician, "laboratory"):
        assert states_of([tube.pk], now()) == {tube.pk: TubeState.RESULT}
    with scoped(world.at.sampler, "sampling"):
        assert states_of([tube.pk], now())[tube.pk] in {TubeState.RECEIVED, TubeState.CLOSED}
