"""Pages without an account: a contact names whom he met, somebody answers a public call."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from lachan.core.guard import public
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import reference_reading
from lachan.places.selectors import unit_label
from lachan.rulebook.selectors import term
from lachan.tracing import receiving
from lachan.tracing.public_forms import AnswerForm, MetForm, place_words
from lachan.ui.forms import ErrorLink

#: People a page asks for at once: a phone's screen shows two, a hurried reader fills in three.
AT_ONCE = 4


@public("whoever holds the code of an invitation names whom he met, and reads nothing else")
@require_http_methods(["GET", "HEAD", "POST"])
def own_contacts(request: HttpRequest, code: str) -> HttpResponse:
    """The form of an invitation: who asks and what for, then a few empty rows."""
    opening = receiving.invitation_of(code)
    context = {"opening": opening, "code": code, "kept": _kept(request)}
    if not opening.open or not opening.left:
        return render(request, "tracing/public/closed.html", context, status=410)
    if request.method != "POST":
        return render(request, "tracing/public/own.html", context | {"forms": _empty(opening.left)})
    forms = [
        MetForm(request.POST, prefix=f"p{place}", label_suffix="")
        for place in range(AT_ONCE)
        if f"p{place}-key" in request.POST
    ]
    valid = [form.is_valid() for form in forms]
    if not all(valid):
        return _again(request, context, forms)
    told = [form.row() for form in forms if form.told]
    if not told:
        if forms:
            forms[0].add_error(
                "name", _("Write a name, a phone, or what helps to find this person.")
            )
        return _again(request, context, forms)
    try:
        receiving.hand_in(told, invitation=code, asked_from=request.META.get("REMOTE_ADDR", ""))
    except Refused as refused:
        errors = [ErrorLink("", refused.message)]
        return _again(request, context | {"refused": errors}, forms, status=refused.status)
    return redirect(f"{request.path}?kept={len(told)}")


def _empty(left: int) -> list[MetForm]:
    return [
        MetForm(prefix=f"p{place}", initial={"key": uuid7()}) for place in range(min(AT_ONCE, left))
    ]


def _again(
    request: HttpRequest, context: dict[str, object], forms: list[MetForm], status: int = 422
) -> HttpResponse:
    errors = [link for form in forms for link in form.error_links()]
    values = {"errors": errors, **context, "forms": forms, "kept": ""}
    return render(request, "tracing/public/own.html", values, status=status)


def _kept(request: HttpRequest) -> str:
    """What was just received, in words; the number comes back in the address."""
    count = request.GET.get("kept", "")
    if not count.isdecimal() or not 0 < int(count) <= AT_ONCE:
        return ""
    text = ngettext("%(count)s person received.", "%(count)s people received.", int(count))
    return text % {"count": count}


def _disease(code: str) -> str:
    """The disease's name, where the approver chose to name it."""
    if not code:
        return ""
    with reference_reading():  # names of diseases are data of the rulebook, about nobody
        return term("disease", code)


@public("a public call is read and answered by whoever was there")
@require_http_methods(["GET", "HEAD", "POST"])
def public_call(request: HttpRequest, code: str) -> HttpResponse:
    """The notice with its places and hours, and the short form under it."""
    opening = receiving.call_of(code)
    context = {
        "opening": opening,
        "code": code,
        "places": [
            (place_words(place), unit_label(place.commune) if place.commune else "")
            for place in opening.places
        ],
        "disease": _disease(opening.disease),
    }
    if not opening.open:
        return render(request, "tracing/public/closed.html", context, status=410)
    if request.GET.get("kept") == "1" and request.method != "POST":
        return render(request, "tracing/public/answered.html", context)
    places = tuple(opening.places)
    if request.method != "POST":
        form = AnswerForm(places=places, initial={"key": uuid7()})
        return render(request, "tracing/public/call.html", context | {"form": form})
    form = AnswerForm(request.POST, places=places)
    if not form.is_valid():
        return render(request, "tracing/public/call.html", context | {"form": form}, status=422)
    try:
        receiving.hand_in([form.row()], call=code, asked_from=request.META.get("REMOTE_ADDR", ""))
    except Refused as refused:
        form.add_error(None, refused.message)
        return render(
            request, "tracing/public/call.html", context | {"form": form}, status=refused.status
        )
    return redirect(f"{request.path}?kept=1")
