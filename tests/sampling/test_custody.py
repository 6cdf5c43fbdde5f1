"""The chain of custody: one box at a time, two sides at every hand-over, no tube forgotten."""

from datetime import timedelta
from uuid import UUID

import pytest

from lachan.core import facts
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.people.models import Person
from lachan.sampling import (
    custody,
    custody_losses,
    custody_receiving,
    custody_tasks,  # noqa: F401  # what the worker does is heard only once it is known
)
from lachan.sampling import custody_reading as reading
from lachan.sampling.custody_state import Stage
from lachan.sampling.models import Loss, Packing, Reception, SampleRequest, Stray, Tube
from tests.factories import cast
from tests.factories.people import person
from tests.sampling.on_the_road import (
    COURIER,
    accept,
    arrived_box,
    closed_tube,
    enter,
    packed_box,
    reject,
    seen,
    sent_box,
    stage_of,
)
from tests.sampling.people_at_the_table import Team, team


@pytest.fixture(scope="module")
def at(database: str) -> Team:
    """A team and its laboratory."""
    return team()


@pytest.fixture(scope="module")
def people(database: str) -> list[Person]:
    """Three people who were sampled."""
    return [person(name) for name in ("Vàng A Sử", "Giàng Thị Mỷ", "Lò Văn Pánh")]


def requests_of(*people: Person) -> list[SampleRequest]:
    """What these people are to be sampled for, all sources."""
    with system_scope("test"):
        rows = SampleRequest.objects.filter(person__in=people, state="open")
        return list(rows.order_by("asked_at"))


def test_it_packs_a_closed_tube_once(at: Team) -> None:
    tube = closed_tube(at)
    box = packed_box(at, tube)
    assert stage_of(tube) == Stage.PACKED
    with scoped(at.sampler, "sampling") as by:
        custody.pack(box=box, barcode=tube.barcode, by=by)
        assert Packing.objects.filter(box=box).count() == 1


def test_it_refuses_an_open_tube(at: Team) -> None:
    tube = closed_tube(at)
    with system_scope("test"):
        Tube.objects.filter(pk=tube.pk).update(closed_at=None)
    with pytest.raises(Refused) as refused:
        packed_box(at, tube)
    assert refused.value.code == "tube_open"


def test_it_names_the_box_a_tube_is_in_already(at: Team) -> None:
    tube = closed_tube(at)
    first = packed_box(at, tube)
    with pytest.raises(Refused) as refused:
        packed_box(at, tube)
    assert refused.value.code == "tube_in_box"
    assert first.barcode in refused.value.message


def test_the_same_scan_sent_again_is_one_and_with_another_tube_is_refused(at: Team) -> None:
    tube, other = closed_tube(at), closed_tube(at)
    box, number = packed_box(at), uuid7()
    with scoped(at.sampler, "sampling") as by:
        for _again in range(2):
            custody.pack(box=box, barcode=tube.barcode, id=number, by=by)
        assert Packing.objects.filter(box=box).count() == 1
        with pytest.raises(Refused) as refused:
            custody.pack(box=box, barcode=other.barcode, id=number, by=by)
    assert refused.value.code == "different_content"


def test_a_tube_for_another_laboratory_asks_and_a_yes_sends_it_here(at: Team) -> None:
    tube = closed_tube(at)
    elsewhere = team().laboratory
    with system_scope("test"):
        Tube.objects.filter(pk=tube.pk).update(laboratory=elsewhere)
    box = packed_box(at)
    with scoped(at.sampler, "sampling") as by, pytest.raises(Refused) as refused:
        custody.pack(box=box, barcode=tube.barcode, by=by)
    assert refused.value.code == "other_laboratory"
    with scoped(at.sampler, "sampling") as by:
        custody.pack(box=box, barcode=tube.barcode, reroute=True, by=by)
        assert Tube.objects.get(pk=tube.pk).laboratory == at.laboratory


