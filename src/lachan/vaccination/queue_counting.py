"""The public numbers of the order: per group and commune, small cells left out, with their time.

A number below five could be somebody: it is left out, and where it could be computed from the
province's sum, the next smallest of the same column is left out too.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.db import connections

from lachan.core.clock import OFFSET, now, today
from lachan.core.ids import uuid7
from lachan.rulebook.selectors import PriorityRule, regime_at
from lachan.vaccination.draws import RuleOf, group_index
from lachan.vaccination.models import Consent, QueueCell, QueueCount, UnitList, UnitMember

#: Cells below this are not published.  Source: issue of the platform; five is what statistical
#: offices commonly use for counts of people.
LEAST = 5

STATES = ("registered", "invited", "vaccinated")


def midnight(day: date) -> datetime:
    """When a day begins here."""
    return datetime.combine(day, time(0), OFFSET)


class Cell(NamedTuple):
    """A number of a commune (None: the province) and group."""

    commune: int | None
    group: str
    state: str


def count_queues() -> int:
    """Count the communes that changed and publish their provinces; every province once a day, as
    an order changes without a registration.  Only in a system scope.  Give how many rows of public
    numbers were written."""
    touched = _recount()
    written = 0
    for disease, province in sorted(touched | _of_yesterday()):
        written += _publish(disease, province)
    return written


#: What changed since, taken off the list; then the cells of just these communes anew.
_TAKEN = """
with taken as (delete from vaccination_queuechanged returning disease, commune, province)
select distinct disease, commune, province from taken
"""
_DROPPED = """
delete from vaccination_queuecell c using unnest(%(diseases)s::text[], %(communes)s::int[])
    as w (disease, commune) where c.disease = w.disease and c.commune = w.commune
"""
COUNTED = """
insert into vaccination_queuecell (disease, campaign, commune, province, groups, state, n)
select r.disease, r.campaign, r.commune, r.province, r.proven || r.area_proven, r.state, count(*)
from unnest(%(diseases)s::text[], %(communes)s::int[]) as w (disease, commune)
    join vaccination_registration r on r.commune = w.commune and r.disease = w.disease
where r.campaign = %(campaign)s and r.state = any(%(states)s)
group by 1, 2, 3, 4, 5, 6
"""


def _recount() -> set[tuple[str, int]]:
    """Count changed communes anew; the (disease, province) they touch."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_TAKEN)
        changed = cursor.fetchall()
        if not changed:
            return set()
        pairs = sorted({(disease, commune) for disease, commune, _province in changed})
        named = counting(pairs)
        cursor.execute(_DROPPED, named)
        cursor.execute(COUNTED, named)
    return {(disease, province) for disease, _commune, province in changed}


def counting(pairs: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """What the counting of these (disease, commune) is given."""
    return {
        "diseases": [disease for disease, _commune in pairs],
        "communes": [commune for _disease, commune in pairs],
        "campaign": regime_at(now()),
        "states": list(STATES),
    }


def _of_yesterday() -> set[tuple[str, int]]:
    """Provinces with numbers of another day, or with none yet."""
    there = set(QueueCell.objects.values_list("disease", "province").distinct())
    fresh = QueueCount.objects.filter(as_of__gte=midnight(today()))
    stale = QueueCount.objects.filter(as_of__lt=midnight(today()))
    return (there | set(stale.values_list("disease", "province").distinct())) - set(
        fresh.values_list("disease", "province").distinct()
    )


def _publish(disease: str, province: int) -> int:
    at = now()
    cells = _counted(disease, province)
    shown = published(cells)
    places = {(cell.commune, cell.group) for cell in cells}
    QueueCount.objects.filter(disease=disease, province=province).delete()
    QueueCount.objects.bulk_create(
        [
            QueueCount(
                id=uuid7(),
                disease=disease,
                group=group,
                commune=commune,
                province=province,
                as_of=at,
                **{state: shown.get(Cell(commune, group, state)) for state in STATES},
            )
            for commune, group in places
        ],
        batch_size=1_000,
    )
    return len(places)


def counted_since(moment: datetime) -> bool:
    """Whether the numbers that stand are newer than that."""
    return QueueCount.objects.filter(as_of__gt=moment).exists()


def _counted(disease: str, province: int) -> Counter[Cell]:
    """Numbers of the communes and of the province by the order in force, zeros left out."""
    rule: PriorityRule = RuleOf()(disease, province)
    found: Counter[Cell] = Counter()
    rows = QueueCell.objects.filter(
        disease=disease, province=province, campaign=regime_at(now())
    ).values_list("commune", "groups", "state", "n")
    for commune, groups, state, n in rows:
        group = rule.groups[group_index(groups, rule)].code
        found[Cell(commune, group, state)] += n
        found[Cell(None, group, state)] += n
    return found


def published(cells: Mapping[Cell, int]) -> dict[Cell, int | None]:
    """What is shown: a number from LEAST on, 0 where nobody is, None where a number is left out."""
    shown: dict[Cell, int | None] = {}
    columns: dict[tuple[str, str], dict[Cell, int]] = defaultdict(dict)
    places = {(cell.commune, cell.group) for cell in cells}
    for commune, group in places:
        for state in STATES:
            cell = Cell(commune, group, state)
            number = cells.get(cell, 0)
            shown[cell] = None if 0 < number < LEAST else number
            if commune is not None:
                columns[group, state][cell] = number
    for (group, state), column in columns.items():
        if shown[Cell(None, group, state)] is None:
            continue
        hidden = [cell for cell in column if shown[cell] is None]
        rest = sorted((number, str(cell)) for cell, number in column.items() if shown[cell])
        if len(hidden) == 1 and rest:
            least = rest[0][1]
            shown.update({cell: None for cell in column if str(cell) == least})
        elif len(hidden) == 1:
            shown[Cell(None, group, state)] = None
    return shown


def count_agreed() -> int:
    """Tell organisations how many of their last list agreed, never who; only in a system scope."""
    lists = UnitList.objects.filter(state=UnitList.State.IMPORTED)
    last = lists.order_by("organisation", "disease", "-sent_at").distinct("organisation", "disease")
    changed = 0
    for unit in last:
        mine = UnitMember.objects.filter(
            organisation=unit.organisation, disease=unit.disease, until=None
        )
        said = Consent.objects.filter(registration__in=mine.values("registration"))
        newest = said.order_by("registration", "-said_at").distinct("registration")
        number = sum(newest.values_list("agreed", flat=True))
        shown = number if number >= LEAST else None
        if shown != unit.agreed:
            unit.agreed = shown
            unit.save(update_fields=["agreed"])
            changed += 1
    return changed
