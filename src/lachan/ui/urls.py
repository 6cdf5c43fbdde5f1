"""Pages of the frame itself."""

from django.urls import path

from lachan.ui import clock_views, views

app_name = "ui"
urlpatterns = [
    path("language/<str:code>", views.language, name="language"),
    path("demo/clock/", clock_views.clock, name="clock"),
    path("demo/clock/progress/", clock_views.progress, name="clock_progress"),
]
