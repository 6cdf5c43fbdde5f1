"""Counts behind the public portal; small numbers never leave the database."""

from django.db import migrations, models

import lachan.core.ids

#: The worker counts; everybody reads through the functions, which hide what is too small.  A hidden
#: number cannot be had by subtraction: with one commune of a province the next smallest is hidden.
COUNTS = """
alter table vaccination_dosecount enable row level security;
alter table vaccination_covered enable row level security;
alter table vaccination_counted enable row level security;
grant select, insert, delete on vaccination_dosecount, vaccination_covered to lachan_app;
grant select, insert, update on vaccination_counted to lachan_app;
create policy worker on vaccination_dosecount to lachan_app
    using ((select core.scope_system())) with check ((select core.scope_system()));
create policy worker on vaccination_covered to lachan_app
    using ((select core.scope_system())) with check ((select core.scope_system()));
create policy worker on vaccination_counted to lachan_app
    using ((select core.scope_system())) with check ((select core.scope_system()));
create policy everybody on vaccination_counted for select to lachan_app using (true);
alter table vaccination_population enable row level security;
grant select, insert on vaccination_population to lachan_app;
create policy everybody on vaccination_population for select using (true);
create policy append on vaccination_population for insert to lachan_app with check (
    (select core.scope_system()) or (province = (select core.scope_province())
        and (select (core.session()).roles && array['director'])));
grant usage on vaccination_dosecount_id_seq, vaccination_covered_id_seq to lachan_app;

create function core.doses_given(wanted text, fewest integer)
    returns table (province integer, commune integer, product text, given bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with cells as (
            select c.province, c.commune, c.product::text, sum(c.given)::bigint as n
            from vaccination_dosecount c where c.disease = wanted and fewest >= 5
            group by 1, 2, 3
        ), ranked as (
            select *, row_number() over (partition by province, product order by n, commune) as r,
                count(*) filter (where n < fewest) over (partition by province, product) as small,
                coalesce(sum(n) filter (where n < fewest)
                    over (partition by province, product), 0) as few
            from cells
        )
        select province, commune, product, case when n < fewest
                or (small > 0 and (small = 1 or few < fewest) and r <= small + 1)
            then null else n end
        from ranked
        union all
        select province, null, product, case when sum(n) < fewest then null else sum(n)::bigint end
        from cells group by province, product
    $$;
create function core.lots_given(wanted text, fewest integer)
    returns table (province integer, product text, lot text, given bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        select c.province, c.product::text, c.lot::text,
            case when sum(c.given) < fewest then null else sum(c.given)::bigint end
        from vaccination_dosecount c where c.disease = wanted and fewest >= 5
        group by 1, 2, 3
    $$;
create function core.people_covered(wanted text, fewest integer)
    returns table (province integer, commune integer, doses smallint, people bigint)
    language sql stable security definer set search_path = pg_catalog, public, pg_temp
    as $$
        with cells as (
            select c.province, c.commune, c.doses, c.people::bigint as n
            from vaccination_covered c where c.disease = wanted and fewest >= 5
        ), ranked as (
            select *, row_number() over (partition by province, doses order by n, commune) as r,
                count(*) filter (where n < fewest) over (partition by province, doses) as small,
                coalesce(sum(n) filter (where n < fewest)
                    over (partition by province, doses), 0) as few
            from cells
        )
        select province, commune, doses, case when n < fewest
                or (small > 0 and (small = 1 or few < fewest) and r <= small + 1)
            then null else n end
        from ranked
        union all
        select province, null, doses, case when sum(n) < fewest then null else sum(n)::bigint end
        from cells group by province, doses
    $$;
revoke all on function core.doses_given(text, integer), core.lots_given(text, integer),
    core.people_covered(text, integer) from public;
grant execute on function core.doses_given(text, integer), core.lots_given(text, integer),
    core.people_covered(text, integer) to lachan_app;
"""
NO_COUNTS = """
drop function core.people_covered(text, integer);
drop function core.lots_given(text, integer);
drop function core.doses_given(text, integer);
drop policy append on vaccination_population;
drop policy everybody on vaccination_population;
drop policy everybody on vaccination_counted;
drop policy worker on vaccination_counted;
drop policy worker on vaccination_covered;
drop policy worker on vaccination_dosecount;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("vaccination", "0006_aefi"),
    ]

    operations = [
        migrations.CreateModel(
            name="Counted",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Covered",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("province", models.IntegerField()),
                ("commune", models.IntegerField()),
                ("disease", models.CharField(max_length=40)),
                ("doses", models.SmallIntegerField()),
                ("people", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["province", "commune"], name="covered_by_province")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("commune", "disease", "doses"), name="covered_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DoseCount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("province", models.IntegerField()),
                ("commune", models.IntegerField()),
                ("disease", models.CharField(max_length=40)),
                ("product", models.CharField(max_length=40)),
                ("lot", models.CharField(max_length=40)),
                ("day", models.DateField()),
                ("given", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["province", "commune"], name="dosecount_by_province")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("commune", "disease", "product", "lot", "day"),
                        name="dosecount_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Population",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=lachan.core.ids.uuid7, primary_key=True, serialize=False
                    ),
                ),
                ("province", models.IntegerField()),
                ("commune", models.IntegerField()),
                (
                    "disease",
                    models.CharField(
                        help_text="For whom the programme of it is meant", max_length=40
                    ),
                ),
                ("people", models.IntegerField()),
                ("on", models.DateField()),
                ("document", models.CharField(max_length=120)),
                ("entered_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("people__gte", 1)), name="population_is_somebody"
                    ),
                    models.UniqueConstraint(
                        fields=("commune", "disease", "on"), name="population_of_a_day"
                    ),
                ],
            },
        ),
        migrations.RunSQL(COUNTS, NO_COUNTS),
    ]
