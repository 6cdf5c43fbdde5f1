"""Who is on duty (trực 24/24) at which unit, from when to when, and what the shift before left.

A unit is one of three: an organisation (a laboratory, a hospital), a commune's station and
committee (`organisation` is null), or a province's CDC (`commune` is null too).
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7


class OfUnit(models.Model):
    """A row of one unit's duty list."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField(null=True)
    commune = models.IntegerField(null=True)
    province = models.IntegerField()

    class Meta:
        abstract = True


class Duty(OfUnit):
    """One person's shift and the telephone that is answered in it.

    The name and the phone are those of a duty, not of a private life: whoever works in the province
    may read who answers now (`core.on_duty`).  The list itself is the unit's and its province's.
    """

    class Kind(models.TextChoices):
        OFFICER = "officer", _("Officer on duty")
        SIGNER = "signer", _("Signer")
        DEPUTY_SIGNER = "deputy_signer", _("Deputy signer")

    kind = models.CharField(max_length=13, choices=Kind)
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=20, help_text="Of the duty; one spelling")
    since = models.DateTimeField()
    until = models.DateTimeField()
    planned_at = models.DateTimeField()
    planned_by = models.UUIDField()
    account = models.UUIDField(null=True, help_text="Who took the shift over")
    taken_over_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"name", "planned_by", "account"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "commune", "province", "kind", "phone", "since", "until"),
            *("planned_at", "taken_over_at", "withdrawn_at"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["province", "until"], name="duty_by_province"),
            models.Index(fields=["commune", "until"], name="duty_by_commune"),
            models.Index(fields=["organisation", "until"], name="duty_by_organisation"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="duty_ends_after_it_begins", condition=models.Q(until__gt=models.F("since"))
            ),
            models.CheckConstraint(
                name="duty_taken_over_at_and_by_together",
                condition=models.Q(taken_over_at=None, account=None)
                | models.Q(taken_over_at__isnull=False, account__isnull=False),
            ),
        ]


class DutyNote(OfUnit):
    """What one shift leaves to the next.  Only the unit itself reads it."""

    text = models.TextField()
    left_at = models.DateTimeField()
    left_by = models.UUIDField()
    left_by_name = models.TextField()
    read_at = models.DateTimeField(null=True)
    read_by = models.UUIDField(null=True)
    read_by_name = models.TextField(default="", blank=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("text", "left_by", "left_by_name", "read_by", "read_by_name"),
        }
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "commune", "province", "left_at", "read_at"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["province", "-left_at"], name="dutynote_by_province"),
            models.Index(fields=["commune", "-left_at"], name="dutynote_by_commune"),
            models.Index(fields=["organisation", "-left_at"], name="dutynote_by_organisation"),
        ]
