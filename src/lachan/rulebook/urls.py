"""Pages of the rulebook, for staff."""

from django.urls import path

from lachan.rulebook import version_views, views

urlpatterns = [
    path("rules/", views.rules, name="rules"),
    path("rules/may-we/", views.may_we, name="may_we"),
    path("rules/<uuid:rule>/", views.rule, name="rule"),
    path("rules/<uuid:rule>/new/", version_views.enter, name="enter"),
]
