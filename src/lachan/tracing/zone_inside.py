"""Life inside a zone: who is in, who needs what, when samples are taken, who may come and go."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.tracing.zone import ZoneDecision


class OfZone(models.Model):
    """A fact about one person inside the zone of one decision.  Appended only."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    decision = models.ForeignKey(ZoneDecision, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Meta:
        abstract = True


class ZonePresence(OfZone):
    """At that moment the person was in the zone, or was not; the newest word holds."""

    present = models.BooleanField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"decision", "person", "by", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "present", "at", "commune", "province"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["decision", "person", "-at"], name="zonepresence_newest"),
        ]


class ZoneNeed(OfZone):
    """The person needs something (`open`), or it was met; the newest word for a kind holds."""

    class Kind(models.TextChoices):
        MEDICINE = "medicine", _("Medicine")
        DIALYSIS = "dialysis", _("Dialysis")
        BIRTH = "birth", _("Birth")
        FOOD = "food", _("Food")

    kind = models.CharField(max_length=8, choices=Kind)
    open = models.BooleanField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"decision", "person", "by", "by_name"}
        health: ClassVar[set[str]] = {"kind", "open"}
        plain: ClassVar[set[str]] = {"id", "at", "commune", "province"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["decision", "person", "kind", "-at"], name="zoneneed_newest"),
        ]


class ZoneRound(models.Model):
    """A round of sampling inside a zone: planned for a day, done with its counts."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    decision = models.ForeignKey(ZoneDecision, models.PROTECT, related_name="rounds")
    number = models.SmallIntegerField()
    planned_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    done_at = models.DateTimeField(null=True)
    sampled = models.IntegerField(null=True)
    positive = models.IntegerField(null=True)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"decision", "made_by"}
        health: ClassVar[set[str]] = {"positive"}
        plain: ClassVar[set[str]] = {
            *("id", "number", "planned_on", "made_at", "done_at", "sampled", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["decision", "number"], name="zoneround_once"),
            models.CheckConstraint(
                name="zoneround_done_with_counts",
                condition=Q(done_at=None, sampled=None, positive=None)
                | Q(
                    done_at__isnull=False,
                    sampled__gte=0,
                    positive__gte=0,
                    positive__lte=F("sampled"),
                ),
            ),
        ]


class ZonePass(OfZone):
    """The person may go in and out from a minute to a minute, for a reason, signed by somebody."""

    class Reason(models.TextChoices):
        CARE = "care", _("Medical care")
        WORK = "work", _("Work that cannot wait")
        SUPPLY = "supply", _("Bringing supplies")
        FUNERAL = "funeral", _("Funeral")
        OTHER = "other", _("Another reason")

    reason = models.CharField(max_length=8, choices=Reason)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    signer = models.CharField(max_length=120)
    withdrawn_at = models.DateTimeField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"decision", "person", "by", "by_name"}
        health: ClassVar[set[str]] = {"reason"}
        plain: ClassVar[set[str]] = {
            *("id", "at", "from_at", "to_at", "signer", "withdrawn_at", "commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "from_at"], name="zonepass_of_person"),
            models.Index(fields=["decision", "-at"], name="zonepass_of_decision"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="zonepass_in_order", condition=Q(to_at__gt=F("from_at"))),
            models.CheckConstraint(name="zonepass_signed", condition=~Q(signer="")),
        ]
