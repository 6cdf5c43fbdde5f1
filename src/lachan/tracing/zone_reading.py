"""Reading zones: what is shown of a decision, and who lives inside with what they need."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, cards_of, who_lives_in
from lachan.places.models import Dwelling
from lachan.tracing.models import (
    Case,
    Outbreak,
    Zone,
    ZoneDecision,
    ZoneNeed,
    ZonePass,
    ZonePresence,
    ZoneRound,
    ZoneStep,
)
from lachan.tracing.zone_parts import Inside, area_of
from lachan.tracing.zone_words import words_of_parts

#: Rows of the list of zones and of open outbreaks on one page.
LIST_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A decision as a page shows it: its state now and its area in the reader's words."""

    decision: ZoneDecision
    state: ZoneDecision.State
    area: str
    inside: Inside
    mine: bool


@dataclass(slots=True)
class Resident:
    """Somebody of a house inside: the card, in or out (None: nobody looked), what is needed."""

    person: UUID
    card: PersonCard | None
    present: bool | None = None
    needs: frozenset[str] = frozenset()
    has_pass: bool = False


@dataclass(frozen=True, slots=True)
class Household:
    """A household inside, in its house."""

    household: UUID
    house: Dwelling
    residents: list[Resident] = field(default_factory=list)


def zones() -> list[Zone]:
    """Zones this account may see, the newest first, with their decisions."""
    rows = Zone.objects.prefetch_related("decisions").order_by("-made_at")
    return list(rows[:LIST_LIMIT])


def open_outbreaks() -> QuerySet[Outbreak]:
    """Outbreaks that are not closed, the newest first."""
    return Outbreak.objects.filter(closed_at=None).order_by("-opened_at")[:LIST_LIMIT]


def cases_for(outbreak: UUID | None, cases: Iterable[UUID]) -> list[Case]:
    """The cases of an outbreak, or the chosen ones; a withdrawn case carries no risk."""
    rows = Case.objects.exclude(status=Case.Status.WITHDRAWN).select_related("outbreak")
    rows = rows.filter(outbreak=outbreak) if outbreak else rows.filter(pk__in=list(cases))
    return list(rows.order_by("opened_at"))


def shown(decision: ZoneDecision, by: Principal) -> Shown:
    """A decision with its area as it is now, or as it was when it ended."""
    inside = area_of(decision, now())
    return Shown(
        decision, decision.state, area_words(inside), inside, by.commune == decision.commune
    )


def area_words(inside: Inside) -> str:
    """Houses and businesses inside in the reader's words."""
    lanes = {part.lane_id for part in inside.parts if part.lane_id}
    single = [part.dwelling for part in inside.parts if part.dwelling is not None]
    places = [part.place for part in inside.parts if part.place is not None]
    return words_of_parts(lanes, single, places)


def history(decisions: Iterable[ZoneDecision]) -> list[ZoneStep]:
    """What happened, the newest first."""
    rows = ZoneStep.objects.filter(decision__in=list(decisions)).select_related("decision")
    return list(rows.order_by("-at", "-id"))


def who_is_inside(decision: ZoneDecision, at: datetime) -> list[Household]:
    """Households of the houses inside, in the order in which the houses stand."""
    inside = area_of(decision, at)
    order = sorted(inside.dwellings, key=lambda house: (str(house.lane_id), house.ord))
    rows = who_lives_in(house.id for house in order)
    cards = cards_of(person for *_, person in rows)
    present, needs = _presence(decision), _needs(decision)
    passes = _passes(decision, at)
    found: dict[tuple[UUID, UUID], Household] = {}
    houses = {house.id: house for house in order}
    for house, household, person in rows:
        row = found.setdefault((house, household), Household(household, houses[house]))
        row.residents.append(
            Resident(
                person,
                cards.get(person),
                present.get(person),
                frozenset(needs[person]),
                person in passes,
            )
        )
    rank = {house.id: number for number, house in enumerate(order)}
    return sorted(found.values(), key=lambda row: (rank[row.house.id], str(row.household)))


def _presence(decision: ZoneDecision) -> dict[UUID, bool]:
    rows = ZonePresence.objects.filter(decision=decision).order_by("person", "-at", "-id")
    return dict(rows.distinct("person").values_list("person_id", "present"))


def _needs(decision: ZoneDecision) -> defaultdict[UUID, set[str]]:
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    rows = ZoneNeed.objects.filter(decision=decision).order_by("person", "kind", "-at", "-id")
    for row in rows.distinct("person", "kind"):
        if row.open:
            found[row.person_id].add(row.kind)
    return found


def _passes(decision: ZoneDecision, at: datetime) -> set[UUID]:
    rows = ZonePass.objects.filter(decision=decision, withdrawn_at=None, from_at__lte=at)
    return set(rows.filter(to_at__gt=at).values_list("person_id", flat=True))


def passes_of(decision: ZoneDecision) -> list[tuple[ZonePass, PersonCard | None]]:
    """Passes of a decision, the newest first, with whom they are for."""
    rows = list(ZonePass.objects.filter(decision=decision).order_by("-at")[:LIST_LIMIT])
    cards = cards_of(row.person_id for row in rows)
    return [(row, cards.get(row.person_id)) for row in rows]


def rounds_of(decision: ZoneDecision) -> list[ZoneRound]:
    """Rounds of sampling, in their order."""
    return list(decision.rounds.order_by("number"))
