"""Pages of counting."""

from django.urls import path

from lachan.sampling import counting_backlog_views as backlog
from lachan.sampling import counting_pace_views as pace
from lachan.sampling import counting_views as views

urlpatterns = [
    path("sampling/counting/backlog/", backlog.backlog, name="backlog"),
    path("sampling/counting/backlog.<slug:ending>", backlog.backlog_file, name="backlog_file"),
    path("sampling/boxes/<uuid:box_id>/reroute/", backlog.reroute, name="box_reroute"),
    path("laboratory/capacity/", backlog.capacity, name="capacity"),
    path("sampling/counting/pace/", pace.pace, name="pace"),
    path("sampling/counting/pace.<slug:ending>", pace.pace_file, name="pace_file"),
    path("laboratory/counting/pace/", pace.laboratory_pace, name="laboratory_pace"),
    path(
        "laboratory/counting/pace.<slug:ending>",
        pace.laboratory_pace_file,
        name="laboratory_pace_file",
    ),
    path("sampling/counting/", views.counting, name="counting"),
    path("sampling/counting.<slug:ending>", views.counting_file, name="counting_file"),
    path("laboratory/counting/", views.laboratory_counting, name="laboratory_counting"),
    path(
        "laboratory/counting.<slug:ending>",
        views.laboratory_counting_file,
        name="laboratory_counting_file",
    ),
]
