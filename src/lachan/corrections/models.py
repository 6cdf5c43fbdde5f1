"""A positive that does not stand: what it brought about, who decided, what became of each thing.

The consequences themselves lie in their own rooms; here stand only their kinds, numbers and ids.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.corrections.ticket_models import Ticket
from lachan.tracing.models import Case

__all__ = ["Correction", "Ticket", "Undoing"]


class Correction(models.Model):
    """One result, once: looked up, prepared as a list, decided by a human, done by the worker.

    `found` and `undone` are counts: [{"kind", "act", "count"}], without anybody in them.
    """

    class Cause(models.TextChoices):
        """Why it is here: somebody looked it up, the laboratory took the result back, or RT-PCR of
        a suspected case was negative."""

        LOOKED_UP = "looked_up"
        WITHDRAWN = "withdrawn"
        AMENDED = "amended"
        CASE_WITHDRAWN = "case"
        REFUTED = "refuted"

    class State(models.TextChoices):
        ASKED = "asked"
        PREPARED = "prepared"
        DECIDED = "decided"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=uuid7)
    result = models.UUIDField(unique=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    laboratory = models.UUIDField(null=True)
    cause = models.CharField(max_length=9, choices=Cause, default=Cause.LOOKED_UP)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    found = models.JSONField(default=list)
    prepared_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="Until when a human is to decide")
    reason = models.CharField(max_length=200, default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_by_name = models.TextField(default="", blank=True)
    undone = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True)
    commune = models.IntegerField(null=True, help_text="Of the case; none until it is prepared")
    province = models.IntegerField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"case", "asked_by", "decided_by", "decided_by_name"}
        health: ClassVar[set[str]] = {"result", "reason"}
        plain: ClassVar[set[str]] = {
            *("id", "laboratory", "cause", "state", "asked_at", "found", "prepared_at", "due_at"),
            *("decided_at", "undone", "done_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="correction_decided_by_somebody_for_a_reason",
                condition=Q(
                    decided_at=None, decided_by=None, state__in=["asked", "prepared", "done"]
                )
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="correction_done_when_done",
                condition=Q(state="done", done_at__isnull=False)
                | (~Q(state="done") & Q(done_at=None)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["province", "-asked_at"], name="correction_by_province"),
            models.Index(fields=["commune", "-asked_at"], name="correction_by_commune"),
            models.Index(fields=["laboratory", "-asked_at"], name="correction_by_laboratory"),
            models.Index(
                fields=["asked_at"], name="correction_to_work", condition=~Q(state="done")
            ),
        ]


class Undoing(models.Model):
    """What became of one consequence.  A task waits for whom the law names until it is settled."""

    class Outcome(models.TextChoices):
        UNDONE = "undone"
        KEPT = "kept"
        TASK = "task"

    id = models.UUIDField(primary_key=True, default=uuid7)
    correction = models.ForeignKey(Correction, models.PROTECT, related_name="undoings")
    kind = models.CharField(max_length=10)
    act = models.CharField(max_length=14)
    target = models.UUIDField(help_text="The notice, order, decision of a zone, request")
    outcome = models.CharField(max_length=6, choices=Outcome)
    event = models.CharField(max_length=30, default="", blank=True, help_text="Of the audit")
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    settled_at = models.DateTimeField(null=True, help_text="When whoever had the task did it")
    commune = models.IntegerField(help_text="Where the thing is worked")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"correction", "target", "by", "by_name"}
        health: ClassVar[set[str]] = {"kind", "act", "outcome"}
        plain: ClassVar[set[str]] = {"id", "event", "at", "settled_at", "commune", "province"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["correction", "kind", "target"], name="undoing_once_of_a_thing"
            ),
            models.CheckConstraint(
                name="undoing_settled_only_as_task",
                condition=Q(settled_at=None) | Q(outcome="task"),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["province", "-at"], name="undoing_by_province"),
            models.Index(fields=["commune", "-at"], name="undoing_by_commune"),
            models.Index(
                fields=["at"], name="undoing_waits", condition=Q(outcome="task", settled_at=None)
            ),
        ]
