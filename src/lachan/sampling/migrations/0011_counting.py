"""Counting: people by tube without a name, what laboratories can do in a day, and boxes sent to
another one."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

import lachan.core.ids
from lachan.core.rowsecurity import RowSecurity

#: How many people of each reason and round are in a tube, and whom a message of its newest release
#: reached: figures only, so that a laboratory and a unit count the same and see nobody.  Planned
#: anew for each set of tubes: a handful is looked up, a million is read as a whole.
SHARES = """
create function core.shares_of_tubes(wanted uuid[], moment timestamptz)
    returns table (tube uuid, reason text, round integer, people integer, delivered integer,
        undeliverable integer) language plpgsql stable
    security definer set search_path = pg_catalog, public, pg_temp
    as $$ begin return query execute $q$
        with asked as materialized (
            select t.id, t.organisation, t.laboratory
            from unnest($1) as a(id) join sampling_tube t on t.id = a.id),
        inside as materialized (
            select s.tube_id, s.person_id, s.reason, s.round
            from asked t join sampling_sample s on s.tube_id = t.id
            where s.taken_at <= $2 and (s.taken_back_at is null or s.taken_back_at > $2)
            and (t.organisation = (select core.scope_organisation())
                or t.laboratory = (select core.scope_organisation())
                or s.commune = (select core.scope_commune())
                or s.province = (select core.scope_province())
                or (select core.scope_national()) or (select core.scope_system()))),
        newest as (
            select distinct on (e.tube_id) e.tube_id, e.result_id
            from asked t join sampling_release e on e.tube_id = t.id where e.at <= $2
            order by e.tube_id, e.at desc, e.result_id desc),
        why as (
            select i.tube_id, i.person_id, n.result_id as reason
            from inside i join newest n on n.tube_id = i.tube_id
            union all
            select i.tube_id, i.person_id, p.id
            from inside i join newest n on n.tube_id = i.tube_id
            join sampling_poolmember p on p.result_id = n.result_id
                and p.person_id = i.person_id),
        told as (
            select w.tube_id, w.person_id,
                coalesce(bool_or(m.delivery = 'delivered' and m.delivery_at <= $2), false)
                    as delivered,
                coalesce(bool_or(m.state = 'failed'
                    or m.delivery = 'undeliverable' and m.delivery_at <= $2), false) as failed
            from why w join notices_notice m
                on m.person_id = w.person_id and m.reason = w.reason
            group by w.tube_id, w.person_id)
        select i.tube_id, i.reason::text, i.round::integer, count(*)::integer,
            (count(*) filter (where n.delivered))::integer,
            (count(*) filter (where n.failed and not n.delivered))::integer
        from inside i left join told n on n.tube_id = i.tube_id and n.person_id = i.person_id
        group by i.tube_id, i.reason, i.round
    $q$ using wanted, moment; end $$;
