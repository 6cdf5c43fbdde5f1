"""What machines and systems sent: deliveries with their bytes, their messages, and the rows that
were refused and kept for a person to look at."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.sampling.result_models import Result


class LabDelivery(models.Model):
    """A file, or one message of a wire (lần gửi kết quả).  Known by its bytes: the same again is
    the same delivery.  `answer`: what a wire was answered; whoever repeats hears the same."""

    class Kind(models.TextChoices):
        HL7 = "hl7"
        ASTM = "astm"
        PLATE = "plate"

    class Way(models.TextChoices):
        FILE = "file"
        WIRE = "wire"

    class State(models.TextChoices):
        """waiting: sent, looked at, and not yet taken in; refused: nothing of it could be read."""

        WAITING = "waiting"
        TAKEN = "taken"
        REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid7)
    laboratory = models.UUIDField()
    kind = models.CharField(max_length=6, choices=Kind, default="")
    way = models.CharField(max_length=4, choices=Way)
    sender = models.CharField(max_length=120, default="", help_text="As sent")
    message = models.CharField(max_length=120, default="", help_text="The sender's number")
    file_name = models.CharField(max_length=120, default="")
    assay = models.CharField(max_length=120, default="", help_text="Disease/name of the rule")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the bytes")
    wrapped = models.BinaryField(default=b"")
    sealed = models.BinaryField(default=b"", help_text="The bytes, sealed; empty once destroyed")
    keep_until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State)
    code = models.CharField(max_length=40, default="", help_text="Why it was refused whole")
    rows = models.IntegerField(default=0)
    taken = models.IntegerField(default=0)
    repeated = models.IntegerField(default=0)
    corrected = models.IntegerField(default=0)
    controls = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    answer = models.TextField(default="")
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)

    class Privacy:
        identifying: ClassVar[set[str]] = {"by", "by_name", "sealed"}
        health: ClassVar[set[str]] = {"answer"}
        plain: ClassVar[set[str]] = {
            *("id", "laboratory", "kind", "way", "sender", "message", "file_name", "assay"),
            *("digest", "wrapped", "keep_until", "state", "code", "rows", "taken", "repeated"),
            *("corrected", "controls", "refused", "at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["laboratory", "digest"], name="delivery_once_in_a_laboratory"
            ),
            models.CheckConstraint(
                name="delivery_counts_every_row",
                condition=Q(
                    rows=models.F("taken")
                    + models.F("repeated")
                    + models.F("corrected")
                    + models.F("controls")
                    + models.F("refused")
                ),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["laboratory", "-at"], name="delivery_by_laboratory"),
        ]


class DeliveredMessage(models.Model):
    """A message of a delivery, known by its sender and the sender's number: the same number with
    other content is refused."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    delivery = models.ForeignKey(LabDelivery, models.PROTECT, related_name="messages")
    laboratory = models.UUIDField()
    sender = models.CharField(max_length=120)
    message = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, help_text="SHA-256 of what was read in it")

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = {"digest"}
        plain: ClassVar[set[str]] = {"id", "delivery", "laboratory", "sender", "message"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["laboratory", "sender", "message"], name="message_once_of_a_sender"
            ),
        ]


class DeliveryRow(models.Model):
    """A row, result or message of a delivery that was not taken, and why.  It stays."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    delivery = models.ForeignKey(LabDelivery, models.PROTECT, related_name="refusals")
    laboratory = models.UUIDField()
    row = models.IntegerField(help_text="Line or row in the file, from 1")
    tube = models.CharField(max_length=80, default="", help_text="As sent")
    code = models.CharField(max_length=40)
    detail = models.CharField(max_length=200, default="")
    outcome = models.CharField(max_length=14, choices=Result.Outcome, default="")
    value = models.CharField(max_length=200, default="", help_text="As sent")
    ct = models.JSONField(default=dict)

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = {"detail", "outcome", "value", "ct"}
        plain: ClassVar[set[str]] = {"id", "delivery", "laboratory", "row", "tube", "code"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["delivery", "row"], name="delivery_row"),
            models.Index(fields=["laboratory", "tube"], name="delivery_row_of_tube"),
        ]
