"""Citizens' accounts that also work at a place: its manager, its guards.

Whoever holds the phone signs in by its code; the account then works at one place at a time, and as
itself only when it says so, so that a guard's phone shows nothing of the guard's own family.
Speaks to the database as the door role.  Only the two roles of a place are given here.
"""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import STAFF_SESSION, Principal, close_session, open_session
from lachan.people.accounts import Account, Membership
from lachan.people.signing_in import (
    At,
    end_role,
    enter,
    give_role,
    open_citizen,
    roles_today,
)
from lachan.places.models import Organisation

#: Roles a place gives to people with a phone; any other is the technology team's to give.
AT_A_PLACE = frozenset({Role.PLACE_MANAGER, Role.GATE_CONTROLLER})


@dataclass(frozen=True, slots=True)
class Work:
    """A place of work of an account: the membership, the role and the organisation."""

    id: UUID
    role: str
    organisation: UUID


def begin_own_work(*, account: UUID) -> Principal:
    """The account answers for a body that does not exist yet, and works there from now on.

    The number of the body is new, so nobody comes by this into one that others registered.
    """
    found = Account.objects.get(id=account)
    membership = give_role(account=found, role=Role.PLACE_MANAGER, at=At(organisation=uuid7()))
    return _open(found, membership)


def forget_work(*, by: Principal) -> None:
    """The body was not registered after all: the role of `begin_own_work` ends with its session."""
    rows = Membership.objects.filter(account_id=by.account, organisation=by.organisation)
    for row in rows:
        end_role(membership=row)


def invite(*, phone: str, name: str, role: Role, organisation: UUID, by: Principal) -> UUID:
    """Whoever holds this phone works at the organisation from now on; give the account.

    Twice is once.  Refused: phone codes, not_your_staff.
    """
    _only_own_staff(role, organisation, by)
    account = open_citizen(phone=phone, name=name)
    held = [row for row in roles_today(account) if row.organisation == organisation]
    if not any(row.role == role for row in held):
        give_role(account=account, role=role, at=At(organisation=organisation))
    return account.id


def end_work(*, account: UUID, role: Role, organisation: UUID, by: Principal) -> None:
    """The role at the organisation ends with the next request.  Refused: not_your_staff."""
    _only_own_staff(role, organisation, by)
    rows = Membership.objects.filter(account_id=account, role=role, organisation=organisation)
    for row in rows.filter(until=None):
        end_role(membership=row)


def works_of(account: UUID) -> list[Work]:
    """Where an account that signed in by phone may work today."""
    found = Account.objects.filter(id=account, kind=Account.Kind.CITIZEN).first()
    if found is None or not found.is_active:
        return []
    return [
        Work(row.id, row.role, row.organisation)
        for row in roles_today(found)
        if row.organisation is not None and row.role in AT_A_PLACE
    ]


def go_to_work(*, work: UUID, by: Principal) -> Principal:
    """Leave what the account is doing and work there.  Refused: not_your_work."""
    found = {each.id: each for each in works_of(by.account)}
    if work not in found:
        raise Refused("not_your_work", _("You do not work there any more."), status=404)
    membership = Membership.objects.select_related("account").get(id=work)
    close_session(by.secret)
    return _open(membership.account, membership)


def sign_in_again(*, account: UUID) -> Principal:
    """A citizen's session for an account whose sessions ended a moment ago.

    Refused: no_account, for an account of staff: it signs in as staff.
    """
    found = Account.objects.filter(id=account, kind=Account.Kind.CITIZEN).first()
    if found is None:
        raise Refused("no_account", _("This account was not opened by phone."), status=404)
    return enter(found)


def go_home(*, by: Principal) -> Principal:
    """Leave work: the account is a citizen's again.  Refused: no_account."""
    principal = sign_in_again(account=by.account)
    close_session(by.secret)
    return principal


def _open(account: Account, membership: Membership) -> Principal:
    """A session at one place; `person` stays out of it."""
    return open_session(
        account=account.id,
        name=account.name,
        roles=frozenset({Role(membership.role)}),
        organisation=membership.organisation,
        lasts=STAFF_SESSION,
    )


def _only_own_staff(role: Role, organisation: UUID, by: Principal) -> None:
    body = Organisation.objects.filter(id=organisation).first()
    ours = body is not None and (
        by.organisation == body.id
        or (by.commune is not None and by.commune == body.commune)
        or (by.province is not None and by.province == body.province)
    )
    if not ours or role not in AT_A_PLACE:
        raise Refused(
            "not_your_staff", _("Only the place's own manager gives this work."), status=403
        )
