"""Prove who is at the door, and open a session.  Speaks to the database as the door role.

Citizens: a one-time code to a phone, or the code of a printed slip.  Staff prove themselves to the
libraries (`staff_door`) and come here to `enter`.
An account opened by a phone is the account of whoever holds that phone, not of a person; it becomes
somebody's when that person is entered or recognised (`claim`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from lachan.core.blindindex import index_of, indexes_of
from lachan.core.clock import now, today
from lachan.core.gateway import GatewayDown, send
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import (
    CITIZEN_SESSION,
    STAFF_SESSION,
    Principal,
    close_sessions_of,
    open_session,
)
from lachan.credentials.secrets import (
    hash_secret,
    new_one_time_code,
    new_slip_code,
    plain_slip_code,
    same_secret,
)
from lachan.formats.phones import PhoneRefused, read_phone
from lachan.people.accounts import Account, Membership, OneTimeCode, SlipCode

#: A code is read and typed within a minute; ten leave room for a slow network.
CODE_LASTS = timedelta(minutes=10)
#: Tries for one code: with six digits a guesser succeeds once in 200,000 codes.
CODE_TRIES = 5
#: Codes sent to one phone within CODE_LASTS.
CODES_AT_ONCE = 3
#: Wrong slips from one address before it has to wait.
WRONG_TRIES = 10
#: Seconds of that wait.
WAIT_SECONDS = 900

_HANDLE = "sign_in"


@dataclass(frozen=True, slots=True)
class At:
    """Where a role is held: exactly one of the four, or none for a citizen."""

    organisation: UUID | None = None
    commune: int | None = None
    province: int | None = None
    national: bool = False


@dataclass(frozen=True, slots=True)
class Cast:
    """How an account stands on the demo's cast page."""

    order: int
    line: str
    job: str
    icon: str
    device: str


def open_account(
    *,
    handle: str,
    name: str,
    roles: dict[Role, At],
    password: str | None = None,
    person: UUID | None = None,
    cast: Cast | None = None,
) -> Account:
    """A way in for staff.  Run by an operator's command or the story, never by a request."""
    with transaction.atomic(using="door"):
        account = Account(kind=Account.Kind.STAFF, handle=handle, name=name, person=person)
        _put_in_cast(account, cast)
        account.set_password(password)
        account.save(force_insert=True)
        for role, at in roles.items():
            give_role(account=account, role=role, at=at)
    return account


def open_citizen(
    *, phone: str, name: str = "", person: UUID | None = None, cast: Cast | None = None
) -> Account:
    """The account of whoever holds this phone, made if there is none."""
    number = _phone(phone)
    found = Account.objects.filter(handle__in=_handles(number)).first()
    if found is not None:
        return found
    account = Account(
        kind=Account.Kind.CITIZEN,
        handle=index_of(_HANDLE, number).hex(),
        name=name or f"…{number[-4:]}",
        person=person,
    )
    _put_in_cast(account, cast)
    account.set_unusable_password()
    account.save(force_insert=True)
    return account


def give_role(*, account: Account, role: Role, at: At, until: date | None = None) -> Membership:
    """A role from today.  Sessions opened before end, so that the new role holds at once."""
    membership = Membership(
        id=uuid7(),
        account=account,
        role=role,
        organisation=at.organisation,
        commune=at.commune,
        province=at.province,
        national=at.national,
        since=today(),
        until=until,
    )
    membership.save(force_insert=True)
    close_sessions_of(account.id)
    return membership


def end_role(*, membership: Membership) -> None:
    """The role ends now, with every session."""
    membership.until = today()
    membership.save(update_fields=["until"])
    close_sessions_of(membership.account_id)


def enter(account: Account) -> Principal:
    """Open a session of an account that proved itself.  Refused: account_closed, no_role."""
    if not account.is_active:
        raise Refused("account_closed", _("This account is closed. Ask your technology team."))
    if account.kind == Account.Kind.CITIZEN:
        return open_session(
            account=account.id,
            name=account.name,
            roles=frozenset({Role.CITIZEN}),
            person=account.person,
            lasts=CITIZEN_SESSION,
        )
    held = roles_today(account)
    if not held:
        raise Refused("no_role", _("This account has no task today. Ask your technology team."))
    # One session stands at one place; roles held elsewhere need another sign-in.
    first = held[0]
    here = [row for row in held if _place(row) == _place(first)]
    return open_session(
        account=account.id,
        name=account.name,
        roles=frozenset(Role(row.role) for row in here),
        person=account.person,
        organisation=first.organisation,
        commune=first.commune,
        province=first.province,
        national=first.national,
        lasts=STAFF_SESSION,
    )


def send_code(*, phone: str) -> None:
    """Send a one-time code.  Refused: phone codes, code_wait, gateway_down.  The answer is the same
    whether the phone is known or not."""
    number = _phone(phone)
    handle, at = index_of(_HANDLE, number).hex(), now()
    recent = OneTimeCode.objects.filter(handle=handle, sent_at__gt=at - CODE_LASTS)
    if recent.count() >= CODES_AT_ONCE:
        raise Refused("code_wait", _("Three codes were sent already. Try again in ten minutes."))
    code = new_one_time_code()
    row = OneTimeCode(
        id=uuid7(),
        handle=handle,
        code_sha256=hash_secret(code),
        sent_at=at,
        expires_at=at + CODE_LASTS,
    )
    row.save(force_insert=True)
    text = _("La Chan: your code is %(code)s. Give it to nobody.") % {"code": code}
    try:
        send(message=row.id, phone=number, text=text)
    except GatewayDown:
        raise Refused(
            "gateway_down", _("The message could not be sent. Use a printed slip, or try again.")
        ) from None


