"""Sites with an open session, a lot, and people who had it: for tests of reactions and bars."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lachan.core import grants
from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.people.services import Stay
from lachan.vaccination import aefi
from lachan.vaccination.aefi import Told
from lachan.vaccination.models import Dose, Lot, Reaction, Session
from lachan.vaccination.services import Injection, enter
from tests.factories import cast
from tests.factories.people import person

PRODUCT, DISEASE = "vaxzevria", "covid-19"


@dataclass
class Site:
    """A facility with one open session."""

    vaccinator: Principal
    session: Session


def a_lot(number: str = "ABX5178", product: str = PRODUCT) -> Lot:
    """A lot, entered by the worker."""
    with system_scope("test"):
        return Lot.objects.create(
            product=product,
            number=number,
            expires_on=today() + timedelta(days=90),
            doses_per_vial=10,
            open_hours=6,
            organisation=uuid7(),
            made_at=now(),
        )


def a_site(
    name: str = "Nhà văn hóa", province: int = cast.PROVINCE, commune: int = cast.HERE
) -> Site:
    """A session that runs now."""
    vaccinator = cast.of_organisation(Role.VACCINATOR)
    assert vaccinator.organisation is not None
    with system_scope("test"):
        session = Session.objects.create(
            organisation=vaccinator.organisation,
            name=name,
            disease=DISEASE,
            products=[PRODUCT],
            starts_at=now() - timedelta(hours=3),
            ends_at=now() + timedelta(hours=5),
            state=Session.State.OPEN,
            commune=commune,
            province=province,
            made_at=now(),
        )
    return Site(vaccinator, session)


def somebody(at: Site, name: str = "Nguyễn Thị Mai", **more: Any) -> Person:
    """Somebody who stands before the vaccinator of this site."""
    someone = person(name, **more)
    with system_scope("test"):
        grants.give("person", [someone.id], to_organisation=at.vaccinator.organisation)
    return someone


def inject(at: Site, lot: Lot, whom: Person, when: datetime | None = None) -> Dose:
    """One injection at the site."""
    one = Injection(
        id=uuid7(),
        person=whom.id,
        disease=DISEASE,
        product=lot.product,
        lot=lot.id,
        session=at.session.id,
        given_at=when or now() - timedelta(minutes=10),
    )
    with scoped(at.vaccinator, "vaccination") as by:
        assert [each.outcome for each in enter([one], by=by)] == ["made"]
        return Dose.objects.get(pk=one.id)


def recorded(
    by: Principal, dose: Dose, severity: str = "severe", signs: tuple[str, ...] = ("anaphylaxis",)
) -> Reaction:
    """Staff of a site record a reaction."""
    told = Told(
        id=uuid7(),
        dose=dose.id,
        source="site",
        signs=signs,
        onset_at=dose.given_at + timedelta(minutes=5),
        severity=severity,
    )
    with scoped(by, "vaccination"):
        return aefi.report(told, by=by)


def at_home_of(commune: int, province: int) -> Stay:
    """A stay without a telephone beside it."""
    return Stay(commune=commune, province=province, address="Thôn 3")


def told_by(person_id: UUID, dose: Dose, *signs: str) -> Reaction:
    """The citizen answers himself."""
    me = cast.citizen(person_id)
    with scoped(me, "own_data"):
        return aefi.report(Told(id=uuid7(), dose=dose.id, source="citizen", signs=signs), by=me)
