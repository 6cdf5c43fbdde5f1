"""A press undoes what rests on a positive, and leaves what rests on something else."""

import html
from collections.abc import Iterable

import pytest
from django.db import connections

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.corrections import services, tasks
from lachan.corrections.models import Correction
from lachan.isolation import deciding
from lachan.isolation.models import Order
from lachan.notices import services as notices
from lachan.notices.models import Notice
from lachan.notices.selectors import duty_of
from lachan.sampling.models import SampleRequest, Withdrawal
from lachan.tracing import measures, sample_asking
from lachan.tracing import tasks as tracing_tasks
from lachan.tracing.models import Case, Contact, Handover, MeasureRequest, ZoneDecision, ZoneStep
from tests.corrections import fallen
from tests.corrections.fallen import World
from tests.factories import cast, chains, orders
from tests.factories.outbreak import ABROAD_CODE, somebody
from tests.sampling.people_at_the_table import browser
from tests.tracing.test_levels_promotion import Scenario, sums


def looked_up(world: World, by: Principal | None = None) -> Correction:
    """The tracer opens the page, and the worker has looked."""
    answer = browser(by or world.tracer).get(f"/corrections/{world.result.id}/")
    assert answer.status_code == 200, answer.content.decode()
    tasks.look_up()
    return world.correction()


def undone(world: World, reason: str = "nhầm ống") -> None:
    """The tracer presses, and the worker has undone it."""
    correction = looked_up(world)
    by = world.tracer
    with scoped(by, "corrections"):
        services.decide(correction=correction, reason=reason, by=by)
    fallen.worked()


def acts(world: World) -> set[tuple[str, str, str]]:
    return {(row.kind, row.act, row.outcome) for row in world.undoings()}


def states(rows: Iterable[Notice]) -> list[str]:
    with system_scope("test"):
        keys = [row.id for row in rows]
        return list(
            Notice.objects.filter(pk__in=keys).order_by("id").values_list("state", flat=True)
        )


def test_nobody_decided_on_them_so_they_are_ruled_out(database: str) -> None:
    world = fallen.positive()
    fallen.met(world, fallen.people(2), confirmed=False)

    undone(world)

    with system_scope("test"):
        assert Case.objects.get(pk=world.case.pk).status == Case.Status.WITHDRAWN
        rows = Contact.objects.filter(case=world.case)
        assert set(rows.values_list("state", flat=True)) == {"ruled_out"}
    assert ("contact", "rule_out", "undone") in acts(world)


def test_another_province_is_told_as_well(database: str) -> None:
    world = fallen.positive()
    [row] = fallen.met(world, fallen.people(1, ABROAD_CODE))
    [draft] = fallen.handed_over(world, [row])

    undone(world)

    assert states([draft]) == ["recalled"]
    with system_scope("test"):
        assert Handover.objects.get(person=row.person_id).state == Handover.State.RECALLED


def test_a_duty_that_was_told_counts_no_more(database: str) -> None:
    world = fallen.positive()
    [row] = fallen.met(world, fallen.people(1))
    [message] = fallen.handed_over(world, [row])
    with system_scope("test"):
        Notice.objects.filter(pk=message.pk).update(
            state="sent", sent_at=now(), approved_at=now(), approved_by=world.tracer.account
        )
        assert duty_of(row.person_id, now())

    undone(world)

    with system_scope("test"):
        assert duty_of(row.person_id, now()) == {}
        correcting = Notice.objects.get(kind="duty_lifted", reason=message.id)
        assert correcting.state == Notice.State.APPROVED


def test_what_another_case_asks_as_well_stays(database: str) -> None:
    wrong, right = fallen.positive(), fallen.positive("Vũ Thị Đúng")
    both, alone = fallen.people(2)
    mine = fallen.met(wrong, [both, alone])
    fallen.met(right, [both])
    drafts = fallen.handed_over(wrong, mine)
    made = fallen.proposed(wrong, mine)

    undone(wrong)

    by_person = {row.person_id: row for row in drafts}
    assert states([by_person[both.id]]) == ["drafted"]
    assert states([by_person[alone.id]]) == ["recalled"]
    stand = {row.person_id: orders.again(row).state for row in made}
    assert stand == {both.id: "holding", alone.id: "dropped"}
    assert {("notice", "keep", "kept"), ("order", "keep", "kept")} <= acts(wrong)


