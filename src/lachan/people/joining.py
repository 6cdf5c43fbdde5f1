"""Joining records of one person and parting them again.  Nothing is moved, so nothing is lost."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connections
from django.db.models import Q
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now, today
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.people.linkage import Known, figures
from lachan.people.matching_records import known_of
from lachan.people.models import LikelyPair, Person, SamePerson
from lachan.people.same_reading import Facts, facts_of, same_persons
from lachan.places.selectors import today_of

#: "Later" asks again after this many days.
LATER = timedelta(days=7)


def join(
    *, kept: UUID, other: UUID, by: Principal, why: str = "", score: float | None = None
) -> SamePerson:
    """`other` stands for the same person as `kept` from now on.

    Refused: same_self, same_already, person_unknown, same_needs_reason, same_not_yours.
    """
    _may_decide(by)
    if kept == other:
        raise Refused("same_self", _("A record stands for itself already."))
    # Two officers who close a circle at one moment wait for each other.
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('people.same'))")
    _refuse_again(kept, other)
    rows = {row.id: row for row in Person.objects.filter(id__in=[kept, other], erased_at=None)}
    if len(rows) < 2:
        raise Refused("person_unknown", _("Nobody of your area stands here."), status=404)
    warnings = warnings_of(kept, other)
    if warnings and not why.strip():
        raise Refused("same_needs_reason", _("Something speaks against it. Say why it is so."))
    binding = by.national and not by.system
    link = SamePerson.objects.create(
        binding=binding or bool(set(warnings) & set(figures()["second_officer"])),
        kept_id=kept,
        other_id=other,
        kept_commune=rows[kept].commune,
        kept_province=rows[kept].province,
        other_commune=rows[other].commune,
        other_province=rows[other].province,
        score=score,
        warnings=warnings,
        why=why.strip()[:200],
        made_at=now(),
        made_by=by.account,
    )
    _tell("person.joined", link, by)
    return link


def _refuse_again(kept: UUID, other: UUID) -> None:
    """Neither a circle, nor a second link beside one that waits for its second officer."""
    ends = Q(kept=kept, other=other) | Q(kept=other, other=kept)
    waits = SamePerson.objects.filter(ends, undone_at=None).exists()
    if waits or other in same_persons(kept):
        raise Refused("same_already", _("These records stand for one person already."), status=409)


def part(link: SamePerson, *, why: str, by: Principal) -> None:
    """The records stand for two people again.  Refused: same_ended, same_why, same_not_yours."""
    _may_decide(by)
    if not why.strip():
        raise Refused("same_why", _("Say why they are two people."))
    ended = SamePerson.objects.filter(id=link.id, undone_at=None).update(
        undone_at=now(), undone_by=by.account, why_undone=why.strip()[:200]
    )
    if not ended:
        raise Refused("same_ended", _("This was undone already."), status=409)
    _tell("person.parted", link, by)


def approve(link: SamePerson, *, by: Principal) -> None:
    """A second officer says so too; of a link across provinces that the Ministry proposed, one of
    each province.  Refused: same_ended, same_own, same_not_yours, same_already, same_both."""
    _may_decide(by)
    if link.made_by == by.account:
        raise Refused("same_own", _("Somebody else has to look at it."))
    # As when joining: two officers at once must not close a circle.
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('people.same'))")
    waits = SamePerson.objects.select_for_update(of=("self",))
    row = waits.filter(id=link.id, undone_at=None, approved_at=None).first()
    if row is None:
        raise Refused("same_ended", _("This was undone already."), status=409)
    if row.binding and row.other_id in same_persons(row.kept_id):
        raise Refused("same_already", _("These records stand for one person already."), status=409)
    agreed = _agreed(row, by)
    changed: dict[str, object] = {"agreed": agreed}
    if _enough(row, agreed):
        changed |= {"approved_at": now(), "approved_by": by.account}
    SamePerson.objects.filter(id=row.id).update(**changed)
    audit.record("person.join_approved", target=("same_person", link.id), by=by)
    ring("people.same")


def _agreed(row: SamePerson, by: Principal) -> list[int]:
    """The provinces that have agreed, this one among them."""
    if not is_across(row):
        return list(row.agreed)
    province = by.province
    if province is None and by.commune is not None:
        province = today_of(by.commune).province
    if province not in (row.kept_province, row.other_province):
        text = _("One officer of each of the two provinces agrees.")
        raise Refused("same_both", text, status=403)
    return sorted({*row.agreed, province})


def is_across(row: SamePerson) -> bool:
    """Whether two provinces have to agree: what the Ministry proposed."""
    return row.binding and row.kept_province != row.other_province


def _enough(row: SamePerson, agreed: list[int]) -> bool:
    return not is_across(row) or {row.kept_province, row.other_province} <= set(agreed)


def decide(pair: LikelyPair, *, verdict: str, by: Principal) -> None:
    """Remember that a pair is two people, may wait, or (verdict "") is to be asked about again.
    Refused: pair_verdict, same_not_yours."""
    _may_decide(by)
    if verdict not in LikelyPair.Verdict.values:
        raise Refused("pair_verdict", _("Choose one of the answers."))
    decided = verdict != LikelyPair.Verdict.OPEN
    pair.verdict = verdict
    pair.decided_at, pair.decided_by = (now(), by.account) if decided else (None, None)
    pair.ask_again = today() + LATER if verdict == LikelyPair.Verdict.LATER else None
    pair.save(update_fields=["verdict", "decided_at", "decided_by", "ask_again"])
    audit.record(
        "person.pair_decided", target=("pair", pair.id), by=by, detail={"verdict": verdict}
    )


def warnings_of(one: UUID, two: UUID) -> list[str]:
    """What speaks against joining: `documents_differ`, `sex_differs`, `birth_differs`,
    `two_places` (both stay somewhere, in two communes)."""
    return warnings_of_many([(one, two)])[0]


def warnings_of_many(pairs: Sequence[tuple[UUID, UUID]]) -> list[list[str]]:
    """The same for many pairs, in order, with as many statements as for one."""
    ends = {end for pair in pairs for end in pair}
    facts, known = facts_of(ends), known_of(ends)
    return [_warnings(facts[one], facts[two], known.get(one), known.get(two)) for one, two in pairs]


def _warnings(a: Facts, b: Facts, one: Known | None, two: Known | None) -> list[str]:
    found = []
    mine = dict(one.documents) if one else {}
    others = dict(two.documents) if two else {}
    if any(mine[kind] != others[kind] for kind in mine.keys() & others.keys()):
        found.append("documents_differ")
    if a.sex and b.sex and a.sex != b.sex:
        found.append("sex_differs")
    if a.birth_year and b.birth_year and a.birth_year != b.birth_year:
        found.append("birth_differs")
    if a.stay and b.stay and a.stay != b.stay:
        found.append("two_places")
    return found


def _may_decide(by: Principal) -> None:
    if not by.has(Role.STATION_OFFICER, Role.DIRECTOR, Role.MINISTRY, Role.SYSTEM):
        raise Refused("same_not_yours", _("A station or a CDC decides this."), status=403)


def _tell(kind: str, link: SamePerson, by: Principal) -> None:
    detail = {"kept": str(link.kept_id), "other": str(link.other_id)}
    audit.record(kind, target=("same_person", link.id), by=by, detail=detail)
    ring("people.same")
