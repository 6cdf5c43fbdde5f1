"""Persons and what is known of them, each as a fact of its own.  Accounts are in `accounts.py`.

A phone number is never a person, an account is never a person, and whoever declares for somebody
is neither.  Everything that identifies is sealed under the person's own key.  `commune` and
`province` on every row are today's units of the present stay: they say who works with the row.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.people.accounts import Account, Membership, OneTimeCode, SlipCode
from lachan.people.duty import Duty, DutyNote
from lachan.people.same_models import IdentityCheck, LikelyPair, SamePerson
from lachan.places.models import Dwelling

__all__ = [
    "Account",
    "Duty",
    "DutyNote",
    "IdentityCheck",
    "LikelyPair",
    "Membership",
    "OneTimeCode",
    "SamePerson",
    "SlipCode",
]


class Person(models.Model):
    """Somebody, known well or hardly.  Sealed: name as on the document, birth as far as known."""

    class Sex(models.TextChoices):
        MALE = "male", _("Male")
        FEMALE = "female", _("Female")
        OTHER = "other", _("Other")
        UNKNOWN = "", _("Not known")

    class BirthPrecision(models.TextChoices):
        DAY = "day", _("Day known")
        MONTH = "month", _("Month known")
        YEAR = "year", _("Only the year known")
        UNKNOWN = "", _("Not known")

    id = models.UUIDField(primary_key=True, default=uuid7)
    commune = models.IntegerField()
    province = models.IntegerField()
    birth_year = models.SmallIntegerField(null=True)
    birth_precision = models.CharField(max_length=5, choices=BirthPrecision, blank=True)
    sex = models.CharField(max_length=6, choices=Sex, blank=True)
    nationality = models.CharField(max_length=2, default="VN", help_text="ISO 3166-1 alpha-2")
    ethnicity = models.SmallIntegerField(null=True, help_text="1..54, 55 foreigner")
    occupation = models.CharField(max_length=80, blank=True)
    excluded = models.BooleanField(
        default=False, help_text="Under police or army management: in no flow that shares data"
    )
    vouched_by = models.CharField(
        max_length=80, blank=True, help_text="Who confirms the identity where there are no papers"
    )
    sealed = models.BinaryField()
    made_at = models.DateTimeField(default=now)
    erased_at = models.DateTimeField(null=True)
    matched_at = models.DateTimeField(null=True, help_text="When compared with other records")

    class Privacy:
        identifying: ClassVar[set[str]] = {"sealed", "occupation", "vouched_by", "excluded"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "commune", "province", "birth_year", "birth_precision", "sex"),
            *("nationality", "ethnicity", "made_at", "erased_at", "matched_at"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["id"], name="person_to_match", condition=models.Q(matched_at=None)
            ),
            models.Index(fields=["commune", "made_at"], name="person_commune"),
            models.Index(fields=["province", "made_at"], name="person_province"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="person_ethnicity_is_listed",
                condition=models.Q(ethnicity=None) | models.Q(ethnicity__range=(1, 55)),
            ),
            models.CheckConstraint(
                name="person_birth_is_whole",
                condition=models.Q(birth_year=None, birth_precision="")
                | (models.Q(birth_year__range=(1800, 2400)) & ~models.Q(birth_precision="")),
            ),
        ]


class OfPerson(models.Model):
    """A fact about one person, seen by whoever sees the person."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    commune = models.IntegerField()
    province = models.IntegerField()

    class Meta:
        abstract = True


class Document(OfPerson):
    """A paper.  `problems` are codes of what does not fit the person."""

    class Kind(models.TextChoices):
        CCCD = "cccd", _("Identity card (12 digits)")
        CMND = "cmnd", _("Old identity card (9 digits)")
        PASSPORT = "passport", _("Passport")
        BHYT = "bhyt", _("Health insurance card")

    kind = models.CharField(max_length=8, choices=Kind)
    sealed = models.BinaryField()
    problems = ArrayField(models.CharField(max_length=30), default=list)
    added_at = models.DateTimeField(default=now)

    class Privacy:
        identifying: ClassVar[set[str]] = {"sealed", "person"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "commune", "province", "kind", "problems", "added_at"}


class Phone(OfPerson):
    """A way to reach somebody, from a day until a day; others may be reached by the same one."""

    sealed = models.BinaryField()
    since = models.DateField()
    until = models.DateField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"sealed", "person"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "commune", "province", "since", "until"}


