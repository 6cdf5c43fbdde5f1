"""Boxes of tubes, who handed them to whom, and tubes that turned up where they do not belong."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.sampling.tube_models import Tube


class Box(models.Model):
    """One journey of a cool box from a sampling unit, or a laboratory, to a laboratory.

    The barcode sticks on the box and comes again with the next journey.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    barcode = models.CharField(max_length=40)
    organisation = models.UUIDField(help_text="The unit that packs it")
    laboratory = models.UUIDField(help_text="The laboratory it goes to")
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    packer = models.CharField(max_length=120, help_text="Name of who packed, for the other side")
    phone = models.CharField(max_length=20, default="", help_text="Where the packer is reached")
    sealed_at = models.DateTimeField(null=True)
    temperature = models.DecimalField(
        max_digits=4, decimal_places=1, null=True, help_text="Degrees Celsius at packing"
    )
    unpacked_at = models.DateTimeField(null=True, help_text="The laboratory scanned the first tube")
    closed_at = models.DateTimeField(null=True, help_text="The laboratory was done with it")

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by", "packer", "phone"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "barcode",
            "organisation",
            "laboratory",
            "made_at",
            "sealed_at",
            "temperature",
            "unpacked_at",
            "closed_at",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["barcode"], condition=Q(closed_at=None), name="box_on_one_journey"
            ),
            models.CheckConstraint(
                name="box_sealed_with_a_temperature",
                condition=Q(sealed_at=None) | Q(temperature__isnull=False),
            ),
            models.CheckConstraint(
                name="box_closed_after_it_is_sealed",
                condition=Q(closed_at=None) | Q(closed_at__gte=F("sealed_at")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-made_at"], name="box_by_organisation"),
            models.Index(fields=["laboratory", "-made_at"], name="box_by_laboratory"),
        ]


class Packing(models.Model):
    """A tube lies in a box, from its scan until it is out again.  `id` is the scanning page's."""

    class Out(models.TextChoices):
        """How it left the box."""

        TAKEN_OUT = "taken_out"
        ARRIVED = "arrived"
        LEFT_OVER = "left_over"

    id = models.UUIDField(primary_key=True, default=uuid7)
    box = models.ForeignKey(Box, models.PROTECT, related_name="packings")
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="packings")
    listed = models.BooleanField(default=True, help_text="False: found in it, on no manifest")
    at = models.DateTimeField()
    by = models.UUIDField()
    out = models.CharField(max_length=10, choices=Out, default="")
    out_at = models.DateTimeField(null=True)
    out_by = models.UUIDField(null=True)
    organisation = models.UUIDField(help_text="The box's")
    laboratory = models.UUIDField(help_text="The box's")

    class Privacy:
        identifying: ClassVar[set[str]] = {"by", "out_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "box",
            "tube",
            "listed",
            "at",
            "out",
            "out_at",
            "organisation",
            "laboratory",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["tube"], condition=Q(out_at=None), name="tube_in_one_box_at_a_time"
            ),
            models.CheckConstraint(
                name="packing_ends_with_how",
                condition=Q(out="", out_at=None, out_by=None)
                | (~Q(out="") & Q(out_at__isnull=False, out_by__isnull=False)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["box", "at"], name="packing_by_box"),
            models.Index(fields=["organisation", "-at"], name="packing_by_organisation"),
            models.Index(fields=["laboratory", "-at"], name="packing_by_laboratory"),
        ]


class HandOver(models.Model):
    """One leg of a box's way: who gave it and who took it, with count and temperature at each.

    A courier without an account is a name and a telephone, signed on the paper manifest.  Where the
    laboratory is to take the box itself, its half is empty until it has.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    box = models.ForeignKey(Box, models.PROTECT, related_name="legs")
    leg = models.SmallIntegerField(help_text="1 for the first")
    giver = models.CharField(max_length=120)
    giver_phone = models.CharField(max_length=20, default="")
    giver_account = models.UUIDField(null=True, help_text="None: a courier without an account")
    given_count = models.SmallIntegerField()
    given_temperature = models.DecimalField(max_digits=4, decimal_places=1)
    given_at = models.DateTimeField()
    taker = models.CharField(max_length=120, default="")
    taker_phone = models.CharField(max_length=20, default="")
    taker_account = models.UUIDField(null=True)
    taken_count = models.SmallIntegerField(null=True)
    taken_temperature = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    taken_at = models.DateTimeField(null=True)
    arrives = models.BooleanField(default=False, help_text="The laboratory takes it")
    by = models.UUIDField(help_text="The account that wrote it down")
    organisation = models.UUIDField(help_text="The box's")
    laboratory = models.UUIDField(help_text="The box's")

    class Privacy:
        identifying: ClassVar[set[str]] = {
            "giver",
            "giver_phone",
            "giver_account",
            "taker",
            "taker_phone",
            "taker_account",
            "by",
        }
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "box",
            "leg",
            "given_count",
            "given_temperature",
            "given_at",
            "taken_count",
            "taken_temperature",
            "taken_at",
            "arrives",
            "organisation",
            "laboratory",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["box", "leg"], name="leg_of_a_box_once"),
            models.UniqueConstraint(
                fields=["box"], condition=Q(arrives=True), name="box_arrives_once"
            ),
            models.CheckConstraint(
                name="leg_taken_whole_and_after_it_is_given",
                condition=Q(taken_at=None, taken_count=None, taken_temperature=None, arrives=True)
                | Q(
                    taken_at__gte=F("given_at"),
                    taken_count__isnull=False,
                    taken_temperature__isnull=False,
                ),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-given_at"], name="handover_by_organisation"),
            models.Index(fields=["laboratory", "-given_at"], name="handover_by_laboratory"),
        ]


class Stray(models.Model):
    """A tube turned up at a laboratory it was not sent to; it is sent on in a box."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="strays")
    laboratory = models.UUIDField(help_text="Where it lies")
    box = models.ForeignKey(Box, models.PROTECT, null=True, related_name="strays")
    at = models.DateTimeField()
    by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "tube", "laboratory", "box", "at"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["laboratory", "-at"], name="stray_by_laboratory"),
        ]


class Reading(models.Model):
    """A data logger's file of a box, judged against the cold range when it was taken in."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    box = models.ForeignKey(Box, models.PROTECT, related_name="readings")
    name = models.CharField(max_length=120, help_text="Of the file")
    sha256 = models.CharField(max_length=64)
    points = models.JSONField(help_text="[[seconds since 1970, degrees], ...] in order of time")
    excursions = models.JSONField(help_text="[[from, until, coldest, warmest], ...] outside")
    coldest = models.FloatField()
    warmest = models.FloatField()
    at = models.DateTimeField()
    by = models.UUIDField()
    organisation = models.UUIDField(help_text="The box's")
    laboratory = models.UUIDField(help_text="The box's")

    class Privacy:
        identifying: ClassVar[set[str]] = {"by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "box",
            "name",
            "sha256",
            "points",
            "excursions",
            "coldest",
            "warmest",
            "at",
            "organisation",
            "laboratory",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["box", "sha256"], name="reading_of_a_box_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-at"], name="reading_by_organisation"),
            models.Index(fields=["laboratory", "-at"], name="reading_by_laboratory"),
        ]
