"""Appointments, stock and teams of campaigns, and who may see them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import OWN_UNIT, RowSecurity, seen

#: What a citizen may do with an appointment although he sees nobody else's: read how many places
#: the other times of his campaign have, and take one of them.  And what a unit used of its kits,
#: counted over tubes whose people the asker may not see.
FUNCTIONS = """
create function core.holds_appointment(person uuid, organisation uuid, commune int, province int)
    returns boolean language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
        select coalesce(person = any(core.scope_persons()), false)
            or coalesce(organisation = core.scope_organisation(), false)
            or coalesce(commune = core.scope_commune(), false)
            or coalesce(province = core.scope_province(), false)
            or coalesce(core.scope_system(), false)
    $$;

create function core.own_campaigns() returns uuid[] language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
        select coalesce(array_agg(distinct s.campaign_id), '{}')
        from sampling_appointment a join sampling_slot s on s.id = a.slot_id
        where a.ended_at is null and a.person_id = any(core.scope_persons())
    $$;

create function core.free_slots(wanted uuid, moment timestamptz)
    returns table (slot uuid, free int) language sql stable security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
        select o.id, (o.capacity - count(b.id))::int
        from sampling_appointment a
            join sampling_slot s on s.id = a.slot_id
            join sampling_slot o on o.campaign_id = s.campaign_id and o.id <> s.id
                and o.starts_at > moment
            left join sampling_appointment b on b.slot_id = o.id and b.ended_at is null
        where a.id = wanted and a.ended_at is null
            and core.holds_appointment(a.person_id, a.organisation, a.commune, a.province)
        group by o.id, o.capacity
        having o.capacity > count(b.id)
    $$;

create function core.move_appointment(wanted uuid, into_slot uuid, moment timestamptz, who uuid)
    returns text language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
    as $$
        declare
            held sampling_appointment;
            now_at sampling_slot;
            next_at sampling_slot;
        begin
            if who is distinct from core.scope_account() then
                return null;
            end if;
            select * into next_at from sampling_slot where id = into_slot for update;
            select * into held from sampling_appointment
                where id = wanted and ended_at is null for update;
            if held.id is null or next_at.id is null
                or not core.holds_appointment(
                    held.person_id, held.organisation, held.commune, held.province) then
                return null;
            end if;
            select * into now_at from sampling_slot where id = held.slot_id;
            if now_at.campaign_id <> next_at.campaign_id or next_at.starts_at <= moment
                or not exists (select from sampling_samplerequest r
                    where r.id = held.request_id and r.state = 'open') then
                return null;
            end if;
            if (select count(*) from sampling_appointment
                where slot_id = next_at.id and ended_at is null) >= next_at.capacity then
                return 'full';
            end if;
            update sampling_appointment set ended_at = moment where id = held.id;
            insert into sampling_appointment (id, request_id, person_id, slot_id, made_at, made_by,
                    organisation, commune, province)
                values (gen_random_uuid(), held.request_id, held.person_id, next_at.id, moment, who,
                    held.organisation, held.commune, held.province);
            return 'moved';
        end
    $$;

create function core.kits_used(unit uuid, since timestamptz, lately timestamptz)
    returns table (tubes int, swabs int, rapid int,
        tubes_lately int, swabs_lately int, rapid_lately int)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with mine as (
            select t.id, t.method, t.opened_at from sampling_tube t
            where t.organisation = unit and t.opened_at >= since
                and (coalesce(unit = core.scope_organisation(), false)
                    or coalesce(core.scope_national(), false)
                    or exists (select from places_organisation o where o.id = unit
                        and (o.commune = core.scope_commune()
                            or o.province = core.scope_province())))
        ), taken as (
            select m.method, s.taken_at from mine m join sampling_sample s on s.tube_id = m.id
        )
        select
            (select count(*) from mine where method = 'pcr')::int,
            (select count(*) from taken where method = 'pcr')::int,
            (select count(*) from taken where method = 'rapid')::int,
            (select count(*) from mine where method = 'pcr' and opened_at >= lately)::int,
            (select count(*) from taken where method = 'pcr' and taken_at >= lately)::int,
            (select count(*) from taken where method = 'rapid' and taken_at >= lately)::int
    $$;

revoke all on function core.holds_appointment(uuid, uuid, int, int) from public;
revoke all on function core.own_campaigns() from public;
revoke all on function core.free_slots(uuid, timestamptz) from public;
revoke all on function core.move_appointment(uuid, uuid, timestamptz, uuid) from public;
revoke all on function core.kits_used(uuid, timestamptz, timestamptz) from public;
grant execute on function core.own_campaigns(), core.free_slots(uuid, timestamptz),
    core.move_appointment(uuid, uuid, timestamptz, uuid),
    core.kits_used(uuid, timestamptz, timestamptz) to lachan_app;
