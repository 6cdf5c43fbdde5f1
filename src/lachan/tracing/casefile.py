"""The case file: what the investigation form asks, every answer as a fact, and the mốc dịch tễ.

Sources: the form of 3638/QĐ-BYT and practice.md section 2, "Fields that every Vietnamese form has".
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7
from lachan.places.models import Place


class FoundWhere(models.TextChoices):
    """Nơi phát hiện: bulletins split cases by it."""

    COMMUNITY = "community", _("In the community")
    QUARANTINE = "quarantine", _("At an isolation place")
    ZONE = "zone", _("Inside a zone")
    HOME_ISOLATION = "home_isolation", _("In isolation at home")
    ENTRY = "entry", _("At entry into the country")
    FACILITY = "facility", _("At a treatment facility")


class Symptom(models.TextChoices):
    """What somebody noticed first; a disease's own signs go into the free words beside it."""

    NONE = "none", _("No symptom yet")
    FEVER = "fever", _("Fever")
    COUGH = "cough", _("Cough")
    SORE_THROAT = "sore_throat", _("Sore throat")
    RUNNY_NOSE = "runny_nose", _("Runny nose")
    BREATHLESS = "breathless", _("Short of breath")
    TIRED = "tired", _("Tired, aching")
    RASH = "rash", _("Rash")
    RED_EYES = "red_eyes", _("Red eyes")
    SMELL = "smell", _("Lost smell or taste")
    DIARRHOEA = "diarrhoea", _("Diarrhoea, vomiting")


class Illness(models.TextChoices):
    """What makes an illness worse."""

    NONE = "none", _("None known")
    HEART = "heart", _("Heart, blood pressure")
    DIABETES = "diabetes", _("Diabetes")
    LUNG = "lung", _("Lung disease, asthma")
    KIDNEY = "kidney", _("Kidney disease, dialysis")
    CANCER = "cancer", _("Cancer")
    IMMUNE = "immune", _("Weak immune system")
    LIVER = "liver", _("Liver disease")
    OBESITY = "obesity", _("Obesity")


class Pregnancy(models.TextChoices):
    """Whether a woman is pregnant, as she says."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("Not known")


class Outcome(models.TextChoices):
    """How a case went."""

    TREATING = "treating", _("Under treatment")
    RECOVERED = "recovered", _("Recovered")
    TRANSFERRED = "transferred", _("Transferred to another facility")
    DIED = "died", _("Died")


class Interviewed(models.TextChoices):
    """Who answered the questions."""

    PATIENT = "patient", _("The patient")
    RELATIVE = "relative", _("A relative")
    CANNOT_SPEAK = "cannot_speak", _("Nobody: the patient cannot speak (intubated)")


class InterviewWay(models.TextChoices):
    """How the questions were asked."""

    PHONE = "phone", _("Over the telephone")
    VISIT = "visit", _("At home or at the bedside")


class CaseFile(models.Model):
    """The columns of a case that the form fills; empty is not asked, which is no answer."""

    released_at = models.DateTimeField(null=True, help_text="When the laboratory released it")
    found_where = models.CharField(max_length=14, choices=FoundWhere, default="", blank=True)
    sample_round = models.SmallIntegerField(null=True)
    first_symptoms = ArrayField(models.CharField(max_length=12), default=list)
    symptoms_other = models.CharField(max_length=200, default="", blank=True)
    doses_at_onset = models.SmallIntegerField(null=True)
    underlying = ArrayField(models.CharField(max_length=12), default=list)
    underlying_other = models.CharField(max_length=200, default="", blank=True)
    pregnant = models.CharField(max_length=7, choices=Pregnancy, default="", blank=True)
    pregnancy_weeks = models.SmallIntegerField(null=True)
    pregnancy_on = models.DateField(null=True, help_text="The day on which it was so many weeks")
    occupation = models.CharField(max_length=80, default="", blank=True)
    guardian_sealed = models.BinaryField(null=True, help_text="Sealed under the person's key")
    outcome = models.CharField(max_length=11, choices=Outcome, default="", blank=True)
    outcome_place = models.CharField(max_length=120, default="", blank=True)
    outcome_on = models.DateField(null=True)
    interviewed = models.CharField(max_length=12, choices=Interviewed, default="", blank=True)
    interview_way = models.CharField(max_length=5, choices=InterviewWay, default="", blank=True)
    saved_sections = ArrayField(models.CharField(max_length=10), default=list)

    FILE_IDENTIFYING: ClassVar[set[str]] = {"occupation", "guardian_sealed"}
    FILE_HEALTH: ClassVar[set[str]] = {
        *("found_where", "sample_round", "first_symptoms", "symptoms_other", "doses_at_onset"),
        *("underlying", "underlying_other", "pregnant", "pregnancy_weeks", "pregnancy_on"),
        *("outcome", "outcome_place", "outcome_on"),
    }
    FILE_PLAIN: ClassVar[set[str]] = {
        *("released_at", "interviewed", "interview_way", "saved_sections"),
    }

    class Meta:
        abstract = True


class CaseFact(models.Model):
    """One answer of the form: what was known before, what since.  Appended only.

    `sealed` holds `old` and `new` in words under the person's own key.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("tracing.Case", models.PROTECT, related_name="facts")
    section = models.CharField(max_length=10)
    what = models.CharField(max_length=20, help_text="The column or the subject that changed")
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    commune = models.IntegerField(help_text="Of the case")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"case", "sealed", "by", "by_name"}
        health: ClassVar[set[str]] = {"what"}
        plain: ClassVar[set[str]] = {"id", "section", "at", "commune", "province"}

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "-at"], name="casefact_of_case"),
        ]


