"""A gate and a zone: the minute before and the minute itself, a pass, the end, no network."""

import base64
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from lachan.core.clock import now, today
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.core.signing import ring
from lachan.credentials.packs import digest_of, open_pack
from lachan.credentials.tokens import TokenRefused
from lachan.gate import packs, selectors
from lachan.gate import zones as gate_zones
from lachan.people.models import Person
from lachan.people.selectors import trace_ids_of
from lachan.places.models import Place
from lachan.rulebook import selectors as rulebook
from lachan.tracing import zone_care, zones
from lachan.tracing.models import ZoneDecision
from lachan.tracing.zone_access import cases_for, gathered_for
from lachan.tracing.zone_papers import PaperScan
from lachan.tracing.zone_plan import Key, Workshop
from lachan.venues.models import Venue
from lachan.venues.services import open_venue
from tests.factories import cast, zone_town
from tests.factories.outbreak import HERE_CODE, Unit
from tests.factories.zone_town import Town
from tests.gate import twins

PAPER = PaperScan("qd.pdf", b"%PDF-1.7 signed")


def small_town() -> Town:
    """Two cases in one lane, another lane beside it."""
    town = Town(Unit.of(HERE_CODE))
    town.streets["Ngõ 12"] = zone_town.street("Ngõ 12", town.unit, [3, 2, 4], 1)
    town.streets["Ngõ 30"] = zone_town.street("Ngõ 30", town.unit, [3, 3], 1, row=1)
    people = town.streets["Ngõ 12"].people
    town.cases = [zone_town.case_of(people[0]), zone_town.case_of(people[4])]
    zone_town.link(town)
    return town


@pytest.fixture(scope="module")
def town(database: str) -> Town:
    return small_town()


def signed() -> zones.Signed:
    return zones.Signed("12/QĐ-UBND", today(), "Nguyễn Văn Bình", PAPER)


@pytest.fixture(scope="module")
def decision(town: Town) -> ZoneDecision:
    """A zone of the lane, reported seven hours ago and decided, in force in ten minutes."""
    assert town.outbreak is not None
    tracer, chairman = town.tracer, town.officer(Role.COMMUNE_CHAIRMAN)
    with scoped(tracer, "zone"):
        cases = cases_for(tracer, town.outbreak.id, [])
        workshop = Workshop(gathered_for(tracer, cases), [town.unit.commune])
        plan = workshop.plan("lanes", 100)
        assert plan is not None
        zone = zones.propose(workshop=workshop, plan=plan, cases=cases, by=tracer)
        made = ZoneDecision.objects.get(zone=zone)
    with scoped(chairman, "zone"):
        zones.report(decision=made, by=chairman)
        reported = now() - timedelta(hours=7)
        ZoneDecision.objects.filter(pk=made.pk).update(reported_at=reported)
        start = (now() + timedelta(minutes=10)).replace(second=0, microsecond=0)
        return zones.decide(decision=made, signed=signed(), starts_at=start, by=chairman)


@pytest.fixture(scope="module")
def start(decision: ZoneDecision) -> datetime:
    assert decision.starts_at is not None
    return decision.starts_at


def gate_at(place: Place, town: Town) -> tuple[Venue, Principal]:
    """A poster at a place, and the guard who stands there."""
    manager = cast.of_organisation(Role.PLACE_MANAGER, place.organisation_id)
    with scoped(manager, "places"):
        venue = open_venue(place=Place.objects.get(pk=place.pk), by=manager)
    return venue, cast.of_organisation(Role.GATE_CONTROLLER, place.organisation_id)


@pytest.fixture(scope="module")
def inside(town: Town) -> tuple[Venue, Principal]:
    """A shop in the lane that is closed."""
    return gate_at(town.streets["Ngõ 12"].shops[0], town)


@pytest.fixture(scope="module")
def outside(town: Town) -> tuple[Venue, Principal]:
    """A shop in another lane."""
    return gate_at(town.streets["Ngõ 30"].shops[0], town)


def outcome(person: Person, gate: tuple[Venue, Principal], at: datetime) -> str:
    """What the rulebook answers at a gate at a moment."""
    venue, guard = gate
    with system_scope("test"):
        trace_id = trace_ids_of([person.id])[person.id]
    with scoped(guard, "gate"):
        guest = selectors.shown(trace_id, [])
        assert guest is not None
        return selectors.colour_of(guest, at, venue.place)[1].outcome


def test_one_minute_before_it_answers_as_before_and_then_the_zone_rule(
    town: Town, start: datetime, inside: tuple[Venue, Principal], outside: tuple[Venue, Principal]
) -> None:
    resident, neighbour = (town.streets[name].people[1] for name in ("Ngõ 12", "Ngõ 30"))
    before = start - timedelta(minutes=1)

    for gate, person in ((inside, resident), (inside, neighbour), (outside, resident)):
        assert outcome(person, gate, before) == "not_declared"
    assert outcome(neighbour, inside, start) == "zone_place"
    assert outcome(resident, inside, start) == "zone_place"
    assert outcome(resident, outside, start) == "zone_resident"
    assert outcome(neighbour, outside, start) == "not_declared"


