"""What follows from an invitation without a hand: the site sees whom it invited, who came is
told from the ledger of doses, who did not come stands in line again.  Only in a system scope."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from lachan.core.clock import now, today
from lachan.core.scope import current
from lachan.vaccination import site_sessions
from lachan.vaccination.inviting import set_state, stand_again
from lachan.vaccination.models import (
    Dose,
    Invitation,
    Registration,
    Session,
    Settled,
    SiteVisit,
)

#: Rows of one round of the worker.
BATCH = 2_000

#: Before anything was entered; and how long a transaction may take to commit what it stamped.
EVER = datetime(2000, 1, 1, tzinfo=UTC)
LATE = timedelta(minutes=30)


def open_invited() -> int:
    """Put the invited on the lists of their sessions, whose facilities see them from then on; only
    in a system scope.  Give how many."""
    rows = list(
        Invitation.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("session")
        .filter(opened_at=None)
        .order_by("made_at")[:BATCH]
    )
    wanted: dict[Session, list[UUID]] = defaultdict(list)
    for row in rows:
        wanted[row.session].append(row.person_id)
    for session, people in wanted.items():
        if session.ends_at > now():
            site_sessions.invite(session, people, by=current())
    Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(opened_at=now())
    return len(rows)


def settle() -> int:
    """Somebody with a dose of this disease since he registered is vaccinated; whoever did not come
    to a session that is closed stands in line again.  Only in a system scope.

    Looked at are doses that came in since the last time, and once a day all of them: somebody may
    have come back to the list meanwhile.
    """
    since, began = _since(), now()
    done = Dose.objects.raw(DOSED, {"since": since, "most": BATCH})
    registrations = [dose.registration for dose in done]  # type: ignore[attr-defined]
    if len(registrations) < BATCH:
        swept = {"swept_on": today()} if since == EVER else {}
        Settled.objects.update_or_create(
            id=1,
            defaults={"until": began, **swept},
            create_defaults={"until": began, "swept_on": today()},
        )
    set_state(registrations, Registration.State.VACCINATED)
    at = now()
    Invitation.objects.filter(
        came_at=None, registration__in=registrations, session__starts_at__lte=at
    ).update(came_at=at)
    received = SiteVisit.objects.filter(
        session=OuterRef("session"), person=OuterRef("person"), received_at__isnull=False
    )
    Invitation.objects.filter(Exists(received), came_at=None).update(came_at=at)
    missed = Invitation.objects.filter(
        came_at=None,
        session__state=Session.State.CLOSED,
        registration__state=Registration.State.INVITED,
    ).values_list("registration", flat=True)
    back = list(missed[:BATCH])
    stand_again(back)
    return len(registrations) + len(back)


def _since() -> datetime:
    """Doses that came in before that were looked at; `LATE` for who commits late."""
    row = Settled.objects.filter(id=1).first()
    if row is None or row.swept_on < today():
        return EVER
    return row.until - LATE


DOSED = """
select distinct on (r.id) d.id, r.id as registration
from vaccination_registration r
    join vaccination_dose d on d.received_at >= %(since)s
        and d.person_id = r.person_id and d.disease = r.disease
        and d.reverses_id is null and d.given_at >= coalesce(
            (select max(i.made_at) from vaccination_invitation i where i.registration_id = r.id),
            r.made_at)
        and not exists (select 1 from vaccination_dose x where x.reverses_id = d.id)
where r.state in ('registered', 'invited')
limit %(most)s
"""
