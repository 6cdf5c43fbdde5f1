"""How results reach people: slips with a code, papers that can be verified, what was told, and how
long a laboratory takes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.sampling.result_models import Result
from lachan.sampling.tube_models import Method, Sample


class ResultSlip(models.Model):
    """The slip somebody takes home from the table: a signed link and a code open his own results,
    and nothing else, until `expires_at`.  Wrong codes shut it for minutes; it can be revoked.

    What the link names is random too, and kept as a hash: no row of a table leads to a slip.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    link_sha256 = models.BinaryField(unique=True)
    code_sha256 = models.BinaryField(unique=True)
    sealed = models.BinaryField(help_text="Link and code, under the person's key: to print again")
    organisation = models.UUIDField(help_text="The unit that gave it")
    site = models.CharField(max_length=200, help_text="Where its page is: scheme and host")
    given_at = models.DateTimeField()
    given_by = models.UUIDField()
    expires_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0, help_text="Wrong codes in a row")
    shut_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True, help_text="When it last opened")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "sealed", "given_by", "revoked_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "link_sha256", "code_sha256", "organisation", "site", "given_at", "expires_at"),
            *("tries", "shut_until", "opened_at", "revoked_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="slip_revoked_at_and_by_together",
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-given_at"], name="slip_of_person"),
            models.Index(fields=["commune", "-given_at"], name="slip_by_commune"),
            models.Index(fields=["province", "-given_at"], name="slip_by_province"),
            models.Index(fields=["organisation", "-given_at"], name="slip_by_organisation"),
        ]


class ResultPaper(models.Model):
    """A result on paper (phiếu trả kết quả xét nghiệm): its QR code says whether it still stands.

    `shown_as` is what the verifier compares with the paper: an initial and a year, no name and no
    number.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    link_sha256 = models.BinaryField(unique=True)
    sealed = models.BinaryField(help_text="What its code names, under the person's key")
    result = models.ForeignKey(Result, models.PROTECT, related_name="papers")
    sample = models.ForeignKey(Sample, models.PROTECT, related_name="papers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    shown_as = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "sample", "shown_as", "sealed"}
        health: ClassVar[set[str]] = {"result"}
        plain: ClassVar[set[str]] = {
            *("id", "link_sha256", "made_at", "expires_at", "commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-made_at"], name="paper_by_commune"),
            models.Index(fields=["province", "-made_at"], name="paper_by_province"),
        ]


class ToldResult(models.Model):
    """The people of a released result were told that it is there."""

    result = models.OneToOneField(Result, models.PROTECT, primary_key=True, related_name="told")
    released_by_name = models.TextField(help_text="Who answers for it, as the paper says it")
    at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"released_by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"result", "at"}


class LaboratoryPace(models.Model):
    """How long a laboratory took lately from sample to release; the newest row of a kind counts.

    `hours`: within which `percent` of the tubes had their result, None where too few are known.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    laboratory = models.UUIDField()
    method = models.CharField(max_length=6, choices=Method)
    shared = models.BooleanField(help_text="Tubes of more than one person")
    percent = models.SmallIntegerField()
    hours = models.FloatField(null=True)
    tubes = models.IntegerField(help_text="Tubes counted, those still waiting among them")
    at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "laboratory", "method", "shared", "percent", "hours", "tubes", "at"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["laboratory", "method", "shared", "-at"], name="pace_newest"),
        ]
