"""Pages of corrections."""

from django.urls import path

from lachan.corrections import views

urlpatterns = [
    path("corrections/", views.board, name="board"),
    path("corrections/<uuid:result_id>/", views.withdrawal, name="withdrawal"),
    path("corrections/<uuid:result_id>/again/", views.again, name="again"),
    path("corrections/<uuid:result_id>/decide/", views.decide, name="decide"),
]
