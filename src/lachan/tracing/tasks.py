"""What the worker does: results become cases, questions get answers, hand-overs are told back."""

import time
from collections import defaultdict
from uuid import UUID

from django.db import connections, transaction

from lachan.core import audit, grants
from lachan.core.clock import now
from lachan.core.facts import on, ring
from lachan.core.scope import Principal, system_scope
from lachan.people.models import Person
from lachan.people.selectors import by_trace_ids, household_of, shareable, trace_ids_of
from lachan.places.models import Place
from lachan.rulebook.evaluate import ContactRule
from lachan.rulebook.selectors import contact_rule
from lachan.sampling.selectors import released_positives
from lachan.tracing import (
    arrays,
    climbing,
    evidence,
    levelling,
    measures,
    pool_asking,
    roster_tasks,
    second_level,
    services,
    submissions,
    suspecting,
)
from lachan.tracing.level_runs import ask_levels
from lachan.tracing.models import (
    Case,
    Contact,
    HandoverReceipt,
    LevelRun,
    LinkedPlace,
    Run,
    WorkedResult,
)
from lachan.tracing.sorting import CLOSE, Close, Sorted, sort

#: The worker finds this room's work in this module; what lists need is done in theirs.
import_rosters = roster_tasks.import_rosters

#: Seconds an answer waits for scans that a longer transaction holds back; then it is given with
#: what is there, and asked anew for the next round.
PATIENCE = 5.0

#: Contacts whose persons are opened in one transaction; the next round takes the rest.
OPENED_AT_ONCE = 1_000


@on("sampling.result")
def new_positives() -> int:
    """Make a case of every released positive that has none yet."""
    with system_scope("fact:sampling.result") as system:
        worked = WorkedResult.objects.values("result")
        positives = released_positives(worked)
        return sum(services.open_case(each, by=system) is not None for each in positives)


@on("tracing.suspicion")
def open_suspected() -> int:
    """Open the cases of rapid tests that are traced before RT-PCR."""
    with system_scope("fact:tracing.suspicion") as system:
        return suspecting.open_suspected(by=system)


