"""What the public portal is made of: counts of a commune, people by doses, populations."""

from typing import ClassVar

from django.db import models

from lachan.core.ids import uuid7


class DoseCount(models.Model):
    """Standing entries of one commune, counted by the worker; small numbers never leave the
    database."""

    id = models.BigAutoField(primary_key=True)
    province = models.IntegerField()
    commune = models.IntegerField()
    disease = models.CharField(max_length=40)
    product = models.CharField(max_length=40)
    lot = models.CharField(max_length=40)
    day = models.DateField()
    given = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = {"given"}
        plain: ClassVar[set[str]] = {
            *("id", "province", "commune", "disease", "product", "lot", "day"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["commune", "disease", "product", "lot", "day"], name="dosecount_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["province", "commune"], name="dosecount_by_province"),
        ]


class Covered(models.Model):
    """How many people of a commune had at least so many doses against a disease."""

    id = models.BigAutoField(primary_key=True)
    province = models.IntegerField()
    commune = models.IntegerField()
    disease = models.CharField(max_length=40)
    doses = models.SmallIntegerField()
    people = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = {"people"}
        plain: ClassVar[set[str]] = {"id", "province", "commune", "disease", "doses"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["commune", "disease", "doses"], name="covered_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["province", "commune"], name="covered_by_province"),
        ]


class Counted(models.Model):
    """Until when entries are in the counts: the worker's row for doses, 1, and for stock, 2."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    until = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "until"}


class Population(models.Model):
    """How many people a commune has for a share, on a day, by a document.  The newest counts."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    province = models.IntegerField()
    commune = models.IntegerField()
    disease = models.CharField(max_length=40, help_text="For whom the programme of it is meant")
    people = models.IntegerField()
    on = models.DateField()
    document = models.CharField(max_length=120)
    entered_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "province", "commune", "disease", "people", "on", "document", "entered_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="population_is_somebody", condition=models.Q(people__gte=1)
            ),
            models.UniqueConstraint(
                fields=["commune", "disease", "on"], name="population_of_a_day"
            ),
        ]
