"""Rules in the database: versions are appended; only an open end may be set, once."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from lachan.core.ids import uuid7
from lachan.rulebook.shape import Rule, Source

#: Stands for the whole nation where a province's id would stand: null would defeat the constraints.
NATION = 0


class RuleVersion(models.Model):
    """One version of one rule.  Two versions of a key are never in force at the same time."""

    class Privacy:
        identifying: ClassVar[set[str]] = set()
        health: ClassVar[set[str]] = set()
        plain: ClassVar[set[str]] = {
            "id",
            "kind",
            "name",
            "disease",
            "regime",
            "province",
            "version",
            "in_force",
            "document",
            "document_en",
            "article",
            "reading",
            "author",
            "body",
            "sentences",
            "entered_at",
            "entered_by",
        }

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=80)
    disease = models.CharField(max_length=40)
    regime = models.CharField(max_length=20)
    province = models.IntegerField(default=NATION)
    version = models.PositiveIntegerField()
    in_force = DateTimeRangeField()
    document = models.CharField(max_length=300)
    document_en = models.CharField(max_length=300, blank=True)
    article = models.CharField(max_length=200, blank=True)
    reading = models.CharField(max_length=20)
    author = models.CharField(max_length=120)
    body = models.JSONField()
    sentences = models.JSONField(default=dict)
    entered_at = models.DateTimeField()
    entered_by = models.UUIDField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "name", "disease", "regime", "province", "version"],
                name="rule_one_of_a_version",
            ),
            ExclusionConstraint(
                name="rule_one_in_force",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    ("name", RangeOperators.EQUAL),
                    ("disease", RangeOperators.EQUAL),
                    ("regime", RangeOperators.EQUAL),
                    ("province", RangeOperators.EQUAL),
                    ("in_force", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(in_force__isempty=False) & Q(in_force__startswith__isnull=False),
                name="rule_has_a_beginning",
            ),
            models.CheckConstraint(condition=~Q(document=""), name="rule_names_its_document"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "disease_profile",
                        "contact",
                        "card_colour",
                        "measure",
                        "mandatory",
                        "handover",
                        "calling",
                        "stages",
                        "triage",
                        "scan_checks",
                        "places",
                        "pooling",
                        "custody",
                        "assay",
                        "results",
                        "rapid",
                        "vaccine_product",
                        "immunization",
                        "screening",
                        "priority",
                        "vaccination",
                        "complaints",
                    ]
                ),
                name="rule_kind_is_known",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "regime", "disease"], name="rule_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.disease} {self.regime} v{self.version}"

    def as_rule(self) -> Rule:
        """The record that `evaluate` works with."""
        return Rule(
            id=str(self.id),
            kind=self.kind,
            name=self.name,
            disease=self.disease,
            regime=self.regime,
            province=self.province or None,
            version=self.version,
            since=self.in_force.lower,
            until=self.in_force.upper,
            source=Source(self.document, self.article, self.reading, self.document_en),
            author=self.author,
            body=self.body,
            sentences=self.sentences,
        )
