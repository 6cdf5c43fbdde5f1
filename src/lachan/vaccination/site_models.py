"""The devices of a vaccination site, what they sent, and what the worker made of it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.vaccination.dose_models import Dose
from lachan.vaccination.session_models import Session


class SiteDevice(models.Model):
    """A device on which a facility works.  Its token is random, was shown once, and is kept as a
    hash.  `session`: people who are made on it stay where that session takes place."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField(help_text="The facility that vaccinates")
    label = models.CharField(max_length=60)
    token_sha256 = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by", "closed_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "label", "token_sha256", "made_at", "closed_at"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-made_at"], name="site_device_organisation"),
        ]


class SiteKind(models.TextChoices):
    """What a device tells; an undo takes back one event of any kind."""

    RECEPTION = "reception"
    SCREENED = "screened"
    INJECTED = "injected"
    OBSERVED = "observed"
    DISCHARGED = "discharged"
    LEFT = "left"
    PROBLEM = "problem"
    SOLVED = "solved"
    UNDO = "undo"


class SiteEvent(models.Model):
    """What a device of a site sent.  It says all of itself, so that order is nothing.

    A ledger, appended by the hot path and by carried files alone.  `sealed`: whose code it was and
    everything that was told; with a key of its own until `person` is known, then with the person's.
    `document`: blind index of a card under which nobody is entered yet.  `refused`: why nothing was
    made of it.  `instead_of`: it came under the number of another one, with other content, and is
    kept for review.
    """

    Kind = SiteKind

    id = models.UUIDField(primary_key=True)
    day = models.DateField()
    device = models.UUIDField()
    token_sha256 = models.BinaryField(help_text="Of the token that sent it")
    organisation = models.UUIDField()
    account = models.UUIDField(help_text="Who enrolled the device")
    counter = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=SiteKind)
    at = models.DateTimeField()
    device_at = models.DateTimeField()
    received_at = models.DateTimeField()
    offset_ms = models.BigIntegerField()
    offline = models.BooleanField()
    session = models.UUIDField()
    table_no = models.SmallIntegerField()
    undoes = models.UUIDField(null=True, help_text="The event that never happened")
    payload_hmac = models.BinaryField(help_text="Of the whole, keyed: a card's number is short")
    sealed = models.BinaryField()
    key_version = models.SmallIntegerField()
    instead_of = models.UUIDField(null=True)
    document = models.BinaryField(null=True)
    person = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    refused = models.TextField()

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("account", "sealed", "payload_hmac", "document", "person"),
        }
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "day", "device", "token_sha256", "organisation", "counter", "kind", "at"),
            *("device_at", "received_at", "offset_ms", "offline", "session", "table_no"),
            *("undoes", "key_version", "instead_of", "settled_at", "refused"),
        }

    class Meta:
        managed = False
        db_table = "vaccination_sent"


class SitePerson(models.Model):
    """Somebody without a document was entered at a site: the device's number for him."""

    id = models.UUIDField(primary_key=True, help_text="The device's own number for the person")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    made_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "organisation", "made_at"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-made_at"], name="site_person_organisation"),
        ]


class SiteInvited(models.Model):
    """Somebody is on the list of a session: the device knows his doses without a network."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    made_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person"}
        health: ClassVar[set[str]] = {"session"}
        plain: ClassVar[set[str]] = {"id", "organisation", "made_at"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "person"], name="site_invited_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-made_at"], name="site_invited_organisation"),
        ]


class SiteVisit(models.Model):
    """One person at one session, as everything that was sent about it says.

    `identity`: whether documents and register agree; both values of a mismatch, who looked and who
    vouched are `sealed`.  `screening`: rule, version, outcome and values; `measured`: the numbers.
    `dose`: the entry that stands; `flags`: what somebody has to look at.  `problem`: why the person
    sits at the table for problems, since `problem_at`; "" while he does not.
    """

    class Identity(models.TextChoices):
        MATCH = "match"
        MISMATCH = "mismatch"
        NONE = "none"

    class Step(models.TextChoices):
        """Where the person is: who was sent away by screening is waiting for nothing."""

        SCREENING = "screening"
        INJECTION = "injection"
        NOT_TODAY = "not_today"
        PROBLEM = "problem"
        OBSERVED = "observed"
        HOME = "home"

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    commune = models.IntegerField(help_text="Today's unit of the person's present stay")
    province = models.IntegerField()
    step = models.CharField(max_length=10, choices=Step)
    letter = models.CharField(max_length=2, default="", blank=True)
    number = models.SmallIntegerField(null=True, help_text="Queue number, after the letter")
    listed = models.BooleanField(null=True, help_text="On the session's list")
    why_walked_in = models.CharField(max_length=200, default="", blank=True)
    received_at = models.DateTimeField(null=True)
    identity = models.CharField(max_length=8, choices=Identity, default="", blank=True)
    vouched = models.BooleanField(default=False, help_text="Somebody said who it is")
    sealed = models.BinaryField(default=b"")
    screening = models.JSONField(default=dict)
    measured = models.JSONField(default=dict)
    screened_at = models.DateTimeField(null=True)
    consent_at = models.DateTimeField(null=True)
    consent_version = models.SmallIntegerField(null=True)
    dose = models.ForeignKey(Dose, models.PROTECT, null=True, related_name="+")
    injected_at = models.DateTimeField(null=True)
    observed_until = models.DateTimeField(null=True)
    discharged_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    why_left = models.CharField(max_length=200, default="", blank=True)
    left_how = models.CharField(max_length=10, default="", blank=True)  # "hospital": injected there
    problem = models.CharField(max_length=12, default="", blank=True)
    problem_at = models.DateTimeField(null=True)
    next_on = models.DateField(null=True)
    flags = ArrayField(models.CharField(max_length=20), default=list)
    changed_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "sealed"}
        health: ClassVar[set[str]] = {
            *("screening", "measured", "flags", "dose", "step", "next_on", "why_left"),
            "left_how",
            *("why_walked_in", "session", "problem"),
        }
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "commune", "province", "letter", "number", "listed"),
            *("received_at", "identity", "vouched", "screened_at", "consent_at"),
            *("consent_version", "injected_at", "observed_until", "discharged_at", "left_at"),
            *("problem_at", "changed_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "person"], name="site_visit_is_one"),
            models.CheckConstraint(
                name="site_visit_dose_has_time",
                condition=Q(dose=None) | Q(injected_at__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-changed_at"], name="site_visit_organisation"),
            models.Index(fields=["commune", "-changed_at"], name="site_visit_commune"),
            models.Index(fields=["province", "-changed_at"], name="site_visit_province"),
            models.Index(fields=["person", "injected_at"], name="site_visit_person"),
        ]


class MissingField(models.Model):
    """A mandatory field of the national list that a vaccinated person's record does not have: a
    task until `filled_at`."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    visit = models.ForeignKey(SiteVisit, models.PROTECT, related_name="missing_fields")
    organisation = models.UUIDField()
    field = models.CharField(max_length=30)
    found_at = models.DateTimeField()
    filled_at = models.DateTimeField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "visit", "organisation", "field", "found_at", "filled_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["visit", "field"], name="missing_field_is_one_task"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-found_at"], name="missing_field_organisation"),
        ]
