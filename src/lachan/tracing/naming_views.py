"""Pages on which an officer names contacts: typed one by one, a household at once, one contact."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped
from lachan.people.selectors import card_of
from lachan.places.selectors import unit_label
from lachan.tracing import (
    access,
    adding,
    naming_access,
    naming_selectors,
    naming_wording,
    submissions,
)
from lachan.tracing.asked import TRACERS
from lachan.tracing.call_reading import calls_of
from lachan.tracing.forms import RULED_OUT_FOR
from lachan.tracing.models import Case, Contact, Invitation, Source, Submission
from lachan.tracing.naming_forms import REMEMBERED, TellForm
from lachan.tracing.pages import case_tabs


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*TRACERS, purpose="tracing")
def add(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """Type contacts in, several in a row: the page remembers what the next has in common."""
    found = access.case_for(request.principal, case_id)
    if request.method != "POST":
        kept = {name: request.GET[name] for name in REMEMBERED if name in request.GET}
        known = {"identity": Contact.Identity.KNOWN, "key": uuid7()}
        return _page(request, found, _form(request, found, initial=known | kept))
    form = _form(request, found, request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    told = form.told()
    again = f"{request.path}?{urlencode(form.remembered())}"
    if submissions.kept_already(form.cleaned_data["key"]) is not None:
        return redirect(again)
    Case.objects.select_for_update().get(pk=found.pk)  # pressed twice: the second sees the first
    who = request.POST.get("who", "")
    offered = [] if who else naming_access.candidates_for(request.principal, found, told)
    if offered:
        return _ask_who(request, found, form, told, offered)
    try:
        with scoped(request.principal, "tracing") as by:
            row = adding.add(case=found, told=told, by=by, person=_person(who))
            _keep_sheet(form, row, told, by)
    except Refused as refused:
        form.add_error(None, refused.message)
        return _page(request, found, form, status=refused.status)
    messages.success(request, _("%(name)s is on the list to verify.") % {"name": told.known_as})
    return redirect(again)


def _keep_sheet(form: TellForm, row: Contact, told: adding.Told, by: Principal) -> None:
    """Keep that this line came from a contact's own sheet."""
    if told.source != Source.DECLARED or told.via is None:
        return
    sheet = Invitation.objects.filter(case=row.case_id, contact__person=told.via)
    invitation = sheet.order_by("-opened_at").first()
    if invitation is not None:
        submissions.keep(
            key=form.cleaned_data["key"],
            contact=row,
            channel=Submission.Channel.PAPER,
            invitation=invitation,
            by=by,
        )


def _form(request: SignedInRequest, case: Case, *data: object, **options: object) -> TellForm:
    met = [
        (str(contact.person_id), f"{naming_wording.level_words(contact)} {card.name}")
        for contact, card in naming_access.met_for(request.principal, case)
    ]
    return TellForm(*data, met=met, places=naming_selectors.places_known(case), **options)


def _person(who: str) -> UUID | None:
    """The person chosen; "new" and anything that is no number is somebody else."""
    try:
        return UUID(who)
    except ValueError:
        return None


def _page(request: SignedInRequest, case: Case, form: TellForm, status: int = 200) -> HttpResponse:
    via = _person(str(form["via"].value() or ""))
    members = naming_access.household_for(request.principal, case, via)
    context = _case_context(case, "tracing:add") | {
        "form": form,
        "unit": form.chosen_unit(),
        "members": members,
        "via": via or "",
        "added": [
            (contact, card, contact.get_source_display())
            for contact, card in naming_access.just_added_for(request.principal, case)
        ],
    }
    return render(request, "tracing/naming/add.html", context, status=status)


def _case_context(case: Case, here: str) -> dict[str, object]:
    return {
        "case": case,
        "card": card_of(case.person_id),
        "commune": unit_label(case.commune),
        "case_tabs": case_tabs(case, here),
    }


def _ask_who(
    request: SignedInRequest,
    case: Case,
    form: TellForm,
    told: adding.Told,
    offered: list[adding.Candidate],
) -> HttpResponse:
    """Before somebody new is made: one of these, or somebody else?"""
    hidden = [
        (name, value)
        for name, value in request.POST.items()
        if name not in {"csrfmiddlewaretoken", "who"}
    ]
    context = _case_context(case, "tracing:add") | {
        "told": told,
        "hidden": hidden,
        "back": f"{request.path}?{urlencode(form.remembered())}",
        "offered": [
            (one, unit_label(one.card.commune), naming_wording.candidate_words(one))
            for one in offered
        ],
    }
    return render(request, "tracing/naming/who.html", context)


@require_POST
@guarded(*TRACERS, purpose="tracing")
def add_household(request: SignedInRequest, case_id: UUID) -> HttpResponse:
    """The whole household, or one member of it, by one tap."""
    found = access.case_for(request.principal, case_id)
    via = _person(request.POST.get("via", ""))
    chosen = [one for one in map(_person, request.POST.getlist("person")) if one is not None]
    rows = adding.add_household(case=found, persons=chosen, via=via, by=request.principal)
    messages.success(request, naming_wording.added_words(len(rows)))
    query = f"?{urlencode({'via': via})}" if via else ""
    return redirect(f"{reverse('tracing:add', args=[found.id])}{query}")


@require_http_methods(["GET", "HEAD"])
@guarded(*TRACERS, purpose="tracing")
def contact(request: SignedInRequest, contact_id: UUID) -> HttpResponse:
    """One contact: who, how we know, call, decide."""
    return contact_page(request, naming_access.contact_for(request.principal, contact_id))


def contact_page(
    request: SignedInRequest, row: Contact, *, status: int = 200, **more: object
) -> HttpResponse:
    """The page of a contact."""
    by = request.principal
    invitation = naming_selectors.open_invitation(row)
    context = {
        "row": row,
        "card": card_of(row.person_id),
        "home": unit_label(row.home_commune),
        "level": naming_wording.level_words(row),
        "source": row.get_source_display(),
        "note": naming_selectors.note_of(row),
        "evidence": [
            (naming_wording.evidence_words(each), naming_wording.told_by_words(each))
            for each in naming_selectors.evidence_of(row)
        ],
        "changes": [
            (change, naming_wording.change_words(change))
            for change in naming_selectors.changes_of(row)
        ],
        "answers": [
            (answer, naming_wording.answer_words(answer), naming_wording.near_words(answer.near))
            for answer in naming_selectors.answers_of(row)
        ],
        "chip": _chip(row),
        "ruled_out_for": RULED_OUT_FOR,
        "invitation": invitation,
        "duty_phone": invitation.phone if invitation else naming_selectors.duty_phone(by),
        "calls": calls_of(row.person_id),
        "case_tabs": case_tabs(row.case, "tracing:case"),
        **more,
    }
    return render(request, "tracing/naming/contact.html", context, status=status)


def _chip(row: Contact) -> dict[str, str]:
    return {
        Contact.State.TO_VERIFY: {"kind": "need", "icon": "phone", "text": _("To verify")},
        Contact.State.CONFIRMED: {"kind": "not", "icon": "check", "text": _("Confirmed")},
        Contact.State.RULED_OUT: {"kind": "", "icon": "x", "text": _("Ruled out")},
        Contact.State.HANDED_OVER: {"kind": "info", "icon": "map-pin", "text": _("Handed over")},
    }[Contact.State(row.state)]
