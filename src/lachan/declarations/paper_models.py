"""Paper declarations: a unit's numbered sheets, and what became of each of them.

A sheet that has not come back is one that no row speaks of: it is named by its number.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lachan.core.ids import uuid7

#: Sheets of one series; a larger pile is a second series with a holder of its own.
MOST_SHEETS = 500


class PaperSeries(models.Model):
    """Sheets printed for one holder, numbered from 1 to `sheets`."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    series = models.CharField(max_length=4, unique=True)
    sheets = models.SmallIntegerField()
    kind = models.CharField(max_length=10, help_text="Of the questionnaire on the sheet")
    questionnaire = models.SmallIntegerField(help_text="Its version")
    holder = models.CharField(max_length=120, help_text="Who has the sheets: a unit or a post")
    organisation = models.UUIDField(null=True, help_text="The holder's, None: the station's own")
    issued_at = models.DateTimeField()
    issued_by = models.UUIDField()
    issued_by_name = models.TextField()
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"issued_by", "issued_by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "series", "sheets", "kind", "questionnaire", "holder", "organisation"),
            *("issued_at", "commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="paper_series_has_sheets", condition=Q(sheets__range=(1, MOST_SHEETS))
            ),
            models.CheckConstraint(name="paper_series_has_a_holder", condition=~Q(holder="")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-issued_at"], name="paper_series_by_commune"),
            models.Index(fields=["province", "-issued_at"], name="paper_series_by_province"),
            models.Index(fields=["organisation", "-issued_at"], name="paper_series_of_holder"),
        ]


class PaperSheet(models.Model):
    """A sheet that came back or never will.  One row a number: keyed once, void once."""

    class Fate(models.TextChoices):
        KEYED = "keyed", _("keyed in")
        VOID = "void", _("void")

    class Void(models.TextChoices):
        SPOILT = "spoilt", _("Spoilt while it was filled in")
        UNUSED = "unused", _("Came back empty")
        LOST = "lost", _("Lost")
        TORN = "torn", _("Cannot be read")

    id = models.UUIDField(primary_key=True, default=uuid7)
    series = models.ForeignKey(PaperSeries, models.PROTECT, related_name="back")
    sheet = models.SmallIntegerField()
    fate = models.CharField(max_length=5, choices=Fate)
    void_for = models.CharField(max_length=6, choices=Void, default="", blank=True)
    declaration = models.ForeignKey(
        "declarations.Declaration", models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    by = models.UUIDField()
    by_name = models.TextField()
    organisation = models.UUIDField(null=True)
    commune = models.IntegerField()
    province = models.IntegerField()

    class Privacy:
        identifying: ClassVar[set[str]] = {"declaration", "by", "by_name"}
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            *("id", "series", "sheet", "fate", "void_for", "at", "organisation"),
            *("commune", "province"),
        }

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="paper_sheet_once", fields=["series", "sheet"]),
            models.CheckConstraint(
                name="paper_sheet_keyed_or_void",
                condition=Q(fate="keyed", declaration__isnull=False, void_for="")
                | (Q(fate="void", declaration=None) & ~Q(void_for="")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["commune", "-at"], name="paper_sheet_by_commune"),
            models.Index(fields=["province", "-at"], name="paper_sheet_by_province"),
        ]
