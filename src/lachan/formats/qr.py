"""The QR grammar: what a scanned text is, whatever scanner, card or year it comes from.

`read` never fails: a text it does not know is of kind "unknown" with a reason. It looks only at the
shape; a signature is checked by `lachan.credentials.tokens`, a place code by the register.
Readers must also accept what we would never issue: old codes that hold the identity number.
"""

import re
import unicodedata
from urllib.parse import urlsplit

from lachan.formats.certificates import HC1, SHC, read_hc1, read_shc
from lachan.formats.dates import read_date
from lachan.formats.gs1 import looks_like_gs1, read_gs1
from lachan.formats.identity import IdentityRefused, cross_check, read_personal_number
from lachan.formats.placecode import is_place_code, plain_place_code
from lachan.formats.recognised import Recognised as Recognised  # a name of this door
from lachan.formats.recognised import unknown as _unknown

#: Kinds that say nothing of who stands there for us: no number of ours is in them.
NOT_PERSONAL = ("certificate", "smart_health_card", "gs1")

#: characters; no card, slip or address comes near this.
LONGEST = 2000
#: characters of a certificate: the digits a QR of version 40 holds at its lowest correction.
#: Source: ISO/IEC 18004, table 7.
LONGEST_CODE = 7089

#: What scanners put around a text; GS (29) stays, it separates the elements of a GS1 code.
_BLANK = (
    " \t\n\v\f\r\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_AIM_PREFIX = re.compile(r"^\][A-Za-z]\d")
_TOKEN = re.compile(r"L(?:([PS])1:[A-Z2-7]{136}|(D)1:[A-Z2-7]{144})", re.ASCII)
_TOKEN_START = re.compile(r"L[PSD]1:", re.IGNORECASE)
_TOKEN_KINDS = {"P": "person_token", "S": "slip_token", "D": "declaration_token"}
_OLD_PLACE = re.compile(r"[A-Za-z]{6}", re.ASCII)
_INSURANCE = re.compile(r"(?:[A-Z]{2}[1-5]\d{12}|\d{10})", re.ASCII)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*", re.ASCII)
_MASKED_PAPER = re.compile(r"[A-Z0-9*]{5,12}", re.ASCII)
#: Fields of an identity card: 7 in 2021, up to 11 since 2024; more are read with a warning.
_USUAL_FIELDS = 11
_MOST_FIELDS = 40
_SEX_WORDS = {"nam": "male", "nu": "female", "nữ": "female", "male": "male", "female": "female"}
_SEX_DIGITS = {"0": "", "1": "male", "2": "female"}


def read(text: str, *, this_year: int) -> Recognised:
    """Recognise a scanned text. `this_year` judges birth years that lie in the future."""
    bare = _bare(text)
    if not bare:
        return _unknown(bare, "empty")
    text = _AIM_PREFIX.sub("", bare, count=1)
    for code in (bare, text):
        if code.startswith((HC1, SHC)) or looks_like_gs1(code):
            return _code(code, this_year)
    if len(text) > LONGEST:
        return _unknown(text[:LONGEST], "too_long")
    text = unicodedata.normalize("NFC", text)
    if _TOKEN_START.match(text):
        return _token(text)
    if "|" in text:
        return _card(text, this_year)
    return _place(text)


def clean(text: str) -> str:
    """Remove what scanners add (line ends, tabs, byte-order mark, AIM prefix) and compose marks."""
    return unicodedata.normalize("NFC", _AIM_PREFIX.sub("", _bare(text), count=1))


def _bare(text: str) -> str:
    return text.replace("\ufeff", "").replace("\0", "").strip(_BLANK)


def _code(text: str, this_year: int) -> Recognised:
    """Certificates and GS1: longer than any card."""
    if len(text) > LONGEST_CODE:
        return _unknown(text[:LONGEST], "too_long")
    if text.startswith(HC1):
        return read_hc1(text)
    if text.startswith(SHC):
        return read_shc(text)
    return read_gs1(text, this_year=this_year)


def _token(text: str) -> Recognised:
    upper = text.upper()
    found = _TOKEN.fullmatch(upper)
    if found:
        return Recognised(_TOKEN_KINDS[found[1] or found[2]], upper)
    # A Vietnamese input method turns AA into Â and DD into Đ while a wedge scanner types.
    return _unknown(text, "token_shape" if text.isascii() else "input_method_on")


def _place(text: str) -> Recognised:
    if is_place_code(text):
        return Recognised("place", text, {"code": plain_place_code(text)})
    if not text.lower().startswith(("http://", "https://")):
        return _unknown(text, "no_known_shape")
    try:
        url = urlsplit(text)
        host = (url.hostname or "").lower()
    except ValueError:
        return _unknown(text, "no_known_shape")
    parts = [part for part in url.path.split("/") if part]
    if len(parts) >= 2 and parts[-2].lower() == "q" and is_place_code(parts[-1]):
        return Recognised("place", text, {"code": plain_place_code(parts[-1])})
    # Only recognised, never visited: these hosts belong to others now.
    old_host = host in ("qr.pccovid.gov.vn", "qr.tokhaiyte.vn")
    if old_host and parts and _OLD_PLACE.fullmatch(parts[-1]):
        return Recognised("place_2021", text, {"code": parts[-1]})
    return _unknown(text, "foreign_url")


