"""Asking a place who was there: only for a case, with a reason the place reads, and on record."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.rulebook.selectors import contact_rule
from lachan.tracing import visitors
from lachan.tracing.models import Case, Contact, Source
from lachan.tracing.naming import Named, name_contacts
from lachan.tracing.visitors import Asked, Stay
from lachan.venues.models import Venue, VisitorRequest
from lachan.venues.services import note_request

#: One question is about one day of a place at most: a longer one is made narrower or asked twice.
#: Source: our own choice; practice.md 2, points are told day by day.
LONGEST_WINDOW = timedelta(hours=24)


def check(asked: Asked, case: Case) -> None:
    """Refused: window_empty, window_too_long, window_ahead, place_elsewhere."""
    if asked.end <= asked.start:
        raise Refused("window_empty", _("The end lies before the begin. Correct one of them."))
    if asked.end - asked.start > LONGEST_WINDOW:
        raise Refused("window_too_long", _("Ask for 24 hours at most, and day by day."))
    if asked.start > now():
        raise Refused("window_ahead", _("This window has not come yet. Check the day."))
    if asked.place.province != case.province:
        raise Refused(
            "place_elsewhere",
            _("This place lies in another province: ask its CDC, which sees who was there."),
        )


def may_name(count: int, case: Case) -> bool:
    """Whether the contact rule lets that many people be listed by name."""
    rule = contact_rule(case.disease, at=now(), province=case.province)
    return count <= rule.name_limit


def ask(
    *, case: Case, asked: Asked, found: list[Stay], reason: str, unit: str, by: Principal
) -> VisitorRequest:
    """Keep the question before anybody is named.

    Refused: not_scanned, too_many_to_name, and the codes of `check` and of
    `venues.services.note_request`.
    """
    check(asked, case)
    venue = venue_of(asked)
    if not may_name(len(found), case):
        raise Refused("too_many_to_name", _("Too many people to be named. Ask more narrowly."))
    return note_request(
        venue=venue,
        from_at=asked.start,
        till_at=asked.end,
        reason=reason,
        case_number=case.number,
        unit=unit,
        people_count=len(found),
        by=by,
    )


def venue_of(asked: Asked) -> Venue:
    """The code of the place, or of the nearest whole that has one.  Refused: not_scanned."""
    place = asked.place
    while True:
        found = Venue.objects.filter(place=place).first()
        if found is not None:
            return found
        if place.parent is None:
            raise Refused(
                "not_scanned",
                _("Nobody scans at this place: it has no code. Ask its manager for a list."),
            )
        place = place.parent


def put_on_list(
    *, case: Case, asked: Asked, found: Iterable[Stay], persons: set[UUID], by: Principal
) -> list[Contact]:
    """Chosen visitors become rows to verify, with what the scans say.  Refused: nobody_named."""
    chosen = [row for row in visitors.opened(found, case) if row.card.person in persons]
    rows = name_contacts(
        case=case,
        people=[
            Named(
                person=row.card.person,
                source=Source.SCAN,
                place=row.stay.part,
                first_at=row.stay.first_at,
                last_at=row.stay.last_at,
                seconds=row.stay.together or row.stay.seconds,
            )
            for row in chosen
        ],
        by=by,
    )
    audit.record(
        "visitors.put_on_list",
        target=("case", case.id),
        by=by,
        detail={"place": str(asked.place.id), "people": len(rows)},
    )
    return rows
