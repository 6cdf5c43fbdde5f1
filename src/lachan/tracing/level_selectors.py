"""Reading what happened to the levels of a chain: its reports, its moves, who was kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery

from lachan.people.selectors import PersonCard, cards_of
from lachan.places.models import Place
from lachan.tracing.chains import CASE_WITHDRAWN
from lachan.tracing.level_rows import CARRIED
from lachan.tracing.level_wording import Words, given
from lachan.tracing.models import Case, Contact, ContactChange, LevelChange, LevelRun, Outbreak

#: Reports offered on one page; older ones stay on record.
RUNS = 30


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One level of a report; `before` - `left` + `came` is `after` but for `elsewhere`: moves that
    stand on the lists of other communes."""

    level: int
    before: int
    left: list[tuple[int | None, int]]
    came: list[tuple[int | None, int]]
    after: int

    @property
    def elsewhere(self) -> int:
        """What the moves this reader sees do not explain; 0 when the sum closes."""
        moved = sum(n for _to, n in self.came) - sum(n for _to, n in self.left)
        return self.after - self.before - moved


def runs_of(chain: Iterable[Case]) -> list[LevelRun]:
    """Recomputations that moved somebody, the newest first."""
    rows = LevelRun.objects.filter(case__in=list(chain), moved__gt=0)
    return list(rows.select_related("case").order_by("-done_at", "-id")[:RUNS])


def moves_of(run: LevelRun) -> list[tuple[int | None, int | None, int]]:
    """How many moved from where to where: to the nearest level first."""
    rows = LevelChange.objects.filter(run=run).order_by().values_list("before", "after")
    return sorted(
        rows.annotate(n=Count("id")),
        key=lambda row: (row[1] is None, row[1], row[0] is None, row[0] or 0),
    )


def lines_of(run: LevelRun, moves: Iterable[tuple[int | None, int | None, int]]) -> list[LevelLine]:
    """The sums of a report, a line a level."""
    moves = list(moves)
    return [
        LevelLine(
            level=int(level),
            before=run.before.get(level, 0),
            left=[(after, n) for before, after, n in moves if before == int(level)],
            came=[(before, n) for before, after, n in moves if after == int(level)],
            after=run.after.get(level, 0),
        )
        for level in sorted({*run.before, *run.after})
    ]


def kinds_of(run: LevelRun) -> dict[str, int]:
    """How many changes of each code."""
    rows = LevelChange.objects.filter(run=run).order_by().values_list("code")
    return dict(rows.annotate(n=Count("id")))


def changes_of(run: LevelRun, code: str) -> QuerySet[LevelChange]:
    """The changes of a recomputation, cases first, then by level."""
    rows = LevelChange.objects.filter(run=run)
    if code:
        rows = rows.filter(code=code)
    return rows.order_by("after", "before", "person")


def persons_in(changes: Iterable[LevelChange]) -> set[UUID]:
    """Everybody a list of changes speaks of."""
    found: set[UUID] = set()
    for change in changes:
        told = [change.values.get(name) for name in ("via", "about")]
        found |= {change.person_id, *(UUID(text) for text in told if text)}
    return found


def words_for(cards: dict[UUID, PersonCard], changes: Iterable[LevelChange]) -> Words:
    """Names of people and places the sentences need."""
    wanted = {change.values.get("place") for change in changes} - {None}
    places = dict(Place.objects.filter(pk__in=list(wanted)).values_list("id", "name"))
    names = {person: given(card.name) for person, card in cards.items() if card.name}
    return Words(names, places)


def kept_of(case: Case) -> list[tuple[Contact, PersonCard | None]]:
    """Whom a human decided on before the case was withdrawn: their rows stay."""
    if case.status != Case.Status.WITHDRAWN:
        return []
    last = ContactChange.objects.filter(contact=OuterRef("pk")).order_by("-at", "-id")
    rows = list(
        Contact.objects.filter(case=case)
        .exclude(state=Contact.State.TO_VERIFY)
        .annotate(why=Subquery(last.values("reason")[:1]))
        .exclude(why__in=[CASE_WITHDRAWN, CARRIED])
        .order_by("state", "id")
    )
    cards = cards_of([row.person_id for row in rows])
    return [(row, cards.get(row.person_id)) for row in rows]


def outbreak_to_join(case: Case, chain: Iterable[Case]) -> Outbreak | None:
    """The open outbreak of another case of the chain, when this case has none: a proposal."""
    if case.outbreak_id is not None or case.status == Case.Status.WITHDRAWN:
        return None
    ids = [one.outbreak_id for one in chain if one.outbreak_id is not None]
    return Outbreak.objects.filter(pk__in=ids, closed_at=None).order_by("opened_at").first()
