"""What stands at the top of every page of a case: who, where, by whom, and who is on duty."""

from typing import Any
from uuid import UUID

from django.http import QueryDict

from lachan.core.guard import SignedInRequest
from lachan.people.selectors import card_of, on_duty_in
from lachan.places.selectors import unit_label
from lachan.rulebook.selectors import term
from lachan.tracing import access
from lachan.tracing.file_wording import found_where
from lachan.tracing.models import Case
from lachan.tracing.pages import case_tabs


def case_head(found: Case, here: str) -> dict[str, Any]:
    """The context that `tracing/case_page.html` and the contact page need."""
    return {
        "case": found,
        "card": card_of(found.person_id),
        "commune": unit_label(found.commune),
        "disease": term("disease", found.disease),
        "found_where": found_where(found),
        "case_tabs": case_tabs(found, here),
        **duty_line(found),
    }


def duty_line(found: Case) -> dict[str, Any]:
    """Who answers now at the case's commune, and at its CDC."""
    duty = on_duty_in(found.province, [found.commune])
    return {"duty_commune": duty.get(found.commune, []), "duty_cdc": duty.get(None, [])}


def case_of(request: SignedInRequest, case_id: UUID) -> Case:
    """The case, or 404; the look is recorded."""
    return access.case_for(request.principal, case_id)


def sent(request: SignedInRequest) -> QueryDict | None:
    """What a form was sent with: an empty form that was sent is not a form that is shown."""
    return request.POST if request.method == "POST" else None
