"""The laboratory's bench: accession numbers, plates and what stands in their wells, runs with their
controls, what two people keyed, and why a result was amended.  Nobody's name is on the bench."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.sampling.result_models import Result
from lachan.sampling.tube_models import Method, Tube


class Accession(models.Model):
    """The laboratory's own number of a tube it took in (số tiếp nhận), counted by day from 1."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="accessions")
    laboratory = models.UUIDField()
    day = models.DateField()
    number = models.IntegerField()
    at = models.DateTimeField()
    by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "tube", "laboratory", "day", "number", "at"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["laboratory", "tube"], name="accession_once_for_a_tube"
            ),
            models.UniqueConstraint(
                fields=["laboratory", "day", "number"], name="accession_number_once_a_day"
            ),
        ]

    @property
    def label(self) -> str:
        """As it is written on the tube: 261126-0042."""
        return f"{self.day:%d%m%y}-{self.number:04d}"


class Plate(models.Model):
    """A plate (đĩa) of 96 or 384 wells.  `rule`: the version of the assay's table that holds for
    it for good; sealed, nothing is put in or taken out any more."""

    class Size(models.IntegerChoices):
        SMALL = 96
        LARGE = 384

    id = models.UUIDField(primary_key=True, default=uuid7)
    barcode = models.CharField(max_length=40)
    size = models.SmallIntegerField(choices=Size)
    laboratory = models.UUIDField()
    disease = models.CharField(max_length=40)
    assay = models.CharField(max_length=80, help_text="The name of the rule")
    rule = models.UUIDField(help_text="The version of the rule")
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    sealed_at = models.DateTimeField(null=True)
    sealed_by = models.UUIDField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by", "sealed_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "barcode",
            "size",
            "laboratory",
            "disease",
            "assay",
            "rule",
            "made_at",
            "sealed_at",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["laboratory", "barcode"], name="plate_once_in_a_laboratory"
            ),
            models.CheckConstraint(
                name="plate_has_96_or_384_wells", condition=Q(size__in=[96, 384])
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["laboratory", "-made_at"], name="plate_by_laboratory"),
        ]


class Well(models.Model):
    """What stands in one well: a tube's sample or a control.  Positions count down the columns, as
    pipettes go: 0 is A1, 1 is B1.  What was put in by mistake is emptied, and the row stays."""

    class Kind(models.TextChoices):
        SAMPLE = "sample"
        POSITIVE = "positive"
        NEGATIVE = "negative"
        EXTRACTION = "extraction"

    id = models.UUIDField(primary_key=True, default=uuid7)
    plate = models.ForeignKey(Plate, models.PROTECT, related_name="wells")
    laboratory = models.UUIDField()
    position = models.SmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    tube = models.ForeignKey(Tube, models.PROTECT, null=True, related_name="wells")
    at = models.DateTimeField()
    by = models.UUIDField()
    emptied_at = models.DateTimeField(null=True)
    emptied_by = models.UUIDField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"by", "emptied_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "plate",
            "laboratory",
            "position",
            "kind",
            "tube",
            "at",
            "emptied_at",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["plate", "position"],
                condition=Q(emptied_at=None),
                name="well_holds_one_thing",
            ),
            models.UniqueConstraint(
                fields=["plate", "tube"],
                condition=Q(emptied_at=None),
                name="well_tube_once_on_a_plate",
            ),
            models.CheckConstraint(
                name="well_of_a_sample_has_a_tube",
                condition=Q(kind="sample", tube__isnull=False)
                | (~Q(kind="sample") & Q(tube__isnull=True)),
            ),
            models.CheckConstraint(
                name="well_lies_on_a_plate", condition=Q(position__gte=0, position__lt=384)
            ),
        ]


class Run(models.Model):
    """One run of a plate on a machine (mẻ chạy).  `controls`: each control as it was read; the run
    is valid when all of them are right, and nothing of an invalid run becomes a result."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    plate = models.ForeignKey(Plate, models.PROTECT, related_name="runs")
    laboratory = models.UUIDField()
    number = models.SmallIntegerField(help_text="Which run of this plate, from 1")
    machine = models.CharField(max_length=60)
    lot = models.CharField(max_length=60, help_text="Lot of the reagents")
    lot_expires = models.DateField()
    started_at = models.DateTimeField()
    started_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    controls = models.JSONField(default=list, help_text="[{well, kind, ct, passed, finding}]")
    valid = models.BooleanField(null=True)
    judged_at = models.DateTimeField(null=True)
    judged_by = models.UUIDField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"started_by", "judged_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "plate",
            "laboratory",
            "number",
            "machine",
            "lot",
            "lot_expires",
            "started_at",
            "ended_at",
            "controls",
            "valid",
            "judged_at",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plate", "number"], name="run_number_of_a_plate"),
            models.UniqueConstraint(
                fields=["plate"], condition=Q(judged_at=None), name="run_of_a_plate_is_open_once"
            ),
            models.CheckConstraint(
                name="run_ends_after_it_starts",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
            ),
            models.CheckConstraint(
                name="run_judged_when_it_ended",
                condition=Q(judged_at=None, valid=None, judged_by=None)
                | Q(
                    judged_at__isnull=False,
                    valid__isnull=False,
                    judged_by__isnull=False,
                    ended_at__isnull=False,
                ),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["laboratory", "-started_at"], name="run_by_laboratory"),
        ]


class Keying(models.Model):
    """What one person read off the machine for a tube, without seeing what another did.  Two that
    agree make the result; of two that differ a third decides."""

    id = models.UUIDField(primary_key=True, default=uuid7, help_text="The page's own number")
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="keyings")
    laboratory = models.UUIDField()
    outcome = models.CharField(max_length=14, choices=Result.Outcome)
    method = models.CharField(max_length=6, choices=Method)
    ct = models.JSONField(default=dict, help_text="Cycles by target, null: undetermined")
    test = models.CharField(max_length=20, default="", help_text="LOINC code of the test")
    at = models.DateTimeField()
    by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"by"}
        health: ClassVar[set[str]] = {"outcome", "ct"}
        plain: ClassVar[set[str]] = {"id", "tube", "laboratory", "method", "test", "at"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["laboratory", "-at"], name="keying_by_laboratory"),
        ]


class Amendment(models.Model):
    """Why a result took the place of another that had been let out."""

    result = models.OneToOneField(
        Result, models.PROTECT, primary_key=True, related_name="amendment"
    )
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.UUIDField()
    laboratory = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"by"}
        health: ClassVar[set[str]] = {"reason"}
        plain: ClassVar[set[str]] = {"result", "tube", "at", "laboratory"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["laboratory", "-at"], name="amendment_by_laboratory"),
        ]
