"""Fields of a paper sheet, how they are keyed, and what they are called."""

import re
from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.formats.identity import IdentityRefused, read_document
from lachan.formats.phones import PhoneRefused, read_phone
from lachan.vaccination.models import PaperSheet

#: In the order of the sheet; letters of one key answer what has few answers.
FIELDS: dict[str, str | Promise] = {
    "card": gettext_lazy("Personal number"),
    "name": gettext_lazy("Full name"),
    "birth": gettext_lazy("Day or year of birth"),
    "sex": gettext_lazy("Sex"),
    "phone": gettext_lazy("Phone number"),
    "outcome": gettext_lazy("Outcome of screening"),
    "consent": gettext_lazy("Consent signed"),
    "injected": gettext_lazy("Injected"),
    "product": gettext_lazy("Vaccine"),
    "lot": gettext_lazy("Lot"),
    "dose_number": gettext_lazy("Which dose"),
    "hour": gettext_lazy("Time of the injection"),
    "arm": gettext_lazy("Arm"),
    "table": gettext_lazy("Table"),
    "by": gettext_lazy("Who injected"),
}

#: What one key stands for: Vietnamese first letters and figures.
KEYS: dict[str, dict[str, str]] = {
    "sex": {"1": "male", "2": "female", "m": "male", "f": "female"},
    "outcome": {"1": "eligible", "2": "caution", "3": "postpone", "4": "contraindicated"},
    "consent": {"1": "yes", "0": "no", "y": "yes", "n": "no"},
    "injected": {"1": "yes", "0": "no", "y": "yes", "n": "no"},
    "arm": {"1": "left", "2": "right"},
}
#: Fields of an injection, which a sheet without one leaves empty.
OF_INJECTION = ("product", "lot", "dose_number", "hour", "arm", "by")

_HOUR = re.compile(r"(\d{1,2})[:hg. ]?(\d{2})?")
_DAY = re.compile(r"(\d{1,2})[/. -]?(\d{1,2})[/. -]?(\d{4})")


def normal(told: Mapping[str, str]) -> dict[str, str]:
    """A sheet as it is compared: no blanks too many, capitals of a lot, one way for days and hours.

    What cannot be read stays as it was keyed, and differs.
    """
    found = {name: " ".join(str(told.get(name, "")).split()) for name in FIELDS}
    for name, keys in KEYS.items():
        found[name] = keys.get(found[name].lower(), found[name])
    found["lot"] = found["lot"].replace(" ", "").upper()
    found["card"] = found["card"].replace(" ", "").upper()
    found["birth"] = birth_of(found["birth"]) or found["birth"]
    found["hour"] = hour_of(found["hour"]) or found["hour"]
    found["phone"] = _phone(found["phone"])
    for name in ("table", "dose_number"):
        found[name] = found[name].lstrip("0") if found[name].isdecimal() else found[name]
    if found["injected"] != "yes":
        found |= dict.fromkeys(OF_INJECTION, "")
    return found


def wrong_in(told: Mapping[str, str]) -> dict[str, str]:
    """Field -> what is wrong with what was keyed; only what no sheet could say."""
    found = normal(told)
    wrong: dict[str, str] = {}
    if not found["name"]:
        wrong["name"] = _("Write the name as it stands on the sheet.")
    if found["birth"] and not birth_of(found["birth"]):
        wrong["birth"] = _("A year, or day, month and year: 1988 or 5/3/1988.")
    if found["card"]:
        try:
            read_document("cccd", found["card"])
        except IdentityRefused:
            wrong["card"] = _("A personal number has 12 digits: look at the sheet again.")
    for name, keys in KEYS.items():
        needed = name in ("outcome", "consent", "injected") or (
            name == "arm" and found["injected"] == "yes"
        )
        if found[name] not in keys.values() and (found[name] or needed):
            wrong[name] = _("Press one of the keys beside the field.")
    if not found["table"].isdecimal():
        wrong["table"] = _("Write the number of the table.")
    if found["injected"] == "yes":
        wrong |= _wrong_injection(found)
    return wrong


def _wrong_injection(found: Mapping[str, str]) -> dict[str, str]:
    wrong = {}
    if not hour_of(found["hour"]):
        wrong["hour"] = _("The hour as on a clock: 8:05 or 0805.")
    if not found["lot"]:
        wrong["lot"] = _("Write the lot as it stands on the sheet.")
    if found["dose_number"] and not found["dose_number"].isdecimal():
        wrong["dose_number"] = _("Write the number of the dose.")
    return wrong


def hour_of(text: str) -> str:
    """08:05 of 8:05, 805, 0805 or 8h05; "" where it is no hour."""
    digits = re.sub(r"\D", "", text)
    if not re.fullmatch(r"\d{1,2}\s*[:hg.]?\s*\d{2}", text.strip()) or not 3 <= len(digits) <= 4:
        return ""
    hour, minute = int(digits[:-2]), int(digits[-2:])
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else ""


def birth_of(text: str) -> str:
    """1988, or 1988-03-05 of 5/3/1988, 05031988 or itself; "" where it is no day."""
    if re.fullmatch(r"(18|19|20|21)\d{2}", text):
        return text
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else _keyed_day(text)
    except ValueError:
        return _keyed_day(text)


def _keyed_day(text: str) -> str:
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])).isoformat() if found else ""
    except ValueError:
        return ""


def _phone(text: str) -> str:
    try:
        return read_phone(text).number if text else ""
    except PhoneRefused:
        return text


def shown(name: str, value: str) -> str | Promise:
    """A value in words."""
    return _VALUES.get((name, value), value) or "–"


_YES, _NO = gettext_lazy("Yes"), gettext_lazy("No")
_VALUES: dict[tuple[str, str], str | Promise] = {
    ("sex", "male"): gettext_lazy("Male"),
    ("sex", "female"): gettext_lazy("Female"),
    ("outcome", "eligible"): gettext_lazy("Eligible"),
    ("outcome", "caution"): gettext_lazy("Caution"),
    ("outcome", "postpone"): gettext_lazy("Postponed"),
    ("outcome", "contraindicated"): gettext_lazy("Contraindicated"),
    ("consent", "yes"): _YES,
    ("consent", "no"): _NO,
    ("injected", "yes"): _YES,
    ("injected", "no"): _NO,
    ("arm", "left"): gettext_lazy("Left arm"),
    ("arm", "right"): gettext_lazy("Right arm"),
}

_STEPS = {
    "unkeyed": gettext_lazy("not keyed"),
    "once": gettext_lazy("keyed once"),
    "differs": gettext_lazy("the two differ"),
    PaperSheet.State.READY: gettext_lazy("is being entered"),
    PaperSheet.State.ENTERED: gettext_lazy("entered"),
    PaperSheet.State.ASKED: gettext_lazy("has a question"),
    PaperSheet.State.VOID: gettext_lazy("spoilt or not used"),
}

_ASKED = {
    "other_name": gettext_lazy("The register has another name under this personal number."),
    "number_unread": gettext_lazy("The personal number cannot be read."),
    "document_known": gettext_lazy("Two people of the register have this personal number."),
    "product_unclear": gettext_lazy("The vaccine is none of this session."),
    "clock_wrong": gettext_lazy("The injection would lie in the future."),
    "different_content": gettext_lazy("This sheet was entered before with other content."),
}


def step_words(step: str) -> str | Promise:
    """How far a sheet is."""
    return _STEPS[step]


def asked_words(code: str) -> str | Promise:
    """What is asked about a sheet."""
    return _ASKED.get(code, code)
