"""Promotion and its undo: scenario 8 of practice.md section 7, and what holds for any chain."""

import random
from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lachan.core import grants
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.tracing import services
from lachan.tracing.chains import chain_of, evidence_of
from lachan.tracing.level_runs import ask_levels
from lachan.tracing.levels import Link, Window, levels
from lachan.tracing.models import Case, Contact, ContactChange, ContactLink, LevelChange, LevelRun
from tests.factories import cast, chains, outbreak


class Scenario:
    """F0 with 18 F1 and 97 F2; F1 no. 7 met 11 people, of whom 4 are F1 already and 7 are F2."""

    def __init__(self) -> None:
        f0, *rest = chains.people(1 + 18 + 97 + 12)
        self.f1, self.f2, self.new = rest[:18], rest[18:115], rest[115:]
        self.seven = self.f1[6]
        self.first = chains.case_of(f0)
        chains.met(self.first, self.f1)
        at = now() - timedelta(hours=10)
        others = [person for person in self.f1 if person != self.seven]
        for number, person in enumerate(self.f2[7:]):
            chains.met(self.first, [person], via=others[number % 17], at=at)
        self.own = [*others[:4], *self.f2[:7]]
        chains.met(self.first, self.own, via=self.seven, at=at)
        chains.computed()

    def interview(self) -> None:
        """The seven name twelve people whom nobody knew."""
        at = now() - timedelta(hours=4)
        for number, person in enumerate(self.new):
            chains.met(self.first, [person], via=self.f2[number % 7], at=at)

    def turn_positive(self) -> Case:
        return chains.case_of(self.seven)


def sums(case: Case) -> tuple[int, ...]:
    stands = Counter(chains.replayed(case).values())
    return tuple(stands[level] for level in range(3))


def last_run(case: Case) -> LevelRun:
    with system_scope("test"):
        return LevelRun.objects.filter(case=case, moved__gt=0).latest("done_at")


def moves(run: LevelRun) -> Counter[tuple[int | None, int | None]]:
    with system_scope("test"):
        return Counter(LevelChange.objects.filter(run=run).values_list("before", "after"))


def states(case: Case) -> dict[UUID, str]:
    with system_scope("test"):
        return dict(Contact.objects.filter(case=case).values_list("person", "state"))


@pytest.fixture(scope="module")
def told(database: str) -> Scenario:
    return Scenario()


def test_scenario_8_an_f1_turns_positive_and_is_undone(told: Scenario) -> None:
    assert sums(told.first) == (1, 18, 97)
    told.interview()
    chains.computed()
    assert sums(told.first) == (1, 18, 97)

    second = told.turn_positive()
    chains.computed()

    assert sums(told.first) == (2, 24, 102)
    run = last_run(second)
    assert moves(run) == {(1, 0): 1, (2, 1): 7, (None, 2): 12}
    assert (run.before, run.after) == (
        {"0": 1, "1": 18, "2": 97},
        {"0": 2, "1": 24, "2": 102},
    )
    known = set(told.own) | set(told.new)
    assert set(states(second)) == known
    assert set(states(second).values()) == {"to_verify"}

    before = _facts(told.first)
    chains.withdraw(second)
    chains.computed()

    assert sums(told.first) == (1, 18, 97)
    assert moves(last_run(second)) == {(0, 1): 1, (1, 2): 7, (2, None): 12}
    assert _facts(told.first)[: len(before)] == before
    assert set(states(second).values()) == {"ruled_out"}
    with system_scope("test"):
        reasons = ContactChange.objects.filter(contact__case=second).values_list("reason")
        assert set(reasons) == {("case_withdrawn",)}


def _facts(case: Case) -> list[tuple[object, ...]]:
    with system_scope("test"):
        rows = LevelChange.objects.filter(case__in=chain_of(case)).order_by("id")
        return list(rows.values_list("id", "person", "before", "after", "code"))


