"""What people declared of their health.  Append-only: a declaration is followed, never changed."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.declarations.followup_models import DailyReport as DailyReport
from lachan.declarations.followup_models import FollowUp as FollowUp
from lachan.declarations.followup_models import FollowUpDay as FollowUpDay
from lachan.declarations.paper_models import PaperSeries as PaperSeries
from lachan.declarations.paper_models import PaperSheet as PaperSheet
from lachan.declarations.sent_models import SentDeclaration as SentDeclaration
from lachan.declarations.triage_models import TriageEvent as TriageEvent
from lachan.declarations.triage_models import TriageTask as TriageTask
from lachan.people.models import Person


class Declaration(models.Model):
    """One declaration.  The id is made by the client, so that sending it twice makes one.

    The answers are sealed; `symptoms` and `contact` are the two facts that rules may ask.
    `follows`: the declaration that this one amends, of the same person; nothing else amends it.
    """

    class Kind(models.TextChoices):
        POPULATION = "population", _("Health declaration")
        DOMESTIC = "domestic", _("Declaration of a journey")
        ENTRY = "entry", _("Declaration on entering the country")

    class Way(models.TextChoices):
        SELF = "self", _("Declared in person")
        FAMILY = "family", _("Declared by somebody who speaks for the person")
        GATE = "gate", _("Taken down by staff")
        PAPER = "paper", _("Keyed in from paper")
        HOT = "hot", _("Sent by the person's device")

    class Consent(models.TextChoices):
        PRESENT = "present", _("Is present and agrees")
        GUARDIAN = "guardian", _("I am the parent or guardian")
        PHONE = "phone", _("Agreed by phone")
        UNABLE = "unable", _("Cannot answer, somebody cares for the person")

    class Relation(models.TextChoices):
        PARENT = "parent", _("Father or mother")
        CHILD = "child", _("Son or daughter")
        SPOUSE = "spouse", _("Husband or wife")
        RELATIVE = "relative", _("Another relative")
        CARER = "carer", _("Carer or neighbour")
        STAFF = "staff", _("Staff at the gate or station")

    id = models.UUIDField(primary_key=True, default=uuid7)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_by = models.UUIDField(help_text="The account that declared")
    on_behalf = models.BooleanField(help_text="Somebody else declared for this person")
    organisation = models.UUIDField(null=True, help_text="The unit that took it down, if one did")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.POPULATION)
    questionnaire = models.SmallIntegerField(help_text="The version of its kind that was answered")
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    way = models.CharField(max_length=6, choices=Way, default=Way.SELF)
    consent = models.CharField(
        max_length=8, choices=Consent, blank=True, help_text="How the represented person agreed"
    )
    relation = models.CharField(
        max_length=8, choices=Relation, blank=True, help_text="Who declares, to that person"
    )
    paper = models.CharField(max_length=20, blank=True, help_text="Number of the paper sheet")
    at = models.DateTimeField()
    valid_until = models.DateTimeField(help_text="By the rule of that hour; shown, not judged by")
    symptoms = models.BooleanField()
    contact = models.BooleanField()
    sealed = models.BinaryField(help_text="The answers, sealed with the person's own key")
    triaged_at = models.DateTimeField(
        null=True, help_text="When the worker had put it on a station's list, or found no need"
    )
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("person", "made_by", "on_behalf", "consent", "relation"),
        }
        health: ClassVar[set[str]] = {"symptoms", "contact", "sealed"}
        plain: ClassVar[set[str]] = {
            *("id", "organisation", "kind", "questionnaire", "follows", "way", "paper"),
            *("at", "valid_until", "triaged_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="declaration_valid_after_it_was_made", condition=Q(valid_until__gte=F("at"))
            ),
            models.UniqueConstraint(name="declaration_followed_once", fields=["follows"]),
            models.CheckConstraint(
                name="declaration_on_paper_has_its_number",
                condition=~Q(way="paper") | ~Q(paper=""),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-at"], name="declaration_of_person"),
            models.Index(fields=["commune", "-at"], name="declaration_by_commune"),
            models.Index(fields=["province", "-at"], name="declaration_by_province"),
            # One account that declares for a crowd.
            models.Index(
                fields=["at", "made_by"],
                name="declaration_by_maker",
                condition=Q(organisation=None),
            ),
            models.Index(
                fields=["made_by", "at"],
                name="declaration_of_maker",
                condition=Q(organisation=None),
            ),
            models.Index(
                fields=["at"],
                name="declaration_to_triage",
                condition=Q(triaged_at=None)
                & (Q(symptoms=True) | Q(contact=True) | Q(follows__isnull=False)),
            ),
        ]
