"""Complaints about records of vaccination, and how fast they are answered, in public."""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity, seen

#: Who opens one: the person himself, who speaks for him, or the health side for him.
OPENS = (
    "person_id = any((select core.scope_persons())::uuid[])"
    " or person_id = any((select core.granted('person'))::uuid[])"
    " or (select (core.session()).roles"
    " && array['vaccinator', 'station_officer', 'director', 'tracer', 'system'])"
)
AT_HOME = (
    "exists (select 1 from people_person p where p.id = corrections_ticket.person_id"
    " and p.commune = corrections_ticket.commune and p.province = corrections_ticket.province)"
)

#: Counts and middle hours only, of units with enough decided complaints: nobody is in them.
BOARD = """
create function core.complaint_times(since timestamptz, fewest integer)
    returns table (province integer, organisation uuid, opened bigint, decided bigint,
        in_time bigint, overdue bigint, middle_hours double precision)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select t.province, t.organisation, count(*), count(t.decided_at),
            count(*) filter (where t.decided_at <= t.due_at),
            count(*) filter (where t.decided_at is null and t.due_at < core.now()),
            percentile_cont(0.5) within group (
                order by extract(epoch from t.decided_at - t.opened_at) / 3600.0)
        from corrections_ticket t
        where t.opened_at >= since and fewest >= 5
        group by grouping sets ((t.province), (t.province, t.organisation))
        having count(*) >= fewest
            and (grouping(t.organisation) = 1 or t.organisation is not null)
    $$;
revoke all on function core.complaint_times(timestamptz, integer) from public;
grant execute on function core.complaint_times(timestamptz, integer) to lachan_app;
"""
NO_BOARD = "drop function core.complaint_times(timestamptz, integer);"


class Migration(migrations.Migration):
    dependencies = [
        ("corrections", "0002_own_name"),
        ("people", "0007_household_dwelling"),
        ("vaccination", "0001_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="Ticket",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=12, unique=True)),
                ("disease", models.CharField(max_length=40)),
                (
                    "about",
                    models.CharField(
                        choices=[
                            ("missing", "Missing"),
                            ("wrong", "Wrong"),
                            ("not_mine", "Not Mine"),
                            ("identity", "Identity"),
                        ],
                        max_length=8,
                    ),
                ),
                ("claimed", models.JSONField(default=dict)),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                (
                    "photo",
                    models.BinaryField(
                        help_text="Of the paper, sealed with the person's key", null=True
                    ),
                ),
                ("found", models.JSONField(default=dict)),
                (
                    "organisation",
                    models.UUIDField(help_text="The facility that is asked", null=True),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("proposed", "Proposed"),
                            ("done", "Done"),
                            ("declined", "Declined"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.UUIDField()),
                ("due_at", models.DateTimeField()),
                (
                    "rule",
                    models.JSONField(default=dict, help_text="By which version the hour was set"),
                ),
                (
                    "remedy",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("enter", "Enter"),
                            ("reverse", "Reverse"),
                            ("replace", "Replace"),
                            ("identity", "Identity"),
                            ("nothing", "Nothing"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("proposal", models.JSONField(default=dict, help_text="The entry as it is to be")),
                ("proposed_why", models.CharField(blank=True, default="", max_length=300)),
                ("proposed_at", models.DateTimeField(null=True)),
                ("proposed_by", models.UUIDField(null=True)),
                ("answer", models.CharField(blank=True, default="", max_length=300)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("changed", models.JSONField(default=list)),
                (
                    "commune",
                    models.IntegerField(help_text="Today's unit of the person's present stay"),
                ),
                ("province", models.IntegerField()),
                (
                    "dose",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vaccination.dose",
                    ),
                ),
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
                    models.Index(fields=["province", "due_at"], name="ticket_by_province"),
                    models.Index(fields=["commune", "due_at"], name="ticket_by_commune"),
                    models.Index(fields=["organisation", "due_at"], name="ticket_by_organisation"),
                    models.Index(fields=["person", "-opened_at"], name="ticket_by_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="ticket_decided_by_a_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state__in", ["done", "declined"]),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            models.Q(("decided_at", None), ("state__in", ["open", "proposed"])),
                            _connector="OR",
                        ),
                        name="ticket_decided_when_it_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            models.Q(
                                ("proposed_at__isnull", False),
                                models.Q(("remedy", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ticket_proposed_by_somebody",
                    ),
                ],
            },
        ),
        RowSecurity(
            "corrections_ticket",
            commune="commune",
            province="province",
            organisation="organisation",
            person="person_id",
            grant="person",
            key="person_id",
            person_changes=False,
            insert=OPENS,
            only=f"{seen('corrections_ticket', 'person_id')} and {AT_HOME}",
        ),
        migrations.RunSQL(BOARD, NO_BOARD),
    ]
