"""A sampling team, its laboratory, and people with a code to show."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.middleware import COOKIE
from lachan.core.roles import Role
from lachan.core.scope import Principal, system_scope
from lachan.core.signing import signing_key
from lachan.credentials.tokens import issue
from lachan.people.selectors import trace_ids_of
from lachan.places.models import Organisation
from lachan.rulebook.services import load_shipped_rules
from tests.factories import cast
from tests.factories.people import person


@dataclass(frozen=True)
class Team:
    """Who works at one table, and where its tubes go."""

    laboratory: UUID
    sampler: Principal
    technician: Principal
    lead: Principal


def team() -> Team:
    """A team with a laboratory of its own."""
    with system_scope("test") as by:
        load_shipped_rules(by=by)
        laboratory = Organisation(kind="laboratory", name=f"Phòng xét nghiệm {uuid7().hex[-6:]}")
        laboratory.save(force_insert=True)
    return Team(
        laboratory.id,
        cast.of_organisation(Role.SAMPLER),
        cast.of_organisation(Role.LABORATORY, laboratory.id),
        cast.of_organisation(Role.LABORATORY_LEAD, laboratory.id),
    )


def code_of(person_id: UUID) -> str:
    """The personal code as a phone shows it."""
    with system_scope("test"):
        trace_id = trace_ids_of([person_id])[person_id]
    until = int((now() + timedelta(minutes=15)).timestamp())
    return issue(signing_key(), kind="person", pseudonym=trace_id.bytes, expires_at=until)


def browser(principal: Principal, language: str = "en") -> Client:
    """A browser of somebody who signed in."""
    client = Client(headers={"accept-language": language, "host": "localhost"})
    client.cookies[COOKIE] = principal.secret
    return client


def seated(at: Team, limit: str = "5", reason: str = "contact") -> Client:
    """The sampler's browser after the choice that is made once."""
    client = browser(at.sampler)
    answer = client.post(
        "/sampling/setup/",
        {"limit": limit, "reason": reason, "disease": "covid-19", "laboratory": at.laboratory},
    )
    assert answer.status_code == 302, answer.content.decode()
    return client


def take(client: Client, barcode: str, *codes: str, **more: Any) -> tuple[str, Any]:
    """Scan a tube, then the people; the tube's address and the last answer."""
    address = client.post("/sampling/", {"code": barcode})["Location"]
    answer = None
    for code in codes:
        answer = client.post(address, {"code": code, "reason": "contact"} | more, follow=True)
    return address, answer


def somebody(name: str) -> tuple[UUID, str]:
    """A person and the code they show."""
    made = person(name)
    return made.id, code_of(made.id)
