"""Pages of messages."""

from django.urls import path

from lachan.notices import views

urlpatterns = [
    path("notices/", views.notices, name="list"),
    path("notices/approve/", views.approve, name="approve"),
]
