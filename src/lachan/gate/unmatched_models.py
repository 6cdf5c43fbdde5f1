"""Scans of cards under which nobody is entered yet."""

from typing import ClassVar

from django.db import models

from lachan.venues.models import Direction, Source


class UnmatchedScan(models.Model):
    """A card was scanned and nobody is registered under it: kept until the person is entered.

    A ledger, appended by the hot path alone.  `document` is the blind index of the card's number,
    `sealed` its text.  The worker marks the row settled when the scan stands under its own number
    in the ledger of scans, and empties what was sealed.  `instead_of`: it came under the number of
    another one, with other content; it is kept for review.
    """

    id = models.UUIDField(primary_key=True)
    day = models.DateField()
    place = models.UUIDField()
    document = models.BinaryField()
    direction = models.CharField(max_length=3, choices=Direction)
    at = models.DateTimeField()
    device_at = models.DateTimeField()
    received_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=Source)
    authority = models.TextField()
    payload_hmac = models.BinaryField(help_text="Of what happened, keyed: a card's number is short")
    sealed = models.BinaryField(help_text="The card's text; empty once settled")
    key_version = models.SmallIntegerField()
    commune = models.IntegerField()
    province = models.IntegerField()
    counter = models.BigIntegerField(null=True)
    offset_ms = models.BigIntegerField(null=True)
    offline = models.BooleanField(default=False)
    instead_of = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"document", "payload_hmac", "sealed", "authority"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "day", "place", "direction", "at", "device_at", "received_at", "source"),
            *("key_version", "commune", "province", "counter", "offset_ms", "offline"),
            *("instead_of", "settled_at"),
        }

    class Meta:
        managed = False
        db_table = "gate_unmatched"
