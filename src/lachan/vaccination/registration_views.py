"""Registering for a vaccination: the citizen for himself and others, the desk for who stands there.

The steps are the same pages for both; one page asks for one kind of thing.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped
from lachan.people.models import Person
from lachan.people.selectors import PersonCard
from lachan.people.services import Stay, person_of_code, register_person
from lachan.rulebook.selectors import priority_rule, screening_rule
from lachan.vaccination import inviting, registering, registration_access, registration_words
from lachan.vaccination.models import Consent, Invitation, Registration
from lachan.vaccination.navigation import DESK, REGISTERS
from lachan.vaccination.registering import NewRegistration
from lachan.vaccination.registration_forms import (
    AnswerForm,
    ConsentForm,
    DeskForm,
    ProofForm,
    QuestionsForm,
    WhyForm,
    WishesForm,
    diseases,
    named,
)
from lachan.vaccination.registration_receipt_pdf import receipt_pdf

PURPOSE = "vaccination_registration"

#: Who confirms a group.
PROVERS = (Role.STATION_OFFICER, Role.DIRECTOR)


@require_safe
@guarded(Role.CITIZEN, purpose=PURPOSE)
def own(request: SignedInRequest) -> HttpResponse:
    """For whom and against what: who is registered already, who is invited and when."""
    people = registration_access.whom_for(request.principal)
    about = next((card for card in people if str(card.person) == request.GET.get("of")), None)
    about = about or (people[0] if people else None)
    context: dict[str, Any] = {"people": people, "about": about, "me": request.principal.person}
    if about is not None:
        context["rows"] = [_row_of(about, code, name) for code, name in diseases()]
        context["invitations"] = _coming(about.person)
    return render(request, "vaccination/own.html", context)


def _row_of(card: PersonCard, code: str, name: str) -> dict[str, Any]:
    row = registering.found(card.person, code)
    if row is None:
        return {"code": code, "name": name, "row": None}
    return {
        "code": code,
        "name": name,
        "row": row,
        "chip": registration_words.state_chip(row),
        "position": registration_words.position_text(row),
    }


def _coming(person: UUID) -> list[tuple[Invitation, dict[str, str]]]:
    rows = Invitation.objects.filter(person=person, session__ends_at__gt=now())
    found = rows.select_related("session").order_by("screening_at")
    return [(row, registration_words.answer_chip(row)) for row in found]


@require_POST
@guarded(Role.CITIZEN, purpose=PURPOSE)
def register_own(request: SignedInRequest) -> HttpResponse:
    """Register oneself or somebody one represents; again opens the first one."""
    by = request.principal
    people = {str(card.person): card for card in registration_access.whom_for(by)}
    card = people.get(request.POST.get("of", ""))
    disease = request.POST.get("disease", "")
    if card is None or disease not in dict(diseases()):
        raise Refused("registration_unknown", _("There is no such registration here."), status=404)
    way = Registration.Way.SELF if card.person == by.person else Registration.Way.RELATIVE
    person = registration_access.person_for(card.person, by)
    row, _new = registering.register(
        NewRegistration(person=person, disease=disease, way=way), by=by
    )
    return redirect("vaccination:registration", row.id)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*DESK, purpose=PURPOSE)
def desk(request: SignedInRequest) -> HttpResponse:
    """Somebody stands here: by a code, or entered in one step; or his paper sheet lies here."""
    form = DeskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(request.principal, PURPOSE):
                row, new = _at_the_desk(form, request.principal)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            if not new:
                messages.info(request, _("Registered before: this is the first registration."))
            return redirect("vaccination:registration", row.id)
    lately = _lately(request.principal)
    status = 422 if form.is_bound else 200
    context = {"form": form, "lately": lately}
    return render(request, "vaccination/registration_desk.html", context, status=status)


def _at_the_desk(form: DeskForm, by: Principal) -> tuple[Registration, bool]:
    data = form.cleaned_data
    if data["text"]:
        person = registration_access.person_for(person_of_code(data["text"]), by)
    else:
        person = _entered(data, by)
    told = form.told()
    return registering.register(
        NewRegistration(person=person, disease=data["disease"], **told), by=by
    )


def _entered(data: dict[str, Any], by: Principal) -> Person:
    where = registration_access.stay_of(by)
    if where is None:
        raise Refused("no_place", _("Sign in for a unit that has a place: its commune is needed."))
    commune, province = where
    return register_person(
        full_name=data["full_name"],
        birth=data["birth"],
        sex=data["sex"],
        documents={"cccd": data["cccd"]} if data["cccd"] else {},
        phones=[data["phone"]] if data["phone"] else [],
        stay=Stay(commune=commune, province=province, address=data["address"]),
        by=by,
    )


def _lately(by: Principal) -> list[dict[str, Any]]:
    rows = Registration.objects.filter(made_by=by.account).order_by("-made_at")[:LATELY]
    return [{"row": row, "chip": registration_words.state_chip(row)} for row in rows]


#: Registrations of the own hand shown at the desk, by number only.
LATELY = 10


@require_safe
@guarded(*REGISTERS, purpose=PURPOSE)
def registration(request: SignedInRequest, registration_id: UUID) -> HttpResponse:
    """One registration: its number, its place in the order, what is still to do."""
    row, card = registration_access.registration_for(registration_id, request.principal)
    rule = priority_rule(row.disease, now(), province=row.province)
    context = _context(request, row, card) | {
        "steps": registration_words.steps(row, card),
        "chip": registration_words.state_chip(row),
        "position": registration_words.position_text(row),
        "proven": registration_words.group_names(row.groups, rule),
        "claimed": registration_words.group_names(
            [code for code in row.claimed if code not in row.groups], rule
        ),
        "may_prove": request.principal.has(*PROVERS),
        "invitations": _coming(row.person_id),
    }
    return render(request, "vaccination/registration.html", context)


def _context(request: SignedInRequest, row: Registration, card: PersonCard) -> dict[str, Any]:
    is_staff = not request.principal.has(Role.CITIZEN)
    mine = {"of": str(card.person)}
    return {
        "row": row,
        "card": card,
        "disease": registration_words.disease_name(row.disease),
        "frame": "ui/desk.html" if is_staff else "ui/phone.html",
        "is_staff": is_staff,
        "back": reverse("vaccination:registration_desk")
        if is_staff
        else f"{reverse('vaccination:own')}?{urlencode(mine)}",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*REGISTERS, purpose=PURPOSE)
def questions(request: SignedInRequest, registration_id: UUID) -> HttpResponse:
    """The history questions, nothing answered beforehand."""
    by = request.principal
    row, card = registration_access.registration_for(registration_id, by)
    rule = screening_rule(row.disease, now(), province=row.province)
    form = QuestionsForm(
        request.POST if request.method == "POST" else None, rule=rule, sex=card.sex
    )
    if request.method == "POST" and form.is_valid():
        registering.answer(row, form.said(), sex=card.sex, by=by)
        return redirect("vaccination:registration_wishes", row.id)
    more = {
        "title": _("Health questions"),
        "lead": _("A doctor asks again before the injection. What you do not know is an answer."),
        "next": _("Keep and go on"),
    }
    return _step(request, row, card, form, more)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*REGISTERS, purpose=PURPOSE)
def wishes(request: SignedInRequest, registration_id: UUID) -> HttpResponse:
    """Half-days that suit and groups somebody belongs to."""
    by = request.principal
    row, card = registration_access.registration_for(registration_id, by)
    rule = priority_rule(row.disease, now(), province=row.province)
    before = {"wishes": row.wishes, "claimed": row.claimed}
    form = WishesForm(request.POST if request.method == "POST" else None, rule=rule, initial=before)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        registering.wish(row, data["wishes"], data["claimed"], by)
        return redirect("vaccination:registration_consent", row.id)
    more = {
        "title": _("Times and groups"),
        "lead": _("The order is that of the groups, then of the days; the hour never counts."),
        "next": _("Keep and go on"),
    }
    return _step(request, row, card, form, more)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*REGISTERS, purpose=PURPOSE)
def consent(request: SignedInRequest, registration_id: UUID) -> HttpResponse:
    """The words of consent alone on a page, and what is said to them."""
    by = request.principal
    row, card = registration_access.registration_for(registration_id, by)
    rule = screening_rule(row.disease, now(), province=row.province)
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        how, guardian = _who_agrees(row, by)
        agreed = form.cleaned_data["agreed"] == "yes"
        registering.consent(row, agreed=agreed, how=how, guardian=guardian, by=by)
        messages.success(request, _("Kept. You may say otherwise at any time."))
        return redirect("vaccination:registration", row.id)
    more = {
        "title": _("Consent"),
        "words": named(rule.consent),
        "version": rule.version,
        "next": _("Keep what was said"),
    }
    return _step(request, row, card, form, more)


def _who_agrees(row: Registration, by: Principal) -> tuple[str, Person | None]:
    """Whose word it is: the person's own, a guardian's, or what the desk heard or has on paper."""
    if not by.has(Role.CITIZEN):
        is_paper = row.way == Registration.Way.PAPER
        return (Consent.How.PAPER if is_paper else Consent.How.DESK), None
    guardian = registration_access.speaks_for(by, row.person_id)
    return (Consent.How.GUARDIAN if guardian else Consent.How.SELF), guardian


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*REGISTERS, purpose=PURPOSE)
def withdraw(request: SignedInRequest, registration_id: UUID) -> HttpResponse:
    """Off the list, with the reason; coming back keeps the place."""
    row, card = registration_access.registration_for(registration_id, request.principal)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        registering.withdraw(row, why=form.cleaned_data["why"], by=request.principal)
        return redirect("vaccination:registration", row.id)
    more = {
        "title": _("Withdraw the registration"),
        "lead": _("Whoever comes back has the first place again."),
        "next": _("Withdraw the registration"),
    }
    return _step(request, row, card, form, more)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*PROVERS, purpose=PURPOSE)
def prove(request: SignedInRequest, registration_id: UUID) -> HttpResponse:
    """The station says which groups count."""
    row, card = registration_access.registration_for(registration_id, request.principal)
    rule = priority_rule(row.disease, now(), province=row.province)
    form = ProofForm(
        request.POST if request.method == "POST" else None,
        rule=rule,
        initial={"groups": row.proven},
    )
    if request.method == "POST" and form.is_valid():
        registering.prove(row, form.cleaned_data["groups"], by=request.principal)
        return redirect("vaccination:registration", row.id)
    more = {
        "title": _("Confirm groups"),
        "lead": _("Confirm what you saw a proof of. What was before stays in the log."),
        "next": _("Confirm"),
    }
    return _step(request, row, card, form, more)


def _step(
    request: SignedInRequest, row: Registration, card: PersonCard, form: Any, more: dict[str, Any]
) -> HttpResponse:
    context = _context(request, row, card) | more | {"form": form}
    context["back"] = reverse("vaccination:registration", args=[row.id])
    status = 422 if form.is_bound else 200
    return render(request, "vaccination/registration_step.html", context, status=status)


@require_POST
@guarded(*REGISTERS, purpose=PURPOSE)
def receipt(request: SignedInRequest, registration_id: UUID) -> HttpResponse:
    """The receipt on paper with a slip code of its own: printing gives a code, so it is a POST."""
    row, card = registration_access.registration_for(registration_id, request.principal)
    coming = _coming(row.person_id)
    site = request.build_absolute_uri("/").rstrip("/")
    made = receipt_pdf(row, card, coming[0][0] if coming else None, site)
    audit.record(
        "vaccination.receipt_printed", target=("registration", row.id), by=request.principal
    )
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="phieu-hen.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@guarded(*REGISTERS, purpose=PURPOSE)
def answer(request: SignedInRequest, invitation_id: UUID) -> HttpResponse:
    """Yes, no or later to an invitation."""
    row = registration_access.invitation_for(invitation_id, request.principal)
    form = AnswerForm(request.POST)
    said = form.cleaned_data["answer"] if form.is_valid() else ""
    inviting.answer(row, said, by=request.principal)
    messages.success(request, _("Your answer is kept."))
    return redirect("vaccination:registration", row.registration_id)
