"""What goes to the commune where somebody is: the person and what to do, never whose contact."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.people.models import Person


class Kind(models.TextChoices):
    """What is handed over; each has its own thing to do.  Source: practice.md section 2."""

    CONTACT = "contact", _("Contact")
    SAMPLING = "sampling", _("Sampling request")
    VISIT = "visit", _("Home visit")
    CASE = "case", _("Case moving home")
    DISCHARGED = "discharged", _("Discharged from isolation")


class HandoverState(models.TextChoices):
    """Where a hand-over stands; both sides see it."""

    SENT = "sent"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    DONE = "done"
    RECALLED = "recalled"


class Return(models.TextChoices):
    """Why a hand-over comes back (practice.md section 2)."""

    NOT_AT_ADDRESS = "not_at_address"
    WRONG_PHONE = "wrong_phone"
    MOVED_AWAY = "moved_away"


class Handover(models.Model):
    """What the commune of present stay gets: the person and what to do, never whose contact.

    Name, birth year, phone and address are read from the register of people, which opens to the
    commune of present stay by itself; here stands only what that register does not know.
    """

    Kind = Kind
    State = HandoverState
    Return = Return

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CONTACT)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    disease = models.CharField(max_length=40)
    level = models.SmallIntegerField(
        help_text="1: close contact; 2: contact of a contact; 0: no contact"
    )
    last_exposure = models.DateTimeField(null=True)
    duty = models.CharField(max_length=40, help_text="Outcome code of the rulebook: what to do")
    note_sealed = models.BinaryField(null=True, help_text="Sealed under the person's key")
    rule = models.CharField(max_length=80)
    reference = models.CharField(max_length=24, help_text="The sender's reference")
    state = models.CharField(max_length=8, choices=HandoverState, default=HandoverState.SENT)
    returned_for = models.CharField(max_length=16, choices=Return, default="")
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    climbed_at = models.DateTimeField(null=True, help_text="When nobody had answered in time")
    climbed_to = ArrayField(
        models.CharField(max_length=20), default=list, help_text="Codes of the rule"
    )
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    from_province = models.IntegerField(help_text="Of the sender: whom to ask back")
    commune = models.IntegerField(help_text="The receiver")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "note_sealed", "answered_by", "done_by"}
        health: ClassVar[set[str]] = {"kind", "disease", "level", "last_exposure", "duty"}
        plain: ClassVar[set[str]] = {
            *("id", "rule", "reference", "state", "returned_for", "sent_at", "due_at"),
            *("answered_at", "climbed_at", "climbed_to", "done_at", "from_province"),
            *("commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="handover_answered_at_and_by_together",
                condition=Q(state="sent", answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="handover_returned_for_a_reason",
                condition=Q(state="returned") ^ Q(returned_for=""),
            ),
            models.CheckConstraint(
                name="handover_done_at_and_by_together",
                condition=Q(state="done", done_at__gte=F("answered_at"), done_by__isnull=False)
                | (~Q(state="done") & Q(done_at=None, done_by=None)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-sent_at"], name="handover_by_commune"),
            models.Index(fields=["province", "-sent_at"], name="handover_by_province"),
            models.Index(
                fields=["due_at"],
                name="handover_to_climb",
                condition=Q(state="sent", climbed_at=None),
            ),
        ]


class HandoverReceipt(models.Model):
    """What the sender sees of a hand-over: its state, and nothing of the receiver's work.

    One for each time somebody was sent; the newest tells where the person stands.
    """

    handover = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.CONTACT)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    contact = models.ForeignKey(
        "tracing.Contact", models.PROTECT, null=True, related_name="receipts"
    )
    case = models.ForeignKey("tracing.Case", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=HandoverState, default=HandoverState.SENT)
    returned_for = models.CharField(max_length=16, choices=Return, default="")
    to_commune = models.IntegerField()
    to_province = models.IntegerField()
    sent_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    climbed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    again_at = models.DateTimeField(
        null=True, help_text="When a returned person was dealt with: sent again, or kept here"
    )
    commune = models.IntegerField(help_text="The sender")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "contact", "case"}
        health: ClassVar[set[str]] = {"kind"}
        plain: ClassVar[set[str]] = {
            *("handover", "state", "returned_for", "to_commune", "to_province", "sent_at"),
            *("due_at", "answered_at", "climbed_at", "done_at", "again_at"),
            *("commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-sent_at"], name="receipt_by_commune"),
            models.Index(fields=["province", "-sent_at"], name="receipt_by_province"),
            models.Index(
                fields=["handover"],
                name="receipt_open",
                condition=Q(state__in=["sent", "accepted"]),
            ),
        ]
