"""What registrations leave in the town: a registration with consent, an invitation, a list."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.places.models import Organisation
from lachan.vaccination import areas, inviting, registering, registration_tasks, unit_lists
from lachan.vaccination.models import Session
from lachan.vaccination.registering import NewRegistration
from lachan.vaccination.services import Injection, enter
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town

DISEASE = "covid-19"
LIST = "Họ và tên,Năm sinh,Số điện thoại\nVũ Thị Kín,1991,0900000191\n,1992,0900000192\n"


def furnish(town: "Town") -> None:
    """Somebody of the factory is registered and invited; the factory sends a list."""
    station = cast.of_commune(Role.STATION_OFFICER, town.here.commune)
    with scoped(station, "vaccination_registration") as by:
        someone = next(
            person for person in town.factory.people.values() if person.commune == town.here.commune
        )
        row, _new = registering.register(
            NewRegistration(
                person=someone,
                disease=DISEASE,
                way="desk",
                day=today() - timedelta(days=1),
            ),
            by=by,
        )
        registering.consent(row, agreed=True, how="desk", by=by)
    with system_scope("test"):
        session = Session.objects.create(
            id=uuid7(),
            organisation=uuid7(),
            name="Buổi Kín",
            disease=DISEASE,
            products=["vaxzevria"],
            starts_at=now() + timedelta(days=1),
            ends_at=now() + timedelta(days=1, hours=4),
            commune=town.here.commune,
            province=town.here.province,
            made_at=now(),
        )
    with scoped(station, "vaccination_invitation") as by:
        inviting.invite(session=session, most=5, pace=60, by=by)
    with system_scope("test") as by:
        dose = Injection(
            id=uuid7(),
            person=someone.id,
            disease=DISEASE,
            product="vaxzevria",
            given_at=now() - timedelta(days=900),
        )
        enter([dose], by=by)
    with scoped(station, "vaccination_registration") as by:
        areas.say(
            disease=DISEASE,
            group="outbreak",
            commune=town.here.commune,
            holds=True,
            document="12/QĐ-UBND",
            by=by,
        )
    _list_of_the_factory(town)
    registration_tasks.import_unit_lists()
    registration_tasks.order_lines()
    registration_tasks.open_invited()


def _list_of_the_factory(town: "Town") -> None:
    manager = town.factory.manager
    assert manager.organisation is not None
    Organisation.objects.using("owner").get_or_create(
        id=manager.organisation,
        defaults={
            "kind": "company",
            "name": "Nhà máy Kín",
            "commune": town.here.commune,
            "province": town.here.province,
        },
    )
    with scoped(manager, "vaccination_list") as by:
        unit_lists.send(
            disease=DISEASE, group="", data=LIST.encode(), file_name="danh-sach.csv", by=by
        )
