"""Persons, their papers, phones, stays, households; accounts and roles."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "lachan.people"
    label = "people"
    verbose_name = "People"
