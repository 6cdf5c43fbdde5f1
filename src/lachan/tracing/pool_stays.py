"""People of positive pools are asked to stay: what the law of that day lets this asking be."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.sampling.models import PoolMember


class PoolStay(models.Model):
    """What was asked of one person of a positive pool: an order with its holding, or advice.

    The rule's answer is kept as it was, to be said again with its article.
    """

    class Kind(models.TextChoices):
        ORDER = "order"
        ADVICE = "advice"

    id = models.UUIDField(primary_key=True, default=uuid7)
    member = models.OneToOneField(PoolMember, models.PROTECT, related_name="stay")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind)
    order = models.UUIDField(null=True, help_text="Of isolation, with the holding")
    rule = models.UUIDField(
        null=True, help_text="The version that answered; none when it is silent"
    )
    rule_version = models.IntegerField(null=True)
    outcome = models.CharField(max_length=30)
    values = models.JSONField(default=dict)
    at = models.DateTimeField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"member", "person"}
        health: ClassVar[set[str]] = {"kind", "outcome", "values"}
        plain: ClassVar[set[str]] = {
            *("id", "order", "rule", "rule_version", "at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="stay_by_order_or_advice",
                condition=Q(kind="order", order__isnull=False) | Q(kind="advice", order=None),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-at"], name="stay_by_commune"),
            models.Index(fields=["province", "-at"], name="stay_by_province"),
        ]
