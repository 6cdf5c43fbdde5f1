"""What flags add to the town: a question about somebody, and an answer to it."""

from typing import TYPE_CHECKING

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.people.selectors import trace_ids_of
from lachan.venues.models import Flag
from lachan.venues.services import flag, judge
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """The guard says that somebody does not fit his code; the station answers."""
    venue, manager = town.factory.campus, town.factory.manager
    with system_scope("test"):
        trace_id = trace_ids_of([town.people[0]])[town.people[0]]
    with scoped(manager, "gate"):
        number = flag(finding="borrowed", venue=venue, trace_id=trace_id, at=now(), by=manager)
    station = cast.of_commune(Role.STATION_OFFICER, town.here.commune)
    with scoped(station, "flags"):
        judge(flag=Flag.objects.get(id=number), verdict="mistake", by=station)
