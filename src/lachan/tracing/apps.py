"""Cases, who was at their places and times, contacts confirmed by a human, hand-over."""

from django.apps import AppConfig


class TracingConfig(AppConfig):
    name = "lachan.tracing"
    label = "tracing"
