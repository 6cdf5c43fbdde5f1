"""Territory through time, organisations and the health line, the tree of places."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "lachan.places"
    label = "places"
    verbose_name = "Places"
