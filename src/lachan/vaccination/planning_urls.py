"""Pages of planning: decisions down the levels, the week, boxes of a session, populations."""

from django.urls import path

from lachan.vaccination import (
    allocation_views,
    planning_stock_views,
    planning_views,
    population_views,
)

STORE = "vaccine-stock/<uuid:store_id>/"

PLANNING = [
    path("vaccination/allocation/", allocation_views.overview, name="allocation"),
    path(
        "vaccination/allocation/<uuid:decision_id>/",
        allocation_views.decision,
        name="allocation_decision",
    ),
    path(f"{STORE}allocate/", allocation_views.allocate, name="stock_allocate"),
    path("vaccination/plan/", planning_views.week, name="plan"),
    path("vaccination/plan/new/", planning_views.new, name="plan_new"),
    path("vaccination/plan/teams/", planning_views.teams, name="plan_teams"),
    path("vaccination/plan/teams/<uuid:team>/end/", planning_views.end_team, name="plan_team_end"),
    path("vaccination/plan/<uuid:session>/", planning_views.assign, name="plan_assign"),
    path(
        "vaccination/plan/<uuid:session>/boxes/", planning_stock_views.boxes, name="session_boxes"
    ),
    path(
        f"{STORE}entries/<uuid:move_id>/handover.pdf",
        planning_stock_views.handover,
        name="stock_handover",
    ),
    path(f"{STORE}lots/<uuid:lot_id>/aside/", planning_stock_views.aside, name="stock_aside"),
    path("vaccination/populations/", population_views.populations, name="populations"),
]
