"""Pages of sampling."""

from django.urls import path

from lachan.sampling import views

urlpatterns = [
    path("sampling/", views.table, name="table"),
    path("sampling/setup/", views.setup, name="setup"),
    path("sampling/<uuid:tube_id>/", views.tube, name="tube"),
    path("sampling/<uuid:tube_id>/close/", views.close, name="close"),
    path("laboratory/", views.laboratory, name="laboratory"),
    path("laboratory/release/", views.release, name="release"),
    path("laboratory/<uuid:tube_id>/", views.outcome, name="outcome"),
    path("results/", views.results, name="results"),
]
