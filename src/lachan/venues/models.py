"""Venues (places with a code), the devices that scan there, and the ledger of scans."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.places.models import Place
from lachan.venues.deliveries import Delivery
from lachan.venues.flags import Flag, FlagKind, FlagVerdict, Verdict
from lachan.venues.keeping import Keeper, Post, Turn, VisitorRequest
from lachan.venues.outings import Opening, Outing, Seat
from lachan.venues.rolls import Attendance, Member, RollFile, RoomBeds, Spot
from lachan.venues.tickets import Ticket, TicketRule, TicketUse
from lachan.venues.trades import Trade

__all__ = [
    "Attendance",
    "Delivery",
    "Flag",
    "FlagKind",
    "FlagVerdict",
    "Keeper",
    "Member",
    "Opening",
    "Outing",
    "Post",
    "RollFile",
    "RoomBeds",
    "Seat",
    "Spot",
    "Ticket",
    "TicketRule",
    "TicketUse",
    "Trade",
    "Turn",
    "Verdict",
    "VisitorRequest",
]

#: Minutes a visit without a scan on the way out is taken to last, where no kind says otherwise.
#: Source: our own choice, the `--open-minutes` of the tracing definition (issue 2).
USUAL_MINUTES = 60

#: Imputed stay by kind of place.  Source: our own choice, to be confirmed by a health officer.
MINUTES_BY_KIND: dict[str, int] = {
    "campus": 480,
    "building": 480,
    "workshop": 480,
    "line": 480,
    "room": 480,
    "school": 300,
    "class": 300,
    "stall_row": 240,
    "table": 180,
    "hall": 180,
    "hospital": 120,
    "ward": 120,
}


class Direction(models.TextChoices):
    """Which way somebody went."""

    IN = "in"
    OUT = "out"


class Source(models.TextChoices):
    """Who or what says that somebody was there."""

    GATE = "gate"
    PERSON = "person"
    DESK = "desk"
    KIOSK = "kiosk"
    PAPER = "paper"
    INTERVIEW = "interview"
    IMPORT = "import"


class State(models.TextChoices):
    """Whether a place may be scanned; a place that closed for good has `closed_at`."""

    WAITING = "waiting", _("Waiting for the commune")
    OPEN = "open", _("Open")
    SUSPENDED = "suspended", _("Suspended")


class Venue(models.Model):
    """A place that can be scanned: its code.  No personal data.

    `organisation`, `commune` and `province` are the place's, kept beside it for the policies and
    the lists; the database fills the last two.  A part has the state of its whole.  `state_by` and
    `state_reason` are what everybody may read of a suspension: which office, and why.
    `closes_at` is the hour at which the last one goes; it may lie after midnight.  `expected` is
    how many people a day the place itself expects, where it said so.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    place = models.OneToOneField(Place, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    code = models.CharField(max_length=8, unique=True)
    imputed_minutes = models.SmallIntegerField(default=USUAL_MINUTES)
    phone = models.CharField(max_length=20, blank=True, help_text="The station a guard calls")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    commune = models.IntegerField()
    province = models.IntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, db_default="open")
    state_since = models.DateTimeField(null=True)
    state_by = models.TextField(blank=True, default="", db_default="")
    state_reason = models.TextField(blank=True, default="", db_default="")
    state_until = models.DateField(null=True, help_text="The last day of a suspension, if named")
    capacity = models.IntegerField(null=True, help_text="People at once")
    expected = models.IntegerField(null=True, help_text="People a day, as the place says")
    closes_at = models.TimeField(null=True)
    plate = models.CharField(max_length=16, blank=True, default="", db_default="")
    trade = models.CharField(
        max_length=12,
        choices=Trade,
        blank=True,
        default="",
        db_default="",
        help_text="What its own people call it",
    )

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "place", "organisation", "code", "imputed_minutes", "phone", "made_at"),
            *("closed_at", "commune", "province", "state", "state_since", "state_by"),
            *("state_reason", "state_until", "capacity", "expected", "closes_at", "plate"),
            "trade",
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "made_at"], name="venue_organisation"),
            models.Index(fields=["commune", "made_at"], name="venue_commune"),
            models.Index(fields=["province", "made_at"], name="venue_province"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="venue_state", condition=models.Q(state__in=["waiting", "open", "suspended"])
            ),
            models.CheckConstraint(
                name="venue_numbers",
                condition=(models.Q(capacity=None) | models.Q(capacity__gt=0))
                & (models.Q(expected=None) | models.Q(expected__gt=0)),
            ),
            models.CheckConstraint(
                name="venue_minutes", condition=models.Q(imputed_minutes__range=(1, 1440))
            ),
        ]


class Device(models.Model):
    """A gate's device.  Its token is random, was shown once, and is kept as a hash."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    venue = models.ForeignKey(Venue, models.PROTECT)
    organisation = models.UUIDField()
    label = models.CharField(max_length=60)
    token_sha256 = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    closed_at = models.DateTimeField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "venue", "organisation", "label", "token_sha256", "made_at", "closed_at"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "made_at"], name="device_organisation"),
        ]


class Scan(models.Model):
    """Somebody came or went.  A ledger: key (day, id), no foreign keys, never changed.

    `at` is when it happened, `device_at` what the device's clock said, `received_at` our own clock.
    `counter`, `offset_ms` and `offline` are a device's word about itself: see `recording.Entry`.
    """

    id = models.UUIDField(primary_key=True)
    day = models.DateField()
    place = models.UUIDField()
    trace_id = models.UUIDField()
    direction = models.CharField(max_length=3, choices=Direction)
    at = models.DateTimeField()
    device_at = models.DateTimeField()
    received_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=Source)
    authority = models.TextField(help_text="device:<id>, person or account:<id>")
    payload_sha256 = models.BinaryField()
    commune = models.IntegerField()
    province = models.IntegerField()
    counter = models.BigIntegerField(null=True)
    offset_ms = models.BigIntegerField(null=True)
    offline = models.BooleanField(default=False)

    class Privacy:
        identifying: ClassVar[set[str]] = {"trace_id", "authority"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "day", "place", "direction", "at", "device_at", "received_at", "source"),
            *("payload_sha256", "commune", "province", "counter", "offset_ms", "offline"),
        }

    class Meta:
        managed = False
        db_table = "venues_scan"


class Conflict(models.Model):
    """A scan that came under a stored number with other content: refused, and kept for review.

    A ledger.  `scan` is the number it came under; `id` is made of it and the content, so that the
    same refused scan is kept once.
    """

    id = models.UUIDField(primary_key=True)
    day = models.DateField()
    scan = models.UUIDField()
    place = models.UUIDField()
    trace_id = models.UUIDField()
    direction = models.CharField(max_length=3, choices=Direction)
    at = models.DateTimeField()
    device_at = models.DateTimeField()
    received_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=Source)
    authority = models.TextField()
    payload_sha256 = models.BinaryField()
    commune = models.IntegerField()
    province = models.IntegerField()
    counter = models.BigIntegerField(null=True)
    offset_ms = models.BigIntegerField(null=True)
    offline = models.BooleanField(default=False)

    class Privacy:
        identifying: ClassVar[set[str]] = {"trace_id", "authority"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "day", "scan", "place", "direction", "at", "device_at", "received_at"),
            *("source", "payload_sha256", "commune", "province"),
            *("counter", "offset_ms", "offline"),
        }

    class Meta:
        managed = False
        db_table = "venues_conflict"
