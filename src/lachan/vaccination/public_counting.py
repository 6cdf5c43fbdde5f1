"""The worker's counts behind the public portal: a commune is counted anew when a dose came."""

from datetime import datetime, timedelta

from django.db import connections

from lachan.core.clock import now
from lachan.vaccination.models import Counted

#: An entry that was received before this and committed later is found by the next count: no
#: transaction of the ledger takes as long.
OVERLAP = timedelta(minutes=15)

#: From nothing: older than any dose.
BEGINNING = datetime.fromisoformat("1900-01-01T00:00:00+07:00")

_TOUCHED = """
    select distinct commune from vaccination_dose where received_at >= %s
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
_COVER = f"""
    insert into vaccination_covered (province, commune, disease, doses, people)
    select province, commune, disease, n, count(*) from (
        select d.province, d.commune, d.disease, d.person_id, count(*) as had
        from vaccination_dose d where d.commune = any(%s) and {_STANDS}
        group by 1, 2, 3, 4
    ) as person cross join lateral generate_series(1, had) as n
    group by 1, 2, 3, 4
"""


def count_doses() -> int:
    """Count the communes to which doses came since the last count; give how many.  The worker's."""
    row = Counted.objects.first()
    since = row.until - OVERLAP if row else BEGINNING
    until = now()
    with connections["default"].cursor() as cursor:
        cursor.execute(_TOUCHED, [since])
        communes = [each[0] for each in cursor.fetchall()]
        if communes:
            for table in ("vaccination_dosecount", "vaccination_covered"):
                cursor.execute(f"delete from {table} where commune = any(%s)", [communes])
            cursor.execute(_COUNT, [communes])
            cursor.execute(_COVER, [communes])
    Counted.objects.update_or_create(id=1, defaults={"until": until})
    return len(communes)