def test_another_unit_sees_neither_the_tube_nor_the_box(at: Team) -> None:
    tube = closed_tube(at)
    box = packed_box(at, tube)
    stranger = cast.of_organisation(Role.SAMPLER)
    with scoped(stranger, "sampling") as by:
        assert reading.box_of(by, box.pk) is None
        own = custody.open_box(barcode=f"B-{uuid7().hex[-8:]}", laboratory=at.laboratory, by=by)
        with pytest.raises(Refused) as refused:
            custody.pack(box=own, barcode=tube.barcode, by=by)
    assert refused.value.code == "unknown_tube"


def test_a_box_is_sealed_with_the_count_that_was_scanned(at: Team) -> None:
    box = packed_box(at, closed_tube(at), closed_tube(at))
    with scoped(at.sampler, "sampling") as by:
        with pytest.raises(Refused) as refused:
            custody.seal(box=box, seen=seen(1), by=by)
        assert refused.value.code == "count_differs"
        assert custody.seal(box=box, seen=seen(2), by=by).sealed_at is not None
        with pytest.raises(Refused) as refused:
            custody.pack(box=box, barcode=closed_tube_code(at), by=by)
    assert refused.value.code == "box_sealed"


def closed_tube_code(at: Team) -> str:
    """The code of a tube made before: a scope cannot be opened inside another's."""
    rows = Tube.objects.filter(organisation=at.sampler.organisation)
    return rows.order_by("opened_at").values_list("barcode", flat=True)[0]


def test_a_box_is_not_opened_a_second_time_before_the_laboratory_is_done(at: Team) -> None:
    box = sent_box(at, closed_tube(at))
    with scoped(at.sampler, "sampling") as by, pytest.raises(Refused) as refused:
        custody.open_box(barcode=box.barcode, laboratory=at.laboratory, by=by)
    assert refused.value.code == "box_travels"


def test_both_sides_of_every_leg_are_kept(at: Team) -> None:
    box = sent_box(at, closed_tube(at))
    with scoped(at.sampler, "sampling") as by:
        next_one = custody.Courier("Quàng Văn Ỏn", "0900000612")
        custody.change_courier(box=box, seen=seen(1, "5.5"), courier=next_one, by=by)
    with scoped(at.technician, "laboratory") as by:
        custody.arrive(box=box, seen=seen(1, "6.0"), by=by)
        custody.arrive(box=box, seen=seen(1, "9.0"), by=by)
        legs = reading.legs_of(box)
    assert [(leg.giver, leg.taker) for leg in legs] == [
        (at.sampler.name, COURIER.name),
        (COURIER.name, "Quàng Văn Ỏn"),
        ("Quàng Văn Ỏn", at.technician.name),
    ]
    assert [leg.taker_account for leg in legs] == [None, None, at.technician.account]
    assert str(legs[-1].taken_temperature) == "6.0"


def test_a_box_brought_by_the_unit_waits_for_the_laboratory_to_sign_its_half(at: Team) -> None:
    tube = closed_tube(at)
    box = packed_box(at, tube)
    with scoped(at.sampler, "sampling") as by:
        custody.seal(box=box, seen=seen(1), by=by)
        custody.hand_to_laboratory(box=box, given=seen(1), by=by)
    assert stage_of(tube) == Stage.ROAD
    with scoped(at.technician, "laboratory") as by:
        custody.arrive(box=box, seen=seen(1, "7.0"), by=by)
        (leg,) = reading.legs_of(box)
    assert leg.giver_account == at.sampler.account
    assert leg.taker_account == at.technician.account
    assert stage_of(tube) == Stage.ARRIVED


def test_no_tube_is_scanned_in_before_somebody_signed_for_the_box(at: Team) -> None:
    tube = closed_tube(at)
    box = sent_box(at, tube)
    with pytest.raises(Refused) as refused:
        accept(at, tube, box)
    assert refused.value.code == "box_not_taken"


def test_what_was_not_in_the_box_is_named_when_it_is_closed(at: Team) -> None:
    there, gone = closed_tube(at), closed_tube(at)
    box = arrived_box(at, there, gone)
    assert accept(at, there, box).kind == "accepted"
    assert stage_of(gone) == Stage.UNSCANNED
    with scoped(at.technician, "laboratory") as by:
        left = custody_receiving.close_box(box=box, by=by)
    assert [tube.barcode for tube in left] == [gone.barcode]
    assert (stage_of(there), stage_of(gone)) == (Stage.ACCEPTED, Stage.LEFT_OVER)


