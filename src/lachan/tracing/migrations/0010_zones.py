"""Zones: who sees a plan and its decisions, who writes them, and what stays inside a commune."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity, of_own

#: A zone over a border is shown as one: whoever decides a part of it may read the whole.
HERE = """
create function tracing_zones_here() returns uuid[] language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
        select coalesce(array_agg(distinct d.zone_id), '{}')
        from tracing_zonedecision d
        where d.commune = core.scope_commune() or d.province = core.scope_province()
    $$;
revoke all on function tracing_zones_here() from public;
grant execute on function tracing_zones_here() to lachan_app;
"""

NOT_HERE = "drop function tracing_zones_here()"

OURS = (
    "(commune = (select core.scope_commune()) or province = (select core.scope_province())"
    " or (select core.scope_national()))"
)

ANY_PART = "any((select tracing_zones_here())::uuid[])"


def of_decision(table: str) -> str:
    """A fact belongs to the commune of its decision, and is written there only."""
    return f"{OURS} and {of_own(f'tracing_{table}', 'tracing_zonedecision', 'decision_id')}"


def shared(table: str, *, change: bool) -> RowSecurity:
    """Read by every commune of the zone, written by its own."""
    return RowSecurity(
        f"tracing_{table}",
        commune="commune",
        province="province",
        extra={
            "zone": "exists (select 1 from tracing_zonedecision d where"
            f" d.id = tracing_{table}.decision_id and d.zone_id = {ANY_PART})"
        },
        insert=OURS,
        change=change,
        only=of_decision(table),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_household_dwelling"),
        ("places", "0003_dwellings"),
        ("tracing", "0009_queue_who_sees_what"),
    ]

    operations = [
        migrations.CreateModel(
            name="Zone",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(help_text="The area in a few words", max_length=200)),
                (
                    "cases",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        default=list,
                        help_text="The cases it was planned for",
                        size=None,
                    ),
                ),
                ("disease", models.CharField(max_length=40)),
                (
                    "share",
                    models.SmallIntegerField(help_text="Per cent of the risk that was asked for"),
                ),
                ("kind", models.CharField(help_text="lanes, houses or mixed", max_length=8)),
                (
                    "figures",
                    models.JSONField(
                        default=dict, help_text="What the plan reached, its bound, weights"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("made_by_name", models.TextField()),
                ("commune", models.IntegerField(help_text="Where most of it lies")),
                ("province", models.IntegerField()),
                (
                    "outbreak",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="zones",
                        to="tracing.outbreak",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "-made_at"], name="zone_by_commune"),
                    models.Index(fields=["province", "-made_at"], name="zone_by_province"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("share__range", (1, 100))), name="zone_share"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ZoneDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.TextField(help_text="The area in words, as the paper says it")),
                ("people", models.IntegerField()),
                ("households", models.IntegerField()),
                ("businesses", models.IntegerField()),
                ("residents", models.IntegerField(help_text="Of the whole commune on that day")),
                (
                    "resources",
                    models.JSONField(default=dict, help_text="posts, staff, food: in words"),
                ),
                (
                    "answer",
                    models.JSONField(default=dict, help_text="Rule, version, outcome and values"),
                ),
                ("reported_at", models.DateTimeField(null=True)),
                (
                    "decided_at",
                    models.DateTimeField(help_text="When the signed paper was entered", null=True),
                ),
                ("number", models.CharField(blank=True, default="", max_length=40)),
                ("signed_on", models.DateField(null=True)),
                ("signer", models.CharField(blank=True, default="", max_length=120)),
                ("starts_at", models.DateTimeField(null=True)),
                ("ends_at", models.DateTimeField(help_text="Planned end", null=True)),
                ("ended_at", models.DateTimeField(help_text="From when it is no more", null=True)),
                ("end_number", models.CharField(blank=True, default="", max_length=40)),
                ("end_signed_on", models.DateField(null=True)),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "zone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="tracing.zone",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "-starts_at"], name="zonedecision_by_commune"),
                    models.Index(
                        fields=["province", "-starts_at"], name="zonedecision_by_province"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("zone", "commune"), name="zonedecision_one_in_a_commune"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_at", None),
                            ("decided_at__gte", models.F("reported_at")),
                            _connector="OR",
                        ),
                        name="zonedecision_reported_before_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_at", None),
                            models.Q(
                                models.Q(("number", ""), _negated=True),
                                models.Q(("signer", ""), _negated=True),
                                ("signed_on__isnull", False),
                                ("starts_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="zonedecision_decided_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None),
                            ("ended_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="zonedecision_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ZoneFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("reported", "Reported to the province"),
                            ("decided", "Decided"),
                            ("adjusted", "Adjusted"),
                            ("ended", "Ended"),
                        ],
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("media", models.CharField(max_length=20)),
                ("sha256", models.BinaryField()),
                ("content", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="tracing.zonedecision",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["decision", "at"], name="zonefile_of_decision")]
            },
        ),
        migrations.CreateModel(
            name="ZonePart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("from_at", models.DateTimeField(null=True)),
                ("to_at", models.DateTimeField(null=True)),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="tracing.zonedecision",
                    ),
                ),
                (
                    "dwelling",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.dwelling",
                    ),
                ),
                (
                    "lane",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.lane",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.place",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["decision"], name="zonepart_of_decision"),
                    models.Index(
                        condition=models.Q(("from_at__isnull", False)),
                        fields=["lane", "from_at"],
                        name="zonepart_by_lane",
                    ),
                    models.Index(
                        condition=models.Q(("from_at__isnull", False)),
                        fields=["dwelling", "from_at"],
                        name="zonepart_by_dwelling",
                    ),
                    models.Index(
                        condition=models.Q(("from_at__isnull", False)),
                        fields=["place", "from_at"],
                        name="zonepart_by_place",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dwelling", None), ("lane__isnull", False), ("place", None)),
                            models.Q(("dwelling__isnull", False), ("lane", None), ("place", None)),
                            models.Q(("dwelling", None), ("lane", None), ("place__isnull", False)),
                            _connector="OR",
                        ),
                        name="zonepart_is_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_at", None),
                            models.Q(
                                ("from_at__isnull", False), ("to_at__gte", models.F("from_at"))
                            ),
                            _connector="OR",
                        ),
                        name="zonepart_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ZoneStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("reported", "Reported to the province"),
                            ("decided", "Decided"),
                            ("adjusted", "Adjusted"),
                            ("ended", "Ended"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("by_name", models.TextField()),
                ("detail", models.JSONField(default=dict)),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="tracing.zonedecision",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["decision", "at"], name="zonestep_of_decision")]
            },
        ),
        migrations.RunSQL(HERE, NOT_HERE),
        RowSecurity(
            "tracing_zone",
            commune="commune",
            province="province",
            extra={"zone": f"id = {ANY_PART}"},
            insert=OURS,
            change=False,
        ),
        RowSecurity(
            "tracing_zonedecision",
            commune="commune",
            province="province",
            extra={"zone": f"zone_id = {ANY_PART}"},
            insert=OURS,
            only=f"{OURS} and exists (select 1 from tracing_zone z where z.id = zone_id)",
        ),
        shared("zonepart", change=True),
        shared("zonestep", change=False),
        shared("zonefile", change=False),
    ]
