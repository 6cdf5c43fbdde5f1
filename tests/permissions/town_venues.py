"""What running a place adds to the town: who answers for it, a guard, a question asked of it."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.venues.asking import note_request
from lachan.venues.models import Keeper, Post, Turn
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """A row in every table of a place that is run."""
    venue, manager = town.factory.campus, town.factory.manager
    own = {"organisation": venue.organisation}
    where = {"commune": venue.commune, "province": venue.province}
    with scoped(manager, "places"):
        Keeper.objects.create(
            venue=venue, **own, **where, name="Lê Thị Sáu", phone="0900000677", named_at=now()
        )
        Post.objects.create(
            venue=venue,
            **own,
            account=uuid7(),
            name="Bùi Văn Cổng",
            phone_tail="0678",
            since=now(),
            given_by=manager.account,
        )
        Turn.objects.create(
            venue=venue, **own, **where, what="registered", at=now(), account=manager.account
        )
    tracer = cast.of_province(Role.TRACER, town.here.province)
    with scoped(tracer, "tracing"):
        note_request(
            venue=venue,
            from_at=now() - timedelta(hours=6),
            till_at=now() - timedelta(hours=4),
            reason="Có người đã đến đây trong thời kỳ lây truyền",
            case_number="0017",
            unit="CDC",
            people_count=3,
            by=tracer,
        )
