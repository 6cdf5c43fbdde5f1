"""The sign-in library's pages for staff: who may open each, in one transaction of the door role."""

from typing import Any

from allauth.account.views import LoginView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from requests import RequestException

from lachan.core.guard import SignedInRequest, View, guarded, public
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people import signing_in
from lachan.people.letting_in import give_cookie


def _page(view: View[...], request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """The library's answer.  It locks rows and expects one transaction; it knows no other role."""
    with transaction.atomic(using="door"):
        response = view(request, **kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.render()
    if request.method == "POST" and response.status_code == 200:
        response.status_code = 422
    return response


def _principal(request: HttpRequest) -> Principal | None:
    found: Principal | None = getattr(request, "principal", None)
    return found


def _require_own(request: SignedInRequest) -> None:
    """The library's cookie and our session must speak of one account."""
    if request.user.is_authenticated and request.user.pk == request.principal.account:
        return
    message = _("Sign out, sign in with your password, and come back to this page.")
    raise Refused("sign_in_again", message, status=403)


@public("staff type their password before signing in")
@never_cache
def login(request: HttpRequest) -> HttpResponse:
    """Account name and password, or the way to one's organisation."""
    if _principal(request) is not None:
        return redirect("people:home")
    if request.user.is_authenticated:
        # Our session ended; the library's cookie alone would send them round in a circle.
        logout(request)
    adapter = get_adapter(request)
    ways = [(app.provider_id, app.name) for app in adapter.list_apps(request)]
    view = LoginView.as_view(template_name="people/staff.html", extra_context={"ways": ways})
    return _page(view, request)


@public("the second factor is asked before a session opens")
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code of the app, or a recovery code."""
    return _page(AuthenticateView.as_view(template_name="people/second_factor.html"), request)


@public("an officer without a second factor sets one up before a session opens")
@never_cache
def set_up(request: HttpRequest) -> HttpResponse:
    """Tie an app to the account; the first right code opens the session."""
    principal = _principal(request)
    if not request.user.is_authenticated:
        return redirect("account_login")
    if principal is not None:
        _require_own(request)  # type: ignore[arg-type]  # it is signed in
    elif is_mfa_enabled(request.user):
        return redirect("account_login")
    response = _page(ActivateTOTPView.as_view(template_name="people/set_up.html"), request)
    if principal is None and is_mfa_enabled(request.user):
        account = signing_in.account_of(request.user.pk)
        if account is not None:
            give_cookie(response, signing_in.enter(account))
    return response


@public("the password is asked again before a second factor changes")
@never_cache
def password_again(request: HttpRequest) -> HttpResponse:
    """The password once more; the library lets in only whoever typed it already."""
    return _page(ReauthenticateView.as_view(template_name="people/password_again.html"), request)


@guarded(purpose="second_factor")
def second_factor_home(request: SignedInRequest) -> HttpResponse:
    """What protects this account."""
    _require_own(request)
    return _page(IndexView.as_view(template_name="people/second_factor_home.html"), request)


@guarded(purpose="second_factor")
def remove(request: SignedInRequest) -> HttpResponse:
    """Leave the old phone; the next page ties the new one."""
    _require_own(request)
    view = DeactivateTOTPView.as_view(
        template_name="people/remove_factor.html", success_url=reverse_lazy("mfa_activate_totp")
    )
    return _page(view, request)


@guarded(purpose="second_factor")
@never_cache
def recovery_codes(request: SignedInRequest) -> HttpResponse:
    """The sheet to print and lock away."""
    _require_own(request)
    view = ViewRecoveryCodesView.as_view(template_name="people/recovery_codes.html")
    return _page(view, request)


@guarded(purpose="second_factor")
def new_recovery_codes(request: SignedInRequest) -> HttpResponse:
    """A new sheet; the old one opens nothing more."""
    _require_own(request)
    view = GenerateRecoveryCodesView.as_view(template_name="people/new_recovery_codes.html")
    return _page(view, request)


@public("staff of an organisation go to its own sign-in")
def organisation(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the organisation."""
    return _at_organisation(oidc.login, request, provider_id)


@public("staff come back from their organisation's sign-in")
def organisation_answer(request: HttpRequest, provider_id: str) -> HttpResponse:
    """What the organisation says about who this is."""
    return _at_organisation(oidc.callback, request, provider_id)


def _at_organisation(view: View[...], request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return _page(view, request, provider_id=provider_id)
    except RequestException:
        message = _("Your organisation's sign-in does not answer. Use your password here.")
        raise Refused("organisation_away", message, status=503) from None