"""
UNDO = """
drop function core.kits_used(uuid, timestamptz, timestamptz);
drop function core.move_appointment(uuid, uuid, timestamptz, uuid);
drop function core.free_slots(uuid, timestamptz);
drop function core.own_campaigns();
drop function core.holds_appointment(uuid, uuid, int, int);
"""

#: What hangs on a row this session sees.
OF_CAMPAIGN = "exists (select 1 from sampling_campaign c where c.id = {table}.campaign_id)"

SECURITY = [
    RowSecurity(
        "sampling_slot",
        commune="commune",
        province="province",
        organisation="organisation",
        insert="seen",
        only=OF_CAMPAIGN.format(table="sampling_slot"),
        extra={"holder": "campaign_id = any((select core.own_campaigns())::uuid[])"},
    ),
    # A citizen sees the own appointment and moves it by the function alone, which counts the room.
    RowSecurity(
        "sampling_appointment",
        commune="commune",
        province="province",
        organisation="organisation",
        person="person_id",
        person_changes=False,
        insert=f"{OWN_UNIT} or organisation = (select core.scope_organisation())",
        only=seen("sampling_appointment", "person_id"),
    ),
    RowSecurity(
        "sampling_stockentry",
        commune="commune",
        province="province",
        organisation="organisation",
        insert="seen",
        change=False,
    ),
    RowSecurity(
        "sampling_teamshift",
        commune="commune",
        province="province",
        organisation="organisation",
        insert="seen",
        only=OF_CAMPAIGN.format(table="sampling_teamshift"),
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_household_dwelling"),
        ("sampling", "0008_campaigns"),
    ]

    operations = [
        migrations.CreateModel(
            name="Slot",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True, serialize=False, default=lachan.core.ids.uuid7
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        to="sampling.campaign",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="slots",
                    ),
                ),
                ("site", models.CharField(max_length=120)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("capacity", models.SmallIntegerField()),
                ("made_by", models.UUIDField()),
                ("organisation", models.UUIDField(null=True)),
                ("commune", models.IntegerField(null=True)),
                ("province", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["campaign", "starts_at"], name="slot_of_campaign"),
                    models.Index(fields=["commune", "-starts_at"], name="slot_by_commune"),
                    models.Index(
                        fields=["organisation", "-starts_at"], name="slot_by_organisation"
                    ),
                    models.Index(fields=["province", "-starts_at"], name="slot_by_province"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["campaign", "site", "starts_at"], name="slot_once_at_a_site"
                    ),
                    models.CheckConstraint(
                        name="slot_ends_after_it_starts",
                        condition=models.Q(ends_at__gt=models.F("starts_at")),
                    ),
                    models.CheckConstraint(
                        name="slot_takes_somebody", condition=models.Q(capacity__gte=1)
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True, serialize=False, default=lachan.core.ids.uuid7
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        to="sampling.samplerequest",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        to="people.person",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        to="sampling.slot",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                (
                    "ended_at",
                    models.DateTimeField(null=True, help_text="When it was moved or taken back"),
                ),
                ("organisation", models.UUIDField(null=True)),
                ("commune", models.IntegerField()),
                ("province", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["slot"],
                        name="appointment_of_slot",
                        condition=models.Q(ended_at=None),
                    ),
                    models.Index(fields=["commune", "-made_at"], name="appointment_by_commune"),
                    models.Index(fields=["province", "-made_at"], name="appointment_by_province"),
                    models.Index(fields=["organisation", "-made_at"], name="appointment_by_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["request"],
                        condition=models.Q(ended_at=None),
                        name="appointment_one_that_stands",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StockEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True, serialize=False, default=lachan.core.ids.uuid7
                    ),
                ),
                ("organisation", models.UUIDField()),
                (
                    "item",
                    models.CharField(
                        max_length=5,
                        choices=[
                            ("tube", "Tubes with medium"),
                            ("swab", "Swabs"),
                            ("rapid", "Rapid tests"),
                        ],
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        max_length=8,
                        choices=[
                            ("receipt", "Received"),
                            ("given", "Given away"),
                            ("spoiled", "Spoiled or expired"),
                            ("counted", "Correction after counting"),
                        ],
                    ),
                ),
                ("quantity", models.IntegerField()),
                ("lot", models.CharField(max_length=40, default="")),
                ("expires_on", models.DateField(null=True)),
                ("note", models.CharField(max_length=120, default="")),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
                ("by_name", models.TextField()),
                ("commune", models.IntegerField(null=True)),
                ("province", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "item", "-at"], name="stock_by_unit"),
                    models.Index(fields=["commune", "-at"], name="stock_by_commune"),
                    models.Index(fields=["province", "-at"], name="stock_by_province"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        name="stock_moves_the_right_way",
                        condition=models.Q(kind="receipt", quantity__gt=0)
                        | models.Q(kind__in=["given", "spoiled"], quantity__lt=0)
                        | models.Q(kind="counted") & ~models.Q(quantity=0),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamShift",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        primary_key=True, serialize=False, default=lachan.core.ids.uuid7
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        to="sampling.campaign",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shifts",
                    ),
                ),
                ("team", models.CharField(max_length=120, help_text="Names of who goes")),
                ("device", models.CharField(max_length=60)),
                ("where", models.CharField(max_length=120, help_text="Site or lanes")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("expected", models.IntegerField(help_text="People")),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("organisation", models.UUIDField(null=True)),
                ("commune", models.IntegerField(null=True)),
                ("province", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["campaign", "starts_at"], name="teamshift_of_campaign"),
                    models.Index(
                        fields=["organisation", "-starts_at"], name="teamshift_by_organisation"
                    ),
                    models.Index(fields=["commune", "-starts_at"], name="teamshift_by_commune"),
                    models.Index(fields=["province", "-starts_at"], name="teamshift_by_province"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        name="teamshift_ends_after_it_starts",
                        condition=models.Q(ends_at__gt=models.F("starts_at")),
                    ),
                    models.CheckConstraint(
                        name="teamshift_expects_people", condition=models.Q(expected__gte=1)
                    ),
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, UNDO),
        *SECURITY,
    ]
