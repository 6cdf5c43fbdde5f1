"""What a positive pool brought about."""

from typing import ClassVar

from django.db import models

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.sampling.result_models import Result
from lachan.sampling.tube_models import Tube


class PoolMember(models.Model):
    """Somebody whose shared tube was positive.  He is no case: he is sampled alone until `due_at`,
    and asked to stay meanwhile; rooms above ask the law what that asking may be."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    result = models.ForeignKey(Result, models.PROTECT, related_name="members")
    tube = models.ForeignKey(Tube, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    disease = models.CharField(max_length=40)
    role = models.CharField(max_length=20, help_text="As whom the law is asked about him")
    measure = models.CharField(max_length=40, help_text="What is asked of the law")
    rule = models.UUIDField(help_text="The version of the rule `results`")
    rule_version = models.IntegerField()
    reference = models.CharField(
        max_length=24, help_text="Names him in a message, and nothing of it"
    )
    found_at = models.DateTimeField(help_text="When the pool's result was released")
    due_at = models.DateTimeField(help_text="Until when he is to be sampled alone")
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person"}
        health: ClassVar[set[str]] = {"result", "tube", "role", "measure"}
        plain: ClassVar[set[str]] = {
            *("id", "disease", "rule", "rule_version", "reference", "found_at", "due_at"),
            *("commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["result", "person"], name="member_once_of_a_result"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-found_at"], name="poolmember_by_commune"),
            models.Index(fields=["province", "-found_at"], name="poolmember_by_province"),
        ]
