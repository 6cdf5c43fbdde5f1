"""The rulebook: versioned rules, each with its document and its sentences."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "lachan.rulebook"
    label = "rulebook"
    verbose_name = "Rulebook"
