"""Reading campaigns: lists by household, and how far each lane is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from lachan.people.selectors import PersonCard, cards_of
from lachan.places.models import Organisation
from lachan.sampling.models import Campaign, CampaignMember, SampleRequest, Visit

#: Campaigns and units on one page.
LIST_LIMIT = 200

#: Kinds of organisations that take samples.
SAMPLING_KINDS = ("station", "station_branch", "cdc", "regional_centre", "hospital")
#: Kinds whose people are sampled together.
BODY_KINDS = ("company", "school", "market", "hospital", "transport", "worship", "other")

#: What became of somebody who was asked for.
STATES = ("sampled", "not_home", "refused", "left", "dropped", "carried")
#: States in which something is still to be done.
OPEN_STATES = ("left", "not_home", "refused")


@dataclass(slots=True)
class Tally:
    """asked = sampled + not at home + refused + left + dropped + carried into the next round."""

    asked: int = 0
    sampled: int = 0
    not_home: int = 0
    refused: int = 0
    left: int = 0
    dropped: int = 0
    carried: int = 0

    @property
    def percent(self) -> int:
        """Sampled of a hundred asked; 0 where nobody was asked."""
        return 100 * self.sampled // self.asked if self.asked else 0

    @property
    def open(self) -> int:
        """Requests that wait for somebody."""
        return self.left + self.not_home + self.refused

    def add(self, state: str, count: int) -> None:
        """Count people of one state."""
        if state in STATES:
            self.asked += count
            setattr(self, state, getattr(self, state) + count)


@dataclass(frozen=True, slots=True)
class Place:
    """A lane or a line of a campaign with its sums; `chosen` of `people` are sampled."""

    lane: UUID | None
    name: str
    households: int
    people: int
    chosen: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody of a list with the card this scope may see, and the newest word from the door."""

    member: CampaignMember
    card: PersonCard | None
    state: str
    visit: Visit | None


@dataclass(frozen=True, slots=True)
class Door:
    """A household at its house; without one, somebody by himself."""

    house: str
    place: str
    rows: list[Row] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether nobody of it waits."""
        return not any(row.state in OPEN_STATES for row in self.rows)


_NEWEST = Visit.objects.filter(member=OuterRef("pk")).order_by("-at", "-id")

_STATE = Case(
    When(chosen=False, then=Value("not_asked")),
    When(request=None, then=Value("planned")),
    When(~Q(request__campaign=F("campaign")), then=Value("carried")),
    When(request__state=SampleRequest.State.DONE, then=Value("sampled")),
    When(request__state=SampleRequest.State.DROPPED, then=Value("dropped")),
    When(door=Visit.Outcome.REFUSED, then=Value("refused")),
    When(door=Visit.Outcome.NOT_HOME, then=Value("not_home")),
    default=Value("left"),
    output_field=CharField(),
)


def with_states(members: QuerySet[CampaignMember]) -> QuerySet[Any]:
    """Members with `state` (what became of each) and `door`, the newest word from the door."""
    told = members.annotate(door=Subquery(_NEWEST.values("outcome")[:1]))
    return told.annotate(state=_STATE)


def campaigns(state: str = "") -> list[Campaign]:
    """Campaigns of this scope, the newest first."""
    rows = Campaign.objects.filter(plan__isnull=False).select_related("plan")
    if state in Campaign.State.values:
        rows = rows.filter(state=state)
    return list(rows.order_by("-starts_on", "-made_at")[:LIST_LIMIT])


def tallies(campaigns: Iterable[Campaign]) -> dict[UUID, Tally]:
    """campaign -> its sums."""
    members = with_states(CampaignMember.objects.filter(campaign__in=list(campaigns)))
    found: dict[UUID, Tally] = defaultdict(Tally)
    for campaign, state, count in members.values_list("campaign", "state").annotate(n=Count("id")):
        found[campaign].add(state, count)
    return found


def places_of(campaign: Campaign) -> list[Place]:
    """Lanes of a campaign in the order of their names, people without a house last."""
    members = campaign.members
    sums: dict[tuple[UUID | None, str], Tally] = defaultdict(Tally)
    for lane, place, state, count in (
        with_states(members.all()).values_list("lane", "place", "state").annotate(n=Count("id"))
    ):
        sums[lane, place].add(state, count)
    rows = members.values("lane", "place").annotate(
        people=Count("id"),
        chosen_people=Count("id", filter=Q(chosen=True)),
        homes=Count("household", distinct=True),
        alone=Count("id", filter=Q(household=None)),
    )
    found = [
        Place(
            row["lane"],
            row["place"],
            row["homes"] + row["alone"],
            row["people"],
            row["chosen_people"],
            sums[row["lane"], row["place"]],
        )
        for row in rows
    ]
    return sorted(found, key=lambda place: (not place.name, place.name))


def by_reason(campaign: Campaign) -> list[tuple[str, Tally]]:
    """(whom we sample, sums) of a campaign; the round is the campaign's own."""
    found: dict[str, Tally] = defaultdict(Tally)
    rows = with_states(campaign.members.filter(request__isnull=False))
    for reason, state, count in rows.values_list("request__reason", "state").annotate(
        n=Count("id")
    ):
        found[reason].add(state, count)
    return sorted(found.items())


def members_at(campaign: Campaign, place: str, show: str = "") -> QuerySet[CampaignMember]:
    """Members of one lane, household by household; `show` open, missing, or a state."""
    rows = with_states(campaign.members.filter(place=place)).select_related("request")
    if show == "open":
        rows = rows.filter(state__in=OPEN_STATES)
    elif show in STATES:
        rows = rows.filter(state=show)
    return rows.order_by("ord", "house", "household", "id")


def missing(campaign: Campaign) -> QuerySet[CampaignMember]:
    """Who was asked and is not sampled yet, lane by lane."""
    rows = with_states(campaign.members.filter(chosen=True)).select_related("request")
    return rows.filter(state__in=OPEN_STATES).order_by("place", "ord", "house", "household", "id")


def doors(members: Sequence[CampaignMember]) -> list[Door]:
    """Members gathered by household, with their cards and the newest word from each door."""
    cards = cards_of([member.person_id for member in members])
    visits = {
        visit.member_id: visit
        for visit in Visit.objects.filter(member__in=list(members))
        .order_by("member", "-at", "-id")
        .distinct("member")
    }
    found: dict[UUID, Door] = {}
    for member in members:
        door = found.setdefault(
            member.household or member.person_id, Door(member.house, member.place)
        )
        state = getattr(member, "state", "")
        door.rows.append(Row(member, cards.get(member.person_id), state, visits.get(member.id)))
    return list(found.values())


def units_for(commune: int | None, province: int) -> list[tuple[str, str]]:
    """Organisations that may take the samples: (id, name), those of the commune first."""
    rows = Organisation.objects.filter(kind__in=SAMPLING_KINDS, province=province)
    rows = rows.filter(Q(commune=commune) | Q(commune=None)) if commune else rows
    return [(str(row.id), row.name) for row in rows.order_by("name")[:LIST_LIMIT]]


def bodies_for(commune: int | None, province: int) -> list[tuple[str, str]]:
    """Organisations whose people may be sampled together: (id, name)."""
    rows = Organisation.objects.filter(kind__in=BODY_KINDS, province=province)
    rows = rows.filter(commune=commune) if commune else rows
    return [(str(row.id), row.name) for row in rows.order_by("name")[:LIST_LIMIT]]


def next_round_of(campaign: Campaign) -> Campaign | None:
    """The round after this one, when it is planned."""
    plan = campaign.next_rounds.select_related("campaign").first()
    return None if plan is None else plan.campaign
