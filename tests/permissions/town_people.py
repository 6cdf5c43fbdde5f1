"""What the review of records adds to the town: a joined record, a pair, a check and a dose."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.people.models import LikelyPair
from lachan.people.services import Stay, ask_police, join
from lachan.vaccination.services import Injection, enter
from tests.factories import cast
from tests.factories.people import person

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """Somebody was entered three times; one record is joined, one waits for a look."""
    mate = town.factory.people["Lương Thị Oanh"]
    stay = Stay(commune=town.here.commune, province=town.here.province, address="Số 7 ngách Kín")
    again, third = (person("Lương Oanh", stay=stay) for _ in range(2))
    station = cast.of_commune(Role.STATION_OFFICER, town.here.commune)
    with scoped(station, "people") as by:
        join(kept=mate.id, other=again.id, why="Đã gặp", by=by)
        ask_police(persons=[mate.id], by=by)
        dose = Injection(
            id=uuid7(),
            person=again.id,
            disease="covid-19",
            product="vaxzevria",
            given_at=now() - timedelta(hours=1),
        )
        enter([dose], by=by)
    one, two = sorted((mate.id, third.id))
    with system_scope("test"):
        LikelyPair.objects.create(
            one_id=one,
            two_id=two,
            commune=town.here.commune,
            province=town.here.province,
            score=0.9,
            levels={"name": "without_middle"},
        )