def by_code(*, phone: str, code: str) -> Account:
    """The account of the phone.  Refused: code_wrong, code_over."""
    number = _phone(phone)
    rows = OneTimeCode.objects.filter(handle__in=_handles(number), used_at=None)
    row = rows.filter(expires_at__gt=now()).order_by("-sent_at").first()
    # Counted by the database before it is compared: two guesses at once are two tries.
    counted = row and OneTimeCode.objects.filter(id=row.id, tries__lt=CODE_TRIES).update(
        tries=F("tries") + 1
    )
    if row is None or not counted:
        raise Refused("code_over", _("This code is used up. Ask for a new one."))
    if not same_secret("".join(code.split()), bytes(row.code_sha256)):
        raise Refused("code_wrong", _("This is not the code we sent. Look at the last message."))
    OneTimeCode.objects.filter(id=row.id).update(used_at=now())
    return open_citizen(phone=phone)


def give_slip(*, person: UUID, name: str, until: datetime) -> str:
    """The code for a person's printed slip: opens that person's own account and no other."""
    handle = f"person:{person}"
    account = Account.objects.filter(handle=handle).first()
    if account is None:
        account = Account(kind=Account.Kind.CITIZEN, handle=handle, name=name, person=person)
        account.set_unusable_password()
        account.save(force_insert=True)
    code = new_slip_code()
    SlipCode(id=uuid7(), account=account, code_sha256=hash_secret(code), expires_at=until).save(
        force_insert=True
    )
    return code


def by_slip(*, code: str, asked_from: str) -> Account:
    """The account of a slip; tries are counted by `asked_from`.  Refused: slip_wrong,
    too_many_tries."""
    _refuse_guessers(asked_from)
    slips = SlipCode.objects.filter(
        code_sha256=hash_secret(plain_slip_code(code)), withdrawn_at=None, expires_at__gt=now()
    )
    slip = slips.select_related("account").first()
    if slip is None:
        _count_wrong(asked_from)
        raise Refused("slip_wrong", _("No valid slip has this code. Read it again, ten signs."))
    return slip.account


def claim(*, account: UUID, person: UUID, name: str) -> Principal:
    """The account becomes this person's; give the session that holds from now on.

    Refused: account_claimed, when it is somebody else's already."""
    changed = Account.objects.filter(id=account, person=None).update(person=person, name=name)
    if not changed:
        raise Refused("account_claimed", _("This account belongs to somebody already."))
    close_sessions_of(account)
    return enter(Account.objects.get(id=account))


def accounts_of(persons: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """person -> the accounts by which that person signs in."""
    found: dict[UUID, list[UUID]] = {}
    rows = Account.objects.filter(person__in=list(persons), is_active=True)
    for person, account in rows.values_list("person", "id"):
        if person is not None:
            found.setdefault(person, []).append(account)
    return found


def account_of(account: UUID) -> Account | None:
    """The account itself; only at the door."""
    return Account.objects.filter(id=account).first()


def cast_of_demo() -> list[tuple[Account, str]]:
    """Who may be played in the demo, in the order of the page, each with the first role."""
    accounts = Account.objects.exclude(cast_order=None).order_by("cast_order")
    held = [
        (account, sorted(account.memberships.all(), key=lambda row: row.since))
        for account in accounts.prefetch_related("memberships")
    ]
    return [(account, str(rows[0].role if rows else Role.CITIZEN)) for account, rows in held]


def _put_in_cast(account: Account, cast: Cast | None) -> None:
    if cast is None:
        return
    account.cast_order, account.cast_line, account.cast_job = cast.order, cast.line, cast.job
    account.cast_icon, account.cast_device = cast.icon, cast.device


def roles_today(account: Account) -> list[Membership]:
    """The roles an account holds today, the oldest first."""
    day = today()
    rows = Membership.objects.filter(account=account, since__lte=day)
    return list(rows.filter(Q(until=None) | Q(until__gt=day)).order_by("since", "id"))


def _place(row: Membership) -> tuple[UUID | None, int | None, int | None, bool]:
    return row.organisation, row.commune, row.province, row.national


def _phone(text: str) -> str:
    try:
        return read_phone(text).number
    except PhoneRefused as refused:
        raise Refused(
            refused.code,
            _("This is not a phone number: write ten digits, such as 0912 345 678."),
        ) from None


def _handles(number: str) -> list[str]:
    return [found.hex() for found in indexes_of(_HANDLE, number)]


def _key_of_wrong(handle: str) -> str:
    return "people.wrong." + index_of(_HANDLE, handle.strip().casefold()).hex()


def _refuse_guessers(handle: str) -> None:
    if cache.get(_key_of_wrong(handle), 0) >= WRONG_TRIES:
        raise Refused("too_many_tries", _("Too many wrong tries. Try again in 15 minutes."))


def _count_wrong(handle: str) -> None:
    key = _key_of_wrong(handle)
    cache.add(key, 0, WAIT_SECONDS)
    cache.incr(key)
