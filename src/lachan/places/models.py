"""Units of territory with dated names, codes and parents; organisations; the tree of places.

Spans are half-open: `valid_from` is the first day (null: before our lists begin), `valid_to` the
first day no longer (null: it lasts).  Nothing here is about a person.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Case, F, Q, Value, When

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.places.dwellings import Dwelling, Lane
from lachan.places.kinds import DEPTHS, NOT_REPORTED_TO, PARTS_ONLY, OrganisationKind, PlaceKind

__all__ = ["Dwelling", "Lane"]

IN_ORDER = Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lt=F("valid_to"))
NOBODY: set[str] = set()


class Unit(models.Model):
    """A province, district or commune through its life.  The id is our own and never changes."""

    class Level(models.TextChoices):
        PROVINCE = "province"
        DISTRICT = "district"
        COMMUNE = "commune"

    id = models.IntegerField(primary_key=True)
    level = models.CharField(max_length=8, choices=Level)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = NOBODY
        health: ClassVar[set[str]] = NOBODY
        plain: ClassVar[set[str]] = {"id", "level", "valid_from", "valid_to"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="unit_in_order", condition=IN_ORDER),
            models.CheckConstraint(
                name="unit_level", condition=Q(level__in=["province", "district", "commune"])
            ),
        ]


class UnitName(models.Model):
    """What a unit was called; `folded` is the name as search sees it."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="names")
    name = models.TextField()
    folded = models.TextField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = NOBODY
        health: ClassVar[set[str]] = NOBODY
        plain: ClassVar[set[str]] = {"id", "unit", "name", "folded", "valid_from", "valid_to"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="unitname_in_order", condition=IN_ORDER),
            models.UniqueConstraint(
                name="unitname_one", fields=["unit", "valid_from"], nulls_distinct=False
            ),
        ]


class UnitCode(models.Model):
    """Which official code a unit bore; a code means nothing without its day."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="codes")
    code = models.CharField(max_length=5)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = NOBODY
        health: ClassVar[set[str]] = NOBODY
        plain: ClassVar[set[str]] = {"id", "unit", "code", "valid_from", "valid_to"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="unitcode_in_order", condition=IN_ORDER),
            models.UniqueConstraint(
                name="unitcode_one", fields=["code", "valid_from"], nulls_distinct=False
            ),
        ]


class UnitParent(models.Model):
    """Which unit a unit lay in."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="parents")
    parent = models.ForeignKey(Unit, models.CASCADE, related_name="parts")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = NOBODY
        health: ClassVar[set[str]] = NOBODY
        plain: ClassVar[set[str]] = {"id", "unit", "parent", "valid_from", "valid_to"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="unitparent_in_order", condition=IN_ORDER),
            models.UniqueConstraint(
                name="unitparent_one", fields=["unit", "valid_from"], nulls_distinct=False
            ),
        ]


class UnitSuccessor(models.Model):
    """A unit that ended, and one that received territory of it on that day.  Many to many."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="followed_by")
    successor = models.ForeignKey(Unit, models.CASCADE, related_name="made_of")
    on = models.DateField()

    class Privacy:
        identifying: ClassVar[set[str]] = NOBODY
        health: ClassVar[set[str]] = NOBODY
        plain: ClassVar[set[str]] = {"id", "unit", "successor", "on"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="unitsuccessor_one", fields=["unit", "successor"]),
            models.CheckConstraint(name="unitsuccessor_other", condition=~Q(unit=F("successor"))),
        ]


class TerritoryEdition(models.Model):
    """Which territory the tables hold, so that a start loads it only when it changed."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    digest = models.CharField(max_length=64)

    class Privacy:
        identifying: ClassVar[set[str]] = NOBODY
        health: ClassVar[set[str]] = NOBODY
        plain: ClassVar[set[str]] = {"id", "digest"}


