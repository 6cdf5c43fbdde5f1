"""The line of a session: letters of its devices, numbers of its people, calls, printed sheets."""

from typing import ClassVar

from django.db import models

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.vaccination.session_models import Session


class LineLetter(models.Model):
    """The letter before the numbers that a device gives at a session: no other device has it, so
    that two devices without a network never give the same number."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    device = models.UUIDField()
    letter = models.CharField(max_length=2)
    made_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "session", "organisation", "device", "letter", "made_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "letter"], name="line_letter_is_one"),
            models.UniqueConstraint(fields=["session", "device"], name="line_letter_of_device"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-made_at"], name="line_letter_organisation"),
        ]


class LineTicket(models.Model):
    """A number of a session's line and how far its person got, as everything that was sent says.

    `person` is empty while nobody is entered under the card that was shown.  `kin`: a digest that
    the people of one household share, "" without one.  `since`: waits at this step from then on.
    `reception`: the event that gave the number.
    """

    class Step(models.TextChoices):
        """As of a visit; `void`: the number was taken back, or its person has another one."""

        SCREENING = "screening"
        INJECTION = "injection"
        PROBLEM = "problem"
        NOT_TODAY = "not_today"
        OBSERVED = "observed"
        HOME = "home"
        VOID = "void"

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    letter = models.CharField(max_length=2)
    number = models.SmallIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reception = models.UUIDField(null=True)
    kin = models.CharField(max_length=32, default="", blank=True)
    step = models.CharField(max_length=10, choices=Step)
    since = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    screened_at = models.DateTimeField(null=True)
    injected_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=12, default="", blank=True)
    settled = models.CharField(max_length=12, default="", blank=True)
    changed_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "kin"}
        health: ClassVar[set[str]] = {"step", "problem", "settled", "session"}
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "letter", "number", "reception", "since", "received_at"),
            *("screened_at", "injected_at", "changed_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session", "letter", "number"], name="line_ticket_is_one"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-changed_at"], name="line_ticket_organisation"),
            models.Index(fields=["session", "step"], name="line_ticket_step"),
            models.Index(fields=["person", "session"], name="line_ticket_person"),
        ]

    @property
    def label(self) -> str:
        """What a person reads and hears: A12."""
        return f"{self.letter}{self.number}"


class LineCall(models.Model):
    """A number was called to a table, or did not answer there; appended, never changed."""

    class Kind(models.TextChoices):
        CALLED = "called"
        MISSED = "missed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    ticket = models.ForeignKey(LineTicket, models.PROTECT, related_name="+")
    station = models.CharField(max_length=10)
    table_no = models.SmallIntegerField()
    kind = models.CharField(max_length=6, choices=Kind)
    at = models.DateTimeField()
    made_by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "session", "organisation", "ticket", "station", "table_no", "kind", "at"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["session", "-at"], name="line_call_session"),
            models.Index(fields=["organisation", "-at"], name="line_call_organisation"),
        ]


class LineSheet(models.Model):
    """A paper print of a session: who was at which step, so that the site goes on by paper."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    number = models.SmallIntegerField()
    since = models.DateTimeField(null=True, help_text="Only what changed after it; all if empty")
    people = models.IntegerField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "session", "organisation", "number", "since", "people", "made_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "number"], name="line_sheet_is_one"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-made_at"], name="line_sheet_organisation"),
        ]
