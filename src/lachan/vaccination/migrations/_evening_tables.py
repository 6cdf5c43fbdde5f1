"""The tables of reports and of what goes to the national system, as 0010 makes them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids

TABLES = [
    migrations.CreateModel(
        name="DayReport",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            (
                "level",
                models.CharField(
                    choices=[
                        ("facility", "Facility"),
                        ("commune", "Commune"),
                        ("province", "Province"),
                    ],
                    max_length=8,
                ),
            ),
            ("organisation", models.UUIDField(null=True)),
            ("commune", models.IntegerField(null=True)),
            ("province", models.IntegerField()),
            ("day", models.DateField()),
            ("cut_at", models.DateTimeField()),
            ("rows", models.JSONField()),
            ("reactions", models.JSONField(help_text="Reports of reactions by severity")),
            (
                "stock",
                models.JSONField(help_text="Doses by product: received, sent, wasted, in hand"),
            ),
            (
                "reacted",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.UUIDField(),
                    default=list,
                    help_text="Reactions counted in it",
                    size=None,
                ),
            ),
            ("facilities", models.IntegerField(default=1)),
            ("sha256", models.CharField(max_length=64)),
            ("frozen_at", models.DateTimeField()),
            ("frozen_by", models.UUIDField()),
            ("frozen_by_name", models.CharField(max_length=120)),
        ],
        options={
            "indexes": [
                models.Index(fields=["province", "-day"], name="day_report_by_province"),
                models.Index(fields=["commune", "-day"], name="day_report_by_commune"),
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("level", "facility")),
                    fields=("organisation", "day"),
                    name="day_report_facility",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("level", "commune")),
                    fields=("commune", "day"),
                    name="day_report_commune",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("level", "province")),
                    fields=("province", "day"),
                    name="day_report_province",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("level", "facility"), ("organisation__isnull", False)),
                        models.Q(
                            ("commune__isnull", False),
                            ("level", "commune"),
                            ("organisation", None),
                        ),
                        models.Q(("commune", None), ("level", "province"), ("organisation", None)),
                        _connector="OR",
                    ),
                    name="day_report_has_its_area",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="NationalFile",
        fields=[
            (
                "id",
                models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False),
            ),
            ("organisation", models.UUIDField()),
            ("commune", models.IntegerField(null=True)),
            ("province", models.IntegerField()),
            ("number", models.IntegerField(help_text="Counted by facility")),
            ("rows_count", models.IntegerField()),
            ("sha256", models.CharField(max_length=64)),
            ("made_at", models.DateTimeField()),
            ("made_by", models.UUIDField()),
            ("made_by_name", models.CharField(max_length=120)),
        ],
        options={
            "constraints": [
                models.UniqueConstraint(
                    fields=("organisation", "number"), name="national_file_one"
                ),
                models.CheckConstraint(
                    condition=models.Q(("rows_count__gte", 1)), name="national_file_has_rows"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Outgoing",
        fields=[
            (
                "dose",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.PROTECT,
                    primary_key=True,
                    related_name="outgoing",
                    serialize=False,
                    to="vaccination.dose",
                ),
            ),
            ("reverses", models.UUIDField(null=True)),
            (
                "organisation",
                models.UUIDField(help_text="Who gave it; a number for a province's unknown ones"),
            ),
            ("commune", models.IntegerField(null=True)),
            ("province", models.IntegerField()),
            ("day", models.DateField()),
            ("product", models.CharField(max_length=40)),
            ("number", models.SmallIntegerField(default=0)),
            ("group", models.CharField(blank=True, default="", max_length=40)),
            ("sign", models.SmallIntegerField()),
            ("queued_at", models.DateTimeField()),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("sent", "Sent"),
                        ("accepted", "Accepted"),
                        ("refused", "Refused"),
                        ("void", "Void"),
                    ],
                    default="waiting",
                    max_length=8,
                ),
            ),
            (
                "missing",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=30), default=list, size=None
                ),
            ),
            ("refusal", models.CharField(blank=True, default="", max_length=200)),
            (
                "looked_at",
                models.DateTimeField(help_text="When its fields were looked for", null=True),
            ),
            ("changed_at", models.DateTimeField()),
            (
                "report",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="vaccination.dayreport",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(
                    condition=models.Q(("report", None)),
                    fields=["organisation", "queued_at"],
                    name="outgoing_unreported",
                ),
                models.Index(fields=["province", "day"], name="outgoing_by_province"),
                models.Index(
                    condition=models.Q(("state__in", ("waiting", "refused", "sent"))),
                    fields=["organisation", "queued_at"],
                    name="outgoing_not_there_yet",
                ),
                models.Index(fields=["reverses"], name="outgoing_of_reversed"),
                models.Index(
                    condition=models.Q(("looked_at", None), ("state", "waiting")),
                    fields=["queued_at"],
                    name="outgoing_not_looked_at",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("reverses", None), ("sign", 1)),
                        models.Q(("reverses__isnull", False), ("sign", -1)),
                        _connector="OR",
                    ),
                    name="outgoing_sign_is_of_the_entry",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state", "refused"), models.Q(("refusal", ""), _negated=True)),
                        models.Q(models.Q(("state", "refused"), _negated=True), ("refusal", "")),
                        _connector="OR",
                    ),
                    name="outgoing_refused_says_why",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="NationalRow",
        fields=[
            (
                "id",
                models.BigAutoField(
                    auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                ),
            ),
            ("organisation", models.UUIDField()),
            ("position", models.IntegerField()),
            ("sealed", models.BinaryField(help_text="The cells, under the person's key")),
            (
                "answer",
                models.CharField(
                    blank=True,
                    choices=[("", "none"), ("accepted", "accepted"), ("refused", "refused")],
                    default="",
                    max_length=8,
                ),
            ),
            ("reason", models.CharField(blank=True, default="", max_length=200)),
            ("answered_at", models.DateTimeField(null=True)),
            (
                "file",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="rows",
                    to="vaccination.nationalfile",
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="people.person",
                ),
            ),
            (
                "entry",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="national",
                    to="vaccination.outgoing",
                ),
            ),
        ],
        options={
            "indexes": [
                models.Index(fields=["organisation", "answer"], name="national_row_answer")
            ],
            "constraints": [
                models.UniqueConstraint(fields=("file", "position"), name="national_row_position"),
                models.UniqueConstraint(
                    condition=models.Q(("answer", "")),
                    fields=("entry",),
                    name="national_row_open_once",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("answer", "accepted")),
                    fields=("entry",),
                    name="national_row_accepted_once",
                ),
            ],
        },
    ),
]
