"""Who answers for a place, who stands at its gates, what happened to it and what it was asked."""

from typing import ClassVar

from django.db import models

from lachan.core.ids import uuid7

_VENUE = "venues.Venue"


class Keeper(models.Model):
    """The person in charge of a place, as the place named him: whom the commune calls."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    venue = models.OneToOneField(_VENUE, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    commune = models.IntegerField()
    province = models.IntegerField()
    name = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=20)
    named_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"name", "phone"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "venue", "organisation", "commune", "province", "named_at"),
        }


class Turn(models.Model):
    """What happened to a place, appended: who did it, when and why.

    `account` is whoever acted, `office` the name under which everybody may know it.  `rule` is the
    version of the rulebook that let a place open or wait.
    """

    class What(models.TextChoices):
        REGISTERED = "registered"
        OPENED = "opened"
        SUSPENDED = "suspended"
        LIFTED = "lifted"
        REMINDED = "reminded"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid7)
    venue = models.ForeignKey(_VENUE, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    commune = models.IntegerField()
    province = models.IntegerField()
    what = models.CharField(max_length=12, choices=What)
    at = models.DateTimeField()
    account = models.UUIDField()
    office = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    until = models.DateField(null=True)
    rule = models.TextField(blank=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"account"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "venue", "organisation", "commune", "province", "what", "at", "office"),
            *("reason", "until", "rule"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["venue", "at"], name="turn_venue"),
            models.Index(fields=["commune", "at"], name="turn_commune"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="turn_what",
                condition=models.Q(
                    what__in=[
                        *("registered", "opened", "suspended", "lifted", "reminded", "closed"),
                    ]
                ),
            ),
        ]


class Post(models.Model):
    """Where a guard stands: a place and its parts.  Of the phone only the last digits are kept."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    venue = models.ForeignKey(_VENUE, models.PROTECT, related_name="+")
    organisation = models.UUIDField()
    account = models.UUIDField()
    name = models.CharField(max_length=80, blank=True)
    phone_tail = models.CharField(max_length=4)
    since = models.DateTimeField()
    given_by = models.UUIDField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("account", "name", "phone_tail", "given_by", "ended_by"),
        }
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "venue", "organisation", "since", "ended_at"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "since"], name="post_organisation"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="post_one_open",
                fields=["venue", "account"],
                condition=models.Q(ended_at__isnull=True),
            ),
        ]


class VisitorRequest(models.Model):
    """The health unit asked who was at a place in a window; the place reads this, and no name.

    `reason` is written for the place to read.  `case_number` and `asked_by` are the unit's own
    record: the place's pages do not show them.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    venue = models.ForeignKey(_VENUE, models.PROTECT, related_name="+")
    place = models.UUIDField()
    organisation = models.UUIDField()
    commune = models.IntegerField()
    province = models.IntegerField()
    from_at = models.DateTimeField()
    till_at = models.DateTimeField()
    reason = models.TextField()
    case_number = models.TextField()
    unit = models.TextField(help_text="Who asked, as everybody may know it")
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    people_count = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"asked_by"}
        health: ClassVar[set[str]] = {"case_number"}
        plain: ClassVar[set[str]] = {
            *("id", "venue", "place", "organisation", "commune", "province", "from_at", "till_at"),
            *("reason", "unit", "asked_at", "people_count"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "asked_at"], name="visitorrequest_organisation"),
            models.Index(fields=["commune", "asked_at"], name="visitorrequest_commune"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="visitorrequest_window", condition=models.Q(till_at__gt=models.F("from_at"))
            ),
        ]
