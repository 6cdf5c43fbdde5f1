"""The week's plan of sessions and teams: what is missing at each session stands beside it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lachan.core.clock import day_of, now, today
from lachan.core.guard import SignedInRequest, guarded
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped
from lachan.places.models import Organisation
from lachan.places.selectors import communes_of
from lachan.rulebook.selectors import vaccine_products
from lachan.ui.wording import language
from lachan.vaccination import planning, planning_reading, planning_words, site_sessions
from lachan.vaccination.models import SessionPlan, Team
from lachan.vaccination.navigation import PLANNERS
from lachan.vaccination.planning_forms import AssignForm, PlanForm, TeamForm
from lachan.vaccination.planning_reading import Planned
from lachan.vaccination.site_devices import facility_of
from lachan.vaccination.stock_forms import fill
from lachan.vaccination.stock_views import status_of

PURPOSE = "vaccination_planning"
#: People of a new team whose lines are open at once.
SHOWN = 5


@require_safe
@guarded(*PLANNERS, purpose=PURPOSE)
def week(request: SignedInRequest) -> HttpResponse:
    """Seven days: sessions with their teams, doses and people, and what is missing."""
    monday = planning_reading.monday_of(_day(request.GET.get("from", "")))
    found = planning_reading.week_of(request.principal, monday)
    context = {
        "at": now(),
        "week": found,
        "days": [(day, [_row(one) for one in rows]) for day, rows in found.days],
        "sunday": monday + timedelta(days=6),
        "today": today(),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "plans": request.principal.organisation is not None,
        "sessions": sum(len(rows) for _day, rows in found.days),
        "needed": sum(one.needed for _day, rows in found.days for one in rows),
    }
    return render(request, "vaccination/plan_week.html", context)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()


def _row(one: Planned) -> dict[str, Any]:
    by_table: dict[int | None, list[str]] = {}
    for member in one.members:
        by_table.setdefault(member.table, []).append(f"{member.name}: {member.get_work_display()}")
    return {
        "planned": one,
        "session": one.session,
        "chips": [planning_words.warning(code, count) for code, count in one.warnings],
        "tables": list(by_table.items()),
        "state": one.session.state,
        "over": one.session.state in ("closed", "stopped"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*PLANNERS, purpose=PURPOSE)
def new(request: SignedInRequest) -> HttpResponse:
    """Plan a session with its people and team."""
    by = request.principal
    facility = facility_of(by)
    named = [(code, one.name(language())) for code, one in vaccine_products(now()).items()]
    form = PlanForm(request.POST or None, products=named)
    fill(form, "team", _teams(facility))
    fill(form, "commune", _communes(facility))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            with scoped(by, PURPOSE) as scope:
                made = site_sessions.plan_session(
                    name=told["name"],
                    products=told["products"],
                    starts_at=told["starts_at"],
                    ends_at=told["ends_at"],
                    tables=told["tables"],
                    mobile=told["mobile"] == "mobile",
                    commune=int(told["commune"]) if told["commune"] else None,
                    by=scope,
                )
                team = planning.own_team(UUID(told["team"]), scope) if told["team"] else None
                planning.set_plan(session=made, team=team, people=told["people"], by=scope)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The session is planned. Open it when the doors open."))
            return _to_week(day_of(made.starts_at))
    context = {"form": form}
    return render(request, "vaccination/plan_new.html", context, status=status_of(form))


def _to_week(day: date) -> HttpResponse:
    return redirect(f"{reverse('vaccination:plan')}?from={day.isoformat()}")


def _teams(facility: UUID) -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in planning_reading.teams_of(facility)]


def _communes(facility: UUID) -> list[tuple[str, str]]:
    """Communes of the facility's province: where it may go with a mobile session."""
    unit = Organisation.objects.filter(pk=facility).first()
    if unit is None or unit.province is None:
        return []
    return [(str(hit.id), hit.name) for hit in communes_of(unit.province)]


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*PLANNERS, purpose=PURPOSE)
def assign(request: SignedInRequest, session: UUID) -> HttpResponse:
    """Team and people of a session that is planned already."""
    by = request.principal
    found = site_sessions.own_session(session, by)
    plan = SessionPlan.objects.filter(session=found).first()
    first = {"people": plan.people, "team": plan.team_id} if plan else {}
    form = AssignForm(request.POST or None, initial=first)
    fill(form, "team", _teams(found.organisation))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            with scoped(by, PURPOSE) as scope:
                team = planning.own_team(UUID(told["team"]), scope) if told["team"] else None
                planning.set_plan(session=found, team=team, people=told["people"], by=scope)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("It is written down."))
            return _to_week(day_of(found.starts_at))
    context = {"form": form, "session": found}
    return render(request, "vaccination/plan_assign.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(*PLANNERS, purpose=PURPOSE)
def teams(request: SignedInRequest) -> HttpResponse:
    """Teams of the facility, and a new one."""
    by = request.principal
    facility = facility_of(by)
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with scoped(by, PURPOSE) as scope:
                planning.make_team(name=form.cleaned_data["name"], members=form.members(), by=scope)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The team is written down."))
            return redirect("vaccination:plan_teams")
    context = {
        "teams": [(one, _shown(one, by)) for one in planning_reading.teams_of(facility)],
        "form": form,
        "lines": form.lines()[:SHOWN],
        "rest": form.lines()[SHOWN:],
        "rest_open": any(who.value() for who, _work, _table in form.lines()[SHOWN:]),
        "first": SHOWN,
    }
    return render(request, "vaccination/plan_teams.html", context, status=status_of(form))


def _shown(team: Team, by: Principal) -> list[tuple[str, str, int | None]]:
    return [
        (member.name, str(member.get_work_display()), member.table)
        for member in team.members.order_by("table", "work", "name")
    ]


@require_POST
@guarded(*PLANNERS, purpose=PURPOSE)
def end_team(request: SignedInRequest, team: UUID) -> HttpResponse:
    """A team that works no more."""
    planning.end_team(team=team, by=request.principal)
    messages.success(request, _("It is written down."))
    return redirect("vaccination:plan_teams")
