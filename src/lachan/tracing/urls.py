"""Pages of tracing."""

from django.urls import path

from lachan.tracing import (
    contact_views,
    naming_views,
    public_call_views,
    public_views,
    views,
)

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

urlpatterns = [
    *NAMING,
    path("tracing/", views.board, name="board"),
    path("tracing/<uuid:case_id>/", views.case, name="case"),
    path("tracing/<uuid:case_id>/ask/", views.ask, name="ask"),
    path("tracing/<uuid:case_id>/take/", views.take, name="take"),
    path("tracing/<uuid:case_id>/decide/", views.decide, name="decide"),
    path("tracing/<uuid:case_id>/contacts.csv", views.contacts_csv, name="contacts_csv"),
    path("handovers/", views.inbox, name="inbox"),
    path("handovers/<uuid:handover_id>/accept/", views.accept, name="accept"),
    path("handovers/<uuid:handover_id>/return/", views.give_back, name="give_back"),
]
