"""Reading the groups of a case: a line, a room, a bus with its sums and its members."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from lachan.formats.vietnamese import fold
from lachan.tracing.models import Case, Contact, ContactGroup, GroupMember
from lachan.tracing.selectors import ContactRow, rows_of

#: Members shown at once: a page of a group is confirmed whole, so it is not cut where groups are.
#: Source: our own choice, above the 500 of the largest group that is confirmed in one act.
MEMBERS = 1_000


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group and how many of its members stand at each state."""

    group: ContactGroup
    sums: dict[str, int]

    @property
    def people(self) -> int:
        """Everybody in it."""
        return sum(self.sums.values())

    @property
    def waiting(self) -> int:
        """Who is still to verify."""
        return self.sums[Contact.State.TO_VERIFY]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member with the seat the list gives, and the other groups he is in."""

    row: ContactRow
    detail: str
    others: list[str] = field(default_factory=list)


def groups_of_case(case: Case) -> list[GroupRow]:
    """The groups of a case, those with most people to verify first."""
    found = [GroupRow(group, sums_of(group)) for group in case.groups.order_by("name")]
    return sorted(found, key=lambda row: (-row.waiting, row.group.kind, fold(row.group.name)))


def members(group: ContactGroup) -> QuerySet[Contact]:
    """The contacts in a group: those a list put there, and those who were named with it."""
    inside = GroupMember.objects.filter(group=group).values("contact")
    return Contact.objects.filter(Q(pk__in=inside) | Q(group=group), case=group.case_id)


def sums_of(group: ContactGroup) -> dict[str, int]:
    """How many members stand at each state; a state without anybody is 0."""
    rows = members(group).order_by().values_list("state").annotate(n=Count("id"))
    return dict.fromkeys(Contact.State.values, 0) | dict(rows)


def member_rows(group: ContactGroup, *, state: str = "", name: str = "") -> list[MemberRow]:
    """Members by name, at most MEMBERS; `name` is compared without marks."""
    rows = members(group).select_related("place")
    if state:
        rows = rows.filter(state=state)
    found = list(rows.order_by("id")[:MEMBERS])
    seats, others = _memberships(group, [row.id for row in found])
    listed = [
        MemberRow(row, seats.get(row.contact.id, ""), others.get(row.contact.id, []))
        for row in rows_of(found)
    ]
    wanted = fold(name)
    if wanted:
        listed = [each for each in listed if wanted in _name(each)]
    return sorted(listed, key=lambda each: (_given(each), _name(each)))


def _name(each: MemberRow) -> str:
    return fold(each.row.card.name) if each.row.card else ""


def _given(each: MemberRow) -> str:
    """Vietnamese lists are ordered by the given name."""
    return fold(each.row.given_name)


def _memberships(
    group: ContactGroup, contacts: Iterable[UUID]
) -> tuple[dict[UUID, str], dict[UUID, list[str]]]:
    """Seat in this group and names of the other groups, by contact."""
    seats: dict[UUID, str] = {}
    others: dict[UUID, list[str]] = {}
    rows = GroupMember.objects.filter(contact__in=list(contacts)).select_related("group")
    for row in rows.order_by("group__name"):
        if row.group_id == group.id:
            seats[row.contact_id] = row.detail
        else:
            others.setdefault(row.contact_id, []).append(row.group.name)
    return seats, others
