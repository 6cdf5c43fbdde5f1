"""Asking the police whether an identity is as the register of residents has it.

Health verifies the facts of vaccination, the police the identity (8938/BYT-DP, 21 October 2021).
The police answer yes or no per field; what their register holds does not come to us.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.people.matching_records import known_of
from lachan.people.models import IdentityCheck, Person

#: One list: what an officer of the police works through in an hour.
AT_MOST = 200


def ask_police(*, by: Principal, persons: Iterable[UUID] | None = None) -> list[IdentityCheck]:
    """Put persons of the commune on a list for its police: these, or whoever was never asked about.

    Left out: foreigners, who stand in no register of residents; persons under police or army
    management; the erased; and who waits for an answer.  Refused: check_not_yours, check_nobody.
    """
    if not by.has(Role.STATION_OFFICER) or by.commune is None:
        raise Refused("check_not_yours", _("The health station of the commune asks."), status=403)
    rows = Person.objects.filter(
        commune=by.commune, nationality="VN", excluded=False, erased_at=None
    )
    if persons is None:
        asked_before = IdentityCheck.objects.filter(commune=by.commune).values("person")
        rows = rows.exclude(id__in=asked_before)
    else:
        waiting = IdentityCheck.objects.filter(commune=by.commune, answered_at=None)
        rows = rows.filter(id__in=list(persons)).exclude(id__in=waiting.values("person"))
    chosen = list(rows.order_by("id")[:AT_MOST])
    if not chosen:
        raise Refused("check_nobody", _("Nobody is left to ask about."))
    return _list_of(chosen, by)


def _list_of(chosen: list[Person], by: Principal) -> list[IdentityCheck]:
    here = chosen[0].commune
    last = IdentityCheck.objects.filter(commune=here).aggregate(last=Max("listed"))["last"]
    known = known_of([row.id for row in chosen])
    made = IdentityCheck.objects.bulk_create(
        IdentityCheck(
            id=uuid7(),
            person=row,
            commune=row.commune,
            province=row.province,
            listed=(last or 0) + 1,
            asked=[
                name
                for name, told in (
                    ("name", known[row.id].name),
                    ("birth", known[row.id].birth),
                    ("sex", row.sex),
                    ("number", own_number(known[row.id].documents)),
                )
                if told
            ],
            asked_at=now(),
            asked_by=by.account,
        )
        for row in chosen
    )
    audit.record(
        "identity.asked",
        target=("commune", here),
        by=by,
        detail={"list": (last or 0) + 1, "count": len(made)},
    )
    ring("people.identity")
    return made


def own_number(documents: Iterable[tuple[str, str]]) -> str:
    """The number that the register of residents knows; the twelve digits before the old nine."""
    numbers = dict(documents)
    return numbers.get("cccd") or numbers.get("cmnd") or ""


def answer_check(check: IdentityCheck, *, answers: Mapping[str, bool], by: Principal) -> None:
    """Yes or no for every field that was asked.  Refused: check_not_police, check_fields,
    check_answered."""
    if not by.has(Role.COMMUNE_POLICE):
        raise Refused("check_not_police", _("The police of the commune answer."), status=403)
    if set(answers) != set(check.asked):
        raise Refused("check_fields", _("Answer yes or no for every field."))
    done = IdentityCheck.objects.filter(id=check.id, answered_at=None).update(
        **answers,
        differs=not all(answers.values()),
        answered_at=now(),
        answered_by=by.account,
    )
    if not done:
        raise Refused("check_answered", _("This was answered already."), status=409)
    audit.record("identity.answered", target=("person", check.person_id), by=by)
    ring("people.identity")


def settle_check(check: IdentityCheck, *, how: str, again: bool, by: Principal) -> None:
    """The station dealt with what differs; `again` asks the police once more.
    Refused: check_not_yours, check_how, check_settled."""
    if not by.has(Role.STATION_OFFICER):
        raise Refused("check_not_yours", _("The health station of the commune asks."), status=403)
    if not how.strip():
        raise Refused("check_how", _("Write what you found."))
    done = IdentityCheck.objects.filter(id=check.id, differs=True, settled_at=None).update(
        settled=how.strip()[:200], settled_at=now(), settled_by=by.account
    )
    if not done:
        raise Refused("check_settled", _("This was settled already."), status=409)
    audit.record("identity.settled", target=("person", check.person_id), by=by)
    if again:
        ask_police(persons=[check.person_id], by=by)
