"""A rapid test that somebody did at home: what they say, a sealed photograph, and the answer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.sampling.result_models import Result


class SelfTest(models.Model):
    """A self-declared result.  It is nobody's result and makes no case; the station answers it."""

    class Answer(models.TextChoices):
        """What the station says of it."""

        CONFIRMED = "confirmed"
        COME = "come"
        DISMISSED = "dismissed"

    id = models.UUIDField(primary_key=True, default=uuid7, help_text="The form's own number")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    disease = models.CharField(max_length=40)
    claimed = models.CharField(max_length=14, choices=Result.Outcome)
    kit = models.CharField(max_length=80, default="", help_text="Name or lot as typed")
    done_at = models.DateTimeField()
    photo = models.BinaryField(null=True, help_text="JPEG, sealed with the person's key")
    reported_at = models.DateTimeField()
    reported_by = models.UUIDField()
    answer = models.CharField(max_length=10, choices=Answer, default="")
    note = models.CharField(max_length=200, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "photo", "reported_by", "answered_by"}
        health: ClassVar[set[str]] = {"claimed", "answer", "note"}
        plain: ClassVar[set[str]] = {
            "id",
            "disease",
            "kit",
            "done_at",
            "reported_at",
            "answered_at",
            "commune",
            "province",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="self_test_answered_by_somebody",
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-reported_at"], name="self_test_by_commune"),
            models.Index(fields=["province", "-reported_at"], name="self_test_by_province"),
            models.Index(fields=["person", "-reported_at"], name="self_test_by_person"),
        ]
