"""The days of a case: scans and told points, gaps, corrections, what the engine makes of them."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from django.db import DatabaseError, connections, transaction

from lachan.core.clock import OFFSET, day_of, now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.places.selectors import unit_name
from lachan.tracing import days, points
from lachan.tracing.days import Gap, Stretch
from lachan.tracing.models import Case, Contact, TimePlace
from lachan.tracing.points import Told
from lachan.venues.models import Venue
from tests.factories import cast, outbreak
from tests.factories.outbreak import ABROAD_CODE, HERE_CODE, NEXT_CODE, Factory, Unit

HERE, NEXT, ABROAD = Unit.of(HERE_CODE), Unit.of(NEXT_CODE), Unit.of(ABROAD_CODE)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _index(tmp_path: object) -> Iterator[None]:
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(settings.HOME), "engine", tmp_path)
        yield


@pytest.fixture
def factory(database: str) -> Factory:
    return outbreak.factory(HERE)


@pytest.fixture
def patient() -> Person:
    return outbreak.somebody("Nguyễn Công Đạt", HERE)


@pytest.fixture
def case(patient: Person) -> Case:
    return outbreak.positive(patient)


def station(unit: Unit = HERE) -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, unit.commune)


def yesterday(hour: int, minute: int = 0) -> datetime:
    day = day_of(now()) - timedelta(days=1)
    return datetime.combine(day, time(hour, minute), OFFSET)


def add(case: Case, by: Principal | None = None, **told: object) -> TimePlace:
    by = by or station()
    replaces = told.pop("replaces", None)
    values = {"start": yesterday(8), "end": yesterday(11)} | told
    with scoped(by, "case_timeline"), transaction.atomic():
        return points.add_point(case=case, told=Told(**values), replaces=replaces, by=by)  # type: ignore[arg-type]


def rows(case: Case, by: Principal | None = None) -> list[Stretch | Gap]:
    """Yesterday's rows."""
    with scoped(by or station(), "case_timeline"):
        [line] = [line for line in days.timeline(case) if line.day == yesterday(0).date()]
        return line.rows


def stays(case: Case, by: Principal | None = None) -> list[Stretch]:
    return [row for row in rows(case, by) if isinstance(row, Stretch)]


def to_verify(case: Case) -> set[object]:
    outbreak.answered(case)
    with system_scope("test"):
        return set(Contact.objects.filter(case=case).values_list("person", flat=True))


def current_links(case: Case) -> set[object]:
    outbreak.answered(case)
    with system_scope("test"):
        return set(case.links.filter(withdrawn_at=None).values_list("person", flat=True))


def scanned(venue: Venue, person: Person, factory: Factory, hour: int = 8) -> None:
    outbreak.stay(venue, person, yesterday(hour), 120, factory.manager)


def test_a_told_point_is_a_visit_that_finds_who_was_there(case: Case, factory: Factory) -> None:
    mate = outbreak.somebody("Vũ Văn Hùng", HERE)
    scanned(factory.line, mate, factory)
    assert to_verify(case) == set()

    add(case, place=factory.line.place_id)

    assert to_verify(case) == {mate.id}


def test_a_corrected_point_takes_its_visit_back_and_stays_on_record(
    case: Case, factory: Factory
) -> None:
    mate, other = outbreak.somebody("Vũ Văn Hùng", HERE), outbreak.somebody("Giáp Thị Thu", HERE)
    scanned(factory.line, mate, factory)
    scanned(factory.line, other, factory, hour=14)
    wrong = add(case, place=factory.line.place_id)
    assert current_links(case) == {mate.id}

    right = add(
        case,
        place=factory.line.place_id,
        start=yesterday(14),
        end=yesterday(16),
        replaces=wrong,
    )

    assert current_links(case) == {other.id}
    assert [row.point for row in stays(case)] == [right]
    with scoped(station(), "case_timeline"):
        assert TimePlace.objects.filter(case=case).count() == 2
        assert days.earlier_of(right) == [wrong]


