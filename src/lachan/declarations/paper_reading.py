"""Which sheets came back, and which are missing, by number."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from lachan.declarations.models import PaperSeries, PaperSheet
from lachan.formats.papernumbers import PaperNumber, missing

#: Missing sheets named one by one; a holder who lost more is asked for the whole pile.
NAMED = 40


@dataclass(frozen=True, slots=True)
class Pile:
    """One series: sheets keyed and void, those missing below the highest that came back, and the
    first of the rest, which nobody has handed in yet (None when all are back)."""

    series: PaperSeries
    keyed: int
    void: int
    gaps: list[PaperNumber]
    more_gaps: int
    rest_from: PaperNumber | None
    rest_to: PaperNumber | None

    @property
    def rest(self) -> int:
        """How many have not been handed in and are not missing in between."""
        if self.rest_from is None or self.rest_to is None:
            return 0
        return self.rest_to.sheet - self.rest_from.sheet + 1


def all_series() -> QuerySet[PaperSeries]:
    """The series of the reader's unit, newest first."""
    return PaperSeries.objects.order_by("-issued_at")


def piles(series: Iterable[PaperSeries]) -> list[Pile]:
    """What became of each series, in the order given."""
    found = list(series)
    back: dict[object, dict[int, str]] = defaultdict(dict)
    rows = PaperSheet.objects.filter(series__in=found).values_list("series", "sheet", "fate")
    for of, sheet, fate in rows:
        back[of][sheet] = fate
    return [_pile(row, back[row.id]) for row in found]


def _pile(row: PaperSeries, back: dict[int, str]) -> Pile:
    highest = max(back, default=0)
    gaps = missing(1, highest, set(back))
    fates = list(back.values())
    has_rest = highest < row.sheets
    return Pile(
        series=row,
        keyed=fates.count(PaperSheet.Fate.KEYED),
        void=fates.count(PaperSheet.Fate.VOID),
        gaps=[PaperNumber(row.series, sheet) for sheet in gaps[:NAMED]],
        more_gaps=max(0, len(gaps) - NAMED),
        rest_from=PaperNumber(row.series, highest + 1) if has_rest else None,
        rest_to=PaperNumber(row.series, row.sheets) if has_rest else None,
    )
