"""Sessions are planned, opened, and given their list: who is expected."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit, grants
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.places.models import Organisation
from lachan.places.selectors import today_of
from lachan.rulebook import selectors as rulebook
from lachan.vaccination.models import Session, SiteInvited
from lachan.vaccination.site_devices import facility_of
from lachan.vaccination.site_people import SEEN


def plan_session(
    *,
    name: str,
    products: Sequence[str],
    starts_at: datetime,
    ends_at: datetime,
    tables: int,
    by: Principal,
    mobile: bool = False,
    commune: int | None = None,
) -> Session:
    """A session of the own facility; at its seat where no commune is named.

    Refused: no_facility, no_commune, products_differ, session_ends_first.
    """
    facility = facility_of(by)
    known = rulebook.vaccine_products(starts_at)
    diseases = {known[code].disease for code in products if code in known}
    if len(diseases) != 1 or not set(products) <= known.keys():
        raise Refused(
            "products_differ", _("Choose vaccines against one disease; plan a session for each.")
        )
    if ends_at <= starts_at:
        raise Refused("session_ends_first", _("The session ends before it starts: look at both."))
    unit = Organisation.objects.filter(pk=facility).first()
    seat = commune or (unit.commune if unit else None)
    where = today_of(seat) if seat else None
    if where is None or where.commune is None:
        raise Refused("no_commune", _("Say in which commune the session takes place."))
    session = Session(
        organisation=facility,
        name=name.strip()[:120],
        mobile=mobile,
        disease=diseases.pop(),
        products=list(products),
        starts_at=starts_at,
        ends_at=ends_at,
        tables=tables,
        commune=where.commune,
        province=where.province,
        made_at=now(),
    )
    session.save(force_insert=True)
    audit.record("session.planned", target=("session", session.id), by=by)
    return session


def open_session(*, session: UUID, by: Principal) -> Session:
    """The doors are open.  Refused: session_not_found, session_is_over."""
    found = own_session(session, by)
    if found.state in {Session.State.CLOSED, Session.State.STOPPED}:
        raise Refused("session_is_over", _("This session was closed or stopped: plan another one."))
    if found.state == Session.State.PLANNED:
        found.state = Session.State.OPEN
        found.save(update_fields=["state"])
        audit.record("session.opened", target=("session", found.id), by=by)
        ring("vaccination.session")
    return found


def own_session(session: UUID, by: Principal) -> Session:
    """A session of the own facility.  Refused: session_not_found."""
    found = Session.objects.filter(pk=session).first()
    if found is None or found.organisation != by.organisation:
        raise Refused("session_not_found", _("Your facility has no such session."), status=404)
    return found


def invite(session: Session, persons: Iterable[UUID], *, by: Principal) -> int:
    """Put people on a session's list, each once; how many are new.  Only whom this scope sees.

    From the worker's hand the facility is let see them, until they are asked how they are.
    """
    persons = list(persons)
    if by.system:
        until = session.ends_at + SEEN
        grants.give("person", persons, to_organisation=session.organisation, until=until)
    there = set(SiteInvited.objects.filter(session=session).values_list("person", flat=True))
    rows = [
        SiteInvited(
            id=uuid7(),
            session=session,
            person_id=person,
            organisation=session.organisation,
            made_at=now(),
        )
        for person in dict.fromkeys(persons)
        if person not in there
    ]
    SiteInvited.objects.bulk_create(rows)
    audit.record(
        "session.invited", target=("session", session.id), by=by, detail={"people": len(rows)}
    )
    return len(rows)
