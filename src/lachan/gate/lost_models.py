"""Codes that were reported lost or copied."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.people.models import Person


class Revocation(models.Model):
    """From `at` on, codes of this person that were issued before are void.  Never changed."""

    class Why(models.TextChoices):
        LOST = "lost", _("The slip was lost")
        COPIED = "copied", _("Somebody copied it")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    trace_id = models.UUIDField()
    at = models.DateTimeField()
    why = models.CharField(max_length=10, choices=Why)
    made_by = models.UUIDField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "trace_id", "made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "at", "why", "commune", "province"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-at"], name="revocation_by_commune"),
            models.Index(fields=["province", "-at"], name="revocation_by_province"),
            models.Index(fields=["trace_id", "-at"], name="revocation_by_trace"),
            models.Index(fields=["person", "-at"], name="revocation_by_person"),
        ]
