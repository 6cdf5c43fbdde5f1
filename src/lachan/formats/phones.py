"""Vietnamese phone numbers as people, spreadsheets and old lists write them.

One number has one spelling here: national, with its zero (0912345678); a number of another country
keeps "+" and its digits. A phone is a way to reach somebody and never says who that is.
"""

import re
from dataclasses import dataclass

#: Mobile prefixes of eleven-digit numbers and what they became between 15 September and
#: 14 November 2018. Source: Decision 2036/QD-BTTTT (2017).
OLD_MOBILE_PREFIXES: dict[str, str] = {
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0126": "076",
    "0127": "081",
    "0128": "078",
    "0129": "082",
    "0162": "032",
    "0163": "033",
    "0164": "034",
    "0165": "035",
    "0166": "036",
    "0167": "037",
    "0168": "038",
    "0169": "039",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}

_NOISE = re.compile(r"[\s.\-()/_\u00a0\u200b]")
_MOBILE = re.compile(r"0[35789]\d{8}", re.ASCII)
_LANDLINE = re.compile(r"02\d{9}", re.ASCII)
_FOREIGN = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_FLOAT_TAIL = re.compile(r"(\d)\.0+$", re.ASCII)
_BETWEEN = re.compile(r"[,;/\n|]|\s-\s|\s{2,}")


class PhoneRefused(ValueError):
    """Not a phone number; `code` is phone_empty or phone_shape."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Phone:
    """`number` as stored; `kind` mobile, landline or foreign; `repaired` names what was put
    right: lost_zero, country_code, old_prefix."""

    number: str
    kind: str
    repaired: tuple[str, ...] = ()


def read_phone(text: str) -> Phone:
    """The one spelling of this number. Raises PhoneRefused."""
    repaired: list[str] = []
    digits = _national(_FLOAT_TAIL.sub(r"\1", text.strip()), repaired)
    if digits.startswith("+"):
        if _FOREIGN.fullmatch(digits):
            return Phone(digits, "foreign")
        raise PhoneRefused("phone_shape")
    if len(digits) == 11 and digits[:4] in OLD_MOBILE_PREFIXES:
        digits = OLD_MOBILE_PREFIXES[digits[:4]] + digits[4:]
        repaired.append("old_prefix")
    if _MOBILE.fullmatch(digits):
        return Phone(digits, "mobile", tuple(repaired))
    if _LANDLINE.fullmatch(digits):
        return Phone(digits, "landline", tuple(repaired))
    raise PhoneRefused("phone_shape")


def split_phones(text: str) -> list[str]:
    """The parts of a cell into which somebody wrote several numbers; not yet read."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


def _national(text: str, repaired: list[str]) -> str:
    """Digits with the trunk zero, or "+..." for another country."""
    digits = _NOISE.sub("", text)
    if not digits:
        raise PhoneRefused("phone_empty")
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("+84"):
        repaired.append("country_code")
        return "0" + digits[3:].removeprefix("0")
    if digits.startswith(("0", "+")):
        return digits
    # 84 is also the start of 084..., so only the length tells a country code from a lost zero.
    if digits.startswith("84") and len(digits) in (11, 12):
        repaired.append("country_code")
        return "0" + digits[2:].removeprefix("0")
    repaired.append("lost_zero")
    return "0" + digits
