"""Two records of one person: what may be one, what was decided, and the answer of the police.

Nothing is moved when records are joined: a link says that they stand for one person, and the link
may only be ended.  What hangs on a record stays on it, so that parting them again changes nothing.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from lachan.core.clock import now
from lachan.core.ids import uuid7


class SamePerson(models.Model):
    """`other` stands for the same person as `kept`, until the link is ended.

    The communes and provinces are those of the two records today; `core.move_person` keeps them.
    `warnings`: what spoke against it and was answered by `why`.  A `binding` link counts only when
    it is approved; one that the Ministry proposed across provinces when an officer of each agreed
    (`agreed`: the provinces that did).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    kept = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    other = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    kept_commune = models.IntegerField()
    kept_province = models.IntegerField()
    other_commune = models.IntegerField()
    other_province = models.IntegerField()
    score = models.FloatField(null=True)
    warnings = ArrayField(models.CharField(max_length=20), default=list)
    why = models.CharField(max_length=200, blank=True, default="")
    made_at = models.DateTimeField(default=now)
    made_by = models.UUIDField()
    binding = models.BooleanField(
        default=False, db_default=False, help_text="It counts only when it is approved"
    )
    agreed = ArrayField(models.IntegerField(), default=list, db_default=[])
    approved_at = models.DateTimeField(null=True)
    approved_by = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)
    why_undone = models.CharField(max_length=200, blank=True, default="")

    class Privacy:
        identifying: ClassVar[set[str]] = {"kept", "other", "why", "why_undone"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "kept_commune", "kept_province", "other_commune", "other_province", "score"),
            *("warnings", "made_at", "made_by", "approved_at", "approved_by"),
            *("undone_at", "undone_by", "binding", "agreed"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="same_is_two_records", condition=~Q(kept=F("other"))),
            models.CheckConstraint(
                name="same_undone_says_why",
                condition=Q(undone_at=None, undone_by=None, why_undone="")
                | Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(why_undone=""),
            ),
            models.CheckConstraint(
                name="same_approved_by_another",
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False) & ~Q(approved_by=F("made_by")),
            ),
            models.UniqueConstraint(
                Least("kept", "other"),
                Greatest("kept", "other"),
                name="same_once",
                condition=Q(undone_at=None),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kept"], name="same_kept", condition=Q(undone_at=None)),
            models.Index(fields=["other"], name="same_other", condition=Q(undone_at=None)),
            models.Index(fields=["kept_commune", "-made_at"], name="same_kept_commune"),
            models.Index(fields=["other_commune", "-made_at"], name="same_other_commune"),
            models.Index(fields=["kept_province", "-made_at"], name="same_kept_province"),
            models.Index(fields=["other_province", "-made_at"], name="same_other_province"),
            *(
                models.Index(
                    fields=[f"{side}_{unit}"],
                    name=f"same_{side}_beyond_{unit}",
                    condition=Q(undone_at=None) & ~Q(**{f"kept_{unit}": F(f"other_{unit}")}),
                )
                for side in ("kept", "other")
                for unit in ("commune", "province")
            ),
        ]


class LikelyPair(models.Model):
    """Two records that may be one person.  `one` is the smaller id.

    `commune` and `province` are set when both records lie there: who works with both decides.
    `levels`: how each comparison came out, as names of the linkage data.
    """

    class Verdict(models.TextChoices):
        OPEN = "", _("Not decided")
        TWO = "two", _("Two people")
        LATER = "later", _("Later")

    id = models.UUIDField(primary_key=True, default=uuid7)
    one = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    two = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    commune = models.IntegerField(null=True)
    province = models.IntegerField(null=True)
    score = models.FloatField()
    levels = models.JSONField(default=dict)
    found_at = models.DateTimeField(default=now)
    verdict = models.CharField(max_length=5, choices=Verdict, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    ask_again = models.DateField(null=True)

    class Privacy:
        identifying: ClassVar[set[str]] = {"one", "two"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "commune", "province", "score", "levels", "found_at", "verdict"),
            *("decided_at", "decided_by", "ask_again"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="pair_is_ordered", condition=Q(one__lt=F("two"))),
            models.UniqueConstraint(fields=["one", "two"], name="pair_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-score"], name="pair_commune"),
            models.Index(fields=["province", "-score"], name="pair_province"),
            models.Index(fields=["two"], name="pair_two"),
        ]


class IdentityCheck(models.Model):
    """The police are asked whether what the station has is what the register of residents has.

    They answer yes or no per field and nothing else; `asked` are the fields that are known.
    `number`: of the list it was asked with.
    """

    FIELDS = ("name", "birth", "sex", "number")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    commune = models.IntegerField()
    province = models.IntegerField()
    listed = models.IntegerField(help_text="Number of the list in its commune")
    asked = ArrayField(models.CharField(max_length=6))
    asked_at = models.DateTimeField(default=now)
    asked_by = models.UUIDField()
    name = models.BooleanField(null=True)
    birth = models.BooleanField(null=True)
    sex = models.BooleanField(null=True)
    number = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.UUIDField(null=True)
    differs = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    settled = models.CharField(max_length=200, blank=True, default="")

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "settled"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "commune", "province", "listed", "asked", "asked_at", "asked_by"),
            *("name", "birth", "sex", "number", "answered_at", "answered_by", "differs"),
            *("settled_at", "settled_by"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person"], name="check_one_open", condition=Q(answered_at=None)
            ),
            models.CheckConstraint(
                name="check_answered_by_somebody",
                condition=Q(answered_at=None, answered_by=None, differs=False)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "asked_at"], name="check_commune"),
            models.Index(fields=["province", "asked_at"], name="check_province"),
        ]