class TimePlace(models.Model):
    """A mốc dịch tễ that was told: where somebody says he was, from when to when, how sure.

    At a registered place it is a visit too: `scan_in` and `scan_out` name its rows of the ledger.
    A correction is a new row that `replaces` the old one.
    """

    class Kind(models.TextChoices):
        """What an unregistered place is, as far as it was told."""

        HOME = "home", _("Somebody's home")
        SHOP = "shop", _("Shop, restaurant")
        MARKET = "market", _("Market place")
        WORK = "work", _("Workplace")
        SCHOOL = "school", _("School")
        WORSHIP = "worship", _("Pagoda, church")
        PARTY = "party", _("Wedding, funeral, party")
        HEALTH = "health", _("Clinic, pharmacy")
        VEHICLE = "vehicle", _("Bus, car, boat")
        OUTDOORS = "outdoors", _("Outdoors")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey("tracing.Case", models.PROTECT, related_name="points")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    place_name = models.CharField(max_length=120, default="", blank=True)
    place_kind = models.CharField(max_length=8, choices=Kind, default="", blank=True)
    place_address = models.CharField(max_length=200, default="", blank=True)
    place_commune = models.IntegerField(null=True)
    start = models.DateTimeField()
    end = models.DateTimeField()
    uncertain = models.SmallIntegerField(default=0, help_text="Minutes, either way")
    plate = models.CharField(max_length=20, default="", blank=True)
    seat = models.CharField(max_length=20, default="", blank=True)
    segment = models.CharField(max_length=80, default="", blank=True)
    company_sealed = models.BinaryField(null=True, help_text="With whom; under the person's key")
    scan_in = models.UUIDField(null=True)
    scan_out = models.UUIDField(null=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.UUIDField(null=True)
    at = models.DateTimeField(help_text="When it was typed")
    by = models.UUIDField()
    by_name = models.TextField()
    commune = models.IntegerField(help_text="Of the case")
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {
            *("case", "place", "place_name", "place_address", "place_commune", "plate", "seat"),
            *("segment", "company_sealed", "scan_in", "scan_out", "by", "by_name", "withdrawn_by"),
        }
        health: ClassVar[set[str]] = {"start", "end", "uncertain", "place_kind"}
        plain: ClassVar[set[str]] = {
            *("id", "replaces", "withdrawn_at", "at", "commune", "province"),
        }

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "-start"], name="timeplace_of_case"),
            models.Index(fields=["place", "start"], name="timeplace_at_place"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="timeplace_in_order", condition=Q(end__gt=F("start"))),
            models.CheckConstraint(
                name="timeplace_is_somewhere", condition=Q(place=None) ^ Q(place_name="")
            ),
            models.CheckConstraint(
                name="timeplace_uncertain_by_minutes", condition=Q(uncertain__range=(0, 720))
            ),
        ]
