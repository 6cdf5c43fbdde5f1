"""Isolation: lawful orders towards a person, each with its article, signer and clock."""

from django.apps import AppConfig


class IsolationConfig(AppConfig):
    name = "lachan.isolation"
    label = "isolation"