def test_what_was_kept_for_another_case_falls_with_that_case(database: str) -> None:
    first, second = fallen.positive(), fallen.positive("Vũ Thị Cũng Sai")
    both = fallen.people(1, phone=620)
    mine = fallen.met(first, both)
    theirs = fallen.met(second, both)
    [draft] = fallen.handed_over(first, mine)
    fallen.handed_over(second, theirs)
    [order] = fallen.proposed(first, mine)
    undone(first)
    assert (states([draft]), orders.again(order).state) == (["drafted"], "holding")

    undone(second)

    assert (states([draft]), orders.again(order).state) == (["recalled"], "dropped")
    assert {("notice", "drop", "undone"), ("order", "drop", "undone")} <= acts(second)


def test_a_message_that_reached_no_telephone_is_corrected_as_well(database: str) -> None:
    world = fallen.positive()
    rows = fallen.met(world, [somebody("Không Điện Thoại", world.unit)])
    [message] = fallen.handed_over(world, rows)
    fallen.sent([message])
    assert states([message]) == ["failed"]

    undone(world)
    with system_scope("test") as by:
        notices.send_approved(by=by)

    assert states([message]) == ["recalled"]
    with system_scope("test"):
        correcting = Notice.objects.get(kind="duty_lifted", reason=message.id)
    # The station finds it on its list of whom to call or visit.
    assert correcting.state == Notice.State.FAILED


def test_one_that_cannot_be_undone_keeps_no_other_waiting(database: str) -> None:
    bad, good = fallen.positive(), fallen.positive("Vũ Thị Đúng")
    for world in (bad, good):
        correction = looked_up(world)
        by = world.tracer
        with scoped(by, "corrections"):
            services.decide(correction=correction, reason="nhầm ống", by=by)
    with system_scope("test"):
        Correction.objects.filter(result=bad.result.id).update(reason=" ")

    with pytest.raises(Refused):
        tasks.undo_decided()

    assert good.correction().state == Correction.State.DONE
    assert bad.correction().state == Correction.State.DECIDED
    with system_scope("test"):
        assert Case.objects.get(pk=bad.case.pk).status == Case.Status.CONFIRMED
        Correction.objects.filter(result=bad.result.id).update(reason="nhầm ống")


def test_the_laboratory_reads_numbers_and_nobodys_name(database: str) -> None:
    world = fallen.positive("Trần Văn Nhanh")
    rows = fallen.met(world, fallen.people(2, phone=640))
    fallen.handed_over(world, rows)
    lead = browser(world.laboratory.lead)
    address = f"/corrections/{world.result.id}/"
    lead.get(address)
    fallen.worked()

    before = html.unescape(lead.get(address).content.decode())
    lead.post(f"{address}decide/", {"reason": "nhầm ống"})
    fallen.worked()
    after = html.unescape(lead.get(address).content.decode())

    assert "2 consequences reach people outside the office." in before
    assert "What became of it" in after
    for page in (before, after):
        for secret in ("Trần Văn Nhanh", "Lương Thị", world.case.number):
            assert secret not in page
    with system_scope("test"):
        assert Withdrawal.objects.filter(result=world.result).exists()
    assert {row.by for row in world.undoings()} == {world.laboratory.lead.account}


def test_a_signed_order_waits_for_its_signer_and_is_cancelled_by_him(database: str) -> None:
    world = fallen.positive()
    rows = fallen.met(world, fallen.people(1))
    made = fallen.proposed(world, rows)
    station = cast.of_commune(Role.STATION_OFFICER, world.unit.commune)
    chairman = cast.of_commune(Role.COMMUNE_CHAIRMAN, world.unit.commune)
    listing = orders.listed(made, station)
    orders.signed(listing, chairman)

    undone(world)

    assert ("order", "ask_signer", "task") in acts(world)
    assert orders.again(made[0]).state == Order.State.DECIDED
    page = browser(chairman).get("/isolation/sign/").content.decode()
    assert "the result they rest on does not stand" in page
    sheet = browser(chairman).get(f"/isolation/lists/{listing.id}/cancellation.docx")
    assert sheet.status_code == 200

    with scoped(chairman, "isolation"):
        deciding.cancel(listing=listing, orders=[made[0].id], paper=orders.paper(), by=chairman)
    tasks.settle_tasks()

    assert orders.again(made[0]).ended_for == "cancelled"
    assert [row.settled_at is not None for row in world.undoings() if row.kind == "order"] == [True]


