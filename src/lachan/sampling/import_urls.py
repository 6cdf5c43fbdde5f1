"""Pages of results by file and wire."""

from django.urls import path

from lachan.sampling import import_views as views

urlpatterns = [
    path("laboratory/import/", views.deliveries, name="deliveries"),
    path("laboratory/import/<uuid:delivery_id>/", views.delivery, name="delivery"),
    path("laboratory/import/<uuid:delivery_id>/take/", views.take, name="delivery_take"),
    path("laboratory/import/<uuid:delivery_id>/copy/", views.copy, name="delivery_copy"),
]
