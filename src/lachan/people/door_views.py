"""The pages in front of the door: how to sign in, and out."""

from typing import Any
from uuid import UUID

import httpx
from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded, public
from lachan.core.installation import is_demo
from lachan.core.middleware import COOKIE
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import close_session
from lachan.people import signing_in, working
from lachan.people.accounts import Account
from lachan.people.forms import CodeForm, PhoneForm, SlipForm
from lachan.people.letting_in import let_in
from lachan.people.words import DEVICES, PICTURES
from lachan.ui.navigation import Bar, links

#: Seconds; the sandbox gateway stands on this machine.
_PATIENCE = 3.0
#: Who works with a phone in hand.
_ON_PHONES = (Role.CITIZEN, Role.GATE_CONTROLLER, Role.SAMPLER)


@public("whoever is not signed in chooses how to sign in")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The cast of the demo, or the ways in."""
    context: dict[str, Any] = {"next": request.GET.get("next", "")}
    if not is_demo():
        return render(request, "people/sign_in.html", context)
    cast = [
        {
            "account": account,
            "picture": account.cast_icon or PICTURES.get(role, "user"),
            "device": DEVICES.get(account.cast_device, account.cast_device),
        }
        for account, role in signing_in.cast_of_demo()
    ]
    return render(request, "people/cast.html", context | {"cast": cast, "moment": now()})


@public("in the demo one click plays a member of the cast")
@require_POST
def play(request: HttpRequest, account: UUID) -> HttpResponse:
    """Sign in as somebody of the story."""
    found = signing_in.account_of(account) if is_demo() else None
    if found is None or found.cast_order is None:
        raise Http404
    return let_in(request, signing_in.enter(found))


@public("a citizen asks for a one-time code before signing in")
def phone(request: HttpRequest) -> HttpResponse:
    """Ask for the phone, send the code, then ask for the code."""
    form = PhoneForm(request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return _ask(request, form, "people/phone.html")
    number = form.cleaned_data["phone"]
    try:
        signing_in.send_code(phone=number)
    except Refused as refused:
        form.add_error("phone", refused.message)
        return _ask(request, form, "people/phone.html")
    return _ask(request, CodeForm(initial={"phone": number}), "people/code.html")


@public("a citizen types the one-time code before signing in")
def code(request: HttpRequest) -> HttpResponse:
    """Let in whoever holds the phone."""
    form = CodeForm(request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return _ask(request, form, "people/code.html")
    try:
        return _let_in_or_ask(request, signing_in.by_code(**form.cleaned_data))
    except Refused as refused:
        form.add_error("code", refused.message)
    return _ask(request, form, "people/code.html")


@public("a person with a printed slip and no phone signs in by its code")
def slip(request: HttpRequest) -> HttpResponse:
    """Let in the person of the slip."""
    form = SlipForm(request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return _ask(request, form, "people/slip.html")
    try:
        account = signing_in.by_slip(
            code=form.cleaned_data["code"], asked_from=request.META.get("REMOTE_ADDR", "")
        )
        return _let_in_or_ask(request, account)
    except Refused as refused:
        form.add_error("code", refused.message)
    return _ask(request, form, "people/slip.html")


@public("whoever leaves needs no right to leave")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and forget its secret."""
    close_session(request.COOKIES.get(COOKIE, ""))
    logout(request)
    response = redirect("people:sign_in")
    response.delete_cookie(COOKIE)
    return response


@guarded(purpose="home")
def home(request: SignedInRequest) -> HttpResponse:
    """The first page of whoever is here; who nobody knows yet says who they are."""
    roles = request.principal.roles
    if request.principal.has(Role.CITIZEN) and request.principal.person is None:
        return redirect("people:enter_myself")
    bar: Bar = "phone" if request.principal.has(*_ON_PHONES) else "desk"
    found = links(bar, roles, "/") or links("desk", roles, "/") or links("phone", roles, "/")
    if found:
        return redirect(found[0].href)
    raise Refused(
        "no_duty",
        _("Your account has no duty yet. Ask your technology team to give it one."),
        status=403,
    )


@public("the demo's telephones belong to nobody")
def messages(request: HttpRequest) -> HttpResponse:
    """What the sandbox gateway delivered; only in a demo."""
    if not is_demo():
        raise Http404
    try:
        answer = httpx.get(f"{settings.LACHAN_GATEWAY_URL}/messages", timeout=_PATIENCE)
        rows: list[dict[str, str]] = answer.raise_for_status().json()
    except (httpx.HTTPError, ValueError):
        return render(request, "people/messages.html", {"away": True}, status=503)
    return render(request, "people/messages.html", {"rows": rows[::-1][:100]})


def _let_in_or_ask(request: HttpRequest, account: Account) -> HttpResponse:
    """Whoever works at a place says first as what he is here."""
    principal = signing_in.enter(account)
    if not working.works_of(account.id):
        return let_in(request, principal)
    wanted = urlencode({"next": request.POST.get("next", "")})
    return let_in(request, principal, f"{reverse('people:work')}?{wanted}")


def _ask(request: HttpRequest, form: Any, template: str) -> HttpResponse:
    wanted = request.POST.get("next") or request.GET.get("next", "")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, "next": wanted}, status=status)
