"""The worker's counts behind the public portal: a commune is counted anew when a dose came."""

from datetime import datetime, timedelta

from django.db import connections

from lachan.core.clock import now
from lachan.vaccination.models import Counted

#: An entry that was received before this and committed later is found by the next count: no
#: transaction of the ledger takes as long.
OVERLAP = timedelta(minutes=15)

#: The row of `Counted` that says until when doses are counted.
DOSES = 1

#: From nothing: older than any dose.
BEGINNING = datetime.fromisoformat("1900-01-01T00:00:00+07:00")

#: Records that stand for one person are one person: every record that is joined, by any chain of
#: standing links, to those of `seeds` ("walk" has a pair for each record of each seed).
_WALK = """
    walk (seed, id) as (
        select s.id, s.id from seeds s
        union
        select w.seed, case when l.kept_id = w.id then l.other_id else l.kept_id end
        from walk w join people_sameperson l
            on l.undone_at is null and (l.kept_id = w.id or l.other_id = w.id)
    )
"""
#: Communes to which doses came, whose people were joined or parted, and all others in which a
#: record of one of these people has doses.
_TOUCHED = f"""
    with recursive links as (
        select kept_id, other_id, kept_commune, other_commune from people_sameperson
        where made_at >= %(since)s or undone_at >= %(since)s
    ), seeds as (
        select distinct d.person_id as id from vaccination_dose d
            join people_sameperson l on l.undone_at is null
                and (l.kept_id = d.person_id or l.other_id = d.person_id)
        where d.received_at >= %(since)s
        union select kept_id from links union select other_id from links
    ), {_WALK}
    select commune from vaccination_dose where received_at >= %(since)s
    union select kept_commune from links union select other_commune from links
    union select d.commune from walk w join vaccination_dose d on d.person_id = w.id
"""
_STANDS = """
    d.reverses_id is null
    and not exists (select from vaccination_dose r where r.reverses_id = d.id)
"""
_COUNT = f"""
    insert into vaccination_dosecount (province, commune, disease, product, lot, day, given)
    select d.province, d.commune, d.disease, d.product, coalesce(l.number, d.lot_text),
        ((d.given_at at time zone 'UTC') + interval '7 hours')::date, count(*)
    from vaccination_dose d left join vaccination_lot l on l.id = d.lot_id
    where d.commune = any(%s) and {_STANDS}
    group by 1, 2, 3, 4, 5, 6
"""
#: Somebody with several records is counted once, with the doses of all, where the newest was given
#: to him; everybody else by his only record.
_COVER = f"""
    with recursive seeds as (
        select distinct d.person_id as id from vaccination_dose d
            join people_sameperson l on l.undone_at is null
                and (l.kept_id = d.person_id or l.other_id = d.person_id)
        where d.commune = any(%(communes)s)
    ), {_WALK}, members as (
        select distinct first.id as person, w.id
        from walk w join lateral (
            select min(a.id::text)::uuid as id from walk a where a.seed = w.seed
        ) first on true
    ), people as (
        select d.disease, count(*) as had,
            (array_agg(d.commune order by d.given_at desc, d.id desc))[1] as commune,
            (array_agg(d.province order by d.given_at desc, d.id desc))[1] as province
        from members m join vaccination_dose d on d.person_id = m.id where {_STANDS}
        group by m.person, d.disease
        union all
        select d.disease, count(*), d.commune, d.province
        from vaccination_dose d
        where d.commune = any(%(communes)s) and {_STANDS}
            and not exists (select from seeds s where s.id = d.person_id)
        group by d.person_id, d.disease, d.commune, d.province
    )
    insert into vaccination_covered (province, commune, disease, doses, people)
    select province, commune, disease, n, count(*)
    from people cross join lateral generate_series(1, had) as n
    where commune = any(%(communes)s)
    group by 1, 2, 3, 4
"""


def count_doses() -> int:
    """Count the communes to which doses came, or whose people were joined or parted, since the last
    count; give how many.  The worker's."""
    row = Counted.objects.filter(pk=DOSES).first()
    since = row.until - OVERLAP if row else BEGINNING
    until = now()
    with connections["default"].cursor() as cursor:
        cursor.execute(_TOUCHED, {"since": since})
        communes = [each[0] for each in cursor.fetchall()]
        if communes:
            for table in ("vaccination_dosecount", "vaccination_covered"):
                cursor.execute(f"delete from {table} where commune = any(%s)", [communes])
            cursor.execute(_COUNT, [communes])
            cursor.execute(_COVER, {"communes": communes})
    Counted.objects.update_or_create(id=DOSES, defaults={"until": until})
    return len(communes)
