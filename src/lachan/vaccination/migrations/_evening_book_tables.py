"""The tables of paper and of the balance of an evening, as 0010 makes them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids

BOOKS = [
    migrations.CreateModel(
        name="PaperBook",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            ("organisation", models.UUIDField()),
            ("prefix", models.CharField(blank=True, default="", max_length=12)),
            ("first", models.IntegerField()),
            ("last", models.IntegerField()),
            ("made_at", models.DateTimeField()),
            ("made_by", models.UUIDField()),
            ("made_by_name", models.CharField(max_length=120)),
            (
                "session",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="vaccination.session",
                ),
            ),
        ],
        options={
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("first__gte", 1), ("last__gte", models.F("first"))),
                    name="paper_book_has_sheets",
                ),
                models.UniqueConstraint(
                    fields=("session", "prefix", "first"), name="paper_book_one"
                ),
            ]
        },
    ),
    migrations.CreateModel(
        name="PaperKeying",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            ("number", models.IntegerField()),
            ("place", models.SmallIntegerField()),
            ("organisation", models.UUIDField()),
            ("sealed", models.BinaryField()),
            ("keyed_at", models.DateTimeField()),
            ("keyed_by", models.UUIDField()),
            ("keyed_by_name", models.CharField(max_length=120)),
            (
                "book",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="keyings",
                    to="vaccination.paperbook",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("book", "number", "place"), name="paper_keyed_twice"
                ),
                models.UniqueConstraint(
                    fields=("book", "number", "keyed_by"), name="paper_keyed_by_two_people"
                ),
                models.CheckConstraint(
                    condition=models.Q(("place__in", (1, 2))), name="paper_keying_place"
                ),
            ]
        },
    ),
    migrations.CreateModel(
        name="PaperSheet",
        fields=[
            (
                "id",
                models.UUIDField(
                    help_text="From book and number", primary_key=True, serialize=False
                ),
            ),
            ("number", models.IntegerField()),
            ("organisation", models.UUIDField()),
            (
                "state",
                models.CharField(
                    choices=[
                        ("ready", "Ready"),
                        ("entered", "Entered"),
                        ("asked", "Asked"),
                        ("void", "Void"),
                    ],
                    max_length=7,
                ),
            ),
            ("refused", models.CharField(blank=True, default="", max_length=20)),
            ("why", models.CharField(blank=True, default="", max_length=200)),
            ("sealed", models.BinaryField(default=b"")),
            ("table_no", models.SmallIntegerField(default=0)),
            ("outcome", models.CharField(blank=True, default="", max_length=15)),
            ("consent", models.BooleanField(default=False)),
            ("injected", models.BooleanField(default=False)),
            (
                "confirmed",
                models.BooleanField(default=False, help_text="Another name, the same person"),
            ),
            ("settled_at", models.DateTimeField()),
            ("settled_by", models.UUIDField()),
            ("settled_by_name", models.CharField(max_length=120)),
            (
                "book",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="sheets",
                    to="vaccination.paperbook",
                ),
            ),
            (
                "dose",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="vaccination.dose",
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="people.person",
                ),
            ),
            (
                "session",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="vaccination.session",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(fields=["session", "number"], name="paper_sheet_session"),
                models.Index(
                    condition=models.Q(("state", "ready")),
                    fields=["settled_at"],
                    name="paper_sheet_ready",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(fields=("book", "number"), name="paper_sheet_one"),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state", "void"), _negated=True),
                        models.Q(("why", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="paper_sheet_void_says_why",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="TableCount",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            ("organisation", models.UUIDField()),
            ("table_no", models.SmallIntegerField()),
            ("vials", models.SmallIntegerField(help_text="Opened at the table")),
            ("wasted", models.SmallIntegerField(help_text="Doses thrown away")),
            ("left", models.SmallIntegerField(help_text="Doses still in opened vials")),
            ("at", models.DateTimeField()),
            ("by", models.UUIDField()),
            ("by_name", models.CharField(max_length=120)),
            (
                "lot",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="vaccination.lot",
                ),
            ),
            (
                "session",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="vaccination.session",
                ),
            ),
        ],
        options={
            "indexes": [models.Index(fields=["session", "-at"], name="table_count_session")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("left__gte", 0),
                        ("table_no__gte", 1),
                        ("vials__gte", 0),
                        ("wasted__gte", 0),
                    ),
                    name="table_count_is_a_count",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="EveningBalance",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            ("organisation", models.UUIDField()),
            ("figures", models.JSONField()),
            ("reasons", models.IntegerField(help_text="Differences that were explained")),
            ("at", models.DateTimeField()),
            ("by", models.UUIDField()),
            ("by_name", models.CharField(max_length=120)),
            (
                "session",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="vaccination.session",
                ),
            ),
        ],
        options={
            "indexes": [models.Index(fields=["session", "-at"], name="evening_balance_session")],
        },
    ),
    migrations.CreateModel(
        name="EveningReason",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            ("organisation", models.UUIDField()),
            ("code", models.CharField(max_length=20)),
            ("about", models.UUIDField()),
            ("table_no", models.SmallIntegerField(default=0)),
            ("amount", models.IntegerField(default=1)),
            (
                "outcome",
                models.CharField(
                    blank=True,
                    choices=[
                        ("", "none"),
                        ("referred", "referred"),
                        ("left", "left"),
                        ("postponed", "postponed"),
                    ],
                    default="",
                    max_length=9,
                ),
            ),
            ("why", models.CharField(max_length=200)),
            ("at", models.DateTimeField()),
            ("by", models.UUIDField()),
            ("by_name", models.CharField(max_length=120)),
            (
                "session",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="vaccination.session",
                ),
            ),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("session", "code", "about", "table_no", "amount"),
                    name="evening_reason_one",
                ),
                models.CheckConstraint(
                    condition=models.Q(("why", ""), _negated=True),
                    name="evening_reason_is_said",
                ),
            ],
        },
    ),
]
