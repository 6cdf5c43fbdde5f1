"""Boxes, who handed them over, tubes that strayed; who may see and write them."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity

#: A policy of boxes cannot read packings whose policy reads boxes, and a laboratory cannot read a
#: tube that was sent to another; these answer for them, only about the asking session's own unit.
OWN = """
create function core.box_of(wanted uuid, unit uuid, lab uuid) returns boolean language sql stable
    security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select (core.scope_organisation() in (unit, lab) or core.scope_national()) and exists (
            select 1 from sampling_box b
            where b.id = wanted and b.organisation = unit and b.laboratory = lab)
    $$;
create function core.is_laboratory(body uuid) returns boolean language sql stable
    security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select body = core.scope_organisation() and exists (
            select 1 from places_organisation o where o.id = body and o.kind = 'laboratory')
    $$;
create function core.tube_at_hand(wanted uuid) returns boolean language sql stable
    security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select core.scope_national() or core.tube_of(wanted, core.scope_organisation())
            or exists (select 1 from sampling_stray s
                where s.tube_id = wanted and s.laboratory = core.scope_organisation())
    $$;
create function core.tube_scanned(code text) returns uuid language sql stable
    security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select t.id from sampling_tube t
        where t.barcode = code and core.is_laboratory(core.scope_organisation())
    $$;
create function core.tube_found(wanted uuid, moment timestamptz, who uuid) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp
    as $$
        begin
            if who is distinct from core.scope_account() or not core.tube_at_hand(wanted) then
                return false;
            end if;
            update sampling_loss l set found_at = moment, found_by = who
                where l.tube_id = wanted and l.found_at is null;
            return found;
        end
    $$;
revoke all on function core.box_of(uuid, uuid, uuid), core.is_laboratory(uuid),
    core.tube_at_hand(uuid), core.tube_scanned(text), core.tube_found(uuid, timestamptz, uuid)
    from public;
grant execute on function core.box_of(uuid, uuid, uuid), core.is_laboratory(uuid),
    core.tube_at_hand(uuid), core.tube_scanned(text), core.tube_found(uuid, timestamptz, uuid)
    to lachan_app;
"""
UNDO = """
drop function core.tube_found(uuid, timestamptz, uuid);
drop function core.tube_scanned(text);
drop function core.tube_at_hand(uuid);
drop function core.is_laboratory(uuid);
drop function core.box_of(uuid, uuid, uuid);
"""

#: A tube is seen where it lies, and its loss by the laboratory it was sent to.
WHERE_IT_LIES = """
create policy see_by_stray on sampling_tube for select to lachan_app using (
    exists (select 1 from sampling_stray s where s.tube_id = sampling_tube.id
        and s.laboratory = (select core.scope_organisation())));
create policy see_by_laboratory on sampling_loss for select to lachan_app using (
    core.tube_of(tube_id, (select core.scope_organisation())));
