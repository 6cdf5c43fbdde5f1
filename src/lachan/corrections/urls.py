"""Pages of corrections."""

from django.urls import path

from lachan.corrections import ticket_desk_views, ticket_views, views

urlpatterns = [
    path("complaints/", ticket_views.mine, name="tickets"),
    path("complaints/missing/", ticket_views.missing, name="ticket_missing"),
    path("complaints/wrong/<uuid:dose_id>/", ticket_views.wrong, name="ticket_wrong"),
    path("complaints/identity/", ticket_views.identity, name="ticket_identity"),
    path("complaints/status/", ticket_desk_views.status, name="ticket_status"),
    path("complaints/times/", ticket_views.times, name="ticket_times"),
    path("complaints/desk/", ticket_views.desk, name="ticket_desk"),
    path("complaints/desk/new/", ticket_desk_views.whose, name="ticket_whose"),
    path("complaints/desk/new/<uuid:person_id>/", ticket_desk_views.take, name="ticket_take"),
    path("complaints/desk/<uuid:ticket_id>/slip/", ticket_desk_views.slip, name="ticket_slip"),
    path(
        "complaints/desk/<uuid:ticket_id>/search/", ticket_desk_views.search, name="ticket_search"
    ),
    path("complaints/desk/<uuid:ticket_id>/move/", ticket_desk_views.move, name="ticket_move"),
    path("complaints/desk/<uuid:ticket_id>/ask/", ticket_desk_views.ask, name="ticket_ask"),
    path("complaints/desk/<uuid:ticket_id>/", ticket_views.ticket, name="ticket"),
    path("complaints/desk/<uuid:ticket_id>/photo/", ticket_views.photo, name="ticket_photo"),
    path("complaints/desk/<uuid:ticket_id>/propose/", ticket_views.propose, name="ticket_propose"),
    path("complaints/desk/<uuid:ticket_id>/decide/", ticket_views.decide, name="ticket_decide"),
    path("corrections/", views.board, name="board"),
    path("corrections/<uuid:result_id>/", views.withdrawal, name="withdrawal"),
    path("corrections/<uuid:result_id>/again/", views.again, name="again"),
    path("corrections/<uuid:result_id>/decide/", views.decide, name="decide"),
]
