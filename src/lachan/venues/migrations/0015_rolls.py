"""Lists of organisations: who is on them, where each belongs, who came."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0003_dwellings"),
        ("venues", "0010_flags"),
    ]

    operations = [
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("roll", "Of the unit's own people"),
                            ("driver", "Driver, assistant or host"),
                            ("guest", "Guest or passenger"),
                        ],
                        default="roll",
                        max_length=6,
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("person", models.UUIDField(null=True)),
                (
                    "outing",
                    models.UUIDField(help_text="The trip or feast a guest belongs to", null=True),
                ),
                ("since", models.DateField()),
                (
                    "until",
                    models.DateField(help_text="The first day no longer on the list", null=True),
                ),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("linked_at", models.DateTimeField(null=True)),
                ("wiped_at", models.DateTimeField(help_text="The name was destroyed", null=True)),
                ("commune", models.IntegerField(help_text="Of the organisation's place")),
                ("province", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "kind", "made_at"], name="member_organisation"
                    ),
                    models.Index(fields=["commune", "made_at"], name="member_commune"),
                    models.Index(fields=["province", "made_at"], name="member_province"),
                    models.Index(fields=["person"], name="member_person"),
                    models.Index(fields=["outing"], name="member_outing"),
                    models.Index(
                        condition=models.Q(("linked_at", None)),
                        fields=["made_at"],
                        name="member_to_link",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="member_ends_after_it_begins",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RollFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("purpose", models.CharField(help_text="roll, absences or guests", max_length=8)),
                ("outing", models.UUIDField(null=True)),
                ("file_name", models.CharField(max_length=120)),
                ("sheet", models.CharField(default="", max_length=80)),
                (
                    "roles",
                    models.JSONField(default=list, help_text="What each column was taken for"),
                ),
                ("report", models.JSONField(default=dict)),
                ("wrapped", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("sent_at", models.DateTimeField()),
                ("sent_by", models.UUIDField()),
                ("keep_until", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "-sent_at"], name="rollfile_organisation"),
                    models.Index(fields=["keep_until"], name="rollfile_to_destroy"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomBeds",
            fields=[
                (
                    "place",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="places.place",
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("beds", models.SmallIntegerField()),
                ("set_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("beds__range", (1, 200))), name="room_has_beds"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Spot",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("work", "Work or class"),
                            ("room", "Room"),
                            ("vehicle", "Vehicle"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "detail",
                    models.CharField(
                        blank=True, help_text="Stall, bed, seat, position", max_length=40
                    ),
                ),
                ("shift", models.CharField(blank=True, max_length=20)),
                (
                    "night",
                    models.BooleanField(default=False, help_text="Works by night, sleeps by day"),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "told_at",
                    models.DateTimeField(
                        help_text="When the register of persons was told", null=True
                    ),
                ),
                ("commune", models.IntegerField(help_text="Of the place")),
                ("province", models.IntegerField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spots",
                        to="venues.member",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "group", "place"], name="spot_organisation"
                    ),
                    models.Index(fields=["place", "since"], name="spot_place"),
                    models.Index(fields=["member", "since"], name="spot_member"),
                    models.Index(fields=["commune", "since"], name="spot_commune"),
                    models.Index(fields=["province", "since"], name="spot_province"),
                    models.Index(
                        condition=models.Q(("told_at", None)), fields=["since"], name="spot_to_tell"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("member", "group"),
                        name="one_open_spot_of_a_group",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="spot_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField()),
                ("day", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("present", "Present"),
                            ("absent", "Absent"),
                            ("none", "Taken back"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("symptoms", "Has symptoms"),
                            ("leave", "On leave"),
                            ("unknown", "Reason not known"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("scan", "Scanned"),
                            ("list", "Ticked on the list"),
                            ("file", "From a file"),
                        ],
                        max_length=4,
                    ),
                ),
                ("at", models.DateTimeField(help_text="When somebody present came", null=True)),
                ("said_at", models.DateTimeField()),
                ("said_by", models.UUIDField()),
                (
                    "recorded_at",
                    models.DateTimeField(help_text="When the ledger of scans had it", null=True),
                ),
                ("commune", models.IntegerField(help_text="Of the place")),
                ("province", models.IntegerField()),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="venues.member",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "day"], name="attendance_organisation"),
                    models.Index(fields=["member", "day"], name="attendance_member"),
                    models.Index(fields=["commune", "day"], name="attendance_commune"),
                    models.Index(fields=["province", "day"], name="attendance_province"),
                    models.Index(
                        condition=models.Q(("recorded_at", None), ("state", "present")),
                        fields=["said_at"],
                        name="attendance_to_record",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("reason__in", ["symptoms", "leave", "unknown"]),
                                ("state", "absent"),
                            ),
                            models.Q(("at__isnull", False), ("reason", ""), ("state", "present")),
                            models.Q(("reason", ""), ("state", "none")),
                            _connector="OR",
                        ),
                        name="attendance_says_why",
                    )
                ],
            },
        ),
    ]