def test_a_tube_left_over_may_be_packed_again_and_is_not_missing_any_more(at: Team) -> None:
    gone = closed_tube(at)
    box = arrived_box(at, gone)
    with scoped(at.technician, "laboratory") as by:
        custody_receiving.close_box(box=box, by=by)
    packed_box(at, gone)
    assert stage_of(gone) == Stage.PACKED


def test_a_tube_on_no_manifest_is_accepted_and_said_to_be_unexpected(at: Team) -> None:
    listed, loose = closed_tube(at), closed_tube(at)
    box = arrived_box(at, listed)
    scan = accept(at, loose, box)
    assert (scan.kind, scan.listed) == ("accepted", False)
    with scoped(at.technician, "laboratory"):
        assert [line.tube for line in reading.found_in(box)] == [loose]
        assert [line.tube for line in reading.manifest(box)] == [listed]


def test_a_tube_of_another_laboratory_is_kept_aside_and_sent_on(at: Team) -> None:
    right = team()
    tube = closed_tube(right)
    box = arrived_box(at, closed_tube(at))
    scan = accept(at, tube, box)
    assert (scan.kind, scan.send_to) == ("stray", right.laboratory)
    assert stage_of(tube) == Stage.STRAY
    assert stage_of(tube, right.technician) == Stage.STRAY
    with scoped(at.technician, "laboratory") as by:
        onward = custody.open_box(
            barcode=f"B-{uuid7().hex[-8:]}", laboratory=right.laboratory, by=by
        )
        custody.pack(box=onward, barcode=tube.barcode, by=by)
    assert stage_of(tube) == Stage.PACKED
    with system_scope("test"):
        assert Stray.objects.filter(tube=tube).count() == 1


def test_scanning_twice_accepts_once_and_rejecting_later_counts(at: Team) -> None:
    tube = closed_tube(at)
    assert accept(at, tube).kind == "accepted"
    assert accept(at, tube).kind == "again"
    assert reject(at, tube).kind == "rejected"
    assert stage_of(tube) == Stage.REJECTED
    with pytest.raises(Refused) as refused:
        accept(at, tube)
    assert refused.value.code == "tube_rejected"


def test_a_released_result_is_withdrawn_not_rejected(at: Team) -> None:
    tube = closed_tube(at)
    accept(at, tube)
    released(at, tube)
    with pytest.raises(Refused) as refused:
        reject(at, tube)
    assert refused.value.code == "result_stands"


def released(at: Team, tube: Tube) -> None:
    """Entered, checked and let out by two hands."""
    from lachan.sampling import services
    from lachan.sampling.models import Result

    result = enter(at, tube)
    with scoped(at.technician, "laboratory") as by:
        services.approve_result(result=Result.objects.get(pk=result), by=by)
    with scoped(at.lead, "laboratory") as by:
        services.release_result(result=Result.objects.get(pk=result), by=by)


def test_everybody_of_a_rejected_pool_is_asked_again_once(at: Team, people: list[Person]) -> None:
    tube = closed_tube(at, *people)
    reject(at, tube)
    for _turn in range(2):
        facts.work("sampling.reception")
    rows = requests_of(*people)
    assert {row.person_id for row in rows} == {each.id for each in people}
    assert {(row.source, row.single, row.reason) for row in rows} == {
        ("rejected", False, "contact")
    }
    assert all(row.due_at == row.asked_at + timedelta(hours=24) or row.due_at for row in rows)
    accept_after_all(at, tube)
    facts.work("sampling.reception")
    assert requests_of(*people) == []


def accept_after_all(at: Team, tube: Tube) -> None:
    """It was the wrong tube that leaked."""
    with scoped(at.technician, "laboratory") as by:
        custody_receiving.scan_in(barcode=tube.barcode, anyway=True, by=by)


