"""The line of a session: letters of devices, numbers, calls, sheets; the table for problems."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity

#: A screen outside has no account: it is given counts and numbers, never whose they are.
SHOWN = """
create function core.line_counted(wanted uuid, later_than timestamptz)
    returns table (station text, waiting bigint, done bigint, first timestamptz, last timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with told as (
            select distinct on (c.ticket_id, c.station) c.ticket_id, c.station, c.kind
            from vaccination_linecall c where c.session_id = wanted
            order by c.ticket_id, c.station, c.at desc, c.id desc
        )
        select s.code,
            count(*) filter (where t.step = s.code and coalesce(k.kind, 'missed') = 'missed'),
            count(*) filter (where case s.code when 'screening' then t.screened_at
                else t.injected_at end > later_than),
            min(case s.code when 'screening' then t.received_at else t.screened_at end),
            max(t.changed_at)
        from (values (1, 'screening'), (2, 'injection')) as s (place, code)
            left join vaccination_lineticket t on t.session_id = wanted and t.step <> 'void'
            left join told k on k.ticket_id = t.id and k.station = s.code
        group by s.place, s.code order by s.place
    $$;
create function core.line_serving(wanted uuid)
    returns table (station text, table_no smallint, label text, at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select distinct on (c.station, c.table_no) c.station::text, c.table_no,
            t.letter || t.number, c.at
        from vaccination_linecall c join vaccination_lineticket t on t.id = c.ticket_id
        where c.session_id = wanted and c.kind = 'called' and t.step <> 'void'
        order by c.station, c.table_no, c.at desc, c.id desc
    $$;
revoke all on function core.line_counted(uuid, timestamptz), core.line_serving(uuid) from public;
grant execute on function core.line_counted(uuid, timestamptz), core.line_serving(uuid)
    to lachan_app;
"""
NOT_SHOWN = """
drop function core.line_serving(uuid);
drop function core.line_counted(uuid, timestamptz);
"""

OF_FACILITY = "organisation = (select core.scope_organisation()) or (select core.scope_system())"
#: A call and a sheet are of a session of the own facility.
OF_SESSION = (
    "organisation = (select core.scope_organisation()) and exists (select 1 from"
    " vaccination_session s where s.id = {table}.session_id"
    " and s.organisation = {table}.organisation)"
)


def _key() -> Any:
    return models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False)


def _session() -> Any:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vaccination.session"
    )


class Migration(migrations.Migration):
    dependencies = [("vaccination", "0007_public")]

    operations = [
        migrations.AddField(
            "sitevisit", "letter", models.CharField(blank=True, default="", max_length=2)
        ),
        migrations.AddField(
            "sitevisit", "problem", models.CharField(blank=True, default="", max_length=12)
        ),
        migrations.AddField("sitevisit", "problem_at", models.DateTimeField(null=True)),
        migrations.AlterField(
            "sitevisit",
            "number",
            models.SmallIntegerField(help_text="Queue number, after the letter", null=True),
        ),
        migrations.AlterField(
            "sitevisit",
            "step",
            models.CharField(
                choices=[
                    ("screening", "Screening"),
                    ("injection", "Injection"),
                    ("not_today", "Not Today"),
                    ("problem", "Problem"),
                    ("observed", "Observed"),
                    ("home", "Home"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="LineLetter",
            fields=[
                ("id", _key()),
                ("organisation", models.UUIDField()),
                ("device", models.UUIDField()),
                ("letter", models.CharField(max_length=2)),
                ("made_at", models.DateTimeField()),
                ("session", _session()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-made_at"], name="line_letter_organisation"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("session", "letter"), name="line_letter_is_one"
                    ),
                    models.UniqueConstraint(
                        fields=("session", "device"), name="line_letter_of_device"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LineTicket",
            fields=[
                ("id", _key()),
                ("organisation", models.UUIDField()),
                ("letter", models.CharField(max_length=2)),
                ("number", models.SmallIntegerField()),
                ("reception", models.UUIDField(null=True)),
                ("kin", models.CharField(blank=True, default="", max_length=32)),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("screening", "Screening"),
                            ("injection", "Injection"),
                            ("problem", "Problem"),
                            ("not_today", "Not Today"),
                            ("observed", "Observed"),
                            ("home", "Home"),
                            ("void", "Void"),
                        ],
                        max_length=10,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("received_at", models.DateTimeField(null=True)),
                ("screened_at", models.DateTimeField(null=True)),
                ("injected_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, default="", max_length=12)),
                ("settled", models.CharField(blank=True, default="", max_length=12)),
                ("changed_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                ("session", _session()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-changed_at"], name="line_ticket_organisation"
                    ),
                    models.Index(fields=["session", "step"], name="line_ticket_step"),
                    models.Index(fields=["person", "session"], name="line_ticket_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("session", "letter", "number"), name="line_ticket_is_one"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LineCall",
            fields=[
                ("id", _key()),
                ("organisation", models.UUIDField()),
                ("station", models.CharField(max_length=10)),
                ("table_no", models.SmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("called", "Called"), ("missed", "Missed")], max_length=6
                    ),
                ),
                ("at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("session", _session()),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.lineticket",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["session", "-at"], name="line_call_session"),
                    models.Index(fields=["organisation", "-at"], name="line_call_organisation"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LineSheet",
            fields=[
                ("id", _key()),
                ("organisation", models.UUIDField()),
                ("number", models.SmallIntegerField()),
                (
                    "since",
                    models.DateTimeField(
                        help_text="Only what changed after it; all if empty", null=True
                    ),
                ),
                ("people", models.IntegerField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("session", _session()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "-made_at"], name="line_sheet_organisation"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "number"), name="line_sheet_is_one")
                ],
            },
        ),
        migrations.RunSQL(SHOWN, NOT_SHOWN),
        RowSecurity(
            "vaccination_lineletter",
            organisation="organisation",
            insert="seen",
            change=False,
            only=OF_SESSION.format(table="vaccination_lineletter"),
        ),
        RowSecurity(
            "vaccination_lineticket",
            organisation="organisation",
            insert="system",
            only="(select core.scope_system())",
        ),
        RowSecurity(
            "vaccination_linecall",
            organisation="organisation",
            insert="seen",
            change=False,
            only=OF_SESSION.format(table="vaccination_linecall"),
        ),
        RowSecurity(
            "vaccination_linesheet",
            organisation="organisation",
            insert="seen",
            change=False,
            only=OF_SESSION.format(table="vaccination_linesheet"),
        ),
    ]