def test_the_cancelling_paper_is_recorded_on_the_page(database: str) -> None:
    world = fallen.positive()
    made = fallen.proposed(world, fallen.met(world, fallen.people(1)))
    station = cast.of_commune(Role.STATION_OFFICER, world.unit.commune)
    chairman = cast.of_commune(Role.COMMUNE_CHAIRMAN, world.unit.commune)
    listing = orders.listed(made, station)
    orders.signed(listing, chairman)
    undone(world)
    paper = orders.paper()

    answer = browser(chairman).post(
        f"/isolation/lists/{listing.id}/cancel/",
        {
            "number": paper.number,
            "day": paper.day.isoformat(),
            "signer_name": paper.signer_name,
            "capacity": paper.capacity,
        },
    )

    assert answer.status_code == 302, answer.content.decode()
    assert orders.again(made[0]).state == Order.State.ENDED


def test_a_measure_that_was_only_asked_for_is_never_written(database: str) -> None:
    world = fallen.positive()
    [row] = fallen.met(world, fallen.people(1))
    with scoped(world.tracer, "tracing") as by:
        measures.propose(case=world.case, measure="isolate_home", contacts=[row.id], by=by)

    undone(world)
    tracing_tasks.write_measures()

    with system_scope("test"):
        assert not Order.objects.filter(person=row.person_id).exists()
        request = MeasureRequest.objects.get(person=row.person_id)
    assert (request.state, request.refused_for) == ("refused", "case_withdrawn")


def test_requests_to_be_sampled_are_dropped(database: str) -> None:
    world = fallen.positive()
    [row] = fallen.met(world, fallen.people(1))
    with scoped(world.tracer, "tracing") as by:
        sample_asking.ask_contacts(case=world.case, contacts=[row.id], by=by)

    undone(world)

    with system_scope("test"):
        request = SampleRequest.objects.get(source_id=row.id)
    assert request.state == SampleRequest.State.DROPPED
    assert request.why_dropped == "nhầm ống"


def test_a_zone_of_other_cases_too_is_looked_at_again_by_its_commune(database: str) -> None:
    world = fallen.positive()
    around = fallen.people(3)
    with system_scope("test"):
        source = Case.objects.select_related("person").get(pk=world.case.pk).person
    fallen.lane_of([source, *around], world.unit)
    fallen.met(world, around)
    other = fallen.positive("Vũ Thị Đúng")
    zone = fallen.zone_planned(world)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update tracing_zone set cases = cases || %s where id = %s",
            [other.case.id, zone.zone_id],
        )

    undone(world)

    with system_scope("test"):
        assert ZoneDecision.objects.get(pk=zone.pk).dropped_at is None
        assert not ZoneStep.objects.filter(decision=zone, kind="dropped").exists()
    assert ("zone", "replan", "task") in acts(world)


def test_the_laboratory_is_asked_to_take_its_result_back(database: str) -> None:
    world = fallen.positive()

    undone(world)

    [task] = [row for row in world.undoings() if row.outcome == "task"]
    assert (task.kind, task.act, task.settled_at) == ("result", "take_back", None)
    page = browser(world.tracer).get("/corrections/").content.decode()
    assert "Head of the laboratory" in page

    answer = browser(world.laboratory.lead).post(
        f"/corrections/{world.result.id}/decide/", {"reason": "nhầm ống"}
    )
    assert answer.status_code == 302, answer.content.decode()
    fallen.worked()

    [task] = [row for row in world.undoings() if row.outcome == "task"]
    assert task.settled_at is not None


def test_scenario_8_is_undone_through_this_door(database: str) -> None:
    told = Scenario()
    told.interview()
    chains.computed()
    second = told.turn_positive()
    chains.computed()
    assert sums(told.first) == (2, 24, 102)
    tracer = chains.tracer_of(second)
    assert browser(tracer).get(f"/corrections/{second.result}/").status_code == 200
    tasks.look_up()

    answer = browser(tracer).post(
        f"/corrections/{second.result}/decide/", {"reason": "ống mẫu bị nhầm"}
    )
    assert answer.status_code == 302, answer.content.decode()
    fallen.worked()
    chains.computed()

    assert sums(told.first) == (1, 18, 97)


def test_a_decision_is_a_humans_with_a_reason_and_after_the_list(database: str) -> None:
    world = fallen.positive()
    browser(world.tracer).get(f"/corrections/{world.result.id}/")
    asked = world.correction()

    def code(by: Principal, reason: str, row: Correction) -> str:
        with pytest.raises(Refused) as refused, scoped(by, "corrections"):
            services.decide(correction=row, reason=reason, by=by)
        return refused.value.code

    assert code(world.tracer, "nhầm", asked) == "not_prepared"
    tasks.look_up()
    assert code(world.tracer, " ", world.correction()) == "reason_needed"
    with system_scope("test") as system, pytest.raises(Refused) as refused:
        services.decide(correction=world.correction(), reason="nhầm", by=system)
    assert refused.value.code == "human_only"