-- The moments of each tube by then: when the first of its people was sampled, packed, handed over,
-- received, when a message last arrived.  What only the laboratory knows before it releases is told
-- to it alone.
create function core.moments_of_tubes(wanted uuid[], moment timestamptz)
    returns table (tube uuid, taken timestamptz, packed timestamptz, handed timestamptz,
        received timestamptz, resulted timestamptz, approved timestamptz, released timestamptz,
        delivered timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$ begin return query execute $q$
        with asked as materialized (
            select t.id, coalesce(t.laboratory = (select core.scope_organisation()), false)
                or (select core.scope_national()) or (select core.scope_system()) as own
            from unnest($1) as a(id) join sampling_tube t on t.id = a.id),
        inside as materialized (
            select s.tube_id, s.person_id, s.taken_at
            from asked a join sampling_tube t on t.id = a.id
            join sampling_sample s on s.tube_id = t.id
            where s.taken_at <= $2 and (s.taken_back_at is null or s.taken_back_at > $2)
            and (t.organisation = (select core.scope_organisation())
                or t.laboratory = (select core.scope_organisation())
                or s.commune = (select core.scope_commune())
                or s.province = (select core.scope_province())
                or (select core.scope_national()) or (select core.scope_system()))),
        seen as (
            select i.tube_id, min(i.taken_at) as at from inside i group by i.tube_id),
        packing as materialized (
            select p.tube_id, p.box_id, p.at, p.listed
            from asked t join sampling_packing p on p.tube_id = t.id
            where p.at <= $2 and not (p.out = 'taken_out' and p.out_at <= $2)),
        packed as (select p.tube_id, min(p.at) as at from packing p group by p.tube_id),
        handed as (
            select p.tube_id, min(h.given_at) as at
            from packing p join sampling_handover h on h.box_id = p.box_id
            where p.listed and h.given_at <= $2 group by p.tube_id),
        received as (
            select r.tube_id, min(r.at) as at
            from asked t join sampling_reception r on r.tube_id = t.id
            where r.accepted and r.at <= $2 group by r.tube_id),
        resulted as (
            select r.tube_id, min(r.entered_at) as at
            from asked t join sampling_result r on r.tube_id = t.id
            where t.own and r.entered_at <= $2 group by r.tube_id),
        approved as (
            select r.tube_id, min(r.at) as at
            from asked t join sampling_approval r on r.tube_id = t.id
            where t.own and r.at <= $2 group by r.tube_id),
        released as materialized (
            select e.tube_id, e.result_id, e.at
            from asked t join sampling_release e on e.tube_id = t.id where e.at <= $2),
        first as (select e.tube_id, min(e.at) as at from released e group by e.tube_id),
        why as (
            select i.tube_id, i.person_id, e.result_id as reason
            from inside i join released e on e.tube_id = i.tube_id
            union all
            select i.tube_id, i.person_id, p.id
            from inside i join released e on e.tube_id = i.tube_id
            join sampling_poolmember p on p.result_id = e.result_id
                and p.person_id = i.person_id),
        told as (
            select w.tube_id, max(m.delivery_at) as at
            from why w join notices_notice m on m.person_id = w.person_id and m.reason = w.reason
            where m.delivery = 'delivered' and m.delivery_at <= $2
            group by w.tube_id)
        select s.tube_id, s.at, p.at, h.at, r.at, f.at, a.at, e.at, n.at
        from seen s left join packed p on p.tube_id = s.tube_id
        left join handed h on h.tube_id = s.tube_id left join received r on r.tube_id = s.tube_id
        left join resulted f on f.tube_id = s.tube_id left join approved a on a.tube_id = s.tube_id
        left join first e on e.tube_id = s.tube_id left join told n on n.tube_id = s.tube_id
    $q$ using wanted, moment; end $$;
-- Each closed tube as it stood at an instant: every place that some row puts it at, read from rows
-- of its own kind (losses, receptions, hands), what was released of it, how many people of which
-- reasons and rounds are in it.  The newest thing that hands did says whether it is on its way.
-- Sent on, lost or seen elsewhere after its reception, the laboratory has it no more; a cassette is
-- read where it was filled: nobody sends it.
create function core.counted_tubes(wanted uuid[], moment timestamptz)
    returns table (tube uuid, barcode text, size smallint, method text, organisation uuid,
        laboratory uuid, campaign uuid, closed_at timestamptz, box uuid, received boolean,
        rejected boolean, missing boolean, moving boolean, outcome text, people integer,
        delivered integer, undeliverable integer, reasons text, rounds text)
    language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$ begin return query execute $q$
        with asked as materialized (
            select t.* from unnest($1) as a(id) join sampling_tube t on t.id = a.id
            where t.closed_at <= $2 and (t.organisation = (select core.scope_organisation())
                or t.laboratory = (select core.scope_organisation())
                or (select core.scope_national()) or (select core.scope_system())
                or exists (select from sampling_sample s where s.tube_id = t.id
                    and (s.commune = (select core.scope_commune())
                        or s.province = (select core.scope_province()))))),
        packing as materialized (
            select p.tube_id, p.box_id, p.id, p.at, p.out,
                case when p.out_at <= $2 then p.out_at end as out_at
            from asked t join sampling_packing p on p.tube_id = t.id where p.at <= $2),
        reception as materialized (
            select r.tube_id, r.id, r.accepted, r.at
            from asked t join sampling_reception r on r.tube_id = t.id where r.at <= $2),
        stray as materialized (
            select s.tube_id, s.at
            from asked t join sampling_stray s on s.tube_id = t.id where s.at <= $2),
        loss as materialized (
            select l.tube_id, l.at, case when l.found_at <= $2 then l.found_at end as found_at
            from asked t join sampling_loss l on l.tube_id = t.id where l.at <= $2),
        event as (
            select t.id as tube_id, t.closed_at as at, 1 as rank, 'way' as what from asked t
            union all select p.tube_id, p.at, 3, 'way' from packing p where p.out_at is null
            union all select p.tube_id, p.out_at, 2, 'way' from packing p
                where p.out_at is not null and p.out = 'taken_out'
            union all select p.tube_id, p.out_at, 2, 'left' from packing p
                where p.out_at is not null and p.out = 'left_over'
                and not exists (select from reception r
                    where r.tube_id = p.tube_id and r.at between p.at and p.out_at)
                and not exists (select from stray s
                    where s.tube_id = p.tube_id and s.at between p.at and p.out_at)
            union all select s.tube_id, s.at, 4, 'way' from stray s
            union all select l.tube_id, l.at, 5, 'lost' from loss l where l.found_at is null
            union all select l.tube_id, l.found_at, 2, 'way' from loss l
                where l.found_at is not null
                and not exists (select from reception r
                    where r.tube_id = l.tube_id and r.at <= l.found_at)
                and not exists (select from packing p where p.tube_id = l.tube_id
                    and p.at <= l.found_at and (p.out_at is null or p.out_at > l.found_at))
            union all select r.tube_id, r.at, 6, 'hand' from reception r),
        hands as (
            select distinct on (e.tube_id) e.tube_id, e.what from event e
            order by e.tube_id, e.at desc, e.rank desc),
        received as (
            select distinct on (r.tube_id) r.tube_id, r.accepted, r.at from reception r
            order by r.tube_id, r.at desc, r.id desc),
        lost as (
            select l.tube_id, max(l.at) as at from loss l where l.found_at is null
            group by l.tube_id),
        gone as (
            select g.tube_id, max(g.at) as at from (select p.tube_id, p.at from packing p
                union all select s.tube_id, s.at from stray s) g group by g.tube_id),
        boxed as (
            select distinct on (p.tube_id) p.tube_id, p.box_id from packing p
            where p.out_at is null or p.out <> 'taken_out'
            order by p.tube_id, p.at desc, p.id desc),
        newest as (
            select distinct on (e.tube_id) e.tube_id, e.result_id
            from asked t join sampling_release e on e.tube_id = t.id where e.at <= $2
            order by e.tube_id, e.at desc, e.result_id desc),
        answer as (
            select n.tube_id, r.outcome from newest n join sampling_result r on r.id = n.result_id
            left join sampling_withdrawal w on w.result_id = n.result_id and w.at <= $2
            where w.result_id is null),
        inside as (
            select s.tube, sum(s.people)::integer as people, sum(s.delivered)::integer as delivered,
                sum(s.undeliverable)::integer as undeliverable,
                string_agg(distinct s.reason, '+' order by s.reason) as reasons,
                array_to_string(array_agg(distinct s.round order by s.round), '+') as rounds
            from core.shares_of_tubes($1, $2) s group by s.tube),
        placed as (
            select t.*, b.box_id, a.outcome, i.people, i.delivered, i.undeliverable, i.reasons,
                i.rounds, l.at is not null or h.what = 'left' as missing, h.what = 'way' as moving,
                case when greatest(l.at, g.at) > r.at then null else r.accepted end as accepted
            from asked t join hands h on h.tube_id = t.id
            left join received r on r.tube_id = t.id left join lost l on l.tube_id = t.id
            left join gone g on g.tube_id = t.id left join boxed b on b.tube_id = t.id
            left join answer a on a.tube_id = t.id left join inside i on i.tube = t.id),
        there as (
            select p.*, p.method = 'rapid' and not p.missing and p.accepted is null as at_hand
            from placed p)
        select p.id, p.barcode::text, p."limit", p.method::text, p.organisation, p.laboratory,
            p.campaign_id, p.closed_at, p.box_id, p.accepted is true or p.at_hand,
            p.accepted is false, p.missing, p.moving and not p.at_hand,
            coalesce(p.outcome, '')::text, coalesce(p.people, 0), coalesce(p.delivered, 0),
            coalesce(p.undeliverable, 0), coalesce(p.reasons, ''), coalesce(p.rounds, '')
        from there p
    $q$ using wanted, moment; end $$;
-- How much lies before each laboratory: figures of tubes, and nothing of whose they are.  `coming`
-- are closed tubes of the last week that nobody received, rejected or lost.
create function core.backlog_of_laboratories()
    returns table (laboratory uuid, waiting integer, coming integer) language sql stable
    security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select t.laboratory, (count(*) filter (where r.accepted))::integer,
            (count(*) filter (where r.accepted is null
                and t.closed_at > core.now() - interval '7 days'))::integer
        from sampling_tube t
        left join lateral (
            select v.accepted from sampling_reception v where v.tube_id = t.id
            order by v.at desc, v.id desc limit 1) r on true
        where (select core.scope_account()) is not null
        and t.laboratory is not null and t.method = 'pcr'
        and t.closed_at > core.now() - interval '30 days'
        and not exists (select from sampling_release e where e.tube_id = t.id
            and not exists (select from sampling_withdrawal w where w.result_id = e.result_id))
        and not exists (select from sampling_loss l where l.tube_id = t.id and l.found_at is null)
        and r.accepted is distinct from false
        group by t.laboratory
    $$;
revoke all on function core.backlog_of_laboratories() from public;
grant execute on function core.backlog_of_laboratories() to lachan_app;
revoke all on function core.shares_of_tubes(uuid[], timestamptz),
    core.moments_of_tubes(uuid[], timestamptz), core.counted_tubes(uuid[], timestamptz) from public;
grant execute on function core.shares_of_tubes(uuid[], timestamptz),
    core.moments_of_tubes(uuid[], timestamptz), core.counted_tubes(uuid[], timestamptz)
    to lachan_app;
"""
UNDO = """
drop function core.counted_tubes(uuid[], timestamptz);
drop function core.shares_of_tubes(uuid[], timestamptz);
drop function core.moments_of_tubes(uuid[], timestamptz);
drop function core.backlog_of_laboratories();
"""


def _id() -> Any:
    return models.UUIDField(default=lachan.core.ids.uuid7, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [
        ("sampling", "0010_rapid"),
        ("notices", "0002_delivery"),
    ]

    operations = [
        migrations.CreateModel(
            name="LaboratoryCapacity",
            fields=[
                ("id", _id()),
                ("laboratory", models.UUIDField()),
                (
                    "tests_a_day",
                    models.IntegerField(help_text="Tubes in 24 hours with every machine at work"),
                ),
                ("machines", models.SmallIntegerField()),
                ("machines_down", models.SmallIntegerField(default=0)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["laboratory", "-at"], name="capacity_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("machines__gte", 1),
                            ("machines_down__gte", 0),
                            ("machines_down__lte", models.F("machines")),
                            ("tests_a_day__gte", 0),
                        ),
                        name="capacity_can_be",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rerouting",
            fields=[
                ("id", _id()),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reroutings",
                        to="sampling.box",
                    ),
                ),
                ("from_laboratory", models.UUIDField()),
                ("to_laboratory", models.UUIDField()),
                ("tubes", models.SmallIntegerField()),
                ("organisation", models.UUIDField(help_text="The box's")),
                ("at", models.DateTimeField()),
                ("by", models.UUIDField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "-at"], name="rerouting_by_organisation")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_laboratory", models.F("to_laboratory")), _negated=True
                        ),
                        name="rerouting_changes_the_laboratory",
                    )
                ],
            },
        ),
        # Whoever asks again says which tube, contact or file asks: it is looked up for every one.
        migrations.AddIndex(
            model_name="samplerequest",
            index=models.Index(fields=["source_id"], name="request_by_source"),
        ),
        migrations.RunSQL(SHARES, UNDO),
        # How much a laboratory can do is no secret; only it says so.
        RowSecurity(
            "sampling_laboratorycapacity",
            insert="laboratory = (select core.scope_organisation())",
            change=False,
            extra={"anybody": "(select core.scope_account()) is not null"},
        ),
        RowSecurity(
            "sampling_rerouting",
            organisation="organisation",
            insert="organisation = (select core.scope_organisation())",
            change=False,
            only="exists (select 1 from sampling_box b where b.id = sampling_rerouting.box_id"
            " and b.organisation = sampling_rerouting.organisation)",
        ),
    ]
