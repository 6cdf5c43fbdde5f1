"""Corrections and what became of each thing; who sees and who decides them."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity

#: The worker acts on these rows with everybody's rights: whoever writes one must decide such things
#: and see the case, the pool or the tube that it is about.
CONCERNED = """(select core.scope_system()) or (
    (select (core.session()).roles && array['tracer', 'director', 'laboratory_lead'])
    and (
        exists (select 1 from tracing_case c where c.result = corrections_correction.result)
        or exists (select 1 from sampling_poolmember m
            where m.result_id = corrections_correction.result)
        or exists (select 1 from sampling_result r where r.id = corrections_correction.result
            and r.laboratory = (select core.scope_organisation()))
    ))"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tracing", "0015_undoing"),
        ("isolation", "0003_dropping"),
        ("notices", "0003_recall"),
        ("sampling", "0010_rapid"),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("result", models.UUIDField(unique=True)),
                ("laboratory", models.UUIDField(null=True)),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("looked_up", "Looked Up"),
                            ("withdrawn", "Withdrawn"),
                            ("amended", "Amended"),
                            ("case", "Case Withdrawn"),
                        ],
                        default="looked_up",
                        max_length=9,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked"),
                            ("prepared", "Prepared"),
                            ("decided", "Decided"),
                            ("done", "Done"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.UUIDField()),
                ("found", models.JSONField(default=list)),
                ("prepared_at", models.DateTimeField(null=True)),
                (
                    "due_at",
                    models.DateTimeField(help_text="Until when a human is to decide", null=True),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_by_name", models.TextField(blank=True, default="")),
                ("undone", models.JSONField(default=list)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "commune",
                    models.IntegerField(
                        help_text="Of the case; none until it is prepared", null=True
                    ),
                ),
                ("province", models.IntegerField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tracing.case",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        name="correction_decided_by_somebody_for_a_reason",
                        condition=Q(
                            decided_at=None,
                            decided_by=None,
                            state__in=["asked", "prepared", "done"],
                        )
                        | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(reason="")),
                    ),
                    models.CheckConstraint(
                        name="correction_done_when_done",
                        condition=Q(state="done", done_at__isnull=False)
                        | (~Q(state="done") & Q(done_at=None)),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["province", "-asked_at"], name="correction_by_province"),
                    models.Index(fields=["commune", "-asked_at"], name="correction_by_commune"),
                    models.Index(
                        fields=["laboratory", "-asked_at"], name="correction_by_laboratory"
                    ),
                    models.Index(
                        condition=~Q(state="done"), fields=["asked_at"], name="correction_to_work"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Undoing",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("act", models.CharField(max_length=14)),
                (
                    "target",
                    models.UUIDField(help_text="The notice, order, decision of a zone, request"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("undone", "Undone"), ("kept", "Kept"), ("task", "Task")],
                        max_length=6,
                    ),
                ),
                (
                    "event",
                    models.CharField(
                        blank=True, default="", help_text="Of the audit", max_length=30
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("by_name", models.TextField()),
                (
                    "settled_at",
                    models.DateTimeField(help_text="When whoever had the task did it", null=True),
                ),
                ("commune", models.IntegerField(help_text="Where the thing is worked")),
                ("province", models.IntegerField()),
                (
                    "correction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undoings",
                        to="corrections.correction",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["correction", "kind", "target"], name="undoing_once_of_a_thing"
                    ),
                    models.CheckConstraint(
                        name="undoing_settled_only_as_task",
                        condition=Q(settled_at=None) | Q(outcome="task"),
                    ),
                ],
                "indexes": [
                    models.Index(fields=["province", "-at"], name="undoing_by_province"),
                    models.Index(fields=["commune", "-at"], name="undoing_by_commune"),
                    models.Index(
                        condition=Q(outcome="task", settled_at=None),
                        fields=["at"],
                        name="undoing_waits",
                    ),
                ],
            },
        ),
        RowSecurity(
            "corrections_correction",
            commune="commune",
            province="province",
            organisation="laboratory",
            insert="seen",
            only=CONCERNED,
        ),
        RowSecurity(
            "corrections_undoing",
            commune="commune",
            province="province",
            insert="system",
            only="(select core.scope_system())",
        ),
    ]
