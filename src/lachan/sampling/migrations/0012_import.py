"""Deliveries of results by file and wire: tables, and whose they are."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity

OUTCOMES = [
    ("positive", "Positive"),
    ("negative", "Negative"),
    ("indeterminate", "Indeterminate"),
    ("invalid", "Invalid"),
]
OWN = "laboratory = (select core.scope_organisation())"
#: What is said of a delivery is said by the laboratory to which it came.
OF_THE_DELIVERY = (
    "laboratory = (select core.scope_organisation()) and exists"
    " (select 1 from sampling_labdelivery d where d.id = {table}.delivery_id"
    " and d.laboratory = {table}.laboratory)"
)


def _id() -> Any:
    return models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False)


def _delivery(name: str) -> Any:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name=name,
        to="sampling.labdelivery",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("sampling", "0011_counting"),
    ]

    operations = [
        migrations.CreateModel(
            name="LabDelivery",
            fields=[
                ("id", _id()),
                ("laboratory", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("hl7", "Hl7"), ("astm", "Astm"), ("plate", "Plate")],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "way",
                    models.CharField(choices=[("file", "File"), ("wire", "Wire")], max_length=4),
                ),
                ("sender", models.CharField(default="", help_text="As sent", max_length=120)),
                (
                    "message",
                    models.CharField(default="", help_text="The sender's number", max_length=120),
                ),
                ("file_name", models.CharField(default="", max_length=120)),
                (
                    "assay",
                    models.CharField(
                        default="", help_text="Disease/name of the rule", max_length=120
                    ),
                ),
                ("digest", models.CharField(help_text="SHA-256 of the bytes", max_length=64)),
                ("wrapped", models.BinaryField(default=b"")),
                (
                    "sealed",
                    models.BinaryField(
                        default=b"", help_text="The bytes, sealed; empty once destroyed"
                    ),
                ),
                ("keep_until", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("taken", "Taken"),
                            ("refused", "Refused"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        default="", help_text="Why it was refused whole", max_length=40
                    ),
                ),
                ("rows", models.IntegerField(default=0)),
                ("taken", models.IntegerField(default=0)),
                ("repeated", models.IntegerField(default=0)),
                ("corrected", models.IntegerField(default=0)),
                ("controls", models.IntegerField(default=0)),
                ("refused", models.IntegerField(default=0)),
                ("answer", models.TextField(default="")),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("by_name", models.CharField(max_length=120)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["laboratory", "-at"], name="delivery_by_laboratory"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("laboratory", "digest"), name="delivery_once_in_a_laboratory"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "rows",
                                models.F("taken")
                                + models.F("repeated")
                                + models.F("corrected")
                                + models.F("controls")
                                + models.F("refused"),
                            )
                        ),
                        name="delivery_counts_every_row",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveredMessage",
            fields=[
                ("id", _id()),
                ("laboratory", models.UUIDField()),
                ("sender", models.CharField(max_length=120)),
                ("message", models.CharField(max_length=120)),
                (
                    "digest",
                    models.CharField(help_text="SHA-256 of what was read in it", max_length=64),
                ),
                ("delivery", _delivery("messages")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("laboratory", "sender", "message"),
                        name="message_once_of_a_sender",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveryRow",
            fields=[
                ("id", _id()),
                ("laboratory", models.UUIDField()),
                (
                    "row",
                    models.IntegerField(help_text="Line or row in the file, from 1"),
                ),
                ("tube", models.CharField(default="", help_text="As sent", max_length=80)),
                ("code", models.CharField(max_length=40)),
                ("detail", models.CharField(default="", max_length=200)),
                (
                    "outcome",
                    models.CharField(choices=OUTCOMES, default="", max_length=14),
                ),
                ("value", models.CharField(default="", help_text="As sent", max_length=200)),
                ("ct", models.JSONField(default=dict)),
                ("delivery", _delivery("refusals")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["delivery", "row"], name="delivery_row"),
                    models.Index(fields=["laboratory", "tube"], name="delivery_row_of_tube"),
                ],
            },
        ),
        # The worker destroys old bytes; otherwise a delivery is its laboratory's.
        RowSecurity(
            "sampling_labdelivery",
            organisation="laboratory",
            insert=OWN,
            only=f"({OWN} or (select core.scope_system()))",
        ),
        RowSecurity(
            "sampling_deliveredmessage",
            organisation="laboratory",
            insert=OF_THE_DELIVERY.format(table="sampling_deliveredmessage"),
            change=False,
        ),
        RowSecurity(
            "sampling_deliveryrow",
            organisation="laboratory",
            insert=OF_THE_DELIVERY.format(table="sampling_deliveryrow"),
            change=False,
        ),
    ]
