"""Cases, runs of the engine, contacts with their states, and hand-over to where people live."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.places.models import Place
from lachan.tracing.answering import (
    CalledPlace,
    Identification,
    Invitation,
    PublicCall,
    Submission,
)
from lachan.tracing.calls import Call, CallShift, CallTurn
from lachan.tracing.casefile import CaseFact, CaseFile, TimePlace
from lachan.tracing.handovers import Handover, HandoverReceipt
from lachan.tracing.level_records import LevelChange, LevelRun
from lachan.tracing.links import ContactGroup, ContactLink, Source
from lachan.tracing.lockdown import CommuneMode, StageMark
from lachan.tracing.measure_requests import MeasureRequest
from lachan.tracing.outbreaks import Outbreak
from lachan.tracing.pool_stays import PoolStay
from lachan.tracing.rosters import ColumnMemory, GroupMember, Roster, RosterFile, RosterRefusal
from lachan.tracing.suspicions import Suspicion
from lachan.tracing.zone import Zone, ZoneDecision, ZoneFile, ZonePart, ZoneStep
from lachan.tracing.zone_inside import ZoneNeed, ZonePass, ZonePresence, ZoneRound

__all__ = [
    "Call",
    "CallShift",
    "CallTurn",
    "CaseFact",
    "ColumnMemory",
    "CommuneMode",
    "ContactGroup",
    "ContactLink",
    "GroupMember",
    "Handover",
    "HandoverReceipt",
    "LevelChange",
    "LevelRun",
    "MeasureRequest",
    "Outbreak",
    "PoolStay",
    "Roster",
    "RosterFile",
    "RosterRefusal",
    "Source",
    "StageMark",
    "Suspicion",
    "TimePlace",
]
__all__ += ["CalledPlace", "Identification", "Invitation", "PublicCall", "Submission"]
__all__ += ["Zone", "ZoneDecision", "ZoneFile", "ZonePart", "ZoneStep"]
__all__ += ["ZoneNeed", "ZonePass", "ZonePresence", "ZoneRound"]


class Case(CaseFile):
    """A person with a confirmed or suspected infection, worked by one commune and province."""

    class Status(models.TextChoices):
        CONFIRMED = "confirmed"
        SUSPECTED = "suspected"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(max_length=24, unique=True, help_text="Ours; the BN code is apart")
    national_code = models.CharField(max_length=24, default="")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    outbreak = models.ForeignKey(Outbreak, models.PROTECT, null=True, related_name="cases")
    disease = models.CharField(max_length=40)
    group = models.CharField(max_length=1, default="", help_text="A, B or C when it was opened")
    status = models.CharField(max_length=10, choices=Status, default=Status.CONFIRMED)
    result = models.UUIDField(null=True, unique=True, help_text="The released result it rests on")
    reason = models.CharField(max_length=12, default="", help_text="Why the sample was taken")
    onset = models.DateField(null=True)
    taken_at = models.DateTimeField(help_text="When the sample was taken")
    opened_at = models.DateTimeField()
    infectious_from = models.DateTimeField()
    infectious_to = models.DateTimeField(null=True)
    rule = models.CharField(max_length=80, help_text="Rule and version of the window")
    commune = models.IntegerField(help_text="Of present stay when the case was opened")
    province = models.IntegerField()
    taken_by = models.UUIDField(null=True, help_text="The account that works it; None: nobody yet")
    taken_by_name = models.TextField(default="")
    by_commune = models.BooleanField(
        default=False, help_text="The commune's own station works it, and calls its contacts"
    )

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("person", "number", "national_code", "taken_by", "outbreak"),
            *CaseFile.FILE_IDENTIFYING,
        }
        health: ClassVar[set[str]] = CaseFile.FILE_HEALTH | {
            "disease",
            "group",
            "status",
            "result",
            "reason",
            "onset",
            "infectious_from",
            "infectious_to",
        }
        plain: ClassVar[set[str]] = CaseFile.FILE_PLAIN | {
            "id",
            "taken_at",
            "opened_at",
            "rule",
            "commune",
            "province",
            "taken_by_name",
            "by_commune",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="case_window_has_a_length",
                condition=Q(infectious_to=None) | Q(infectious_to__gt=F("infectious_from")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["province", "-opened_at"], name="case_by_province"),
            models.Index(fields=["commune", "-opened_at"], name="case_by_commune"),
        ]


class WorkedResult(models.Model):
    """A released result this room has worked through: processing twice changes nothing."""

    result = models.UUIDField(primary_key=True)
    at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"result", "at"}


class Run(models.Model):
    """One question to the engine about a case: who was at its places and times."""

    class State(models.TextChoices):
        ASKED = "asked"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, models.PROTECT, related_name="runs")
    state = models.CharField(max_length=6, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    done_at = models.DateTimeField(null=True)
    rule = models.CharField(max_length=80, default="", help_text="Rule and version that sorted")
    linked = models.IntegerField(default=0, help_text="People only at the same mốc dịch tễ")
    to_verify = models.IntegerField(default=0)
    unnamed = models.BooleanField(default=False, help_text="Over the rule's name limit")
    second_to_verify = models.IntegerField(default=0, help_text="People close to confirmed F1s")
    second_linked = models.IntegerField(default=0, help_text="Only at the same places as F1s")
    failure = models.CharField(max_length=40, default="", help_text="A code, when it failed")
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"case", "asked_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "state",
            "asked_at",
            "done_at",
            "rule",
            "linked",
            "to_verify",
            "unnamed",
            "second_to_verify",
            "second_linked",
            "failure",
            "commune",
            "province",
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["asked_at"], name="run_asked", condition=Q(state="asked")),
            models.Index(fields=["case", "-asked_at"], name="run_by_case"),
        ]


class LinkedPlace(models.Model):
    """How many people of a run were at one place while the case was there: counted, never named."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    run = models.ForeignKey(Run, models.PROTECT, related_name="places")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    people = models.IntegerField(help_text="Everybody who overlapped there")
    close = models.BooleanField(help_text="At this depth an overlap counts as close contact")
    first_at = models.DateTimeField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"run"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "place",
            "people",
            "close",
            "first_at",
            "commune",
            "province",
        }


