"""Pages of corrections."""

from django.urls import path

from lachan.corrections import ticket_views, views

urlpatterns = [
    path("complaints/", ticket_views.mine, name="tickets"),
    path("complaints/missing/", ticket_views.missing, name="ticket_missing"),
    path("complaints/wrong/<uuid:dose_id>/", ticket_views.wrong, name="ticket_wrong"),
    path("complaints/times/", ticket_views.times, name="ticket_times"),
    path("complaints/desk/", ticket_views.desk, name="ticket_desk"),
    path("complaints/desk/<uuid:ticket_id>/", ticket_views.ticket, name="ticket"),
    path("complaints/desk/<uuid:ticket_id>/photo/", ticket_views.photo, name="ticket_photo"),
    path("complaints/desk/<uuid:ticket_id>/propose/", ticket_views.propose, name="ticket_propose"),
    path("complaints/desk/<uuid:ticket_id>/decide/", ticket_views.decide, name="ticket_decide"),
    path("corrections/", views.board, name="board"),
    path("corrections/<uuid:result_id>/", views.withdrawal, name="withdrawal"),
    path("corrections/<uuid:result_id>/again/", views.again, name="again"),
    path("corrections/<uuid:result_id>/decide/", views.decide, name="decide"),
]
