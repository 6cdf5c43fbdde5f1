"""A dose of the source, its session and lot, and what the source complains of."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core.clock import day_of, now
from lachan.core.ids import uuid7
from lachan.core.scope import scoped, system_scope
from lachan.corrections.ticket_models import About
from lachan.corrections.tickets import Claim, Told, open_ticket
from lachan.vaccination.models import Lot, Population, Session, Source
from lachan.vaccination.public_counting import count_doses
from lachan.vaccination.services import Injection, enter
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town

#: A lot that appears on no page of somebody else's.
LOT = "KINLOT77"


def furnish(town: "Town") -> None:
    """The worker enters a dose that was given here; the source says that one more is missing."""
    person = town.case.person_id
    with system_scope("test") as by:
        lot = Lot.objects.create(
            product="comirnaty",
            number=LOT,
            expires_on=day_of(now()) + timedelta(days=60),
            doses_per_vial=6,
            open_hours=6,
            organisation=uuid7(),
            made_at=now(),
        )
        session = Session.objects.create(
            organisation=uuid7(),
            name="Điểm tiêm của thị trấn",
            disease="covid-19",
            products=["comirnaty"],
            starts_at=now() - timedelta(hours=3),
            ends_at=now() + timedelta(hours=3),
            commune=town.here.commune,
            province=town.here.province,
            made_at=now(),
        )
        enter(
            [
                Injection(
                    id=uuid7(),
                    person=person,
                    disease="covid-19",
                    product="comirnaty",
                    given_at=now() - timedelta(hours=2),
                    source=Source.SITE,
                    lot=lot.id,
                    session=session.id,
                    organisation=session.organisation,
                )
            ],
            by=by,
        )
        count_doses()
        Population.objects.create(
            province=town.here.province,
            commune=town.here.commune,
            disease="covid-19",
            people=30_000,
            on=day_of(now()),
            document="Báo cáo dân số",
            entered_at=now(),
        )
    source = cast.citizen(person)
    claim = Claim(day_of(now()) - timedelta(days=90), "comirnaty", LOT, "Trạm Y tế")
    with scoped(source, "own_data"):
        told = Told(About.MISSING, "covid-19", claim)
        open_ticket(person=person, told=told, by=source)