def test_a_guard_learns_word_reason_and_whom_to_call_and_no_disease(
    town: Town, start: datetime, outside: tuple[Venue, Principal]
) -> None:
    resident = town.streets["Ngõ 12"].people[1]
    venue, guard = outside
    with system_scope("test"):
        trace_id = trace_ids_of([resident.id])[resident.id]
    with scoped(guard, "gate"):
        guest = selectors.shown(trace_id, [])
        assert guest is not None
        _colour, made = selectors.colour_of(guest, start, venue.place)
        said = rulebook.render(made, "vi", audience="guard")
    assert "gọi Trạm Y tế" in said
    assert "giấy ra vào vùng" in said
    for secret in ("Mây Trắng", "dương tính", "Ngõ 12"):
        assert secret not in said


def test_a_pass_opens_for_its_time_and_no_longer(
    town: Town,
    decision: ZoneDecision,
    start: datetime,
    inside: tuple[Venue, Principal],
    outside: tuple[Venue, Principal],
) -> None:
    resident = town.streets["Ngõ 12"].people[2]
    station = town.officer(Role.STATION_OFFICER)
    with scoped(station, "zone"):
        row = zone_care.give_pass(
            decision=decision,
            person=resident.id,
            reason="care",
            from_at=start + timedelta(hours=1),
            to_at=start + timedelta(hours=3),
            signer="Nguyễn Văn Bình",
            by=station,
        )

    assert outcome(resident, outside, start + timedelta(minutes=59)) == "zone_resident"
    assert outcome(resident, outside, start + timedelta(hours=1)) == "zone_pass"
    assert outcome(resident, inside, start + timedelta(hours=2)) == "zone_pass"
    assert outcome(resident, outside, start + timedelta(hours=3)) == "zone_resident"
    with scoped(station, "zone"):
        zone_care.withdraw_pass(row=row, by=station)
    assert outcome(resident, outside, start + timedelta(hours=4)) == "zone_resident"


def test_nobody_else_may_ask_whether_somebody_lives_in_a_zone(town: Town, start: datetime) -> None:
    resident = town.streets["Ngõ 12"].people[1]
    with system_scope("test"):
        trace_id = trace_ids_of([resident.id])[resident.id]
    for stranger in (cast.outsider(), cast.citizen(), cast.of_province(Role.TRACER)):
        with scoped(stranger, "gate"):
            assert gate_zones.zone_facts(trace_id, None, start) == {}
    with scoped(cast.citizen(resident.id), "pass"):
        assert gate_zones.zone_facts(trace_id, None, start)["lives_in_zone"] is True


def opened(gate: tuple[Venue, Principal]) -> dict[str, Any]:
    """The pack as a device of this gate opens it."""
    venue, guard = gate
    with scoped(guard, "gate"):
        return open_pack(ring(), packs.gate_pack(venue, now()))


def held(pack: dict[str, Any], person: Person, at: datetime) -> bool:
    """What the page decides without us: the definition of `zoned` in pack.js, in plain Python."""

    def holds(spans: list[list[int | None]]) -> bool:
        second = at.timestamp()
        return any((a or 0) <= second and (b is None or second < b) for a, b in spans)

    with system_scope("test"):
        pseudonym = trace_ids_of([person.id])[person.id].bytes
    digest = digest_of(bytes.fromhex(pack["salt"]), pseudonym)
    zoned = holds(pack["here"]) or holds(pack["homes"].get(digest, []))
    return zoned and not holds(pack["passes"].get(digest, []))


def test_a_gate_without_a_network_answers_to_the_same_minute(
    town: Town,
    decision: ZoneDecision,
    start: datetime,
    inside: tuple[Venue, Principal],
    outside: tuple[Venue, Principal],
) -> None:
    resident, neighbour = (town.streets[name].people[1] for name in ("Ngõ 12", "Ngõ 30"))
    there, here = opened(outside), opened(inside)
    before = start - timedelta(minutes=1)

    assert there["zones"] == [str(decision.zone_id)]
    assert not held(there, resident, before)
    assert held(there, resident, start)
    assert not held(there, neighbour, start)
    assert not held(here, neighbour, before)
    assert held(here, neighbour, start)


