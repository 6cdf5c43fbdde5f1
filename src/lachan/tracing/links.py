"""Who met whom and how we know: the evidence behind contacts, and the groups they came in."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.places.models import Place


class Source(models.TextChoices):
    """How we know that two people met."""

    SCAN = "scan", _("QR scans")
    ENCOUNTER = "encounter", _("Bluetooth")
    HOUSEHOLD = "household", _("Same household")
    INTERVIEW = "interview", _("Interview")
    ROSTER = "roster", _("Roster")
    DECLARED = "declared", _("Declared by a contact")
    PUBLIC_CALL = "public_call", _("Came forward after a notice")


class ContactGroup(models.Model):
    """People named together: a line, a class, a room, a bus, a table.  Confirmed as one act."""

    class Kind(models.TextChoices):
        HOUSEHOLD = "household", _("Household")
        LINE = "line", _("Production line")
        SHIFT = "shift", _("Shift")
        CLASS = "class", _("School class")
        ROOM = "room", _("Room")
        FLOOR = "floor", _("Floor")
        VEHICLE = "vehicle", _("Vehicle")
        TABLE = "table", _("Table")
        STALL_ROW = "stall_row", _("Row of stalls")
        GUEST_LIST = "guest_list", _("Guest list")
        OTHER = "other", _("Other group")

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("tracing.Case", models.PROTECT, related_name="groups")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    commune = models.IntegerField(help_text="Of the case")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"case", "made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "name", "kind", "place", "made_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "kind", "name"], name="group_once_in_a_case"),
        ]


class ContactLink(models.Model):
    """One piece of evidence: `source_person` met `person`.  Appended; taken back with a reason.

    `first_at` and `last_at` are unknown where nobody could say when.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("tracing.Case", models.PROTECT, related_name="links")
    source_person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    source = models.CharField(max_length=11, choices=Source)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    seconds = models.IntegerField(default=0)
    found_at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_for = models.CharField(max_length=40, default="", blank=True)
    commune = models.IntegerField(help_text="Of the case")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"case", "source_person", "person", "by", "by_name"}
        health: ClassVar[set[str]] = {"first_at", "last_at", "seconds", "source"}
        plain: ClassVar[set[str]] = {
            *("id", "place", "found_at", "withdrawn_at", "withdrawn_for", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="link_of_two_people", condition=~Q(person=F("source_person"))
            ),
            models.CheckConstraint(
                name="link_in_order",
                condition=Q(first_at=None, last_at=None) | Q(last_at__gte=F("first_at")),
            ),
            models.CheckConstraint(
                name="link_withdrawn_for_a_reason",
                condition=Q(withdrawn_at=None) ^ ~Q(withdrawn_for=""),
            ),
            models.UniqueConstraint(
                name="link_once",
                fields=["case", "source_person", "person", "source", "place", "first_at"],
                condition=Q(withdrawn_at=None),
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "person"], name="link_of_case"),
            models.Index(fields=["person"], name="link_to_person"),
            models.Index(fields=["source_person"], name="link_from_person"),
        ]
