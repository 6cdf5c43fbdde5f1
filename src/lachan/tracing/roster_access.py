"""A list or a group of a case is obtained here; whoever's card a group shows gets a look."""

from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.tracing import groups
from lachan.tracing.access import case_for
from lachan.tracing.models import ContactGroup, Roster


def roster_for(by: Principal, case: UUID, roster: UUID) -> Roster:
    """A list of a case of one's own, or 404."""
    found = Roster.objects.filter(pk=roster, case=case_for(by, case)).first()
    if found is None:
        raise Http404
    return found


def group_for(by: Principal, case: UUID, group: UUID) -> ContactGroup:
    """A group of a case of one's own, or 404."""
    found = ContactGroup.objects.filter(pk=group, case=case_for(by, case)).first()
    if found is None:
        raise Http404
    return found


def members_for(
    by: Principal, group: ContactGroup, *, state: str, name: str
) -> list[groups.MemberRow]:
    """The members of a group as the page shows them."""
    rows = groups.member_rows(group, state=state, name=name)
    shown = [each.row.contact.person_id for each in rows if each.row.card is not None]
    looks.record_many(persons=shown, what="contact_list", by=by)
    return rows
