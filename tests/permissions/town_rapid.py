"""What rapid tests leave in the town: kits, a cassette read by two, and a self-test from home."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core import clock, grants
from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.sampling import rapid, rapid_home
from lachan.sampling.rapid import Box, Kit, Swabbed
from lachan.sampling.rapid_home import Told
from tests.factories import cast
from tests.factories.photos import jpeg

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """A guest is tested at a table and reports a test of his own."""
    guest = town.factory.people["Vũ Văn Hùng"]
    site = uuid7()
    reader, second = (cast.of_organisation(Role.SAMPLER, site) for _ in range(2))
    with system_scope("test"):
        until = now() + timedelta(days=1)
        grants.give("person", [guest.id], to_organisation=site, until=until)
    with scoped(reader, "sampling") as by:
        box = Box("", "L0017", today() + timedelta(days=90))
        lot = rapid.receive_kits(box=box, kit=Kit("Kit B", 25), by=by).lot
        test = rapid.begin(
            barcode=rapid.new_number(),
            people=[Swabbed(guest.id, "contact")],
            lot=lot,
            table="1",
            disease="covid-19",
            by=by,
        )
    before = clock._wound
    clock.wind(before + timedelta(minutes=16))
    for one in (reader, second):
        with scoped(one, "sampling") as by:
            rapid.read_test(test=test, outcome="positive", by=by)
    clock.wind(before)
    with scoped(cast.citizen(guest.id), "own_data") as by:
        told = Told(uuid7(), "covid-19", "negative", now(), "Kit B", jpeg())
        rapid_home.report(person=guest.id, told=told, by=by)
