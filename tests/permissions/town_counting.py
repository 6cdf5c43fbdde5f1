"""What counting leaves in the town: what a laboratory can do, and a box that goes to it instead."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from lachan.core import grants
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.places.models import Organisation
from lachan.sampling import counting_rerouting, custody
from lachan.sampling import services as sampling
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """The guest's tube is packed for one laboratory and sent to another."""
    guest = town.factory.people["Vũ Văn Hùng"]
    sampler = cast.of_organisation(Role.SAMPLER)
    with system_scope("test"):
        until = now() + timedelta(days=1)
        grants.give("person", [guest.id], to_organisation=sampler.organisation, until=until)
    busy, idle = _laboratory("Phòng xét nghiệm bận"), _laboratory("Phòng xét nghiệm rảnh")
    with scoped(cast.of_organisation(Role.LABORATORY, idle), "laboratory") as by:
        counting_rerouting.say_capacity(tests_a_day=500, machines=3, machines_down=1, by=by)
    with scoped(sampler, "sampling") as by:
        tube = sampling.open_tube(
            barcode=f"K{uuid7().hex[-10:]}",
            limit=1,
            disease=town.case.disease,
            laboratory=busy,
            by=by,
        )
        sampling.add_sample(tube=tube, person=guest.id, reason="contact", by=by)
        sampling.close_tube(tube=tube, by=by)
        box = custody.open_box(barcode=f"K{uuid7().hex[-10:]}", laboratory=busy, by=by)
        custody.pack(box=box, barcode=tube.barcode, by=by)
        counting_rerouting.reroute(box=box, laboratory=idle, by=by)


def _laboratory(name: str) -> UUID:
    with system_scope("test"):
        made = Organisation(kind="laboratory", name=name)
        made.save(force_insert=True)
        return made.id
