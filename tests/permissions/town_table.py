"""What a sampling table leaves in the town: a device, a person made there, a stranger's card."""

from typing import TYPE_CHECKING, Any

from django.db import connections

from lachan.core.carried import Enrolled
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.sampling.labels import make_series
from lachan.sampling.services import SENT_COLUMNS, event_of
from lachan.sampling.table_devices import enrol_device
from lachan.sampling.table_tasks import take_table_events
from tests.factories import cast
from tests.factories.cards import card

if TYPE_CHECKING:
    from tests.permissions.town import Town

#: A card of somebody who is in no register.
STRANGER = "024188000930"


def furnish(town: "Town") -> None:
    """A pool for one takes two: one made at the table, one with a card of nobody."""
    sampler = cast.of_organisation(Role.SAMPLER)
    town.owners["table"] = sampler
    with scoped(sampler, "sampling") as by:
        device, _token = enrol_device(label="Bàn 1", commune=town.here.commune, by=by)
        make_series(prefix="TOWN", count=10, copies=1, by=by)
    enrolled = Enrolled(device.id, device.organisation, sampler.account, bytes(device.token_sha256))
    made = {"id": str(uuid7()), "name": "Nông Thị Kín", "year": "1961", "sex": "female"}
    shown: list[dict[str, Any]] = [{"new": made}, {"code": card(STRANGER)}]
    for counter, told in enumerate(shown, start=1):
        event = event_of(_sample(town, counter) | told, enrolled)
        _append(event.row(now()))
    take_table_events()


def _sample(town: "Town", counter: int) -> dict[str, Any]:
    moment = now().isoformat()
    return {
        "id": str(uuid7()),
        "kind": "sample",
        "counter": counter,
        "at": moment,
        "device_at": moment,
        "reason": "zone",
        "tube": {"barcode": "TOWN000001", "limit": 1, "disease": town.case.disease},
    }


def _append(row: tuple[Any, ...]) -> None:
    names, marks = ", ".join(SENT_COLUMNS), ", ".join(["%s"] * len(row))
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"insert into sampling_sent ({names}) values ({marks})", row)
