"""Positive rapid tests that are traced before RT-PCR."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import OWN_UNIT, RowSecurity

#: The worker opens a case of it: whoever asks works cases, in the own name, and sees the sample and
#: its released result, which makes no case by itself.
PROVISIONAL = f"""{OWN_UNIT}
    and (select (core.session()).roles && array['tracer', 'director', 'station_officer'])
    and asked_by = (select core.scope_account())
    and exists (
        select 1 from sampling_release r join sampling_sample s on s.tube_id = r.tube_id
        where r.result_id = tracing_suspicion.result and not r.confirms
            and s.person_id = tracing_suspicion.person_id and s.taken_back_at is null
            and s.commune = tracing_suspicion.commune
            and s.province = tracing_suspicion.province)"""


class Migration(migrations.Migration):
    dependencies = [
        ("tracing", "0015_undoing"),
        ("sampling", "0010_rapid"),
        ("people", "0006_duty"),
    ]

    operations = [
        migrations.CreateModel(
            name="Suspicion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("result", models.UUIDField(help_text="Of the rapid test", unique=True)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.UUIDField()),
                ("asked_by_name", models.TextField()),
                ("commune", models.IntegerField(help_text="Of the sample")),
                ("province", models.IntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["commune", "-asked_at"], name="suspicion_by_commune"),
                    models.Index(fields=["province", "-asked_at"], name="suspicion_by_province"),
                ],
            },
        ),
        RowSecurity(
            "tracing_suspicion",
            commune="commune",
            province="province",
            insert=PROVISIONAL,
            change=False,
        ),
    ]
