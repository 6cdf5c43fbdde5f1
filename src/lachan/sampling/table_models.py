"""The devices of a sampling table, what they sent, and what somebody has to look at."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.sampling.tube_models import Method, Reason


class TableDevice(models.Model):
    """A device on which a unit fills tubes.  Its token is random, was shown once, and is kept as a
    hash."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField(help_text="The unit that takes the samples")
    label = models.CharField(max_length=60)
    token_sha256 = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    commune = models.IntegerField(null=True, help_text="Where the table stands, if it says so")
    province = models.IntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by", "closed_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "label", "token_sha256", "made_at", "closed_at"),
            *("commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-made_at"], name="table_device_organisation"),
        ]


class TableKind(models.TextChoices):
    """What a device tells: somebody's sample, that it is none, that the tube is closed."""

    SAMPLE = "sample"
    UNDO = "undo"
    CLOSE = "close"


class TableEvent(models.Model):
    """What a device of a sampling table sent.  It says all of itself, so that order is nothing.

    A ledger, appended by the hot path and by carried files alone.  `sealed`: the code that was
    scanned, or the person who was made at the table; emptied once `person` is known.  `document`:
    blind index of a card under which nobody is entered yet.  `refused`: why nothing was made of it,
    "" where something was.  `instead_of`: it came under the number of another one, with other
    content, and is kept for review.
    """

    Kind = TableKind

    id = models.UUIDField(primary_key=True)
    day = models.DateField()
    device = models.UUIDField()
    token_sha256 = models.BinaryField(help_text="Of the token that sent it")
    organisation = models.UUIDField()
    account = models.UUIDField(help_text="Who enrolled the device")
    counter = models.BigIntegerField()
    kind = models.CharField(max_length=6, choices=TableKind)
    at = models.DateTimeField()
    device_at = models.DateTimeField()
    received_at = models.DateTimeField()
    offset_ms = models.BigIntegerField()
    offline = models.BooleanField()
    barcode = models.CharField(max_length=40)
    tube_limit = models.SmallIntegerField()
    disease = models.CharField(max_length=40)
    laboratory = models.UUIDField(null=True)
    method = models.CharField(max_length=6, choices=Method)
    campaign = models.UUIDField(null=True)
    reason = models.CharField(max_length=16, choices=Reason)
    onset = models.DateField(null=True)
    undoes = models.UUIDField(null=True, help_text="The event of the sample that is none")
    payload_hmac = models.BinaryField(help_text="Of the whole, keyed: a card's number is short")
    sealed = models.BinaryField(help_text="The code, or the new person; empty once known")
    key_version = models.SmallIntegerField()
    instead_of = models.UUIDField(null=True)
    document = models.BinaryField(null=True)
    person = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    refused = models.TextField()

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("account", "sealed", "payload_hmac", "document", "person"),
        }
        health: ClassVar[set[str]] = {"reason", "onset"}
        plain: ClassVar[set[str]] = {
            *("id", "day", "device", "token_sha256", "organisation", "counter", "kind", "at"),
            *("device_at", "received_at", "offset_ms", "offline", "barcode", "tube_limit"),
            *("disease", "laboratory", "method", "campaign", "undoes", "key_version"),
            *("instead_of", "settled_at", "refused"),
        }

    class Meta:
        managed = False
        db_table = "sampling_sent"


class TablePerson(models.Model):
    """Somebody without a code was made at a table: the device's number for him, and who he is.

    `slip`: blind index of the pre-printed slip he was given.
    """

    id = models.UUIDField(primary_key=True, help_text="The device's own number for the person")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    slip = models.BinaryField(null=True)
    organisation = models.UUIDField()
    made_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "slip"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "organisation", "made_at"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["slip"], name="table_slip_is_one_persons"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-made_at"], name="table_person_organisation"),
        ]


class TableReview(models.Model):
    """Something of a tube that somebody has to look at; nothing was dropped because of it.

    `ended_at`: it holds no more, since something else arrived.
    """

    class Kind(models.TextChoices):
        OVER_LIMIT = "over_limit"
        IN_TUBE = "in_tube"
        TWO_TUBES = "two_tubes"
        TWO_DEVICES = "two_devices"
        TUBE_DIFFERS = "tube_differs"
        TUBE_ELSEWHERE = "tube_elsewhere"
        AFTER_CLOSE = "after_close"
        NO_SAMPLE = "no_sample"
        UNREADABLE = "unreadable"
        DIFFERENT_CONTENT = "different_content"

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=18, choices=Kind)
    barcode = models.CharField(max_length=40)
    organisation = models.UUIDField()
    event = models.UUIDField(null=True, help_text="What it is about; the tube itself where empty")
    person = models.UUIDField(null=True)
    found_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    looked_by = models.UUIDField(null=True)
    note = models.CharField(max_length=200, default="")

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "looked_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "kind", "barcode", "organisation", "event", "found_at", "ended_at"),
            *("looked_at", "note"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-found_at"], name="table_review_organisation"),
            models.Index(fields=["barcode"], name="table_review_barcode"),
        ]


class LabelSeries(models.Model):
    """Numbers of tubes that a unit had printed: `prefix` and a number of `width` digits."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField()
    prefix = models.CharField(max_length=12)
    first = models.IntegerField()
    last = models.IntegerField()
    width = models.SmallIntegerField()
    copies = models.SmallIntegerField(default=1, help_text="Labels of each tube")
    made_at = models.DateTimeField()
    made_by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "prefix", "first", "last", "width", "copies", "made_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="series_counts_up", condition=Q(first__gte=1, last__gte=F("first"))
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-made_at"], name="series_by_organisation"),
            models.Index(fields=["prefix", "first"], name="series_by_prefix"),
        ]
