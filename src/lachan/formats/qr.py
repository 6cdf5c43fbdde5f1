"""The QR grammar: what a scanned text is, whatever scanner, card or year it comes from.

`read` never fails: a text it does not know is of kind "unknown" with a reason. It looks only at the
shape; a signature is checked by `lachan.credentials.tokens`, a place code by the register.
Readers must also accept what we would never issue: old codes that hold the identity number.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lachan.formats.dates import read_date
from lachan.formats.identity import IdentityRefused, cross_check, read_personal_number
from lachan.formats.placecode import is_place_code, plain_place_code

#: characters; a QR of version 40 holds 4,296 alphanumerics, but no card or slip comes near this.
LONGEST = 2000

_AIM_PREFIX = re.compile(r"^\][A-Za-z]\d")
_TOKEN = re.compile(r"L([PS])1:[A-Z2-7]{136}", re.ASCII)
_TOKEN_START = re.compile(r"L[PS]1:", re.IGNORECASE)
_OLD_PLACE = re.compile(r"[A-Za-z]{6}", re.ASCII)
_INSURANCE = re.compile(r"(?:[A-Z]{2}[1-5]\d{12}|\d{10})", re.ASCII)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*", re.ASCII)
_MASKED_PAPER = re.compile(r"[A-Z0-9*]{5,12}", re.ASCII)
_SEX_WORDS = {"nam": "male", "nu": "female", "nữ": "female", "male": "male", "female": "female"}
_SEX_DIGITS = {"0": "", "1": "male", "2": "female"}


@dataclass(frozen=True, slots=True)
class Recognised:
    """`kind`: person_token, slip_token, place, place_2021, personal_2021, cccd, bhyt, unknown.
    `text`: the scanned text without what a scanner added. `fields`: what the text says, by our
    names; absent things are "". `problems`: codes of what does not fit, none stops reading."""

    kind: str
    text: str
    fields: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read(text: str, *, this_year: int) -> Recognised:
    """Recognise a scanned text. `this_year` judges birth years that lie in the future."""
    text = clean(text)
    if not text:
        return _unknown(text, "empty")
    if len(text) > LONGEST:
        return _unknown(text[:LONGEST], "too_long")
    if _TOKEN_START.match(text):
        return _token(text)
    if "|" in text:
        return _card(text, this_year)
    return _place(text)


def clean(text: str) -> str:
    """Remove what scanners add (line ends, tabs, byte-order mark, AIM prefix) and compose marks."""
    text = text.replace("\ufeff", "").replace("\0", "").strip()
    text = _AIM_PREFIX.sub("", text, count=1)
    return unicodedata.normalize("NFC", text)


def _token(text: str) -> Recognised:
    upper = text.upper()
    found = _TOKEN.fullmatch(upper)
    if found:
        kind = "person_token" if found[1] == "P" else "slip_token"
        return Recognised(kind, upper)
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
    if len(parts) in (5, 6) and parts[3] in ("0", "1"):
        return _personal_2021(text, parts)
    if not re.fullmatch(r"\d{12}", parts[0], re.ASCII):
        return _unknown(text, "no_known_shape")
    if not 7 <= len(parts) <= 11:
        return _unknown(text, "card_field_count")
    return _identity_card(text, parts, this_year)


def _identity_card(text: str, parts: list[str], this_year: int) -> Recognised:
    sex = _SEX_WORDS.get(parts[4].lower(), "")
    birth, issued = read_date(parts[3]), read_date(parts[6])
    problems = []
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
    return Recognised("cccd", text, fields, tuple(problems))


def _personal_2021(text: str, parts: list[str]) -> Recognised:
    """SoGiayTo|HoTen|NgaySinh|LoaiDinhDanh|QID|EXT. Source: Decision 1405/QD-BTTTT (v1.1)."""
    extra = (parts[5] if len(parts) == 6 else "").split("<")
    extra += [""] * (5 - len(extra))
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
    return Recognised("personal_2021", text, fields, tuple(problems))


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
    }
    return Recognised("bhyt", text, fields, tuple(problems))


def _from_hex(text: str) -> str:
    if not _HEX.fullmatch(text):
        return ""
    try:
        return unicodedata.normalize("NFC", bytes.fromhex(text).decode("utf-8"))
    except UnicodeDecodeError:
        return ""


def _unknown(text: str, problem: str) -> Recognised:
    return Recognised("unknown", text, {}, (problem,))
