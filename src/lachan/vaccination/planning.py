"""Teams of a facility, and sessions planned with them: created by the service that always did."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.places.models import Organisation
from lachan.vaccination import site_sessions
from lachan.vaccination.models import Session, SessionPlan, Team, TeamMember
from lachan.vaccination.site_devices import facility_of


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a team: the work, and the table where it is done at one."""

    name: str
    work: str
    table: int | None = None


def make_team(*, name: str, members: Sequence[Member], by: Principal) -> Team:
    """A team of the own facility.  Refused: no_facility, team_known, team_empty."""
    facility = facility_of(by)
    if not name.strip() or not members:
        text = _("A team has a name and at least one person with a work.")
        raise Refused("team_empty", text)
    if Team.objects.filter(organisation=facility, name=name.strip(), ended_at=None).exists():
        raise Refused("team_known", _("There is a team of this name already."), status=409)
    unit = Organisation.objects.filter(pk=facility).first()
    made = Team(
        organisation=facility,
        name=name.strip()[:80],
        commune=unit.commune if unit else None,
        province=unit.province if unit else None,
        made_at=now(),
    )
    made.save(force_insert=True)
    TeamMember.objects.bulk_create(
        TeamMember(team=made, name=one.name.strip()[:120], work=one.work, table=one.table)
        for one in members
    )
    audit.record("team.made", target=("team", made.id), by=by, detail={"people": len(members)})
    return made


def end_team(*, team: UUID, by: Principal) -> None:
    """A team that works no more sessions.  Refused: team_unknown."""
    found = own_team(team, by)
    found.ended_at = now()
    found.save(update_fields=["ended_at"])
    audit.record("team.ended", target=("team", found.id), by=by)


def own_team(team: UUID, by: Principal) -> Team:
    """A team of the own facility that still works.  Refused: team_unknown."""
    found = Team.objects.filter(pk=team, ended_at=None).first()
    if found is None or found.organisation != by.organisation:
        raise Refused("team_unknown", _("Your facility has no such team."), status=404)
    return found


def set_plan(*, session: Session, team: Team | None, people: int, by: Principal) -> SessionPlan:
    """For how many people a session is planned, and by which team.

    Refused: session_not_found, session_is_over, plan_empty.
    """
    own = site_sessions.own_session(session.id, by)
    if own.state in {Session.State.CLOSED, Session.State.STOPPED}:
        raise Refused("session_is_over", _("This session was closed or stopped: plan another one."))
    if people < 1:
        raise Refused("plan_empty", _("Say for how many people the session is planned."))
    made, _new = SessionPlan.objects.update_or_create(
        session=own,
        defaults={"team": team, "people": people},
        create_defaults={
            "team": team,
            "people": people,
            "organisation": own.organisation,
            "commune": own.commune,
            "province": own.province,
            "made_at": now(),
        },
    )
    audit.record("session.team_planned", target=("session", own.id), by=by)
    return made
