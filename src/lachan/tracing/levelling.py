"""Promotion and its undo: the levels of a chain computed again, told as facts, and the rows made.

The worker calls `recompute`.  Nothing is deleted: what no longer holds is a new fact.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import connection

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import Principal
from lachan.rulebook.evaluate import ContactRule
from lachan.rulebook.selectors import contact_rule
from lachan.tracing import chains, level_rows
from lachan.tracing.chains import Evidence, Standing
from lachan.tracing.levels import CASE, Change, Level, changes, levels
from lachan.tracing.models import Case, LevelChange, LevelRun

#: Seconds in an hour.
_HOUR = 3600

#: Of several questions about one chain, which gives the answer its name.
_WEIGHT = [
    LevelRun.Trigger.CASE_WITHDRAWN,
    LevelRun.Trigger.CASE_ADDED,
    LevelRun.Trigger.LINKS_CHANGED,
]


def recompute(run: LevelRun, *, by: Principal) -> int:
    """Answer `run` and every other question about its chain; give how many people moved."""
    _one_at_a_time()
    chain = chains.chain_of(run.case)
    asked = list(LevelRun.objects.filter(case__in=chain, done_at=None).order_by("asked_at", "id"))
    if not asked:
        return 0
    rule = contact_rule(run.case.disease, at=now(), province=run.case.province)
    evidence = chains.evidence_of(chain)
    after = _levels(chains.active(chain), evidence, rule)
    before = _before(chain, evidence, rule)
    moved = changes(before, after)
    _tell(_runs(asked, chain, moved, before, after, rule), chain, moved, before, after, evidence)
    level_rows.make_rows(chain, evidence, rule, by=by)
    audit.record(
        "levels.computed",
        target=("case", run.case_id),
        by=by,
        detail={"moved": len(moved), "runs": [str(one.id) for one in asked]},
    )
    return len(moved)


def _one_at_a_time() -> None:
    """Two workers at one chain would tell the same move twice."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('tracing.levels'))")


def _levels(
    cases: Iterable[Case], evidence: Iterable[Evidence], rule: ContactRule
) -> dict[UUID, Level[UUID]]:
    return levels(
        chains.windows_of(cases),
        [each.link for each in evidence],
        depth=rule.levels,
        latent_seconds=rule.latent_hours * _HOUR,
    )


def _before(
    chain: list[Case], evidence: list[Evidence], rule: ContactRule
) -> dict[UUID, Level[UUID]]:
    """Where everybody stood by the facts, with the paths of that time."""
    standing = chains.standing_of(chain)
    cases = [
        case for case in chain if standing.get(case.person_id, Standing(-1, None)).level == CASE
    ]
    then = _levels(cases, evidence, rule)
    return {person: _placed(place, then.get(person)) for person, place in standing.items()}


def _placed(told: Standing, computed: Level[UUID] | None) -> Level[UUID]:
    """The fact's level; the path as it was computed where that agrees, else as it was told."""
    if computed is not None and computed.level == told.level:
        return computed
    return Level(told.level, told.via)


def _runs(
    asked: list[LevelRun],
    chain: list[Case],
    moved: list[Change[UUID]],
    before: Mapping[UUID, Level[UUID]],
    after: Mapping[UUID, Level[UUID]],
    rule: ContactRule,
) -> dict[tuple[int, int], LevelRun]:
    """The answered question of every commune of the chain, with the counts; the others are done."""
    at = now()
    first = min(asked, key=lambda run: _WEIGHT.index(LevelRun.Trigger(run.trigger)))
    runs: dict[tuple[int, int], LevelRun] = {(first.commune, first.province): first}
    for case in chain if moved else []:
        runs.setdefault((case.commune, case.province), _copy(first, case))
    for run in [*asked, *runs.values()]:
        run.done_at = at
        run.rule = f"{rule.rule}@{rule.version}"
        run.after = chains.counts(place.level for place in after.values())
        run.before = run.after
    for run in runs.values():
        run.before = chains.counts(place.level for place in before.values())
    LevelRun.objects.bulk_create(run for run in runs.values() if run not in asked)
    LevelRun.objects.bulk_update(asked, ["done_at", "rule", "before", "after"])
    return runs


def _copy(run: LevelRun, case: Case) -> LevelRun:
    """The same question for another commune of the chain."""
    return LevelRun(
        case=case,
        trigger=run.trigger,
        asked_at=run.asked_at,
        asked_by=run.asked_by,
        asked_by_name=run.asked_by_name,
        commune=case.commune,
        province=case.province,
    )


def _tell(
    runs: Mapping[tuple[int, int], LevelRun],
    chain: list[Case],
    moved: list[Change[UUID]],
    before: Mapping[UUID, Level[UUID]],
    after: Mapping[UUID, Level[UUID]],
    evidence: list[Evidence],
) -> None:
    """Append a fact for every move, each in the commune of its case."""
    cases = chains.case_of_person(chain)
    places = _places(evidence)
    own = next(iter(runs.values())).case
    facts = []
    for change in moved:
        root = _home(change, before, after)
        home = cases.get(root, own) if root is not None else own
        run = runs[home.commune, home.province]
        run.moved += 1
        facts.append(_fact(change, home, run, cases, places))
    LevelChange.objects.bulk_create(facts, batch_size=1000)
    LevelRun.objects.bulk_update(list(runs.values()), ["moved"])


def _home(
    change: Change[UUID],
    before: Mapping[UUID, Level[UUID]],
    after: Mapping[UUID, Level[UUID]],
) -> UUID | None:
    """The case whose list the person is on: rather the one that stood before and stands after."""
    roots = [chains.root_of(places, change.person) for places in (after, before)]
    found = [root for root in roots if root is not None]
    steady = [root for root in found if root in before and before[root].level == CASE]
    both = [root for root in steady if root in after and after[root].level == CASE]
    return next(iter([*both, *found]), None)


def _places(evidence: Iterable[Evidence]) -> dict[frozenset[UUID], UUID]:
    """Where two people were together longest, of those meetings whose place is known."""
    found: dict[frozenset[UUID], tuple[int, UUID]] = {}
    for each in evidence:
        if each.place is not None:
            pair = frozenset((each.link.source, each.link.person))
            found[pair] = max(found.get(pair, (-1, each.place)), (each.link.seconds, each.place))
    return {pair: place for pair, (_seconds, place) in found.items()}


def _fact(
    change: Change[UUID],
    home: Case,
    run: LevelRun,
    cases: Mapping[UUID, Case],
    places: Mapping[frozenset[UUID], UUID],
) -> LevelChange:
    about = cases.get(change.about or change.person)
    values: dict[str, object] = {"seconds": change.seconds}
    if change.via is not None:
        values["via"] = str(change.via)
        place = places.get(frozenset((change.via, change.person)))
        values |= {"place": str(place)} if place else {}
    if change.about is not None:
        values["about"] = str(change.about)
    if about is not None:
        values["positive_at"] = about.opened_at.isoformat()
    return LevelChange(
        id=uuid7(),
        run=run,
        case=home,
        person_id=change.person,
        before=change.before,
        after=change.after,
        code=change.code,
        cause=change.cause,
        values=values,
        at=run.done_at or now(),
        by=run.asked_by,
        by_name=run.asked_by_name,
        commune=home.commune,
        province=home.province,
    )
