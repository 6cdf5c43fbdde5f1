"""What the technology team does for an account on the server; never in a request."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from axes.utils import reset
from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import close_sessions_of
from lachan.people.accounts import Account
from lachan.people.signing_in import At, open_account


def open_staff(handle: str, name: str, role: Role, at: At, *, password: str) -> Account:
    """A new account of staff with one role.  Refused: account_known."""
    if Account.objects.filter(handle=handle).exists():
        raise Refused("account_known", _("This account name is taken. Choose another."))
    return open_account(handle=handle, name=name, roles={role: at}, password=password)


def staff_account(handle: str) -> Account:
    """The account of staff with this name.  Refused: account_unknown."""
    found = Account.objects.filter(handle=handle, kind=Account.Kind.STAFF).first()
    if found is None:
        raise Refused("account_unknown", _("No account of staff has this name."))
    return found


def set_password(account: Account, password: str) -> None:
    """A new password; sessions opened with the old one end."""
    account.set_password(password)
    account.save(update_fields=["password"])
    close_sessions_of(account.id)


def unlock(account: Account) -> int:
    """Forget wrong tries, so that the account may try again at once."""
    return int(reset(username=account.handle))


def forget_second_factor(account: Account) -> None:
    """The lost phone and its codes open nothing more; the next sign-in ties a new phone."""
    Authenticator.objects.filter(user=account).delete()
    close_sessions_of(account.id)


def link(account: Account, provider: str, subject: str) -> None:
    """Whoever `provider` calls `subject` signs in to this account, and to no other."""
    SocialAccount.objects.update_or_create(
        provider=provider, uid=subject, defaults={"user": account}
    )
