"""What the workshop's page and a zone's page show, made of plans, ground and law."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.people.selectors import households, older_than, residents
from lachan.places.models import Dwelling, Lane
from lachan.places.selectors import (
    businesses_of,
    dwellings_of_communes,
    lanes_by_id,
    lanes_of,
    unit_name,
)
from lachan.tracing.models import Case, ZoneDecision
from lachan.tracing.zone_exposed import Gathered
from lachan.tracing.zone_law import law_of
from lachan.tracing.zone_map import Drawing, curve_of, draw
from lachan.tracing.zone_parts import Inside
from lachan.tracing.zone_plan import BUSINESS_WEIGHT, KINDS, Plan, Workshop
from lachan.tracing.zone_words import words_of
from lachan.ui import wording

#: Per cent of the risk asked for when nobody said otherwise, and what may be asked for.
USUAL_SHARE, LEAST_SHARE, MOST_SHARE = 90, 60, 100

#: A commune is planned for without being asked where at least this part of the risk lives.
ENOUGH_RISK = 0.05

#: Years above which people of a zone are told apart: they need the first visit.
OLD = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: cases, share, way of drawing, communes."""

    outbreak: UUID | None
    cases: tuple[UUID, ...]
    share: int
    kind: str
    communes: tuple[int, ...]

    @classmethod
    def of(cls, query: QueryDict) -> "Asked":
        """From an address; what cannot be read is as if it were not there."""
        share = query.get("share", "")
        kind = query.get("kind", "")
        return cls(
            outbreak=uuid_of(query.get("outbreak", "")),
            cases=tuple(found for each in query.getlist("case") if (found := uuid_of(each))),
            share=_clamped(int(share)) if share.isdecimal() else USUAL_SHARE,
            kind=kind if kind in KINDS else KINDS[0],
            communes=tuple(int(each) for each in query.getlist("commune") if each.isdecimal()),
        )

    def address(self, **changed: Any) -> str:
        """The page's address with some of it changed."""
        return f"{reverse('tracing:zone_plan')}?{urlencode(self.pairs(**changed))}"

    def pairs(self, **changed: Any) -> list[tuple[str, str]]:
        """What a form keeps of it."""
        told: dict[str, Any] = {"share": self.share, "kind": self.kind} | changed
        pairs = [("outbreak", str(self.outbreak))] if self.outbreak else []
        pairs += [("case", str(case)) for case in self.cases]
        pairs += [("commune", str(commune)) for commune in told.pop("communes", self.communes)]
        return pairs + [(name, str(value)) for name, value in told.items() if value is not None]


