"""What a laboratory can do in a day, and boxes that were sent to another one."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.sampling.custody_models import Box


class LaboratoryCapacity(models.Model):
    """What a laboratory said it can do; the newest row counts.  The audit knows who said it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    laboratory = models.UUIDField()
    tests_a_day = models.IntegerField(help_text="Tubes in 24 hours with every machine at work")
    machines = models.SmallIntegerField()
    machines_down = models.SmallIntegerField(default=0)
    at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "laboratory", "tests_a_day", "machines", "machines_down", "at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="capacity_can_be",
                condition=Q(
                    tests_a_day__gte=0,
                    machines__gte=1,
                    machines_down__gte=0,
                    machines_down__lte=F("machines"),
                ),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["laboratory", "-at"], name="capacity_newest"),
        ]

    @property
    def now_a_day(self) -> float:
        """Tubes in 24 hours with the machines that work."""
        return self.tests_a_day * (self.machines - self.machines_down) / self.machines


class Rerouting(models.Model):
    """A packed box goes to another laboratory than was meant."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    box = models.ForeignKey(Box, models.PROTECT, related_name="reroutings")
    from_laboratory = models.UUIDField()
    to_laboratory = models.UUIDField()
    tubes = models.SmallIntegerField()
    organisation = models.UUIDField(help_text="The box's")
    at = models.DateTimeField()
    by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "box", "from_laboratory", "to_laboratory", "tubes", "organisation", "at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="rerouting_changes_the_laboratory",
                condition=~Q(from_laboratory=F("to_laboratory")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-at"], name="rerouting_by_organisation"),
        ]
