"""What was done about an order, appended: steps, papers signed outside with their scans, advice."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.people.models import Person


class Scan(models.Model):
    """A picture of the signed paper, sealed under a key of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    sealed = models.BinaryField()
    media_type = models.CharField(max_length=40)
    size = models.IntegerField(help_text="Bytes before sealing")
    sha256 = models.CharField(max_length=64, help_text="Of the file as it came, in hexadecimal")
    added_at = models.DateTimeField()
    added_by = models.UUIDField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"sealed", "added_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "media_type", "size", "sha256", "added_at", "commune", "province"),
        }


class Signed(models.Model):
    """A decision signed outside, as it was recorded here: number, day, who signed, and its scan."""

    class Kind(models.TextChoices):
        DECISION = "decision"
        EXTENSION = "extension"
        CANCELLATION = "cancel"

    class Capacity(models.TextChoices):
        HEAD = "head"
        DEPUTY = "deputy"

    id = models.UUIDField(primary_key=True, default=uuid7)
    listing = models.ForeignKey("isolation.Listing", models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=9, choices=Kind)
    number = models.CharField(max_length=40)
    day = models.DateField()
    signer_name = models.CharField(max_length=120)
    capacity = models.CharField(max_length=6, choices=Capacity)
    until = models.DateField(null=True)
    scan = models.OneToOneField(Scan, models.PROTECT, null=True, related_name="paper")
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField()
    recorded_by_name = models.TextField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"signer_name", "recorded_by", "recorded_by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "listing", "kind", "number", "day", "capacity", "until", "scan"),
            *("recorded_at", "commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-day"], name="signed_by_commune"),
            models.Index(fields=["province", "-day"], name="signed_by_province"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="signed_with_a_number", condition=~Q(number="")),
        ]


class OrderStep(models.Model):
    """One thing done about an order: what, by whom, when, and whether it was late."""

    class Step(models.TextChoices):
        PROPOSED = "proposed"
        LIST = "list"
        DECISION = "decision"
        TOLD = "told"
        NOTICE = "notice"
        PROLONGED = "prolonged"
        LAPSED = "lapsed"
        DECLINED = "declined"
        EXTENDED = "extended"
        ENDED = "ended"
        DROPPED = "dropped"
        UNFOUNDED = "unfounded"

    id = models.UUIDField(primary_key=True, default=uuid7)
    order = models.ForeignKey("isolation.Order", models.PROTECT, related_name="steps")
    step = models.CharField(max_length=9, choices=Step)
    whom = models.CharField(max_length=13, default="", help_text="Who was told: a code of WHOM")
    how = models.CharField(max_length=10, default="", help_text="How: a code of HOW")
    note = models.CharField(max_length=200, default="")
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    by = models.UUIDField()
    by_name = models.TextField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"order", "by", "by_name", "note"}
        health: ClassVar[set[str]] = {"step"}
        plain: ClassVar[set[str]] = {
            *("id", "whom", "how", "at", "due_at", "late", "commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["order", "at"], name="step_of_order"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="step_told_names_whom", condition=Q(step="told") ^ Q(whom="")
            ),
        ]


class Advice(models.Model):
    """What a person was advised where the law gives no order: a fact, and never a duty."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    disease = models.CharField(max_length=40)
    role = models.CharField(max_length=20)
    measure = models.CharField(max_length=40, help_text="What is advised")
    instead_of = models.CharField(max_length=40, help_text="The measure that was asked for")
    found_at = models.DateTimeField()
    rule = models.UUIDField(null=True, help_text="The rule that refused; none where it is silent")
    rule_version = models.IntegerField(null=True)
    outcome = models.CharField(max_length=20)
    values = models.JSONField(default=dict)
    reference = models.CharField(max_length=24)
    given_at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "by", "by_name"}
        health: ClassVar[set[str]] = {
            *("disease", "role", "measure", "instead_of", "outcome", "values"),
        }
        plain: ClassVar[set[str]] = {
            *("id", "found_at", "rule", "rule_version", "reference", "given_at"),
            *("commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "disease", "instead_of", "found_at"],
                name="advice_once_for_a_finding",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-given_at"], name="advice_by_commune"),
            models.Index(fields=["province", "-given_at"], name="advice_by_province"),
        ]
