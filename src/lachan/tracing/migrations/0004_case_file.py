"""The case file: answers of the form, each a fact; places and times that were told."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity, of_own

#: A case's days are the business of whoever works it and of nobody else, from a month before the
#: sample on.  The ledger itself opens by the province of the place: he was elsewhere too.
SCANS = """
create function core.scans_of_case(wanted uuid, since timestamptz, till timestamptz)
    returns table (at timestamptz, place uuid, direction text, id uuid, source text)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select v.at, v.place, v.direction, v.id, v.source
        from core.session() s, tracing_case c
            join people_pseudonym p on p.person_id = c.person_id
            join venues_scan v on v.trace_id = p.trace_id
        where c.id = wanted and s.account is not null and (s.system or (
                s.roles && array['tracer', 'director', 'station_officer']
                and (c.commune = s.commune or c.province = s.province)))
            and v.at >= greatest(since, c.taken_at - interval '30 days') and v.at < till
            and v.day >= ((since at time zone 'UTC') + interval '7 hours')::date
            and v.day <= ((till at time zone 'UTC') + interval '7 hours')::date
            and not exists (
                select 1 from venues_withdrawal w where w.day = v.day and w.id = v.id)
        order by v.at
    $$;
revoke all on function core.scans_of_case(uuid, timestamptz, timestamptz) from public;
grant execute on function core.scans_of_case(uuid, timestamptz, timestamptz) to lachan_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0002_guards"),
        ("venues", "0003_told"),
        ("tracing", "0003_office"),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="doses_at_onset",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="first_symptoms",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=12), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="found_where",
            field=models.CharField(
                blank=True,
                choices=[
                    ("community", "In the community"),
                    ("quarantine", "At an isolation place"),
                    ("zone", "Inside a zone"),
                    ("home_isolation", "In isolation at home"),
                    ("entry", "At entry into the country"),
                    ("facility", "At a treatment facility"),
                ],
                default="",
                max_length=14,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="guardian_sealed",
            field=models.BinaryField(help_text="Sealed under the person's key", null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="interview_way",
            field=models.CharField(
                blank=True,
                choices=[("phone", "Over the telephone"), ("visit", "At home or at the bedside")],
                default="",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="interviewed",
            field=models.CharField(
                blank=True,
                choices=[
                    ("patient", "The patient"),
                    ("relative", "A relative"),
                    ("cannot_speak", "Nobody: the patient cannot speak (intubated)"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="occupation",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddField(
            model_name="case",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("treating", "Under treatment"),
                    ("recovered", "Recovered"),
                    ("transferred", "Transferred to another facility"),
                    ("died", "Died"),
                ],
                default="",
                max_length=11,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="outcome_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="outcome_place",
            field=models.CharField(blank=True, default="", max_length=120),
        ),
        migrations.AddField(
            model_name="case",
            name="pregnancy_on",
            field=models.DateField(help_text="The day on which it was so many weeks", null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="pregnancy_weeks",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="pregnant",
            field=models.CharField(
                blank=True,
                choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
                default="",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="released_at",
            field=models.DateTimeField(help_text="When the laboratory released it", null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="sample_round",
            field=models.SmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="saved_sections",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=10), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="symptoms_other",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="case",
            name="underlying",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=12), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="underlying_other",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="outbreak",
            name="closed_by_name",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="outbreak",
            name="opened_by_name",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.CreateModel(
            name="CaseFact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("section", models.CharField(max_length=10)),
                (
                    "what",
                    models.CharField(
                        help_text="The column or the subject that changed", max_length=20
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("by_name", models.TextField()),
                ("commune", models.IntegerField(help_text="Of the case")),
                ("province", models.IntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="tracing.case",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["case", "-at"], name="casefact_of_case")],
            },
        ),
        migrations.CreateModel(
            name="TimePlace",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("place_name", models.CharField(blank=True, default="", max_length=120)),
                (
                    "place_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("home", "Somebody's home"),
                            ("shop", "Shop, restaurant"),
                            ("market", "Market place"),
                            ("work", "Workplace"),
                            ("school", "School"),
                            ("worship", "Pagoda, church"),
                            ("party", "Wedding, funeral, party"),
                            ("health", "Clinic, pharmacy"),
                            ("vehicle", "Bus, car, boat"),
                            ("outdoors", "Outdoors"),
                            ("other", "Other"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("place_address", models.CharField(blank=True, default="", max_length=200)),
                ("place_commune", models.IntegerField(null=True)),
                ("start", models.DateTimeField()),
                ("end", models.DateTimeField()),
                ("uncertain", models.SmallIntegerField(default=0, help_text="Minutes, either way")),
                ("plate", models.CharField(blank=True, default="", max_length=20)),
                ("seat", models.CharField(blank=True, default="", max_length=20)),
                ("segment", models.CharField(blank=True, default="", max_length=80)),
                (
                    "company_sealed",
                    models.BinaryField(help_text="With whom; under the person's key", null=True),
                ),
                ("scan_in", models.UUIDField(null=True)),
                ("scan_out", models.UUIDField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.UUIDField(null=True)),
                ("at", models.DateTimeField(help_text="When it was typed")),
                ("by", models.UUIDField()),
                ("by_name", models.TextField()),
                ("commune", models.IntegerField(help_text="Of the case")),
                ("province", models.IntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="tracing.case",
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
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="tracing.timeplace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case", "-start"], name="timeplace_of_case"),
                    models.Index(fields=["place", "start"], name="timeplace_at_place"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))),
                        name="timeplace_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("place", None), ("place_name", ""), _connector="XOR"),
                        name="timeplace_is_somewhere",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("uncertain__range", (0, 720))),
                        name="timeplace_uncertain_by_minutes",
                    ),
                ],
            },
        ),
        RowSecurity(
            "tracing_casefact",
            commune="commune",
            province="province",
            insert="seen",
            change=False,
            only=of_own("tracing_casefact", "tracing_case", "case_id"),
        ),
        RowSecurity(
            "tracing_timeplace",
            commune="commune",
            province="province",
            insert="seen",
            only=of_own("tracing_timeplace", "tracing_case", "case_id"),
        ),
        migrations.RunSQL(
            SCANS, "drop function core.scans_of_case(uuid, timestamptz, timestamptz)"
        ),
    ]
