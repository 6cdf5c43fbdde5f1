"""Whose sample it is: a code valid when it was signed, a card, a slip, or somebody new."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from lachan.core import grants
from lachan.core.blindindex import index_of, indexes_of
from lachan.core.clock import now, today
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.signing import ring
from lachan.credentials.tokens import TokenRefused, verify
from lachan.formats import qr
from lachan.people.selectors import by_trace_ids
from lachan.people.services import Stay, register_person
from lachan.places.selectors import today_of
from lachan.sampling.models import TableDevice, TableEvent, TablePerson

#: A pre-printed slip for somebody without a code: what its bar code says.
SLIP = re.compile(r"PS-[0-9A-HJKMNP-TV-Z]{10}", re.ASCII)
#: The kinds of the blind index under which an event waits for its person.
DOCUMENT, SLIPS = "document", "table_slip"
#: So long a table sees whom it sampled, as `people.services.person_of_code`.
SEEN = timedelta(days=1)

_TOKENS = ("person_token", "slip_token", "declaration_token")

#: Two persons under one card are nobody: a human decides.
_CARDS = """
select min(b.person_id::text)::uuid from people_blindindex b
    join people_person p on p.id = b.person_id and p.erased_at is null
where b.kind = 'document' and b.hmac = any(%s)
having count(distinct b.person_id) = 1
"""


@dataclass(frozen=True, slots=True)
class Whose:
    """The person, or the blind index under which the event waits for him, or why neither."""

    person: UUID | None = None
    document: bytes | None = None
    refused: str = ""


def is_signed_code(code: str) -> bool:
    """Whether it is a code of ours by its shape: a telephone's or a slip's, no card."""
    return qr.read(code, this_year=today().year).kind in _TOKENS


def whose(event: TableEvent, told: Mapping[str, Any], by: Principal) -> Whose:
    """Whose sample an event tells of; in a system scope."""
    try:
        found = _made(event, told["new"], by) if told["new"] else _shown(told["code"])
    except Refused as refused:
        return Whose(refused=refused.code)
    if found.person is not None:
        until = now() + SEEN
        grants.give("person", [found.person], to_organisation=event.organisation, until=until)
    return found


def _shown(code: str) -> Whose:
    if SLIP.fullmatch(code.upper()):
        return _of_slip(code.upper())
    found = qr.read(code, this_year=today().year)
    if found.kind in _TOKENS:
        return _of_token(found.text)
    number = found.fields.get("number", "") or _typed(found.text)
    if not number:
        return Whose(refused="masked_card" if "number" in found.fields else "bad_code")
    with connections["default"].cursor() as cursor:
        cursor.execute(_CARDS, [indexes_of(DOCUMENT, number)])
        row = cursor.fetchone()
    return Whose(row[0]) if row else Whose(document=index_of(DOCUMENT, number))


def document_of(code: str) -> bytes:
    """The blind index, under the newest key, of a card or slip that waits for its person."""
    if SLIP.fullmatch(code.upper()):
        return index_of(SLIPS, code.upper())
    found = qr.read(code, this_year=today().year)
    return index_of(DOCUMENT, found.fields.get("number", "") or _typed(found.text))


def _typed(text: str) -> str:
    """An identity number typed by hand instead of scanned."""
    return text if text.isascii() and text.isdigit() and len(text) in {9, 12} else ""


def _of_token(text: str) -> Whose:
    """Its signature counts; whether it had expired was judged at the table, and the sample is in
    the tube."""
    try:
        pseudonym = UUID(bytes=verify(ring(), text, at=0).pseudonym)
    except TokenRefused:
        return Whose(refused="bad_code")
    person = by_trace_ids([pseudonym]).get(pseudonym)
    return Whose(person) if person else Whose(refused="bad_code")


def _of_slip(slip: str) -> Whose:
    known = TablePerson.objects.filter(slip__in=indexes_of(SLIPS, slip)).first()
    return Whose(known.person_id) if known else Whose(document=index_of(SLIPS, slip))


def _made(event: TableEvent, new: Mapping[str, Any], by: Principal) -> Whose:
    """The person of a device's number, entered the first time it is told of."""
    number = UUID(new["id"])
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(number)])
    known = TablePerson.objects.filter(pk=number).first()
    if known is not None:
        return Whose(known.person_id)
    stay = _stay(event, new)
    if stay is None:
        return Whose(refused="no_commune")
    person = register_person(
        full_name=new["name"],
        birth=new["year"],
        sex=new["sex"],
        phones=[new["phone"]] if new["phone"] else [],
        stay=stay,
        by=by,
    )
    slip = new["slip"].upper()
    TablePerson.objects.create(
        id=number,
        person=person,
        slip=_free(index_of(SLIPS, slip)) if SLIP.fullmatch(slip) else None,
        organisation=event.organisation,
        made_at=now(),
    )
    return Whose(person.id)


def _free(slip: bytes) -> bytes | None:
    """A slip is one person's: who was given it later has it not."""
    return None if TablePerson.objects.filter(slip=slip).exists() else slip


def _stay(event: TableEvent, new: Mapping[str, Any]) -> Stay | None:
    """Where he says he stays, else where the table stands."""
    unit = new.get("commune")
    if unit is not None:
        where = today_of(unit)
        if where.commune is not None:
            return Stay(where.commune, where.province, new["hamlet"])
    table = TableDevice.objects.filter(pk=event.device).first()
    if table is None or table.commune is None or table.province is None:
        return None
    return Stay(table.commune, table.province, new["hamlet"])
