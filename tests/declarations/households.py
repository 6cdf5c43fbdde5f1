"""A mother, her child, and a neighbour."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.test import Client

from lachan.core.clock import today
from lachan.core.ids import uuid7
from lachan.core.middleware import COOKIE
from lachan.core.scope import Principal, system_scope
from lachan.declarations.questionnaire import in_force
from lachan.people.services import open_citizen, represent
from lachan.people.signing_in import enter
from lachan.people.tasks import open_represented
from lachan.rulebook.services import load_shipped_rules
from tests.factories.people import person

NO = {question.code: False for question in in_force(today()).always}


@dataclass(frozen=True)
class Household:
    """The mother's session, and the ids of the three."""

    mother: Principal
    mai: UUID
    an: UUID
    neighbour: UUID


def household(**mother: Any) -> Household:
    """Mai speaks for her child An, not for the neighbour."""
    mai, an = person("Trần Thị Mai", **mother), person("Nguyễn Văn An")
    neighbour = person("Hoàng Văn Khải")
    with system_scope("test") as by:
        load_shipped_rules(by=by)
        represent(person=an, speaker=mai, ground="guardian", said_to="giấy khai sinh", by=by)
        account = open_citizen(
            phone=f"09{uuid7().int % 10**8:08d}", name="Trần Thị Mai", person=mai.id
        )
    open_represented()
    return Household(enter(account), mai.id, an.id, neighbour.id)


def browser(principal: Principal, language: str = "en") -> Client:
    """A browser of somebody who signed in."""
    client = Client(headers={"accept-language": language, "host": "localhost"})
    client.cookies[COOKIE] = principal.secret
    return client
