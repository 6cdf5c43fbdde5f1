"""The duty list 24/24: shifts and notes of a unit, and who answers now anywhere in a province."""

from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity

#: A row is written by its own unit alone, and says truly in which province that lies.
OWN = """
    (select core.scope_system())
    or (organisation = (select core.scope_organisation()) and exists (
        select 1 from places_organisation o where o.id = {table}.organisation
            and o.commune is not distinct from {table}.commune and o.province = {table}.province))
    or (organisation is null and commune = (select core.scope_commune()) and exists (
        select 1 from places_unitparent u where u.unit_id = {table}.commune
            and u.parent_id = {table}.province and u.valid_to is null))
    or (organisation is null and commune is null and province = (select core.scope_province()))
"""

#: The three kinds of unit; a commune does not read the list of a company in it.
UNIT = {
    "unit": "organisation = (select core.scope_organisation())"
    " or (organisation is null and commune = (select core.scope_commune()))",
}

#: A note is read by the unit that wrote it: a province reads its CDC's and not its communes'.
CDC = {
    "cdc": "organisation is null and commune is null and province = (select core.scope_province())",
}

#: The telephone of a duty is answered for everybody who works in the province, at any hour; from
#: another province one reaches its CDC.  Shifts before and after stay with the unit.
ON_DUTY = """
create function core.on_duty(in_province integer, in_communes integer[], moment timestamptz)
    returns table (commune integer, kind text, name text, phone text, until timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
    declare
        s core_session := core.session();
        inside boolean;
    begin
        if s.account is null or not (s.national or s.system or s.province is not null
                or s.commune is not null or s.organisation is not null) then
            return;
        end if;
        inside := s.national or s.system or s.province = in_province
            or exists (select 1 from places_unitparent u where u.unit_id = s.commune
                and u.parent_id = in_province and u.valid_to is null)
            or exists (select 1 from places_organisation o where o.id = s.organisation
                and o.province = in_province);
        return query
            select d.commune, d.kind::text, d.name::text, d.phone::text, d.until
            from people_duty d
            where d.province = in_province and d.organisation is null and d.withdrawn_at is null
                and d.since <= moment and d.until > moment
                and (d.commune is null or (inside and d.commune = any(in_communes)));
    end $$;
revoke all on function core.on_duty(integer, integer[], timestamptz) from public;
grant execute on function core.on_duty(integer, integer[], timestamptz) to lachan_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0005_staff_sign_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="Duty",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField(null=True)),
                ("commune", models.IntegerField(null=True)),
                ("province", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("officer", "Officer on duty"),
                            ("signer", "Signer"),
                            ("deputy_signer", "Deputy signer"),
                        ],
                        max_length=13,
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("phone", models.CharField(help_text="Of the duty; one spelling", max_length=20)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("planned_at", models.DateTimeField()),
                ("planned_by", models.UUIDField()),
                ("account", models.UUIDField(help_text="Who took the shift over", null=True)),
                ("taken_over_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["province", "until"], name="duty_by_province"),
                    models.Index(fields=["commune", "until"], name="duty_by_commune"),
                    models.Index(fields=["organisation", "until"], name="duty_by_organisation"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("since"))),
                        name="duty_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account", None), ("taken_over_at", None)),
                            models.Q(("account__isnull", False), ("taken_over_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="duty_taken_over_at_and_by_together",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DutyNote",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.UUIDField(null=True)),
                ("commune", models.IntegerField(null=True)),
                ("province", models.IntegerField()),
                ("text", models.TextField()),
                ("left_at", models.DateTimeField()),
                ("left_by", models.UUIDField()),
                ("left_by_name", models.TextField()),
                ("read_at", models.DateTimeField(null=True)),
                ("read_by", models.UUIDField(null=True)),
                ("read_by_name", models.TextField(blank=True, default="")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["province", "-left_at"], name="dutynote_by_province"),
                    models.Index(fields=["commune", "-left_at"], name="dutynote_by_commune"),
                    models.Index(
                        fields=["organisation", "-left_at"], name="dutynote_by_organisation"
                    ),
                ],
            },
        ),
        RowSecurity(
            "people_duty", province="province", extra=UNIT, only=OWN.format(table="people_duty")
        ),
        RowSecurity(
            "people_dutynote",
            national=False,
            extra=UNIT | CDC,
            only=OWN.format(table="people_dutynote"),
        ),
        migrations.RunSQL(ON_DUTY, "drop function core.on_duty(integer, integer[], timestamptz)"),
    ]
