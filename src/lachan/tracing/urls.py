"""Pages of tracing."""

from django.urls import path

from lachan.tracing import (
    api,
    board_views,
    call_views,
    chain_views,
    contact_views,
    file_views,
    group_views,
    handover_views,
    level_views,
    list_views,
    measure_views,
    mode_views,
    naming_views,
    pool_views,
    public_call_views,
    public_views,
    roster_views,
    timeline_views,
    views,
    visit_views,
)
from lachan.tracing.zone_urls import ZONES

#: Contacts named by humans, and what the public answers.
NAMING = [
    path("tracing/<uuid:case_id>/add/", naming_views.add, name="add"),
    path("tracing/<uuid:case_id>/household/", naming_views.add_household, name="household"),
    path("tracing/<uuid:case_id>/calls/", public_call_views.case_calls, name="case_calls"),
    path("tracing/contacts/<uuid:contact_id>/", naming_views.contact, name="contact"),
    path("tracing/contacts/<uuid:contact_id>/decide/", contact_views.decide, name="decide_contact"),
    path("tracing/contacts/<uuid:contact_id>/identify/", contact_views.identify, name="identify"),
    path("tracing/contacts/<uuid:contact_id>/invite/", contact_views.invite, name="invite"),
    path("tracing/contacts/<uuid:contact_id>/link/", contact_views.invitation, name="invitation"),
    path(
        "tracing/contacts/<uuid:contact_id>/message/", contact_views.message, name="invite_message"
    ),
    path("tracing/contacts/<uuid:contact_id>/sheet.pdf", contact_views.paper, name="sheet"),
    path("tracing/public-calls/", public_call_views.calls, name="public_calls"),
    path("tracing/public-calls/<uuid:call_id>/", public_call_views.staff_call, name="staff_call"),
    path(
        "tracing/public-calls/<uuid:call_id>/decide/", public_call_views.decide, name="decide_call"
    ),
    path("tracing/public-calls/<uuid:call_id>/answer/", public_call_views.take, name="take_answer"),
    path(
        "tracing/public-calls/<uuid:call_id>/poster.pdf",
        public_call_views.poster,
        name="call_poster",
    ),
    path("khai-tiep-xuc/<str:code>/", public_views.own_contacts, name="own_contacts"),
    path("tim-nguoi/<str:code>/", public_views.public_call, name="public_call"),
]

#: The same lists for programs.
API = [
    path("api/tracing/cases/", api.cases, name="api_cases"),
    path("api/tracing/cases/<uuid:case_id>/contacts/", api.contacts, name="api_contacts"),
    path("api/tracing/handovers/", api.handovers, name="api_handovers"),
]

urlpatterns = [
    *API,
    *NAMING,
    *ZONES,
    path("tracing/", board_views.board, name="board"),
    path("tracing/pace/", mode_views.pace, name="pace"),
    path("tracing/rapid/<uuid:result_id>/suspect/", board_views.suspect, name="suspect"),
    path("tracing/<uuid:case_id>/", views.case, name="case"),
    path("tracing/<uuid:case_id>/ask/", views.ask, name="ask"),
    path("tracing/<uuid:case_id>/take/", views.take, name="take"),
    path("tracing/<uuid:case_id>/decide/", views.decide, name="decide"),
    path("tracing/<uuid:case_id>/chain/", chain_views.chain, name="chain"),
    path("tracing/<uuid:case_id>/changes/", level_views.changes, name="changes"),
    path("tracing/<uuid:case_id>/withdraw/", level_views.withdraw, name="withdraw"),
    path("tracing/<uuid:case_id>/join/", level_views.join, name="join_outbreak"),
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
    path("tracing/<uuid:case_id>/visitors/", visit_views.ask, name="ask_place"),
    path("tracing/<uuid:case_id>/visitors/<uuid:request_id>/", visit_views.pack, name="visitors"),
    path(
        "tracing/<uuid:case_id>/visitors/<uuid:request_id>/list/",
        visit_views.put_on_list,
        name="visitors_list",
    ),
    path(
        "tracing/<uuid:case_id>/visitors/<uuid:request_id>.<str:ending>",
        visit_views.pack_file,
        name="visitors_file",
    ),
    path("tracing/<uuid:case_id>/measures/", measure_views.page, name="measures"),
    path("tracing/<uuid:case_id>/measures/ask/", measure_views.ask, name="measures_ask"),
    # outbreaks
    path("tracing/<uuid:case_id>/outbreak/", board_views.outbreak_open, name="outbreak_open"),
    path("outbreaks/", board_views.outbreaks, name="outbreaks"),
    path("outbreaks/<uuid:outbreak_id>/", board_views.outbreak, name="outbreak"),
    path("outbreaks/<uuid:outbreak_id>/add/", board_views.outbreak_add, name="outbreak_add"),
    path(
        "outbreaks/<uuid:outbreak_id>/remove/", board_views.outbreak_remove, name="outbreak_remove"
    ),
    path("outbreaks/<uuid:outbreak_id>/close/", board_views.outbreak_close, name="outbreak_close"),
    # calls, hand-overs, modes
    path("tracing/<uuid:case_id>/mark/", mode_views.mark_stage, name="mark_stage"),
    path("tracing/<uuid:case_id>/contacts.csv", list_views.contacts_csv, name="contacts_csv"),
    path("tracing/<uuid:case_id>/contacts.xlsx", list_views.contacts_xlsx, name="contacts_xlsx"),
    path("tracing/<uuid:case_id>/print/", list_views.contacts_print, name="contacts_print"),
    path("calls/", call_views.queue, name="calls"),
    path("calls/next/", call_views.call_next, name="call_next"),
    path("calls/shift/", call_views.shift, name="call_shift"),
    path("calls/share/", call_views.share_out, name="call_share"),
    path("calls/<uuid:person_id>/", call_views.call, name="call"),
    path("calls/<uuid:person_id>/visit/", call_views.go_there, name="go_there"),
    path("handovers/", handover_views.received, name="inbox"),
    path("handovers/print/", handover_views.received_print, name="inbox_print"),
    path("handovers/accept/", handover_views.accept_all, name="accept_all"),
    path("handovers/sent/", handover_views.sent, name="sent"),
    path("handovers/send/", handover_views.send_person, name="send_person"),
    path("handovers/again/<uuid:contact_id>/", handover_views.send_again, name="send_again"),
    path("handovers/<uuid:handover_id>/accept/", handover_views.accept, name="accept"),
    path("handovers/<uuid:handover_id>/return/", handover_views.give_back, name="give_back"),
    path("handovers/<uuid:handover_id>/finish/", handover_views.finish, name="finish"),
    path("pools/", pool_views.pools, name="pools"),
    path("pools/<uuid:member_id>/let-go/", pool_views.let_go, name="pool_let_go"),
    path("modes/", mode_views.mode, name="modes"),
    path("modes/set/", mode_views.set_mode, name="set_mode"),
]
