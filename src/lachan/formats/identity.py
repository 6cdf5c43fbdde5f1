"""Vietnamese identity papers: what a number says by itself, and whether it fits what was declared.

A 12-digit personal number has no check digit. It can only be cross-checked: its province code must
have existed, and its sex and birth year must agree with the declared ones. All findings are codes;
whoever shows them says them in the reader's language.
"""

import re
from dataclasses import dataclass

from lachan.formats.provinces63 import PROVINCES_63

#: First codes of persons born abroad (province codes end at 096); the countries' own list was not
#: published with a source we could read, so no country is named. Source: Circular 07/2016/TT-BCA.
FIRST_FOREIGN_CODE = 100

#: Century of the sex-and-century digit: 0 and 1 -> 19xx, ... 8 and 9 -> 23xx; even is male.
#: Source: Decree 137/2015/ND-CP, article 13.
FIRST_CENTURY = 1900

_SEPARATORS = re.compile(r"[\s.\-]")
_PASSPORT = re.compile(r"(?=.*\d)[A-Z0-9]{5,9}", re.ASCII)
_INSURANCE_CARD = re.compile(r"([A-Z]{2})([1-5])(\d{2})(\d{10})", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)


class IdentityRefused(ValueError):
    """A number cannot be what it claims to be; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """What the 12 digits say. `province` is the province of birth registration by the table of
    63, empty for people born abroad. `sex` is "male" or "female"."""

    number: str
    province_code: str
    province: str
    born_abroad: bool
    sex: str
    birth_year: int
    serial: str


@dataclass(frozen=True, slots=True)
class InsuranceCard:
    """A health-insurance number. Cards since 2021 print only `social_number` (10 digits); the
    older 15 characters add group, benefit level 1..5 and a two-digit province code."""

    number: str
    group: str
    benefit: str
    province_code: str
    social_number: str


def read_personal_number(text: str) -> PersonalNumber:
    """Read a CCCD or identity-card number. Raises IdentityRefused: number_not_digits,
    number_length (a spreadsheet may have lost leading zeros: say so), number_province."""
    number = _compact(text)
    if not _DIGITS.fullmatch(number):
        raise IdentityRefused("number_not_digits")
    if len(number) != 12:
        raise IdentityRefused("number_length")
    code = number[:3]
    born_abroad = int(code) >= FIRST_FOREIGN_CODE
    if not born_abroad and code not in PROVINCES_63:
        raise IdentityRefused("number_province")
    digit = int(number[3])
    return PersonalNumber(
        number=number,
        province_code=code,
        province=PROVINCES_63.get(code, ""),
        born_abroad=born_abroad,
        sex="female" if digit % 2 else "male",
        birth_year=FIRST_CENTURY + 100 * (digit // 2) + int(number[4:6]),
        serial=number[6:],
    )


def cross_check(
    number: PersonalNumber, *, sex: str | None, birth_year: int | None, this_year: int
) -> tuple[str, ...]:
    """Where number and declaration disagree: sex_differs, birth_year_differs, born_in_future.
    A declared sex other than male or female, or an absent year, is not compared."""
    found = []
    if sex in ("male", "female") and sex != number.sex:
        found.append("sex_differs")
    if birth_year is not None and birth_year != number.birth_year:
        found.append("birth_year_differs")
    if number.birth_year > this_year:
        found.append("born_in_future")
    return tuple(found)


def read_old_number(text: str) -> str:
    """The nine digits of a CMND (issued until 2021). Raises number_not_digits, number_length."""
    number = _compact(text)
    if not _DIGITS.fullmatch(number):
        raise IdentityRefused("number_not_digits")
    if len(number) != 9:
        raise IdentityRefused("number_length")
    return number


def read_passport(text: str) -> str:
    """A passport number in capitals: 5 to 9 letters and digits with at least one digit.
    Raises passport_shape. Source: ICAO Doc 9303-4, document number of nine places."""
    number = _compact(text).upper()
    if not _PASSPORT.fullmatch(number):
        raise IdentityRefused("passport_shape")
    return number


def read_insurance_card(text: str) -> InsuranceCard:
    """A BHYT number of 15 characters, or the 10-digit number alone. Raises insurance_shape."""
    number = _compact(text).upper()
    if len(number) == 10 and _DIGITS.fullmatch(number):
        return InsuranceCard(number, "", "", "", number)
    found = _INSURANCE_CARD.fullmatch(number)
    if found is None:
        raise IdentityRefused("insurance_shape")
    return InsuranceCard(number, found[1], found[2], found[3], found[4])


def read_document(kind: str, text: str) -> str:
    """The canonical number of a document of kind cccd, cmnd, passport or bhyt; for blind indexes
    and comparison. Raises IdentityRefused, also document_kind for an unknown kind."""
    if kind == "cccd":
        return read_personal_number(text).number
    if kind == "cmnd":
        return read_old_number(text)
    if kind == "passport":
        return read_passport(text)
    if kind == "bhyt":
        return read_insurance_card(text).number
    raise IdentityRefused("document_kind")


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", text)
