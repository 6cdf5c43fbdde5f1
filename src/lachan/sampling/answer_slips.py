"""Slips for results: given at the table, opened by link and code, revoked.

A slip opens its own person's results of that sampling and later, whoever else shares the telephone.
No session of an account is behind it: what it opens has no role, so that no other page lets it in.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import connections, transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from lachan.core import audit, looks
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, open_session, reference_reading, scoped
from lachan.core.sealing import open_sealed, seal
from lachan.core.signing import ring, signing_key
from lachan.credentials.secrets import hash_secret, new_slip_code, plain_slip_code
from lachan.credentials.tokens import PREFIXES, TokenRefused, issue, verify
from lachan.people.models import Person
from lachan.rulebook.selectors import results_rule
from lachan.sampling.models import ResultSlip
from lachan.ui.wording import clock

#: Path of the pages of slips; the signed reference follows.
PATH = "/r/"

#: How long an opened slip stays open on a telephone that may be somebody else's.
STAYS_OPEN = timedelta(minutes=10)

#: A slip shows samples taken from this long before it was given: it is printed after the swab.
BEFORE = timedelta(hours=24)

#: Wrong codes from one address, and seconds of the wait.  Source: as for slips at the door.
WRONG_FROM_AN_ADDRESS = 20
WAIT_SECONDS = 900

#: Whose name stands on the look: nobody signs in with a slip.
BY = "slip"


@dataclass(frozen=True, slots=True)
class Printed:
    """A slip with what is printed on it: its code, and what its link names (32 hex digits)."""

    slip: ResultSlip
    named: str
    code: str

    @property
    def link(self) -> str:
        """The address in its QR code."""
        return f"{self.slip.site}{PATH}{self.token}/"

    @property
    def since(self) -> datetime:
        """The slip shows samples taken from then on."""
        return self.slip.given_at - BEFORE

    @property
    def typed(self) -> str:
        """The code as it is printed, in two groups of five."""
        return f"{self.code[:5]}-{self.code[5:]}"

    @property
    def token(self) -> str:
        """The signed reference without its prefix: what the link names, and its end."""
        text = issue(
            signing_key(),
            kind="result",
            pseudonym=bytes.fromhex(self.named),
            expires_at=int(self.slip.expires_at.timestamp()),
        )
        return text.removeprefix(PREFIXES["result"])


@dataclass(frozen=True, slots=True)
class Opened:
    """A slip that its code opened, and the short session that reads its person's results."""

    slip: UUID
    by: Principal


def named_by(token: str) -> str:
    """What a link names, believed only with our signature.  Refused: slip_over, slip_unknown."""
    try:
        found = verify(ring(), PREFIXES["result"] + token, at=int(now().timestamp()))
    except TokenRefused as refused:
        if refused.code == "token_expired":
            raise _over() from None
        raise _unknown() from None
    return found.pseudonym.hex()


def give_slips(*, persons: Iterable[UUID], site: str, by: Principal) -> list[Printed]:
    """A slip for each person, the one of today again where this unit gave one today already."""
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for the unit that takes the samples."))
    wanted = list(persons)
    at = now()
    known = _given_lately(wanted, by)
    people = Person.objects.in_bulk(wanted)
    return [
        _again(known[person]) if person in known else _give(people[person], site, at, by)
        for person in wanted
        if person in people
    ]


def given_slips(*, persons: Iterable[UUID], by: Principal) -> list[Printed]:
    """The slips this unit gave these people today, as they were printed."""
    wanted = list(persons)
    known = _given_lately(wanted, by)
    return [_again(known[person]) for person in wanted if person in known]


def _given_lately(persons: list[UUID], by: Principal) -> dict[UUID, ResultSlip]:
    if by.organisation is None:
        return {}
    rows = ResultSlip.objects.filter(
        person__in=persons,
        organisation=by.organisation,
        given_at__gt=now() - BEFORE,
        revoked_at=None,
    )
    return {slip.person_id: slip for slip in rows.order_by("given_at")}


def _again(slip: ResultSlip) -> Printed:
    kept = open_sealed(slip.person_id, bytes(slip.sealed))
    return Printed(slip, str(kept["link"]), str(kept["code"]))


def printed(slip: UUID, *, named: str = "") -> Printed | None:
    """A slip this session sees, as it was printed; only the one that a link names, if one does."""
    rows = ResultSlip.objects.filter(pk=slip, revoked_at=None)
    if named:
        rows = rows.filter(link_sha256=hash_secret(named))
    found = rows.first()
    return _again(found) if found else None


