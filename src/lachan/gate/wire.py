"""What a device sends to the hot path and what it hears back."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as spoken
from django.utils.translation import gettext_noop

from lachan.core.refusals import Refused
from lachan.declarations.services import Sent, check_sent
from lachan.venues.services import check_clock, read_moment

#: Scans in one POST: a gate that was seven days without a network sends in parts.
MOST_SCANS = 500
#: Bytes of a body; 500 scans of about 400 bytes, cards of some more.
MOST_BYTES = 512 * 1024
#: A device's own compact form: one scan a line, its fields in the order of `_COMPACT_FIELDS`.
COMPACT = "application/x-lachan-scans"

#: A card's text holds bars itself, so it comes last and takes the rest of the line.
_COMPACT_FIELDS = (
    *("id", "place", "direction", "at", "device_at", "person"),
    *("counter", "offset_ms", "offline", "way", "text"),
)
_COMPACT_NUMBERS = ("counter", "offset_ms")
_NUMBER = re.compile(r"-?\d{1,19}", re.ASCII)

#: How a device may have come by a scan: the sources of the ledger that a gate's device writes.
WAYS = frozenset({"gate", "desk", "kiosk", "paper"})
#: Halves of a character: JSON may hold them, no encoding does.
_SURROGATES = re.compile("[\ud800-\udfff]")
#: The largest number a ledger keeps, either way from zero.
_LARGEST = 2**63 - 1

#: code -> (status, sentence).  Codes are listed in docs/platforms/gate.md.
ANSWERS: dict[str, tuple[int, str]] = {
    "recorded": (HTTPStatus.OK, gettext_noop("Recorded.")),
    "kept_unregistered": (
        HTTPStatus.ACCEPTED,
        gettext_noop("Kept: nobody is entered under this card yet; it counts once somebody is."),
    ),
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
    "place_waiting": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_noop("This place is not open yet: the commune is looking at it. Ask its manager."),
    ),
    "place_suspended": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_noop("This place is suspended: nobody is let in; whoever is inside may leave."),
    ),
    "other_place": (
        HTTPStatus.FORBIDDEN,
        gettext_noop("This device stands at another place: it may scan for its own and its parts."),
    ),
    "bad_token": (
        HTTPStatus.FORBIDDEN,
        gettext_noop("This personal code is not valid: ask for it to be renewed."),
    ),
    "code_revoked": (
        HTTPStatus.FORBIDDEN,
        gettext_noop("This code was reported lost. Ask for the new code, or scan a card."),
    ),
    "unknown_code": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_noop("This is no personal code and no card that can be read here."),
    ),
    "masked_card": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_noop("The number on this code is hidden: another card is needed."),
    ),
    "not_allowed": (
        HTTPStatus.UNAUTHORIZED,
        gettext_noop("This device may not scan here: register it again at its place."),
    ),
    "unreadable": (
        HTTPStatus.BAD_REQUEST,
        gettext_noop(
            "This scan cannot be read: send id, direction, at, device_at and whose it is."
        ),
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


#: The same for a declaration, where another sentence is needed or only it is answered so.
DECLARATION_ANSWERS: dict[str, tuple[int, str]] = {
    "different_content": (
        HTTPStatus.CONFLICT,
        gettext_noop("A declaration with this number is stored with other answers."),
    ),
    "unreadable": (
        HTTPStatus.BAD_REQUEST,
        gettext_noop("This declaration cannot be read. Open the form again and send it."),
    ),
    "not_allowed": (
        HTTPStatus.UNAUTHORIZED,
        gettext_noop("A declaration is sent with the person's own code."),
    ),
    "questionnaire_outdated": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_noop("This form has changed. Open it again."),
    ),
    "answer_unknown": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_noop("This form has no such question. Open the form again and send it."),
    ),
    "answer_missing": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_noop("Answer every question of the form."),
    ),
    "busy": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        gettext_noop("The server is busy. Send the declaration again in a few seconds."),
    ),
    "answers_too_long": (
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        gettext_noop("The answers are too long. Shorten them."),
    ),
}


#: The same for what a sampling table sends.
SAMPLE_ANSWERS: dict[str, tuple[int, str]] = {
    "different_content": (
        HTTPStatus.CONFLICT,
        gettext_noop("A sample with this number is stored with other content; both are kept."),
    ),
    "clock_wrong": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_noop("The time of this sample is not plausible: set the device's clock."),
    ),
    "not_allowed": (
        HTTPStatus.UNAUTHORIZED,
        gettext_noop("This device was closed: what it holds comes by a file. Enrol it again."),
    ),
    "unreadable": (
        HTTPStatus.BAD_REQUEST,
        gettext_noop("This sample cannot be read: keep it and open the newest page of the table."),
    ),
    "busy": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        gettext_noop("The server is busy: keep the sample and send it again in a few seconds."),
    ),
}

#: The same for what a vaccination site sends.
VACCINATION_ANSWERS: dict[str, tuple[int, str]] = {
    "different_content": (
        HTTPStatus.CONFLICT,
        gettext_noop("An entry with this number is stored with other content; both are kept."),
    ),
    "clock_wrong": (
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_noop("The time of this entry is not plausible: set the device's clock."),
    ),
    "not_allowed": SAMPLE_ANSWERS["not_allowed"],
    "unreadable": (
        HTTPStatus.BAD_REQUEST,
        gettext_noop("This entry cannot be read: keep it and open the newest page of the site."),
    ),
    "busy": (
        HTTPStatus.SERVICE_UNAVAILABLE,
        gettext_noop("The server is busy: keep the entry and send it again in a few seconds."),
    ),
}

#: Whose sentences come first, by what an answer is about.
_ABOUT: dict[str, dict[str, tuple[int, str]]] = {
    "scan": {},
    "declaration": DECLARATION_ANSWERS,
    "sample": SAMPLE_ANSWERS,
    "vaccination": VACCINATION_ANSWERS,
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


class Scan(NamedTuple):
    """One scan as sent.  `person`: a personal code, or `text`: what a card says; `place`: a code;
    `way` "" where the device left it out; the rest as in `venues.recording.Entry`."""

    id: UUID
    direction: str
    at: datetime
    device_at: datetime
    person: str
    text: str
    place: str
    way: str
    counter: int | None
    offset_ms: int | None
    offline: bool


def read(body: bytes, content_type: str, name: str = "scans") -> Parcel:
    """The scans of a body, or what else stands under `name`.

    Raises Declined("unreadable" or "too_many")."""
    if content_type.startswith(COMPACT):
        return _checked(Parcel(_compact(body), single=False))
    given = read_json(body)
    if isinstance(given, dict) and name not in given:
        return Parcel([given], single=True)
    scans = given.get(name) if isinstance(given, dict) else given
    if not isinstance(scans, list) or not all(isinstance(scan, dict) for scan in scans):
        raise Declined("unreadable")
    return _checked(Parcel(scans, single=False))


def read_json(body: bytes) -> Any:
    """Raises Declined("unreadable")."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Declined("unreadable") from None


