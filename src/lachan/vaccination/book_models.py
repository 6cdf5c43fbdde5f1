"""The evening book of a store, and its cold chain: what the loggers saw and what was decided."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.vaccination.session_models import Lot
from lachan.vaccination.stock_models import Store


class EveningBook(models.Model):
    """A day of a store, closed by a person.  It takes every entry written after `since` and up to
    `closed_at`; `entries` are the ones it took, so that any other one is found."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    store = models.ForeignKey(Store, models.PROTECT, related_name="books")
    day = models.DateField()
    since = models.DateTimeField(null=True, help_text="When the book before was closed")
    closed_at = models.DateTimeField()
    closed_by = models.UUIDField()
    closed_by_name = models.CharField(max_length=120)
    note = models.CharField(max_length=200, default="", blank=True)
    entries = ArrayField(models.UUIDField(), default=list)

    class Privacy:
        identifying: ClassVar[set[str]] = {"closed_by", "closed_by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "store", "day", "since", "closed_at", "note", "entries"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["store", "day"], name="book_is_one"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["store", "-closed_at"], name="book_by_store"),
        ]


class BookLine(models.Model):
    """brought + received + adjusted = given + added + wasted + sent + counted, in doses of a lot.

    `added`: given on a day that was closed before (bổ sung).  `opened`: vials opened; `open_left`:
    doses that stay in opened vials overnight.  `gap`: counted less the book's figure before it was
    adjusted, with its `cause`; `gap_entry` is the entry that carries it."""

    book = models.ForeignKey(EveningBook, models.PROTECT, related_name="lines")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    brought = models.IntegerField()
    received = models.IntegerField()
    adjusted = models.IntegerField()
    given = models.IntegerField()
    added = models.IntegerField()
    wasted = models.IntegerField()
    sent = models.IntegerField()
    counted = models.IntegerField()
    opened = models.IntegerField()
    open_left = models.IntegerField()
    gap = models.IntegerField(default=0)
    cause = models.CharField(max_length=200, default="", blank=True)
    gap_entry = models.UUIDField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "book", "lot", "brought", "received", "adjusted", "given", "added", "wasted"),
            *("sent", "counted", "opened", "open_left", "gap", "cause", "gap_entry"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["book", "lot"], name="bookline_is_one"),
            models.CheckConstraint(
                name="bookline_balances",
                condition=Q(
                    brought=F("given")
                    + F("added")
                    + F("wasted")
                    + F("sent")
                    + F("counted")
                    - F("received")
                    - F("adjusted")
                ),
            ),
            models.CheckConstraint(
                name="bookline_gap_has_a_cause",
                condition=Q(gap=0) | ~Q(cause="") & Q(gap_entry__isnull=False),
            ),
        ]


class TemperatureLog(models.Model):
    """A logger's file of one refrigerator.  `refused`: [row, code] of rows that were not read."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    store = models.ForeignKey(Store, models.PROTECT, related_name="logs")
    device = models.CharField(max_length=60, help_text="Which refrigerator")
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    rows = models.IntegerField()
    refused = models.JSONField(default=list)
    since = models.DateTimeField()
    until = models.DateTimeField()
    coldest = models.FloatField()
    warmest = models.FloatField()
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)

    class Privacy:
        identifying: ClassVar[set[str]] = {"by", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "store", "device", "name", "sha256", "rows", "refused", "since", "until"),
            *("coldest", "warmest", "at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["store", "device", "sha256"], name="log_is_one"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["store", "-at"], name="log_by_store"),
        ]


class Excursion(models.Model):
    """A lot of a store outside its product's range for a time, by the rule that was in force."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    log = models.ForeignKey(TemperatureLog, models.PROTECT, related_name="excursions")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    coldest = models.FloatField()
    warmest = models.FloatField()
    doses = models.IntegerField(help_text="In the store meanwhile")
    decision = models.JSONField(help_text="What the product's rule says")

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "log", "store", "lot", "since", "until", "coldest", "warmest", "doses"),
            "decision",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="excursion_has_a_time"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["store", "-since"], name="excursion_by_store"),
        ]


class ExcursionDecision(models.Model):
    """What a person decided on an excursion, and why.  The last one holds."""

    class Verdict(models.TextChoices):
        """What happens with the doses."""

        USE = "use", _("Use them")
        DISCARD = "discard", _("Discard them")
        ASK = "ask", _("Ask the maker")

    id = models.UUIDField(primary_key=True, default=uuid7)
    excursion = models.ForeignKey(Excursion, models.PROTECT, related_name="decisions")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=7, choices=Verdict)
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.CharField(max_length=120)

    class Privacy:
        identifying: ClassVar[set[str]] = {"by", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "excursion", "store", "verdict", "why", "at"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(why=""), name="verdict_says_why"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["excursion", "-at"], name="verdict_by_excursion"),
        ]
