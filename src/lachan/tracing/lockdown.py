"""In which mode a commune works, and what was decided by hand of a case: appended facts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7


class Mode(models.TextChoices):
    """How far a commune still follows people; each one does less than the one before."""

    FULL = "full", _("Full tracing")
    HOUSEHOLD_WORK = "household_work", _("F1 of household and workplace")
    HOUSEHOLD_ZONE = "household_zone", _("Households and zones only")
    SEVERE = "severe", _("Severe cases only")


class CommuneMode(models.Model):
    """From `since` a commune works in `mode`, by a document somebody signed.  Appended only."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    mode = models.CharField(max_length=14, choices=Mode)
    since = models.DateTimeField()
    document = models.CharField(max_length=120, help_text="Number and date")
    signer = models.CharField(max_length=120, help_text="Who signed it, with the office")
    entered_at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"signer", "by", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "mode", "since", "document", "entered_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="mode_by_a_signed_document", condition=~Q(document="") & ~Q(signer="")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-since"], name="mode_by_commune"),
            models.Index(fields=["province", "-since"], name="mode_by_province"),
        ]


class StageMark(models.Model):
    """An officer says that a stage of a case is done; `undone` takes an earlier mark back."""

    class Stage(models.TextChoices):
        """The stages that no other row tells."""

        TAKEN = "taken"
        INTERVIEW = "interview"
        LIST_APPROVED = "list_approved"
        SAMPLING = "sampling"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("tracing.Case", models.PROTECT, related_name="stage_marks")
    stage = models.CharField(max_length=14, choices=Stage)
    undone = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    commune = models.IntegerField(help_text="Of the case")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"case", "by", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "stage", "undone", "at", "commune", "province"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "-at"], name="mark_of_case"),
        ]
