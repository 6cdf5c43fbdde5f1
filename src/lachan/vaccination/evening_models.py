"""The evening of a session: what was counted at the tables, what does not fit and why, the balance,
and the daily report with its hour."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.vaccination.session_models import Lot, Session


class TableCount(models.Model):
    """Empty vials of a lot counted by hand at a table, with what is left in them and what was
    thrown away.  The newest count of a table and lot stands."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    table_no = models.SmallIntegerField()
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    vials = models.SmallIntegerField(help_text="Opened at the table")
    wasted = models.SmallIntegerField(help_text="Doses thrown away")
    left = models.SmallIntegerField(help_text="Doses still in opened vials")
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)

    class Privacy:
        identifying: ClassVar[set[str]] = {"by", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "session", "organisation", "table_no", "lot", "vials", "wasted", "left", "at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="table_count_is_a_count",
                condition=Q(table_no__gte=1, vials__gte=0, wasted__gte=0, left__gte=0),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["session", "-at"], name="table_count_session"),
        ]


class EveningReason(models.Model):
    """Somebody said why something of a session does not fit.  It holds for exactly this difference:
    with another number of doses the difference is a new one.

    `about`: visit, dose, event, lot or sheet; `outcome`: what became of who was not injected.
    """

    class Outcome(models.TextChoices):
        NONE = "", "none"
        REFERRED = "referred", "referred"
        LEFT = "left", "left"
        POSTPONED = "postponed", "postponed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    code = models.CharField(max_length=20)
    about = models.UUIDField()
    table_no = models.SmallIntegerField(default=0)
    amount = models.IntegerField(default=1)
    outcome = models.CharField(max_length=9, choices=Outcome, default="", blank=True)
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)

    class Privacy:
        identifying: ClassVar[set[str]] = {"by", "by_name", "about"}
        health: ClassVar[set[str]] = {"code", "outcome", "why"}
        plain: ClassVar[set[str]] = {
            *("id", "session", "organisation", "table_no", "amount", "at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session", "code", "about", "table_no", "amount"], name="evening_reason_one"
            ),
            models.CheckConstraint(name="evening_reason_is_said", condition=~Q(why="")),
        ]


class EveningBalance(models.Model):
    """A person called the session balanced: with these figures, every difference having a reason.
    What comes later shows beside it, and the session is balanced anew."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    figures = models.JSONField()
    reasons = models.IntegerField(help_text="Differences that were explained")
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)

    class Privacy:
        identifying: ClassVar[set[str]] = {"by", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "session", "organisation", "figures", "reasons", "at"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["session", "-at"], name="evening_balance_session"),
        ]


class DayReport(models.Model):
    """The report of a facility, commune or province for one day, frozen: figures never change.

    `cut_at`: what was entered until then is in it; `rows`: [day, product, dose number, group,
    given, taken back]; a row of another day than the report's is added (bổ sung).  `sha256`: of
    everything it says.  `facilities`: reports a commune's or province's one sums up.
    """

    class Level(models.TextChoices):
        FACILITY = "facility"
        COMMUNE = "commune"
        PROVINCE = "province"

    id = models.UUIDField(primary_key=True, default=uuid7)
    level = models.CharField(max_length=8, choices=Level)
    organisation = models.UUIDField(null=True)
    commune = models.IntegerField(null=True)
    province = models.IntegerField()
    day = models.DateField()
    cut_at = models.DateTimeField()
    rows = models.JSONField()
    reactions = models.JSONField(help_text="Reports of reactions by severity")
    stock = models.JSONField(help_text="Doses by product: received, sent, wasted, in hand")
    reacted = ArrayField(models.UUIDField(), default=list, help_text="Reactions counted in it")
    facilities = models.IntegerField(default=1)
    sha256 = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.UUIDField()
    frozen_by_name = models.CharField(max_length=120)

    class Privacy:
        identifying: ClassVar[set[str]] = {"frozen_by", "frozen_by_name"}
        health: ClassVar[set[str]] = {"reacted"}
        plain: ClassVar[set[str]] = {
            *("id", "level", "organisation", "commune", "province", "day", "cut_at", "rows"),
            *("reactions", "stock", "facilities", "sha256", "frozen_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "day"],
                condition=Q(level="facility"),
                name="day_report_facility",
            ),
            models.UniqueConstraint(
                fields=["commune", "day"], condition=Q(level="commune"), name="day_report_commune"
            ),
            models.UniqueConstraint(
                fields=["province", "day"],
                condition=Q(level="province"),
                name="day_report_province",
            ),
            models.CheckConstraint(
                name="day_report_has_its_area",
                condition=Q(level="facility", organisation__isnull=False)
                | Q(level="commune", organisation=None, commune__isnull=False)
                | Q(level="province", organisation=None, commune=None),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["province", "-day"], name="day_report_by_province"),
            models.Index(fields=["commune", "-day"], name="day_report_by_commune"),
        ]
