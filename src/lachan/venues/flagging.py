"""Writing flags: what a guard saw, what the worker found, and what a human said of it."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db import connections, transaction
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import day_of, now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, system_scope
from lachan.places.selectors import least_km_between
from lachan.rulebook.selectors import ScanRule, scan_rule
from lachan.venues import flagfeed
from lachan.venues.flags import Flag, FlagVerdict, Verdict
from lachan.venues.models import Venue
from lachan.venues.suspicion import KINDS, Finding

#: What somebody at a gate may say; the rest is found by the worker.
SAID_AT_GATES = frozenset({"borrowed", "replay_ended"})


def flag(
    *,
    finding: str,
    venue: Venue,
    trace_id: UUID,
    at: datetime,
    by: Principal,
    scan: UUID | None = None,
    values: dict[str, int] | None = None,
) -> UUID | None:
    """Ask the health unit about somebody at a gate; nobody is blocked by it.  Gives the number, or
    None for a code that ended no longer ago than a clock may be off, and where the rulebook is
    silent.

    `finding`: `borrowed` (the guard pressed "does not fit") or `replay_ended` (a code was let
    through after its end, `values` minutes).  Pressed twice in a day at one place it is one
    question.  Refused: unknown_finding.
    """
    if finding not in SAID_AT_GATES:
        raise Refused("unknown_finding", _("A gate does not ask this."))
    rule = _rule_at(at, venue.place.province)
    told = dict(values or {})
    if rule is None:
        return None
    if finding == "replay_ended" and told["minutes"] * 60 <= rule.limits["clock_seconds"]:
        return None
    found = Finding(
        finding=finding,
        key=f"{trace_id}|{day_of(at)}|{venue.place_id}",
        at=at,
        commune=venue.place.commune,
        province=venue.place.province,
        rule=rule,
        values=told,
        trace_id=trace_id,
        place=venue.place_id,
        authority=f"account:{by.account}",
        day=day_of(at),
        scan=scan,
    )
    _ask(found)
    audit.record("flag.raised", target=("flag", found.id), by=by, detail={"finding": finding})
    return found.id


def ask_about_declaring(
    *, account: UUID, people: int, at: datetime, commune: int, province: int, by: Principal
) -> bool:
    """An account declared for more people in a day than the rule lets pass unasked; whether a
    question was written.  The room that knows declarations counts; only the worker asks."""
    rule = rule_of(province)
    if rule is None or people <= rule.limits["declared_people_a_day"]:
        return False
    authority = f"account:{account}"
    _ask(
        Finding(
            finding="bulk_declared",
            key=f"{authority}|{day_of(at)}",
            at=at,
            commune=commune,
            province=province,
            rule=rule,
            values={"people": people},
            authority=authority,
        )
    )
    return True


def find_flags() -> int:
    """Judge new scans, a bounded number in a transaction; how many flags are new.  For the worker:
    rows are read and flags written by the owner's role."""
    rule, least_km, found, more = cache(rule_of), cache(least_km_between), 0, True
    while more:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            new, more = flagfeed.find(cursor, rule_of=rule, least_km=least_km)
        found += new
    return found


def counters_seen(
    *, authority: str, counters: Sequence[int], place: UUID, commune: int, province: int
) -> None:
    """Scans of a device that another room keeps are not missing.  For the worker."""
    told = {"authority": authority, "counters": list(counters), "place": place}
    with connections["owner"].cursor() as cursor:
        flagfeed.counted_elsewhere(cursor, {**told, "commune": commune, "province": province})


def judge(*, flag: Flag, verdict: str, by: Principal) -> Verdict:
    """What a human found who asked; a second answer does not take the first away.  Refused:
    unknown_verdict."""
    if verdict not in FlagVerdict.values:
        raise Refused("unknown_verdict", _("Choose one of the four answers."))
    row = Verdict(
        flag=flag,
        verdict=verdict,
        at=now(),
        account=by.account,
        by_name=by.name,
        commune=flag.commune,
        province=flag.province,
    )
    Verdict.objects.bulk_create([row])
    audit.record("flag.judged", target=("flag", flag.id), by=by, detail={"verdict": verdict})
    return row


def rule_of(province: int) -> ScanRule | None:
    """The limits of a province; None where the rulebook is silent: then nobody is asked about.

    In a scope of its own: judging a busy day takes longer than a transaction may lie idle."""
    with system_scope("flags"):
        return _rule_at(now(), province)


def _rule_at(at: datetime, province: int) -> ScanRule | None:
    try:
        return scan_rule(at, province=province or None)
    except Refused:
        return None


def _ask(found: Finding) -> None:
    """Write it once.  Whoever asks need not see it, so nothing is read back."""
    row = Flag(
        id=found.id,
        kind=KINDS.get(found.finding, found.finding),
        finding=found.finding,
        rule=UUID(found.rule.rule),
        detail={"version": found.rule.version, "values": found.values},
        day=found.day,
        scan=found.scan,
        trace_id=found.trace_id,
        place=found.place,
        authority=found.authority,
        at=found.at,
        found_at=now(),
        commune=found.commune,
        province=found.province,
    )
    Flag.objects.bulk_create([row], ignore_conflicts=True)
