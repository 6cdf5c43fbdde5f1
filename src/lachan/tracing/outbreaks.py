"""Outbreaks (ổ dịch): linked cases below the commune.  Source: TT 15/2026 article 2.1."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7


class Outbreak(models.Model):
    """A household cluster, a school, a workshop, a hamlet with cases; reported until closed.

    The first and the last onset are those of its cases, so they are read and never stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=120)
    disease = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField()
    opened_by_name = models.TextField(default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    closed_by_name = models.TextField(default="", blank=True)
    commune = models.IntegerField(help_text="Where it is; a case of it may live elsewhere")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("opened_by", "opened_by_name", "closed_by", "closed_by_name"),
        }
        health: ClassVar[set[str]] = {"disease"}
        plain: ClassVar[set[str]] = {
            *("id", "name", "opened_at", "closed_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="outbreak_named", condition=~Q(name="")),
            models.CheckConstraint(
                name="outbreak_closed_at_and_by_together",
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__gte=F("opened_at"), closed_by__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-opened_at"], name="outbreak_by_commune"),
            models.Index(fields=["province", "-opened_at"], name="outbreak_by_province"),
        ]
