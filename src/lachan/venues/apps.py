"""Places that can be scanned, and the ledger of who came and went."""

from django.apps import AppConfig


class VenuesConfig(AppConfig):
    name = "lachan.venues"
    label = "venues"
    verbose_name = "Venues"
