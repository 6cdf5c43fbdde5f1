"""What a gate's pack holds beside zones, and which codes were reported lost or copied.

The pack names nobody: duties and revocations leave this function with pseudonyms and leave the
house as salted digests.
"""

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity

FUNCTIONS = """
create function gate_pack_duties(gate_place uuid, moment timestamptz)
    returns table (trace_id uuid, rank integer, duty text, from_at timestamptz, to_at timestamptz,
                   told jsonb)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with gate as (
            select p.province from places_place p where p.id = gate_place
                and (core.session()).roles && array['gate_controller', 'place_manager']
                and p.organisation_id = (core.session()).organisation
        ),
        found as (
            select o.person_id, 1 as rank,
                case when o.until is null then 'isolation_open' else 'isolation' end as duty,
                null::timestamptz as from_at,
                (o.until + 1)::timestamp at time zone interval '+07:00' as to_at,
                null::jsonb as told
            from gate join isolation_order o on o.province = gate.province
            where o.state in ('decided', 'noticed') and o.measure like 'isolate%'
            union all
            select o.person_id, 2, 'holding', h.starts_at, h.lapses_at, null
            from gate join isolation_order o on o.province = gate.province
                join isolation_holding h on h.order_id = o.id
            where h.ended_at is null
            union all
            (select distinct on (n.person_id) n.person_id, 3, '', null::timestamptz,
                null::timestamptz, n."values"
            from gate join notices_notice n on n.province = gate.province
            where n.state = 'sent' and n.kind = 'contact_duty'
            order by n.person_id, n.sent_at desc)
        )
        select y.trace_id, f.rank, f.duty, f.from_at, f.to_at, f.told
        from found f join people_pseudonym y on y.person_id = f.person_id
        where f.to_at is null or f.to_at > moment
        order by f.rank, f.to_at desc nulls first
    $$;

create function gate_pack_revoked(gate_place uuid, since timestamptz)
    returns table (trace_id uuid, at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select r.trace_id, max(r.at)
        from places_place p join gate_revocation r on r.province = p.province and r.at > since
        where p.id = gate_place
            and (core.session()).roles && array['gate_controller', 'place_manager']
            and p.organisation_id = (core.session()).organisation
        group by r.trace_id
    $$;

create function gate_revoked(wanted uuid) returns timestamptz
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select max(at) from gate_revocation where trace_id = wanted
    $$;

create function gate_revoked_since(moment timestamptz)
    returns table (trace_id uuid, at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select trace_id, max(at) from gate_revocation where at > moment group by trace_id
    $$;

create function gate_device_carried(wanted bytea)
    returns table (device uuid, label text, place uuid, venue_code text, name text,
                   commune integer, province integer, closed_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select d.id, d.label, p.id, v.code, p.name, p.commune, p.province,
            least(d.closed_at, v.closed_at)
        from venues_device d join venues_venue v on v.id = d.venue_id
            join places_place p on p.id = v.place_id
        where d.token_sha256 = wanted and (core.session()).roles
            && array['gate_controller', 'place_manager', 'station_officer']
    $$;

revoke all on function gate_device_carried(bytea) from public;
grant execute on function gate_device_carried(bytea) to lachan_app;
revoke all on function gate_pack_duties(uuid, timestamptz) from public;
revoke all on function gate_pack_revoked(uuid, timestamptz) from public;
revoke all on function gate_revoked(uuid) from public;
revoke all on function gate_revoked_since(timestamptz) from public;
grant execute on function gate_pack_duties(uuid, timestamptz) to lachan_app;
grant execute on function gate_pack_revoked(uuid, timestamptz) to lachan_app;
grant execute on function gate_revoked(uuid) to lachan_app, lachan_gate;
grant execute on function gate_revoked_since(timestamptz) to lachan_gate;
"""

UNDO = """
drop function gate_device_carried(bytea);
drop function gate_revoked_since(timestamptz);
drop function gate_revoked(uuid);
drop function gate_pack_revoked(uuid, timestamptz);
drop function gate_pack_duties(uuid, timestamptz);
"""

#: Whoever may not see somebody may not void his codes, nor under another pseudonym than his.
OWN = (
    "exists (select 1 from people_pseudonym y where y.person_id = gate_revocation.person_id"
    " and y.trace_id = gate_revocation.trace_id and y.commune = gate_revocation.commune"
    " and y.province = gate_revocation.province)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("gate", "0004_orders"),
        ("people", "0003_who_sees_whom"),
        ("notices", "0001_first"),
        ("isolation", "0002_who_sees_what"),
    ]

    operations = [
        migrations.CreateModel(
            name="Revocation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("trace_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "why",
                    models.CharField(
                        choices=[("lost", "The slip was lost"), ("copied", "Somebody copied it")],
                        max_length=10,
                    ),
                ),
                ("made_by", models.UUIDField()),
                ("commune", models.IntegerField()),
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
                    models.Index(fields=["commune", "-at"], name="revocation_by_commune"),
                    models.Index(fields=["province", "-at"], name="revocation_by_province"),
                    models.Index(fields=["trace_id", "-at"], name="revocation_by_trace"),
                    models.Index(fields=["person", "-at"], name="revocation_by_person"),
                ],
            },
        ),
        RowSecurity(
            "gate_revocation",
            commune="commune",
            province="province",
            person="person_id",
            insert="seen",
            change=False,
            only=OWN,
        ),
        migrations.RunSQL(FUNCTIONS, UNDO),
    ]
