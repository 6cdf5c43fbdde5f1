"""The bodies of the health line as the law of 2026 sets them, for every commune and province.

Administrative line: station → People's Committee of the commune → of the province.  Professional
line: station → CDC → institute → Cục Phòng bệnh, and CDC → health department (TT 15/2026 art. 10).
Regional health centres treat and support; nobody reports to them, so none is loaded here.
"""

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid5

from lachan.formats.vietnamese import fold
from lachan.places.territory.atlas import Atlas
from lachan.places.territory.rows import Row
from lachan.places.territory.units import REFORM, Level, Unit

#: table -> its columns, and the key by which a row that is there already is known
BODY_TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "places_organisation": (
        ("id", "kind", "name", "folded", "commune", "province", "parent_id"),
        ("id",),
    ),
    "places_organisationname": (
        ("organisation_id", "name", "valid_from", "valid_to"),
        ("organisation_id", "valid_from"),
    ),
    "places_reportingline": (
        ("organisation_id", "receiver_id", "to_kind", "valid_from", "valid_to"),
        ("organisation_id", "receiver_id", "valid_from"),
    ),
}

#: Bodies keep their ids from one load to the next: named after their kind and unit.
BODIES = UUID("6f4a2c0e-93b5-5d7e-8a41-1d0f2b7c9e55")

#: Stations belong to the commune since then (TT 43/2025/TT-BYT, practice.md 1.1).
STATIONS_SINCE = date(2026, 1, 1)

#: What a body of a unit is called; the unit's name follows.
TITLES = {
    "province_committee": "Ủy ban nhân dân",
    "health_department": "Sở Y tế",
    "cdc": "Trung tâm Kiểm soát bệnh tật",
    "commune_committee": "Ủy ban nhân dân",
    "station": "Trạm Y tế",
}

#: Regional institutes with today's provinces whose every older part lay in the institute's region.
#: Provinces merged out of two regions are left to the installation: no source at hand says to
#: which institute they report now.  Source of the regions: general knowledge, to be confirmed.
INSTITUTES: dict[str, str] = {
    "Viện Vệ sinh dịch tễ Trung ương": "01 04 08 11 12 14 15 19 20 22 24 25 31 33 37 38 40 42",
    "Viện Pasteur Nha Trang": "44 46 48 56",
    "Viện Vệ sinh dịch tễ Tây Nguyên": "",
    "Viện Pasteur Thành phố Hồ Chí Minh": "75 79 80 82 86 91 92 96",
}

#: Named so since the decree on the Ministry's structure; general knowledge, to be confirmed.
BUREAU_SINCE = date(2025, 3, 1)
BUREAU_NAMES = (("Cục Y tế dự phòng", None, BUREAU_SINCE), ("Cục Phòng bệnh", BUREAU_SINCE, None))


def body_id(kind: str, key: int | str) -> UUID:
    """The id of a loaded body: of a unit's number, or of the name of a national one."""
    return uuid5(BODIES, f"{kind}:{key}")


MINISTRY = body_id("ministry", "Bộ Y tế")
BUREAU = body_id("disease_bureau", "Cục Phòng bệnh")


def bodies_of(atlas: Atlas) -> dict[str, list[Row]]:
    """table -> its rows: the Ministry, its bureau and institutes, and the bodies of every unit."""
    bodies: list[Row] = []
    names: list[Row] = []
    for row, dated in [*_national(), *_of_units(atlas)]:
        bodies.append(row)
        names.extend((row[0], *each) for each in dated)
    return {
        "places_organisation": bodies,
        "places_organisationname": names,
        "places_reportingline": list(_lines(atlas)),
    }


def _national() -> Iterator[tuple[Row, list[Row]]]:
    yield _body(MINISTRY, "ministry", [("Bộ Y tế", None, None)])
    yield _body(BUREAU, "disease_bureau", list(BUREAU_NAMES), parent=MINISTRY)
    for name in INSTITUTES:
        institute = body_id("institute", name)
        yield _body(institute, "institute", [(name, None, None)], parent=MINISTRY)


def _of_units(atlas: Atlas) -> Iterator[tuple[Row, list[Row]]]:
    for province in _lasting(atlas, Level.PROVINCE):
        committee = body_id("province_committee", province.id)
        for kind in ("province_committee", "health_department", "cdc"):
            above = _above(kind, province.id, committee)
            yield _body(
                body_id(kind, province.id),
                kind,
                _names(kind, province, REFORM),
                province=province.id,
                parent=above,
            )
    for commune in _lasting(atlas, Level.COMMUNE):
        in_province = commune.parents[-1].value
        committee = body_id("commune_committee", commune.id)
        for kind, since, above in (
            ("commune_committee", REFORM, body_id("province_committee", in_province)),
            ("station", STATIONS_SINCE, committee),
        ):
            yield _body(
                body_id(kind, commune.id),
                kind,
                _names(kind, commune, since),
                commune=commune.id,
                province=in_province,
                parent=above,
            )


def _lasting(atlas: Atlas, level: Level) -> list[Unit]:
    return [unit for unit in atlas.units.values() if unit.level == level and unit.until is None]


def _above(kind: str, province: int, committee: UUID) -> UUID | None:
    if kind == "province_committee":
        return None
    return committee if kind == "health_department" else body_id("health_department", province)


def _body(
    id: UUID,
    kind: str,
    names: list[Row],
    *,
    commune: int | None = None,
    province: int | None = None,
    parent: UUID | None = None,
) -> tuple[Row, list[Row]]:
    name = str(names[-1][0])
    return (id, kind, name, fold(name), commune, province, parent), names


def _names(kind: str, unit: Unit, since: date) -> list[Row]:
    """The body's names: its unit's names since the body exists."""
    return [
        (f"{TITLES[kind]} {_in_a_name(name)}", max(begun or since, since), until)
        for name, begun, until in unit.names
        if until is None or until > since
    ]


def _in_a_name(unit: str) -> str:
    """A unit's name after another word: `tỉnh Bắc Ninh`; one city keeps its capital letter."""
    if unit == "Thành phố Hồ Chí Minh":
        return unit
    return unit[0].lower() + unit[1:]


def _lines(atlas: Atlas) -> Iterator[Row]:
    for commune in _lasting(atlas, Level.COMMUNE):
        cdc = body_id("cdc", commune.parents[-1].value)
        yield body_id("station", commune.id), cdc, "cdc", STATIONS_SINCE, None
    for province in _lasting(atlas, Level.PROVINCE):
        cdc, code = body_id("cdc", province.id), province.codes[-1].value
        department = body_id("health_department", province.id)
        yield cdc, department, "health_department", REFORM, None
        for name, codes in INSTITUTES.items():
            if code in codes.split():
                yield cdc, body_id("institute", name), "institute", REFORM, None
    for name in INSTITUTES:
        yield body_id("institute", name), BUREAU, "disease_bureau", None, None
    yield BUREAU, MINISTRY, "ministry", None, None
