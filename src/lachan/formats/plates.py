"""Plates of Vietnamese vehicles: one spelling to find them by, and as they stand on the vehicle.

Shapes: 99H-123.45 (since 2010) and 99H-1234 (before).  Source: Circular 24/2023/TT-BCA, annexes on
plates; other shapes (army, diplomats, neighbouring countries) keep their own signs.
"""

import re

_OTHER = re.compile(r"[^0-9A-ZĐ]")
_NEW = re.compile(r"(\d{2}[A-ZĐ]{1,2}\d?)(\d{3})(\d{2})")
_OLD = re.compile(r"(\d{2}[A-ZĐ]{1,2}\d?)(\d{4})")

#: Signs of the shortest and longest plate that is believed.
SHORTEST, LONGEST = 4, 12


def plate_signs(text: str) -> str:
    """Letters and digits alone, in capitals: what any part of a plate is searched by."""
    return _OTHER.sub("", text.upper())


def read_plate(text: str) -> str:
    """The one spelling of a plate, "" when the text is none: "99h - 123.45" is 99H12345."""
    plate = plate_signs(text)
    believed = SHORTEST <= len(plate) <= LONGEST and any(sign.isdigit() for sign in plate)
    return plate if believed else ""


def shown_plate(plate: str) -> str:
    """As it stands on the vehicle."""
    if found := _NEW.fullmatch(plate):
        return f"{found[1]}-{found[2]}.{found[3]}"
    found = _OLD.fullmatch(plate)
    return f"{found[1]}-{found[2]}" if found else plate
