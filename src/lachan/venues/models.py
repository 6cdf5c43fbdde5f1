"""Venues (places with a code), the devices that scan there, and the ledger of scans."""

from typing import ClassVar

from django.db import models

from lachan.core.ids import uuid7
from lachan.places.models import Place

#: Minutes a visit without a scan on the way out is taken to last, where no kind says otherwise.
#: Source: our own choice, the `--open-minutes` of the tracing definition (issue 2).
USUAL_MINUTES = 60

#: Imputed stay by kind of place.  Source: our own choice, to be confirmed by a health officer.
MINUTES_BY_KIND: dict[str, int] = {
    "campus": 480,
    "building": 480,
    "workshop": 480,
    "line": 480,
    "room": 480,
    "school": 300,
    "class": 300,
    "stall_row": 240,
    "table": 180,
    "hall": 180,
    "hospital": 120,
    "ward": 120,
}


class Direction(models.TextChoices):
    """Which way somebody went."""

    IN = "in"
    OUT = "out"


class Source(models.TextChoices):
    """Who or what says that somebody was there."""

    GATE = "gate"
    PERSON = "person"
    DESK = "desk"
    INTERVIEW = "interview"
    IMPORT = "import"


class Venue(models.Model):
    """A place that can be scanned: its code.  No personal data.

    `organisation` is the place's, kept beside it for the policies and the manager's list.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.OneToOneField(Place, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    code = models.CharField(max_length=8, unique=True)
    imputed_minutes = models.SmallIntegerField(default=USUAL_MINUTES)
    phone = models.CharField(max_length=20, blank=True, help_text="The station a guard calls")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "place", "organisation", "code", "imputed_minutes", "phone", "made_at"),
            "closed_at",
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "made_at"], name="venue_organisation"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="venue_minutes", condition=models.Q(imputed_minutes__range=(1, 1440))
            ),
        ]


class Device(models.Model):
    """A gate's device.  Its token is random, was shown once, and is kept as a hash."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    venue = models.ForeignKey(Venue, models.PROTECT)
    organisation = models.UUIDField()
    label = models.CharField(max_length=60)
    token_sha256 = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    closed_at = models.DateTimeField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "venue", "organisation", "label", "token_sha256", "made_at", "closed_at"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "made_at"], name="device_organisation"),
        ]


class Scan(models.Model):
    """Somebody came or went.  A ledger: key (day, id), no foreign keys, never changed.

    `at` is when it happened, `device_at` what the device's clock said, `received_at` our own clock.
    """

    id = models.UUIDField(primary_key=True)
    day = models.DateField()
    place = models.UUIDField()
    trace_id = models.UUIDField()
    direction = models.CharField(max_length=3, choices=Direction)
    at = models.DateTimeField()
    device_at = models.DateTimeField()
    received_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=Source)
    authority = models.TextField(help_text="device:<id>, person or account:<id>")
    payload_sha256 = models.BinaryField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"trace_id", "authority"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "day", "place", "direction", "at", "device_at", "received_at", "source"),
            *("payload_sha256", "commune", "province"),
        }

    class Meta:
        managed = False
        db_table = "venues_scan"


class Conflict(models.Model):
    """A scan that came under a stored number with other content: refused, and kept for review.

    A ledger.  `scan` is the number it came under; `id` is made of it and the content, so that the
    same refused scan is kept once.
    """

    id = models.UUIDField(primary_key=True)
    day = models.DateField()
    scan = models.UUIDField()
    place = models.UUIDField()
    trace_id = models.UUIDField()
    direction = models.CharField(max_length=3, choices=Direction)
    at = models.DateTimeField()
    device_at = models.DateTimeField()
    received_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=Source)
    authority = models.TextField()
    payload_sha256 = models.BinaryField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"trace_id", "authority"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "day", "scan", "place", "direction", "at", "device_at", "received_at"),
            *("source", "payload_sha256", "commune", "province"),
        }

    class Meta:
        managed = False
        db_table = "venues_conflict"
