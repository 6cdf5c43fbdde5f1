"""What the province has: authorities, isolation, laboratories, vaccination, duty, measles."""

from datetime import date, timedelta
from math import exp
from random import Random

from lachan.config.story.builder import Builder
from lachan.config.story.names import anybody
from lachan.config.story.population import FACTORY_TOWN, HOSPITAL_TOWN, MARKET_TOWN, MOUNTAIN
from lachan.config.story.world import (
    DAY,
    HOUR,
    Account,
    Capacity,
    Duty,
    Incident,
    Unit,
    WeeklyCount,
)

ISOLATION = (("Khu cách ly A", 200), ("Khu cách ly B", 120), ("Khu cách ly C", 60))
LABORATORIES = (("Phòng xét nghiệm TTKSBT tỉnh", 2_000), ("Phòng xét nghiệm Bệnh viện", 600))
VACCINATION_POINTS = 9
INJECTIONS = 300
STORES = (("Kho vắc xin tỉnh", 40_000), ("Kho vật tư phòng dịch", 25_000))

#: Days whose shift somebody of the cast has; it begins in the morning and ends with the next.
CAST_ON_DUTY = (5, 6)

#: Five whole years before the story, and the epidemic year to leave out of the mean.
YEARS = 5
EPIDEMIC_YEARS_AGO = 2


class Authorities:
    """Organisations of the health hierarchy that the cast works for."""

    def __init__(self, builder: Builder) -> None:
        town = builder.by_name[HOSPITAL_TOWN]
        self.ministry = builder.organisation("disease_bureau", "Cục Phòng bệnh", town)
        self.department = builder.organisation("health_department", "Sở Y tế Bắc Ninh", town)
        self.cdc = builder.organisation(
            "cdc", "Trung tâm Kiểm soát bệnh tật tỉnh Bắc Ninh", town, self.department
        )
        far = next(unit for unit in builder.far_units if unit.province == "31")
        self.cdc_elsewhere = builder.organisation(
            "cdc", "Trung tâm Kiểm soát bệnh tật thành phố Hải Phòng", far
        )
        self.technology = builder.organisation(
            "other", "Tổ công nghệ phòng, chống dịch tỉnh Bắc Ninh", town
        )
        self.laboratory = -1
        self.stations: dict[str, int] = {}
        self.committees: dict[str, int] = {}
        self.police: dict[str, int] = {}
        for unit in builder.home_units:
            self._commune(builder, unit)

    def _commune(self, builder: Builder, unit: Unit) -> None:
        committee = builder.organisation("commune_committee", f"UBND {unit.name}", unit)
        self.committees[unit.name] = committee
        self.stations[unit.name] = builder.organisation(
            "station", f"Trạm Y tế {unit.name}", unit, committee
        )
        self.police[unit.name] = builder.organisation(
            "commune_police", f"Công an {unit.name}", unit, committee
        )


def equip(
    builder: Builder, authorities: Authorities, start: int
) -> tuple[list[Capacity], list[Incident]]:
    """Places with a capacity, and the two things that will go wrong."""
    rows: list[Capacity] = []
    communes = (FACTORY_TOWN, MARKET_TOWN, HOSPITAL_TOWN)
    town = builder.by_name[HOSPITAL_TOWN]
    for (name, beds), commune in zip(ISOLATION, communes, strict=True):
        house = builder.place("isolation", name, builder.by_name[commune])
        for number in range(beds // 4):
            builder.place("room", f"Phòng {number + 1}", builder.by_name[commune], house)
        rows.append(Capacity("isolation", house, beds, "beds"))
    for name, tests in LABORATORIES:
        organisation = builder.organisation("laboratory", name, town, authorities.cdc)
        authorities.laboratory = max(authorities.laboratory, 0) or organisation
        bench = builder.place("laboratory", name, town, None, organisation)
        rows.append(Capacity("laboratory", bench, tests, "tests_a_day"))
    for number in range(VACCINATION_POINTS):
        unit = builder.home_units[number * 11]
        point = builder.place("vaccination_point", f"Điểm tiêm {unit.name}", unit)
        rows.append(Capacity("vaccination", point, INJECTIONS, "injections_a_day"))
    for name, doses in STORES:
        store = builder.place("store", name, town, None, authorities.cdc)
        rows.append(Capacity("store", store, doses, "units"))
    machine = next(row.place for row in rows if row.kind == "laboratory")
    flooded = next(row.place for row in rows if row.amount == ISOLATION[1][1])
    incidents = [
        Incident(start + 9 * DAY + 10 * HOUR, "laboratory_machine_failed", machine),
        Incident(start + 10 * DAY + 4 * HOUR, "isolation_place_flooded", flooded),
    ]
    return rows, incidents


def roster_duty(builder: Builder, authorities: Authorities, accounts: list[Account]) -> list[Duty]:
    """Nine duty lists for every day: the CDC and eight stations.

    The shifts around the night of the first result are those of the cast.
    """
    rng = builder.rng("duty")
    names = [FACTORY_TOWN, MARKET_TOWN, HOSPITAL_TOWN, MOUNTAIN]
    names += [unit.name for unit in builder.home_units if unit.name not in names][:4]
    played = {
        account.organisation: account.name
        for account in accounts
        if account.role in {"tracer", "station_officer"} and account.organisation is not None
    }
    units = [authorities.cdc, *(authorities.stations[name] for name in names)]
    rows = []
    for organisation in units:
        staff = [(anybody(rng, rng.choice("FM"), "01").name, builder.phone()) for _ in range(4)]
        for day in range(builder.options.days):
            name, phone = staff[day % 4]
            if day in CAST_ON_DUTY:
                name = played.get(organisation, name)
            rows.append(Duty(organisation, day, name, phone, staff[(day + 1) % 4][0]))
    return rows


def measles_counts(builder: Builder) -> list[WeeklyCount]:
    """Weekly measles of five whole years and this year to day 0, per commune; spring is higher."""
    rng = builder.rng("measles")
    today = builder.options.day_zero
    week = date(today.year - YEARS, 1, 4)
    week -= timedelta(days=week.weekday())
    sizes = {unit.code: rng.uniform(0.3, 1.6) for unit in builder.home_units}
    rows = []
    while week < today:
        year, number, _ = week.isocalendar()
        season = 2.2 if 5 <= number <= 20 else 0.7
        epidemic = 4.0 if year == today.year - EPIDEMIC_YEARS_AGO else 1.0
        for unit in builder.home_units:
            mean = 0.06 * sizes[unit.code] * season * epidemic
            if today.year == year and unit.name == FACTORY_TOWN and number >= 42:
                mean += 2.5
            rows.append(WeeklyCount(unit.code, year, number, _poisson(rng, mean)))
        week += timedelta(days=7)
    return rows


def _poisson(rng: Random, mean: float) -> int:
    limit, product, number = exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        number += 1
    return number
