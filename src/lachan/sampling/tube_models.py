"""Who is to be sampled, tubes, and whose sample is in them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.people.models import Person


class Method(models.TextChoices):
    """How a sample is tested."""

    PCR = "pcr"
    RAPID = "rapid"


class Reason(models.TextChoices):
    """Whom we sample (đối tượng lấy mẫu); every count splits by it.

    Source: practice.md section 2, "Rapid tests".
    """

    SYMPTOMS = "symptoms"
    CONTACT = "contact"
    SECOND_CONTACT = "second_contact"
    SCREENING = "screening"
    ISOLATION = "isolation"
    ZONE = "zone"
    BORDER = "border"
    REQUEST = "request"


class Campaign(models.Model):
    """A plan to sample many people of one area or group between two days."""

    class State(models.TextChoices):
        PLANNED = "planned"
        RUNNING = "running"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=120)
    disease = models.CharField(max_length=40)
    reason = models.CharField(max_length=16, choices=Reason)
    method = models.CharField(max_length=6, choices=Method, default=Method.PCR)
    pool_size = models.SmallIntegerField(default=1, help_text="People in a tube")
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    organisation = models.UUIDField(null=True, help_text="The unit that runs it")
    laboratory = models.UUIDField(null=True, help_text="Where its tubes go")
    commune = models.IntegerField(null=True)
    province = models.IntegerField()
    made_at = models.DateTimeField()
    made_by = models.UUIDField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "name",
            "disease",
            "reason",
            "method",
            "pool_size",
            "starts_on",
            "ends_on",
            "state",
            "organisation",
            "laboratory",
            "commune",
            "province",
            "made_at",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="campaign_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="campaign_pools_one_to_twenty",
                condition=Q(pool_size__gte=1, pool_size__lte=20),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-starts_on"], name="campaign_by_organisation"),
            models.Index(fields=["commune", "-starts_on"], name="campaign_by_commune"),
            models.Index(fields=["province", "-starts_on"], name="campaign_by_province"),
        ]


class Tube(models.Model):
    """A tube with a barcode.  One person in it: a single sample; more: a pool."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    barcode = models.CharField(max_length=40, unique=True)
    limit = models.SmallIntegerField(default=1, help_text="How many people it may hold")
    organisation = models.UUIDField(help_text="The unit that takes the samples")
    laboratory = models.UUIDField(null=True, help_text="The laboratory it goes to")
    disease = models.CharField(max_length=40)
    method = models.CharField(max_length=6, choices=Method, default=Method.PCR)
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="tubes")
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
            "method",
            "campaign",
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


class StandingSamples(models.Manager["Sample"]):
    """Samples that were not taken back at the table."""

    def get_queryset(self) -> models.QuerySet["Sample"]:
        return super().get_queryset().filter(taken_back_at=None)


class Sample(models.Model):
    """One person's sample in a tube.

    Who was scanned into a tube by mistake is taken back; `objects` are those that stand, `written`
    all rows.  A join through `tube__samples` meets all rows too: filter `taken_back_at` there.
    """

    Reason = Reason

    id = models.UUIDField(primary_key=True, default=uuid7, help_text="The device's own number")
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="samples")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=16, choices=Reason)
    round = models.SmallIntegerField(default=1, help_text="Which sampling of this person, from 1")
    onset = models.DateField(null=True, help_text="Day of the first symptom, when there is one")
    taken_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.UUIDField(null=True)
    organisation = models.UUIDField()
    commune = models.IntegerField()
    province = models.IntegerField()

    objects = StandingSamples()
    written: ClassVar[models.Manager["Sample"]] = models.Manager()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "taken_back_by"}
        health: ClassVar[set[str]] = {"reason", "round", "onset"}
        plain: ClassVar[set[str]] = {
            "id",
            "tube",
            "taken_at",
            "taken_back_at",
            "organisation",
            "commune",
            "province",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["tube", "person"],
                condition=Q(taken_back_at=None),
                name="sample_once_in_a_tube",
            ),
            models.CheckConstraint(
                name="sample_taken_back_at_and_by_together",
                condition=Q(taken_back_at=None, taken_back_by=None)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-taken_at"], name="sample_by_commune"),
            models.Index(fields=["province", "-taken_at"], name="sample_by_province"),
            models.Index(fields=["organisation", "-taken_at"], name="sample_by_organisation"),
        ]


