"""Filling the tables of territory and of the health line, by the owner role."""

from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connections, transaction

from lachan.core.roles import Role
from lachan.core.scope import reference_reading, scoped, system_scope
from lachan.places.models import (
    Organisation,
    ReportingLine,
    TerritoryEdition,
    Unit,
    UnitCode,
    UnitName,
    UnitParent,
    UnitSuccessor,
)
from lachan.places.selectors import cdc_of, organisation_name, reports_to, station_of
from lachan.places.services import load_territory
from tests.factories import cast
from tests.places.units import BAC_NINH, NENH, unit


def test_it_holds_every_unit_of_both_days() -> None:
    with reference_reading():
        older = Unit.objects.filter(valid_from__isnull=True)
        today = Unit.objects.filter(valid_to__isnull=True)
        assert [older.filter(level=level).count() for level in Unit.Level] == [63, 696, 10_035]
        assert [today.filter(level=level).count() for level in Unit.Level] == [34, 0, 3_321]
        assert UnitName.objects.filter(valid_to__isnull=True).count() == 3_355
        assert UnitCode.objects.count() == Unit.objects.count()
        assert UnitParent.objects.filter(valid_to__isnull=True).count() == 3_321
        assert UnitSuccessor.objects.filter(unit__level="province").count() == 52


def test_it_does_nothing_when_the_territory_is_loaded() -> None:
    assert load_territory(connections["owner"]) is False


def test_it_repairs_a_territory_of_another_edition_and_keeps_ids_and_additions() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("update places_territoryedition set digest = ''")
        cursor.execute("delete from places_unitsuccessor")
        cursor.execute("update places_organisation set name = 'x' where kind = 'ministry'")
        cursor.execute("update places_unitname set name = 'x' where unit_id = %s", [NENH])
    with system_scope("test"):
        own = Organisation.objects.create(
            kind="company", name="Ours", commune=NENH, province=BAC_NINH
        )

    assert load_territory(connections["owner"]) is True

    with reference_reading():
        assert Unit.objects.count() == 14_006
        assert UnitName.objects.get(unit=NENH).name == "Phường Nếnh"
        assert Organisation.objects.get(kind="ministry").name == "Bộ Y tế"
        assert Organisation.objects.filter(pk=own.pk).exists()
        assert TerritoryEdition.objects.get().digest != ""


def test_it_gives_every_commune_its_station_and_every_province_its_cdc() -> None:
    with reference_reading():
        counts = {
            kind: Organisation.objects.filter(kind=kind).count()
            for kind in ("station", "commune_committee", "cdc", "health_department")
        }
        assert counts == {
            "station": 3_321,
            "commune_committee": 3_321,
            "cdc": 34,
            "health_department": 34,
        }
        station = station_of(NENH)
        assert station is not None
        assert station.name == "Trạm Y tế phường Nếnh"
        assert station.parent is not None
        assert station.parent.name == "Ủy ban nhân dân phường Nếnh"


def test_it_reports_past_the_regional_centre_up_to_the_ministrys_bureau() -> None:
    with reference_reading():
        station, cdc = station_of(NENH), cdc_of(BAC_NINH)
        assert station is not None
        assert cdc is not None
        assert reports_to(station.pk) == [cdc]
        above = {each.kind: each for each in reports_to(cdc.pk)}
        assert set(above) == {"health_department", "institute"}
        assert above["institute"].name == "Viện Vệ sinh dịch tễ Trung ương"
        assert [each.name for each in reports_to(above["institute"].pk)] == ["Cục Phòng bệnh"]


def test_it_leaves_a_province_of_two_regions_to_the_installation() -> None:
    with reference_reading():
        cdc = cdc_of(unit("52"))
        assert cdc is not None
        assert [each.kind for each in reports_to(cdc.pk)] == ["health_department"]


def test_no_body_reports_to_a_regional_centre() -> None:
    with system_scope("test"):
        centre = Organisation.objects.create(
            kind="regional_centre", name="TTYT khu vực", commune=NENH, province=BAC_NINH
        )
    with (
        pytest.raises(IntegrityError, match="reportingline_to_a_level"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(
            "insert into places_reportingline (organisation_id, receiver_id, to_kind)"
            " select id, %s, 'cdc' from places_organisation where kind = 'ministry'",
            [centre.pk],
        )
    with reference_reading():
        assert not ReportingLine.objects.filter(receiver=centre).exists()


def test_names_of_bodies_are_dated() -> None:
    with reference_reading():
        bureau = Organisation.objects.get(kind="disease_bureau")
        assert organisation_name(bureau, date(2021, 8, 15)) == "Cục Y tế dự phòng"
        assert organisation_name(bureau, date(2026, 11, 15)) == "Cục Phòng bệnh"
        station = station_of(unit("26116"))
        assert station is not None
        assert organisation_name(station, date(2026, 4, 29)) == "Trạm Y tế xã Tân Phú"
        assert organisation_name(station, date(2026, 4, 30)) == "Trạm Y tế phường Tân Phú"


@pytest.mark.parametrize("table", ["places_unit", "places_unitname", "places_reportingline"])
def test_the_app_role_cannot_write_territory(table: str) -> None:
    officer = cast.of_nation(Role.MINISTRY)
    with (
        pytest.raises(ProgrammingError),
        scoped(officer, "test"),
        transaction.atomic(),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(f"delete from {table}")
