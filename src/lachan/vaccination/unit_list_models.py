"""Lists by which an organisation registers its people, and who of them it named last."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.vaccination.registration_models import Registration


class UnitList(models.Model):
    """A list an organisation sent: sealed under a key of its own, then destroyed.

    `headers` and `roles`: what each column was taken for; the next list with the same headers is
    read the same way.  `done_row`: worked through down to there.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        IMPORTED = "imported"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField()
    disease = models.CharField(max_length=40)
    group = models.CharField(max_length=40, default="", blank=True, help_text="Priority group")
    file_name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    headers = ArrayField(models.CharField(max_length=120), default=list)
    roles = ArrayField(models.CharField(max_length=20, blank=True), default=list)
    wrapped = models.BinaryField()
    sealed = models.BinaryField()
    keep_until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    failure = models.CharField(max_length=40, default="", blank=True)
    rows = models.IntegerField(default=0)
    done_row = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    fresh = models.IntegerField(default=0, help_text="Registered by this list")
    self_made = models.IntegerField(default=0, help_text="Had registered by themselves")
    joined = models.IntegerField(default=0, help_text="Not in the organisation's last list")
    left = models.IntegerField(default=0, help_text="In the last list and not in this one")
    agreed = models.IntegerField(null=True, help_text="Agreed; None: fewer than five")
    sent_at = models.DateTimeField()
    sent_by = models.UUIDField()
    commune = models.IntegerField(help_text="Where people without a legible address stay")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"sealed", "sent_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "disease", "group", "file_name", "digest", "headers", "roles"),
            *("wrapped", "keep_until", "state", "failure", "rows", "done_row", "accepted"),
            *("refused", "fresh", "self_made", "joined", "left", "agreed", "sent_at"),
            *("commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "disease", "digest"], name="unit_list_once"
            ),
            models.CheckConstraint(
                name="unit_list_rows_accepted_or_refused",
                condition=~Q(state="imported") | Q(rows=F("accepted") + F("refused")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-sent_at"], name="unitlist_organisation"),
            models.Index(fields=["commune", "-sent_at"], name="unitlist_commune"),
            models.Index(fields=["province", "-sent_at"], name="unitlist_province"),
            models.Index(fields=["sent_at"], name="unitlist_waiting", condition=Q(state="waiting")),
        ]


class UnitRefusal(models.Model):
    """A row that was not taken.  `problems` are "column:code"; what stood there is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    list = models.ForeignKey(UnitList, models.PROTECT, related_name="refusals")
    row = models.IntegerField(help_text="In the workbook, from 1")
    problems = ArrayField(models.CharField(max_length=40))
    organisation = models.UUIDField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"list"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "row", "problems", "organisation", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["list", "row"], name="unit_refusal_once_a_row"),
        ]


class UnitMember(models.Model):
    """Somebody an organisation named for a vaccination, from its first list until he is missing
    in one.  The organisation sees that there is a row and not whose."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField()
    disease = models.CharField(max_length=40)
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    seen_in = models.ForeignKey(UnitList, models.PROTECT, related_name="+")
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"registration"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "disease", "since", "until", "seen_in"),
            *("commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["organisation", "registration"], name="unit_member_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "since"], name="unitmember_commune"),
            models.Index(fields=["province", "since"], name="unitmember_province"),
        ]
