"""Corrections: what a wrong positive brought about is undone in one action."""

from django.apps import AppConfig


class CorrectionsConfig(AppConfig):
    name = "lachan.corrections"
    label = "corrections"
    verbose_name = "Corrections"