def test_a_row_is_corrected_once(case: Case) -> None:
    row = add(case, name="Quán phở Hà", kind="shop")
    add(case, name="Quán phở Hòa", kind="shop", replaces=row)

    with pytest.raises(Refused) as refused:
        add(case, name="Quán phở Hạ", kind="shop", replaces=row)
    assert refused.value.code == "point_replaced"
    with pytest.raises(Refused), scoped(station(), "case_timeline"):
        points.withdraw_point(point=row, by=station())


def test_a_withdrawn_point_is_no_visit_any_more(case: Case, factory: Factory) -> None:
    mate = outbreak.somebody("Vũ Văn Hùng", HERE)
    scanned(factory.line, mate, factory)
    row = add(case, place=factory.line.place_id)
    assert current_links(case) == {mate.id}
    by = station()

    with scoped(by, "case_timeline"):
        points.withdraw_point(point=TimePlace.objects.get(pk=row.pk), by=by)

    assert current_links(case) == set()
    assert stays(case) == []


def test_an_unregistered_place_is_kept_and_linked_later(case: Case, factory: Factory) -> None:
    mate = outbreak.somebody("Vũ Văn Hùng", HERE)
    scanned(factory.line, mate, factory)
    row = add(case, name="Xưởng may đầu làng", kind="work", company="anh Hùng, chị Thu")
    assert current_links(case) == set()
    [shown] = stays(case)
    assert (shown.where, shown.company, shown.place) == (
        "Xưởng may đầu làng",
        "anh Hùng, chị Thu",
        None,
    )
    by = station()

    with scoped(by, "case_timeline"):
        points.link_point(
            point=TimePlace.objects.get(pk=row.pk), place=factory.line.place_id, by=by
        )

    assert current_links(case) == {mate.id}
    [shown] = stays(case)
    assert "Chuyền 7" in shown.where
    assert shown.company == "anh Hùng, chị Thu"


def test_with_whom_is_sealed(case: Case) -> None:
    row = add(case, name="Quán phở Hà", kind="shop", company="chị Thu")

    assert row.company_sealed is not None
    assert "chị Thu".encode() not in bytes(row.company_sealed)


def test_scans_stand_beside_told_points_and_imputed_exits_are_marked(
    case: Case, patient: Person, factory: Factory
) -> None:
    scanned(factory.line, patient, factory)
    _came_only(factory.campus, patient, factory, yesterday(13))
    add(case, name="Quán phở Hà", kind="shop", start=yesterday(18), end=yesterday(19))

    shown = [(row.where.split(" › ")[-1], row.imputed, row.point is None) for row in stays(case)]

    assert shown == [
        ("Chuyền 7", False, True),
        ("Nhà máy Sao Mai", True, True),
        ("Quán phở Hà", False, False),
    ]


def _came_only(venue: Venue, person: Person, factory: Factory, at: datetime) -> None:
    from lachan.people.selectors import trace_ids_of
    from lachan.venues.services import record_scan

    with system_scope("test"):
        trace_id = trace_ids_of([person.id])[person.id]
    with scoped(factory.manager, "scan"):
        record_scan(
            id=uuid7(),
            venue=venue,
            trace_id=trace_id,
            direction="in",
            at=at,
            device_at=at,
            source="desk",
            by=factory.manager,
        )


def test_a_visit_in_another_province_is_seen_too(case: Case, patient: Person) -> None:
    away = outbreak.factory(ABROAD)
    scanned(away.line, patient, away)

    assert len(stays(case, station())) == 1
    assert len(stays(case, cast.of_province(Role.TRACER, HERE.province))) == 1


