"""The dose ledger: what was injected, appended and never changed.

A correction is an entry that reverses another one (`reverses`) and, where something else was true,
a new entry beside it.  A person's doses are the entries that nothing reverses, of every record that
stands for that person; no synchronisation, merge or change of a profile can lower them.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.vaccination.session_models import Lot, Session


class DoseKind(models.TextChoices):
    """What the guidance calls it: liều cơ bản, bổ sung, nhắc lại."""

    PRIMARY = "primary"
    ADDITIONAL = "additional"
    BOOSTER = "booster"


class Source(models.TextChoices):
    """How we know of it."""

    SITE = "site"
    PAPER = "paper"
    IMPORT = "import"
    ELSEWHERE = "elsewhere"
    ABROAD = "abroad"
    REVERSAL = "reversal"


class Dose(models.Model):
    """One entry.  `id` is the device's own number for it, so that a repeat is the same entry.

    `given_at` is the corrected time; `device_at` what the device's clock said.  `lot_text` is the
    lot as written where `lot` is not known here.  `told_number`: which dose it was called; which
    one it is follows from the history.  `decision`: what the schedule said, as rule, version,
    outcome and values.  `flags`: what somebody has to look at (`too_soon`, `twice` ...).
    """

    Kind = DoseKind
    Source = Source

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    disease = models.CharField(max_length=40)
    product = models.CharField(max_length=40)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+")
    lot_text = models.CharField(max_length=40, default="", blank=True)
    kind = models.CharField(max_length=10, choices=DoseKind, default=DoseKind.PRIMARY)
    told_number = models.SmallIntegerField(null=True)
    given_at = models.DateTimeField()
    device_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    source = models.CharField(max_length=9, choices=Source)
    organisation = models.UUIDField(null=True, help_text="The facility that gave or entered it")
    where_text = models.CharField(max_length=160, default="", blank=True)
    session = models.ForeignKey(Session, models.PROTECT, null=True, related_name="+")
    table = models.SmallIntegerField(null=True)
    arm = models.CharField(max_length=5, default="", blank=True, help_text="left, right, other")
    agreed = models.BooleanField(default=False, help_text="Agreed in writing to another vaccine")
    document = models.CharField(max_length=80, default="", blank=True, help_text="Paper it is on")
    decision = models.JSONField(default=dict)
    flags = ArrayField(models.CharField(max_length=20), default=list)
    entered_by = models.UUIDField()
    injected_by = models.CharField(max_length=120, default="", blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    why = models.CharField(max_length=200, default="", blank=True, help_text="Of a reversal")
    content_sha256 = models.BinaryField(
        help_text="Of what was sent: the same id with other content"
    )
    commune = models.IntegerField(help_text="Today's unit of the person's present stay")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "entered_by", "injected_by", "content_sha256"}
        health: ClassVar[set[str]] = {
            *("product", "disease", "kind", "told_number", "decision", "flags", "document", "why"),
        }
        plain: ClassVar[set[str]] = {
            *("id", "lot", "lot_text", "given_at", "device_at", "received_at", "source"),
            *("organisation", "where_text", "session", "table", "arm", "agreed", "reverses"),
            *("commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="dose_reversal_says_why",
                condition=Q(reverses=None, why="") & ~Q(source="reversal")
                | Q(reverses__isnull=False, source="reversal") & ~Q(why=""),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "given_at"], name="dose_of_person"),
            models.Index(fields=["organisation", "-given_at"], name="dose_by_organisation"),
            models.Index(fields=["commune", "-given_at"], name="dose_by_commune"),
            models.Index(fields=["province", "-given_at"], name="dose_by_province"),
            models.Index(fields=["lot", "given_at"], name="dose_by_lot"),
            models.Index(fields=["session", "given_at"], name="dose_by_session"),
            models.Index(fields=["received_at"], name="dose_received"),
            models.Index(
                fields=["province", "product", "lot_text"],
                name="dose_by_lot_text",
                condition=Q(lot=None) & ~Q(lot_text=""),
            ),
        ]
