"""Health declarations: voluntary unless a document number says otherwise."""

from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    name = "lachan.declarations"
    label = "declarations"
