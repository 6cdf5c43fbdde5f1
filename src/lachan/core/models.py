"""What the ground keeps: the installation, the keys of persons, events, looks and their seals."""

from typing import ClassVar

from django.db import models

from lachan.core.ids import uuid7


class Installation(models.Model):
    """The one row that says what this database is; a demo can never become production."""

    class Kind(models.TextChoices):
        EMPTY = "empty"
        DEMO = "demo"
        PRODUCTION = "production"

    id = models.SmallIntegerField(primary_key=True, default=1)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.EMPTY)
    wound = models.DurationField(help_text="How far the demo's clock runs ahead of the machine's")
    made_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "kind", "wound", "made_at"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="installation_is_one", condition=models.Q(id=1)),
        ]


class Story(models.Model):
    """The story a demo tells and how far it was told; the owner writes it (lachan story)."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    options = models.JSONField()
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    told_until = models.DateTimeField(help_text="Everything until then is in the database")

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "options", "starts", "ends", "told_until"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="story_is_one", condition=models.Q(id=1)),
        ]


class ClockWish(models.Model):
    """Somebody asked the demo's clock to go on to `wanted`; written by `core.ask_clock` alone."""

    class Stage(models.TextChoices):
        WAITING = "waiting"
        RECALLING = "recalling"
        TELLING = "telling"
        DONE = "done"

    id = models.BigAutoField(primary_key=True)
    wanted = models.DateTimeField()
    asked_at = models.DateTimeField(help_text="By the machine's clock")
    stage = models.CharField(max_length=10, choices=Stage)
    rows = models.IntegerField(help_text="Facts that were told")

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "wanted", "asked_at", "stage", "rows"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                models.Value(1),
                name="clock_wish_one_at_a_time",
                condition=~models.Q(stage="done"),
            ),
        ]


class DataKey(models.Model):
    """A person's data key, wrapped by a versioned key-encryption key kept outside the database.

    Erasing a person deletes this row: what was sealed stays as noise, the facts stay as facts.
    """

    person = models.UUIDField(primary_key=True)
    wrapped = models.BinaryField()
    key_version = models.SmallIntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"wrapped", "key_version"}


class AuditEvent(models.Model):
    """Something was done.  A ledger: key (day, id), no foreign keys, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    day = models.DateField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    target_kind = models.CharField(max_length=40)
    target_id = models.CharField(max_length=80)
    by_account = models.UUIDField()
    by_name = models.TextField()
    purpose = models.TextField()
    detail = models.JSONField(default=dict)

    class Privacy:
        identifying: ClassVar[set[str]] = {"target_id", "by_account", "by_name"}
        health: ClassVar[set[str]] = {"detail"}
        plain: ClassVar[set[str]] = {"id", "day", "at", "kind", "target_kind", "purpose"}

    class Meta:
        managed = False
        db_table = "core_audit_event"


class Look(models.Model):
    """Somebody looked at a person.  The person may read every one."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    day = models.DateField()
    at = models.DateTimeField()
    person = models.UUIDField()
    what = models.CharField(max_length=60)
    purpose = models.TextField()
    by_account = models.UUIDField()
    by_name = models.TextField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "by_account", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "day", "at", "what", "purpose"}

    class Meta:
        managed = False
        db_table = "core_look"


class AuditBlock(models.Model):
    """A sealed run of audit events, hashed over the block before it."""

    number = models.BigIntegerField(primary_key=True)
    below_tx = models.BigIntegerField(help_text="Every event of a lower transaction is sealed")
    events = models.IntegerField()
    digest = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"number", "below_tx", "events", "digest", "sealed_at"}
