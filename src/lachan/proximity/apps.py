"""Encounters logged by Bluetooth, known by pseudonyms alone."""

from django.apps import AppConfig


class ProximityConfig(AppConfig):
    name = "lachan.proximity"
    label = "proximity"
