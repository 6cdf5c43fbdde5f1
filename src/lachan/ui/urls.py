"""Pages of the frame itself."""

from django.urls import path

from lachan.ui import views

app_name = "ui"
urlpatterns = [path("language/<str:code>", views.language, name="language")]
