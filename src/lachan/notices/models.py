"""Messages to people: drafted in legal words, approved by a human, then sent.  Sealed at rest."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.people.models import Person


class Notice(models.Model):
    """One message to one person.  It stores what was decided; the words are made when read."""

    class State(models.TextChoices):
        DRAFTED = "drafted"
        APPROVED = "approved"
        SENT = "sent"
        FAILED = "failed"
        RECALLED = "recalled"

    class Delivery(models.TextChoices):
        """What the gateway says of a message it took; "" while it has not said."""

        DELIVERED = "delivered"
        UNDELIVERABLE = "undeliverable"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, help_text="Which sentence: see notices.sentences")
    values = models.JSONField(default=dict, help_text="Placeholders of the sentence; no names")
    reason = models.UUIDField(help_text="What it rests on: a contact, a result, a decision")
    commune = models.IntegerField()
    province = models.IntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFTED)
    drafted_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=80, default="", help_text="The gateway's own number")
    delivery = models.CharField(max_length=13, choices=Delivery, default="", blank=True)
    delivery_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0, help_text="How often the gateway took it")
    next_try_at = models.DateTimeField(null=True, help_text="When it is sent again")
    recalled_at = models.DateTimeField(null=True, help_text="When what it rests on fell away")
    recalled_by = models.UUIDField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "approved_by", "recalled_by"}
        health: ClassVar[set[str]] = {"kind", "values", "reason"}
        plain: ClassVar[set[str]] = {
            "id",
            "commune",
            "province",
            "state",
            "drafted_at",
            "approved_at",
            "sent_at",
            "receipt",
            "delivery",
            "delivery_at",
            "tries",
            "next_try_at",
            "recalled_at",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "kind", "reason"], name="notice_once_for_a_reason"
            ),
            models.CheckConstraint(
                name="notice_approved_at_and_by_together",
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_sent_only_when_approved",
                condition=Q(state__in=["drafted", "recalled"]) | Q(approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_delivered_when_sent",
                condition=Q(delivery="")
                | Q(state__in=["sent", "recalled"], delivery_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_recalled_at_and_by_somebody",
                condition=Q(state="recalled", recalled_at__isnull=False, recalled_by__isnull=False)
                | (~Q(state="recalled") & Q(recalled_at=None, recalled_by=None)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-drafted_at"], name="notice_by_commune"),
            models.Index(fields=["province", "-drafted_at"], name="notice_by_province"),
            models.Index(
                fields=["approved_at"], name="notice_to_send", condition=Q(state="approved")
            ),
            models.Index(
                fields=["sent_at"],
                name="notice_on_its_way",
                condition=Q(state="sent", delivery=""),
            ),
        ]