def test_evidence_has_the_seconds_of_its_rows(told: Scenario) -> None:
    with system_scope("test"):
        [row] = ContactLink.objects.filter(case=told.first, person=told.seven)
        found = [
            each.link
            for each in evidence_of(chain_of(told.first))
            if {each.link.source, each.link.person} == {told.first.person_id, told.seven}
        ]
    assert row.first_at is not None
    assert row.last_at is not None

    [link] = found
    assert (link.start, link.end) == (
        int(row.first_at.timestamp()),
        int(row.last_at.timestamp()),
    )


def test_the_worker_finds_nothing_to_move_when_asked_again(told: Scenario) -> None:
    before = _facts(told.first)
    with system_scope("test") as by:
        run = ask_levels(told.first, LevelRun.Trigger.LINKS_CHANGED, by=by)
    chains.computed()

    with system_scope("test"):
        run.refresh_from_db()
    assert run.done_at is not None
    assert run.moved == 0
    assert _facts(told.first) == before


def test_what_a_human_confirmed_of_the_same_meeting_stays_confirmed(database: str) -> None:
    f0, f1, f2, unsure = chains.people(4)
    first = chains.case_of(f0)
    chains.met(first, [f1])
    rows = chains.met(first, [f2, unsure], via=f1, at=now() - timedelta(hours=8))
    by = chains.tracer_of(first)
    with scoped(by, "tracing"):
        confirmed = [row.id for row in rows if row.person_id == f2]
        services.decide(contacts=confirmed, state=Contact.State.CONFIRMED, by=by)
    second = chains.case_of(f1)
    chains.computed()

    assert states(second)[f2] == "confirmed"
    assert states(second)[unsure] == "to_verify"
    with system_scope("test"):
        change = ContactChange.objects.get(contact__case=second, contact__person=f2)
        assert (change.reason, change.by) == ("carried_over", by.account)


def test_a_decision_made_meanwhile_is_kept_when_the_case_is_withdrawn(database: str) -> None:
    f0, f1, called, other = chains.people(4)
    first = chains.case_of(f0)
    chains.met(first, [f1])
    chains.met(first, [called, other], via=f1, at=now() - timedelta(hours=8))
    second = chains.case_of(f1)
    chains.computed()
    by = chains.tracer_of(second)
    with scoped(by, "tracing"):
        row = Contact.objects.get(case=second, person=called)
        services.decide(contacts=[row.id], state=Contact.State.CONFIRMED, by=by)
    chains.withdraw(second)
    chains.computed()

    assert states(second)[called] == "confirmed"
    assert states(second)[other] == "ruled_out"
    assert chains.replayed(first)[called] == 2


def test_who_is_ruled_out_of_the_new_case_is_no_contact_of_it(database: str) -> None:
    f0, f1, f2 = chains.people(3)
    first = chains.case_of(f0)
    chains.met(first, [f1])
    chains.met(first, [f2], via=f1, at=now() - timedelta(hours=8))
    second = chains.case_of(f1)
    chains.computed()
    assert chains.replayed(first)[f2] == 1
    by = chains.tracer_of(second)
    with scoped(by, "tracing"):
        row = Contact.objects.get(case=second, person=f2)
        services.decide(
            contacts=[row.id], state=Contact.State.RULED_OUT, reason="never_there", by=by
        )
    chains.computed()

    assert f2 not in chains.replayed(first)


def test_a_case_is_withdrawn_by_a_human_once_and_with_a_reason(database: str) -> None:
    case = chains.case_of(chains.people(1)[0])
    by = chains.tracer_of(case)
    with system_scope("test") as system, pytest.raises(Refused) as refused:
        services.withdraw_case(case, reason="nhầm", by=system)
    assert refused.value.code == "human_only"
    with scoped(by, "tracing"), pytest.raises(Refused) as refused:
        services.withdraw_case(case, reason="  ", by=by)
    assert refused.value.code == "reason_needed"
    chains.withdraw(case)
    with scoped(by, "tracing"), pytest.raises(Refused) as refused:
        services.withdraw_case(case, reason="nhầm", by=by)
    assert refused.value.code == "case_withdrawn"


