"""What does not look right about scans, and what a human said of it.  Nobody is blocked by a flag.

A flag asks; `Verdict` answers, and may be given again: the last one counts.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7


class FlagKind(models.TextChoices):
    """What is asked."""

    REPLAY = "replay", _("Code used twice")
    TRAVEL = "impossible_travel", _("Too far apart")
    TWO_PLACES = "two_places", _("In two places at once")
    CLOCK = "clock_skew", _("Wrong clock")
    GAP = "counter_gap", _("Missing scans")
    BULK = "bulk", _("More than a hand can")
    BORROWED = "borrowed", _("Does not fit the person")


class FlagVerdict(models.TextChoices):
    """What a human found."""

    MISTAKE = "mistake", _("Genuine mistake")
    CLOCK = "clock", _("Device's clock")
    BORROWED = "borrowed", _("Code was lent")
    MISUSE = "misuse", _("Misuse")


class Flag(models.Model):
    """One question to a human.  The id is made of what was found, so that it is asked once.

    `at` is when it happened, `scan` the later scan it is about (with `day`, the ledger's key).
    `finding` is the outcome of the rule, `rule` its version, `detail` the numbers of its sentence:
    counts, minutes and kilometres, never words about a person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=20, choices=FlagKind)
    finding = models.CharField(max_length=20)
    rule = models.UUIDField()
    detail = models.JSONField(default=dict)
    day = models.DateField(null=True)
    scan = models.UUIDField(null=True)
    trace_id = models.UUIDField(null=True)
    place = models.UUIDField(null=True)
    authority = models.TextField(blank=True)
    at = models.DateTimeField()
    found_at = models.DateTimeField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"trace_id", "authority"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "kind", "finding", "rule", "detail", "day", "scan", "place", "at"),
            *("found_at", "commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-at"], name="flag_commune"),
            models.Index(fields=["province", "-at"], name="flag_province"),
            models.Index(fields=["place", "-at"], name="flag_place"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="flag_kind",
                condition=models.Q(
                    kind__in=[
                        *("replay", "impossible_travel", "two_places", "clock_skew"),
                        *("counter_gap", "bulk", "borrowed"),
                    ]
                ),
            ),
        ]


class Verdict(models.Model):
    """What somebody found who asked: appended, the last one counts."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    flag = models.ForeignKey(Flag, models.PROTECT, related_name="verdicts")
    verdict = models.CharField(max_length=10, choices=FlagVerdict)
    at = models.DateTimeField()
    account = models.UUIDField()
    by_name = models.TextField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"account", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "flag", "verdict", "at", "commune", "province"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["flag", "at"], name="verdict_flag"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="verdict_word",
                condition=models.Q(verdict__in=["mistake", "clock", "borrowed", "misuse"]),
            ),
        ]
