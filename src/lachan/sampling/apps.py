"""Sampling and laboratory: tubes, samples, results; nobody returns for a result."""

from django.apps import AppConfig


class SamplingConfig(AppConfig):
    name = "lachan.sampling"
    label = "sampling"
