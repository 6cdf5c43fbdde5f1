"""Plans of sessions and teams, what is checked at a handover, and the counts of stock in public."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lachan.core.ids import uuid7
from lachan.vaccination.session_models import Lot, Session
from lachan.vaccination.stock_models import StockMove, Store


class Team(models.Model):
    """People of a facility who work a session together.  Units are the facility's."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField()
    name = models.CharField(max_length=80)
    commune = models.IntegerField(null=True)
    province = models.IntegerField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "name", "commune", "province", "made_at", "ended_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=Q(ended_at=None), name="team_is_one"
            ),
        ]


class TeamMember(models.Model):
    """Somebody of a team, with the work and the table; no table: the whole site."""

    class Work(models.TextChoices):
        """What somebody does at a session."""

        RECEPTION = "reception", pgettext_lazy("vaccination", "Reception")
        SCREENING = "screening", pgettext_lazy("vaccination", "Screening")
        INJECTION = "injection", pgettext_lazy("vaccination", "Injection")
        OBSERVATION = "observation", pgettext_lazy("vaccination", "Observation")
        VACCINE = "vaccine", _("Vaccine and vials")

    id = models.UUIDField(primary_key=True, default=uuid7)
    team = models.ForeignKey(Team, models.CASCADE, related_name="members")
    name = models.CharField(max_length=120)
    work = models.CharField(max_length=11, choices=Work)
    table = models.SmallIntegerField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "team", "work", "table"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(table=None) | Q(table__gte=1), name="member_table"),
        ]


class SessionPlan(models.Model):
    """What was planned of a session beside its hours: for how many people, by which team."""

    session = models.OneToOneField(
        Session, models.CASCADE, primary_key=True, related_name="planned"
    )
    organisation = models.UUIDField()
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="plans")
    people = models.IntegerField()
    commune = models.IntegerField()
    province = models.IntegerField()
    made_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("session", "organisation", "team", "people", "commune", "province", "made_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(people__gte=1), name="plan_is_for_somebody"),
        ]


class HandoverCheck(models.Model):
    """What was looked at when a lot changed hands: degrees of its box, the vial's monitor."""

    class Monitor(models.TextChoices):
        """Stage of the vaccine vial monitor: the inner square against the ring.

        Source: WHO's four stages (PQS E006/IN05); from the third on a vial is not used.
        """

        NONE = "none", _("Vials without a monitor")
        ONE = "1", _("1: square lighter than the ring")
        TWO = "2", _("2: square darker, still lighter than the ring")
        THREE = "3", _("3: square like the ring; do not use")
        FOUR = "4", _("4: square darker than the ring; do not use")

    id = models.UUIDField(primary_key=True, default=uuid7)
    move = models.ForeignKey(StockMove, models.PROTECT, related_name="checks")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    degrees = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    monitor = models.CharField(max_length=4, choices=Monitor, default="", blank=True)

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "move", "lot", "degrees", "monitor"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["move", "lot"], name="handover_check_once"),
            models.CheckConstraint(
                condition=Q(degrees__isnull=False) | ~Q(monitor=""), name="handover_was_checked"
            ),
        ]


class StockCount(models.Model):
    """Doses of a lot in a store's books as the portal adds them up; by the worker alone.  No lot:
    what a decision gives of any lot.  `allocated`, `received`: from outside the commune; the same
    with `_province`: from outside the province, so that nothing is counted twice in a sum."""

    id = models.BigAutoField(primary_key=True)
    store = models.ForeignKey(Store, models.PROTECT, related_name="+")
    province = models.IntegerField(null=True)
    commune = models.IntegerField(null=True)
    disease = models.CharField(max_length=40)
    product = models.CharField(max_length=40)
    lot = models.CharField(max_length=40, default="", blank=True)
    allocated = models.BigIntegerField(default=0)
    received = models.BigIntegerField(default=0)
    allocated_province = models.BigIntegerField(default=0)
    received_province = models.BigIntegerField(default=0)
    given = models.BigIntegerField(default=0)
    wasted = models.BigIntegerField(default=0)
    left = models.BigIntegerField(default=0)

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = {"given"}
        plain: ClassVar[set[str]] = {
            *("id", "store", "province", "commune", "disease", "product", "lot", "allocated"),
            *("received", "allocated_province", "received_province", "wasted", "left"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["store", "product", "lot"], name="stockcount_once"),
        ]
