"""Deliveries by night (lượt xe giao hàng): vehicles that come to a market with their drivers."""

from typing import ClassVar

from django.db import models

from lachan.core.ids import uuid7
from lachan.places.models import Place
from lachan.venues.rolls import Member


class Delivery(models.Model):
    """A vehicle came with goods.  `plate` in one spelling; the driver is a member of the market's
    own list, so that the next night the plate brings the name back."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", help_text="Row or dock")
    plate = models.CharField(max_length=16)
    driver = models.ForeignKey(Member, models.PROTECT, related_name="deliveries")
    coming_from = models.CharField(max_length=80, blank=True, help_text="Province or place")
    goods = models.CharField(max_length=40, blank=True)
    night = models.DateField(help_text="The day of the morning it belongs to")
    came_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    made_by = models.UUIDField()
    recorded_at = models.DateTimeField(null=True, help_text="When the ledger of scans had it")
    commune = models.IntegerField(help_text="Of the place")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"plate", "driver", "made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "place", "coming_from", "goods", "night", "came_at", "left_at"),
            *("recorded_at", "commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "night", "came_at"], name="delivery_night"),
            models.Index(fields=["organisation", "plate", "-came_at"], name="delivery_plate"),
            models.Index(fields=["commune", "night"], name="delivery_commune"),
            models.Index(fields=["province", "night"], name="delivery_province"),
            models.Index(
                fields=["came_at"], name="delivery_to_record", condition=models.Q(recorded_at=None)
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="delivery_leaves_after_it_came",
                condition=models.Q(left_at=None) | models.Q(left_at__gte=models.F("came_at")),
            ),
        ]
