"""A zone in the town, with everything kept of one, so that no table of it is empty."""

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.people.models import HouseholdMember
from lachan.people.services import settle_household
from lachan.places.services import House, register_dwellings, register_lane
from lachan.tracing.models import (
    Zone,
    ZoneDecision,
    ZoneFile,
    ZoneNeed,
    ZonePart,
    ZonePass,
    ZonePresence,
    ZoneRound,
    ZoneStep,
)
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """The source's house is closed; a neighbour needs medicine and holds a pass."""
    station = cast.of_commune(Role.STATION_OFFICER, town.here.commune)
    with scoped(station, "zone"):
        lane = register_lane(name="Ngõ 7", commune=town.here.commune, by=station)
        [house] = register_dwellings(lane=lane, houses=[House("7")], by=station)
        member = HouseholdMember.objects.filter(person__in=town.people)[0]
        settle_household(household=member.household, dwelling=house, by=station)
        decision = _decided(town, station)
        where = {"commune": decision.commune, "province": decision.province}
        ZonePart.objects.create(decision=decision, dwelling=house, from_at=now(), **where)
        _papers(decision, station)
        _inside(decision, member, station)


def _decided(town: "Town", by: Principal) -> ZoneDecision:
    where = {"commune": town.here.commune, "province": town.here.province}
    zone = Zone.objects.create(
        name="Ngõ 7",
        cases=[town.case.id],
        disease=town.case.disease,
        share=90,
        kind="lanes",
        made_at=now(),
        made_by=by.account,
        made_by_name=by.name,
        **where,
    )
    return ZoneDecision.objects.create(
        zone=zone, area="ngõ 7", people=2, households=1, businesses=0, residents=9, **where
    )


def _papers(decision: ZoneDecision, by: Principal) -> None:
    where = {"commune": decision.commune, "province": decision.province}
    ZoneStep.objects.create(
        decision=decision, kind="planned", at=now(), by=by.account, by_name=by.name, **where
    )
    ZoneFile.objects.create(
        decision=decision,
        kind="decided",
        name="qd.pdf",
        media="application/pdf",
        sha256=sha256(b"%PDF-").digest(),
        content=b"%PDF-",
        at=now(),
        by=by.account,
        **where,
    )


def _inside(decision: ZoneDecision, member: HouseholdMember, by: Principal) -> None:
    fact = {
        "decision": decision,
        "person_id": member.person_id,
        "at": now(),
        "by": by.account,
        "by_name": by.name,
        "commune": decision.commune,
        "province": decision.province,
    }
    ZonePresence.objects.create(present=True, **fact)
    ZoneNeed.objects.create(kind="medicine", open=True, **fact)
    ZonePass.objects.create(
        reason="care", from_at=now(), to_at=now() + timedelta(hours=2), signer="A", **fact
    )
    ZoneRound.objects.create(
        id=uuid7(),
        decision=decision,
        number=1,
        planned_on=today(),
        made_at=now(),
        made_by=by.account,
        commune=decision.commune,
        province=decision.province,
    )
