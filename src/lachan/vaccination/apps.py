"""Vaccination: doses that are never lost, stock that balances, sites without a network."""

from django.apps import AppConfig


class VaccinationConfig(AppConfig):
    name = "lachan.vaccination"
    label = "vaccination"
