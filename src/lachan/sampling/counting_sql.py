"""Questions of counting, answered by the database itself: a province has millions of tubes, and
none of them is carried here to be counted.

The tubes a session may see are asked for under row security; what is known of them comes from
`core.counted_tubes`, which reads every fact from rows of its own kind and names nobody.
"""

#: One row for each tube.  Parameters: their ids, the instant.
TUBES = """
select c.tube, c.barcode, c.size, c.method, c.organisation, c.laboratory, c.campaign, c.box,
    c.closed_at, c.received, c.rejected, c.missing, c.moving, c.outcome
from core.counted_tubes(%s::uuid[], %s) c"""

#: What lines are made by: code -> the line of a tube, as text that sorts.
LINES = {
    "day": "((c.closed_at at time zone 'UTC') + interval '7 hours')::date::text",
    "unit": "c.organisation::text",
    "laboratory": "coalesce(c.laboratory::text, '')",
    "box": "coalesce(c.box::text, '')",
    "campaign": "coalesce(c.campaign::text, '')",
    "reason": "c.reasons",
    "round": "c.rounds",
    "kind": "c.method || ' ' || lpad(c.size::text, 2, '0')",
}

#: A tube that breaks a sum, as `counting.gap_of` says it.
_BREAKS = (
    "(c.received::integer + c.rejected::integer + c.missing::integer + c.moving::integer <> 1"
    " or c.outcome <> '' and not c.received or c.people = 0)"
)


def bunches_sql(by: str) -> str:
    """Tubes that stand alike, summed: line, received, rejected, missing, moving, outcome, pooled,
    whom the message reached, whether nobody is in them, the one tube; tubes, people, delivered,
    undeliverable.

    A tube that breaks a sum, is missing or was rejected is a row of its own, as far as `named` of a
    kind, by barcode.  Parameters: ids of tubes, the instant, `named` three times.
    """
    named = " union ".join(
        f"(select c.tube from counted c where {which} order by c.barcode limit %s)"
        for which in (_BREAKS, "c.missing", "c.rejected")
    )
    return f"""
with counted as materialized (select * from core.counted_tubes(%s::uuid[], %s)),
named as ({named})
select {LINES[by]} as line, c.received, c.rejected, c.missing, c.moving, c.outcome,
    c.size > 1 as pooled, case when c.undeliverable > 0 then 'undeliverable'
        when c.people = 0 or c.people > c.delivered + c.undeliverable then 'untold'
        else 'delivered' end as told,
    c.people = 0 as nobody, n.tube, count(*), sum(c.people), sum(c.delivered), sum(c.undeliverable)
from counted c left join named n on n.tube = c.tube
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"""
