"""A contact, a candidate or a public call is obtained here, and the look is recorded."""

from uuid import UUID

from django.http import Http404

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard
from lachan.tracing import adding, naming_selectors
from lachan.tracing.models import Case, Contact, PublicCall, Submission


def contact_for(by: Principal, contact: UUID) -> Contact:
    """One contact, or 404: an officer from elsewhere learns not even that it exists."""
    found = (
        Contact.objects.select_related("case", "person", "via", "place", "group")
        .filter(pk=contact)
        .first()
    )
    if found is None:
        raise Http404
    looks.record(person=found.person_id, what="contact", by=by)
    return found


def candidates_for(by: Principal, case: Case, told: adding.Told) -> list[adding.Candidate]:
    """Whom a told name or phone may mean; every name shown is a look."""
    offered = adding.who_it_may_be(case, told, by)
    looks.record_many(persons=[one.card.person for one in offered], what="search_result", by=by)
    return offered


def household_for(by: Principal, case: Case, via: UUID | None) -> list[PersonCard]:
    """Who lives with the case or with a contact and is not on the list yet."""
    members = adding.household_to_add(case, via)
    looks.record_many(persons=[card.person for card in members], what="search_result", by=by)
    return members


def just_added_for(by: Principal, case: Case) -> list[tuple[Contact, PersonCard | None]]:
    """Whom humans named last."""
    rows = naming_selectors.just_added(case)
    seen = [card.person for _contact, card in rows if card is not None]
    looks.record_many(persons=seen, what="contact_list", by=by)
    return rows


def met_for(by: Principal, case: Case) -> list[tuple[Contact, PersonCard]]:
    """Of whom further contacts may be told."""
    rows = naming_selectors.may_be_met(case)
    looks.record_many(persons=[card.person for _c, card in rows], what="contact_list", by=by)
    return rows


def call_for(by: Principal, call: UUID) -> PublicCall:
    """One public call of this account's unit, or 404.  There is no person in it to be looked at."""
    found = PublicCall.objects.select_related("case").filter(pk=call).first()
    if found is None:
        raise Http404
    return found


def answers_for(by: Principal, call: PublicCall) -> list[tuple[Submission, PersonCard | None]]:
    """Who answered a call."""
    rows = naming_selectors.answer_rows(call)
    seen = [card.person for _row, card in rows if card is not None]
    looks.record_many(persons=seen, what="contact_list", by=by)
    return rows
