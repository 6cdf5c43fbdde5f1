"""Real units of territory by their codes of today, for tests."""

from datetime import date

from lachan.places.selectors import unit_of_code

BEFORE = date(2025, 6, 30)


def unit(code: str, on: date | None = None) -> int:
    """The number of the unit of a code."""
    found = unit_of_code(code, on)
    assert found is not None
    return found


BAC_NINH = unit("24")
NENH = unit("07795")
VIET_YEN = unit("07777")
HANOI_HONG_HA = unit("00097")
HAI_PHONG = unit("31")
