"""Rapid antigen tests: the kits of a sampling unit, the cassettes in use, and who read what.

A rapid test is a tube read on the spot (`Tube.method` rapid): samples, result, approval and release
are those of every tube, so that cases, citizens and counts see one kind of thing.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.sampling.result_models import Result
from lachan.sampling.tube_models import Tube


class KitLot(models.Model):
    """A lot of kits that a unit has: name, expiry, and when its instructions say to read."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField()
    gtin = models.CharField(max_length=14, default="", help_text="GS1 number of the product")
    lot = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    expires = models.DateField(help_text="The last day on which it may be used")
    read_minutes = models.SmallIntegerField(null=True, help_text="Instructions; null: the rule's")
    read_before_minutes = models.SmallIntegerField(null=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "organisation",
            "gtin",
            "lot",
            "name",
            "expires",
            "read_minutes",
            "read_before_minutes",
            "made_at",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "gtin", "lot"], name="kit_lot_once_in_a_unit"
            ),
            models.CheckConstraint(
                name="kit_lot_is_read_in_order",
                condition=Q(read_minutes=None, read_before_minutes=None)
                | Q(read_minutes__gte=1, read_before_minutes__gt=F("read_minutes")),
            ),
        ]


class KitReceipt(models.Model):
    """So many kits of a lot came in."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    lot = models.ForeignKey(KitLot, models.PROTECT, related_name="receipts")
    organisation = models.UUIDField()
    quantity = models.IntegerField()
    at = models.DateTimeField()
    by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "lot", "organisation", "quantity", "at"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="kit_receipt_of_some", condition=Q(quantity__gte=1)),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-at"], name="kit_receipt_by_organisation"),
        ]


class RapidTest(models.Model):
    """A cassette with drops on it: of which lot, at which table, readable from when until when.

    `repeats`: the invalid one whose place it takes.
    """

    tube = models.OneToOneField(Tube, models.PROTECT, primary_key=True, related_name="rapid")
    lot = models.ForeignKey(KitLot, models.PROTECT, related_name="tests")
    table = models.CharField(max_length=20)
    applied_at = models.DateTimeField()
    ready_at = models.DateTimeField()
    read_before = models.DateTimeField()
    rule = models.UUIDField(help_text="The version of the rule that set the window")
    repeats = models.OneToOneField("self", models.PROTECT, null=True, related_name="repeated_by")
    attempt = models.SmallIntegerField(default=1, help_text="1, and one more for every repeat")
    organisation = models.UUIDField()
    by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "tube",
            "lot",
            "table",
            "applied_at",
            "ready_at",
            "read_before",
            "rule",
            "repeats",
            "attempt",
            "organisation",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="rapid_is_read_in_order",
                condition=Q(ready_at__gt=F("applied_at"), read_before__gt=F("ready_at")),
            ),
            models.CheckConstraint(
                name="rapid_repeat_is_a_later_attempt",
                condition=Q(repeats=None, attempt=1) | Q(repeats__isnull=False, attempt__gt=1),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-applied_at"], name="rapid_by_organisation"),
        ]


class RapidReading(models.Model):
    """What one person saw on a cassette.  Two people read; the second does not see the first's."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    test = models.ForeignKey(RapidTest, models.PROTECT, related_name="readings")
    outcome = models.CharField(max_length=14, choices=Result.Outcome)
    late = models.BooleanField(default=False, help_text="After the window: whatever was seen")
    organisation = models.UUIDField()
    at = models.DateTimeField()
    by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"by"}
        health: ClassVar[set[str]] = {"outcome"}
        plain: ClassVar[set[str]] = {"id", "test", "late", "organisation", "at"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["test", "by"], name="rapid_reading_once_by_a_person"),
            models.CheckConstraint(
                name="rapid_reading_says_what_a_cassette_can",
                condition=Q(outcome__in=["positive", "negative", "invalid"]),
            ),
            models.CheckConstraint(
                name="rapid_reading_late_is_invalid",
                condition=Q(late=False) | Q(outcome="invalid"),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-at"], name="rapid_reading_by_organisation"),
        ]
