"""A campaign's plan, who is on its list and why, what was found at the door, and its list files."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.sampling.tube_models import Campaign, SampleRequest


class CampaignPlan(models.Model):
    """Whom a campaign is for, and the numbers of the rule by which it was planned.

    `everybody`: all of a household, else `sampled_small` of a household of fewer than
    `household_below` people and `sampled_large` of a larger one.  `days` until the next round, 0
    where the rule sets none.
    """

    class Whom(models.TextChoices):
        """Where the people of the list come from."""

        LANES = "lanes", _("Lanes or hamlets")
        COMMUNE = "commune", _("The whole commune")
        BODY = "body", _("A factory, school or other organisation")
        FILE = "file", _("A list by Excel")
        ASKED = "asked", _("People who are asked for already: contacts, zones")

    class Area(models.TextChoices):
        """How an area is judged; the pooling rule names the same three."""

        LOW = "low", _("Low risk")
        HIGH = "high", _("High risk")
        ZONE = "zone", _("Inside a zone")

    campaign = models.OneToOneField(Campaign, models.PROTECT, primary_key=True, related_name="plan")
    whom = models.CharField(max_length=8, choices=Whom)
    area = models.CharField(max_length=5, choices=Area)
    lanes = ArrayField(models.UUIDField(), default=list)
    body = models.UUIDField(null=True, help_text="The organisation whose people are sampled")
    household_below = models.SmallIntegerField()
    sampled_small = models.SmallIntegerField()
    sampled_large = models.SmallIntegerField()
    everybody = models.BooleanField()
    days = models.SmallIntegerField(default=0)
    rule = models.CharField(max_length=80, default="", help_text="Rule and version, '' for ours")
    round = models.SmallIntegerField(default=1, help_text="Which round of this campaign, from 1")
    follows = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="next_rounds")
    organisation = models.UUIDField(null=True)
    commune = models.IntegerField(null=True)
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("campaign", "whom", "area", "lanes", "body", "household_below", "sampled_small"),
            *("sampled_large", "everybody", "days", "rule", "round", "follows"),
            *("organisation", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="plan_samples_somebody",
                condition=Q(household_below__gte=1, sampled_small__gte=1, sampled_large__gte=1),
            ),
            models.CheckConstraint(
                name="plan_follows_from_the_second_round",
                condition=Q(round=1, follows=None) | Q(round__gt=1, follows__isnull=False),
            ),
        ]


class CampaignMember(models.Model):
    """Somebody on a campaign's list: where, whether chosen and why, and the request made of it.

    Where the person lives is kept as it was when the list was made: a team that may not read the
    register still knows the door.  `contacts`: how many of the register share work or school.
    """

    class Why(models.TextChoices):
        """Why somebody of a household is sampled, or is not."""

        EVERYBODY = "everybody", _("everybody of the household")
        SYMPTOMS = "symptoms", _("has symptoms")
        MOST_CONTACTS = "most_contacts", _("meets most people")
        ASKED = "asked", _("was asked for by name")
        LISTED = "listed", _("stands in the list")
        BY_HAND = "by_hand", _("chosen by hand")
        REPRESENTED = "represented", _("the household is represented by others")
        LEFT_OUT = "left_out", _("left out by hand")

    id = models.UUIDField(primary_key=True, default=uuid7)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    household = models.UUIDField(null=True)
    lane = models.UUIDField(null=True)
    place = models.CharField(max_length=80, default="", help_text="Lane, line or class in words")
    house = models.CharField(max_length=40, default="")
    ord = models.IntegerField(default=0, help_text="Order of the house along its lane")
    contacts = models.IntegerField(default=0)
    symptoms = models.BooleanField(default=False)
    chosen = models.BooleanField(default=False)
    why = models.CharField(max_length=13, choices=Why)
    request = models.ForeignKey(SampleRequest, models.PROTECT, null=True, related_name="members")
    organisation = models.UUIDField(null=True)
    commune = models.IntegerField(help_text="Of the person")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "household", "lane", "place", "house", "ord"}
        health: ClassVar[set[str]] = {"symptoms", "request", "why", "contacts"}
        plain: ClassVar[set[str]] = {
            *("id", "campaign", "chosen", "organisation", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["campaign", "person"], name="member_once_on_a_list"),
            models.CheckConstraint(
                name="member_asked_when_chosen", condition=Q(chosen=True) | Q(request=None)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["campaign", "place", "ord"], name="member_of_campaign"),
            models.Index(fields=["commune", "campaign"], name="member_by_commune"),
            models.Index(fields=["province", "campaign"], name="member_by_province"),
            models.Index(fields=["organisation", "campaign"], name="member_by_organisation"),
        ]


class Visit(models.Model):
    """What was found at the door of somebody to be sampled.  Appended; the newest counts."""

    class Outcome(models.TextChoices):
        NOT_HOME = "not_home", _("Not at home")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid7, help_text="The device's own number")
    member = models.ForeignKey(CampaignMember, models.PROTECT, related_name="visits")
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.CharField(max_length=200, default="")
    at = models.DateTimeField()
    by = models.UUIDField()
    organisation = models.UUIDField(null=True)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"member", "by"}
        health: ClassVar[set[str]] = {"outcome", "reason"}
        plain: ClassVar[set[str]] = {"id", "at", "organisation", "commune", "province"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="visit_refused_for_a_reason", condition=~Q(outcome="refused", reason="")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["member", "-at"], name="visit_newest"),
            models.Index(fields=["commune", "-at"], name="visit_by_commune"),
            models.Index(fields=["province", "-at"], name="visit_by_province"),
            models.Index(fields=["organisation", "-at"], name="visit_by_organisation"),
        ]


class CampaignFile(models.Model):
    """A list of people sent for a campaign: sealed under a key of its own, then destroyed.

    `rows` = accepted + refused once it is through; `done_row`: worked through down to there.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        IMPORTED = "imported"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="files")
    file_name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    wrapped = models.BinaryField()
    sealed = models.BinaryField()
    keep_until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    failure = models.CharField(max_length=40, default="", help_text="A code, when it failed")
    rows = models.IntegerField(default=0)
    done_row = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    known = models.IntegerField(default=0, help_text="Accepted and registered already")
    sent_at = models.DateTimeField()
    sent_by = models.UUIDField()
    sent_by_name = models.TextField()
    commune = models.IntegerField(help_text="Where people without a legible address stay")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"sealed", "sent_by", "sent_by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "campaign", "file_name", "digest", "wrapped", "keep_until", "state"),
            *("failure", "rows", "done_row", "accepted", "refused", "known", "sent_at"),
            *("commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["campaign", "digest"], name="file_once_in_a_campaign"),
            models.CheckConstraint(
                name="file_rows_accepted_or_refused",
                condition=~Q(state="imported") | Q(rows=F("accepted") + F("refused")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sent_at"], name="file_to_import", condition=Q(state="waiting")),
            models.Index(fields=["commune", "-sent_at"], name="file_by_commune"),
            models.Index(fields=["province", "-sent_at"], name="file_by_province"),
        ]


class CampaignRefusal(models.Model):
    """A row that was not taken.  `problems` are "column:code"; what stood there is not kept."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    file = models.ForeignKey(CampaignFile, models.PROTECT, related_name="refusals")
    row = models.IntegerField(help_text="In the workbook, from 1")
    problems = ArrayField(models.CharField(max_length=40))
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"file"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "row", "problems", "commune", "province"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["file", "row"], name="campaign_refusal_once_a_row"),
        ]
