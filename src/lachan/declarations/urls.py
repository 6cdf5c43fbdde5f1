"""Pages of declaring."""

from django.urls import path

from lachan.declarations import views

urlpatterns = [
    path("declare/", views.declare, name="declare"),
    path("declare/<uuid:declaration>/", views.declared, name="declared"),
]
