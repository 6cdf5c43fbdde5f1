"""The public numbers of the order: per group and commune, small cells left out, with their time.

A number below five could be somebody: it is left out, and where it could be computed from the
province's sum, the next smallest of the same column is left out too.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.rulebook.selectors import PriorityRule, regime_at
from lachan.vaccination.draws import RuleOf, group_index
from lachan.vaccination.models import Consent, QueueCount, Registration, UnitList, UnitMember

#: Cells below this are not published.  Source: issue of the platform; five is what statistical
#: offices commonly use for counts of people.
LEAST = 5

STATES = ("registered", "invited", "vaccinated")


class Cell(NamedTuple):
    """A number of a commune (None: the province) and group."""

    commune: int | None
    group: str
    state: str


def count_queues() -> int:
    """Write the numbers anew; only in a system scope.  Give how many rows there are."""
    at = now()
    made: list[QueueCount] = []
    for (disease, province), cells in _counted().items():
        shown = published(cells)
        places = {(cell.commune, cell.group) for cell in cells}
        made += [
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
        ]
    QueueCount.objects.all().delete()
    QueueCount.objects.bulk_create(made, batch_size=1_000)
    return len(made)


def counted_since(moment: datetime) -> bool:
    """Whether the numbers that stand are newer than that."""
    return QueueCount.objects.filter(as_of__gt=moment).exists()


def _counted() -> dict[tuple[str, int], Counter[Cell]]:
    """(disease, province) -> numbers of communes and of the province, zeros left out."""
    rule_of = RuleOf()
    found: dict[tuple[str, int], Counter[Cell]] = defaultdict(Counter)
    rows = (
        Registration.objects.filter(campaign=regime_at(now()), state__in=STATES)
        .values_list("disease", "province", "commune", "proven", "state")
        .annotate(n=Count("id"))
    )
    for disease, province, commune, proven, state, n in rows:
        rule: PriorityRule = rule_of(disease, province)
        group = rule.groups[group_index(proven, rule)].code
        found[disease, province][Cell(commune, group, state)] += n
        found[disease, province][Cell(None, group, state)] += n
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
