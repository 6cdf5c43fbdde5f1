"""What somebody who registers a place calls it, and what kind of place and of body that is."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Trade(models.TextChoices):
    """What is done at a place, in the words of whoever runs it."""

    MARKET = "market", _("Market")
    SHOP = "shop", _("Shop, supermarket")
    RESTAURANT = "restaurant", _("Restaurant, coffee shop")
    HOTEL = "hotel", _("Hotel, guest house")
    LODGING = "lodging", _("Rented rooms, dormitory")
    FACTORY = "factory", _("Factory, workshop")
    OFFICE = "office", _("Office")
    SCHOOL = "school", _("School")
    HOSPITAL = "hospital", _("Hospital, clinic, pharmacy")
    WORSHIP = "worship", _("Pagoda, church, temple")
    HALL = "hall", _("Wedding hall, cinema, sports hall")
    VEHICLE = "vehicle", _("Bus, taxi, boat")
    OTHER = "other", _("Other place")


@dataclass(frozen=True, slots=True)
class Stands:
    """The kind of place and the kind of body that a trade is in the register."""

    place: str
    body: str


#: Every trade is one of the register's kinds, by which the contact rule asks.
STANDS: dict[str, Stands] = {
    "market": Stands("market", "market"),
    "shop": Stands("other", "company"),
    "restaurant": Stands("other", "company"),
    "hotel": Stands("building", "company"),
    "lodging": Stands("building", "company"),
    "factory": Stands("campus", "company"),
    "office": Stands("building", "company"),
    "school": Stands("school", "school"),
    "hospital": Stands("hospital", "hospital"),
    "worship": Stands("other", "worship"),
    "hall": Stands("building", "company"),
    "vehicle": Stands("vehicle", "transport"),
    "other": Stands("other", "other"),
}

#: A trade for places that were registered by their kind alone.
OF_KIND: dict[str, str] = {
    "market": "market",
    "school": "school",
    "hospital": "hospital",
    "vehicle": "vehicle",
    "campus": "factory",
}