class Residence(OfPerson):
    """Where somebody stays or is registered.  `unit` is the commune of that time, as it was."""

    class Kind(models.TextChoices):
        STAY = "stay", _("Present stay")
        PERMANENT = "permanent", _("Permanent residence")

    kind = models.CharField(max_length=9, choices=Kind)
    unit = models.IntegerField()
    sealed = models.BinaryField()
    since = models.DateField()
    until = models.DateField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"sealed", "person"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "commune", "province", "kind", "unit", "since", "until"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="one_open_residence_of_a_kind",
                fields=["person", "kind"],
                condition=models.Q(until=None),
            ),
            models.CheckConstraint(
                name="residence_ends_after_it_begins",
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
            ),
        ]


class Belonging(OfPerson):
    """Where somebody works or learns, down to line, room or class and shift."""

    class Kind(models.TextChoices):
        WORK = "work", _("Workplace")
        SCHOOL = "school", _("School")

    kind = models.CharField(max_length=6, choices=Kind)
    organisation = models.UUIDField(null=True)
    place = models.UUIDField(null=True, help_text="Where exactly in the tree of places")
    name = models.CharField(max_length=120, blank=True, help_text="As told, when not registered")
    unit = models.CharField(max_length=80, blank=True)
    line = models.CharField(max_length=40, blank=True, help_text="Line, room or class")
    shift = models.CharField(max_length=20, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "organisation", "place", "name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "commune", "province", "kind", "unit", "line", "shift", "since", "until"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["organisation", "line"], name="belonging_organisation"),
        ]


class HouseholdMember(OfPerson):
    """Somebody belongs to a household; who shares its id lives together."""

    class Relation(models.TextChoices):
        HEAD = "head", _("Head of the household")
        SPOUSE = "spouse", _("Spouse")
        CHILD = "child", _("Child")
        PARENT = "parent", _("Parent")
        OTHER = "other", _("Other")

    household = models.UUIDField()
    relation = models.CharField(max_length=6, choices=Relation)
    since = models.DateField()
    until = models.DateField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "household", "relation"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "commune", "province", "since", "until"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["household"], name="household_members"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="one_open_household", fields=["person"], condition=models.Q(until=None)
            ),
        ]


class HouseholdDwelling(models.Model):
    """Which house a household lives in, from a day until a day; the plan of houses is places'."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    household = models.UUIDField()
    dwelling = models.ForeignKey(Dwelling, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    commune = models.IntegerField(help_text="Of the house")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"household", "dwelling"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "since", "until", "commune", "province"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "dwelling"], name="householddwelling_commune"),
            models.Index(fields=["province", "dwelling"], name="householddwelling_province"),
            models.Index(fields=["dwelling", "household"], name="householddwelling_houses"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="one_open_dwelling", fields=["household"], condition=models.Q(until=None)
            ),
            models.CheckConstraint(
                name="dwelling_ends_after_it_begins",
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
            ),
        ]


class Representation(OfPerson):
    """`speaker` may declare for `person`: a dated fact with its ground, never a tick box."""

    class Ground(models.TextChoices):
        GUARDIAN = "guardian", _("Parent or guardian")
        CONSENT = "consent", _("The person agreed")
        CARE = "care", _("Cares for somebody who cannot speak")

    speaker = models.ForeignKey(Person, models.PROTECT, related_name="+")
    ground = models.CharField(max_length=8, choices=Ground)
    said_to = models.CharField(max_length=120, help_text="How and to whom the consent was given")
    since = models.DateField()
    until = models.DateField(null=True)
    opened_at = models.DateTimeField(null=True, help_text="When the worker opened the rows")

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "speaker", "said_to"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "commune", "province", "ground", "since", "until", "opened_at"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["speaker"], name="representation_speaker"),
            models.Index(
                fields=["id"], name="representation_to_open", condition=models.Q(opened_at=None)
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="nobody_represents_himself", condition=~models.Q(person=models.F("speaker"))
            ),
        ]


class BlindIndex(OfPerson):
    """Finds a person by a sealed text.  Many persons may share one (a phone, a name)."""

    kind = models.CharField(max_length=12)
    hmac = models.BinaryField()
    key_version = models.SmallIntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "hmac"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"id", "commune", "province", "kind", "key_version"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["hmac", "kind"], name="blind_hmac"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "kind", "hmac"], name="blind_once"),
        ]


class Pseudonym(models.Model):
    """The only place where a ledger's `trace_id` meets a person."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="+")
    trace_id = models.UUIDField(unique=True)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "trace_id"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {"commune", "province"}
