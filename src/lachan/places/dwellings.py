"""Lanes and hamlets of a commune and the houses on them: the ground plan of a zone.

Nothing here is about a person: who lives in a house is people's, and kept behind row security.
`commune` and `province` are today's units.  Positions are metres east (`x`) and north (`y`) of a
point of the commune's own choice, so that a plan can be drawn without anybody's map server.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import now
from lachan.core.ids import uuid7


class Lane(models.Model):
    """The smallest area with a name of its own, as people there call it."""

    class Kind(models.TextChoices):
        LANE = "lane", _("Lane")
        HAMLET = "hamlet", _("Hamlet")
        QUARTER = "quarter", _("Neighbourhood group")
        STREET = "street", _("Street")
        ROW = "row", _("Row of rented rooms")

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.LANE)
    name = models.CharField(max_length=80)
    folded = models.CharField(max_length=80, default="", blank=True)
    commune = models.IntegerField()
    province = models.IntegerField()
    ord = models.IntegerField(default=0, help_text="Order in the commune's lists")
    made_at = models.DateTimeField(default=now)

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "kind", "name", "folded", "commune", "province", "ord", "made_at"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "ord"], name="lane_commune"),
            models.Index(fields=["province", "folded"], name="lane_province"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="lane_named", condition=~Q(name="")),
            models.UniqueConstraint(name="lane_one_of_a_name", fields=["commune", "name"]),
        ]

    def __str__(self) -> str:
        return self.name


class Dwelling(models.Model):
    """A house, a flat or a rented room: where one or more households live.

    `ord` is its place along the lane, so that "from number 2 to number 38" has a meaning also
    where numbers jump or a house has a name only.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    lane = models.ForeignKey(Lane, models.PROTECT, related_name="dwellings")
    number = models.CharField(max_length=40, help_text="Its number, or what it is called")
    ord = models.IntegerField(default=0)
    x = models.FloatField(null=True, blank=True, help_text="Metres east of the commune's point")
    y = models.FloatField(null=True, blank=True, help_text="Metres north of the commune's point")
    commune = models.IntegerField()
    province = models.IntegerField()
    made_at = models.DateTimeField(default=now)

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "lane", "number", "ord", "x", "y", "commune", "province", "made_at"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["lane", "ord"], name="dwelling_lane"),
            models.Index(fields=["commune", "id"], name="dwelling_commune"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="dwelling_numbered", condition=~Q(number="")),
            models.CheckConstraint(
                name="dwelling_has_both_or_no_position",
                condition=Q(x__isnull=True, y__isnull=True) | Q(x__isnull=False, y__isnull=False),
            ),
            models.UniqueConstraint(name="dwelling_one_of_a_number", fields=["lane", "number"]),
        ]

    def __str__(self) -> str:
        return self.number
