"""A site for rapid tests: four pairs of hands, kits, and a clock that can be wound."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from lachan.core import clock, grants
from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.rulebook.services import load_shipped_rules
from lachan.sampling import rapid, services
from lachan.sampling.models import KitLot, RapidTest
from lachan.sampling.rapid import Box, Kit, Swabbed
from lachan.sampling.services import Found
from tests.factories import cast
from tests.factories.people import person

DISEASE = "covid-19"
GTIN = "08938501000019"


@dataclass(frozen=True)
class Site:
    """A unit that tests on the spot; `reader` and `second` work at it, like everybody else."""

    organisation: UUID
    reader: Principal
    second: Principal
    lot: KitLot


def box(lot: str = "L0714", days: int = 200) -> Box:
    """What stands on a box that ends in so many days."""
    return Box(GTIN, lot, today() + timedelta(days=days))


def site(quantity: int = 1000) -> Site:
    """A unit with two readers and a lot of kits."""
    with system_scope("test") as by:
        load_shipped_rules(by=by)
    organisation = uuid7()
    reader = cast.of_organisation(Role.SAMPLER, organisation)
    with scoped(reader, "sampling") as by:
        receipt = rapid.receive_kits(box=box(), kit=Kit("Kit A", quantity), by=by)
    second = cast.of_organisation(Role.SAMPLER, organisation)
    return Site(organisation, reader, second, receipt.lot)


def somebody(at: Site, name: str = "Giàng Thị Mỷ") -> UUID:
    """A person who stands at the table."""
    made = person(name)
    with system_scope("test"):
        until = now() + timedelta(days=1)
        grants.give("person", [made.id], to_organisation=at.organisation, until=until)
    return made.id


def begin(at: Site, *people: UUID, reason: str = "screening", table: str = "1") -> RapidTest:
    """Drops on a cassette."""
    with scoped(at.reader, "sampling") as by:
        return rapid.begin(
            barcode=rapid.new_number(),
            people=[Swabbed(one, reason) for one in people],
            lot=at.lot,
            table=table,
            disease=DISEASE,
            by=by,
        )


def begun(
    at: Site, *people: UUID, ago: timedelta, reason: str = "screening", table: str = "1"
) -> RapidTest:
    """The drops fell a while ago.  A page sets the clock to the installation's: wind before it."""
    clock.wind(-ago)
    try:
        return begin(at, *people, reason=reason, table=table)
    finally:
        clock.wind(timedelta(0))


def read(by: Principal, test: RapidTest, outcome: str) -> None:
    """One person looks and says."""
    with scoped(by, "sampling"):
        rapid.read_test(test=test, outcome=outcome, by=by)


def read_by_two(at: Site, test: RapidTest, first: str, second: str | None = None) -> None:
    """Two people look; the second sees the same unless said otherwise."""
    read(at.reader, test, first)
    read(at.second, test, second or first)


def repeat(at: Site, test: RapidTest) -> RapidTest:
    """A new cassette for the same people."""
    with scoped(at.reader, "sampling") as by:
        return rapid.repeat_test(
            test=test, barcode=rapid.new_number(), lot=at.lot, table=test.table, by=by
        )


def pcr_of(at: Site, whom: UUID, outcome: str, disease: str = DISEASE) -> None:
    """The same unit takes a sample for RT-PCR, and its laboratory finds this."""
    laboratory = cast.of_organisation(Role.LABORATORY).organisation
    assert laboratory is not None
    with scoped(at.reader, "sampling") as by:
        tube = services.open_tube(
            barcode=rapid.new_number(), limit=1, disease=disease, laboratory=laboratory, by=by
        )
        services.add_sample(tube=tube, person=whom, reason="screening", by=by)
    with scoped(cast.of_organisation(Role.LABORATORY, laboratory), "laboratory") as by:
        result = services.enter_result(barcode=tube.barcode, found=Found(outcome), by=by)
        services.approve_result(result=result, by=by)
    with scoped(cast.of_organisation(Role.LABORATORY_LEAD, laboratory), "laboratory") as by:
        services.release_result(result=result, by=by)


def pass_minutes(minutes: float) -> None:
    """The clock goes on."""
    clock.wind(clock._wound + timedelta(minutes=minutes))


@pytest.fixture
def wound() -> Iterator[None]:
    """The clock may be wound; afterwards it is the machine's again."""
    yield
    clock.wind(timedelta(0))


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is done inside is refused with this code."""
    with pytest.raises(Refused) as said:
        yield
    assert said.value.code == code
