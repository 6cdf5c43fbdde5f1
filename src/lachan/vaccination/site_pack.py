"""The signed pack with which a device works at a session for seven days without a network.

It holds what the rulebook says now, the session's lots and which are barred, and its list.  Each
person of the list is sealed with what his own code says: who shows a code is found, nobody else.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from lachan.core.clock import day_of, now
from lachan.core.refusals import Refused
from lachan.core.signing import signing_key
from lachan.credentials.lists import ROUNDS, close_entry
from lachan.credentials.packs import digest_of, sign_pack
from lachan.people.models import HouseholdMember
from lachan.people.selectors import Paper, PersonCard, cards_of, papers_of_many, trace_ids_of
from lachan.rulebook import selectors as rulebook
from lachan.rulebook.selectors import Decision
from lachan.vaccination import asking
from lachan.vaccination.arrays import Given, Person, Tables
from lachan.vaccination.line_rules import line_rule
from lachan.vaccination.models import Dose, Lot, Session, SiteInvited
from lachan.vaccination.selectors import doses_of_many
from lachan.vaccination.site_bars import barred_in
from lachan.vaccination.site_fields import PERSONAL, TOLD_AT_DESK, fields, lacking_of_people

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
        "pages": pages_of(session),
        "salt": salt.hex(),
        "rounds": ROUNDS,
        "people": _people(session, 1, salt),
    }
    return sign_pack(signing_key(), content)


def page_of(session: Session, page: int) -> dict[str, Any]:
    """A further page of the session's list, signed, with a salt of its own.

    Refused: no_such_page.
    """
    salt = secrets.token_bytes(SALT)
    content = {
        "session": str(session.id),
        "made": now().isoformat(),
        "page": page,
        "salt": salt.hex(),
        "rounds": ROUNDS,
        "people": _people(session, page, salt),
    }
    return sign_pack(signing_key(), content)


def pages_of(session: Session) -> int:
    """How many pages the list of a session has; one at least."""
    people = SiteInvited.objects.filter(session=session).count()
    return max(1, -(-people // line_rule().pack_page))


def listed(session: Session, page: int) -> list[UUID]:
    """The people of a page of the list, in the order in which they came on it.

    Refused: no_such_page.
    """
    if not 1 <= page <= pages_of(session):
        raise Refused("no_such_page", _("This session's list has no such page."), status=404)
    rows = SiteInvited.objects.filter(session=session).order_by("made_at", "id")
    size = line_rule().pack_page
    return list(rows.values_list("person", flat=True)[size * (page - 1) : size * page])


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


def _people(session: Session, page: int, salt: bytes) -> dict[str, str]:
    persons = listed(session, page)
    cards, traces, papers = cards_of(persons), trace_ids_of(persons), papers_of_many(persons)
    found = {}
    for person, told in _told(session, cards, papers).items():
        if person in traces:
            place, sealed = close_entry(salt, traces[person].bytes, told, rounds=1)
            found[place] = sealed
        for paper in papers.get(person, []):
            place, sealed = close_entry(salt, paper.number.encode(), told, rounds=ROUNDS)
            found[place] = sealed
    return found


def _families(session: Session) -> dict[UUID, dict[str, Any]]:
    """Whoever comes with others of his household: what they share, and how many they are."""
    invited = SiteInvited.objects.filter(session=session).values("person")
    rows = HouseholdMember.objects.filter(person__in=invited, until=None)
    household = dict(rows.values_list("person", "household"))
    sizes = Counter(household.values())
    return {
        person: {"kin": digest_of(session.id.bytes, home.bytes), "kin_size": sizes[home]}
        for person, home in household.items()
        if sizes[home] > 1
    }


def _told(
    session: Session, cards: Mapping[UUID, PersonCard], papers: Mapping[UUID, Sequence[Paper]]
) -> dict[UUID, dict[str, Any]]:
    """What a device is told of each, asked of the database for all at once."""
    doses, lacking = doses_of_many(cards), lacking_of_people(cards, papers)
    families, asks = _families(session), _asked(session, cards, doses)
    return {
        person: {
            "who": digest_of(session.id.bytes, person.bytes),
            "lacks": [code for code in lacking[person] if code in PERSONAL],
            "name": card.name,
            "birth": card.birth,
            "sex": card.sex,
            "doses": [
                {"product": one.product, "on": str(day_of(one.given_at))} for one in doses[person]
            ],
            "asks": asks[person],
            **families.get(person, {}),
        }
        for person, card in cards.items()
    }


def _asked(
    session: Session, cards: Mapping[UUID, PersonCard], doses: Mapping[UUID, Sequence[Dose]]
) -> dict[UUID, dict[str, Any]]:
    """What the schedule says of each vaccine today, with its version and its words."""
    schedule = asking.tables(session.disease, now(), province=session.province)
    made: dict[tuple[UUID, str], Decision] = {}
    told: dict[UUID, dict[str, Any]] = {person: {} for person in cards}
    for person, card in cards.items():
        who, given = asking.as_person(card), asking.as_given(doses[person])
        for product in session.products:
            answer = asking.answer(schedule, who, given, Given(day_of(now()), product))
            made[person, product] = answer
            told[person][product] = {
                "outcome": answer.outcome,
                "version": answer.version,
                "number": answer.values["number"],
                "earliest": answer.values["earliest"],
                "next": _next(schedule, who, given, product),
                "said": {},
            }
    for language in _LANGUAGES:
        with override(language):
            said = rulebook.render_all(made.values(), language)
        for (person, product), sentence in zip(made, said, strict=True):
            told[person][product]["said"][language] = sentence
    return told


def _next(schedule: Tables, person: Person, given: list[Given], product: str) -> str:
    """When the next dose is due if this one is given today; "" where none is."""
    day = day_of(now())
    _assessed, forecasts = schedule.assess(person, [*given, Given(day, product)], day)
    found = [one.recommended or one.earliest for one in forecasts.values()]
    return min((one.isoformat() for one in found if one is not None), default="")