def scan_of(given: Mapping[str, Any]) -> Scan:
    """One scan, every field of its shape.  Raises Declined: unreadable, clock_wrong."""
    number, direction = number_of(given.get("id")), given.get("direction")
    if direction not in ("in", "out"):
        raise Declined("unreadable")
    return Scan(
        id=number,
        direction=direction,
        at=moment_of(given, "at", checked=True),
        device_at=moment_of(given, "device_at"),
        person=text_of(given, "person"),
        text=text_of(given, "text"),
        place=text_of(given, "place"),
        way=text_of(given, "way"),
        counter=_whole(given.get("counter"), least=1),
        offset_ms=_whole(given.get("offset_ms"), least=-_LARGEST),
        offline=given.get("offline") in (True, 1, "1", "true"),
    )


def declaration_of(given: object, trace_id: UUID) -> Sent:
    """A declaration of the person of a code.

    Raises Declined: unreadable, clock_wrong and the codes of `check_sent`.
    """
    if not isinstance(given, dict):
        raise Declined("unreadable")
    at = moment_of(given, "at", checked=True)
    kind, version, answers = given.get("kind"), given.get("questionnaire"), given.get("answers")
    try:
        check_sent(kind, version, answers, at)
        json.dumps(answers, ensure_ascii=False).encode()
    except Refused as refused:
        raise Declined(refused.code) from None
    except UnicodeEncodeError:
        raise Declined("unreadable") from None
    number = number_of(given.get("id"))
    return Sent(number, trace_id, str(kind), int(version), answers, at, "person")  # type: ignore[arg-type]


