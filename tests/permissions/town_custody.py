"""What the chain of custody leaves in the town: a box with its hand-over, its logger's file, and a
tube that turned up at another laboratory."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from lachan.core import grants
from lachan.core.clock import OFFSET, now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.places.models import Organisation
from lachan.sampling import custody, custody_log, custody_receiving
from lachan.sampling import custody_reading as reading
from lachan.sampling import services as sampling
from lachan.sampling.custody import Courier, Reckoning
from lachan.sampling.models import Tube
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """The guest's tube travels in a box; his second one strays."""
    guest = town.factory.people["Vũ Văn Hùng"]
    sampler = cast.of_organisation(Role.SAMPLER)
    with system_scope("test"):
        grants.give(
            "person",
            [guest.id],
            to_organisation=sampler.organisation,
            until=now() + timedelta(days=1),
        )
    right, wrong = _laboratory("Phòng xét nghiệm đúng"), _laboratory("Phòng xét nghiệm nhầm")
    tube, stray = (_closed(town, sampler, guest.id, right) for _number in range(2))
    with scoped(sampler, "sampling") as by:
        box = custody.open_box(barcode=f"H{uuid7().hex[-10:]}", laboratory=right, by=by)
        custody.pack(box=box, barcode=tube.barcode, by=by)
        counted = Reckoning(1, Decimal("4.5"))
        custody.seal(box=box, seen=counted, by=by)
        custody.hand_to_courier(
            box=box,
            given=counted,
            taken=counted,
            courier=Courier("Hoàng Văn Chở", "0900000620"),
            by=by,
        )
        rule = reading.rule_of(box.organisation)
        custody_log.attach(box=box, data=_readings(), name="h.csv", rule=rule, by=by)
    with scoped(cast.of_organisation(Role.LABORATORY, wrong), "laboratory") as by:
        custody_receiving.scan_in(barcode=stray.barcode, by=by)


def _laboratory(name: str) -> UUID:
    with system_scope("test"):
        made = Organisation(kind="laboratory", name=name)
        made.save(force_insert=True)
        return made.id


def _closed(town: "Town", sampler: Principal, guest: UUID, laboratory: UUID) -> Tube:
    with scoped(sampler, "sampling") as by:
        tube = sampling.open_tube(
            barcode=f"T{uuid7().hex[-10:]}",
            limit=1,
            disease=town.case.disease,
            laboratory=laboratory,
            by=by,
        )
        sampling.add_sample(tube=tube, person=guest, reason="contact", by=by)
        sampling.close_tube(tube=tube, by=by)
    return tube


def _readings() -> bytes:
    at = now().astimezone(OFFSET)
    rows = [f"{at + timedelta(minutes=10 * n):%d/%m/%Y %H:%M};{4 + n}" for n in range(6)]
    return "\n".join(rows).encode()
