"""Pages of tracing."""

from django.urls import path

from lachan.tracing import chain_views, level_views, views

urlpatterns = [
    path("tracing/", views.board, name="board"),
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
]
