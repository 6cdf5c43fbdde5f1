"""Rosters (danh sách): lists of people an office sent, how their columns were read, what came out.

The list itself is personal data of everybody on it.  It is kept sealed, under a key of its own, for
as long as its refusals can be put right, and then destroyed; what stays are numbers.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.tracing.links import ContactGroup


class Roster(models.Model):
    """One list of one case.

    `rows` counts the people in it; each was `accepted` or `refused`.  Of the accepted, `known` were
    registered already, `named` stand to verify and `linked` are only counted: colleagues of the
    same shift who are in none of the chosen groups.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company: lines and shifts")
        SCHOOL = "school", _("School: classes")
        DORMITORY = "dormitory", _("Dormitory: rooms")
        VEHICLE = "vehicle", _("Vehicle: seats")
        HOTEL = "hotel", _("Hotel: rooms")
        GUESTS = "guests", _("Wedding or meal: tables")
        MARKET = "market", _("Market: rows and stalls")
        OTHER = "other", _("Another list")

    class State(models.TextChoices):
        READ = "read"
        MAPPED = "mapped"
        IMPORTING = "importing"
        IMPORTED = "imported"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("tracing.Case", models.PROTECT, related_name="rosters")
    name = models.CharField(max_length=120, help_text="Of the body the list is from")
    kind = models.CharField(max_length=9, choices=Kind)
    organisation = models.UUIDField(null=True, help_text="The body, when it is registered")
    file_name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    sheet = models.CharField(max_length=80, default="")
    signature = models.CharField(max_length=64, default="", help_text="Of the header")
    roles = models.JSONField(default=list, help_text="What each column is about")
    close = models.JSONField(default=list, help_text="Chosen groups, as kind:key")
    shift = models.CharField(max_length=40, default="", help_text="Key of the case's shift")
    first_at = models.DateTimeField(null=True, help_text="Since when the case was with the groups")
    last_at = models.DateTimeField(null=True)
    commune_of_stay = models.IntegerField(help_text="Where people without a legible address stay")
    province_of_stay = models.IntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.READ)
    failure = models.CharField(max_length=40, default="", help_text="A code, when it failed")
    rows = models.IntegerField(default=0)
    done_row = models.IntegerField(default=0, help_text="Worked through down to this row")
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    known = models.IntegerField(default=0)
    named = models.IntegerField(default=0)
    linked = models.IntegerField(default=0)
    unplaced = models.IntegerField(default=0, help_text="Accepted without a legible address")
    uploaded_at = models.DateTimeField()
    uploaded_by = models.UUIDField()
    uploaded_by_name = models.TextField()
    asked_at = models.DateTimeField(null=True, help_text="When the import was asked for")
    asked_by = models.UUIDField(null=True)
    asked_by_name = models.TextField(default="")
    imported_at = models.DateTimeField(null=True)
    commune = models.IntegerField(help_text="Of the case")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"case", "uploaded_by", "asked_by", "close", "shift"}
        health: ClassVar[set[str]] = {"first_at", "last_at"}
        plain: ClassVar[set[str]] = {
            *("id", "name", "kind", "organisation", "file_name", "digest", "sheet", "signature"),
            *("roles", "commune_of_stay", "province_of_stay", "state", "failure", "rows"),
            *("done_row", "accepted", "refused", "known", "named", "linked", "unplaced"),
            *("uploaded_at", "uploaded_by_name", "asked_at", "asked_by_name"),
            *("imported_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "digest"], name="roster_once_in_a_case"),
            models.CheckConstraint(
                name="roster_exposure_in_order",
                condition=Q(first_at=None) | Q(last_at=None) | Q(last_at__gte=F("first_at")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "-uploaded_at"], name="roster_of_case"),
            models.Index(
                fields=["asked_at"], name="roster_to_import", condition=Q(state="importing")
            ),
            models.Index(fields=["province", "-uploaded_at"], name="roster_by_province"),
            models.Index(fields=["commune", "-uploaded_at"], name="roster_by_commune"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody to go on with it."""
        return self.state in (self.State.READ, self.State.MAPPED)


class RosterFile(models.Model):
    """The bytes of a list, sealed under a key of their own that only this row holds, wrapped."""

    roster = models.OneToOneField(Roster, models.PROTECT, primary_key=True, related_name="file")
    wrapped = models.BinaryField()
    sealed = models.BinaryField()
    keep_until = models.DateTimeField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"roster", "sealed"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"wrapped", "keep_until", "commune", "province"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["keep_until"], name="rosterfile_to_destroy"),
        ]


class RosterRefusal(models.Model):
    """A row that was not taken.  `problems` are "column:code"; what stood there is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    roster = models.ForeignKey(Roster, models.PROTECT, related_name="refusals")
    row = models.IntegerField(help_text="In the workbook, from 1")
    problems = ArrayField(models.CharField(max_length=40))
    close = models.BooleanField(help_text="In one of the chosen groups: to be put right first")
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"roster"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "row", "problems", "close", "commune", "province"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["roster", "row"], name="refusal_once_a_row"),
        ]


class GroupMember(models.Model):
    """A contact belongs to a group; on the line and on the bus he belongs to two."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    group = models.ForeignKey(ContactGroup, models.PROTECT, related_name="members")
    contact = models.ForeignKey("tracing.Contact", models.PROTECT, related_name="memberships")
    roster = models.ForeignKey(Roster, models.PROTECT, null=True, related_name="+")
    detail = models.CharField(max_length=40, default="", help_text="Seat, bed or stall")
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"group", "contact", "roster", "detail"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "commune", "province"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["group", "contact"], name="member_once_in_a_group"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["contact"], name="member_of_contact"),
        ]


class ColumnMemory(models.Model):
    """How a header was read last time, so that the next list of the same office reads itself.

    `organisation` is null for a body that is not registered: then the memory is the unit's.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    signature = models.CharField(max_length=64)
    organisation = models.UUIDField(null=True)
    roles = models.JSONField()
    remembered_at = models.DateTimeField()
    commune = models.IntegerField(help_text="Whose case it was for")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "signature", "organisation", "roles", "remembered_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["signature", "organisation", "commune"],
                name="memory_once_a_header",
                nulls_distinct=False,
            ),
        ]
