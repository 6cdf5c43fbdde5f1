"""What the search for consequences goes by: the ground of it, and things without names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lachan.corrections.kinds import Kind
from lachan.corrections.models import Undoing
from lachan.sampling.models import PoolMember, Result
from lachan.tracing.models import Case, Contact

#: States in which a human has decided that somebody is a contact.
CONFIRMED = (Contact.State.CONFIRMED, Contact.State.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class Thing:
    """One consequence: its id in its own room, and the unit that works it."""

    id: UUID
    commune: int
    province: int


@dataclass(frozen=True, slots=True)
class Ground:
    """A result, its case with contacts, or the people of its pool.

    `elsewhere`: people of whom another standing case asks the same; nothing of theirs is undone.
    """

    result: UUID
    row: Result | None
    case: Case | None
    contacts: list[Contact]
    members: list[PoolMember]
    elsewhere: frozenset[UUID]

    @property
    def people(self) -> frozenset[UUID]:
        """The contacts of the case and the people of the pool."""
        met = {contact.person_id for contact in self.contacts}
        return frozenset(met | {member.person_id for member in self.members})

    @property
    def unit(self) -> tuple[int, int] | None:
        """Commune and province of the case, or of the pool's first member."""
        if self.case is not None:
            return self.case.commune, self.case.province
        if self.members:
            return self.members[0].commune, self.members[0].province
        return None


def elsewhere(people: Iterable[UUID], disease: str, case: Case | None) -> frozenset[UUID]:
    """Who of these is a confirmed contact, or the person, of another case that stands."""
    wanted = list(people)
    others = Case.objects.filter(disease=disease).exclude(status=Case.Status.WITHDRAWN)
    if case is not None:
        others = others.exclude(pk=case.pk)
    rows = Contact.objects.filter(person__in=wanted, state__in=CONFIRMED, case__in=others)
    met = set(rows.values_list("person", flat=True))
    ill = set(others.filter(person__in=wanted).values_list("person", flat=True))
    return frozenset(met | ill)


def left_standing(ground: Ground, kind: Kind) -> Any:
    """Things that earlier corrections left, since another case asked the same; a query of ids.

    This may be that other case: now they fall as well, unless a third one stands.
    """
    kept = Undoing.objects.filter(outcome=Undoing.Outcome.KEPT, kind=kind)
    return kept.exclude(correction__result=ground.result).values("target")
