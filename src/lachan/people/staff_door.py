"""How staff prove themselves: what the sign-in libraries ask us, and what we answer.

allauth checks password, second factor and the organisation's OIDC; axes counts failures.  Neither
decides what an account may do: both end in `signing_in.enter`, which opens our own session.
"""

import base64
import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_credentials
from django.contrib.auth import logout
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lachan.core.guard import refusal_response
from lachan.core.keys import keyring
from lachan.core.refusals import Refused
from lachan.credentials import envelope
from lachan.people import signing_in
from lachan.people.accounts import Account
from lachan.people.letting_in import let_in

Words = dict[str, str | Promise]

#: Binds a sealed second factor to its use.
_PURPOSE = b"mfa_authenticator"


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # the library is not typed
    """Password and handle of staff.  Citizens, the cast of a demo and the system have no password,
    and if one of them had, it would open nothing."""

    def _authenticate_by_username(self, username: str, password: str) -> Account | None:
        found = Account.objects.filter(handle=username, kind=Account.Kind.STAFF).first()
        if found is not None and found.cast_order is not None:
            found = None
        account: Account | None = self._check_password(found, password)
        return account


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library is not typed
    """Nobody signs up; a password alone opens nothing."""

    error_messages: ClassVar[Words] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("Name or password is not right. Try again."),
        "incorrect_password": gettext_lazy("This is not your password. Try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what happened."""

    def respond_user_inactive(self, request: HttpRequest, user: Account) -> HttpResponse:
        try:
            signing_in.enter(user)
        except Refused as refused:
            return refusal_response(request, refused)
        raise AssertionError("a closed account entered")

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """The last step: our session, or first the second factor."""
        by_organisation = "sociallogin" in (kwargs.get("signal_kwargs") or {})
        if not by_organisation and not is_mfa_enabled(user):
            return redirect("mfa_activate_totp")
        try:
            principal = signing_in.enter(user)
        except Refused as refused:
            logout(request)
            return refusal_response(request, refused)
        return let_in(request, principal, kwargs.get("redirect_url") or "")

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, str]]:
        if not user.is_authenticated or not user.has_usable_password():
            return []
        return [{"id": "reauthenticate", "url": reverse("account_reauthenticate")}]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever proved himself a moment ago is not asked twice."""
        records = get_authentication_records(self.request, self.request.user)
        latest = max((float(record["at"]) for record in records), default=0.0)
        return bool(time.time() - latest > REAUTHENTICATION_TIMEOUT)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library is not typed
    """Secrets of second factors lie sealed: whoever reads the table cannot sign in."""

    error_messages: ClassVar[Words] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right, or was used. Wait for the next."),
    }

    def encrypt(self, text: str) -> str:
        ring, key = keyring(), envelope.new_key()
        version = ring.sealing_version
        wrapped = envelope.wrap_key(ring.key_encryption[version], version, key)
        sealed = envelope.seal(key, text.encode(), _PURPOSE)
        return ".".join(base64.b64encode(part).decode() for part in (wrapped, sealed))

    def decrypt(self, encrypted_text: str) -> str:
        wrapped, sealed = (base64.b64decode(part) for part in encrypted_text.split("."))
        key = envelope.unwrap_key(keyring().key_encryption, wrapped)
        return envelope.open_sealed(key, sealed, _PURPOSE).decode()


class OrganisationAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # not typed
    """An organisation's OIDC opens accounts that the technology team linked, and makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        account = sociallogin.user if sociallogin.is_existing else None
        if account is None or account.kind != Account.Kind.STAFF:
            message = _("No account here is linked with yours. Ask your technology team.")
            _answer(request, Refused("not_linked", message, status=403))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        message = _("Your organisation did not confirm who you are. Try again, or use a password.")
        _answer(request, Refused("organisation_refused", message, status=401))


def locked(request: HttpRequest, response: HttpResponse, credentials: Any) -> HttpResponse:
    """The answer while axes lets nobody try."""
    message = _("Too many wrong tries. Try again in 15 minutes.")
    return refusal_response(request, Refused("too_many_tries", message, status=429))


def may_try(request: HttpRequest, account: Account) -> bool:
    """Whether axes still lets this account try from here; if not, the answer will be `locked`."""
    allowed = bool(AxesProxyHandler.is_allowed(request, get_credentials(account.handle)))
    if not allowed:
        request.axes_locked_out = True  # type: ignore[attr-defined]  # what axes itself sets
    return allowed


def count_wrong_code(sender: object, request: HttpRequest, user: Account, **kwargs: object) -> None:
    """A wrong second factor counts like a wrong password."""
    credentials = get_credentials(user.handle)
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)


def _answer(request: HttpRequest, refused: Refused) -> None:
    raise ImmediateHttpResponse(refusal_response(request, refused))
