"""Calls to people around a case: what was said, whose turn it is, and who is at the telephone."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.people.models import Person


class Outcome(models.TextChoices):
    """How a call ended."""

    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("No answer")
    BUSY = "busy", _("Line busy")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    REFUSED = "refused", _("Refused to talk")
    LEFT_WORD = "left_word", _("Left word with a relative")
    VISITED = "visited", _("Met at home")


#: After these nobody needs to call again: the person himself was spoken to.
SPOKEN = frozenset({Outcome.REACHED, Outcome.REFUSED, Outcome.VISITED})


class Call(models.Model):
    """One call to one person, about every contact row of his that the unit works.  Appended only.

    A person in three cases is called once: `contacts` names the three rows.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    contacts = ArrayField(models.UUIDField(), help_text="The contact rows it was about")
    outcome = models.CharField(max_length=12, choices=Outcome)
    note_sealed = models.BinaryField(null=True, help_text="Sealed under the person's key")
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    next_at = models.DateTimeField(null=True, help_text="When to try again")
    province = models.IntegerField(help_text="Of the cases")

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "contacts", "note_sealed", "by", "by_name"}
        health: ClassVar[set[str]] = {"outcome"}
        plain: ClassVar[set[str]] = {"id", "at", "next_at", "province"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="call_about_somebody", condition=Q(contacts__len__gt=0)),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["province", "-at"], name="call_by_province"),
            models.Index(fields=["person", "-at"], name="call_of_person"),
        ]


class CallTurn(models.Model):
    """Where calling one person stands in a province: derived from the calls, with who is to call.

    `caller` is who was given the person; `held_by` who has the telephone in the hand right now,
    until `held_until`, so that two officers do not call one person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    province = models.IntegerField(help_text="Of the cases")
    tries = models.SmallIntegerField(default=0, help_text="Without an answer, since the last one")
    last_outcome = models.CharField(max_length=12, choices=Outcome, default="")
    last_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    spoken_at = models.DateTimeField(null=True, help_text="When the person was last spoken to")
    unreachable_at = models.DateTimeField(
        null=True, help_text="When it was given to somebody who goes there"
    )
    caller = models.UUIDField(null=True)
    caller_name = models.TextField(default="")
    held_by = models.UUIDField(null=True)
    held_by_name = models.TextField(default="")
    held_until = models.DateTimeField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("person", "caller", "caller_name", "held_by", "held_by_name"),
        }
        health: ClassVar[set[str]] = {"last_outcome"}
        plain: ClassVar[set[str]] = {
            *("id", "province", "tries", "last_at", "next_at", "spoken_at", "unreachable_at"),
            "held_until",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["province", "person"], name="turn_once_of_a_person"),
            models.CheckConstraint(
                name="turn_held_by_and_until_together",
                condition=Q(held_by=None, held_until=None)
                | Q(held_by__isnull=False, held_until__isnull=False),
            ),
        ]


class CallShift(models.Model):
    """Somebody is at the telephone: among those on shift the people to call are shared out."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    account = models.UUIDField()
    name = models.TextField()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    commune = models.IntegerField(help_text="0: of the province")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"account", "name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "begun_at", "ended_at", "commune", "province"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["account"], name="shift_open_once", condition=Q(ended_at=None)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["province", "-begun_at"], name="shift_by_province"),
            models.Index(fields=["commune", "-begun_at"], name="shift_by_commune"),
        ]
