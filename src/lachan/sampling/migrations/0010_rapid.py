"""Rapid antigen tests: kits, cassettes, readings, and self-tests at home."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity, seen

#: A receipt and a cassette are of a lot of the same unit.
OF_THE_LOT = (
    "exists (select 1 from sampling_kitlot k"
    " where k.id = {table}.lot_id and k.organisation = {table}.organisation)"
)

OUTCOMES = [
    ("positive", "Positive"),
    ("negative", "Negative"),
    ("indeterminate", "Indeterminate"),
    ("invalid", "Invalid"),
]


def _id(**options: Any) -> Any:
    return models.UUIDField(
        default=lachan.core.ids.uuid7, primary_key=True, serialize=False, **options
    )


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_household_dwelling"),
        ("sampling", "0009_appointments"),
    ]

    operations = [
        migrations.CreateModel(
            name="KitLot",
            fields=[
                ("id", _id()),
                ("organisation", models.UUIDField()),
                (
                    "gtin",
                    models.CharField(
                        default="", help_text="GS1 number of the product", max_length=14
                    ),
                ),
                ("lot", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=80)),
                ("expires", models.DateField(help_text="The last day on which it may be used")),
                (
                    "read_minutes",
                    models.SmallIntegerField(help_text="Instructions; null: the rule's", null=True),
                ),
                ("read_before_minutes", models.SmallIntegerField(null=True)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "gtin", "lot"), name="kit_lot_once_in_a_unit"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("read_before_minutes", None), ("read_minutes", None))
                        | models.Q(
                            ("read_before_minutes__gt", models.F("read_minutes")),
                            ("read_minutes__gte", 1),
                        ),
                        name="kit_lot_is_read_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KitReceipt",
            fields=[
                ("id", _id()),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="sampling.kitlot",
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("quantity", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "-at"], name="kit_receipt_by_organisation")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="kit_receipt_of_some"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RapidTest",
            fields=[
                (
                    "tube",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="rapid",
                        serialize=False,
                        to="sampling.tube",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tests",
                        to="sampling.kitlot",
                    ),
                ),
                ("table", models.CharField(max_length=20)),
                ("applied_at", models.DateTimeField()),
                ("ready_at", models.DateTimeField()),
                ("read_before", models.DateTimeField()),
                (
                    "rule",
                    models.UUIDField(help_text="The version of the rule that set the window"),
                ),
                (
                    "repeats",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repeated_by",
                        to="sampling.rapidtest",
                    ),
                ),
                (
                    "attempt",
                    models.SmallIntegerField(
                        default=1, help_text="1, and one more for every repeat"
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("by", models.UUIDField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-applied_at"], name="rapid_by_organisation"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("read_before__gt", models.F("ready_at")),
                            ("ready_at__gt", models.F("applied_at")),
                        ),
                        name="rapid_is_read_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attempt", 1), ("repeats", None))
                        | models.Q(("attempt__gt", 1), ("repeats__isnull", False)),
                        name="rapid_repeat_is_a_later_attempt",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RapidReading",
            fields=[
                ("id", _id()),
                (
                    "test",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="sampling.rapidtest",
                    ),
                ),
                ("outcome", models.CharField(choices=OUTCOMES, max_length=14)),
                (
                    "late",
                    models.BooleanField(
                        default=False, help_text="After the window: whatever was seen"
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-at"], name="rapid_reading_by_organisation"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("test", "by"), name="rapid_reading_once_by_a_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["positive", "negative", "invalid"])),
                        name="rapid_reading_says_what_a_cassette_can",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("late", False), ("outcome", "invalid"), _connector="OR"
                        ),
                        name="rapid_reading_late_is_invalid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SelfTest",
            fields=[
                ("id", _id(help_text="The form's own number")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                ("disease", models.CharField(max_length=40)),
                ("claimed", models.CharField(choices=OUTCOMES, max_length=14)),
                (
                    "kit",
                    models.CharField(default="", help_text="Name or lot as typed", max_length=80),
                ),
                ("done_at", models.DateTimeField()),
                (
                    "photo",
                    models.BinaryField(help_text="JPEG, sealed with the person's key", null=True),
                ),
                ("reported_at", models.DateTimeField()),
                ("reported_by", models.UUIDField()),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("confirmed", "Confirmed"),
                            ("come", "Come"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(default="", max_length=200)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.UUIDField(null=True)),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "-reported_at"], name="self_test_by_commune"),
                    models.Index(fields=["province", "-reported_at"], name="self_test_by_province"),
                    models.Index(fields=["person", "-reported_at"], name="self_test_by_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer", ""), ("answered_at", None), ("answered_by", None)
                        )
                        | models.Q(
                            models.Q(("answer", ""), _negated=True),
                            ("answered_at__isnull", False),
                            ("answered_by__isnull", False),
                        ),
                        name="self_test_answered_by_somebody",
                    )
                ],
            },
        ),
        RowSecurity(
            "sampling_kitlot",
            organisation="organisation",
            insert="organisation = (select core.scope_organisation())",
            change=False,
        ),
        RowSecurity(
            "sampling_kitreceipt",
            organisation="organisation",
            insert="organisation = (select core.scope_organisation())",
            change=False,
            only=OF_THE_LOT.format(table="sampling_kitreceipt"),
        ),
        # Whoever may see a sample in the cassette may see that it was tested on the spot.
        RowSecurity(
            "sampling_rapidtest",
            organisation="organisation",
            insert="core.tube_of(tube_id, organisation)",
            change=False,
            extra={
                "sample": "exists (select 1 from sampling_sample s"
                " where s.tube_id = sampling_rapidtest.tube_id)",
            },
            only=OF_THE_LOT.format(table="sampling_rapidtest"),
        ),
        # What one reader saw is the unit's alone; the result is for everybody else.
        RowSecurity(
            "sampling_rapidreading",
            organisation="organisation",
            insert='core.tube_of(test_id, organisation) and "by" = (select core.scope_account())',
            change=False,
        ),
        RowSecurity(
            "sampling_selftest",
            commune="commune",
            province="province",
            person="person_id",
            insert="seen",
            person_changes=False,
            only=seen("sampling_selftest", "person_id"),
        ),
    ]