def number_of(given: object) -> UUID:
    """The sender's own number.  Raises Declined("unreadable")."""
    try:
        return UUID(str(given))
    except ValueError:
        raise Declined("unreadable") from None


def text_of(given: Mapping[str, Any], name: str) -> str:
    """A text that can be stored, "" where there is none.  Raises Declined("unreadable")."""
    text = given.get(name) or ""
    if not isinstance(text, str) or "\0" in text or _SURROGATES.search(text):
        raise Declined("unreadable")
    return text


def moment_of(given: Mapping[str, Any], name: str, *, checked: bool = False) -> datetime:
    """A time as sent; `checked`: one that a ledger keeps.  Raises Declined("clock_wrong")."""
    try:
        moment = read_moment(given, name)
        if checked:
            check_clock(moment)
    except Refused as refused:
        raise Declined(refused.code) from None
    return moment


@lru_cache(maxsize=256)
def language_of(accept: str) -> str:
    """`en` when the device prefers English, else Vietnamese."""
    return "en" if accept.strip().lower().startswith("en") else "vi"


def answer(code: str, given_id: object, language: str, *, about: str = "scan") -> bytes:
    """What is said about one scan, declaration or sample, as JSON."""
    shown = given_id if isinstance(given_id, str) and given_id.isprintable() else None
    return b'{"id": %s, %s' % (json.dumps(shown).encode(), _said(code, language, about))


def status(code: str, *, about: str = "scan") -> int:
    """The HTTP status of a code."""
    return int(_answer(code, about)[0])


def _answer(code: str, about: str) -> tuple[int, str]:
    return _ABOUT[about].get(code) or ANSWERS[code]


def answers(
    codes: Sequence[str], given_ids: Sequence[object], language: str, *, about: str = "scan"
) -> bytes:
    """What is said about the scans of a list, in their order."""
    pairs = zip(codes, given_ids, strict=True)
    said = (answer(code, one, language, about=about) for code, one in pairs)
    return b'{"answers": [%s]}' % b", ".join(said)


@lru_cache(maxsize=256)
def _said(code: str, language: str, about: str) -> bytes:
    """Everything after the number; the same for all."""
    with translation.override(language):
        said = {"code": code, "message": spoken(_answer(code, about)[1])}
    return json.dumps(said, ensure_ascii=False)[1:].encode()


def _whole(given: object, *, least: int) -> int | None:
    """A whole number or nothing; True is no number."""
    if given is None:
        return None
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= _LARGEST:
        raise Declined("unreadable")
    return given


def _compact(body: bytes) -> list[Mapping[str, Any]]:
    try:
        lines = [line for line in body.decode().splitlines() if line.strip()]
    except UnicodeDecodeError:
        raise Declined("unreadable") from None
    return [_compact_scan(line) for line in lines]


def _compact_scan(line: str) -> Mapping[str, Any]:
    given: dict[str, Any] = dict(
        zip(_COMPACT_FIELDS, line.split("|", len(_COMPACT_FIELDS) - 1), strict=False)
    )
    for name in _COMPACT_NUMBERS:
        text = given.pop(name, "")
        if text:
            # What is no number stays a text, and the scan is answered `unreadable`.
            given[name] = int(text) if _NUMBER.fullmatch(text) else text
    return given


def _checked(parcel: Parcel) -> Parcel:
    if len(parcel.scans) > MOST_SCANS:
        raise Declined("too_many")
    if not parcel.scans:
        raise Declined("unreadable")
    return parcel
