"""The laboratory's bench: tables, and who may see and write them."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity

#: Why the people in tubes of the asking laboratory were sampled: what is urgent.  Never who.
REASONS = """
create function core.reasons_of_tubes(wanted uuid[])
    returns table (tube uuid, reason text, taken timestamptz) language sql stable
    security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select s.tube_id, s.reason::text, min(s.taken_at)
        from sampling_sample s join sampling_tube t on t.id = s.tube_id
        where t.id = any(wanted) and s.taken_back_at is null
        and (t.laboratory = (select core.scope_organisation())
            or (select core.scope_national()) or (select core.scope_system()))
        group by s.tube_id, s.reason
    $$;
revoke all on function core.reasons_of_tubes(uuid[]) from public;
grant execute on function core.reasons_of_tubes(uuid[]) to lachan_app;
"""
UNDO = "drop function core.reasons_of_tubes(uuid[]);"

#: A row belongs to the laboratory whose plate it is about.
OF_THE_PLATE = (
    "exists (select 1 from sampling_plate p where p.id = {table}.plate_id"
    " and p.laboratory = {table}.laboratory)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("sampling", "0004_custody"),
    ]

    operations = [
        migrations.CreateModel(
            name="Plate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("barcode", models.CharField(max_length=40)),
                ("size", models.SmallIntegerField(choices=[(96, "Small"), (384, "Large")])),
                ("laboratory", models.UUIDField()),
                ("disease", models.CharField(max_length=40)),
                ("assay", models.CharField(help_text="The name of the rule", max_length=80)),
                ("rule", models.UUIDField(help_text="The version of the rule")),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("sealed_at", models.DateTimeField(null=True)),
                ("sealed_by", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["laboratory", "-made_at"], name="plate_by_laboratory")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("laboratory", "barcode"), name="plate_once_in_a_laboratory"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("size__in", [96, 384])),
                        name="plate_has_96_or_384_wells",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Accession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("laboratory", models.UUIDField()),
                ("day", models.DateField()),
                ("number", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                (
                    "tube",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accessions",
                        to="sampling.tube",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("laboratory", "tube"), name="accession_once_for_a_tube"
                    ),
                    models.UniqueConstraint(
                        fields=("laboratory", "day", "number"), name="accession_number_once_a_day"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                (
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="amendment",
                        serialize=False,
                        to="sampling.result",
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("laboratory", models.UUIDField()),
                (
                    "tube",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sampling.tube",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["laboratory", "-at"], name="amendment_by_laboratory")
                ],
            },
        ),
        migrations.CreateModel(
            name="Keying",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7,
                        help_text="The page's own number",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("laboratory", models.UUIDField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("positive", "Positive"),
                            ("negative", "Negative"),
                            ("indeterminate", "Indeterminate"),
                            ("invalid", "Invalid"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "method",
                    models.CharField(choices=[("pcr", "Pcr"), ("rapid", "Rapid")], max_length=6),
                ),
                (
                    "ct",
                    models.JSONField(
                        default=dict, help_text="Cycles by target, null: undetermined"
                    ),
                ),
                (
                    "test",
                    models.CharField(default="", help_text="LOINC code of the test", max_length=20),
                ),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                (
                    "tube",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="keyings",
                        to="sampling.tube",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["laboratory", "-at"], name="keying_by_laboratory")
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("laboratory", models.UUIDField()),
                ("number", models.SmallIntegerField(help_text="Which run of this plate, from 1")),
                ("machine", models.CharField(max_length=60)),
                ("lot", models.CharField(help_text="Lot of the reagents", max_length=60)),
                ("lot_expires", models.DateField()),
                ("started_at", models.DateTimeField()),
                ("started_by", models.UUIDField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "controls",
                    models.JSONField(default=list, help_text="[{well, kind, ct, passed, finding}]"),
                ),
                ("valid", models.BooleanField(null=True)),
                ("judged_at", models.DateTimeField(null=True)),
                ("judged_by", models.UUIDField(null=True)),
                (
                    "plate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="sampling.plate",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["laboratory", "-started_at"], name="run_by_laboratory")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plate", "number"), name="run_number_of_a_plate"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("judged_at", None)),
                        fields=("plate",),
                        name="run_of_a_plate_is_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None),
                            ("ended_at__gte", models.F("started_at")),
                            _connector="OR",
                        ),
                        name="run_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("judged_at", None), ("judged_by", None), ("valid", None)),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("judged_at__isnull", False),
                                ("judged_by__isnull", False),
                                ("valid__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="run_judged_when_it_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Well",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("laboratory", models.UUIDField()),
                ("position", models.SmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sample", "Sample"),
                            ("positive", "Positive"),
                            ("negative", "Negative"),
                            ("extraction", "Extraction"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("emptied_at", models.DateTimeField(null=True)),
                ("emptied_by", models.UUIDField(null=True)),
                (
                    "plate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wells",
                        to="sampling.plate",
                    ),
                ),
                (
                    "tube",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wells",
                        to="sampling.tube",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("emptied_at", None)),
                        fields=("plate", "position"),
                        name="well_holds_one_thing",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("emptied_at", None)),
                        fields=("plate", "tube"),
                        name="well_tube_once_on_a_plate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "sample"), ("tube__isnull", False)),
                            models.Q(
                                models.Q(("kind", "sample"), _negated=True), ("tube__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="well_of_a_sample_has_a_tube",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__gte", 0), ("position__lt", 384)),
                        name="well_lies_on_a_plate",
                    ),
                ],
            },
        ),
        migrations.RunSQL(REASONS, UNDO),
        RowSecurity(
            "sampling_accession",
            organisation="laboratory",
            insert="core.tube_of(tube_id, laboratory)",
            change=False,
        ),
        RowSecurity(
            "sampling_plate",
            organisation="laboratory",
            insert="laboratory = (select core.scope_organisation())",
            only="(laboratory = (select core.scope_organisation())"
            " or (select core.scope_system()))",
        ),
        RowSecurity(
            "sampling_well",
            organisation="laboratory",
            insert=OF_THE_PLATE.format(table="sampling_well"),
            only=f"({OF_THE_PLATE.format(table='sampling_well')})"
            " and (tube_id is null or core.tube_of(tube_id, laboratory))",
        ),
        RowSecurity(
            "sampling_run",
            organisation="laboratory",
            insert=OF_THE_PLATE.format(table="sampling_run"),
            only=OF_THE_PLATE.format(table="sampling_run"),
        ),
        RowSecurity(
            "sampling_keying",
            organisation="laboratory",
            insert="core.tube_of(tube_id, laboratory) and by = (select core.scope_account())",
            change=False,
        ),
        RowSecurity(
            "sampling_amendment",
            organisation="laboratory",
            insert="core.result_of(result_id, tube_id, laboratory)",
            change=False,
        ),
    ]
