"""Pages of tracing."""

from django.urls import path

from lachan.tracing import call_views, handover_views, list_views, mode_views, views

urlpatterns = [
    path("tracing/", views.board, name="board"),
    path("tracing/pace/", mode_views.pace, name="pace"),
    path("tracing/<uuid:case_id>/", views.case, name="case"),
    path("tracing/<uuid:case_id>/ask/", views.ask, name="ask"),
    path("tracing/<uuid:case_id>/take/", views.take, name="take"),
    path("tracing/<uuid:case_id>/decide/", views.decide, name="decide"),
    path("tracing/<uuid:case_id>/mark/", mode_views.mark_stage, name="mark_stage"),
    path("tracing/<uuid:case_id>/contacts.csv", list_views.contacts_csv, name="contacts_csv"),
    path("tracing/<uuid:case_id>/contacts.xlsx", list_views.contacts_xlsx, name="contacts_xlsx"),
    path("tracing/<uuid:case_id>/print/", list_views.contacts_print, name="contacts_print"),
    path("calls/", call_views.queue, name="calls"),
    path("calls/next/", call_views.call_next, name="call_next"),
    path("calls/shift/", call_views.shift, name="call_shift"),
    path("calls/share/", call_views.share_out, name="call_share"),
    path("calls/<uuid:person_id>/", call_views.call, name="call"),
    path("handovers/", handover_views.received, name="inbox"),
    path("handovers/print/", handover_views.received_print, name="inbox_print"),
    path("handovers/accept/", handover_views.accept_all, name="accept_all"),
    path("handovers/sent/", handover_views.sent, name="sent"),
    path("handovers/send/", handover_views.send_person, name="send_person"),
    path("handovers/again/<uuid:contact_id>/", handover_views.send_again, name="send_again"),
    path("handovers/<uuid:handover_id>/accept/", handover_views.accept, name="accept"),
    path("handovers/<uuid:handover_id>/return/", handover_views.give_back, name="give_back"),
    path("handovers/<uuid:handover_id>/finish/", handover_views.finish, name="finish"),
    path("modes/", mode_views.mode, name="modes"),
    path("modes/set/", mode_views.set_mode, name="set_mode"),
]