class SampleRequest(models.Model):
    """That somebody is to be sampled (phiếu yêu cầu xét nghiệm), why and until when.

    A contact, a zone, a campaign, a positive pool, a rejected or a lost tube each make such rows;
    the next sample of this person for this disease fulfils the oldest that fits.
    """

    class Source(models.TextChoices):
        """What asked for it."""

        CAMPAIGN = "campaign"
        CONTACT = "contact"
        ZONE = "zone"
        FILE = "file"
        HAND = "hand"
        POSITIVE_POOL = "positive_pool"
        REJECTED = "rejected"
        MISSING = "missing"
        INVALID = "invalid"
        RAPID_POSITIVE = "rapid_positive"

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        DROPPED = "dropped"

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    disease = models.CharField(max_length=40)
    reason = models.CharField(max_length=16, choices=Reason)
    method = models.CharField(max_length=6, choices=Method, default=Method.PCR)
    single = models.BooleanField(default=False, help_text="Needs a tube of its own")
    source = models.CharField(max_length=16, choices=Source)
    source_id = models.UUIDField(help_text="The contact, zone, campaign, tube or file")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="requests")
    organisation = models.UUIDField(null=True, help_text="The unit asked to sample")
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    sample = models.ForeignKey(Sample, models.PROTECT, null=True, related_name="requests")
    ended_at = models.DateTimeField(null=True)
    why_dropped = models.CharField(max_length=200, default="")
    opened_at = models.DateTimeField(
        null=True, help_text="When the worker opened the person to the unit asked"
    )
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "asked_by"}
        health: ClassVar[set[str]] = {
            "reason",
            "source",
            "source_id",
            "sample",
            "why_dropped",
        }
        plain: ClassVar[set[str]] = {
            "id",
            "disease",
            "method",
            "single",
            "campaign",
            "organisation",
            "asked_at",
            "due_at",
            "state",
            "ended_at",
            "opened_at",
            "commune",
            "province",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "source", "source_id"], name="request_once_for_a_source"
            ),
            models.CheckConstraint(
                name="request_done_by_a_sample",
                condition=Q(state="done", sample__isnull=False)
                | (~Q(state="done") & Q(sample=None)),
            ),
            models.CheckConstraint(
                name="request_ends_when_it_is_not_open",
                condition=Q(state="open", ended_at=None)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-asked_at"], name="request_by_commune"),
            models.Index(fields=["province", "-asked_at"], name="request_by_province"),
            models.Index(fields=["organisation", "-asked_at"], name="request_by_organisation"),
            models.Index(fields=["campaign", "state"], name="request_by_campaign"),
            models.Index(fields=["person"], name="request_open", condition=Q(state="open")),
            models.Index(fields=["source_id"], name="request_by_source"),
            models.Index(
                fields=["asked_at"],
                name="request_to_open",
                condition=Q(state="open", opened_at=None, organisation__isnull=False),
            ),
        ]


class Loss(models.Model):
    """Somebody declared a tube missing: it was closed and nobody has it.  It may turn up again."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="losses")
    organisation = models.UUIDField(help_text="The unit that declared it")
    note = models.CharField(max_length=200, default="")
    at = models.DateTimeField()
    by = models.UUIDField()
    found_at = models.DateTimeField(null=True)
    found_by = models.UUIDField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"by", "found_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "tube", "organisation", "note", "at", "found_at"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["tube"], condition=Q(found_at=None), name="loss_of_a_tube_is_open_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-at"], name="loss_by_organisation"),
        ]