def test_the_browsers_own_module_decides_the_same(
    town: Town,
    start: datetime,
    inside: tuple[Venue, Principal],
    outside: tuple[Venue, Principal],
) -> None:
    people = [town.streets[name].people[1] for name in ("Ngõ 12", "Ngõ 30")]
    moments = [start - timedelta(minutes=1), start, start + timedelta(days=2)]
    moments.append(start + timedelta(days=8))
    for venue, guard in (inside, outside):
        with scoped(guard, "gate"):
            signed_pack = packs.gate_pack(venue, now())
        content = open_pack(ring(), signed_pack)
        with system_scope("test"):
            traces = trace_ids_of(person.id for person in people)
        asked = [(person, at) for person in people for at in moments]
        told = twins.packed(
            signed_pack,
            venue.code,
            [[traces[person.id].hex, at.timestamp()] for person, at in asked],
        )
        # After seven days nobody knows whether the zone still stands: then it judges nobody.
        wanted = [
            held(content, person, at) if at.timestamp() < content["until"] else None
            for person, at in asked
        ]
        kept_out = [each and each["said"]["kind"] == "not" for each in told["answers"]]
        assert (told["believed"], kept_out) == (True, wanted)
        assert wanted[2] is not None
        assert wanted[3] is None
        assert twins.packed(signed_pack, "ELSEWHR1", [])["believed"] is False
        wrong = signed_pack | {"body": base64.b64encode(b"{}").decode()}
        assert twins.packed(wrong, venue.code, [])["believed"] is False


def test_a_pack_names_nobody_and_is_only_the_gates_own(
    town: Town, outside: tuple[Venue, Principal]
) -> None:
    venue, guard = outside
    with scoped(guard, "gate"):
        pack = packs.gate_pack(venue, now())
    text = base64.b64decode(pack["body"]).decode()
    with system_scope("test"):
        secrets = [str(each) for each in trace_ids_of(p.id for p in town.streets["Ngõ 12"].people)]
        traces = trace_ids_of(p.id for p in town.streets["Ngõ 12"].people).values()
    assert len(json.loads(text)["homes"]) == 9
    for secret in (*secrets, *(each.hex for each in traces), "Nguyễn"):
        assert secret not in text
    stranger = cast.of_organisation(Role.GATE_CONTROLLER)
    with scoped(stranger, "gate"):
        empty = open_pack(ring(), packs.gate_pack(venue, now()))
    assert (empty["homes"], empty["here"], empty["passes"]) == ({}, [], {})


def test_a_changed_pack_is_not_believed(outside: tuple[Venue, Principal]) -> None:
    venue, guard = outside
    with scoped(guard, "gate"):
        pack = packs.gate_pack(venue, now())
    body = base64.b64decode(pack["body"]).replace(b'"homes":{', b'"homes":{ ')
    with pytest.raises(TokenRefused):
        open_pack(ring(), pack | {"body": base64.b64encode(body).decode()})


def test_a_house_taken_out_is_free_and_its_neighbours_are_not(
    town: Town, decision: ZoneDecision, start: datetime, outside: tuple[Venue, Principal]
) -> None:
    lane = town.streets["Ngõ 12"]
    free, kept = lane.families[lane.houses[2].id][0], lane.families[lane.houses[1].id][0]
    chairman = town.officer(Role.COMMUNE_CHAIRMAN)
    at = start + timedelta(hours=5)
    with scoped(chairman, "zone"):
        after = zones.adjust(
            decision=decision,
            take=[Key("house", lane.houses[2].id)],
            at=at,
            signed=signed(),
            by=chairman,
        )

    assert outcome(free, outside, at - timedelta(minutes=1)) == "zone_resident"
    assert outcome(free, outside, at) == "not_declared"
    assert outcome(kept, outside, at) == "zone_resident"
    assert (after.people, after.households, after.businesses) == (5, 2, 1)


def test_lifted_is_free_at_that_minute_and_with_the_next_pack(
    town: Town, decision: ZoneDecision, start: datetime, outside: tuple[Venue, Principal]
) -> None:
    resident = town.streets["Ngõ 12"].people[1]
    chairman = town.officer(Role.COMMUNE_CHAIRMAN)
    lifted = start + timedelta(hours=8)
    assert held(opened(outside), resident, lifted)
    with scoped(chairman, "zone"):
        zones.end(decision=decision, signed=signed(), at=lifted, by=chairman)

    assert outcome(resident, outside, lifted - timedelta(minutes=1)) == "zone_resident"
    assert outcome(resident, outside, lifted) == "not_declared"
    pack = opened(outside)
    assert held(pack, resident, lifted - timedelta(minutes=1))
    assert not held(pack, resident, lifted)


def test_every_question_of_a_gate_goes_by_an_index(town: Town) -> None:
    """The parts of all zones are never read through: the plan names the indexes of parts."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("set enable_seqscan = off")
        plans = []
        for column in ("lane_id", "dwelling_id", "place_id"):
            cursor.execute(
                f"explain select from_at from tracing_zonepart where {column} = %s"
                " and from_at <= now() and (to_at is null or to_at > now())",
                [town.streets["Ngõ 12"].lane.id],
            )
            plans.append("\n".join(row[0] for row in cursor.fetchall()))
        cursor.execute("reset enable_seqscan")
    for name, plan in zip(("lane", "dwelling", "place"), plans, strict=True):
        assert f"zonepart_by_{name}" in plan
