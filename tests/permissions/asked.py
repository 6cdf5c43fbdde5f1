"""What the town asks the public, and what came in: an invitation, a notice, rows, an answer."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.tracing import adding, inviting, receiving
from lachan.tracing.adding import Told
from lachan.tracing.models import Contact
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town


def invite_and_call(town: "Town") -> None:
    """A contact is invited and answers, a notice stands, somebody unknown is known."""
    tracer = cast.of_province(Role.TRACER, town.here.province)
    mate = next(person for name, person in town.factory.people.items() if "Oanh" in name)
    with scoped(tracer, "tracing"):
        contact = Contact.objects.get(case=town.case, person=mate)
        invitation = inviting.invite(contact=contact, phone="0900 000 999", by=tracer)
        code = inviting.code_of(invitation)
        call = inviting.draft_call(
            case=town.case,
            points=[inviting.Point("Chợ Nếnh", now() - timedelta(hours=5), now())],
            phone="0900 000 999",
            ends_at=now() + timedelta(days=1),
            by=tracer,
        )
        inviting.approve_call(call=call, names_disease=False, by=tracer)
        told = Told(source="interview", identity="unknown", note="Người bán nước")
        unknown = adding.add(case=town.case, told=told, by=tracer)
        adding.identify(contact=unknown, person=mate.id, by=tracer)
    fields = {"name": "Nông Thị Kín", "phone": "0900000178", "day": "", "where": "", "commune": ""}
    receiving.hand_in([receiving.Row(uuid7(), fields | {"note": ""})], invitation=code)