class Contact(models.Model):
    """A person to verify or decided upon.  Only a human moves one to `confirmed`."""

    class State(models.TextChoices):
        TO_VERIFY = "to_verify"
        CONFIRMED = "confirmed"
        RULED_OUT = "ruled_out"
        HANDED_OVER = "handed_over"

    class Identity(models.TextChoices):
        """How well we know who it is; somebody unknown is a person to find."""

        KNOWN = "known"
        NICKNAME = "nickname"
        UNKNOWN = "unknown"

    Source = Source

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(Case, models.PROTECT, related_name="contacts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hop = models.SmallIntegerField(default=1, help_text="1: met the case; 2: met a contact; to 4")
    via = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    group = models.ForeignKey(ContactGroup, models.PROTECT, null=True, related_name="contacts")
    identity = models.CharField(max_length=8, choices=Identity, default=Identity.KNOWN)
    note_sealed = models.BinaryField(null=True, help_text="Sealed under the person's key")
    state = models.CharField(max_length=12, choices=State, default=State.TO_VERIFY)
    source = models.CharField(max_length=11, choices=Source)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    seconds = models.IntegerField(default=0)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    imputed = models.BooleanField(default=False)
    rule = models.CharField(max_length=80)
    found_at = models.DateTimeField()
    opened_at = models.DateTimeField(
        null=True, help_text="When the worker opened the person's rows to who works the case"
    )
    home_commune = models.IntegerField(help_text="Present stay: where a hand-over would go")
    home_province = models.IntegerField()
    commune = models.IntegerField(help_text="Of the case: who works this row")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("case", "person", "via", "group", "note_sealed", "home_commune", "home_province"),
        }
        health: ClassVar[set[str]] = {"hop", "state", "seconds", "first_at", "last_at", "source"}
        plain: ClassVar[set[str]] = {
            "id",
            "identity",
            "place",
            "imputed",
            "rule",
            "found_at",
            "opened_at",
            "commune",
            "province",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "person"], name="contact_once_in_a_case"),
            models.CheckConstraint(name="contact_hop_is_traced", condition=Q(hop__range=(1, 4))),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "state", "-seconds"], name="contact_of_case"),
            models.Index(
                fields=["case", "-seconds", "-last_at", "id"], name="contact_most_minutes"
            ),
            models.Index(fields=["group", "state"], name="contact_of_group"),
            models.Index(fields=["found_at"], name="contact_to_open", condition=Q(opened_at=None)),
            models.Index(fields=["province", "-found_at"], name="contact_by_province"),
            models.Index(fields=["commune", "-found_at"], name="contact_by_commune"),
        ]


class ContactChange(models.Model):
    """A contact's state changed: who moved it, from what to what, and why.  Appended only."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="changes")
    before = models.CharField(max_length=12, choices=Contact.State)
    after = models.CharField(max_length=12, choices=Contact.State)
    reason = models.CharField(max_length=40, default="")
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"contact", "by", "by_name"}
        health: ClassVar[set[str]] = {"before", "after", "reason"}
        plain: ClassVar[set[str]] = {"id", "at", "commune", "province"}
