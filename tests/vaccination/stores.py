"""Stores, lots and doses for tests of the stock."""

from datetime import date, datetime, timedelta
from uuid import UUID

from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.places.models import Organisation
from lachan.vaccination import stocking
from lachan.vaccination.models import Dose, Lot, StockMove, Store
from lachan.vaccination.stocking import Received
from tests.factories import cast
from tests.factories.people import person

#: Who received, opened, counted.
KEEPER = Role.VACCINATOR


def store(
    name: str = "Kho trạm",
    *,
    kind: str = "site",
    gives: bool = True,
    commune: int | None = cast.HERE,
    province: int | None = cast.PROVINCE,
) -> tuple[Store, Principal]:
    """A store with an organisation of its own, and the one who keeps it."""
    with system_scope("test"):
        made = Organisation(
            kind="station", name=f"{name} {uuid7()}", commune=commune, province=province
        )
        made.save(force_insert=True)
        found = Store.objects.create(
            organisation=made.id,
            name=name,
            kind=kind,
            gives=gives,
            commune=commune,
            province=province,
            made_at=now(),
        )
    return found, cast.of_organisation(KEEPER, made.id)


def lot(
    number: str = "",
    *,
    product: str = "vaxzevria",
    expires_on: date | None = None,
    doses: int = 10,
    hours: int = 6,
) -> Lot:
    """A lot that somebody entered."""
    with system_scope("test"):
        return Lot.objects.create(
            id=uuid7(),
            product=product,
            number=number or f"L{uuid7().hex[-10:]}".upper(),
            expires_on=expires_on or today() + timedelta(days=90),
            doses_per_vial=doses,
            open_hours=hours,
            organisation=uuid7(),
            made_at=now(),
        )


def filled(where: Store, by: Principal, of: Lot, doses: int) -> StockMove:
    """So many doses come from a supplier."""
    with scoped(by, "stock"):
        return stocking.receive(
            id=uuid7(), store=where, came=[Received(of.id, doses, doses)], by=by
        )


def give(
    where: Store,
    of: Lot | None,
    count: int,
    *,
    at: datetime | None = None,
    to: Person | None = None,
) -> list[UUID]:
    """So many injections at the store's organisation, as the dose ledger has them."""
    whom = to or person("Người được tiêm")
    moment = at or now()
    rows = [
        Dose(
            id=uuid7(),
            person_id=whom.id,
            disease="covid-19",
            product=of.product if of else "vaxzevria",
            lot_id=of.id if of else None,
            given_at=moment,
            received_at=now(),
            source="site",
            organisation=where.organisation,
            entered_by=uuid7(),
            content_sha256=b"",
            commune=whom.commune,
            province=whom.province,
        )
        for _number in range(count)
    ]
    Dose.objects.using("owner").bulk_create(rows)
    return [row.id for row in rows]


def take_back(dose: UUID) -> None:
    """An entry of the dose ledger is reversed."""
    one = Dose.objects.using("owner").get(pk=dose)
    reversal = uuid7()
    Dose.objects.using("owner").filter(pk=dose)
    one.pk = reversal
    one.reverses_id = dose
    one.source = "reversal"
    one.why = "Nhập nhầm"
    one.received_at = now()
    one.save(using="owner", force_insert=True)
