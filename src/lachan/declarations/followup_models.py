"""Watching one's own health: a follow-up of some days, a question a day, a report each time.

The question goes out as a message with a link; several people of one telephone share the link, and
each has a row of the day.  A report is sealed with the person's own key the moment it comes.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.people.models import Person

#: Reports one day takes of one person: a worse evening is told, a flood is not kept.
MOST_REPORTS = 8


class FollowUp(models.Model):
    """Somebody watches his health until the end of a day; a person has at most one at a time."""

    class Ended(models.TextChoices):
        OVER = "over", _("The days are over")
        FACILITY = "facility", _("Sent to a health facility")
        NO_NEED = "no_need", _("No need")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    task = models.ForeignKey("declarations.TriageTask", models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    rule = models.CharField(max_length=36)
    rule_version = models.IntegerField()
    site = models.CharField(max_length=120, help_text="Where links lead, as the officer's page was")
    decided_at = models.DateTimeField()
    decided_by = models.UUIDField()
    decided_by_name = models.TextField()
    ended_at = models.DateTimeField(null=True)
    ended_for = models.CharField(max_length=8, choices=Ended, default="", blank=True)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "task", "decided_by", "decided_by_name"}
        health: ClassVar[set[str]] = {"ended_for"}
        plain: ClassVar[set[str]] = {
            *("id", "first_day", "last_day", "rule", "rule_version", "site", "decided_at"),
            *("ended_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="follow_up_one_at_a_time", fields=["person"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="follow_up_in_order", condition=Q(last_day__gte=F("first_day"))
            ),
            models.CheckConstraint(
                name="follow_up_ended_for_a_reason",
                condition=Q(ended_at=None) ^ ~Q(ended_for=""),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["last_day"], name="follow_up_running", condition=Q(ended_at=None)),
            models.Index(fields=["commune", "-decided_at"], name="follow_up_by_commune"),
            models.Index(fields=["province", "-decided_at"], name="follow_up_by_province"),
            models.Index(fields=["person", "-decided_at"], name="follow_up_of_person"),
        ]


class FollowUpDay(models.Model):
    """One day's question to one person.  The link's secret is kept as a hash."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="days")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    day = models.DateField()
    shown_as = models.CharField(max_length=16, help_text="Initial and year: all a page says")
    unit = models.CharField(max_length=160, help_text="Who asks, as the page says it")
    phone = models.CharField(max_length=20, blank=True, help_text="Whom to call with a danger sign")
    code_sha256 = models.BinaryField(null=True, help_text="None: the person has no telephone")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"follow_up", "person", "shown_as"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "day", "unit", "phone", "code_sha256", "asked_at", "due_at", "expires_at"),
            *("reported_at", "missed_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="follow_up_day_once", fields=["follow_up", "day"]),
            models.CheckConstraint(
                name="follow_up_day_in_order",
                condition=Q(due_at__gte=F("asked_at"), expires_at__gte=F("due_at")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["code_sha256"], name="follow_up_day_by_code"),
            models.Index(
                fields=["due_at"],
                name="follow_up_day_awaited",
                condition=Q(reported_at=None, missed_at=None),
            ),
            models.Index(fields=["commune", "-day"], name="follow_up_day_by_commune"),
            models.Index(fields=["province", "-day"], name="follow_up_day_by_province"),
        ]


class DailyReport(models.Model):
    """One report.  Its id is the form's own: sent twice it is kept once.  Appended, never changed;
    the worker opens it, and says beside it what it found."""

    id = models.UUIDField(primary_key=True)
    day = models.ForeignKey(FollowUpDay, models.PROTECT, related_name="reports")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sealed = models.BinaryField(help_text="The answers, sealed with the person's own key")
    worked_at = models.DateTimeField(null=True)
    danger = models.BooleanField(null=True)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"day", "person"}
        health: ClassVar[set[str]] = {"sealed", "danger"}
        plain: ClassVar[set[str]] = {"id", "at", "worked_at", "commune", "province"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["at"], name="daily_report_to_work", condition=Q(worked_at=None)),
            models.Index(fields=["day", "at"], name="daily_report_of_day"),
            models.Index(fields=["commune", "-at"], name="daily_report_by_commune"),
            models.Index(fields=["province", "-at"], name="daily_report_by_province"),
        ]
