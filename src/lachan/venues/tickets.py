"""Shopping tickets (phiếu đi chợ): one for a household, without a word about anybody on it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.places.models import Place


class TicketRule(models.Model):
    """On which days a household may shop at a market, by which document.  Never changed: the next
    rule ends this one."""

    class Mode(models.TextChoices):
        PARITY = "parity", _("By even and odd days")
        WEEKLY = "weekly", _("So many days a week")

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField()
    market = models.ForeignKey(Place, models.PROTECT, related_name="+")
    mode = models.CharField(max_length=6, choices=Mode)
    a_week = models.SmallIntegerField(default=0, help_text="Days a week; 0 by even and odd days")
    document = models.CharField(max_length=120, help_text="Number and date of the order")
    since = models.DateField()
    until = models.DateField(null=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "market", "mode", "a_week", "document", "since", "until"),
            *("made_at",),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["market", "-since"], name="ticketrule_market"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="one_open_ticket_rule", fields=["market"], condition=models.Q(until=None)
            ),
            models.CheckConstraint(
                name="ticketrule_counts",
                condition=models.Q(mode="parity", a_week=0)
                | models.Q(mode="weekly", a_week__range=(1, 7)),
            ),
            models.CheckConstraint(name="ticketrule_document", condition=~models.Q(document="")),
        ]


class Ticket(models.Model):
    """A printed ticket.  `number` counts within the market and says even or odd; `code` stands in
    the QR.  Which household has it, the hamlet's list says, not the market's."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField()
    market = models.ForeignKey(Place, models.PROTECT, related_name="+")
    number = models.IntegerField()
    code = models.CharField(max_length=8, unique=True)
    hamlet = models.CharField(max_length=80, blank=True, help_text="Whom the sheet was printed for")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, help_text="Lost or given back")

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "market", "number", "code", "hamlet", "made_at", "closed_at"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "market", "number"], name="ticket_organisation"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="ticket_number_once", fields=["market", "number"]),
        ]


class TicketUse(models.Model):
    """A ticket was used: once a day, whoever scanned it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="uses")
    organisation = models.UUIDField()
    day = models.DateField()
    at = models.DateTimeField()
    by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"ticket", "by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "organisation", "day", "at"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "day"], name="ticketuse_organisation"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="ticket_once_a_day", fields=["ticket", "day"]),
        ]