def test_a_lost_tube_asks_its_people_and_a_found_one_drops_what_nobody_answered(
    at: Team, people: list[Person]
) -> None:
    tube = closed_tube(at, *people)
    with scoped(at.sampler, "sampling") as by:
        custody_losses.declare_missing(tube=tube, note="Không còn trong thùng đá", by=by)
    facts.work("sampling.loss")
    assert len(requests_of(*people)) == len(people)
    assert stage_of(tube) == Stage.LOST
    with scoped(at.technician, "laboratory") as by:
        assert custody_losses.found(tube=tube, by=by)
        assert not custody_losses.found(tube=tube, by=by)
    facts.work("sampling.loss")
    assert requests_of(*people) == []
    assert stage_of(tube) == Stage.UNPACKED


def test_accepting_a_lost_tube_finds_it(at: Team, people: list[Person]) -> None:
    tube = closed_tube(at, people[0])
    with scoped(at.sampler, "sampling") as by:
        custody_losses.declare_missing(tube=tube, by=by)
    assert accept(at, tube).kind == "accepted"
    with system_scope("test"):
        assert not Loss.objects.filter(tube=tube, found_at=None).exists()
    assert stage_of(tube) == Stage.ACCEPTED


def test_the_laboratory_declares_a_loss_and_sees_no_person(at: Team, people: list[Person]) -> None:
    tube = closed_tube(at, people[0])
    accept(at, tube)
    with scoped(at.technician, "laboratory") as by:
        custody_losses.declare_missing(tube=tube, by=by)
        assert not SampleRequest.objects.exists()
    facts.work("sampling.loss")
    assert requests_of(people[0])
    with scoped(at.technician, "laboratory"):
        assert not SampleRequest.objects.exists()
    with scoped(at.sampler, "sampling"):
        assert SampleRequest.objects.filter(organisation=at.sampler.organisation).exists()
        assert stage_of(tube, at.sampler) == Stage.LOST


def test_a_stranger_finds_nothing(at: Team) -> None:
    tube = closed_tube(at)
    with scoped(at.sampler, "sampling") as by:
        custody_losses.declare_missing(tube=tube, by=by)
    with scoped(cast.of_organisation(Role.SAMPLER), "sampling") as by:
        assert not custody_losses.found(tube=tube, by=by)
    assert stage_of(tube) == Stage.LOST


def test_the_board_names_what_stands_still_who_had_it_and_his_telephone(at: Team) -> None:
    tube = closed_tube(at)
    box = sent_box(at, tube)
    with scoped(at.sampler, "sampling") as by:
        later = now() + timedelta(hours=7)
        (row,) = [each for each in reading.still(by, at=later) if each.tube == tube]
        assert row.standing.stage == Stage.ROAD
        assert (row.holder.name, row.holder.phone) == (COURIER.name, COURIER.phone)
        assert row.box == box
        assert row.late.values == {"hours": 6}
        assert tube not in [each.tube for each in reading.still(by, at=now())]


def test_the_laboratory_board_has_what_it_accepted_and_no_open_tube(at: Team) -> None:
    tube, waiting = closed_tube(at), closed_tube(at)
    accept(at, tube)
    with scoped(at.technician, "laboratory") as by:
        rows = reading.still(by, laboratory=True, at=now() + timedelta(hours=13))
    stages = {row.tube.pk: row.standing.stage for row in rows}
    assert stages[tube.pk] == Stage.ACCEPTED
    assert waiting.pk not in stages


def test_the_unit_reads_why_its_tube_was_rejected(at: Team, people: list[Person]) -> None:
    tube = closed_tube(at, people[0])
    reject(at, tube, "broken")
    facts.work("sampling.reception")
    with scoped(at.sampler, "sampling"):
        (row,) = [each for each in reading.rejections() if each.reception.tube == tube]
    assert row.reception.reason == Reception.Reason.BROKEN
    assert (row.asked, row.open) == (1, 1)


def test_a_page_that_was_away_says_when_it_scanned_and_never_before_the_tube_was_closed(
    at: Team,
) -> None:
    tube = closed_tube(at)
    box = packed_box(at)
    with scoped(at.sampler, "sampling") as by:
        early = now() - timedelta(days=1)
        row = custody.pack(box=box, barcode=tube.barcode, at=early, by=by)
        assert row.at == tube.closed_at
        assert isinstance(row.pk, UUID)
