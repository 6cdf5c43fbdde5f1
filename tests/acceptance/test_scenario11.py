"""Scenario 11: three hundred people at four tables of rapid tests; one of the seven positives is
traced before RT-PCR, which finds it negative, and what was done because of it is undone.

The naive twin walks through the same day as a list of people with a clock; it knows neither tables
nor rules of the database.  Given are only what stands on each cassette, what RT-PCR finds, and how
many the one had met.
"""

import html
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from lachan.core.clock import now
from lachan.core.models import AuditEvent
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.gate.orders import order_facts
from lachan.isolation.models import Holding, Order
from lachan.notices import services as notices
from lachan.notices.models import Notice
from lachan.people.models import Person
from lachan.people.selectors import trace_ids_of
from lachan.sampling import rapid_reading, selectors
from lachan.sampling.models import RapidTest, Release, Result, SampleRequest
from lachan.tracing import tasks
from lachan.tracing.models import Case, Contact, Handover, ZoneDecision
from tests.acceptance.rapid_morning import MINUTES, PEOPLE, TABLES, Morning, played
from tests.corrections import fallen
from tests.corrections.fallen import World
from tests.database import copy
from tests.factories import cast, outbreak
from tests.factories.orders import EXERCISE
from tests.notices.test_sending import messages, served
from tests.sampling.people_at_the_table import browser
from tests.sampling.reading_tables import pcr_of

pytestmark = pytest.mark.slow

