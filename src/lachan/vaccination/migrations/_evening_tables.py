"""The tables of the evening, as 0008 makes them."""

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
    ),
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
