"""Addresses of places."""

from django.urls import path

from lachan.places import lane_views, views

urlpatterns = [
    path("places/", views.places, name="places"),
    path("places/new/", views.register, name="register"),
    path("places/lanes/", lane_views.lanes, name="lanes"),
    path("places/units/", views.units, name="units"),
    path("places/<uuid:place_id>/", views.place, name="place"),
    path("places/<uuid:place_id>/parts/", views.add_parts, name="add_parts"),
    path("places/<uuid:place_id>/name/", views.rename, name="rename"),
    path("places/<uuid:place_id>/close/", views.close, name="close"),
]
