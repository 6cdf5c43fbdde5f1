"""Who is registered for a vaccination, what was answered and agreed to, and in which order."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.people.models import Person


class Registration(models.Model):
    """Somebody is to be vaccinated against a disease in a campaign: once, whoever registers again.

    `answers`: question -> {answer, detail}; a question that nobody answered is not in it.
    `claimed`: groups somebody said; `proven`: those that count for him, `area_proven`: for
    everybody of his area.  `day` is the day of registration,
    on paper the day of the paper: within it the order is by `draw` (see `draws`), never by time.
    """

    class State(models.TextChoices):
        REGISTERED = "registered"
        INVITED = "invited"
        VACCINATED = "vaccinated"
        WITHDRAWN = "withdrawn"

    class Way(models.TextChoices):
        SELF = "self"
        RELATIVE = "relative"
        DESK = "desk"
        GATE = "gate"
        PAPER = "paper"
        ORGANISATION = "organisation"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    disease = models.CharField(max_length=40)
    campaign = models.CharField(max_length=40, help_text="Regime of the rules: one campaign each")
    state = models.CharField(max_length=10, choices=State, default=State.REGISTERED)
    way = models.CharField(max_length=12, choices=Way)
    answers = models.JSONField(default=dict)
    answered_at = models.DateTimeField(null=True)
    wishes = ArrayField(models.CharField(max_length=13), default=list, help_text="2026-12-01 am")
    claimed = ArrayField(models.CharField(max_length=40), default=list)
    proven = ArrayField(models.CharField(max_length=40), default=list)
    area_proven = ArrayField(
        models.CharField(max_length=40),
        default=list,
        db_default=[],
        help_text="Groups that count for everybody who lives there; the worker's",
    )
    areas_at = models.DateTimeField(null=True, help_text="When areas were looked at")
    receipt = models.CharField(max_length=12, unique=True)
    day = models.DateField(help_text="Of the registration")
    draw = models.CharField(max_length=64, default="", blank=True)
    paper = models.CharField(max_length=40, default="", blank=True, help_text="Number of a sheet")
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    changed_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True, help_text="When ages were looked at")
    age_due = models.DateField(null=True, help_text="The next birthday that moves him")
    age_rule = models.CharField(
        max_length=60, default="", db_default="", blank=True, help_text="Order his age was held to"
    )
    why = models.CharField(max_length=200, default="", blank=True, help_text="Of a withdrawal")
    commune = models.IntegerField(help_text="Today's unit of the person's present stay")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "made_by", "receipt", "paper"}
        health: ClassVar[set[str]] = {"answers", "claimed", "proven", "why", "disease"}
        plain: ClassVar[set[str]] = {
            *("area_proven", "areas_at", "age_due", "age_rule"),
            *("id", "campaign", "state", "way", "answered_at", "wishes", "day", "draw"),
            *("made_at", "changed_at", "proved_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "disease", "campaign"], name="registered_once"
            ),
            models.CheckConstraint(
                name="registration_withdrawn_says_why",
                condition=Q(state="withdrawn") & ~Q(why="") | ~Q(state="withdrawn") & Q(why=""),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "disease", "day", "draw"], name="registration_line"),
            models.Index(fields=["province", "-made_at"], name="registration_by_province"),
            models.Index(fields=["commune", "-made_at"], name="registration_by_commune"),
            models.Index(
                fields=["day", "commune"], name="registration_to_draw", condition=Q(draw="")
            ),
            models.Index(
                fields=["made_at"], name="registration_to_prove", condition=Q(proved_at=None)
            ),
            models.Index(
                fields=["made_at"], name="registration_to_place", condition=Q(areas_at=None)
            ),
            models.Index(
                fields=["age_due"],
                name="registration_to_age",
                condition=Q(state__in=["registered", "invited"]),
            ),
            models.Index(
                fields=["disease", "province", "age_rule"],
                name="registration_age_rule",
                condition=Q(state__in=["registered", "invited"]),
            ),
        ]

    @property
    def groups(self) -> list[str]:
        """Every group that counts."""
        return [*self.proven, *self.area_proven]


class Consent(models.Model):
    """What somebody said to the words of consent, as an entry of its own: the last one counts.

    `rule` and `version` are the screening rule whose words were shown.
    """

    class How(models.TextChoices):
        SELF = "self"
        GUARDIAN = "guardian"
        DESK = "desk"
        PAPER = "paper"

    id = models.UUIDField(primary_key=True, default=uuid7)
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="consents")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    agreed = models.BooleanField()
    rule = models.UUIDField()
    version = models.IntegerField()
    how = models.CharField(max_length=8, choices=How)
    guardian = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField()
    said_by = models.UUIDField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "guardian", "said_by"}
        health: ClassVar[set[str]] = {"agreed"}
        plain: ClassVar[set[str]] = {
            *("id", "registration", "rule", "version", "how", "said_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="consent_of_a_guardian_names_him",
                condition=Q(how="guardian", guardian__isnull=False)
                | ~Q(how="guardian") & Q(guardian=None),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["registration", "said_at"], name="consent_of_registration"),
            models.Index(fields=["commune", "-said_at"], name="consent_by_commune"),
            models.Index(fields=["province", "-said_at"], name="consent_by_province"),
        ]


class Draw(models.Model):
    """The number of a commune and day, drawn when the day is over and published.

    Whoever registered that day stands in the order of SHA-256("number:receipt")."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    commune = models.IntegerField()
    day = models.DateField()
    number = models.CharField(max_length=32)
    drawn_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "commune", "day", "number", "drawn_at"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["commune", "day"], name="drawn_once"),
        ]