def _card(text: str, this_year: int) -> Recognised:
    parts = [part.strip() for part in text.split("|")]
    if _INSURANCE.fullmatch(parts[0].upper()) and len(parts) >= 5 and _HEX.fullmatch(parts[1]):
        return _insurance(text, parts)
    if len(parts) >= 5 and parts[3] in ("0", "1"):
        return _personal_2021(text, parts)
    if not re.fullmatch(r"\d{12}", parts[0], re.ASCII):
        return _unknown(text, "no_known_shape")
    if not 6 <= len(parts) <= _MOST_FIELDS:
        return _unknown(text, "card_field_count")
    return _identity_card(text, parts, this_year)


def _identity_card(text: str, parts: list[str], this_year: int) -> Recognised:
    problems = []
    if len(parts) == 6:
        # Some printers leave out the empty old number, some the day of issue: the sex tells which.
        problems.append("card_six_fields")
        parts = [parts[0], "", *parts[1:]] if _is_sex(parts[3]) else [*parts, ""]
    elif len(parts) > _USUAL_FIELDS:
        problems.append("card_more_fields")
    sex = _SEX_WORDS.get(parts[4].lower(), "")
    birth, issued = read_date(parts[3]), read_date(parts[6])
    if parts[1] and not re.fullmatch(r"\d{9}|\d{12}", parts[1], re.ASCII):
        problems.append("old_number_shape")
    if not parts[2]:
        problems.append("name_missing")
    if not birth:
        problems.append("birth_unreadable")
    if not sex:
        problems.append("sex_unreadable")
    try:
        number = read_personal_number(parts[0])
    except IdentityRefused as refused:
        problems.append(refused.code)
    else:
        year = int(birth[:4]) if birth else None
        problems += cross_check(number, sex=sex, birth_year=year, this_year=this_year)
    fields = {
        "number": parts[0],
        "old_number": parts[1],
        "name": " ".join(parts[2].split()),
        "birth": birth,
        "sex": sex,
        "address": parts[5],
        "issued": issued,
    }
    return Recognised("cccd", text, fields, tuple(problems), _told(parts[7:]))


def _is_sex(text: str) -> bool:
    return text.lower() in _SEX_WORDS


def _told(parts: list[str]) -> tuple[str, ...]:
    """Further fields in their order, without the empty ones at the end."""
    while parts and not parts[-1]:
        parts = parts[:-1]
    return tuple(parts)


def _personal_2021(text: str, parts: list[str]) -> Recognised:
    """SoGiayTo|HoTen|NgaySinh|LoaiDinhDanh|QID|EXT. Source: Decision 1405/QD-BTTTT (v1.1)."""
    told = (parts[5] if len(parts) > 5 else "").split("<")
    extra = told + [""] * (5 - len(told))
    masked = "*" in parts[0] or "*" in parts[2]
    birth = read_date(parts[2])
    problems = []
    if parts[0] and not _MASKED_PAPER.fullmatch(parts[0].upper()):
        problems.append("number_shape")
    if not birth:
        problems.append("birth_unreadable")
    fields = {
        "number": "" if "*" in parts[0] else parts[0].upper(),
        "name": " ".join(parts[1].split()),
        "birth": birth,
        "by_another": parts[3],
        "qid": parts[4],
        "declarer_qid": extra[0],
        "sex": _SEX_DIGITS.get(extra[1], ""),
        "insurance": extra[2],
        "phone": extra[3],
        "masked": "1" if masked else "0",
    }
    extras = (*_told(told[4:]), *_told(parts[6:]))
    return Recognised("personal_2021", text, fields, tuple(problems), extras)


def _insurance(text: str, parts: list[str]) -> Recognised:
    problems = []
    name, address = _from_hex(parts[1]), _from_hex(parts[4])
    birth = read_date(parts[2])
    if not name:
        problems.append("name_missing")
    if not birth:
        problems.append("birth_unreadable")
    fields = {
        "number": parts[0].upper(),
        "name": " ".join(name.split()),
        "birth": birth,
        "sex": "male" if parts[3] == "1" else "female" if parts[3] in ("0", "2") else "",
        "address": address,
        "facility": parts[5] if len(parts) > 5 else "",
        "valid_from": read_date(parts[6]) if len(parts) > 6 else "",
        "valid_to": read_date(parts[7]) if len(parts) > 7 else "",
    }
    return Recognised("bhyt", text, fields, tuple(problems), _told(parts[8:]))


def _from_hex(text: str) -> str:
    if not _HEX.fullmatch(text):
        return ""
    try:
        return unicodedata.normalize("NFC", bytes.fromhex(text).decode("utf-8"))
    except UnicodeDecodeError:
        return ""
