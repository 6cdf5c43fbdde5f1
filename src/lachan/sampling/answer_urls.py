"""Addresses of results for people."""

from django.urls import path

from lachan.sampling import answer_views

ANSWERS = [
    path("r/", answer_views.by_code, name="slip_code"),
    path("r/v/<str:token>/", answer_views.paper_check, name="paper_check"),
    path("r/<str:token>/", answer_views.slip, name="slip"),
    path("r/<str:token>/close/", answer_views.close_slip, name="slip_close"),
    path("r/<str:token>/<uuid:sample_id>.pdf", answer_views.slip_paper, name="slip_paper"),
    path("results/<uuid:sample_id>.pdf", answer_views.own_paper, name="own_paper"),
    path("sampling/<uuid:tube_id>/slips/", answer_views.slips, name="slips"),
]
