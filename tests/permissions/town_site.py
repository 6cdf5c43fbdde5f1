"""What a vaccination site leaves in the town: a device, a list, a visit with a dose, a stranger."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connections

from lachan.core.carried import Enrolled
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.vaccination.services import SENT_COLUMNS, event_of
from lachan.vaccination.site_devices import enrol_device
from lachan.vaccination.site_sessions import invite, open_session, plan_session
from lachan.vaccination.site_tasks import take_site_events
from tests.factories import cast
from tests.factories.cards import card

if TYPE_CHECKING:
    from tests.permissions.town import Town

#: A card of somebody who is in no register.
STRANGER = "024188000940"


def furnish(town: "Town") -> None:
    """One is made at the site and injected, one has a card of nobody, one is on the list."""
    vaccinator = cast.of_organisation(Role.VACCINATOR)
    town.owners["site"] = vaccinator
    start = now() - timedelta(hours=1)
    with scoped(vaccinator, "vaccination") as by:
        session = plan_session(
            name="Nhà văn hóa",
            products=["vaxzevria"],
            starts_at=start,
            ends_at=start + timedelta(hours=8),
            tables=1,
            commune=town.here.commune,
            by=by,
        )
        open_session(session=session.id, by=by)
        device, _token = enrol_device(label="Máy 1", by=by)
    with system_scope("test") as system:
        invite(session, town.people[:1], by=system)
    enrolled = Enrolled(
        device.id, device.organisation, vaccinator.account, bytes(device.token_sha256)
    )
    made = {"id": str(uuid7()), "name": "Nông Thị Sâm", "year": "1961", "vouched_by": "Trưởng thôn"}
    shown: list[dict[str, Any]] = [{"new": made}, {"code": card(STRANGER)}]
    for counter, whom in enumerate(shown, start=1):
        event = event_of(told(session.id, counter) | whom, enrolled)
        append(event.row(now()))
    take_site_events()


def told(session: object, counter: int) -> dict[str, Any]:
    """An event as a device sends it, an injection, without whose it is."""
    moment = now().isoformat()
    said = {"product": "vaxzevria", "lot": "FX2207", "arm": "left", "elsewhere": "", "by": "A"}
    return {
        "id": str(uuid7()),
        "kind": "injected",
        "counter": counter,
        "at": moment,
        "device_at": moment,
        "session": str(session),
        "table": 1,
        "told": said,
    }


def append(row: tuple[Any, ...]) -> None:
    """Put it into the ledger as the hot path does."""
    names, marks = ", ".join(SENT_COLUMNS), ", ".join(["%s"] * len(row))
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"insert into vaccination_sent ({names}) values ({marks})", row)
