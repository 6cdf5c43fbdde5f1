"""Bars of lots: a signed fact that a lot is not used from a moment on, and its lifting.

Whether a lot may be used is public.  Who signed is in the audit log, as with a session; the row
says in which capacity.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.vaccination.dose_models import Dose
from lachan.vaccination.session_models import Lot


class LotBar(models.Model):
    """A bar (`lifts` empty) or the lifting of one.  Appended only.

    `province` empty: the whole nation.  `provisional`: by rule, because of the severe event
    `reaction`.  `signature` is of all that the row says, by the key `key_id` of the installation.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="bars")
    since = models.DateTimeField(help_text="From when the lot is not used, or is used again")
    province = models.IntegerField(null=True)
    provisional = models.BooleanField(default=False)
    reaction = models.UUIDField(null=True, help_text="The severe event behind a bar by rule")
    decision = models.JSONField(default=dict, help_text="Rule, version, outcome and values")
    reason = models.CharField(max_length=300, default="", blank=True)
    document = models.CharField(max_length=80, default="", blank=True)
    capacity = models.CharField(max_length=200, help_text="Who signed, as an office")
    lifts = models.OneToOneField("self", models.PROTECT, null=True, related_name="lifted_by")
    made_at = models.DateTimeField()
    key_id = models.SmallIntegerField()
    signature = models.BinaryField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "lot", "since", "province", "provisional", "reaction", "decision", "reason"),
            *("document", "capacity", "lifts", "made_at", "key_id", "signature"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="lotbar_says_why",
                condition=Q(provisional=True, reaction__isnull=False, lifts=None)
                | (Q(provisional=False) & ~Q(reason="") & ~Q(document="")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["lot", "since"], name="lotbar_of_lot"),
            models.Index(fields=["province", "-since"], name="lotbar_by_province"),
        ]


class LotCall(models.Model):
    """Somebody who had a barred lot was called or visited, and how he is.  Appended only."""

    class Result(models.TextChoices):
        WELL = "well"
        UNWELL = "unwell"
        NO_ANSWER = "no_answer"
        WRONG_NUMBER = "wrong_number"
        AWAY = "away"

    id = models.UUIDField(primary_key=True, default=uuid7)
    dose = models.ForeignKey(Dose, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    result = models.CharField(max_length=12, choices=Result)
    note = models.CharField(max_length=200, default="", blank=True)
    at = models.DateTimeField()
    by = models.UUIDField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "dose", "by"}
        health: ClassVar[set[str]] = {"result", "note"}
        plain: ClassVar[set[str]] = {"id", "at", "commune", "province"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["dose", "-at"], name="lotcall_of_dose"),
            models.Index(fields=["commune", "-at"], name="lotcall_by_commune"),
            models.Index(fields=["province", "-at"], name="lotcall_by_province"),
        ]
