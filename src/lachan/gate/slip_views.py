"""Slips on paper: what somebody without a phone declared, printed where it was declared."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.gate.navigation import KEEPERS
from lachan.gate.selectors import short_name
from lachan.gate.slips import declaration_slip, declaration_to_print
from lachan.people.selectors import card_of

#: A citizen for himself and those he speaks for; a station for its commune; a gate for what was
#: declared before it.  The database shows each of them no other declaration.
PRINTERS = (Role.CITIZEN, Role.STATION_OFFICER, Role.VILLAGE_HEALTH_WORKER, *KEEPERS)


@require_GET
@guarded(*PRINTERS, purpose="print_declaration_slip")
def declared_pdf(request: SignedInRequest, declaration: UUID) -> HttpResponse:
    """The slip of one declaration, as a PDF.  A guard's carries the short name he may know."""
    by = request.principal
    found = declaration_to_print(by, declaration)
    card = card_of(found.person_id)
    if card is None:
        raise Refused(
            "person_closed", _("Scan this person's card again, then print the slip."), status=403
        )
    name = short_name(card.name) if by.has(*KEEPERS) else card.name
    made = declaration_slip(found, name=name, year=card.birth_year)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="phieu-khai-bao.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
