"""What follows vaccination in the town: a dose, a severe event with its steps, a bar, a call."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core import grants
from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.vaccination import aefi, aefi_asking, lot_barring
from lachan.vaccination.aefi import Told
from lachan.vaccination.models import Dose, Lot, Reaction
from lachan.vaccination.services import Injection, enter
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """Somebody of the town is injected, asked the next day, and falls ill."""
    mate = town.factory.people["Lương Thị Oanh"]
    vaccinator = cast.of_organisation(Role.VACCINATOR)
    with system_scope("test"):
        until = now() + timedelta(days=1)
        grants.give("person", [mate.id], to_organisation=vaccinator.organisation, until=until)
        lot = Lot.objects.create(
            product="vaxzevria",
            number="TOWN1",
            expires_on=today() + timedelta(days=90),
            doses_per_vial=10,
            open_hours=6,
            organisation=uuid7(),
            made_at=now(),
        )
    one = Injection(
        id=uuid7(),
        person=mate.id,
        disease="covid-19",
        product="vaxzevria",
        lot=lot.id,
        given_at=now() - timedelta(hours=30),
    )
    with scoped(vaccinator, "vaccination") as by:
        enter([one], by=by)
        told = Told(
            id=uuid7(), dose=one.id, source="site", signs=("anaphylaxis",), severity="severe"
        )
        aefi.report(told, by=by)
    with system_scope("test") as by:
        aefi_asking.ask(by=by)
    with scoped(cast.of_commune(Role.STATION_OFFICER, town.here.commune), "vaccination") as by:
        dose = Dose.objects.get(pk=one.id)
        lot_barring.log_call(dose=dose, result="unwell", note="Đã khỏe lại", by=by)
        row = Reaction.objects.get(pk=told.id)
        aefi.file_paper(row, code="records", document="BA 118", by=by)