def uuid_of(text: str) -> UUID | None:
    """An id of an address, None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _clamped(share: int) -> int:
    return min(MOST_SHARE, max(LEAST_SHARE, share))


def communes_of(gathered: Gathered, asked: Asked, by: Principal) -> list[int]:
    """The communes planned for: those asked, else where cases live and where enough risk lives.

    An officer plans for communes of the own province, a station for its own.
    """
    ours = Counter[int]()
    for each in gathered.people:
        if by.commune is not None:
            mine = each.commune == by.commune
        else:
            mine = by.national or each.province == by.province
        if mine:
            ours[each.commune] += each.risk
    if asked.communes:
        return sorted(set(asked.communes) & set(ours))
    cases = {each.commune for each in gathered.people if each.hop == 0}
    enough = ENOUGH_RISK * sum(ours.values())
    return sorted(commune for commune, risk in ours.items() if commune in cases or risk >= enough)


def workshop_page(
    asked: Asked, cases: list[Case], gathered: Gathered, by: Principal
) -> dict[str, Any]:
    """Everything the workshop shows."""
    chosen = communes_of(gathered, asked, by)
    workshop = Workshop(gathered, chosen)
    plan = workshop.plan(asked.kind, asked.share)
    law = law_of(cases[0].disease, at=now(), province=cases[0].province)
    hops = Counter(each.hop for each in gathered.people)
    context: dict[str, Any] = {
        "asked": asked,
        "cases": cases,
        "outbreak": cases[0].outbreak,
        "hops": hops,
        "plan": plan,
        "law": law,
        "communes": [
            {"id": each, "name": unit_name(each), "on": each in chosen}
            for each in sorted({e.commune for e in gathered.people if e.commune})
        ],
        "names": ", ".join(unit_name(each) for each in chosen),
        "form": asked.pairs(communes=chosen),
        "kept": asked.pairs(share=None, kind=None, communes=()),
    }
    if plan is None:
        return context
    ground = workshop.ground
    dwellings = plan.area.dwellings(ground)
    return context | {
        "area": words_of(plan.area, ground),
        "bound": bound_words(plan),
        "rows": part_rows(plan, workshop),
        "whole": whole_of(chosen),
        "old": older_than(OLD, dwellings),
        "times": _times(residents(chosen), plan.people),
        "curve": curve_of(workshop.curve(asked.kind), (plan.share, plan.people)),
        "kinds": _kinds(asked, workshop, plan),
        "drawings": _drawings(workshop, plan, chosen),
        "homeless": workshop.homeless,
        "elsewhere": len(workshop.elsewhere),
        "outside": _followed(plan.outside),
        "weight": BUSINESS_WEIGHT,
    }


def whole_of(communes: list[int]) -> dict[str, int]:
    """Whole communes, to stand beside the plan."""
    return {
        "people": residents(communes),
        "households": households(communes),
        "businesses": businesses_of(communes),
    }


def _times(whole: int, part: int) -> str:
    return wording.number(round(whole / part)) if part else ""


def bound_words(plan: Plan) -> list[str]:
    """How good the plan is, as what was proved; the way of drawing is part of the claim."""
    if plan.bound is None:
        return []
    claims = {
        "lanes": _("No choice of whole lanes below %(people)s people reaches %(share)d%%."),
        "houses": _("No choice of houses below %(people)s people reaches %(share)d%%."),
        "mixed": _("No zone below %(people)s people reaches %(share)d%%."),
    }
    said = [claims[plan.kind] % {"people": wording.number(plan.bound), "share": plan.share}]
    if plan.kind != "houses":
        said.append(
            _("Each business is weighed as %(weight)d people here: an assumption, not a law.")
            % {"weight": BUSINESS_WEIGHT}
        )
    if plan.cost <= plan.bound:
        return [*said, _("This plan costs exactly that: there is none better of its kind.")]
    gap = round((plan.cost / plan.bound - 1) * 100, 1) if plan.bound else 0
    return [*said, _("This plan is at most %(gap)s%% above it.") % {"gap": wording.number(gap)}]


def part_rows(plan: Plan, workshop: Workshop) -> list[dict[str, Any]]:
    """What is closed, lane by lane: the accessible form of the drawing."""
    ground, found = workshop.ground, []
    for lane in sorted(ground.lanes.values(), key=lambda each: (each.commune, each.ord, each.name)):
        whole = lane.id in plan.area.lanes
        houses = set(ground.of_lane(lane.id)) if whole else plan.area.houses.get(lane.id, set())
        if not houses:
            continue
        shops = ground.shops.get(lane.id, []) if whole else []
        here = [e for e in workshop.people if e.home is not None and e.home.dwelling in houses]
        found.append(
            {
                "name": lane.name,
                "how": _("the whole lane")
                if whole
                else _houses_words(ground.houses[lane.id], houses),
                "households": ground.households(houses),
                "people": ground.people(houses),
                "businesses": len(shops),
                "cases": sum(each.hop == 0 for each in here),
                "contacts": sum(each.hop > 0 for each in here),
                "share": _per_cent(sum(each.risk for each in here), workshop.total),
            }
        )
    return found + [_place_row(place, workshop) for place in sorted(plan.area.places)]


def _houses_words(row: list[Dwelling], houses: set[UUID]) -> str:
    numbers = [house.number for house in row if house.id in houses]
    return _("numbers %(numbers)s") % {"numbers": ", ".join(numbers)}


def _place_row(place: UUID, workshop: Workshop) -> dict[str, Any]:
    business = workshop.ground.businesses[place]
    here = [each for each in workshop.people if place in each.businesses]
    return {
        "name": business.name,
        "how": _("business"),
        "households": 0,
        "people": 0,
        "businesses": 1,
        "cases": sum(each.hop == 0 for each in here),
        "contacts": sum(each.hop > 0 for each in here),
        "share": _per_cent(sum(each.risk for each in here), workshop.total),
    }


def _per_cent(part: int, whole: int) -> str:
    return f"{wording.number(round(part * 100 / whole, 1))}%" if whole else ""


def _kinds(asked: Asked, workshop: Workshop, plan: Plan) -> list[dict[str, Any]]:
    """The three ways of drawing for the same share, to be compared."""
    words = {
        "lanes": (_("Whole lanes"), _("easy to guard and to explain")),
        "houses": (_("Single houses"), _("fewest people, many doors to watch")),
        "mixed": (_("Houses and businesses"), _("houses drawn together, with where people met")),
    }
    found = []
    for kind in KINDS:
        made = plan if kind == plan.kind else workshop.plan(kind, asked.share, bounded=False)
        if made is None:
            continue
        found.append(
            {
                "label": words[kind][0],
                "note": words[kind][1],
                "href": asked.address(kind=kind),
                "on": kind == plan.kind,
                "plan": made,
                "covered": f"{wording.number(float(made.covered))}%",
            }
        )
    return found


def _drawings(workshop: Workshop, plan: Plan, communes: list[int]) -> list[Drawing]:
    cases, contacts = Counter[UUID](), Counter[UUID]()
    for each in workshop.people:
        if each.home is not None:
            (contacts if each.hop else cases)[each.home.dwelling] += 1
    lanes = {lane.id: lane for lane in lanes_of(communes)}
    inside = plan.area.dwellings(workshop.ground)
    return draw(dwellings_of_communes(communes), lanes, inside, cases, contacts)


def _followed(outside: Mapping[int, int]) -> str:
    """`3 F1, 61 F2`: who stays outside and is followed all the same."""
    told = [f"{wording.number(count)} F{hop}" for hop, count in outside.items()]
    return ", ".join(told) or "0"


def zone_drawings(inside: list[Inside], decisions: list[ZoneDecision]) -> list[Drawing]:
    """The drawing of a decided area: no house says who in it is ill."""
    communes = [decision.commune for decision in decisions]
    houses = dwellings_of_communes(communes)
    closed = {house.id for each in inside for house in each.dwellings}
    lanes: dict[UUID, Lane] = lanes_by_id({house.lane_id for house in houses})
    return draw(houses, lanes, closed, {}, {})
