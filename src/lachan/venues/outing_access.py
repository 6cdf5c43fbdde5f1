"""Where a health officer is admitted to the names of an outing: after a reason, name by name."""

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.venues import outing_reading
from lachan.venues.outing_reading import Seated
from lachan.venues.outings import Opening, Outing


def list_of(outing: Outing, *, by: Principal) -> tuple[Opening | None, list[Seated]]:
    """The opening that holds and the people; without an opening the database gives nobody."""
    opening = outing_reading.opened_by(by, outing)
    if opening is None:
        return None, []
    people = outing_reading.seated(outing)
    looks.record_many(
        persons=[one.row.member.person for one in people if one.row.member.person],
        what="outing_list",
        by=by,
    )
    return opening, people
