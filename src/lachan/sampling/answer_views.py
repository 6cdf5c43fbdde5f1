"""A result by slip and code, without an account; slips printed at the table."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.guard import SignedInRequest, guarded, public
from lachan.core.installation import is_demo
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import (
    Principal,
    close_session,
    principal_of,
    reference_reading,
    scoped,
)
from lachan.people.selectors import card_of, cards_of, spoken_for
from lachan.rulebook.selectors import term
from lachan.sampling import (
    access,
    answer_page,
    answer_paper,
    answer_paper_pdf,
    answer_slip_pdf,
    answer_slips,
    answer_words,
    selectors,
)
from lachan.sampling.answer_forms import CodeForm

#: The secret of an opened slip; it travels to this room's public pages and to no other.
COOKIE = "lachan_slip"


@public("whoever has a slip in the hand types its code, and reads its own person's result")
@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: HttpRequest) -> HttpResponse:
    """The page of a message: the code alone finds the slip."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opened = _try(request, form)
        if opened is not None:
            with scoped(opened.by, "own_data"):
                found = answer_slips.printed(opened.slip)
            if found is not None:
                return _let_in(redirect("sampling:slip", found.token), opened.by)
    return _private(_ask(request, form))


@public("whoever has a slip in the hand opens its link, types its code, and reads its own result")
@require_http_methods(["GET", "HEAD", "POST"])
def slip(request: HttpRequest, token: str) -> HttpResponse:
    """The page in a slip's QR code: first the code, then the result for ten minutes."""
    try:
        named = answer_slips.named_by(token)
    except Refused as refused:
        return _private(_ended(request, refused))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opened = _try(request, form, named)
        if opened is not None:
            return _let_in(redirect("sampling:slip", token), opened.by)
    if request.method == "POST":
        return _private(_ask(request, form))
    by = principal_of(request.COOKIES.get(COOKIE, ""))
    if by is not None:
        with scoped(by, "own_data"):
            context = answer_page.of_slip(by.account, named)
            if context is not None:
                return _private(render(request, "sampling/slip.html", context | {"token": token}))
    return _private(_ask(request, form))


def _try(request: HttpRequest, form: CodeForm, named: str = "") -> answer_slips.Opened | None:
    """Open the slip, or say at the field why not."""
    code, address = form.cleaned_data["code"], str(request.META.get("REMOTE_ADDR", ""))
    try:
        return answer_slips.open_slip(code=code, named=named, asked_from=address)
    except Refused as refused:
        form.add_error("code", refused.message)
    return None


@public("closes the slip that this telephone opened")
@require_POST
def close_slip(request: HttpRequest, token: str) -> HttpResponse:
    """Done reading: the next one at this telephone sees nothing."""
    close_session(request.COOKIES.get(COOKIE, ""))
    response = redirect("sampling:slip", token)
    response.delete_cookie(COOKIE, path=answer_slips.PATH)
    return _private(response)


@public("whoever opened a slip prints that result")
@require_GET
def slip_paper(request: HttpRequest, token: str, sample_id: UUID) -> HttpResponse:
    """The paper of one result of an opened slip."""
    named = answer_slips.named_by(token)
    by = principal_of(request.COOKIES.get(COOKIE, ""))
    if by is None or by.person is None:
        return redirect("sampling:slip", token)
    with scoped(by, "own_data"):
        found = answer_slips.printed(by.account, named=named)
        if found is None:
            return redirect("sampling:slip", token)
        return _paper(request, by, by.person, sample_id, since=found.since)


@require_GET
@guarded(Role.CITIZEN, purpose="own_data")
def own_paper(request: SignedInRequest, sample_id: UUID) -> HttpResponse:
    """The paper of a result of the reader, or of somebody he speaks for."""
    by = request.principal
    people = [by.person] if by.person else []
    people += [card.person for card in spoken_for(by)]
    person = selectors.person_of_sample(sample_id, people)
    if person is None:
        raise Http404
    return _paper(request, by, person, sample_id)


def _paper(
    request: HttpRequest,
    by: Principal,
    person: UUID,
    sample: UUID,
    since: datetime | None = None,
) -> HttpResponse:
    answer = answer_paper.answer_for_paper(person, sample, since=since)
    card = card_of(person)
    if card is None:
        raise Http404
    token = answer_paper.paper_of(answer, card, by=by).token
    link = request.build_absolute_uri(reverse("sampling:paper_check", args=[token]))
    made = answer_paper_pdf.to_pdf(answer, card, link=link, invented=is_demo())
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="phieu-tra-ket-qua.pdf"'
    return _private(response)


@public("whoever is shown a paper asks whether it still holds, and reads initials and a year")
@require_GET
def paper_check(request: HttpRequest, token: str) -> HttpResponse:
    """What the code on a paper says now."""
    try:
        found = answer_paper.checked(token)
    except Refused as refused:
        return _private(_ended(request, refused))
    with reference_reading():  # the name of a disease is data of the rulebook, about nobody
        disease = term("disease", found.disease)
    context = {
        "paper": found,
        "disease": disease,
        "says": answer_words.words_of(found.state)[0],
        "read_at": now(),
    }
    return _private(render(request, "sampling/paper_check.html", context))


def _let_in(response: HttpResponse, by: Principal) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        by.secret,
        max_age=int(answer_slips.STAYS_OPEN.total_seconds()),
        path=answer_slips.PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE,
    )
    return _private(response)


def _ask(request: HttpRequest, form: CodeForm) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "sampling/slip_code.html", {"form": form}, status=status)


def _ended(request: HttpRequest, refused: Refused) -> HttpResponse:
    context = {"refusal": refused}
    return render(request, "sampling/slip_ended.html", context, status=refused.status)


def _private(response: HttpResponse) -> HttpResponse:
    """In no cache, and the link in no other page's log."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"
    return response


@require_http_methods(["GET", "POST"])
@guarded(Role.SAMPLER, purpose="sampling")
def slips(request: SignedInRequest, tube_id: UUID) -> HttpResponse:
    """A slip for everybody in a tube: given by POST, then shown to be photographed or printed."""
    by = request.principal
    found = access.tube_for(by, tube_id)
    people = [sample.person_id for sample in selectors.samples_in(found)]
    if request.method == "POST":
        _revoke(request, people)
        site = f"{request.scheme}://{request.get_host()}"
        answer_slips.give_slips(persons=people, site=site, by=by)
        return redirect("sampling:slips", tube_id)
    printed = answer_slips.given_slips(persons=people, by=by)
    cards = cards_of(each.slip.person_id for each in printed)
    looks.record_many(persons=cards, what="sample", by=by)
    if request.GET.get("as") == "pdf":
        made = answer_slip_pdf.to_pdf(printed, cards)
        return _private(HttpResponse(made, content_type="application/pdf"))
    shown = [
        {
            "id": each.slip.id,
            "card": cards.get(each.slip.person_id),
            "typed": each.typed,
            "path": f"{answer_slips.PATH}{each.token}/",
            "image": answer_slip_pdf.image_of(each.link),
            "until": each.slip.expires_at,
        }
        for each in printed
    ]
    context = {"tube": found, "slips": shown}
    return _private(render(request, "sampling/slips.html", context))


def _revoke(request: SignedInRequest, people: list[UUID]) -> None:
    """A slip of this tube that was lost opens nothing any more; a new one takes its place."""
    for each in answer_slips.given_slips(persons=people, by=request.principal):
        if str(each.slip.id) == request.POST.get("lost"):
            answer_slips.revoke_slip(slip=each.slip, by=request.principal)
