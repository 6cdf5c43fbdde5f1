"""Flags: what a human should look at, who may ask, and how far the worker has looked."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity, of_own

#: A guard says that a person does not fit, a gate that a code had ended; the rest is the worker's.
#: Whoever writes answers for the place, or is its area's health unit.
FOUND = (
    "(select core.scope_system()) or (finding in ('borrowed', 'replay_ended')"
    " and place is not null and venues_answers_for(place))"
)

OF_ITS_PLACE = (
    "place is null or exists (select 1 from places_place p where p.id = venues_flag.place"
    " and p.commune = venues_flag.commune and p.province = venues_flag.province)"
    " or (select core.scope_system())"
)

#: Kinds and counts for the staff of a place, without persons and without times.
COUNTS = """
create function venues_flag_counts(since timestamptz)
    returns table (place uuid, kind text, found bigint, open bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select f.place, f.kind, count(*), count(*) filter (where not exists
            (select 1 from venues_verdict v where v.flag_id = f.id))
        from venues_flag f join places_place p on p.id = f.place
        where f.at >= since and p.organisation_id = core.scope_organisation()
        group by f.place, f.kind
    $$;
revoke all on function venues_flag_counts(timestamptz) from public;
grant execute on function venues_flag_counts(timestamptz) to lachan_app;
"""

#: The worker's own memory; nobody who serves reads it.
WORKER = """
create table venues_flagprogress (
    id smallint primary key default 1 check (id = 1), below_tx numeric(20) not null default 0);
insert into venues_flagprogress default values;
create table venues_counted (
    authority text primary key, place uuid not null, commune integer not null,
    province integer not null, top bigint not null, young int8multirange not null,
    old int8multirange not null, turned_at timestamptz not null);
create index venues_counted_turned on venues_counted (turned_at);
"""
NO_WORKER = "drop table venues_counted; drop table venues_flagprogress;"

KINDS = [
    *("replay", "impossible_travel", "two_places", "clock_skew", "counter_gap", "bulk"),
    "borrowed",
]


class Migration(migrations.Migration):
    dependencies = [
        ("venues", "0006_visiting"),
    ]

    operations = [
        migrations.CreateModel(
            name="Flag",
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
                            ("replay", "Code used twice"),
                            ("impossible_travel", "Too far apart"),
                            ("two_places", "In two places at once"),
                            ("clock_skew", "Wrong clock"),
                            ("counter_gap", "Missing scans"),
                            ("bulk", "More than a hand can"),
                            ("borrowed", "Does not fit the person"),
                        ],
                        max_length=20,
                    ),
                ),
                ("finding", models.CharField(max_length=20)),
                ("rule", models.UUIDField()),
                ("detail", models.JSONField(default=dict)),
                ("day", models.DateField(null=True)),
                ("scan", models.UUIDField(null=True)),
                ("trace_id", models.UUIDField(null=True)),
                ("place", models.UUIDField(null=True)),
                ("authority", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("found_at", models.DateTimeField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "-at"], name="flag_commune"),
                    models.Index(fields=["province", "-at"], name="flag_province"),
                    models.Index(fields=["place", "-at"], name="flag_place"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", KINDS)), name="flag_kind"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("mistake", "Genuine mistake"),
                            ("clock", "Device's clock"),
                            ("borrowed", "Code was lent"),
                            ("misuse", "Misuse"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("account", models.UUIDField()),
                ("by_name", models.TextField()),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
                (
                    "flag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdicts",
                        to="venues.flag",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["flag", "at"], name="verdict_flag")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict__in", ["mistake", "clock", "borrowed", "misuse"])
                        ),
                        name="verdict_word",
                    ),
                ],
            },
        ),
        RowSecurity(
            "venues_flag",
            commune="commune",
            province="province",
            insert=FOUND,
            change=False,
            only=OF_ITS_PLACE,
        ),
        RowSecurity(
            "venues_verdict",
            commune="commune",
            province="province",
            insert="seen",
            change=False,
            only=of_own("venues_verdict", "venues_flag", "flag_id"),
        ),
        migrations.RunSQL(COUNTS, "drop function venues_flag_counts(timestamptz)"),
        migrations.RunSQL(WORKER, NO_WORKER),
    ]
