"""A positive rapid test that is traced before RT-PCR has confirmed it."""

from typing import ClassVar

from django.db import models

from lachan.core.ids import uuid7
from lachan.people.models import Person


class Suspicion(models.Model):
    """A human has a provisional positive traced at once; the worker opens the suspected case."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    result = models.UUIDField(unique=True, help_text="Of the rapid test")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_by_name = models.TextField()
    commune = models.IntegerField(help_text="Of the sample")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "asked_by", "asked_by_name"}
        health: ClassVar[set[str]] = {"result"}
        plain: ClassVar[set[str]] = {"id", "asked_at", "commune", "province"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-asked_at"], name="suspicion_by_commune"),
            models.Index(fields=["province", "-asked_at"], name="suspicion_by_province"),
        ]
