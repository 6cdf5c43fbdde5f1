"""Somebody shows a code or a card: find the person, and open the row to who he stands before."""

from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _

from lachan.core.blindindex import indexes_of
from lachan.core.clock import now, today
from lachan.core.refusals import Refused
from lachan.core.signing import ring
from lachan.credentials.tokens import TokenRefused, verify
from lachan.formats.qr import read


def person_of_code(text: str) -> UUID:
    """The person behind a personal code, a printed slip or an identity card.

    The database opens the person to this session: minutes for a gate, a day for a sampling table.
    Raises Refused: bad_code, code_expired, unknown_person.
    """
    found = read(text, this_year=today().year)
    if found.kind in {"person_token", "slip_token", "declaration_token"}:
        return _first([("trace", _pseudonym(found.text))])
    number = found.fields.get("number", "") or _typed_number(found.text)
    if number:
        return _first([("document", index) for index in indexes_of("document", number)])
    raise Refused(
        "bad_code", _("This is no personal code. Scan the person's own code or identity card.")
    )


def _typed_number(text: str) -> str:
    """An identity number typed by hand instead of scanned."""
    return text if text.isascii() and text.isdigit() and len(text) in {9, 12} else ""


def _pseudonym(text: str) -> bytes:
    try:
        return verify(ring(), text, at=int(now().timestamp())).pseudonym
    except TokenRefused as refusal:
        if refusal.code == "token_expired":
            raise Refused(
                "code_expired", _("This code has expired. Ask the person to renew it.")
            ) from None
        raise Refused(
            "bad_code", _("This code was not issued here. Scan the identity card instead.")
        ) from None


def _first(ways: list[tuple[str, bytes]]) -> UUID:
    for how, value in ways:
        person = _present(how, value)
        if person is not None:
            return person
    raise Refused(
        "unknown_person", _("Nobody is registered under this code yet. Register the person first.")
    )


def _present(how: str, value: bytes) -> UUID | None:
    with connections["default"].cursor() as cursor:
        cursor.execute("select core.present(%s, %s)", [how, value])
        row = cursor.fetchone()
    return row[0] if row else None
