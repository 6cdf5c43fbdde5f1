"""A group that counts for everybody of an area: said once, with a document, ended by another fact.

A registration keeps beside its own groups those of its area; the worker writes them, also for who
registers or moves there later.
"""

from typing import Any

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core import audit, facts
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.places.selectors import today_of
from lachan.rulebook.selectors import priority_rule, regime_at
from lachan.vaccination.draws import BATCH
from lachan.vaccination.models import AreaProof
from lachan.vaccination.registering import FACT

#: The proof of a group that an area may have.
BY_AREA = "area"


def say(
    *, disease: str, group: str, commune: int | None, holds: bool, document: str, by: Principal
) -> AreaProof:
    """A group counts for everybody of a commune (None: the whole province), or not any more.

    Refused: not_yours_to_prove, group_unknown, group_not_by_area, document_missing,
    area_elsewhere, area_says_so.
    """
    province = _province(commune, by)
    _refuse_group(disease, group, province)
    if not document.strip():
        raise Refused("document_missing", _("Give the number of the document."))
    standing = standing_proof(disease, group, commune, province)
    if holds == (standing is not None):
        raise Refused("area_says_so", _("This is said of the area already."), status=409)
    row = AreaProof(
        disease=disease,
        campaign=regime_at(now()),
        group=group,
        commune=commune,
        province=province,
        holds=holds,
        document=document.strip()[:80],
        at=now(),
    )
    row.save(force_insert=True)
    detail = {"group": group, "commune": commune, "holds": holds, "document": row.document}
    audit.record("vaccination.area_proven", target=("area_proof", row.id), by=by, detail=detail)
    facts.ring(FACT)
    return row


def _province(commune: int | None, by: Principal) -> int:
    if by.has(Role.DIRECTOR) and by.province is not None:
        if commune is not None and today_of(commune).province != by.province:
            raise Refused("area_elsewhere", _("Choose a commune of your province."), status=404)
        return by.province
    if not by.has(Role.STATION_OFFICER) or by.commune is None:
        text = _("The health station confirms groups.")
        raise Refused("not_yours_to_prove", text, status=403)
    if commune != by.commune:
        text = _("A station says it of its own commune.")
        raise Refused("area_elsewhere", text, status=403)
    return today_of(commune).province


def _refuse_group(disease: str, code: str, province: int) -> None:
    rule = priority_rule(disease, now(), province=province)
    group = next((each for each in rule.groups if each.code == code), None)
    if group is None:
        raise Refused("group_unknown", _("There is no such group in the order in force."))
    if group.proof != BY_AREA:
        text = _("This group is confirmed person by person.")
        raise Refused("group_not_by_area", text)


def standing_proof(
    disease: str, group: str, commune: int | None, province: int
) -> AreaProof | None:
    """What holds of exactly this area now, None when nothing does."""
    rows = AreaProof.objects.filter(
        disease=disease,
        campaign=regime_at(now()),
        group=group,
        commune=commune,
        province=province,
    )
    newest = rows.order_by("-at", "-id").first()
    return newest if newest is not None and newest.holds else None


def proofs_of(province: int, commune: int | None = None) -> list[AreaProof]:
    """What was said of a province and its communes, or of one commune and the province; newest
    first."""
    rows = AreaProof.objects.filter(province=province, campaign=regime_at(now()))
    if commune is not None:
        rows = rows.filter(commune=commune) | rows.filter(commune=None)
    return list(rows.order_by("-at", "-id")[:200])


#: Groups of an area onto its registrations.  `{which}` says which registrations.
_FOLLOW = """
with newest as (
    select distinct on (disease, campaign, "group", province, commune) *
    from vaccination_areaproof
    order by disease, campaign, "group", province, commune, at desc, id desc
), wanted as (
    select r.id, array(
        select distinct n."group" from newest n
        where n.holds and n.disease = r.disease and n.campaign = r.campaign
            and n.province = r.province and (n.commune is null or n.commune = r.commune)
        order by 1) as groups
    from vaccination_registration r where {which}
)
update vaccination_registration r set area_proven = w.groups, areas_at = %(at)s
    from wanted w
    where w.id = r.id and (r.areas_at is null or r.area_proven is distinct from w.groups)
"""
_OF_AREA = """r.disease = %(disease)s and r.campaign = %(campaign)s
    and r.province = %(province)s and (%(commune)s::int is null or r.commune = %(commune)s)"""
_NEW = """r.id in (select id from vaccination_registration where areas_at is null
    order by made_at limit %(most)s for update skip locked)"""


def follow_areas() -> int:
    """Write the groups of areas on registrations: of areas of which something new was said, and of
    who registered or moved; only in a system scope.  Give how many changed."""
    changed = 0
    for row in AreaProof.objects.filter(applied_at=None).order_by("at", "id"):
        named = {
            "disease": row.disease,
            "campaign": row.campaign,
            "province": row.province,
            "commune": row.commune,
        }
        changed += _follow(_OF_AREA, **named)
        row.applied_at = now()
        row.save(update_fields=["applied_at"])
    return changed + _follow(_NEW, most=BATCH)


def _follow(which: str, **named: Any) -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute(_FOLLOW.format(which=which), {"at": now(), **named})
        return int(cursor.rowcount)
