"""Inviting to a session, who comes and who does not, and whom to call at the end of the day."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.people.selectors import cards_of, reached
from lachan.rulebook.selectors import vaccination_rule
from lachan.ui.pages import page_of
from lachan.ui.wording import as_of
from lachan.vaccination import inviting, registration_access, registration_words
from lachan.vaccination.models import Invitation, Registration, Session
from lachan.vaccination.navigation import INVITERS
from lachan.vaccination.registration_forms import CallForm, InviteForm
from lachan.vaccination.selectors import measured_pace

PURPOSE = "vaccination_invitation"

#: People of the call list shown at once: more are not called for one vial.
CALLED_AT_MOST = 30


@require_safe
@guarded(*INVITERS, purpose=PURPOSE)
def sessions(request: SignedInRequest) -> HttpResponse:
    """Sessions of the area that are not over, with how many were asked and come."""
    by = request.principal
    rows = Session.objects.filter(ends_at__gt=now())
    near = Q(commune=by.commune) if by.commune is not None else Q(province=by.province)
    counted = rows.filter(near).annotate(
        asked=Count("invitations"),
        coming=Count("invitations", filter=Q(invitations__answer="yes")),
    )
    page = page_of(counted.order_by("starts_at"), request.GET)
    context = {"rows": page.rows, "page": page, "asof": as_of(now())}
    return render(request, "vaccination/invitation_sessions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*INVITERS, purpose=PURPOSE)
def invitations(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Who is asked when; more are invited in the published order."""
    by = request.principal
    session = registration_access.session_for(session_id, by)
    measured = measured_pace(session.organisation)
    first = {"pace": round(measured * session.tables)} if measured else {}
    form = InviteForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        site = request.build_absolute_uri("/").rstrip("/")
        made = inviting.invite(session=session, by=by, site=site, **form.cleaned_data)
        _tell(request, made)
        return redirect("vaccination:invitations", session.id)
    rows = session.invitations.select_related("registration").order_by("number")
    page = page_of(rows, request.GET)
    cards = cards_of([row.person_id for row in page.rows])
    looks.record_many(persons=cards, what="vaccination_invitation", by=by)
    rule = vaccination_rule(session.disease, session.starts_at, province=session.province)
    context = {
        "session": session,
        "disease": registration_words.disease_name(session.disease),
        "form": form,
        "measured": measured,
        "minutes": rule.reception_minutes,
        "sum": _sum(session),
        "page": page,
        "rows": [
            (row, cards.get(row.person_id), registration_words.answer_chip(row))
            for row in page.rows
        ],
        "asof": as_of(now()),
    }
    status = 422 if form.is_bound else 200
    return render(request, "vaccination/invitations.html", context, status=status)


def _tell(request: SignedInRequest, made: inviting.Invited) -> None:
    text = ngettext("%(n)d person is invited.", "%(n)d people are invited.", made.people)
    slots = _("Every %(minutes)d minutes %(size)d people.") % {
        "minutes": made.slots.minutes,
        "size": made.slots.size,
    }
    messages.success(request, f"{text % {'n': made.people}} {slots}")
    if made.without:
        text = _("%(n)d found no room in this session: plan another one.")
        messages.warning(request, text % {"n": made.without})


def _sum(session: Session) -> dict[str, Any]:
    counted = session.invitations.aggregate(
        asked=Count("id"),
        came=Count("id", filter=Q(came_at__isnull=False)),
        yes=Count("id", filter=Q(answer="yes", came_at=None)),
        no=Count("id", filter=Q(answer__in=["no", "later", "unreached"], came_at=None)),
    )
    silent = counted["asked"] - counted["came"] - counted["yes"] - counted["no"]
    over = session.ends_at <= now()
    terms = [
        ("", counted["asked"], _("invited")),
        ("=", counted["came"], _("came")),
        ("+", counted["yes"], _("said yes, did not come") if over else _("said yes")),
        ("+", silent, _("no answer, did not come") if over else _("no answer yet")),
        ("+", counted["no"], _("do not come")),
    ]
    return {"terms": [{"op": op, "n": n, "label": label} for op, n, label in terms], "gap": None}


@require_safe
@guarded(*INVITERS, purpose=PURPOSE)
def evening(request: SignedInRequest, session_id: UUID) -> HttpResponse:
    """Whom to call for the doses of a vial that is open: the line itself, with telephones."""
    by = request.principal
    session = registration_access.session_for(session_id, by)
    line = inviting.due(inviting.waiting(session)[: CALLED_AT_MOST * 2], session)
    cards = cards_of([row.person_id for row in line[:CALLED_AT_MOST]])
    phones = reached(cards.values())
    looks.record_many(persons=cards, what="vaccination_invitation", by=by)
    called = session.invitations.filter(kind=Invitation.Kind.SPARE).order_by("-number")
    context = {
        "session": session,
        "rows": [
            (at, row, cards[row.person_id], phones.get(row.person_id))
            for at, row in enumerate(line[:CALLED_AT_MOST], 1)
            if row.person_id in cards
        ],
        "called": [(row, registration_words.answer_chip(row)) for row in called],
        "asof": as_of(now()),
    }
    return render(request, "vaccination/invitation_evening.html", context)


@require_POST
@guarded(*INVITERS, purpose=PURPOSE)
def call(request: SignedInRequest, session_id: UUID, registration_id: UUID) -> HttpResponse:
    """What came of one call."""
    session = registration_access.session_for(session_id, request.principal)
    row, _card = registration_access.registration_for(registration_id, request.principal)
    if row.disease != session.disease or row.state == Registration.State.WITHDRAWN:
        raise Refused("registration_unknown", _("There is no such registration here."), status=404)
    form = CallForm(request.POST)
    said = form.cleaned_data["answer"] if form.is_valid() else ""
    inviting.spare_call(session=session, registration=row, said=said, by=request.principal)
    return redirect("vaccination:invitation_evening", session.id)
