"""Outings: a bus trip with its seats, a wedding or a funeral with its tables."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.places.models import Place
from lachan.venues.rolls import Member


class Outing(models.Model):
    """People together for some hours, known by a list: a trip of a vehicle, or a feast of a host.

    `stops`: of a trip, [name, time as ISO 8601] in order; a feast has none.  `code` is what guests
    scan.  The list is the host's; health units open it with a reason (`Opening`), and names are
    destroyed on `wipe_on`.
    """

    class Kind(models.TextChoices):
        TRIP = "trip", _("Bus trip")
        WEDDING = "wedding", _("Wedding")
        FUNERAL = "funeral", _("Funeral")
        MEAL = "meal", _("Another gathering")

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind)
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=8, unique=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    stops = models.JSONField(default=list)
    rows = models.SmallIntegerField(default=0, help_text="Rows of seats; 0 for a feast")
    abreast = models.CharField(max_length=5, blank=True, help_text="Seats of a row, as 2+2")
    tables = models.SmallIntegerField(default=0)
    contact = models.ForeignKey(
        Member, models.PROTECT, related_name="+", help_text="The host, or the driver"
    )
    assistant = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    wipe_on = models.DateField()
    wiped_at = models.DateTimeField(null=True)
    commune = models.IntegerField(help_text="Of the place")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"contact", "assistant", "made_by", "name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "place", "kind", "code", "starts_at", "ends_at", "stops"),
            *("rows", "abreast", "tables", "made_at", "wipe_on", "wiped_at"),
            *("commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-starts_at"], name="outing_organisation"),
            models.Index(fields=["commune", "-starts_at"], name="outing_commune"),
            models.Index(fields=["province", "-starts_at"], name="outing_province"),
            models.Index(
                fields=["wipe_on"], name="outing_to_wipe", condition=models.Q(wiped_at=None)
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="outing_ends_after_it_begins",
                condition=models.Q(ends_at__gt=models.F("starts_at")),
            ),
        ]

    def seat_labels(self) -> list[str]:
        """Every seat of a vehicle, row by row: 1A 1B 1C 1D 2A ..."""
        abreast = sum(int(part) for part in self.abreast.split("+") if part.isdecimal())
        letters = "ABCDEFGH"[:abreast]
        return [f"{row}{letter}" for row in range(1, self.rows + 1) for letter in letters]


class Seat(models.Model):
    """Who sat where: the seat of a trip with its segment (numbers of stops), or a table."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    outing = models.ForeignKey(Outing, models.PROTECT, related_name="seats")
    member = models.OneToOneField(Member, models.PROTECT, related_name="seat")
    organisation = models.UUIDField()
    label = models.CharField(max_length=20, help_text="Seat as 7C, or table as 3")
    from_stop = models.SmallIntegerField(default=0)
    to_stop = models.SmallIntegerField(default=0)
    recorded_at = models.DateTimeField(null=True, help_text="When the ledger of scans had it")
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"outing", "member"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "label", "from_stop", "to_stop", "recorded_at"),
            *("commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "outing"], name="seat_organisation"),
            models.Index(
                fields=["outing"], name="seat_to_record", condition=models.Q(recorded_at=None)
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="seat_segment_in_order",
                condition=models.Q(to_stop__gte=models.F("from_stop")),
            ),
        ]


class Opening(models.Model):
    """A health officer opened a list with a reason; the host reads that it happened."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    outing = models.ForeignKey(Outing, models.PROTECT, related_name="openings")
    organisation = models.UUIDField()
    account = models.UUIDField()
    account_name = models.TextField()
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"account", "account_name"}
        health: ClassVar[set[str]] = {"reason"}
        plain: ClassVar[set[str]] = {"id", "outing", "organisation", "at", "until"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["outing", "-at"], name="opening_outing"),
            models.Index(fields=["account", "until"], name="opening_account"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="opening_says_why", condition=~models.Q(reason="")),
        ]
