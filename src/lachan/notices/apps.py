"""Messages to people in legal words, sent only after a human approved them."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "lachan.notices"
    label = "notices"
