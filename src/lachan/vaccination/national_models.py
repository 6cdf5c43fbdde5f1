"""What leaves the dose ledger: one row for each entry, the daily report that counted it, the
numbered files in which it went to the national immunisation system, and what was answered."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.vaccination.dose_models import Dose
from lachan.vaccination.evening_models import DayReport


class Outgoing(models.Model):
    """An entry of the dose ledger on its way out.  The database makes it in the transaction of the
    entry itself, whoever enters it.

    `sign`: -1 of a reversal, whose `day`, `product`, `number` and `group` are those of what it
    takes back.  `state`: waiting (`missing`: mandatory fields it waits for), sent, accepted,
    refused (`refusal`), void (taken back before it ever left; so is what took it back).
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        ACCEPTED = "accepted"
        REFUSED = "refused"
        VOID = "void"

    dose = models.OneToOneField(Dose, models.PROTECT, primary_key=True, related_name="outgoing")
    reverses = models.UUIDField(null=True)
    organisation = models.UUIDField(help_text="Who gave it; a number for a province's unknown ones")
    commune = models.IntegerField(null=True)
    province = models.IntegerField()
    day = models.DateField()
    product = models.CharField(max_length=40)
    number = models.SmallIntegerField(default=0)
    group = models.CharField(max_length=40, default="", blank=True)
    sign = models.SmallIntegerField()
    queued_at = models.DateTimeField()
    report = models.ForeignKey(DayReport, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    missing = ArrayField(models.CharField(max_length=30), default=list)
    refusal = models.CharField(max_length=200, default="", blank=True)
    looked_at = models.DateTimeField(null=True, help_text="When its fields were looked for")
    changed_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"dose", "reverses"}
        health: ClassVar[set[str]] = {"product", "number", "group", "refusal"}
        plain: ClassVar[set[str]] = {
            *("organisation", "commune", "province", "day", "sign", "queued_at", "report"),
            *("state", "missing", "looked_at", "changed_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="outgoing_sign_is_of_the_entry",
                condition=Q(sign=1, reverses=None) | Q(sign=-1, reverses__isnull=False),
            ),
            models.CheckConstraint(
                name="outgoing_refused_says_why",
                condition=Q(state="refused") & ~Q(refusal="") | ~Q(state="refused") & Q(refusal=""),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["organisation", "queued_at"],
                condition=Q(report=None),
                name="outgoing_unreported",
            ),
            models.Index(fields=["province", "day"], name="outgoing_by_province"),
            models.Index(
                fields=["organisation", "queued_at"],
                condition=Q(state__in=("waiting", "refused", "sent")),
                name="outgoing_not_there_yet",
            ),
            models.Index(fields=["reverses"], name="outgoing_of_reversed"),
            models.Index(
                fields=["queued_at"],
                condition=Q(state="waiting", looked_at=None),
                name="outgoing_not_looked_at",
            ),
        ]


class NationalFile(models.Model):
    """A numbered file of a facility for the national system: how many rows, and the checksum of its
    CSV.  What it says of people lies in its rows, each under its person's own key."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField()
    commune = models.IntegerField(null=True)
    province = models.IntegerField()
    number = models.IntegerField(help_text="Counted by facility")
    rows_count = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    made_by_name = models.CharField(max_length=120)

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by", "made_by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "commune", "province", "number", "rows_count", "sha256"),
            "made_at",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "number"], name="national_file_one"),
            models.CheckConstraint(name="national_file_has_rows", condition=Q(rows_count__gte=1)),
        ]


class NationalRow(models.Model):
    """One entry in one file, with its answer.  The database lets an entry be in one file that is
    not answered, and be accepted once."""

    class Answer(models.TextChoices):
        NONE = "", "none"
        ACCEPTED = "accepted", "accepted"
        REFUSED = "refused", "refused"

    file = models.ForeignKey(NationalFile, models.PROTECT, related_name="rows")
    organisation = models.UUIDField()
    position = models.IntegerField()
    entry = models.ForeignKey(Outgoing, models.PROTECT, related_name="national")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    sealed = models.BinaryField(help_text="The cells, under the person's key")
    answer = models.CharField(max_length=8, choices=Answer, default="", blank=True)
    reason = models.CharField(max_length=200, default="", blank=True)
    answered_at = models.DateTimeField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "sealed", "entry"}
        health: ClassVar[set[str]] = {"reason"}
        plain: ClassVar[set[str]] = {
            *("id", "file", "organisation", "position", "answer", "answered_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["file", "position"], name="national_row_position"),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(answer=""), name="national_row_open_once"
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(answer="accepted"), name="national_row_accepted_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "answer"], name="national_row_answer"),
        ]