class Organisation(models.Model):
    """A body that runs places or works against epidemics.

    `name` is today's; older ones are in `OrganisationName`.  `parent` is the administrative line,
    `ReportingLine` the professional one.  `commune` and `province` are today's units.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    name = models.TextField()
    folded = models.TextField(default="", blank=True)
    commune = models.IntegerField(null=True, blank=True)
    province = models.IntegerField(null=True, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True)

    class Privacy:
        identifying: ClassVar[set[str]] = NOBODY
        health: ClassVar[set[str]] = NOBODY
        plain: ClassVar[set[str]] = {
            *("id", "kind", "name", "folded", "commune", "province", "parent"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "kind"], name="organisation_commune"),
            models.Index(fields=["province", "kind"], name="organisation_province"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="organisation_named", condition=~Q(name="")),
            models.CheckConstraint(
                name="organisation_commune_in_province",
                condition=Q(commune__isnull=True) | Q(province__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationName(models.Model):
    """What an organisation was called: names of bodies are dated, like those of communes."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="names")
    name = models.TextField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = NOBODY
        health: ClassVar[set[str]] = NOBODY
        plain: ClassVar[set[str]] = {"id", "organisation", "name", "valid_from", "valid_to"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="organisationname_in_order", condition=IN_ORDER),
            models.UniqueConstraint(
                name="organisationname_one",
                fields=["organisation", "valid_from"],
                nulls_distinct=False,
            ),
        ]


class ReportingLine(models.Model):
    """Who reports to whom on the professional line; it is not the administrative hierarchy.

    `to_kind` repeats the receiver's kind so that the database itself can refuse a report to a
    body that is no level of reporting.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="reports_to")
    receiver = models.ForeignKey(Organisation, models.CASCADE, related_name="hears_from")
    to_kind = models.CharField(max_length=20, choices=OrganisationKind)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = NOBODY
        health: ClassVar[set[str]] = NOBODY
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "receiver", "to_kind", "valid_from", "valid_to"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="reportingline_in_order", condition=IN_ORDER),
            models.CheckConstraint(
                name="reportingline_to_other", condition=~Q(organisation=F("receiver"))
            ),
            models.CheckConstraint(
                name="reportingline_to_a_level", condition=~Q(to_kind__in=NOT_REPORTED_TO)
            ),
            models.UniqueConstraint(
                name="reportingline_one",
                fields=["organisation", "receiver", "valid_from"],
                nulls_distinct=False,
            ),
        ]


class Place(models.Model):
    """A place or a part of one: campus > building > workshop > line, room, row of stalls ...

    The database computes `depth` from the kind and fills `parent_depth`; a part lies deeper than
    its whole, so there is no circle.  `unit` is the commune of the time of registration (filled
    from `commune` when left out), `commune` and `province` are today's.  Households are people's.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="places")
    kind = models.CharField(max_length=10, choices=PlaceKind)
    name = models.TextField()
    folded = models.TextField(default="", blank=True)
    address = models.TextField(default="", blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True)
    lane = models.ForeignKey(
        Lane, models.PROTECT, null=True, blank=True, related_name="places", help_text="Where it is"
    )
    commune = models.IntegerField()
    province = models.IntegerField()
    made_at = models.DateTimeField(default=now)
    closed_at = models.DateTimeField(null=True, blank=True)
    depth = models.GeneratedField(
        expression=Case(
            *(When(kind__in=kinds, then=Value(depth)) for depth, kinds in DEPTHS.items()),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    parent_depth = models.SmallIntegerField(null=True, blank=True, editable=False)

    class Privacy:
        identifying: ClassVar[set[str]] = NOBODY
        health: ClassVar[set[str]] = NOBODY
        plain: ClassVar[set[str]] = {
            *("id", "parent", "organisation", "kind", "name", "folded", "address", "unit", "lane"),
            *("commune", "province", "made_at", "closed_at", "depth", "parent_depth"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "folded"], name="place_commune"),
            models.Index(fields=["province", "folded"], name="place_province"),
            models.Index(fields=["organisation", "folded"], name="place_organisation"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="place_kind", condition=Q(kind__in=PlaceKind.values)),
            models.CheckConstraint(name="place_named", condition=~Q(name="")),
            models.CheckConstraint(name="place_unit", condition=Q(unit__isnull=False)),
            models.CheckConstraint(
                name="place_deeper",
                condition=Q(parent__isnull=True, parent_depth__isnull=True)
                | Q(parent__isnull=False, parent_depth__lt=F("depth")),
            ),
            models.CheckConstraint(
                name="place_part", condition=Q(parent__isnull=False) | ~Q(kind__in=PARTS_ONLY)
            ),
            models.UniqueConstraint(name="place_depth", fields=["id", "depth"]),
            models.UniqueConstraint(
                name="place_one_of_a_name",
                fields=["parent", "kind", "name"],
                condition=Q(closed_at__isnull=True, parent__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name
