"""Which lot is meant by what stands on a paper: said by a person, taken back by another fact."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.vaccination.session_models import Lot


class LotSpelling(models.Model):
    """From `at` on, doses of a province with `product` and exactly this `text` belong to `lot`;
    without a lot they belong to none again.  Appended only: the newest row counts.

    A dose is never changed for it.  Who said so is in the audit log.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    province = models.IntegerField()
    product = models.CharField(max_length=40)
    text = models.CharField(max_length=40, help_text="As it stands in the ledger")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=200, default="", blank=True, help_text="Of a parting")
    at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "province", "product", "text", "lot", "why", "at"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="lotspelling_parted_says_why",
                condition=Q(lot__isnull=False) | ~Q(why=""),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["province", "product", "text", "-at"], name="lotspelling_newest"),
            models.Index(fields=["lot"], name="lotspelling_of_lot"),
        ]
