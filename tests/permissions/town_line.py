"""What the line of a session leaves in the town: a letter, a number, a call, a printed sheet."""

from typing import TYPE_CHECKING

from lachan.core.carried import Enrolled
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import scoped
from lachan.vaccination.line_calling import call_next
from lachan.vaccination.line_numbers import letter_of
from lachan.vaccination.line_sheets import print_sheet
from lachan.vaccination.models import Session, SiteDevice
from lachan.vaccination.services import event_of
from lachan.vaccination.site_tasks import take_site_events
from tests.permissions.town_site import append, told

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """Somebody without a document is received, called to a table, and stands on paper."""
    vaccinator = town.owners["site"]
    with scoped(vaccinator, "vaccination") as by:
        session = Session.objects.get(organisation=by.organisation)
        device = SiteDevice.objects.get(organisation=by.organisation)
        letter = letter_of(session, device.id, by=by)
    enrolled = Enrolled(
        device.id, device.organisation, vaccinator.account, bytes(device.token_sha256)
    )
    made = {"id": str(uuid7()), "name": "Nông Văn Sơn", "year": "1958", "vouched_by": "Trưởng thôn"}
    said = {"number": 1, "letter": letter, "identity": "none", "by": "A"}
    event = told(session.id, 3) | {"kind": "reception", "new": made, "told": said}
    append(event_of(event, enrolled).row(now()))
    take_site_events()
    with scoped(vaccinator, "vaccination") as by:
        call_next(session=session, station="screening", table=1, by=by)
        print_sheet(session=session, everybody=True, by=by)