def _give(person: Person, site: str, at: datetime, by: Principal) -> Printed:
    named, code = secrets.token_hex(16), new_slip_code()
    rule = results_rule(at, province=person.province)
    assert by.organisation is not None
    slip = ResultSlip(
        person=person,
        link_sha256=hash_secret(named),
        code_sha256=hash_secret(code),
        sealed=seal(person.id, {"link": named, "code": code}),
        organisation=by.organisation,
        site=site,
        given_at=at,
        given_by=by.account,
        expires_at=at + timedelta(days=rule.slip_days),
        commune=person.commune,
        province=person.province,
    )
    slip.save(force_insert=True)
    audit.record("slip.given", target=("slip", slip.id), by=by)
    return Printed(slip, named, code)


def revoke_slip(*, slip: ResultSlip, by: Principal) -> ResultSlip:
    """The slip was lost: it opens nothing from now on.  Revoked twice it stays the first."""
    locked = ResultSlip.objects.select_for_update().get(pk=slip.pk)
    if locked.revoked_at is None:
        locked.revoked_at, locked.revoked_by = now(), by.account
        locked.save(update_fields=["revoked_at", "revoked_by"])
        audit.record("slip.revoked", target=("slip", slip.id), by=by)
    return locked


def open_slip(*, code: str, asked_from: str, named: str = "") -> Opened:
    """Open the slip that a link names, or without a link the one that has this code.

    Refused: slip_wrong, slip_shut (after too many wrong codes), slip_over, slip_revoked,
    slip_unknown, slip_guessed.
    """
    _refuse_guessers(asked_from)
    # Not personal: only the right code gives whose slip it is.
    with reference_reading(), transaction.atomic(using="default"):
        rule = results_rule(now())
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "select core.open_result_slip(%s, %s, %s, %s)",
                [
                    hash_secret(named) if named else None,
                    hash_secret(plain_slip_code(code)),
                    rule.slip_tries,
                    rule.slip_lock_minutes,
                ],
            )
            [row] = cursor.fetchone()
    answer = _answer(row, by_code=not named)
    if answer["answer"] == "wrong":
        _count_wrong(asked_from)
    if answer["answer"] != "opened":
        raise _refusal(answer)
    slip = UUID(answer["slip"])
    return Opened(slip, _session(slip, UUID(answer["person"])))


def _answer(row: object, *, by_code: bool) -> dict[str, str]:
    if row is None:
        return {"answer": "wrong" if by_code else "unknown"}
    found: dict[str, str] = row if isinstance(row, dict) else json.loads(str(row))
    return found


def _session(slip: UUID, person: UUID) -> Principal:
    by = open_session(account=slip, name=BY, roles=frozenset(), person=person, lasts=STAYS_OPEN)
    with scoped(by, "own_data"):
        # Whoever holds slip and code may be somebody else: the person sees that it was opened.
        looks.record(person=person, what="result", by=replace(by, person=None))
        audit.record("slip.opened", target=("slip", slip), by=by)
    return by


def _refusal(answer: dict[str, str]) -> Refused:
    if answer["answer"] == "wrong":
        return _wrong()
    if answer["answer"] == "shut":
        until = parse_datetime(answer["until"])
        text = _("Too many wrong codes. This slip opens again at %(at)s.") % {"at": clock(until)}
        return Refused("slip_shut", text, status=429)
    if answer["answer"] == "revoked":
        text = _("This slip was reported lost. Ask the sampling table or the station for another.")
        return Refused("slip_revoked", text, status=410)
    return _over() if answer["answer"] == "over" else _unknown()


def _wrong() -> Refused:
    return Refused("slip_wrong", _("No slip has this code. Read it again: ten signs."))


def _over() -> Refused:
    text = _("This slip has ended. Ask the health station for the result.")
    return Refused("slip_over", text, status=410)


def _unknown() -> Refused:
    text = _("This is not a link of ours. Scan the QR code of the slip again.")
    return Refused("slip_unknown", text, status=404)


def _refuse_guessers(address: str) -> None:
    if address and cache.get(f"result-slip:{address}", 0) >= WRONG_FROM_AN_ADDRESS:
        text = _("Many wrong codes came from here. Wait a quarter of an hour, or ask the station.")
        raise Refused("slip_guessed", text, status=429)


def _count_wrong(address: str) -> None:
    """The address itself is kept nowhere but in memory."""
    if not address:
        return
    key = f"result-slip:{address}"
    cache.add(key, 0, WAIT_SECONDS)
    try:
        cache.incr(key)
    except ValueError:  # it ended between the two lines
        return
