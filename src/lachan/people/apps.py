"""Persons, their papers, phones, stays, households; accounts and roles."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "lachan.people"
    label = "people"
    verbose_name = "People"

    def ready(self) -> None:
        from allauth.mfa.signals import authentication_failed

        from lachan.people.staff_door import count_wrong_code

        authentication_failed.connect(count_wrong_code)
