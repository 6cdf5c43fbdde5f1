"""A citizen's complaint about a record of vaccination, until two people have decided it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.vaccination.models import Dose


class About(models.TextChoices):
    """What is wrong."""

    MISSING = "missing"
    WRONG = "wrong"
    NOT_MINE = "not_mine"
    IDENTITY = "identity"


class Remedy(models.TextChoices):
    """What a handler proposes: enter what is missing, take an entry back, both, move an entry here
    that stands under somebody else, correct the person's data, or nothing."""

    ENTER = "enter"
    REVERSE = "reverse"
    REPLACE = "replace"
    MOVE = "move"
    IDENTITY = "identity"
    NOTHING = "nothing"


class Ticket(models.Model):
    """One complaint.  `number` is what the citizen holds in his hand.

    `claimed` is what he says was given: day, product, lot, where.  `found` is what was looked up by
    itself when it came: {"outcome": "there" | "near" | "none", "dose": id}.  `changed` holds the
    entries that the decision made.  The one who proposes never decides.

    `correction` is a proposed name, birth or sex.  `slip` is the code on the person's slip, for
    somebody who cannot sign in; `tries` and `shut_until` count who guesses.  `granted_to` is the
    facility that sees the person until the complaint is decided, `granted_until` the latest end.
    """

    About = About
    Remedy = Remedy

    class State(models.TextChoices):
        OPEN = "open"
        PROPOSED = "proposed"
        DONE = "done"
        DECLINED = "declined"

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(max_length=12, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    disease = models.CharField(max_length=40)
    about = models.CharField(max_length=8, choices=About)
    dose = models.ForeignKey(Dose, models.PROTECT, null=True, related_name="+")
    claimed = models.JSONField(default=dict)
    text = models.CharField(max_length=500, default="", blank=True)
    photo = models.BinaryField(null=True, help_text="Of the paper, sealed with the person's key")
    found = models.JSONField(default=dict)
    organisation = models.UUIDField(null=True, help_text="The facility that is asked")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField()
    due_at = models.DateTimeField()
    rule = models.JSONField(default=dict, help_text="By which version the hour was set")
    remedy = models.CharField(max_length=8, choices=Remedy, default="", blank=True)
    proposal = models.JSONField(default=dict, help_text="The entry as it is to be")
    correction = models.BinaryField(
        null=True, help_text="Personal data as they are to be, sealed with the person's key"
    )
    proposed_why = models.CharField(max_length=300, default="", blank=True)
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.UUIDField(null=True)
    answer = models.CharField(max_length=300, default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    changed = models.JSONField(default=list)
    told_at = models.DateTimeField(null=True, help_text="When the message of the answer was made")
    granted_to = models.UUIDField(null=True)
    granted_until = models.DateTimeField(null=True)
    site = models.CharField(max_length=120, default="", blank=True, help_text="For the link")
    slip = models.BinaryField(null=True, help_text="The code, sealed with the person's key")
    code_sha256 = models.BinaryField(null=True)
    tries = models.SmallIntegerField(default=0)
    shut_until = models.DateTimeField(null=True)
    commune = models.IntegerField(help_text="Today's unit of the person's present stay")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("number", "person", "photo", "opened_by", "proposed_by", "decided_by", "text"),
            *("correction", "slip", "code_sha256"),
        }
        health: ClassVar[set[str]] = {
            *("disease", "about", "dose", "claimed", "found", "remedy", "proposal", "changed"),
            *("proposed_why", "answer"),
        }
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "state", "opened_at", "due_at", "rule", "proposed_at"),
            *("decided_at", "commune", "province"),
            *("told_at", "site", "granted_to", "granted_until", "tries", "shut_until"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="ticket_decided_by_a_second_person",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="ticket_decided_when_it_ended",
                condition=Q(state__in=["done", "declined"], decided_at__isnull=False)
                & ~Q(answer="")
                | Q(state__in=["open", "proposed"], decided_at=None),
            ),
            models.CheckConstraint(
                name="ticket_proposed_by_somebody",
                condition=Q(state="open") | Q(proposed_at__isnull=False) & ~Q(remedy=""),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["province", "due_at"], name="ticket_by_province"),
            models.Index(fields=["commune", "due_at"], name="ticket_by_commune"),
            models.Index(fields=["organisation", "due_at"], name="ticket_by_organisation"),
            models.Index(fields=["person", "-opened_at"], name="ticket_by_person"),
            models.Index(fields=["decided_at"], name="ticket_to_tell", condition=Q(told_at=None)),
        ]
