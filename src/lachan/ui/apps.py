"""The room of the frame, the components and the words around numbers."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Installed so that its templates, static files and tags are found."""

    name = "lachan.ui"
    label = "ui"