#: What the one wrong positive brought about, and how many of its messages had left by then.
NOTICES, ORDERS, ZONES, SENT = 9, 1, 1, 6


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A site needs no story."""
    with copy() as name:
        yield name


@pytest.fixture(scope="module")
def morning(database: str) -> Morning:
    """Three hundred people at four tables."""
    return played()


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    """Where messages leave."""
    with served() as url:
        yield url


@dataclass
class Feared:
    """The one of seven that is wrong, traced before RT-PCR, with everything people did about it."""

    world: World
    tracer: Principal
    offered: int
    order: Order
    zone: ZoneDecision

    @property
    def address(self) -> str:
        """The page of what this result brought about."""
        return f"/corrections/{self.world.result.id}/"


@pytest.fixture(scope="module")
def feared(morning: Morning, gateway: str) -> Feared:
    """The tracer does not wait for RT-PCR: nine contacts, one of them held, and a lane to close."""
    [man] = [man for man in morning.men if man.pcr == "negative"]
    unit = outbreak.Unit.of(outbreak.HERE_CODE)
    by = cast.of_province(Role.TRACER, unit.province)
    tracer = browser(by)
    with system_scope("test"):
        source = Person.objects.get(pk=man.person)
        [one] = selectors.provisional_positives(persons=[source.id])
    offered = tracer.get("/tracing/").text.count("/suspect/")
    answer = tracer.post(f"/tracing/rapid/{one.release.result_id}/suspect/")
    assert answer.status_code == 302, answer.content.decode()
    tasks.open_suspected()
    with system_scope("test"):
        case = Case.objects.get(result=one.release.result_id)
        result = Result.objects.get(pk=one.release.result_id)
    world = World(unit, fallen.Laboratory(), result, case)
    around = fallen.people(NOTICES)
    fallen.lane_of([source, *around], unit)
    fallen.met(world, around)
    [order] = fallen.proposed(world, world.contacts[:1])
    drafts = fallen.handed_over(world, world.contacts)
    assert len(drafts) == NOTICES
    fallen.sent(drafts[:SENT])
    return Feared(world, by, offered, order, fallen.zone_planned(world))


@pytest.fixture(scope="module")
def confirmed(morning: Morning, feared: Feared) -> Morning:
    """RT-PCR of everybody who is asked for it."""
    for man in morning.men:
        if man.pcr and man.person:
            pcr_of(morning.at, man.person, man.pcr, EXERCISE)
    tasks.new_positives()
    fallen.worked()
    return morning


@dataclass
class Withdrawn:
    """What the page said before and after the press."""

    before: str
    after: str
    found: Counter[str]


@pytest.fixture(scope="module")
def withdrawn(confirmed: Morning, feared: Feared) -> Withdrawn:
    """The tracer reads what rests on the wrong positive, and presses once."""
    world = feared.world
    tracer = browser(feared.tracer)
    board = html.unescape(tracer.get("/corrections/").content.decode())
    assert world.case.number in board
    assert "RT-PCR did not confirm it" in board
    before = html.unescape(tracer.get(feared.address).content.decode())
    found: Counter[str] = Counter()
    for line in world.correction().found:
        found[line["kind"]] += line["count"]
    answer = tracer.post(f"{feared.address}decide/", {"reason": "RT-PCR âm tính"})
    assert answer.status_code == 302, answer.content.decode()
    fallen.worked()
    with system_scope("test") as by:
        notices.send_approved(by=by)
    after = html.unescape(tracer.get(feared.address).content.decode())
    return Withdrawn(before, after, found)


def outcomes(*, repeats: bool) -> Counter[str]:
    """What was released of the first cassettes, or of the repeats."""
    with system_scope("test"):
        rows = Release.objects.filter(tube__rapid__repeats__isnull=not repeats)
        rows = rows.filter(tube__method="rapid")
        return Counter(rows.values_list("result__outcome", flat=True))


def people(morning: Morning, state: str | None = None) -> set[int]:
    """Numbers of who is provisionally positive, by what RT-PCR said of them."""
    numbers = {man.person: man.number for man in morning.men}
    with system_scope("test"):
        rows = selectors.provisional_positives()
    return {numbers[one.sample.person_id] for one in rows if state in {None, one.state}}


def test_the_board_keeps_fifteen_minutes_each(morning: Morning) -> None:
    assert morning.boards.count(True) == len(morning.boards) > 2 * PEOPLE / TABLES
    waited = {test.ready_at - test.applied_at for test in morning.tests.values()}
    assert waited == {timedelta(minutes=MINUTES)}


def test_four_tables_test_everybody(morning: Morning) -> None:
    with system_scope("test"):
        first = RapidTest.objects.filter(repeats=None).values_list("table", flat=True)
        assert Counter(first) == Counter(str(man.table + 1) for man in morning.men)
    assert len(set(first)) == TABLES


def test_the_first_readings_are_288_6_and_6(morning: Morning) -> None:
    first, _again = morning.twin.readings()
    assert outcomes(repeats=False) == first
    assert (first["negative"], first["positive"], first["invalid"]) == (288, 6, 6)


def test_the_repeats_are_5_and_1(morning: Morning) -> None:
    _first, again = morning.twin.readings()
    assert outcomes(repeats=True) == again
    assert (again["negative"], again["positive"], again["invalid"]) == (5, 1, 0)


def test_no_reader_released_his_own_reading(morning: Morning) -> None:
    with system_scope("test"):
        rows = Release.objects.filter(tube__method="rapid")
        assert all(row.by != row.result.entered_by for row in rows.select_related("result"))


def test_seven_are_provisional_and_none_is_a_case_by_it(morning: Morning) -> None:
    assert people(morning) == morning.twin.provisional()
    assert len(morning.twin.provisional()) == 7
    assert morning.cases == 0


def test_each_of_them_is_offered_to_the_tracer_and_one_is_traced_at_once(feared: Feared) -> None:
    assert feared.offered == 7
    assert feared.world.case.status == Case.Status.SUSPECTED
    assert feared.order.state == Order.State.HOLDING
    assert feared.zone.decided_at is None


def test_each_of_the_seven_was_asked_for_rt_pcr_alone(confirmed: Morning) -> None:
    with system_scope("test"):
        rows = list(SampleRequest.objects.filter(source="rapid_positive"))
    numbers = {man.person: man.number for man in confirmed.men}
    assert {numbers[row.person_id] for row in rows} == confirmed.twin.provisional()
    assert {(row.single, row.method, row.state) for row in rows} == {(True, "pcr", "done")}


def test_six_are_confirmed_and_one_is_positive_no_more(confirmed: Morning) -> None:
    twin = confirmed.twin
    assert people(confirmed, "confirmed") == twin.confirmed()
    assert people(confirmed, "ended") == twin.provisional() - twin.confirmed()
    assert people(confirmed, "waiting") == set()
    assert (len(twin.confirmed()), len(people(confirmed, "ended"))) == (6, 1)


def test_the_cases_are_the_confirmed(confirmed: Morning) -> None:
    numbers = {man.person: man.number for man in confirmed.men}
    with system_scope("test"):
        cases = set(Case.objects.filter(status="confirmed").values_list("person", flat=True))
    assert {numbers[person] for person in cases} == confirmed.twin.confirmed()


def test_everybody_reads_his_own_last_answer(confirmed: Morning) -> None:
    for man in confirmed.men[:: PEOPLE // 20]:
        reader = cast.citizen(man.person)
        with scoped(reader, "own_data"):
            assert man.person is not None
            newest, *_older = selectors.outcomes_of(man.person)
        assert newest.outcome == (man.pcr or man.last)


def test_rt_pcr_ends_the_holding_and_leaves_the_rest_to_a_human(
    confirmed: Morning, feared: Feared, gateway: str
) -> None:
    correction = feared.world.correction()
    assert correction.cause == "refuted"
    with system_scope("test"):
        holding = Holding.objects.get(order=feared.order)
    assert holding.ended_by == Holding.End.DROPPED
    assert correction.prepared_at is not None
    assert holding.ended_at is not None
    assert holding.ended_at < (correction.decided_at or now())


def test_eleven_consequences_are_listed_before(withdrawn: Withdrawn) -> None:
    assert "11 consequences reach people outside the office." in withdrawn.before
    listed = (withdrawn.found["notice"], withdrawn.found["order"], withdrawn.found["zone"])
    assert listed == (NOTICES, ORDERS, ZONES)
    assert sum(withdrawn.found[kind] for kind in ("notice", "order", "zone", "request")) == 11


def test_all_eleven_are_undone(withdrawn: Withdrawn, feared: Feared) -> None:
    world = feared.world
    with system_scope("test"):
        case = Case.objects.get(pk=world.case.pk)
        assert case.status == Case.Status.WITHDRAWN
        handovers = Handover.objects.filter(person__in=[row.person_id for row in world.contacts])
        assert set(handovers.values_list("state", flat=True)) == {"recalled"}
        told = Notice.objects.filter(kind="contact_duty")
        assert set(told.values_list("state", flat=True)) == {"recalled"}
        lifted = Notice.objects.filter(kind="duty_lifted")
        assert lifted.count() == SENT
        assert set(lifted.values_list("approved_by", flat=True)) == {feared.tracer.account}
        assert Order.objects.get(pk=feared.order.pk).state == Order.State.DROPPED
        ended = Notice.objects.filter(kind="holding_ended", reason=feared.order.id)
        assert ended.count() == 1
        zone = ZoneDecision.objects.get(pk=feared.zone.pk)
        assert zone.state == ZoneDecision.State.DROPPED
        # Whom a human confirmed stays on the list, for that human to look at.
        assert not Contact.objects.filter(case=case, state="ruled_out").exists()
    assert at_a_gate(world.contacts[0]) == ""
    outcomes = Counter((row.kind, row.outcome) for row in world.undoings())
    assert outcomes["notice", "undone"] == NOTICES
    assert outcomes["order", "undone"] == ORDERS
    assert outcomes["zone", "undone"] == ZONES
    assert "task" not in {outcome for _kind, outcome in outcomes}


def test_whoever_was_told_is_told_that_it_does_not_apply(
    withdrawn: Withdrawn, gateway: str
) -> None:
    with system_scope("test"):
        references = Notice.objects.filter(kind="duty_lifted").values_list("values", flat=True)
        wanted = {values["reference"] for values in references}
    assert len(wanted) == SENT
    texts = [message["text"] for message in messages(gateway)]
    for reference in wanted:
        assert [text for text in texts if reference in text and "không còn" in text]


def test_every_undoing_is_audited(withdrawn: Withdrawn, feared: Feared) -> None:
    account = feared.tracer.account
    events = AuditEvent.objects.using("owner")
    pressed = events.filter(by_account=account).values_list("kind", flat=True)
    assert {"case.suspected", "correction.decided"} <= set(pressed)
    done_for = events.filter(detail__for=str(account)).values_list("kind", flat=True)
    assert {
        *("correction.undone", "case.withdrawn", "notice.recalled", "zone.dropped"),
        "handover.recalled",
    } <= set(done_for)
    written = {row.event for row in feared.world.undoings() if row.event}
    assert written <= set(events.values_list("kind", flat=True))
    assert "What became of it" in withdrawn.after
    assert "order.dropped" in withdrawn.after


def test_a_repeated_press_changes_nothing(withdrawn: Withdrawn, feared: Feared) -> None:
    world = feared.world
    before = (world.correction().decided_at, len(world.undoings()))
    with system_scope("test"):
        written = Notice.objects.count()

    browser(world.tracer).post(f"{feared.address}decide/", {"reason": "lần nữa"})
    fallen.worked()

    assert (world.correction().decided_at, len(world.undoings())) == before
    with system_scope("test"):
        assert Notice.objects.count() == written


def test_the_six_stand_and_seven_stay_provisional_by_their_rapid_test(
    withdrawn: Withdrawn, confirmed: Morning
) -> None:
    assert people(confirmed) == confirmed.twin.provisional()
    assert len(people(confirmed, "confirmed")) == 6
    with system_scope("test"):
        assert Case.objects.filter(status="confirmed").count() == 6


def at_a_gate(contact: Contact) -> str:
    """Which duty a guard's scan knows of this person."""
    with system_scope("test"):
        trace = trace_ids_of([contact.person_id])[contact.person_id]
    with scoped(cast.of_organisation(Role.GATE_CONTROLLER), "gate"):
        return str(order_facts(trace, now()).get("duty", ""))


def test_a_stranger_learns_not_even_that_it_exists(withdrawn: Withdrawn, feared: Feared) -> None:
    abroad = cast.of_province(Role.TRACER, outbreak.Unit.of(outbreak.ABROAD_CODE).province)
    assert browser(abroad).get(feared.address).status_code == 404
    assert browser(fallen.Laboratory().lead).get(feared.address).status_code == 404


def test_nobody_elsewhere_sees_the_board(confirmed: Morning) -> None:
    for stranger in _strangers():
        with scoped(stranger, "sampling") as by:
            assert rapid_reading.board(by, now()) == []


def _strangers() -> list[Principal]:
    return [
        cast.of_organisation(Role.SAMPLER),
        cast.of_organisation(Role.LABORATORY),
        cast.outsider(),
    ]
