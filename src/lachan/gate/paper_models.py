"""Sheets of paper for visits: which were handed to a place, and which came back."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.venues.models import Venue


class VisitSeries(models.Model):
    """Numbered sheets handed to one place: from 1 to `sheets` of a series."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    series = models.CharField(max_length=4, unique=True)
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+")
    sheets = models.PositiveSmallIntegerField()
    handed_at = models.DateTimeField()
    handed_by = models.UUIDField()
    organisation = models.UUIDField(help_text="Of the place, kept beside it for the policies")
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"handed_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "series", "venue", "sheets", "handed_at", "organisation"),
            *("commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-handed_at"], name="visitseries_organisation"),
            models.Index(fields=["commune", "-handed_at"], name="visitseries_commune"),
            models.Index(fields=["province", "-handed_at"], name="visitseries_province"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="visitseries_sheets", condition=models.Q(sheets__range=(1, 200))
            ),
        ]


class VisitSheet(models.Model):
    """A sheet that came back: keyed in, or void with the reason.  Never changed."""

    class State(models.TextChoices):
        KEYED = "keyed", _("Keyed in")
        VOID = "void", _("Void")

    id = models.UUIDField(primary_key=True, default=uuid7)
    series = models.ForeignKey(VisitSeries, models.PROTECT, related_name="returned")
    sheet = models.PositiveIntegerField()
    state = models.CharField(max_length=5, choices=State)
    day = models.DateField(null=True, help_text="Of the visits on it")
    rows = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=120, default="", help_text="Why it is void")
    at = models.DateTimeField()
    made_by = models.UUIDField()
    made_by_name = models.TextField()
    organisation = models.UUIDField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by", "made_by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "series", "sheet", "state", "day", "rows", "reason", "at"),
            *("organisation", "commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-at"], name="visitsheet_organisation"),
            models.Index(fields=["commune", "-at"], name="visitsheet_commune"),
            models.Index(fields=["province", "-at"], name="visitsheet_province"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["series", "sheet"], name="visitsheet_once"),
        ]