"""
UNDO_WHERE = """
drop policy see_by_laboratory on sampling_loss;
drop policy see_by_stray on sampling_tube;
"""

LABORATORY = "laboratory = (select core.scope_organisation())"
OF_THE_TUBE = "exists (select 1 from sampling_sample s where s.tube_id = {table}.tube_id)"
OF_THE_BOX = "exists (select 1 from sampling_packing p where p.box_id = {table}.box_id)"
ITS_BOX = "core.box_of(box_id, organisation, laboratory)"


class Migration(migrations.Migration):
    dependencies = [
        ("sampling", "0003_laboratory_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="Box",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("barcode", models.CharField(max_length=40)),
                ("organisation", models.UUIDField(help_text="The unit that packs it")),
                ("laboratory", models.UUIDField(help_text="The laboratory it goes to")),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                (
                    "packer",
                    models.CharField(
                        help_text="Name of who packed, for the other side", max_length=120
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        default="", help_text="Where the packer is reached", max_length=20
                    ),
                ),
                ("sealed_at", models.DateTimeField(null=True)),
                (
                    "temperature",
                    models.DecimalField(
                        decimal_places=1,
                        help_text="Degrees Celsius at packing",
                        max_digits=4,
                        null=True,
                    ),
                ),
                (
                    "unpacked_at",
                    models.DateTimeField(
                        help_text="The laboratory scanned the first tube", null=True
                    ),
                ),
                (
                    "closed_at",
                    models.DateTimeField(help_text="The laboratory was done with it", null=True),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "-made_at"], name="box_by_organisation"),
                    models.Index(fields=["laboratory", "-made_at"], name="box_by_laboratory"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("barcode",),
                        name="box_on_one_journey",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sealed_at", None), ("temperature__isnull", False), _connector="OR"
                        ),
                        name="box_sealed_with_a_temperature",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at", None),
                            ("closed_at__gte", models.F("sealed_at")),
                            _connector="OR",
                        ),
                        name="box_closed_after_it_is_sealed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Packing",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "listed",
                    models.BooleanField(
                        default=True, help_text="False: found in it, on no manifest"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                (
                    "out",
                    models.CharField(
                        choices=[
                            ("taken_out", "Taken Out"),
                            ("arrived", "Arrived"),
                            ("left_over", "Left Over"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("out_at", models.DateTimeField(null=True)),
                ("out_by", models.UUIDField(null=True)),
                ("organisation", models.UUIDField(help_text="The box's")),
                ("laboratory", models.UUIDField(help_text="The box's")),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packings",
                        to="sampling.box",
                    ),
                ),
                (
                    "tube",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="packings",
                        to="sampling.tube",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["box", "at"], name="packing_by_box"),
                    models.Index(fields=["organisation", "-at"], name="packing_by_organisation"),
                    models.Index(fields=["laboratory", "-at"], name="packing_by_laboratory"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("out_at", None)),
                        fields=("tube",),
                        name="tube_in_one_box_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("out", ""), ("out_at", None), ("out_by", None)),
                            models.Q(
                                models.Q(("out", ""), _negated=True),
                                ("out_at__isnull", False),
                                ("out_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="packing_ends_with_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("leg", models.SmallIntegerField(help_text="1 for the first")),
                ("giver", models.CharField(max_length=120)),
                ("giver_phone", models.CharField(default="", max_length=20)),
                (
                    "giver_account",
                    models.UUIDField(help_text="None: a courier without an account", null=True),
                ),
                ("given_count", models.SmallIntegerField()),
                ("given_temperature", models.DecimalField(decimal_places=1, max_digits=4)),
                ("given_at", models.DateTimeField()),
                ("taker", models.CharField(default="", max_length=120)),
                ("taker_phone", models.CharField(default="", max_length=20)),
                ("taker_account", models.UUIDField(null=True)),
                ("taken_count", models.SmallIntegerField(null=True)),
                (
                    "taken_temperature",
                    models.DecimalField(decimal_places=1, max_digits=4, null=True),
                ),
                ("taken_at", models.DateTimeField(null=True)),
                (
                    "arrives",
                    models.BooleanField(default=False, help_text="The laboratory takes it"),
                ),
                ("by", models.UUIDField(help_text="The account that wrote it down")),
                ("organisation", models.UUIDField(help_text="The box's")),
                ("laboratory", models.UUIDField(help_text="The box's")),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legs",
                        to="sampling.box",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-given_at"], name="handover_by_organisation"
                    ),
                    models.Index(fields=["laboratory", "-given_at"], name="handover_by_laboratory"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("box", "leg"), name="leg_of_a_box_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("arrives", True)),
                        fields=("box",),
                        name="box_arrives_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("arrives", True),
                                ("taken_at", None),
                                ("taken_count", None),
                                ("taken_temperature", None),
                            ),
                            models.Q(
                                ("taken_at__gte", models.F("given_at")),
                                ("taken_count__isnull", False),
                                ("taken_temperature__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="leg_taken_whole_and_after_it_is_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stray",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("laboratory", models.UUIDField(help_text="Where it lies")),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                (
                    "box",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="strays",
                        to="sampling.box",
                    ),
                ),
                (
                    "tube",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="strays",
                        to="sampling.tube",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["laboratory", "-at"], name="stray_by_laboratory")],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(help_text="Of the file", max_length=120)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "points",
                    models.JSONField(
                        help_text="[[seconds since 1970, degrees], ...] in order of time"
                    ),
                ),
                (
                    "excursions",
                    models.JSONField(help_text="[[from, until, coldest, warmest], ...] outside"),
                ),
                ("coldest", models.FloatField()),
                ("warmest", models.FloatField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("organisation", models.UUIDField(help_text="The box's")),
                ("laboratory", models.UUIDField(help_text="The box's")),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="sampling.box",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "-at"], name="reading_by_organisation"),
                    models.Index(fields=["laboratory", "-at"], name="reading_by_laboratory"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("box", "sha256"), name="reading_of_a_box_once")
                ],
            },
        ),
        migrations.RunSQL(OWN, UNDO),
        RowSecurity(
            "sampling_box",
            organisation="organisation",
            insert="organisation = (select core.scope_organisation())",
            extra={
                "laboratory": LABORATORY,
                "tube": "exists (select 1 from sampling_packing p"
                " where p.box_id = sampling_box.id)",
            },
            only="(select core.scope_organisation()) in (organisation, laboratory)"
            " or (select core.scope_national())",
        ),
        RowSecurity(
            "sampling_packing",
            organisation="organisation",
            insert="core.tube_at_hand(tube_id)",
            extra={
                "laboratory": LABORATORY,
                "tube": "exists (select 1 from sampling_sample s"
                " where s.tube_id = sampling_packing.tube_id)",
            },
            only=ITS_BOX,
        ),
        RowSecurity(
            "sampling_handover",
            organisation="organisation",
            extra={
                "laboratory": LABORATORY,
                "tube": OF_THE_BOX.format(table="sampling_handover"),
            },
            only=ITS_BOX,
        ),
        RowSecurity(
            "sampling_reading",
            organisation="organisation",
            change=False,
            extra={
                "laboratory": LABORATORY,
                "tube": OF_THE_BOX.format(table="sampling_reading"),
            },
            only=ITS_BOX,
        ),
        RowSecurity(
            "sampling_stray",
            organisation="laboratory",
            insert="core.is_laboratory(laboratory)",
            change=False,
            extra={
                "sample": OF_THE_TUBE.format(table="sampling_stray"),
                "sent": "core.tube_of(tube_id, (select core.scope_organisation()))",
            },
        ),
        migrations.RunSQL(WHERE_IT_LIES, UNDO_WHERE),
    ]
