"""Addresses of venues.  `/q/<code>` stands on posters and never changes, nor does `/p/<code>`."""

from django.urls import path

from lachan.venues import (
    commune_views,
    flag_views,
    manager_views,
    register_views,
    roll_urls,
    views,
)

urlpatterns = [
    path("q/", views.type_code, name="type_code"),
    path("q/<str:code>", views.check_in, name="check_in"),
    path("p/<str:code>", views.check_in, name="check_in_too"),
    # whoever runs a place
    path("venues/", manager_views.venues, name="venues"),
    path("venues/register/", register_views.register, name="register"),
    path("venues/open/<uuid:place>/", manager_views.give_code, name="give_code"),
    path("venues/<uuid:venue>/", manager_views.venue, name="venue"),
    path("venues/<uuid:venue>/parts/", manager_views.parts, name="parts"),
    path("venues/<uuid:venue>/parts/codes/", manager_views.code_parts, name="code_parts"),
    path("venues/<uuid:venue>/posters.pdf", manager_views.posters, name="posters"),
    path("venues/<uuid:venue>/staff/", manager_views.staff, name="staff"),
    path("venues/<uuid:venue>/settings/", manager_views.settings, name="settings"),
    path("venues/<uuid:venue>/close/", manager_views.close, name="close"),
    path("venues/<uuid:venue>/devices/", manager_views.add_device, name="add_device"),
    path("venues/devices/<uuid:device>/close/", manager_views.close_device, name="close_device"),
    path("venues/guards/<uuid:post>/end/", manager_views.end_post, name="end_post"),
    # the commune and the province
    path("venues/commune/", commune_views.places, name="commune"),
    path("venues/commune/places.<str:ending>", commune_views.export, name="commune_export"),
    path("venues/commune/new/", commune_views.register, name="commune_register"),
    path("venues/commune/list/", commune_views.send_list, name="commune_list"),
    path("venues/commune/<uuid:venue>/", commune_views.place, name="commune_place"),
    path("venues/commune/<uuid:venue>/approve/", commune_views.approve, name="approve"),
    path("venues/commune/<uuid:venue>/suspend/", commune_views.suspend, name="suspend"),
    path("venues/commune/<uuid:venue>/lift/", commune_views.lift, name="lift"),
    path("venues/commune/<uuid:venue>/remind/", commune_views.remind, name="remind"),
    # scans a human should look at
    path("venues/flags/", flag_views.flags, name="flags"),
    path("venues/flags/<uuid:flag>/", flag_views.judge, name="judge_flag"),
    *roll_urls.urlpatterns,
]
