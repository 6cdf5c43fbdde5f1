"""Pages of tracing."""

from django.urls import path

from lachan.tracing import (
    board_views,
    chain_views,
    file_views,
    group_views,
    level_views,
    roster_views,
    timeline_views,
    views,
)

urlpatterns = [
    path("tracing/", board_views.board, name="board"),
    path("tracing/<uuid:case_id>/", views.case, name="case"),
    path("tracing/<uuid:case_id>/ask/", views.ask, name="ask"),
    path("tracing/<uuid:case_id>/take/", views.take, name="take"),
    path("tracing/<uuid:case_id>/decide/", views.decide, name="decide"),
    path("tracing/<uuid:case_id>/contacts.csv", views.contacts_csv, name="contacts_csv"),
    path("tracing/<uuid:case_id>/chain/", chain_views.chain, name="chain"),
    path("tracing/<uuid:case_id>/changes/", level_views.changes, name="changes"),
    path("tracing/<uuid:case_id>/withdraw/", level_views.withdraw, name="withdraw"),
    path("tracing/<uuid:case_id>/join/", level_views.join, name="join_outbreak"),
    path("handovers/", views.inbox, name="inbox"),
    path("handovers/<uuid:handover_id>/accept/", views.accept, name="accept"),
    path("handovers/<uuid:handover_id>/return/", views.give_back, name="give_back"),
    # lists and groups
    path("tracing/<uuid:case_id>/groups/", roster_views.groups, name="groups"),
    path("tracing/<uuid:case_id>/groups/<uuid:group_id>/", group_views.group, name="group"),
    path(
        "tracing/<uuid:case_id>/groups/<uuid:group_id>/decide/",
        group_views.decide,
        name="group_decide",
    ),
    path("tracing/<uuid:case_id>/rosters/", roster_views.send, name="roster_send"),
    path("tracing/<uuid:case_id>/rosters/<uuid:roster_id>/", roster_views.one, name="roster"),
    path(
        "tracing/<uuid:case_id>/rosters/<uuid:roster_id>/columns/",
        roster_views.columns,
        name="roster_columns",
    ),
    path(
        "tracing/<uuid:case_id>/rosters/<uuid:roster_id>/groups/",
        roster_views.choose,
        name="roster_groups",
    ),
    path(
        "tracing/<uuid:case_id>/rosters/<uuid:roster_id>/copy/",
        roster_views.copy,
        name="roster_copy",
    ),
    path(
        "tracing/<uuid:case_id>/rosters/<uuid:roster_id>/let-go/",
        roster_views.let_go,
        name="roster_let_go",
    ),
    # the case file
    path("tracing/<uuid:case_id>/form/", file_views.form, name="form"),
    path(
        "tracing/<uuid:case_id>/form/<str:section>/", file_views.form_section, name="form_section"
    ),
    path("tracing/<uuid:case_id>/facts/", file_views.facts, name="facts"),
    path("tracing/<uuid:case_id>/quick-report/", file_views.report, name="quick_report"),
    path("tracing/<uuid:case_id>/timeline/", timeline_views.timeline, name="timeline"),
    path(
        "tracing/<uuid:case_id>/timeline/print/",
        timeline_views.timeline_print,
        name="timeline_print",
    ),
    path("tracing/<uuid:case_id>/timeline/new/", timeline_views.point_new, name="point_new"),
    path("tracing/<uuid:case_id>/timeline/places/", timeline_views.place_hits, name="place_hits"),
    path(
        "tracing/<uuid:case_id>/timeline/<uuid:point_id>/",
        timeline_views.point_correct,
        name="point_correct",
    ),
    path(
        "tracing/<uuid:case_id>/timeline/<uuid:point_id>/withdraw/",
        timeline_views.point_withdraw,
        name="point_withdraw",
    ),
    path(
        "tracing/<uuid:case_id>/timeline/<uuid:point_id>/link/",
        timeline_views.point_link,
        name="point_link",
    ),
    # outbreaks
    path("tracing/<uuid:case_id>/outbreak/", board_views.outbreak_open, name="outbreak_open"),
    path("outbreaks/", board_views.outbreaks, name="outbreaks"),
    path("outbreaks/<uuid:outbreak_id>/", board_views.outbreak, name="outbreak"),
    path("outbreaks/<uuid:outbreak_id>/add/", board_views.outbreak_add, name="outbreak_add"),
    path(
        "outbreaks/<uuid:outbreak_id>/remove/", board_views.outbreak_remove, name="outbreak_remove"
    ),
    path("outbreaks/<uuid:outbreak_id>/close/", board_views.outbreak_close, name="outbreak_close"),
]
