"""The gate: one scan answers everything."""

from django.apps import AppConfig


class GateConfig(AppConfig):
    name = "lachan.gate"
    label = "gate"
    verbose_name = "Gate"
