"""Whose event it is: a code valid when it was signed, a card, or somebody entered at the site."""

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
from lachan.vaccination.models import LineTicket, Session, SiteEvent, SitePerson

#: The kind of the blind index under which an event waits for its person.
DOCUMENT = "document"
#: So long a facility sees whom it received: until the person is asked how he is, 28 days after.
SEEN = timedelta(days=28)

#: A number of the line instead of a code, where another device received the person: LINE-A12.
_NUMBER = re.compile("LINE-([A-Z]{1,2})([1-9][0-9]{0,4})", re.ASCII)
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


def whose(words: Mapping[str, Any], session: Session, by: Principal) -> Whose:
    """Whose event it is; in a system scope.  The facility sees him from then on for a while."""
    try:
        found = _whose(words, session, by)
    except Refused as refused:
        return Whose(refused=refused.code)
    known = SiteEvent.objects.filter(person=found.person, session=session.id)
    if found.person is not None and not known.exists():
        until = now() + SEEN
        grants.give("person", [found.person], to_organisation=session.organisation, until=until)
    return found


def _whose(words: Mapping[str, Any], session: Session, by: Principal) -> Whose:
    if words["new"]:
        return _made(words["new"], session, by)
    number = _NUMBER.fullmatch(words["code"])
    return _of_number(session, *number.groups()) if number else _shown(words["code"])


def _of_number(session: Session, letter: str, number: str) -> Whose:
    """Whoever stands under a number of the line; a device knows no number but from here."""
    row = LineTicket.objects.filter(session=session, letter=letter, number=int(number)).first()
    if row is not None and row.person_id:
        return Whose(row.person_id)
    event = SiteEvent.objects.filter(pk=row.reception).first() if row and row.reception else None
    if event is None or not (event.person or event.document):
        return Whose(refused="bad_code")
    return Whose(event.person) if event.person else Whose(document=bytes(event.document or b""))


def document_of(code: str) -> bytes:
    """The blind index, under the newest key, of a card that waits for its person."""
    return index_of(DOCUMENT, _number(code))


def _shown(code: str) -> Whose:
    found = qr.read(code, this_year=today().year)
    if found.kind in _TOKENS:
        return _of_token(found.text)
    number = _number(code)
    if not number:
        return Whose(refused="masked_card" if "number" in found.fields else "bad_code")
    with connections["default"].cursor() as cursor:
        cursor.execute(_CARDS, [indexes_of(DOCUMENT, number)])
        row = cursor.fetchone()
    return Whose(row[0]) if row else Whose(document=index_of(DOCUMENT, number))


def _number(code: str) -> str:
    found = qr.read(code, this_year=today().year)
    text = found.text
    typed = text if text.isascii() and text.isdigit() and len(text) in {9, 12} else ""
    return found.fields.get("number", "") or typed


def _of_token(text: str) -> Whose:
    """Its signature counts; whether it had expired was judged at the site."""
    try:
        pseudonym = UUID(bytes=verify(ring(), text, at=0).pseudonym)
    except TokenRefused:
        return Whose(refused="bad_code")
    person = by_trace_ids([pseudonym]).get(pseudonym)
    return Whose(person) if person else Whose(refused="bad_code")


def _made(new: Mapping[str, Any], session: Session, by: Principal) -> Whose:
    """The person of a device's number, entered the first time it is told of."""
    number = UUID(new["id"])
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(number)])
    known = SitePerson.objects.filter(pk=number).first()
    if known is not None:
        return Whose(known.person_id)
    person = register_person(
        full_name=new["name"],
        birth=new["year"],
        sex=new["sex"],
        phones=[new["phone"]] if new["phone"] else [],
        stay=Stay(session.commune, session.province, new["hamlet"]),
        by=by,
    )
    SitePerson.objects.create(
        id=number, person=person, organisation=session.organisation, made_at=now()
    )
    return Whose(person.id)
