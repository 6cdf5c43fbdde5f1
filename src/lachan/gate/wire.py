"""What a device sends to the hot path and what it hears back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as spoken
from django.utils.translation import gettext_noop

#: Scans in one POST: a gate that was seven days without a network sends in parts.
MOST_SCANS = 500
#: Bytes of a body; 500 scans of about 400 bytes.
MOST_BYTES = 512 * 1024
#: A device's own compact form: one scan a line, `id|code|in|at|device_at|token`.
COMPACT = "application/x-lachan-scans"

_COMPACT_FIELDS = ("id", "place", "direction", "at", "device_at", "person")

#: code -> (status, sentence).  Codes are listed in docs/platforms/gate.md.
ANSWERS: dict[str, tuple[int, str]] = {
    "recorded": (HTTPStatus.OK, gettext_noop("Recorded.")),
    "different_content": (
        HTTPStatus.CONFLICT,
        gettext_noop("A scan with this number is stored with other content; it is not replaced."),
    ),
    "clock_wrong": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_noop("The time of this scan is not plausible: set the device's clock."),
    ),
    "unknown_place": (
        HTTPStatus.NOT_FOUND,
        gettext_noop("There is no open place with this code: read the poster again."),
    ),
    "bad_token": (
        HTTPStatus.FORBIDDEN,
        gettext_noop("This personal code is not valid: ask for it to be renewed."),
    ),
    "not_allowed": (
        HTTPStatus.UNAUTHORIZED,
        gettext_noop("This device may not scan here: register it again at its place."),
    ),
    "unreadable": (
        HTTPStatus.BAD_REQUEST,
        gettext_noop("This scan cannot be read: send id, place, direction, at and device_at."),
    ),
    "too_many": (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        gettext_noop("Too much at once: send at most 500 scans."),
    ),
    "busy": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        gettext_noop("The server is busy: keep the scan and send it again in a few seconds."),
    ),
}


class Declined(Exception):
    """A scan, or the whole request, is answered with a code of ANSWERS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Parcel:
    """The scans of one POST; `single`: it was one object, and is answered with one."""

    scans: list[Mapping[str, Any]]
    single: bool


def read(body: bytes, content_type: str) -> Parcel:
    """The scans of a body.  Raises Declined("unreadable" or "too_many")."""
    if content_type.startswith(COMPACT):
        return _checked(Parcel(_compact(body), single=False))
    try:
        given = json.loads(body)
    except ValueError:
        raise Declined("unreadable") from None
    if isinstance(given, dict) and "scans" not in given:
        return Parcel([given], single=True)
    scans = given.get("scans") if isinstance(given, dict) else given
    if not isinstance(scans, list) or not all(isinstance(scan, dict) for scan in scans):
        raise Declined("unreadable")
    return _checked(Parcel(scans, single=False))


def language_of(accept: str) -> str:
    """`en` when the device prefers English, else Vietnamese."""
    wanted = accept.strip().lower()
    return "en" if wanted.startswith("en") else "vi"


def answer(code: str, given_id: object, language: str) -> dict[str, Any]:
    """What is said about one scan."""
    with translation.override(language):
        return {
            "id": given_id if isinstance(given_id, str) else None,
            "code": code,
            "message": spoken(ANSWERS[code][1]),
        }


def _compact(body: bytes) -> list[Mapping[str, Any]]:
    try:
        lines = body.decode().splitlines()
    except UnicodeDecodeError:
        raise Declined("unreadable") from None
    return [
        dict(zip(_COMPACT_FIELDS, line.split("|"), strict=False)) for line in lines if line.strip()
    ]


def _checked(parcel: Parcel) -> Parcel:
    if len(parcel.scans) > MOST_SCANS:
        raise Declined("too_many")
    if not parcel.scans:
        raise Declined("unreadable")
    return parcel
