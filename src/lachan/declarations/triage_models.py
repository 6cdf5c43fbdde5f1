"""Whoever declared symptoms or a contact is somebody's work: a task of one station, by one hour.

A person has at most one open task.  What happens to it is appended as an event; the task's own row
says how it stands.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.people.models import Person


class TriageTask(models.Model):
    """Call this person by this hour.  It belongs to the commune of present stay."""

    class State(models.TextChoices):
        OPEN = "open", _("waits")
        TAKEN = "taken", _("being called")
        DONE = "done", _("done")
        HANDED = "handed", _("handed to another commune")

    class Reason(models.TextChoices):
        """The most urgent of what is known; the rulebook's `triage` gives each its hours."""

        DANGER = "danger", _("Danger sign")
        SYMPTOMS = "symptoms", _("Symptoms")
        MISSED = "missed", _("Daily report missing")
        CONTACT = "contact", _("Near somebody ill")

    class Outcome(models.TextChoices):
        SELF_MONITORING = "self_monitoring", _("Self-monitoring advised")
        SAMPLING = "sampling", _("Sent to sampling")
        FACILITY = "facility", _("Sent to a health facility")
        UNREACHED = "unreached", _("Could not be reached")
        NO_NEED = "no_need", _("No need")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    declaration = models.ForeignKey(
        "declarations.Declaration", models.PROTECT, null=True, related_name="+"
    )
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=8, choices=Reason)
    urgent = models.BooleanField(help_text="A danger sign: before everybody else")
    rule = models.CharField(max_length=36, help_text="The rule version that set the hour")
    rule_version = models.IntegerField()
    values = models.JSONField(default=dict, help_text="What its sentence says; no names")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    taken_by = models.UUIDField(null=True)
    taken_by_name = models.TextField(default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=15, choices=Outcome, default="", blank=True)
    to_commune = models.IntegerField(null=True, help_text="Where a handed task goes on")
    moved_on_at = models.DateTimeField(null=True, help_text="When the other commune got its task")
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "declaration", "taken_by", "taken_by_name"}
        health: ClassVar[set[str]] = {"reason", "urgent", "values", "outcome"}
        plain: ClassVar[set[str]] = {
            *("id", "state", "rule", "rule_version", "opened_at", "due_at", "taken_at"),
            *("closed_at", "to_commune", "moved_on_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="triage_one_open_task",
                fields=["person"],
                condition=Q(state__in=["open", "taken"]),
            ),
            models.CheckConstraint(
                name="triage_done_with_an_outcome",
                condition=(Q(state="done") & ~Q(outcome="")) | (~Q(state="done") & Q(outcome="")),
            ),
            models.CheckConstraint(
                name="triage_closed_when_it_is_over",
                condition=Q(state__in=["open", "taken"], closed_at=None)
                | Q(state__in=["done", "handed"], closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="triage_handed_somewhere",
                condition=~Q(state="handed") | Q(to_commune__isnull=False),
            ),
            models.CheckConstraint(
                name="triage_taken_by_somebody",
                condition=~Q(state="taken") | Q(taken_at__isnull=False, taken_by__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["commune", "-urgent", "due_at"],
                name="triage_open_in_commune",
                condition=Q(state__in=["open", "taken"]),
            ),
            models.Index(fields=["commune", "-opened_at"], name="triage_by_commune"),
            models.Index(fields=["province", "-opened_at"], name="triage_by_province"),
            models.Index(fields=["person", "-opened_at"], name="triage_of_person"),
            models.Index(
                fields=["closed_at"],
                name="triage_to_move_on",
                condition=Q(state="handed", moved_on_at=None),
            ),
        ]


class TriageEvent(models.Model):
    """What happened to a task.  Appended, never changed."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Put on the list")
        DECLARED = "declared", _("Declared again")
        REPORTED = "reported", _("A danger sign in the daily report")
        MISSED = "missed", _("No daily report came")
        TAKEN = "taken", _("Somebody calls")
        DONE = "done", _("Done")
        HANDED = "handed", _("Handed to another commune")
        CAME = "came", _("Came from another commune")

    id = models.UUIDField(primary_key=True, default=uuid7)
    task = models.ForeignKey(TriageTask, models.PROTECT, related_name="events")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    declaration = models.ForeignKey(
        "declarations.Declaration", models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(max_length=15, default="", blank=True)
    note = models.BinaryField(null=True, help_text="An officer's words, under the person's key")
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"task", "person", "by", "by_name", "declaration"}
        health: ClassVar[set[str]] = {"kind", "outcome", "note"}
        plain: ClassVar[set[str]] = {"id", "at", "commune", "province"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["task", "at"], name="triage_event_of_task"),
            models.Index(fields=["commune", "-at"], name="triage_event_by_commune"),
            models.Index(fields=["province", "-at"], name="triage_event_by_province"),
        ]