@on("venues.scan")
@on("proximity.encounter")
def feed_index() -> int:
    """Bring the tracing index up to the last finished transaction."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        return arrays.feed(cursor)


@on("tracing.run")
def answer_runs() -> int:
    """Answer every question that waits, from an index that has read what was scanned till now."""
    with system_scope("fact:tracing.run"):
        waiting = list(
            Run.objects.filter(state=Run.State.ASKED).order_by("asked_at").values_list("id")[:20]
        )
    if not waiting:
        return 0
    behind = not _caught_up()
    return sum(_answer(run, again=behind) for (run,) in waiting)


def _caught_up() -> bool:
    """Feed until the index holds everything committed, or `PATIENCE` is over."""
    until = time.monotonic() + PATIENCE
    while True:
        feed_index()
        with connections["owner"].cursor() as cursor:
            if not arrays.is_behind(cursor):
                return True
        if time.monotonic() > until:
            return False
        time.sleep(0.2)


def _answer(run_id: UUID, *, again: bool) -> int:
    """Answer one question; `again` asks it anew, since rows are still on their way."""
    with system_scope("fact:tracing.run") as system:
        run = (
            Run.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("case")
            .filter(pk=run_id, state=Run.State.ASKED)
            .first()
        )
        if run is None:
            return 0
        rule = contact_rule(run.case.disease, at=now(), province=run.case.province)
        found = _found(run.case, rule)
        _record(run, found, rule, system)
        if again:
            services.ask(run.case, by=system)
        return 1


def _found(case: Case, rule: ContactRule) -> Sorted:
    trace_id = trace_ids_of([case.person_id]).get(case.person_id)
    if trace_id is None:
        return Sorted([], set(), {})
    met = arrays.met(trace_id, case.infectious_from, case.infectious_to, cluster=_cluster())
    venues = {each.place for person in met for each in person.meetings if each.place}
    kinds = dict(Place.objects.filter(pk__in=venues).values_list("id", "kind"))
    return sort(met, kinds, rule)


def _cluster() -> str:
    """Which database the index must belong to."""
    with connections["owner"].cursor() as cursor:
        return arrays.identity(cursor)


def _record(run: Run, found: Sorted, rule: ContactRule, system: Principal) -> None:
    case = run.case
    named = by_trace_ids([each.trace_id for each in found.close])
    household = _household(case, rule)
    people = set(named.values()) | household
    run.unnamed = len(people) > rule.name_limit
    run.linked = len(found.linked)
    run.to_verify = len(people)
    run.rule = f"{rule.rule}@{rule.version}"
    run.state = Run.State.DONE
    run.done_at = now()
    if run.unnamed:
        run.linked += len(found.close)
        run.to_verify = 0
    else:
        _name(case, found.close, named, household, run.rule, system)
    second = second_level.ask_around(case, rule, cluster=_cluster(), by=system)
    run.second_to_verify, run.second_linked = second.to_verify, second.linked
    _count_places(run, found)
    run.save()
    ring("tracing.contact")
    ask_levels(case, LevelRun.Trigger.LINKS_CHANGED, by=system)
    audit.record(
        "run.answered",
        target=("run", run.id),
        by=system,
        detail={"linked": run.linked, "to_verify": run.to_verify},
    )


def _household(case: Case, rule: ContactRule) -> set[UUID]:
    if rule.depth_by_place_kind.get("household") != CLOSE:
        return set()
    return set(household_of(case.person_id)) - {case.person_id}


def _name(
    case: Case,
    close: list[Close],
    named: dict[UUID, UUID],
    household: set[UUID],
    rule: str,
    system: Principal,
) -> None:
    """Write the people to verify; whoever a human has decided on keeps that decision."""
    met = {named[each.trace_id]: each for each in close if each.trace_id in named}
    wanted = shareable(set(met) | household)
    persons = Person.objects.in_bulk(list(wanted))
    known = {row.person_id: row for row in Contact.objects.filter(case=case)}
    fresh = []
    for person_id, person in persons.items():
        row = known.get(person_id) or _new_contact(case, person, rule)
        _fill(row, met.get(person_id))
        if person_id in known:
            row.save(update_fields=["seconds", "place", "first_at", "last_at", "imputed"])
        else:
            fresh.append(row)
    Contact.objects.bulk_create(fresh)
    evidence.of_run(case, known | {row.person_id: row for row in fresh}, wanted, system)
    _open_to_tracers(fresh)


def _new_contact(case: Case, person: Person, rule: str) -> Contact:
    return Contact(
        case=case,
        person=person,
        source=Contact.Source.HOUSEHOLD,
        rule=rule,
        found_at=now(),
        home_commune=person.commune,
        home_province=person.province,
        commune=case.commune,
        province=case.province,
    )


def _fill(row: Contact, near: Close | None) -> None:
    if near is None:
        return
    row.seconds = near.seconds
    row.place_id = near.place
    row.first_at = near.first_at
    row.last_at = near.last_at
    row.imputed = near.imputed
    if row.source == Contact.Source.HOUSEHOLD and row._state.adding:
        row.source = Contact.Source.SCAN if near.place else Contact.Source.ENCOUNTER


@on("tracing.levels")
def recompute_levels() -> int:
    """Compute the levels of every chain that was asked about; give how many people moved."""
    with system_scope("fact:tracing.levels"):
        asked = list(
            LevelRun.objects.filter(done_at=None).order_by("asked_at").values_list("id")[:50]
        )
    moved = 0
    for (run_id,) in asked:
        with system_scope("fact:tracing.levels") as system:
            run = LevelRun.objects.select_related("case").get(pk=run_id)
            if run.done_at is None:
                moved += levelling.recompute(run, by=system)
    return moved


@on("tracing.submission")
def work_submissions() -> int:
    """Make contacts to verify of what came in from outside."""
    return submissions.work_waiting()


@on("tracing.contact")
def open_contacts() -> int:
    """Open the persons of new contacts to whoever works the case, until they are handed over."""
    with system_scope("fact:tracing.contact"):
        rows = list(
            Contact.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("case")
            .filter(opened_at=None)
            .order_by("found_at")[:OPENED_AT_ONCE]
        )
        _open_to_tracers(rows)
        return len(rows)


def _open_to_tracers(rows: list[Contact]) -> None:
    """The tracer must be able to call people of other provinces, a station those of other communes
    when it works the case itself."""
    abroad: dict[int, list[UUID]] = defaultdict(list)
    elsewhere: dict[int, list[UUID]] = defaultdict(list)
    at = now()
    waiting = set(
        HandoverReceipt.objects.filter(contact__in=rows, kind="contact", state="sent").values_list(
            "contact_id", flat=True
        )
    )
    for row in rows:
        row.opened_at = at
        if row.state == Contact.State.HANDED_OVER and row.id not in waiting:
            continue
        if row.home_province != row.province:
            abroad[row.province].append(row.person_id)
        if row.case.by_commune and row.home_commune != row.commune:
            elsewhere[row.commune].append(row.person_id)
    for province, persons in abroad.items():
        grants.give("person", persons, to_province=province)
    for commune, persons in elsewhere.items():
        grants.give("person", persons, to_commune=commune)
    Contact.objects.bulk_update(rows, ["opened_at"])


def _count_places(run: Run, found: Sorted) -> None:
    there = set(Place.objects.filter(pk__in=list(found.places)).values_list("id", flat=True))
    LinkedPlace.objects.bulk_create(
        LinkedPlace(
            run=run,
            place_id=place,
            people=len(at.people),
            close=at.close,
            first_at=at.first_at,
            commune=run.commune,
            province=run.province,
        )
        for place, at in found.places.items()
        if place in there
    )


@on("tracing.answer")
def tell_senders() -> int:
    """Tell senders how their hand-overs were answered; a returned person is theirs again."""
    with system_scope("fact:tracing.answer") as system:
        return climbing.tell_senders(by=system)


@on("tracing.handover")
def climb_overdue() -> int:
    """Let hand-overs climb that nobody answered in time; once a minute, with or without a bell."""
    with system_scope("fact:tracing.handover") as system:
        return climbing.climb(by=system)


@on("tracing.measure")
def write_measures() -> int:
    """Write the orders and the advice that cases asked for, where the people stay."""
    with system_scope("fact:tracing.measure") as system:
        return measures.work_requests(by=system)


@on("isolation.order")
def tell_states() -> int:
    """Tell the cases how far their proposals have come."""
    with system_scope("fact:isolation.order") as system:
        return measures.copy_states(by=system)


@on("sampling.pool_positive")
def ask_pools_to_stay() -> int:
    """Ask the law about the people of positive pools, and begin what it allows."""
    with system_scope("fact:sampling.pool_positive") as system:
        return pool_asking.ask_all(by=system)