def test_gaps_of_waking_hours_are_shown(case: Case) -> None:
    add(case, name="Quán phở Hà", kind="shop", start=yesterday(6), end=yesterday(8))
    add(case, name="Chợ Nếnh", kind="market", start=yesterday(8, 30), end=yesterday(11, 30))

    gaps = [
        (f"{row.start.astimezone(OFFSET):%H:%M}", f"{row.end.astimezone(OFFSET):%H:%M}")
        for row in rows(case)
        if isinstance(row, Gap)
    ]

    assert gaps == [("05:00", "06:00"), ("11:30", "23:00")], "half an hour is the way there"


def test_it_asks_about_a_fortnight_before_the_onset(case: Case) -> None:
    with scoped(station(), "case_timeline"):
        lines = days.timeline(case)

    assert [line.day for line in lines] == sorted({line.day for line in lines}, reverse=True)
    assert lines[-1].day == day_of(case.taken_at) - timedelta(days=13)
    assert [line.day for line in lines if line.infectious] == [
        line.day for line in lines if line.day >= day_of(case.infectious_from)
    ]


@pytest.mark.parametrize(
    ("ago", "lasts"),
    [
        (timedelta(days=1), -3 * HOUR),
        (timedelta(days=2), 25 * HOUR),
        (HOUR, 2 * HOUR),
        (timedelta(days=40), HOUR),
    ],
    ids=["ends before it begins", "longer than a day", "ends later than now", "too long ago"],
)
def test_hours_that_cannot_be_are_refused(case: Case, ago: timedelta, lasts: timedelta) -> None:
    start = now() - ago
    with pytest.raises(Refused) as refused:
        add(case, name="Quán phở Hà", kind="shop", start=start, end=start + lasts)

    assert refused.value.code == "point_times"


def test_a_point_is_somewhere(case: Case) -> None:
    for told in ({"name": "  "}, {"place": uuid7()}):
        with pytest.raises(Refused) as refused:
            add(case, **told)
        assert refused.value.code == "point_nowhere"


STRANGERS = [
    pytest.param(lambda: station(NEXT), id="station next door"),
    pytest.param(lambda: station(ABROAD), id="station abroad"),
    pytest.param(lambda: cast.of_province(Role.TRACER, ABROAD.province), id="tracer abroad"),
    pytest.param(lambda: cast.of_commune(Role.COMMUNE_POLICE, HERE.commune), id="police"),
    pytest.param(lambda: cast.of_organisation(Role.PLACE_MANAGER), id="manager"),
]


@pytest.mark.parametrize("stranger", STRANGERS)
def test_nobody_else_reads_where_a_case_was(
    case: Case, patient: Person, factory: Factory, stranger: object
) -> None:
    scanned(factory.line, patient, factory)
    by: Principal = stranger()  # type: ignore[operator]

    with scoped(by, "attack"), connections["default"].cursor() as cursor:
        cursor.execute(
            "select * from core.scans_of_case(%s, %s, %s)",
            [case.id, now() - timedelta(days=14), now()],
        )
        assert cursor.fetchall() == []


@pytest.mark.parametrize("stranger", STRANGERS[:3])
def test_nobody_else_says_where_a_case_was(case: Case, stranger: object) -> None:
    by: Principal = stranger()  # type: ignore[operator]
    add(case, name="Quán phở Hà", kind="shop")

    with pytest.raises((DatabaseError, Refused)):
        add(case, by, name="Quán lạ", kind="shop")
    with scoped(by, "attack"):
        assert TimePlace.objects.filter(case=case).count() == 0


def test_a_place_is_found_without_diacritics_near_ones_first(case: Case, factory: Factory) -> None:
    outbreak.factory(NEXT)
    outbreak.factory(ABROAD)

    with scoped(station(), "case_timeline"):
        hits = days.find_places("nha may sao mai", case)

    assert [hit.label for hit in hits] == ["Nhà máy Sao Mai"] * len(hits)
    where = [hit.where for hit in hits]
    ours = where.count(unit_name(HERE.commune))
    assert ours
    assert where[:ours] == [unit_name(HERE.commune)] * ours