class QueueCount(models.Model):
    """How many of a group wait, were invited and vaccinated in a commune; None: fewer than five,
    or what would tell such a number.  Public."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    disease = models.CharField(max_length=40)
    group = models.CharField(max_length=40)
    commune = models.IntegerField(null=True, help_text="None: the whole province")
    province = models.IntegerField()
    registered = models.IntegerField(null=True)
    invited = models.IntegerField(null=True)
    vaccinated = models.IntegerField(null=True)
    as_of = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "disease", "group", "commune", "province"),
            *("registered", "invited", "vaccinated", "as_of"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["disease", "province", "commune"], name="queuecount_where"),
        ]


class AreaProof(models.Model):
    """From `at` on a group counts for everybody registered in an area, or (`holds` off) not any
    more.  Appended only: the newest row of a group and area counts.  Public: the order is.

    `commune` empty: the whole province.  Who said so is in the audit log.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    disease = models.CharField(max_length=40)
    campaign = models.CharField(max_length=40)
    group = models.CharField(max_length=40)
    commune = models.IntegerField(null=True)
    province = models.IntegerField()
    holds = models.BooleanField()
    document = models.CharField(max_length=80, help_text="Decision it rests on")
    at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, help_text="When registrations followed")

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "disease", "campaign", "group", "commune", "province", "holds", "document"),
            *("at", "applied_at"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="areaproof_rests_on_a_document", condition=~Q(document="")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["province", "-at"], name="areaproof_by_province"),
        ]


class QueueChanged(models.Model):
    """A commune whose registrations changed since they were counted; written by the database."""

    id = models.BigAutoField(primary_key=True)
    disease = models.CharField(max_length=40)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "disease", "commune", "province"}


class QueueCell(models.Model):
    """How many of a commune have the same groups and state; small numbers too: the worker's."""

    id = models.BigAutoField(primary_key=True)
    disease = models.CharField(max_length=40)
    campaign = models.CharField(max_length=40)
    commune = models.IntegerField()
    province = models.IntegerField()
    groups = ArrayField(models.CharField(max_length=40))
    state = models.CharField(max_length=10)
    n = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "disease", "campaign", "commune", "province", "groups", "state", "n"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["disease", "province"], name="queuecell_where"),
            models.Index(fields=["disease", "commune"], name="queuecell_commune"),
        ]


class Settled(models.Model):
    """Up to when doses were laid beside registrations, and on which day all of them were."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    until = models.DateTimeField()
    swept_on = models.DateField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "until", "swept_on"}
