"""Paper sheets of a session, keyed twice by two people before anything is entered."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.vaccination.dose_models import Dose
from lachan.vaccination.session_models import Session


class PaperBook(models.Model):
    """Pre-numbered sheets given to a session: every number of it comes back or is named."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    prefix = models.CharField(max_length=12, default="", blank=True)
    first = models.IntegerField()
    last = models.IntegerField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    made_by_name = models.CharField(max_length=120)

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by", "made_by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "session", "organisation", "prefix", "first", "last", "made_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="paper_book_has_sheets", condition=Q(first__gte=1, last__gte=F("first"))
            ),
            models.UniqueConstraint(fields=["session", "prefix", "first"], name="paper_book_one"),
        ]


class PaperKeying(models.Model):
    """A sheet as one person keyed it.  `place`: first or second; nobody keys a sheet twice, and
    nobody reads what the other keyed before he has keyed it himself.  `sealed` is emptied when the
    sheet is entered."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    book = models.ForeignKey(PaperBook, models.PROTECT, related_name="keyings")
    number = models.IntegerField()
    place = models.SmallIntegerField()
    organisation = models.UUIDField()
    sealed = models.BinaryField()
    keyed_at = models.DateTimeField()
    keyed_by = models.UUIDField()
    keyed_by_name = models.CharField(max_length=120)

    class Privacy:
        identifying: ClassVar[set[str]] = {"sealed", "keyed_by", "keyed_by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "book", "number", "place", "organisation", "keyed_at"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["book", "number", "place"], name="paper_keyed_twice"),
            models.UniqueConstraint(
                fields=["book", "number", "keyed_by"], name="paper_keyed_by_two_people"
            ),
            models.CheckConstraint(name="paper_keying_place", condition=Q(place__in=(1, 2))),
        ]


class PaperSheet(models.Model):
    """A sheet on which both agree, or that was settled by looking at the paper.

    `state`: ready for the worker, entered, asked (somebody has to look: `refused` says at what),
    void (spoilt or lost; `why`).  `told`: outcome, consent, whether injected, of its table.
    """

    class State(models.TextChoices):
        READY = "ready"
        ENTERED = "entered"
        ASKED = "asked"
        VOID = "void"

    id = models.UUIDField(primary_key=True, help_text="From book and number")
    book = models.ForeignKey(PaperBook, models.PROTECT, related_name="sheets")
    number = models.IntegerField()
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    state = models.CharField(max_length=7, choices=State)
    refused = models.CharField(max_length=20, default="", blank=True)
    why = models.CharField(max_length=200, default="", blank=True)
    sealed = models.BinaryField(default=b"")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    dose = models.ForeignKey(Dose, models.PROTECT, null=True, related_name="+")
    table_no = models.SmallIntegerField(default=0)
    outcome = models.CharField(max_length=15, default="", blank=True)
    consent = models.BooleanField(default=False)
    injected = models.BooleanField(default=False)
    confirmed = models.BooleanField(default=False, help_text="Another name, the same person")
    settled_at = models.DateTimeField()
    settled_by = models.UUIDField()
    settled_by_name = models.CharField(max_length=120)

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("sealed", "person", "settled_by", "settled_by_name"),
        }
        health: ClassVar[set[str]] = {"outcome", "consent", "injected", "dose", "why"}
        plain: ClassVar[set[str]] = {
            *("id", "book", "number", "session", "organisation", "state", "refused", "table_no"),
            *("confirmed", "settled_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["book", "number"], name="paper_sheet_one"),
            models.CheckConstraint(
                name="paper_sheet_void_says_why", condition=~Q(state="void") | ~Q(why="")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["session", "number"], name="paper_sheet_session"),
            models.Index(
                fields=["settled_at"], condition=Q(state="ready"), name="paper_sheet_ready"
            ),
        ]
