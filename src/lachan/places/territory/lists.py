"""The two official lists of units and who followed whom, read from the package that carries them.

The package `vietnamadminunits` (MIT) is only a folder of data to us: it is found without being
imported, because its code sends addresses to an outside geocoder.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_OLDER = (
    "select provinceCode, province, districtCode, district, wardCode, ward,"
    " provinceKey, districtKey, wardKey from admin_units_legacy"
)
_NEWER = "select provinceCode, province, wardCode, ward, provinceKey, wardKey from admin_units"


class ListsMissing(Exception):
    """The data files are not installed."""


@dataclass(slots=True)
class Lists:
    """Names by code, parents by code, and successors as pairs of (older code, newer code).

    Where a district had no communes its three-digit code stands among the older communes' codes.
    """

    older_provinces: dict[str, str]
    older_districts: dict[str, tuple[str, str]]
    older_communes: dict[str, tuple[str, str]]
    newer_provinces: dict[str, str]
    newer_communes: dict[str, tuple[str, str]]
    provinces: set[tuple[str, str]]
    communes: set[tuple[str, str]]


def data_folder() -> Path:
    """Where the package keeps its data."""
    spec = find_spec("vietnamadminunits")
    if spec is None or not spec.submodule_search_locations:
        raise ListsMissing("The package vietnamadminunits is missing: install requirements.lock.")
    return Path(next(iter(spec.submodule_search_locations))) / "data"


def read_lists() -> Lists:
    """Read both lists; about 0.1 s."""
    folder = data_folder()
    uri = (folder / "dataset.db").as_uri() + "?mode=ro&immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as file:
        older = file.execute(_OLDER).fetchall()
        newer = file.execute(_NEWER).fetchall()
    conversion = json.loads((folder / "converter_2025.json").read_text("utf-8"))
    return Lists(
        older_provinces={row[0]: row[1] for row in older},
        # Some towns are spelt "Thị Xã" in the source and "Thị xã" in every law.
        older_districts={row[2]: (row[3].replace("Thị Xã", "Thị xã"), row[0]) for row in older},
        older_communes={row[4]: (row[5], row[2]) for row in older if row[4]},
        newer_provinces={row[0]: row[1] for row in newer},
        newer_communes={row[2]: (row[3], row[0]) for row in newer},
        provinces=set(_province_pairs(older, newer, conversion["DICT_PROVINCE"])),
        communes=set(_commune_pairs(older, newer, conversion)),
    )


def _province_pairs(
    older: list[Any], newer: list[Any], merged: dict[str, list[str]]
) -> Iterator[tuple[str, str]]:
    before = {row[6]: row[0] for row in older}
    after = {row[4]: row[0] for row in newer}
    for key, keys in merged.items():
        for each in keys:
            yield before[each], after[key]


def _commune_pairs(
    older: list[Any], newer: list[Any], conversion: dict[str, Any]
) -> Iterator[tuple[str, str]]:
    """Pairs of codes from the two halves of the table: whole communes, and divided ones."""
    before = {f"{row[6]}_{row[7]}_{row[8] or ''}": row[4] or row[2] for row in older}
    after = {(row[4], row[5]): row[2] for row in newer}
    for province, communes in conversion["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, parts in communes.items():
            for part in parts:
                # A district without communes is written without its third part.
                yield before.get(part) or before[f"{part}_"], after[province, commune]
    for province, divided in conversion["DICT_PROVINCE_WARD_DIVIDED"].items():
        for part, communes in divided.items():
            for commune in communes:
                yield before[part], after[province, commune["newWardKey"]]
