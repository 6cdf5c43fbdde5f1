"""What a case asked for: measures and advice, and how far each has come; nothing of the order."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.people.models import Person


class MeasureRequest(models.Model):
    """One person proposed for a measure, or advised.  The sender's row: it gets the state back."""

    class Kind(models.TextChoices):
        ORDER = "order"
        ADVICE = "advice"

    #: States of our own; the others are those of the order, copied back.
    ASKED, ADVISED, REFUSED = "asked", "advised", "refused"

    #: States after which nothing more is told back.
    LAST: ClassVar[frozenset[str]] = frozenset({"advised", "refused", "ended", "dropped"})

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("tracing.Case", models.PROTECT, related_name="measures")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind)
    measure = models.CharField(max_length=40)
    role = models.CharField(max_length=20)
    found_at = models.DateTimeField()
    reference = models.CharField(max_length=24)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_by_name = models.TextField()
    order = models.UUIDField(null=True, help_text="The order's or the advice's id")
    state = models.CharField(max_length=10, default=ASKED)
    state_at = models.DateTimeField()
    refused_for = models.CharField(max_length=30, default="", help_text="A code of isolation")
    commune = models.IntegerField(help_text="Of the case")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"case", "person", "asked_by", "asked_by_name"}
        health: ClassVar[set[str]] = {"measure", "role", "state", "refused_for"}
        plain: ClassVar[set[str]] = {
            *("id", "kind", "found_at", "reference", "asked_at", "order", "state_at"),
            *("commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "person", "measure", "found_at"], name="measure_once_for_a_finding"
            ),
            models.CheckConstraint(
                name="measure_refused_for_a_reason",
                condition=Q(state="refused") ^ Q(refused_for=""),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "person"], name="measure_of_case"),
            models.Index(fields=["asked_at"], name="measure_asked", condition=Q(state="asked")),
            models.Index(
                fields=["asked_at"],
                name="measure_to_tell_back",
                condition=~Q(state__in=["asked", "advised", "refused", "ended"]),
            ),
            models.Index(fields=["commune", "-asked_at"], name="measure_by_commune"),
            models.Index(fields=["province", "-asked_at"], name="measure_by_province"),
        ]
