"""Orders towards persons: what the rule allows, who must do what by when, what was signed outside.

This room knows persons and rules, and no cases: whoever proposes is known by a reference.  An
answer is kept as rule, version, outcome and values; article and sentence are read from the rule.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.isolation.records import Advice, OrderStep, Scan, Signed
from lachan.people.models import Person

__all__ = ["Advice", "Holding", "Listing", "Order", "OrderStep", "Scan", "Signed"]


class Listing(models.Model):
    """A list of the station to the chairman: people under one rule, at most 500, one decision."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    measure = models.CharField(max_length=40)
    role = models.CharField(max_length=20)
    disease = models.CharField(max_length=40)
    rule = models.UUIDField()
    signer = models.CharField(max_length=40, default="")
    people = models.IntegerField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    made_by_name = models.TextField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by", "made_by_name"}
        health: ClassVar[set[str]] = {"disease"}
        plain: ClassVar[set[str]] = {
            *("id", "measure", "role", "rule", "signer", "people", "made_at"),
            *("commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-made_at"], name="listing_by_commune"),
            models.Index(fields=["province", "-made_at"], name="listing_by_province"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="listing_fits_a_decision", condition=Q(people__lte=500)),
        ]


class Order(models.Model):
    """A measure towards one person, from the proposal to its end."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        HOLDING = "holding"
        LISTED = "listed"
        DECIDED = "decided"
        NOTICED = "noticed"
        ENDED = "ended"
        LAPSED = "lapsed"
        DECLINED = "declined"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    disease = models.CharField(max_length=40)
    group = models.CharField(max_length=1, default="")
    role = models.CharField(max_length=20)
    measure = models.CharField(max_length=40)
    found_at = models.DateTimeField(help_text="When the person was found: the clock starts")
    asked_at = models.DateTimeField(help_text="The day whose law was asked")
    rule = models.UUIDField()
    rule_version = models.IntegerField()
    outcome = models.CharField(max_length=20)
    values = models.JSONField(default=dict)
    signer = models.CharField(max_length=40, default="", help_text="Code of the rule, or nobody")
    consular = models.BooleanField(default=False, help_text="A foreigner: Cục Lãnh sự is told")
    reference = models.CharField(max_length=24, help_text="The sender's reference, not the case")
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    changed_at = models.DateTimeField()
    list_due = models.DateTimeField(null=True)
    decision_due = models.DateTimeField(null=True)
    notice_due = models.DateTimeField(null=True)
    listing = models.ForeignKey(Listing, models.PROTECT, null=True, related_name="orders")
    signed = models.ForeignKey(Signed, models.PROTECT, null=True, related_name="orders")
    until = models.DateField(null=True, help_text="Last day, of the decision or of the rule")
    ended_for = models.CharField(max_length=20, default="")
    commune = models.IntegerField(help_text="Of the present stay: who works the order")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person"}
        health: ClassVar[set[str]] = {
            *("disease", "group", "role", "measure", "outcome", "values", "state", "ended_for"),
        }
        plain: ClassVar[set[str]] = {
            *("id", "found_at", "asked_at", "rule", "rule_version", "signer", "consular"),
            *("reference", "changed_at", "list_due", "decision_due", "notice_due", "listing"),
            *("signed", "until", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "disease", "measure", "found_at"], name="order_once_for_a_finding"
            ),
            models.CheckConstraint(name="order_only_where_allowed", condition=Q(outcome="allowed")),
            models.CheckConstraint(
                name="order_decided_with_a_paper",
                condition=~Q(state__in=["decided", "noticed", "ended"]) | Q(signed__isnull=False),
            ),
            models.CheckConstraint(
                name="order_ends_for_a_reason", condition=Q(state="ended") ^ Q(ended_for="")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "state", "found_at"], name="order_by_commune"),
            models.Index(fields=["province", "state", "found_at"], name="order_by_province"),
            models.Index(fields=["person"], name="order_of_person"),
        ]


class Holding(models.Model):
    """The temporary holding of an order: it ends by itself at `lapses_at`, whoever is asleep."""

    class End(models.TextChoices):
        DECIDED = "decided"
        LAPSED = "lapsed"
        DECLINED = "declined"
        DROPPED = "dropped"

    order = models.OneToOneField(Order, models.PROTECT, primary_key=True, related_name="holding")
    rule = models.UUIDField(help_text="The rule that allows to hold")
    rule_version = models.IntegerField()
    starts_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    prolonged_at = models.DateTimeField(null=True)
    prolonged_by = models.UUIDField(null=True)
    prolonged_by_name = models.TextField(default="")
    prolonged_for = models.CharField(max_length=200, default="")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=8, choices=End, default="")
    missed = models.CharField(max_length=10, default="", help_text="The step nobody did in time")
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"order", "prolonged_by", "prolonged_by_name"}
        health: ClassVar[set[str]] = {"prolonged_for"}
        plain: ClassVar[set[str]] = {
            *("rule", "rule_version", "starts_at", "lapses_at", "prolonged_at", "ended_at"),
            *("ended_by", "missed", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="holding_ends_once_and_somehow",
                condition=Q(ended_at=None, ended_by="")
                | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
            ),
            models.CheckConstraint(
                name="holding_prolonged_by_somebody_for_a_reason",
                condition=Q(prolonged_at=None, prolonged_by=None, prolonged_for="")
                | (
                    Q(prolonged_at__isnull=False, prolonged_by__isnull=False) & ~Q(prolonged_for="")
                ),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["lapses_at"], name="holding_running", condition=Q(ended_at=None)),
            models.Index(
                fields=["province", "-ended_at"],
                name="holding_lapsed",
                condition=Q(ended_by="lapsed"),
            ),
        ]
