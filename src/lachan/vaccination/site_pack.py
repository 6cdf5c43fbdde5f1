"""The signed pack with which a device works at a session for seven days without a network.

It holds what the rulebook says now, the session's lots and which are barred, and its list.  Each
person of the list is sealed with what his own code says: who shows a code is found, nobody else.
"""

import secrets
from datetime import timedelta
from typing import Any

from django.utils.translation import override

from lachan.core.clock import day_of, now
from lachan.core.signing import signing_key
from lachan.credentials.lists import ROUNDS, close_entry
from lachan.credentials.packs import digest_of, sign_pack
from lachan.people.selectors import PersonCard, cards_of, papers_of, trace_ids_of
from lachan.rulebook import selectors as rulebook
from lachan.vaccination import asking
from lachan.vaccination.arrays import Given, Person, Tables
from lachan.vaccination.models import Lot, Session, SiteInvited
from lachan.vaccination.selectors import doses_of
from lachan.vaccination.site_bars import barred_in
from lachan.vaccination.site_fields import PERSONAL, TOLD_AT_DESK, fields, lacking_of_person

#: People of a pack: each identity number costs some milliseconds, by intention.
MOST_INVITED = 1_500
#: Bytes of the salt: places of two packs cannot be compared.
SALT = 16
_LANGUAGES = ("vi", "en")


def pack_of(session: Session) -> dict[str, Any]:
    """The pack of a session, signed.  Times are ISO 8601, `people`: place -> sealed entry."""
    at = now()
    site = rulebook.vaccination_rule(session.disease, at, province=session.province)
    salt = secrets.token_bytes(SALT)
    content = {
        "session": str(session.id),
        "name": session.name,
        "disease": session.disease,
        "made": at.isoformat(),
        "until": (at + timedelta(days=site.offline_days)).isoformat(),
        "tables": session.tables,
        "observe_minutes": site.observe_minutes,
        "walk_in": site.walk_in,
        "products": _products(session),
        "fields": {code: dict(one.names) for code, one in fields().items()},
        "lacks_new": [code for code in PERSONAL if code not in TOLD_AT_DESK],
        "screening": _screening(session),
        "lots": _lots(session),
        "barred": barred_in(session),
        "salt": salt.hex(),
        "rounds": ROUNDS,
        "people": _people(session, salt),
    }
    return sign_pack(signing_key(), content)


def _products(session: Session) -> dict[str, Any]:
    """Each vaccine with its names, and when an adult's second dose is due after a first today."""
    known = rulebook.vaccine_products(now())
    schedule = asking.tables(session.disease, now(), province=session.province)
    adult = Person(asking.UNKNOWN_BIRTH, "", {})
    return {
        code: {"names": dict(known[code].names), "next": _next(schedule, adult, [], code)}
        for code in session.products
        if code in known
    }


def _screening(session: Session) -> dict[str, Any]:
    """The checklist as its rule says it, with its reasons in words."""
    row = rulebook.rule_in_force(
        "screening", disease=session.disease, at=now(), province=session.province
    )
    names = ("questions", "measures", "clauses", "consent")
    reasons = {one["reason"] for one in row.body["clauses"]}
    texts = {code: dict(row.sentences[code]) for code in sorted(reasons) if code in row.sentences}
    body = {name: row.body[name] for name in names}
    return {"rule": str(row.id), "version": row.version, **body, "reasons": texts}


def _lots(session: Session) -> dict[str, Any]:
    rows = Lot.objects.filter(product__in=session.products).order_by("-made_at")[:500]
    return {
        row.number: {
            "product": row.product,
            "expires": row.expires_on.isoformat(),
            "gtin": row.gtin,
        }
        for row in rows
    }


def _people(session: Session, salt: bytes) -> dict[str, str]:
    rows = SiteInvited.objects.filter(session=session).order_by("made_at", "id")
    persons = list(rows.values_list("person", flat=True)[:MOST_INVITED])
    cards, traces = cards_of(persons), trace_ids_of(persons)
    schedule = asking.tables(session.disease, now(), province=session.province)
    found = {}
    for person, card in cards.items():
        told = _told(session, card, schedule)
        if person in traces:
            place, sealed = close_entry(salt, traces[person].bytes, told, rounds=1)
            found[place] = sealed
        for paper in papers_of(person):
            place, sealed = close_entry(salt, paper.number.encode(), told, rounds=ROUNDS)
            found[place] = sealed
    return found


def _told(session: Session, card: PersonCard, schedule: Tables) -> dict[str, Any]:
    doses = doses_of(card.person)
    who, given = asking.as_person(card), asking.as_given(doses)
    lacks = [code for code in lacking_of_person(card.person) if code in PERSONAL]
    return {
        "who": digest_of(session.id.bytes, card.person.bytes),
        "lacks": lacks,
        "name": card.name,
        "birth": card.birth,
        "sex": card.sex,
        "doses": [{"product": one.product, "on": str(day_of(one.given_at))} for one in doses],
        "asks": {code: _asked(schedule, who, given, code) for code in session.products},
    }


def _asked(schedule: Tables, who: Person, given: list[Given], product: str) -> dict[str, Any]:
    """What the schedule says of this vaccine today, with its version and its words."""
    made = asking.answer(schedule, who, given, Given(day_of(now()), product))
    said = {}
    for language in _LANGUAGES:
        with override(language):
            said[language] = rulebook.render(made, language)
    return {
        "outcome": made.outcome,
        "version": made.version,
        "number": made.values["number"],
        "earliest": made.values["earliest"],
        "next": _next(schedule, who, given, product),
        "said": said,
    }


def _next(schedule: Tables, person: Person, given: list[Given], product: str) -> str:
    """When the next dose is due if this one is given today; "" where none is."""
    day = day_of(now())
    _assessed, forecasts = schedule.assess(person, [*given, Given(day, product)], day)
    found = [one.recommended or one.earliest for one in forecasts.values()]
    return min((one.isoformat() for one in found if one is not None), default="")
