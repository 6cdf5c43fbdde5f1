"""Lots of vaccine and the sessions (buổi tiêm) at which they are given."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.places.models import Place


class Lot(models.Model):
    """A lot (số lô) of a product, the same for the whole nation.  What its leaflet says goes before
    the product's usual numbers."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    product = models.CharField(max_length=40, help_text="Code of the vaccine in the rulebook")
    number = models.CharField(max_length=40, help_text="As printed, in capitals without spaces")
    expires_on = models.DateField(help_text="The last day on which it is used")
    gtin = models.CharField(max_length=14, default="", blank=True)
    doses_per_vial = models.SmallIntegerField()
    open_hours = models.SmallIntegerField()
    organisation = models.UUIDField(help_text="The store that entered it first")
    made_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "product", "number", "expires_on", "gtin", "doses_per_vial", "open_hours"),
            *("organisation", "made_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["product", "number"], name="lot_is_one"),
            models.CheckConstraint(
                name="lot_holds_doses", condition=Q(doses_per_vial__gte=1, open_hours__gte=0)
            ),
        ]


class Session(models.Model):
    """A session at a fixed or mobile site.  `stopped_at`: an event stopped it at once; `closed_at`:
    its book of the day was closed.  Who did it is in the audit log: a session is public."""

    class State(models.TextChoices):
        PLANNED = "planned"
        OPEN = "open"
        STOPPED = "stopped"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField(help_text="The vaccination facility (cơ sở tiêm chủng)")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    mobile = models.BooleanField(default=False)
    disease = models.CharField(max_length=40)
    products = ArrayField(models.CharField(max_length=40))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    tables = models.SmallIntegerField(default=1, help_text="Injection tables (bàn tiêm)")
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    why_stopped = models.CharField(max_length=200, default="", blank=True)
    stopped_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    commune = models.IntegerField(help_text="Where it takes place")
    province = models.IntegerField()
    made_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "place", "name", "mobile", "disease", "products"),
            *("starts_at", "ends_at", "tables", "state", "why_stopped", "stopped_at", "closed_at"),
            *("commune", "province", "made_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="session_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(name="session_has_tables", condition=Q(tables__gte=1)),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-starts_at"], name="session_by_organisation"),
            models.Index(fields=["province", "-starts_at"], name="session_by_province"),
            models.Index(fields=["commune", "-starts_at"], name="session_by_commune"),
        ]
