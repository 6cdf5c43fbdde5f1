"""Who a campaign is for: people of lanes, of a commune, of an organisation, or asked for already.

Everything is read in the planner's own scope: whom the session may not see stands on no list.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from lachan.people.models import Belonging, Person
from lachan.people.selectors import homes_of, shareable, who_lives_in
from lachan.places.selectors import dwellings_by_id, dwellings_of_lanes, lanes_by_id
from lachan.sampling.campaign_choosing import Mate, representatives
from lachan.sampling.campaign_rule import household_rule_of
from lachan.sampling.models import CampaignMember, CampaignPlan, Reason, SampleRequest

#: Ids of one query.
AT_ONCE = 5_000

Why = CampaignMember.Why
Whom = CampaignPlan.Whom


@dataclass(slots=True)
class Where:
    """Where somebody is found: a house of a lane, or a line of a factory."""

    household: UUID | None = None
    lane: UUID | None = None
    place: str = ""
    house: str = ""
    ord: int = 0


def people_for(plan: CampaignPlan) -> list[UUID]:
    """Everybody the plan is for, as far as this scope sees them; a file's people come later."""
    if plan.whom == Whom.LANES:
        houses = [house.id for house in dwellings_of_lanes(plan.lanes)]
        return list(dict.fromkeys(person for *_, person in who_lives_in(houses)))
    if plan.whom == Whom.COMMUNE and plan.commune is not None:
        rows = Person.objects.filter(commune=plan.commune, erased_at=None)
        return list(rows.values_list("id", flat=True))
    if plan.whom == Whom.BODY:
        belongs = Belonging.objects.filter(organisation=plan.body, until=None)
        return list(dict.fromkeys(belongs.values_list("person_id", flat=True)))
    if plan.whom == Whom.ASKED:
        return list(asked_for(plan))
    return []


def asked_for(plan: CampaignPlan) -> dict[UUID, SampleRequest]:
    """person -> the oldest open request that stands in no campaign."""
    rows = SampleRequest.objects.filter(
        state=SampleRequest.State.OPEN, campaign=None, disease=plan.campaign.disease
    )
    if plan.commune is not None:
        rows = rows.filter(commune=plan.commune)
    found: dict[UUID, SampleRequest] = {}
    for row in rows.order_by("asked_at", "id"):
        found.setdefault(row.person_id, row)
    return found


def members_of(plan: CampaignPlan, persons: Sequence[UUID]) -> list[CampaignMember]:
    """A row for each person that may be named to a team; who stands on the list is left out."""
    known = set(plan.campaign.members.values_list("person_id", flat=True))
    wanted = [person for person in persons if person not in known]
    allowed = shareable(wanted)
    people = {row.id: row for row in _people(person for person in wanted if person in allowed)}
    where = places_of(plan, list(people))
    contacts = contacts_of(list(people))
    ill = _with_symptoms(people, plan.campaign.disease)
    why = _why(plan, people, where, contacts, ill)
    return [
        CampaignMember(
            campaign=plan.campaign,
            person=row,
            household=where[row.id].household,
            lane=where[row.id].lane,
            place=where[row.id].place,
            house=where[row.id].house,
            ord=where[row.id].ord,
            contacts=contacts.get(row.id, 0),
            symptoms=row.id in ill,
            chosen=why[row.id] != Why.REPRESENTED,
            why=why[row.id],
            organisation=plan.organisation,
            commune=row.commune,
            province=row.province,
        )
        for row in people.values()
    ]


def _people(ids: Iterable[UUID]) -> list[Person]:
    asked = list(ids)
    found: list[Person] = []
    for start in range(0, len(asked), AT_ONCE):
        found += Person.objects.filter(id__in=asked[start : start + AT_ONCE], erased_at=None)
    return found


def _why(
    plan: CampaignPlan,
    people: dict[UUID, Person],
    where: dict[UUID, Where],
    contacts: dict[UUID, int],
    ill: set[UUID],
) -> dict[UUID, Why]:
    """Households by the rule; people of a body, of a list and asked for by name one by one."""
    if plan.whom not in (Whom.LANES, Whom.COMMUNE):
        reason = {Whom.FILE: Why.LISTED, Whom.ASKED: Why.ASKED}.get(
            CampaignPlan.Whom(plan.whom), Why.EVERYBODY
        )
        return {person: Why.SYMPTOMS if person in ill else reason for person in people}
    homes: dict[UUID, list[Mate]] = {}
    for person, row in people.items():
        # Whoever is in no household lives alone, as far as anybody knows.
        home = where[person].household or person
        mate = Mate(person, contacts.get(person, 0), person in ill, row.birth_year)
        homes.setdefault(home, []).append(mate)
    rule = household_rule_of(plan)
    return {
        person: why
        for mates in homes.values()
        for person, why in representatives(mates, rule).items()
    }


def places_of(plan: CampaignPlan, persons: Sequence[UUID]) -> dict[UUID, Where]:
    """Where each is found: at work for the people of an organisation, else at home."""
    if plan.whom == Whom.BODY:
        return _at_work(plan.body, persons)
    homes = homes_of(persons)
    lanes = lanes_by_id({home.lane for home in homes.values()})
    houses = dwellings_by_id({home.dwelling for home in homes.values()})
    found = {person: Where() for person in persons}
    for person, home in homes.items():
        house = houses[home.dwelling]
        found[person] = Where(
            home.household, home.lane, lanes[home.lane].name[:80], house.number, house.ord
        )
    return found


def _at_work(body: UUID | None, persons: Sequence[UUID]) -> dict[UUID, Where]:
    found = {person: Where() for person in persons}
    for row in Belonging.objects.filter(organisation=body, person__in=list(persons), until=None):
        parts = [part for part in (row.unit, row.line, row.shift) if part]
        found[row.person_id] = Where(place=" · ".join(parts)[:80])
    return found


def contacts_of(persons: Sequence[UUID]) -> dict[UUID, int]:
    """person -> how many others of the register work or learn on the same line, room or class.

    The nearest thing to "who meets most people" that the register knows; a human corrects it.
    """
    own = Belonging.objects.filter(person__in=list(persons), until=None)
    held = list(own.values_list("person_id", "organisation", "name", "line"))
    groups = Belonging.objects.filter(
        until=None, organisation__in={row[1] for row in held if row[1]}
    )
    sizes = {
        (body, line): size
        for body, line, size in groups.values("organisation", "line")
        .annotate(size=Count("person", distinct=True))
        .values_list("organisation", "line", "size")
    }
    found: dict[UUID, int] = {}
    for person, body, _name, line in held:
        # Somebody who works where nobody is registered meets somebody all the same.
        found[person] = found.get(person, 0) + max(sizes.get((body, line), 2) - 1, 1)
    return found


def _with_symptoms(people: Iterable[UUID], disease: str) -> set[UUID]:
    rows = SampleRequest.objects.filter(
        person__in=list(people),
        disease=disease,
        reason=Reason.SYMPTOMS,
        state=SampleRequest.State.OPEN,
    )
    return set(rows.values_list("person_id", flat=True))
