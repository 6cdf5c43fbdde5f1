"""What people declared of their health.  Append-only: a declaration is followed, never changed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lachan.core.ids import uuid7
from lachan.people.models import Person


class Declaration(models.Model):
    """One declaration.  The id is made by the client, so that sending it twice makes one.

    The answers are sealed; `symptoms` and `contact` are the two facts that rules may ask.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_by = models.UUIDField(help_text="The account that declared")
    on_behalf = models.BooleanField(help_text="Somebody else declared for this person")
    organisation = models.UUIDField(null=True, help_text="The unit that took it down, if one did")
    questionnaire = models.SmallIntegerField(help_text="The version that was answered")
    at = models.DateTimeField()
    valid_until = models.DateTimeField(help_text="By the rule of that hour; shown, not judged by")
    symptoms = models.BooleanField()
    contact = models.BooleanField()
    sealed = models.BinaryField(help_text="The answers, sealed with the person's own key")
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "made_by", "on_behalf"}
        health: ClassVar[set[str]] = {"symptoms", "contact", "sealed"}
        plain: ClassVar[set[str]] = {
            "id",
            "organisation",
            "questionnaire",
            "at",
            "valid_until",
            "commune",
            "province",
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="declaration_valid_after_it_was_made", condition=Q(valid_until__gte=F("at"))
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-at"], name="declaration_of_person"),
            models.Index(fields=["commune", "-at"], name="declaration_by_commune"),
            models.Index(fields=["province", "-at"], name="declaration_by_province"),
        ]
