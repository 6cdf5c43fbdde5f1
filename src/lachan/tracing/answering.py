"""What lets the public answer, and what they answered: invitations, public calls, submissions.

An invitation asks one contact whom he met; a public call asks whoever was at a place.  Both are
opened by an officer, carry a code, and end.  What comes in is a submission, sealed under a key of
its own, which only the worker opens: it makes a contact to verify of it.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.places.models import Place

#: Rows that one invitation takes.  Source: our own choice; form 4 of 5053/QĐ-BYT has 20 lines.
MOST_ROWS = 50
#: Answers that one public call takes from the web; more are taken by phone.  Source: our own
#: choice: a market of scenario 3 has 1,240 scans in a night.
MOST_ANSWERS = 5_000


class Invitation(models.Model):
    """A contact is asked to name whom he met, by a link or on paper with the same code."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("tracing.Case", models.PROTECT, related_name="+")
    contact = models.ForeignKey("tracing.Contact", models.PROTECT, related_name="invitations")
    code_sha256 = models.BinaryField(unique=True)
    sealed = models.BinaryField(help_text="The code, under the contact's own key: to show it again")
    unit = models.CharField(max_length=160, help_text="Who asks, as the page says it")
    phone = models.CharField(max_length=20, help_text="The duty phone of the unit")
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField()
    opened_by_name = models.TextField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("case", "contact", "sealed", "opened_by", "opened_by_name", "closed_by"),
        }
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "code_sha256", "unit", "phone", "opened_at", "expires_at", "closed_at"),
            *("commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="one_open_invitation", fields=["contact"], condition=Q(closed_at=None)
            ),
            models.CheckConstraint(
                name="invitation_closed_at_and_by_together",
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-opened_at"], name="invitation_by_commune"),
            models.Index(fields=["province", "-opened_at"], name="invitation_by_province"),
        ]


class PublicCall(models.Model):
    """A notice that looks for people by place and time; it holds nobody's name.

    Nothing of it is public before a human approved it, and nothing after it has ended but that.
    """

    class State(models.TextChoices):
        DRAFTED = "drafted"
        OPEN = "open"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("tracing.Case", models.PROTECT, related_name="+")
    code = models.CharField(max_length=10, unique=True)
    disease = models.CharField(max_length=40)
    names_disease = models.BooleanField(default=False, help_text="The approver's choice")
    unit = models.CharField(max_length=160)
    phone = models.CharField(max_length=20)
    drafted_at = models.DateTimeField()
    drafted_by = models.UUIDField()
    drafted_by_name = models.TextField()
    approved_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    approved_by_name = models.TextField(default="")
    ends_at = models.DateTimeField(help_text="It ends then by itself")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("case", "drafted_by", "drafted_by_name", "approved_by", "approved_by_name"),
            "ended_by",
        }
        health: ClassVar[set[str]] = {"disease"}
        plain: ClassVar[set[str]] = {
            *("id", "code", "names_disease", "unit", "phone", "drafted_at", "approved_at"),
            *("ends_at", "ended_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="call_approved_at_and_by_together",
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
            models.CheckConstraint(
                name="call_ended_at_and_by_together",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-drafted_at"], name="call_by_commune"),
            models.Index(fields=["province", "-drafted_at"], name="publiccall_by_province"),
        ]


class CalledPlace(models.Model):
    """A mốc dịch tễ of a call: where, from when until when.  The name is as it is published."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    call = models.ForeignKey(PublicCall, models.PROTECT, related_name="places")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=160)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    commune = models.IntegerField(help_text="Of the call: who works this row")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"call"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "place", "name", "from_at", "to_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="called_place_has_a_length", condition=Q(to_at__gt=F("from_at"))
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["call", "from_at"], name="called_place_of_call"),
        ]


class Submission(models.Model):
    """One person whom an answer names.  Its id is the form's own: sent twice it is kept once."""

    class Channel(models.TextChoices):
        WEB = "web"
        PHONE = "phone"
        PAPER = "paper"

    class Near(models.TextChoices):
        """How near somebody was, as they say it themselves."""

        CLOSE = "close"
        SAME_ROOM = "same_room"
        PASSED = "passed"
        UNKNOWN = "unknown"

    id = models.UUIDField(primary_key=True)
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, related_name="rows")
    call = models.ForeignKey(PublicCall, models.PROTECT, null=True, related_name="answers")
    called_place = models.ForeignKey(CalledPlace, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=5, choices=Channel)
    near = models.CharField(max_length=9, choices=Near, default=Near.UNKNOWN)
    sealed = models.BinaryField(null=True, help_text="As it came from the web; null when typed")
    digest = models.BinaryField(null=True, help_text="HMAC of the content: the same id, other text")
    received_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True)
    contact = models.ForeignKey("tracing.Contact", models.PROTECT, null=True, related_name="+")
    by = models.UUIDField(null=True, help_text="Who typed it; None: the person answered himself")
    by_name = models.TextField(default="")
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("invitation", "call", "sealed", "digest", "contact", "by", "by_name"),
        }
        health: ClassVar[set[str]] = {"near"}
        plain: ClassVar[set[str]] = {
            *("id", "called_place", "channel", "received_at", "worked_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="submission_answers_one",
                condition=Q(invitation=None, call__isnull=False)
                | Q(invitation__isnull=False, call=None),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["received_at"], name="submission_to_work", condition=Q(worked_at=None)
            ),
            models.Index(fields=["call", "-received_at"], name="submission_of_call"),
            models.Index(fields=["contact"], name="submission_of_contact"),
            models.Index(fields=["commune", "-received_at"], name="submission_by_commune"),
            models.Index(fields=["province", "-received_at"], name="submission_by_province"),
        ]


class Identification(models.Model):
    """Somebody unknown is known now: this row's person is that person.  Appended only."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    contact = models.OneToOneField(
        "tracing.Contact", models.PROTECT, related_name="identified", help_text="Of the unknown"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    became = models.ForeignKey("tracing.Contact", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"contact", "person", "became", "by", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "at", "commune", "province"}
