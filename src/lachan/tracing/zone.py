"""Zones: a plan, one decision for each commune it lies in, and the parts that are closed when.

A zone exists by a signed decision only.  Whether it is in force is read from the times of its parts
and stored nowhere, so that a gate answers to the minute without anybody's work at that minute.
"""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.places.models import Dwelling, Lane, Place
from lachan.tracing.outbreaks import Outbreak


class Zone(models.Model):
    """An area proposed to be closed because of linked cases; it may lie in several communes."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=200, help_text="The area in a few words")
    outbreak = models.ForeignKey(Outbreak, models.PROTECT, null=True, related_name="zones")
    cases = ArrayField(models.UUIDField(), default=list, help_text="The cases it was planned for")
    disease = models.CharField(max_length=40)
    share = models.SmallIntegerField(help_text="Per cent of the risk that was asked for")
    kind = models.CharField(max_length=8, help_text="lanes, houses or mixed")
    figures = models.JSONField(default=dict, help_text="What the plan reached, its bound, weights")
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    made_by_name = models.TextField()
    commune = models.IntegerField(help_text="Where most of it lies")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"outbreak", "cases", "made_by", "made_by_name"}
        health: ClassVar[set[str]] = {"disease"}
        plain: ClassVar[set[str]] = {
            *("id", "name", "share", "kind", "figures", "made_at", "commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-made_at"], name="zone_by_commune"),
            models.Index(fields=["province", "-made_at"], name="zone_by_province"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="zone_share", condition=Q(share__range=(1, 100))),
        ]

    def __str__(self) -> str:
        return self.name


class ZoneDecision(models.Model):
    """What one commune decides of a zone.  Times are set once, in the order of the law's steps.

    `answer` holds rule, version, outcome and values of the rulebook's "may we?" on the day of the
    proposal; the sentence is rendered when it is read.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        REPORTED = "reported", _("Reported to the province")
        DECIDED = "decided", _("Decided")
        IN_FORCE = "in_force", _("In force")
        ENDED = "ended", _("Ended")
        DROPPED = "dropped", _("Dropped")

    id = models.UUIDField(primary_key=True, default=uuid7)
    zone = models.ForeignKey(Zone, models.PROTECT, related_name="decisions")
    area = models.TextField(help_text="The area in words, as the paper says it")
    people = models.IntegerField()
    households = models.IntegerField()
    businesses = models.IntegerField()
    residents = models.IntegerField(help_text="Of the whole commune on that day")
    resources = models.JSONField(default=dict, help_text="posts, staff, food: in words")
    answer = models.JSONField(default=dict, help_text="Rule, version, outcome and values")
    reported_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True, help_text="When the signed paper was entered")
    number = models.CharField(max_length=40, default="", blank=True)
    signed_on = models.DateField(null=True)
    signer = models.CharField(max_length=120, default="", blank=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True, help_text="Planned end")
    ended_at = models.DateTimeField(null=True, help_text="From when it is no more")
    end_number = models.CharField(max_length=40, default="", blank=True)
    end_signed_on = models.DateField(null=True)
    dropped_at = models.DateTimeField(
        null=True, help_text="When the plan fell away, before anybody signed"
    )
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"zone"}
        health: ClassVar[set[str]] = {"answer"}
        plain: ClassVar[set[str]] = {
            *("id", "area", "people", "households", "businesses", "residents", "resources"),
            *("reported_at", "decided_at", "number", "signed_on", "signer", "starts_at"),
            *(
                "ends_at",
                "ended_at",
                "end_number",
                "end_signed_on",
                "dropped_at",
                "commune",
                "province",
            ),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-starts_at"], name="zonedecision_by_commune"),
            models.Index(fields=["province", "-starts_at"], name="zonedecision_by_province"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["zone", "commune"], name="zonedecision_one_in_a_commune"
            ),
            models.CheckConstraint(
                name="zonedecision_reported_before_decided",
                condition=Q(decided_at=None) | Q(decided_at__gte=F("reported_at")),
            ),
            models.CheckConstraint(
                name="zonedecision_decided_is_whole",
                condition=Q(decided_at=None)
                | (
                    ~Q(number="")
                    & ~Q(signer="")
                    & Q(signed_on__isnull=False, starts_at__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="zonedecision_ends_after_it_begins",
                condition=Q(ended_at=None) | Q(ended_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="zonedecision_dropped_before_signed",
                condition=Q(dropped_at=None) | Q(decided_at=None),
            ),
        ]

    def state_at(self, at: datetime) -> State:
        """Where it stands at a moment; nobody has to press anything at that minute."""
        if self.dropped_at is not None and self.dropped_at <= at:
            return self.State.DROPPED
        if self.ended_at is not None and self.ended_at <= at:
            return self.State.ENDED
        if self.decided_at is not None and self.starts_at is not None:
            return self.State.IN_FORCE if self.starts_at <= at else self.State.DECIDED
        return self.State.PLANNED if self.reported_at is None else self.State.REPORTED

    @property
    def state(self) -> State:
        """Where it stands now."""
        return self.state_at(now())


class ZonePart(models.Model):
    """A lane, a house or a business that belongs to a zone, in force from a minute to a minute.

    Both times are null while nobody has signed.  A part taken out keeps its row with its end.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    decision = models.ForeignKey(ZoneDecision, models.PROTECT, related_name="parts")
    lane = models.ForeignKey(Lane, models.PROTECT, null=True, related_name="+")
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    from_at = models.DateTimeField(null=True)
    to_at = models.DateTimeField(null=True)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"decision"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "lane", "dwelling", "place", "from_at", "to_at", "commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["decision"], name="zonepart_of_decision"),
            # What a gate asks with every scan: nothing but parts that somebody signed.
            *(
                models.Index(
                    fields=[of, "from_at"],
                    name=f"zonepart_by_{of}",
                    condition=Q(from_at__isnull=False),
                )
                for of in ("lane", "dwelling", "place")
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="zonepart_is_one_thing",
                condition=Q(lane__isnull=False, dwelling=None, place=None)
                | Q(lane=None, dwelling__isnull=False, place=None)
                | Q(lane=None, dwelling=None, place__isnull=False),
            ),
            models.CheckConstraint(
                name="zonepart_in_order",
                condition=Q(to_at=None) | Q(from_at__isnull=False, to_at__gte=F("from_at")),
            ),
        ]


class ZoneStep(models.Model):
    """Something happened to a decision: who did what when.  Appended only."""

    class Kind(models.TextChoices):
        PLANNED = "planned", _("Planned")
        REPORTED = "reported", _("Reported to the province")
        DECIDED = "decided", _("Decided")
        ADJUSTED = "adjusted", _("Adjusted")
        ENDED = "ended", _("Ended")
        DROPPED = "dropped", _("Dropped")
        TO_LIFT = "to_lift", _("To be lifted")

    id = models.UUIDField(primary_key=True, default=uuid7)
    decision = models.ForeignKey(ZoneDecision, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    detail = models.JSONField(default=dict)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"decision", "by", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "kind", "at", "detail", "commune", "province"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["decision", "at"], name="zonestep_of_decision"),
        ]


class ZoneFile(models.Model):
    """The scan of a signed paper, with its SHA-256: a public document, kept as it came."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    decision = models.ForeignKey(ZoneDecision, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=8, choices=ZoneStep.Kind)
    name = models.CharField(max_length=120)
    media = models.CharField(max_length=20)
    sha256 = models.BinaryField()
    content = models.BinaryField()
    at = models.DateTimeField()
    by = models.UUIDField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"decision", "content", "name", "by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "kind", "media", "sha256", "at", "commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["decision", "at"], name="zonefile_of_decision"),
        ]
