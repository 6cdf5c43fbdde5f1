"""The daily report: frozen at its hour, never changed; what comes later is in the next one."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from django.db import connections, transaction

from lachan.core import clock
from lachan.core.clock import OFFSET, day_of, now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.places.models import Organisation
from lachan.rulebook.services import load_shipped_rules
from lachan.vaccination import evening_reporting as reporting
from lachan.vaccination.evening_tasks import freeze_reports
from lachan.vaccination.models import DayReport, Dose, Lot, Outgoing, Store
from lachan.vaccination.services import Injection, enter, reverse
from tests.factories import cast
from tests.factories.people import person
from tests.places.units import BAC_NINH, NENH
from tests.vaccination.stores import filled, lot

#: Sequences of the property test, and steps of each.
SEQUENCES, STEPS = 12, 25
PRODUCTS = ("vaxzevria", "comirnaty")
#: The day played: tomorrow, since the database refuses sessions that ended by its own clock.
DAY = (datetime.now(OFFSET) + timedelta(days=1)).date()


@pytest.fixture(autouse=True)
def noon(database: str) -> Iterator[None]:
    """It is 14:00 of a day, whatever the machine says."""
    before = clock._wound
    at_14(0)
    with system_scope("test") as by:
        load_shipped_rules(by=by)
    yield
    clock.wind(before)


def at_14(days: int, hour: int = 14, minute: int = 0) -> None:
    wanted = datetime.combine(DAY + timedelta(days=days), time(hour, minute), OFFSET)
    clock.wind(wanted - datetime.now(OFFSET))


def station(commune: int = NENH, province: int = BAC_NINH) -> Principal:
    """A vaccinator of a facility with a seat."""
    with system_scope("test"):
        unit = Organisation(kind="station", name="Trạm Y tế", commune=commune, province=province)
        unit.save(force_insert=True)
    return cast.of_organisation(Role.VACCINATOR, unit.id)


def injected(by: Principal, whom: Person, *, product: str = PRODUCTS[0], ago: int = 0) -> UUID:
    """Somebody was injected so many hours ago, and it is entered now."""
    one = Injection(
        id=uuid7(),
        person=whom.id,
        disease="covid-19",
        product=product,
        given_at=now() - timedelta(hours=ago),
        organisation=by.organisation,
        told_number=1,
    )
    with system_scope("test") as system:
        enter([one], by=system)
    return one.id


def taken_back(dose: UUID) -> None:
    with system_scope("test") as system:
        reverse(Dose.objects.get(pk=dose), why="Nhập nhầm", by=system)


def frozen(by: Principal) -> DayReport:
    with scoped(by, "vaccination"):
        assert by.organisation is not None
        return reporting.freeze_facility(organisation=by.organisation, by=by)


def open_rows(by: Principal) -> list[list[object]]:
    assert by.organisation is not None
    with scoped(by, "vaccination"):
        return reporting.open_figures(by.organisation, now()).as_rows()


def test_what_comes_after_the_hour_is_added_to_the_next_report() -> None:
    by, mai = station(), person("Nguyễn Thị Mai")
    injected(by, mai)
    at_14(0, 17, 1)
    assert freeze_reports() > 0
    late = injected(by, mai, ago=2)
    with scoped(by, "test"):
        today = DayReport.objects.get(organisation=by.organisation)
        assert (today.day, today.cut_at.astimezone(OFFSET).hour) == (DAY, 17)
        assert today.rows == [[str(DAY), "vaxzevria", 1, "", 1, 0]]
    at_14(1)
    taken_back(late)
    again = frozen(by)
    assert again.day == DAY + timedelta(days=1)
    assert again.rows == [[str(DAY), "vaxzevria", 1, "", 1, 1]]


def test_a_person_freezes_before_the_hour_once() -> None:
    by, mai = station(), person("Nguyễn Thị Mai")
    injected(by, mai)
    assert frozen(by).frozen_by_name == "vaccinator"
    injected(by, mai)
    with pytest.raises(Refused) as found:
        frozen(by)
    assert found.value.code == "report_closed"
    at_14(0, 17, 1)
    freeze_reports()
    assert open_rows(by) == [[str(DAY), "vaxzevria", 1, "", 1, 0]]


def test_a_facility_of_which_nothing_is_known_reports_nothing() -> None:
    by = cast.of_organisation(Role.VACCINATOR)
    with pytest.raises(Refused) as found:
        frozen(by)
    assert found.value.code == "report_nothing"


@pytest.mark.parametrize(
    "statement",
    [
        "update vaccination_dayreport set rows = '[]' where id = %s",
        "delete from vaccination_dayreport where id = %s",
        "update vaccination_outgoing set report_id = null where report_id = %s",
    ],
)
def test_not_even_the_owner_changes_what_is_frozen(statement: str) -> None:
    by, mai = station(), person("Nguyễn Thị Mai")
    injected(by, mai)
    made = frozen(by)
    with (
        pytest.raises(Exception, match=r"frozen|never changed"),
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(statement, [made.id])


def test_the_province_sums_up_its_facilities_and_stock_stands_beside() -> None:
    # A province that no other test freezes.
    first, second = station(cast.HERE, cast.PROVINCE), station(cast.HERE, cast.PROVINCE)
    mai = person("Nguyễn Thị Mai")
    where, of = store_of(first)
    filled(where, first, of, 100)
    injected(first, mai)
    injected(second, mai, product="comirnaty")
    at_14(0, 17, 1)
    freeze_reports()
    with system_scope("test"):
        whole = DayReport.objects.get(level="province", province=cast.PROVINCE)
        commune = DayReport.objects.get(level="commune", commune=cast.HERE, day=whole.day)
        mine = DayReport.objects.get(organisation=first.organisation, day=whole.day)
    assert mine.stock["vaxzevria"]["received"] == mine.stock["vaxzevria"]["in_hand"] == 100
    for each in (whole, commune):
        assert {(row[1], row[4]) for row in each.rows} == {("vaxzevria", 1), ("comirnaty", 1)}
        assert each.facilities == 2


def store_of(by: Principal) -> tuple[Store, Lot]:
    of = lot()
    with system_scope("test"):
        made = Store.objects.create(
            organisation=by.organisation,
            name="Kho trạm",
            kind="station",
            gives=True,
            commune=cast.HERE,
            province=cast.PROVINCE,
            made_at=now(),
        )
    return made, of


def test_a_dose_given_elsewhere_is_in_nobodys_report() -> None:
    by, mai = station(), person("Nguyễn Thị Mai")
    told = {"id": uuid7(), "person": mai.id, "disease": "covid-19", "product": "comirnaty"}
    with system_scope("test") as system:
        enter(
            [Injection(given_at=now(), source="elsewhere", organisation=by.organisation, **told)],  # type: ignore[arg-type]
            by=system,
        )
        assert not Outgoing.objects.filter(dose=told["id"]).exists()


def test_every_entry_is_in_one_report_whatever_comes_when() -> None:
    """Frozen reports and the open one are the ledger, for any order of entries and reversals."""
    chance = random.Random(1703)
    mai = person("Nguyễn Thị Mai")
    for _sequence in range(SEQUENCES):
        at_14(0, 8)
        by, standing, seen = station(), [], {}
        day, hour = 0, 8
        for _step in range(STEPS):
            what = chance.choice(("enter", "enter", "late", "back", "freeze", "hours", "hour"))
            if what in ("enter", "late"):
                ago = chance.randrange(30, 200) if what == "late" else 0
                standing.append(injected(by, mai, product=chance.choice(PRODUCTS), ago=ago))
            elif what == "back" and standing:
                taken_back(standing.pop(chance.randrange(len(standing))))
            elif what == "freeze":
                with suppress(Refused):
                    frozen(by)
            elif what == "hours":
                hour += chance.randrange(1, 9)
                day, hour = day + hour // 24, hour % 24
                at_14(day, hour, chance.randrange(60))
            elif what == "hour":
                freeze_reports()
            held_against_the_ledger(by, seen)
        freeze_reports()
        held_against_the_ledger(by, seen)


def held_against_the_ledger(by: Principal, seen: dict[UUID, tuple[object, ...]]) -> None:
    with system_scope("test"):
        ledger: Counter[tuple[str, str]] = Counter()
        own = Outgoing.objects.filter(organisation=by.organisation).values_list("dose_id")
        doses = Dose.objects.filter(organisation=by.organisation, reverses=None)
        for dose in doses:
            key = (day_of(dose.given_at).isoformat(), dose.product)
            ledger[key] += 0 if hasattr(dose, "reversed_by") else 1
        assert own.count() == 2 * doses.count() - sum(ledger.values())
        told: Counter[tuple[str, str]] = Counter()
        for report in DayReport.objects.filter(organisation=by.organisation):
            content = (report.rows, report.sha256, report.day)
            assert seen.setdefault(report.id, content) == content
            _sum(told, report.rows)
        assert by.organisation is not None
        _sum(told, reporting.open_figures(by.organisation, now()).as_rows())
    assert {key: n for key, n in told.items() if n} == {key: n for key, n in ledger.items() if n}


def _sum(told: Counter[tuple[str, str]], rows: list[list[object]]) -> None:
    for day, product, _number, _group, given, back in rows:
        told[str(day), str(product)] += int(str(given)) - int(str(back))
