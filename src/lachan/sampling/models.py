"""Tubes, whose sample is in them, and what the laboratory found.  Results are never overwritten."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.people.models import Person


class Tube(models.Model):
    """A tube with a barcode.  One person in it: a single sample; more: a pool."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    barcode = models.CharField(max_length=40, unique=True)
    limit = models.SmallIntegerField(default=1, help_text="How many people it may hold")
    organisation = models.UUIDField(help_text="The unit that takes the samples")
    laboratory = models.UUIDField(null=True, help_text="The laboratory it goes to")
    disease = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "barcode",
            "limit",
            "organisation",
            "laboratory",
            "disease",
            "opened_at",
            "closed_at",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="tube_holds_one_to_twenty", condition=Q(limit__gte=1, limit__lte=20)
            ),
            models.CheckConstraint(
                name="tube_closes_after_it_opens",
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-opened_at"], name="tube_by_organisation"),
            models.Index(fields=["laboratory", "-opened_at"], name="tube_by_laboratory"),
        ]


class Sample(models.Model):
    """One person's sample in a tube."""

    class Reason(models.TextChoices):
        """Whom we sample (đối tượng lấy mẫu); reports split by it."""

        SYMPTOMS = "symptoms"
        CONTACT = "contact"
        SCREENING = "screening"
        ZONE = "zone"
        REQUEST = "request"

    id = models.UUIDField(primary_key=True, default=uuid7)
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="samples")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason)
    round = models.SmallIntegerField(default=1, help_text="Which sampling of this person, from 1")
    onset = models.DateField(null=True, help_text="Day of the first symptom, when there is one")
    taken_at = models.DateTimeField()
    organisation = models.UUIDField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person"}
        health: ClassVar[set[str]] = {"reason", "round", "onset"}
        plain: ClassVar[set[str]] = {
            "id",
            "tube",
            "taken_at",
            "organisation",
            "commune",
            "province",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tube", "person"], name="sample_once_in_a_tube"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-taken_at"], name="sample_by_commune"),
            models.Index(fields=["province", "-taken_at"], name="sample_by_province"),
            models.Index(fields=["organisation", "-taken_at"], name="sample_by_organisation"),
        ]


class Result(models.Model):
    """What the laboratory found in a tube.  A correction is a new row that names the one before."""

    class Outcome(models.TextChoices):
        POSITIVE = "positive"
        NEGATIVE = "negative"
        INDETERMINATE = "indeterminate"
        INVALID = "invalid"

    class Method(models.TextChoices):
        PCR = "pcr"
        RAPID = "rapid"

    id = models.UUIDField(primary_key=True, default=uuid7)
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="results")
    outcome = models.CharField(max_length=14, choices=Outcome)
    method = models.CharField(max_length=6, choices=Method, default=Method.PCR)
    laboratory = models.UUIDField()
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    class Privacy:
        identifying: ClassVar[set[str]] = {"entered_by"}
        health: ClassVar[set[str]] = {"outcome"}
        plain: ClassVar[set[str]] = {
            "id",
            "tube",
            "method",
            "laboratory",
            "entered_at",
            "replaces",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["tube"], condition=Q(replaces=None), name="result_first_of_a_tube_is_one"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["laboratory", "-entered_at"], name="result_by_laboratory"),
        ]


class Release(models.Model):
    """A person in charge let a result out; from now on it is a fact for everybody below."""

    result = models.OneToOneField(Result, models.PROTECT, primary_key=True, related_name="release")
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.UUIDField()
    laboratory = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"result", "tube", "at", "laboratory"}
