"""Who is asked to come to a session and when, and what became of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.people.models import Person
from lachan.vaccination.registration_models import Registration
from lachan.vaccination.session_models import Session


class Invitation(models.Model):
    """Somebody is to be at a session at an hour.  `number`: his place in the list of the session.

    `kind` spare: called at the end of the day for a dose of an open vial.
    """

    class Kind(models.TextChoices):
        SLOT = "slot"
        SPARE = "spare"

    class Answer(models.TextChoices):
        NONE = ""
        YES = "yes"
        NO = "no"
        LATER = "later"
        UNREACHED = "unreached"

    id = models.UUIDField(primary_key=True, default=uuid7)
    session = models.ForeignKey(Session, models.PROTECT, related_name="invitations")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="invitations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.SLOT)
    number = models.IntegerField()
    screening_at = models.DateTimeField()
    injection_at = models.DateTimeField()
    answer = models.CharField(max_length=9, choices=Answer, default=Answer.NONE, blank=True)
    answered_at = models.DateTimeField(null=True)
    came_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True, help_text="When the site was let see the person")
    made_at = models.DateTimeField()
    made_by = models.UUIDField()
    organisation = models.UUIDField(help_text="The facility of the session")
    commune = models.IntegerField(help_text="Today's unit of the person's present stay")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"person", "registration", "made_by"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "session", "kind", "number", "screening_at", "injection_at", "answer"),
            *("answered_at", "came_at", "opened_at", "made_at", "organisation"),
            *("commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "registration"], name="invited_once"),
            models.CheckConstraint(
                name="invitation_answered_at",
                condition=Q(answer="", answered_at=None)
                | ~Q(answer="") & Q(answered_at__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["session", "number"], name="vaccinvite_of_session"),
            models.Index(fields=["person", "-screening_at"], name="vaccinvite_of_person"),
            models.Index(fields=["commune", "-made_at"], name="vaccinvite_by_commune"),
            models.Index(fields=["province", "-made_at"], name="vaccinvite_by_province"),
            models.Index(fields=["organisation", "-made_at"], name="vaccinvite_by_site"),
            models.Index(
                fields=["made_at"], name="vaccinvite_to_open", condition=Q(opened_at=None)
            ),
        ]
