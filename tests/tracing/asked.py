"""A case with a household, and browsers of those who work it and of those who do not."""

from dataclasses import dataclass
from uuid import UUID

from django.test import Client

from lachan.core.ids import uuid7
from lachan.core.models import Look
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.selectors import cards_of
from lachan.people.services import join_household
from lachan.tracing import inviting
from lachan.tracing.models import Case, Contact, Invitation
from lachan.tracing.naming import Named, name_contacts
from tests.factories import cast, outbreak
from tests.factories.outbreak import Unit

HERE = Unit.of(outbreak.HERE_CODE)
ABROAD = Unit.of(outbreak.ABROAD_CODE)

#: The duty phone of the tests.
DUTY = "0900 000 999"


@dataclass
class Office:
    """A case and the tracer who works it."""

    case: Case
    tracer: Principal
    family: list[Person]

    @property
    def add(self) -> str:
        """Where contacts are typed in."""
        return f"/tracing/{self.case.id}/add/"


def office(name: str = "Đỗ Thị Ngân") -> Office:
    """A case who lives with her husband and her son."""
    case_person = outbreak.somebody(name, HERE, "0900000300")
    family = [outbreak.somebody(each, HERE) for each in ("Vũ Văn Hùng", "Vũ Minh An")]
    with system_scope("test") as by:
        join_household(
            persons={case_person.id: "head", family[0].id: "spouse", family[1].id: "child"}, by=by
        )
    case = outbreak.positive(case_person)
    return Office(case, cast.of_province(Role.TRACER, case.province), family)


def browser(principal: Principal | None = None, language: str = "en") -> Client:
    """A browser of somebody who signed in, or of nobody."""
    client = Client(SERVER_NAME="localhost", headers={"accept-language": language})
    if principal is not None:
        client.cookies["lachan"] = principal.secret
    return client


def line(**typed: object) -> dict[str, object]:
    """A line as the add page sends it."""
    return {"key": str(uuid7()), "identity": "known", **typed}


def listed(case: Case) -> dict[str, Contact]:
    """The case's list by name."""
    with system_scope("test"):
        rows = list(Contact.objects.filter(case=case).select_related("via", "place"))
        cards = cards_of([row.person_id for row in rows])
    return {cards[row.person_id].name: row for row in rows}


def named(where: Office, name: str, *, via: UUID | None = None, phone: str = "") -> Contact:
    """Somebody the case named in an interview."""
    person = outbreak.somebody(name, HERE, phone)
    with scoped(where.tracer, "tracing"):
        return name_contacts(
            case=where.case, people=[Named(person.id, "interview", via=via)], by=where.tracer
        )[0]


def invited(where: Office, contact: Contact) -> tuple[Invitation, str]:
    """An open invitation of a contact, and its code."""
    with scoped(where.tracer, "tracing"):
        row = inviting.invite(contact=contact, phone=DUTY, by=where.tracer)
        return row, inviting.code_of(row)


def looks_at(person: UUID) -> set[str]:
    """What was looked at of a person, by whomever."""
    return set(Look.objects.using("owner").filter(person=person).values_list("what", flat=True))
