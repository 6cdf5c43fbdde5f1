"""What follows an injection: reactions, steps of the law, papers of a compensation."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.vaccination.dose_models import Dose
from lachan.vaccination.session_models import Lot


class Reaction(models.Model):
    """Something that somebody had, or said he did not have, after one injection.

    `severity` is a judgement and stays empty while nobody who may judge has looked.  `due_at`: the
    station calls this person before; set by rule when he named a danger sign.  `lot` and `session`
    are the dose's; `given_province` is where it was injected, `commune` and `province` where the
    person lives.
    """

    class Severity(models.TextChoices):
        """Three different things in law: phản ứng, sự cố bất lợi, tai biến nặng sau tiêm."""

        REACTION = "reaction"
        AEFI = "aefi"
        SEVERE = "severe"

    class Source(models.TextChoices):
        CITIZEN = "citizen"
        SITE = "site"
        FACILITY = "facility"

    class Outcome(models.TextChoices):
        UNKNOWN = "unknown"
        RECOVERED = "recovered"
        TREATED = "treated"
        SEQUELAE = "sequelae"
        DIED = "died"

    id = models.UUIDField(primary_key=True, default=uuid7, help_text="The form's own number")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    dose = models.ForeignKey(Dose, models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="+")
    session = models.UUIDField(null=True)
    organisation = models.UUIDField(null=True, help_text="The facility that gave the dose")
    product = models.CharField(max_length=40)
    disease = models.CharField(max_length=40)
    source = models.CharField(max_length=8, choices=Source)
    where_text = models.CharField(max_length=160, default="", blank=True)
    asked_hours = models.SmallIntegerField(null=True, help_text="Of the follow-up he answered")
    signs = ArrayField(models.CharField(max_length=40), default=list)
    note = models.CharField(max_length=500, default="", blank=True)
    onset_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField()
    reported_by = models.UUIDField()
    severity = models.CharField(max_length=8, choices=Severity, default="", blank=True)
    severe_at = models.DateTimeField(null=True, help_text="When it was recorded as severe")
    outcome = models.CharField(max_length=9, choices=Outcome, default=Outcome.UNKNOWN)
    decision = models.JSONField(default=dict, help_text="What the rule said to who reported")
    due_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    handled_by = models.UUIDField(null=True)
    handled_note = models.CharField(max_length=300, default="", blank=True)
    given_province = models.IntegerField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "dose", "reported_by", "handled_by"}
        health: ClassVar[set[str]] = {
            *("signs", "note", "onset_at", "severity", "outcome", "decision", "handled_note"),
            *("disease", "product", "where_text"),
        }
        plain: ClassVar[set[str]] = {
            *("id", "lot", "session", "organisation", "source", "asked_hours", "reported_at"),
            *("severe_at", "due_at", "handled_at", "given_province", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="reaction_severe_since",
                condition=Q(severity="severe", severe_at__isnull=False)
                | (~Q(severity="severe") & Q(severe_at=None)),
            ),
            models.CheckConstraint(
                name="reaction_handled_by_somebody",
                condition=Q(handled_at=None, handled_by=None)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-reported_at"], name="reaction_of_person"),
            models.Index(fields=["organisation", "-reported_at"], name="reaction_by_organisation"),
            models.Index(fields=["commune", "-reported_at"], name="reaction_by_commune"),
            models.Index(fields=["province", "-reported_at"], name="reaction_by_province"),
            models.Index(fields=["given_province", "-reported_at"], name="reaction_by_given"),
            models.Index(fields=["lot", "severity"], name="reaction_of_lot"),
        ]


class AefiStep(models.Model):
    """One step the law asks for after a severe event: when it is due, when and by whom it was done.

    A step that follows another one is due only when that is done; until then `due_at` is empty.
    """

    class Kind(models.TextChoices):
        NOTIFY_DEPARTMENT = "notify_department"
        NOTIFY_CDC = "notify_cdc"
        INVESTIGATE = "investigate"
        COUNCIL = "council"
        PUBLISH = "publish"

    id = models.UUIDField(primary_key=True, default=uuid7)
    reaction = models.ForeignKey(Reaction, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=17, choices=Kind)
    due_at = models.DateTimeField(null=True)
    decision = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    document = models.CharField(max_length=80, default="", blank=True)
    note = models.CharField(max_length=300, default="", blank=True)
    organisation = models.UUIDField(null=True)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"reaction", "done_by"}
        health: ClassVar[set[str]] = {"note", "decision"}
        plain: ClassVar[set[str]] = {
            *("id", "kind", "due_at", "done_at", "document", "organisation", "commune"),
            "province",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["reaction", "kind"], name="aefistep_is_one"),
            models.CheckConstraint(
                name="aefistep_done_says_by_what",
                condition=Q(done_at=None, done_by=None)
                | (Q(done_at__isnull=False, done_by__isnull=False) & ~Q(document="")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["province", "due_at"], name="aefistep_by_province"),
            models.Index(fields=["commune", "due_at"], name="aefistep_by_commune"),
            models.Index(fields=["organisation", "due_at"], name="aefistep_by_organisation"),
        ]


class AefiPaper(models.Model):
    """A paper of the compensation file that has come in."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    reaction = models.ForeignKey(Reaction, models.PROTECT, related_name="papers")
    code = models.CharField(max_length=40)
    document = models.CharField(max_length=120)
    at = models.DateTimeField()
    by = models.UUIDField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"reaction", "by", "document"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "code", "at", "commune", "province"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["reaction", "code"], name="aefipaper_is_one"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-at"], name="aefipaper_by_commune"),
            models.Index(fields=["province", "-at"], name="aefipaper_by_province"),
        ]


class FollowUp(models.Model):
    """Somebody was asked how he is, so many hours after a dose: once."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    dose = models.ForeignKey(Dose, models.PROTECT, related_name="followups")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hours = models.SmallIntegerField()
    at = models.DateTimeField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"dose", "person"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "hours", "at", "commune", "province"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dose", "hours"], name="followup_is_one"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-at"], name="followup_of_person"),
            models.Index(fields=["commune", "-at"], name="followup_by_commune"),
            models.Index(fields=["province", "-at"], name="followup_by_province"),
        ]
