"""What a laboratory took in and found.  Results are never overwritten: a correction, an approval,
a release and a withdrawal are rows of their own."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.sampling.tube_models import Method, Tube


class Reception(models.Model):
    """The laboratory took a tube in, or refused it.  The newest row of a tube counts: a leak may
    be seen only when the box was signed for."""

    class Reason(models.TextChoices):
        """Why a tube is refused (mẫu bị từ chối)."""

        LEAKING = "leaking"
        BROKEN = "broken"
        UNREADABLE = "unreadable"
        TOO_WARM = "too_warm"
        TOO_LATE = "too_late"
        TOO_LITTLE = "too_little"
        WRONG_TUBE = "wrong_tube"
        OTHER = "other"

    id = models.UUIDField(primary_key=True, default=uuid7)
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="receptions")
    laboratory = models.UUIDField()
    accepted = models.BooleanField()
    reason = models.CharField(max_length=12, choices=Reason, default="")
    note = models.CharField(max_length=200, default="")
    at = models.DateTimeField()
    by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "tube",
            "laboratory",
            "accepted",
            "reason",
            "note",
            "at",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="reception_refused_for_a_reason",
                condition=Q(accepted=True, reason="") | (Q(accepted=False) & ~Q(reason="")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["laboratory", "-at"], name="reception_by_laboratory"),
        ]


class Result(models.Model):
    """What the laboratory found in a tube.  A correction is a new row that names the one before."""

    class Outcome(models.TextChoices):
        POSITIVE = "positive"
        NEGATIVE = "negative"
        INDETERMINATE = "indeterminate"
        INVALID = "invalid"

    class Source(models.TextChoices):
        """How it was come by."""

        HAND = "hand"
        PLATE = "plate"
        HL7 = "hl7"
        ASTM = "astm"
        RAPID = "rapid"

    Method = Method

    id = models.UUIDField(primary_key=True, default=uuid7)
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="results")
    outcome = models.CharField(max_length=14, choices=Outcome)
    method = models.CharField(max_length=6, choices=Method, default=Method.PCR)
    ct = models.JSONField(default=dict, help_text="Cycles by target: {'N': 24.1}")
    test = models.CharField(max_length=20, default="", help_text="LOINC code of the test")
    source = models.CharField(max_length=6, choices=Source, default=Source.HAND)
    message = models.CharField(max_length=80, default="", help_text="The sender's own number")
    observed_at = models.DateTimeField(null=True, help_text="When the machine read it")
    laboratory = models.UUIDField()
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Privacy:
        identifying: ClassVar[set[str]] = {"entered_by"}
        health: ClassVar[set[str]] = {"outcome", "ct"}
        plain: ClassVar[set[str]] = {
            "id",
            "tube",
            "method",
            "test",
            "source",
            "message",
            "observed_at",
            "laboratory",
            "entered_at",
            "replaces",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["tube"], condition=Q(replaces=None), name="result_first_of_a_tube_is_one"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["laboratory", "-entered_at"], name="result_by_laboratory"),
        ]


class Approval(models.Model):
    """The technical release (duyệt kỹ thuật): the run and its controls are right."""

    result = models.OneToOneField(Result, models.PROTECT, primary_key=True, related_name="approval")
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.UUIDField()
    laboratory = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"result", "tube", "at", "laboratory"}


class Release(models.Model):
    """The medical release: a person in charge let a result out; now it is a fact for everybody."""

    result = models.OneToOneField(Result, models.PROTECT, primary_key=True, related_name="release")
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="+")
    confirms = models.BooleanField(
        default=True, help_text="A positive makes a case; a rapid test may need RT-PCR first"
    )
    at = models.DateTimeField()
    by = models.UUIDField()
    laboratory = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"result", "tube", "confirms", "at", "laboratory"}


class Withdrawal(models.Model):
    """A released result was wrong and stands no more; nothing takes its place by itself."""

    result = models.OneToOneField(
        Result, models.PROTECT, primary_key=True, related_name="withdrawal"
    )
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.UUIDField()
    laboratory = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"by"}
        health: ClassVar[set[str]] = {"reason"}
        plain: ClassVar[set[str]] = {"result", "tube", "at", "laboratory"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["laboratory", "-at"], name="withdrawal_by_laboratory"),
        ]
