"""Addresses of venues.  `/q/<code>` stands on posters and never changes, nor does `/p/<code>`."""

from django.urls import path

from lachan.venues import views

urlpatterns = [
    path("q/", views.type_code, name="type_code"),
    path("q/<str:code>", views.check_in, name="check_in"),
    path("p/<str:code>", views.check_in, name="check_in_too"),
    path("venues/", views.venues, name="venues"),
    path("venues/open/<uuid:place>/", views.give_code, name="give_code"),
    path("venues/<uuid:venue>/", views.venue, name="venue"),
    path("venues/<uuid:venue>/poster.pdf", views.poster_pdf, name="poster"),
    path("venues/<uuid:venue>/devices/", views.add_device, name="add_device"),
    path("venues/devices/<uuid:device>/close/", views.close_device, name="close_device"),
]
