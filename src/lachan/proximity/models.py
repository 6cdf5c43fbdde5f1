"""Encounters: two pseudonyms nearer than 2 m, as their phones logged it.  No places, no names."""

from typing import ClassVar

from django.db import models

from lachan.core.ids import uuid7


class Encounter(models.Model):
    """One encounter.  A ledger: key (day, id), appended, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    day = models.DateField()
    a = models.UUIDField()
    b = models.UUIDField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    received_at = models.DateTimeField()
    payload_sha256 = models.BinaryField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"a", "b"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "day",
            "start",
            "end",
            "received_at",
            "payload_sha256",
        }

    class Meta:
        managed = False
        db_table = "proximity_encounter"
