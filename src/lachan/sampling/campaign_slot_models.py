"""Appointments of a campaign, kits of a unit, and who goes where."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.sampling.tube_models import Campaign, SampleRequest


class Slot(models.Model):
    """So many people may come to a site from a minute to a minute."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="slots")
    site = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    capacity = models.SmallIntegerField()
    made_by = models.UUIDField()
    organisation = models.UUIDField(null=True)
    commune = models.IntegerField(null=True)
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "campaign", "site", "starts_at", "ends_at", "capacity"),
            *("organisation", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["campaign", "site", "starts_at"], name="slot_once_at_a_site"
            ),
            models.CheckConstraint(
                name="slot_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(name="slot_takes_somebody", condition=Q(capacity__gte=1)),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["campaign", "starts_at"], name="slot_of_campaign"),
            models.Index(fields=["commune", "-starts_at"], name="slot_by_commune"),
            models.Index(fields=["organisation", "-starts_at"], name="slot_by_organisation"),
            models.Index(fields=["province", "-starts_at"], name="slot_by_province"),
        ]


class Appointment(models.Model):
    """Somebody comes in a slot for a request; moving it ends this row and begins another."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    request = models.ForeignKey(SampleRequest, models.PROTECT, related_name="appointments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="appointments")
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True, help_text="When it was moved or taken back")
    organisation = models.UUIDField(null=True)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "made_by"}
        health: ClassVar[set[str]] = {"request"}
        plain: ClassVar[set[str]] = {
            *("id", "slot", "made_at", "ended_at", "organisation", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["request"], condition=Q(ended_at=None), name="appointment_one_that_stands"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["slot"], name="appointment_of_slot", condition=Q(ended_at=None)),
            models.Index(fields=["commune", "-made_at"], name="appointment_by_commune"),
            models.Index(fields=["province", "-made_at"], name="appointment_by_province"),
            models.Index(fields=["organisation", "-made_at"], name="appointment_by_unit"),
        ]


class StockEntry(models.Model):
    """Kits or tubes came to a unit or left it otherwise than by use.  Appended only.

    `quantity` is positive for a receipt and negative for what was given away, broken or counted
    less; tubes that are opened count by themselves.
    """

    class Item(models.TextChoices):
        TUBE = "tube", _("Tubes with medium")
        SWAB = "swab", _("Swabs")
        RAPID = "rapid", _("Rapid tests")

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Received")
        GIVEN = "given", _("Given away")
        SPOILED = "spoiled", _("Spoiled or expired")
        COUNTED = "counted", _("Correction after counting")

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField()
    item = models.CharField(max_length=5, choices=Item)
    kind = models.CharField(max_length=8, choices=Kind)
    quantity = models.IntegerField()
    lot = models.CharField(max_length=40, default="")
    expires_on = models.DateField(null=True)
    note = models.CharField(max_length=120, default="")
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    commune = models.IntegerField(null=True)
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"by", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "item", "kind", "quantity", "lot", "expires_on", "note"),
            *("at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="stock_moves_the_right_way",
                condition=Q(kind="receipt", quantity__gt=0)
                | Q(kind__in=["given", "spoiled"], quantity__lt=0)
                | (Q(kind="counted") & ~Q(quantity=0)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "item", "-at"], name="stock_by_unit"),
            models.Index(fields=["commune", "-at"], name="stock_by_commune"),
            models.Index(fields=["province", "-at"], name="stock_by_province"),
        ]


class TeamShift(models.Model):
    """Who goes with which device to which site or lanes in which hours, and whom to expect."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="shifts")
    team = models.CharField(max_length=120, help_text="Names of who goes")
    device = models.CharField(max_length=60)
    where = models.CharField(max_length=120, help_text="Site or lanes")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    expected = models.IntegerField(help_text="People")
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    withdrawn_at = models.DateTimeField(null=True)
    organisation = models.UUIDField(null=True)
    commune = models.IntegerField(null=True)
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"team", "made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "campaign", "device", "where", "starts_at", "ends_at", "expected"),
            *("made_at", "withdrawn_at", "organisation", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="teamshift_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(name="teamshift_expects_people", condition=Q(expected__gte=1)),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["campaign", "starts_at"], name="teamshift_of_campaign"),
            models.Index(fields=["organisation", "-starts_at"], name="teamshift_by_organisation"),
            models.Index(fields=["commune", "-starts_at"], name="teamshift_by_commune"),
            models.Index(fields=["province", "-starts_at"], name="teamshift_by_province"),
        ]
