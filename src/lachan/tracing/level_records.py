"""What happened to the levels of a chain: each recomputation and each move, appended only."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.people.models import Person


class LevelRun(models.Model):
    """The levels of a chain were computed again: why, and how many stood where before and after.

    Asked by whoever changed something; done by the worker.  `before` and `after` count people by
    level ("0": cases).  A run that found nothing to move has `moved` 0.  A chain that reaches
    other communes has a run of its own for each of them, so that each sees its own moves.
    """

    class Trigger(models.TextChoices):
        CASE_ADDED = "case_added"
        CASE_WITHDRAWN = "case_withdrawn"
        LINKS_CHANGED = "links_changed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("tracing.Case", models.PROTECT, related_name="level_runs")
    trigger = models.CharField(max_length=14, choices=Trigger)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_by_name = models.TextField()
    done_at = models.DateTimeField(null=True)
    moved = models.IntegerField(default=0, help_text="People whose level changed")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    rule = models.CharField(max_length=80, default="", help_text="Rule and version of the depth")
    commune = models.IntegerField(help_text="Of the case")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"case", "asked_by", "asked_by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "trigger", "asked_at", "done_at", "moved", "before", "after", "rule"),
            *("commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["asked_at"], name="level_run_asked", condition=Q(done_at=None)),
            models.Index(fields=["case", "-asked_at"], name="level_run_by_case"),
        ]


class LevelChange(models.Model):
    """Somebody stands at another level of the chain; None: not in it.  Appended only.

    `case` is the case the person stood around before, or stands around now; `code` and `cause` are
    words of `engine.recomputing`; `values` holds what the sentence is told with, ids and never
    names.  The last one of a person in a chain says where the person stands.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    run = models.ForeignKey(LevelRun, models.PROTECT, related_name="changes")
    case = models.ForeignKey("tracing.Case", models.PROTECT, related_name="level_changes")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    before = models.SmallIntegerField(null=True, help_text="0 a case, 1 to 4; none: not in it")
    after = models.SmallIntegerField(null=True)
    code = models.CharField(max_length=20)
    cause = models.CharField(max_length=20, default="")
    values = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    commune = models.IntegerField(help_text="Of the case")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"case", "person", "values", "by", "by_name"}
        health: ClassVar[set[str]] = {"before", "after", "code", "cause"}
        plain: ClassVar[set[str]] = {"id", "run", "at", "commune", "province"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="level_change_moves",
                condition=~Q(before=F("after")) & ~Q(before=None, after=None),
            ),
            models.CheckConstraint(
                name="level_change_in_range",
                condition=(Q(before=None) | Q(before__range=(0, 4)))
                & (Q(after=None) | Q(after__range=(0, 4))),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "person", "-at"], name="level_change_of_case"),
            models.Index(fields=["run", "after", "person"], name="level_change_of_run"),
            models.Index(fields=["province", "-at"], name="level_change_by_province"),
            models.Index(fields=["commune", "-at"], name="level_change_by_commune"),
        ]
