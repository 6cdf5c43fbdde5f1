"""Communes and provinces, from the data files of the package vietnamadminunits (MIT).

The package itself is never imported: its `convert_address` sends addresses to a stranger.
"""

import json
import sqlite3
from collections import defaultdict
from importlib.util import find_spec
from pathlib import Path

from lachan.config.story.world import FormerUnit, Unit

#: Bắc Ninh since 1 July 2025; until then the code was Bắc Giang's.
BAC_NINH = "24"
HAI_PHONG = "31"

#: Where the factory's migrant workers and the market's drivers come from, today's codes:
#: Lạng Sơn, Thái Nguyên, Hải Phòng, Quảng Ninh, Hưng Yên, Cao Bằng, Tuyên Quang, Lào Cai,
#: Thanh Hóa, Nghệ An, Sơn La.
ELSEWHERE = ("20", "19", "31", "22", "33", "04", "08", "15", "38", "40", "14")


def data_folder() -> Path:
    """The folder of the data files."""
    spec = find_spec("vietnamadminunits")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("The package vietnamadminunits is not installed.")
    return Path(spec.submodule_search_locations[0]) / "data"


def read_units() -> list[Unit]:
    """All communes of Bắc Ninh (with their former communes) and of the provinces `ELSEWHERE`."""
    folder = data_folder()
    base = sqlite3.connect(f"file:{folder / 'dataset.db'}?mode=ro&immutable=1", uri=True)
    try:
        former = _former(base, folder)
        wanted = (BAC_NINH, *ELSEWHERE)
        rows = base.execute(
            "SELECT wardCode, ward, provinceCode, province, wardLat, wardLon, wardKey"
            f" FROM admin_units WHERE provinceCode IN ({','.join('?' * len(wanted))})"
            " ORDER BY provinceCode, wardCode",
            wanted,
        ).fetchall()
    finally:
        base.close()
    return [
        Unit(code, name, province, province_name, lat, lon, former.get((province, key), ()))
        for code, name, province, province_name, lat, lon, key in rows
    ]


def _former(
    base: sqlite3.Connection, folder: Path
) -> dict[tuple[str, str], tuple[FormerUnit, ...]]:
    """(province, key of a commune of today's Bắc Ninh) -> the old communes, in order of code."""
    rows = base.execute(
        "SELECT wardCode, ward, district, province, provinceKey, districtKey, wardKey"
        " FROM admin_units_legacy WHERE provinceCode IN ('24', '27') AND wardCode IS NOT NULL"
    )
    old = {
        f"{province_key}_{district_key}_{ward_key}": FormerUnit(code, ward, district, province)
        for code, ward, district, province, province_key, district_key, ward_key in rows
    }
    table = json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))
    made_of: defaultdict[str, list[FormerUnit]] = defaultdict(list)
    for key, parts in table["DICT_PROVINCE_WARD_NO_DIVIDED"]["tinhbacninh"].items():
        made_of[key] += [old[part] for part in parts if part in old]
    return {
        (BAC_NINH, key): tuple(sorted(parts, key=lambda unit: unit.code))
        for key, parts in made_of.items()
    }