def test_each_commune_sees_the_moves_of_its_own_case_only(database: str) -> None:
    here, abroad = outbreak.Unit.of(outbreak.HERE_CODE), outbreak.Unit.of(outbreak.ABROAD_CODE)
    [f0, f2] = chains.people(2, here)
    [f1] = chains.people(1, abroad)
    first = chains.case_of(f0)
    with system_scope("test"):
        grants.give("person", [f1], to_province=here.province)
    chains.met(first, [f1])
    chains.met(first, [f2], via=f1, at=now() - timedelta(hours=8))
    chains.computed()
    second = chains.case_of(f1)
    chains.computed()

    assert (first.province, second.province) == (here.province, abroad.province)
    with scoped(cast.of_province(Role.TRACER, here.province), "tracing"):
        mine = LevelChange.objects.filter(person__in=[f1, f2], case=first)
        assert {(row.person_id, row.before, row.after) for row in mine} >= {(f1, 1, 0), (f2, 2, 1)}
        assert not LevelChange.objects.filter(case=second).exists()
        assert LevelRun.objects.filter(case=first, trigger="case_added", moved__gt=0).count() == 2
    with scoped(cast.of_province(Role.TRACER, abroad.province), "tracing"):
        assert not LevelChange.objects.filter(case=first).exists()
        assert LevelRun.objects.filter(case=second).exists()


@pytest.mark.parametrize("seed", range(4))
def test_any_sequence_of_promotions_and_withdrawals_ends_where_the_levels_are(
    seed: int, database: str
) -> None:
    dice = random.Random(seed)
    everybody = chains.people(16)
    first = chains.case_of(everybody[0])
    standing = {everybody[0]: first}
    begun = now() - timedelta(hours=75)
    for _step in range(18):
        act = dice.choice(["met", "met", "met", "positive", "withdraw"])
        reached = chains.replayed(first)
        if act == "met":
            source = dice.choice([*reached, everybody[0]])
            if source not in _may_be_met(first):
                continue
            person = dice.choice([one for one in everybody if one != source])
            _name(first, person, source, begun + timedelta(hours=dice.randint(0, 74)))
        elif act == "positive":
            ill = [one for one, level in reached.items() if level > 0 and one not in standing]
            if ill:
                person = dice.choice(ill)
                standing[person] = chains.case_of(person)
        elif len(standing) > 1:
            person = dice.choice([one for one in standing if one != everybody[0]])
            chains.withdraw(standing.pop(person))
        chains.computed()
        assert chains.replayed(first) == _from_scratch(list(standing.values()), everybody)


def _name(case: Case, person: UUID, source: UUID, at: datetime) -> None:
    if person != case.person_id:
        chains.met(case, [person], via=None if source == case.person_id else source, at=at)


def _may_be_met(case: Case) -> set[UUID]:
    """The case and its contacts, but for those of the last hop."""
    with system_scope("test"):
        rows = Contact.objects.filter(case=case, hop__lt=4).values_list("person", flat=True)
        return {case.person_id, *rows}


def _from_scratch(standing: list[Case], everybody: list[UUID]) -> dict[UUID, int]:
    """The pure function on the rows as they lie there."""
    with system_scope("test"):
        links = [
            Link(
                row.source_person_id,
                row.person_id,
                int(row.first_at.timestamp()) if row.first_at else None,
                int(row.last_at.timestamp()) if row.last_at else None,
                row.seconds,
            )
            for row in ContactLink.objects.filter(person__in=everybody, withdrawn_at=None)
        ]
    windows = [
        Window(case.person_id, int(case.infectious_from.timestamp()), None) for case in standing
    ]
    found = levels(windows, links, depth=2, latent_seconds=0)
    return {person: place.level for person, place in found.items()}
