"""The roll: whom an organisation's own list names, where each belongs from-to, who came today.

The organisation sees what it wrote down itself and nothing the register knows.  Who a name is in
the register is the worker's business; health units read the roll of their territory.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.places.models import Place

#: Kinds of places where somebody works or learns: one at a time.
WORK_KINDS = frozenset(
    {"line", "class", "stall_row", "workshop", "ward", "hall", "floor", "building", "campus"}
    | {"market", "school", "hospital", "other"}
)


class Member(models.Model):
    """Somebody of an organisation's own list, as the organisation wrote it: `sealed` holds name,
    phone, birth, document and the organisation's own code, under a key of this row.

    `person` is who it is in the register; the worker finds out and `linked_at` says that it looked.
    """

    class Kind(models.TextChoices):
        ROLL = "roll", _("Of the unit's own people")
        DRIVER = "driver", _("Driver, assistant or host")
        GUEST = "guest", _("Guest or passenger")

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField()
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.ROLL)
    sealed = models.BinaryField()
    person = models.UUIDField(null=True)
    outing = models.UUIDField(null=True, help_text="The trip or feast a guest belongs to")
    since = models.DateField()
    until = models.DateField(null=True, help_text="The first day no longer on the list")
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    linked_at = models.DateTimeField(null=True)
    wiped_at = models.DateTimeField(null=True, help_text="The name was destroyed")
    commune = models.IntegerField(help_text="Of the organisation's place")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"sealed", "person", "made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "kind", "outing", "since", "until", "made_at", "linked_at"),
            *("wiped_at", "commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "kind", "made_at"], name="member_organisation"),
            models.Index(fields=["commune", "made_at"], name="member_commune"),
            models.Index(fields=["province", "made_at"], name="member_province"),
            models.Index(fields=["person"], name="member_person"),
            models.Index(fields=["outing"], name="member_outing"),
            models.Index(
                fields=["made_at"], name="member_to_link", condition=models.Q(linked_at=None)
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="member_ends_after_it_begins",
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
            ),
        ]


class Spot(models.Model):
    """Where a member belongs, from a day until a day: line, class, stall of a row, bed of a room.

    A move is two facts: the old spot ends on the day the new one begins.  `group` is the kind of
    belonging of which somebody has one at a time: work, room or vehicle.
    """

    class Group(models.TextChoices):
        WORK = "work", _("Work or class")
        ROOM = "room", _("Room")
        VEHICLE = "vehicle", _("Vehicle")

    id = models.UUIDField(primary_key=True, default=uuid7)
    member = models.ForeignKey(Member, models.PROTECT, related_name="spots")
    organisation = models.UUIDField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    group = models.CharField(max_length=7, choices=Group)
    detail = models.CharField(max_length=40, blank=True, help_text="Stall, bed, seat, position")
    shift = models.CharField(max_length=20, blank=True)
    night = models.BooleanField(default=False, help_text="Works by night, sleeps by day")
    since = models.DateField()
    until = models.DateField(null=True)
    told_at = models.DateTimeField(null=True, help_text="When the register of persons was told")
    commune = models.IntegerField(help_text="Of the place")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"member", "place", "detail"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "group", "shift", "night", "since", "until", "told_at"),
            *("commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "group", "place"], name="spot_organisation"),
            models.Index(fields=["place", "since"], name="spot_place"),
            models.Index(fields=["member", "since"], name="spot_member"),
            models.Index(fields=["commune", "since"], name="spot_commune"),
            models.Index(fields=["province", "since"], name="spot_province"),
            models.Index(fields=["since"], name="spot_to_tell", condition=models.Q(told_at=None)),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="one_open_spot_of_a_group",
                fields=["member", "group"],
                condition=models.Q(until=None),
            ),
            models.CheckConstraint(
                name="spot_ends_after_it_begins",
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
            ),
        ]


class Attendance(models.Model):
    """What was said of a member's day: came, or why not.  Never changed: the last word counts."""

    class State(models.TextChoices):
        PRESENT = "present", _("Present")
        ABSENT = "absent", _("Absent")
        TAKEN_BACK = "none", _("Taken back")

    class Reason(models.TextChoices):
        SYMPTOMS = "symptoms", _("Has symptoms")
        LEAVE = "leave", _("On leave")
        UNKNOWN = "unknown", _("Reason not known")

    class Way(models.TextChoices):
        SCAN = "scan", _("Scanned")
        LIST = "list", _("Ticked on the list")
        FILE = "file", _("From a file")

    id = models.UUIDField(primary_key=True, default=uuid7)
    member = models.ForeignKey(Member, models.PROTECT, related_name="attendances")
    organisation = models.UUIDField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    day = models.DateField()
    state = models.CharField(max_length=7, choices=State)
    reason = models.CharField(max_length=8, choices=Reason, blank=True)
    way = models.CharField(max_length=4, choices=Way)
    at = models.DateTimeField(null=True, help_text="When somebody present came")
    said_at = models.DateTimeField()
    said_by = models.UUIDField()
    recorded_at = models.DateTimeField(null=True, help_text="When the ledger of scans had it")
    commune = models.IntegerField(help_text="Of the place")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"member", "said_by"}
        health: ClassVar[set[str]] = {"state", "reason"}
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "place", "day", "way", "at", "said_at", "recorded_at"),
            *("commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "day"], name="attendance_organisation"),
            models.Index(fields=["member", "day"], name="attendance_member"),
            models.Index(fields=["commune", "day"], name="attendance_commune"),
            models.Index(fields=["province", "day"], name="attendance_province"),
            models.Index(
                fields=["said_at"],
                name="attendance_to_record",
                condition=models.Q(state="present", recorded_at=None),
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="attendance_says_why",
                condition=models.Q(state="absent", reason__in=["symptoms", "leave", "unknown"])
                | models.Q(state="present", reason="", at__isnull=False)
                | models.Q(state="none", reason=""),
            ),
        ]


class RoomBeds(models.Model):
    """How many beds a room has.  No personal data."""

    place = models.OneToOneField(Place, models.PROTECT, primary_key=True, related_name="+")
    organisation = models.UUIDField()
    beds = models.SmallIntegerField()
    set_at = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"place", "organisation", "beds", "set_at"}

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="room_has_beds", condition=models.Q(beds__range=(1, 200))),
        ]


class RollFile(models.Model):
    """A list that was sent: sealed under a key of its own until its refusals are put right.

    `report`: what came out, in numbers and codes; no name stands in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.UUIDField()
    purpose = models.CharField(max_length=8, help_text="roll, absences or guests")
    outing = models.UUIDField(null=True)
    file_name = models.CharField(max_length=120)
    sheet = models.CharField(max_length=80, default="")
    roles = models.JSONField(default=list, help_text="What each column was taken for")
    report = models.JSONField(default=dict)
    wrapped = models.BinaryField()
    sealed = models.BinaryField()
    sent_at = models.DateTimeField()
    sent_by = models.UUIDField()
    keep_until = models.DateTimeField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"sealed", "sent_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "purpose", "outing", "file_name", "sheet", "roles", "report"),
            *("wrapped", "sent_at", "keep_until"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "-sent_at"], name="rollfile_organisation"),
            models.Index(fields=["keep_until"], name="rollfile_to_destroy"),
        ]
