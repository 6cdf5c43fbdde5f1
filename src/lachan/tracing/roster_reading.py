"""Reading a list that was sent: its table, groups, the case's row, what an import would give.

Nothing here is written.  What is read stays in memory for the length of a page.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from lachan.core.clock import today
from lachan.formats.columns import Table, find_table, guess_roles
from lachan.formats.copies import sheet_named
from lachan.formats.listed import GROUPING, Listed, RefusedRow, group_key, read_people
from lachan.formats.sheets import Cell, Sheet, read_book, text_of
from lachan.formats.vietnamese import fold
from lachan.people.selectors import card_of, papers_of, phones_of
from lachan.tracing.models import Case, ColumnMemory, ContactGroup, Roster
from lachan.tracing.roster_files import opened

#: Rows shown before anybody decides.
PREVIEW = 20

#: The kind of a contact group by the role of the column it stands in.
GROUP_KINDS = {
    "line": ContactGroup.Kind.LINE,
    "class": ContactGroup.Kind.CLASS,
    "room": ContactGroup.Kind.ROOM,
    "vehicle": ContactGroup.Kind.VEHICLE,
    "table": ContactGroup.Kind.TABLE,
    "row": ContactGroup.Kind.STALL_ROW,
    "workshop": ContactGroup.Kind.OTHER,
    "unit": ContactGroup.Kind.OTHER,
    "all": ContactGroup.Kind.GUEST_LIST,
}

#: People of one line meet only within a shift; a room and a bus hold all shifts.
OF_ONE_SHIFT = frozenset({"line"})

#: The whole list as one group.
EVERYBODY = "all::"


@dataclass(frozen=True, slots=True)
class Preview:
    """The head of a list as it is in the file, and what its columns are taken for."""

    sheets: list[str]
    sheet: Sheet
    table: Table
    guessed: list[str]

    @property
    def rows(self) -> list[tuple[int, Sequence[Cell]]]:
        """The first rows below the header with their numbers."""
        first = self.table.first_row
        shown = self.sheet.rows[first : first + PREVIEW]
        return [(at, row) for at, row in enumerate(shown, start=first + 1)]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a list: `token` names it in an address, `shift` is its label or ""."""

    token: str
    role: str
    label: str
    shift: str
    people: int


@dataclass
class Outcome:
    """What an import with these groups would do, counted on the list alone."""

    close: int = 0
    linked: int = 0
    others: int = 0
    refused: int = 0
    refused_close: int = 0
    by_group: Counter[str] = field(default_factory=Counter)


def preview(roster: Roster) -> Preview:
    """The head of the list.  Raises SheetRefused, Refused roster_file_gone."""
    return preview_of(opened(roster), roster.file_name, roster.sheet)


def preview_of(data: bytes, file_name: str, sheet_name: str = "") -> Preview:
    """The same, of bytes; without a name the sheet with the most rows under a known header."""
    sheets = read_book(data, file_name)
    sheet = sheet_named(sheets, sheet_name) if sheet_name else max(sheets, key=_says)
    table = find_table(sheet)
    guessed = guess_roles(table, sheet.rows[table.first_row :])
    return Preview([each.name for each in sheets], sheet, table, guessed)


def _says(sheet: Sheet) -> tuple[int, int]:
    table = find_table(sheet)
    roles = {role for role in guess_roles(table, sheet.rows[table.first_row :]) if role}
    return len(roles & {"name", "given", "birth", "birth_year", "phone", "document"}), len(
        sheet.rows
    )


def remembered(roster: Roster) -> list[str] | None:
    """How this header was read last time: by its own body first, then by anybody of the unit."""
    rows = ColumnMemory.objects.filter(signature=roster.signature).filter(
        Q(organisation=roster.organisation) | Q(organisation=None)
    )
    found = rows.order_by("organisation", "-remembered_at").first()
    return None if found is None else list(found.roles)


def people_of(roster: Roster) -> list[Listed | RefusedRow]:
    """Everybody of the list, read as its columns were mapped."""
    return list(read_roster(roster, opened(roster)))


def read_roster(roster: Roster, data: bytes) -> Iterable[Listed | RefusedRow]:
    """The same, of bytes already opened."""
    sheet = sheet_named(read_book(data, roster.file_name), roster.sheet)
    table = find_table(sheet)
    return read_people(sheet, table, roster.roles, this_year=today().year)


def tokens_of(row: Listed | RefusedRow, *, shifts: bool) -> list[str]:
    """The groups somebody belongs to, and the whole list."""
    found = [EVERYBODY]
    for role in (*GROUPING, "workshop", "unit"):
        key = row.group(role)
        if key:
            shift = row.group("shift") if shifts and role in OF_ONE_SHIFT else ""
            found.append(f"{role}:{key}:{shift}")
    return found


def has_shifts(roster: Roster) -> bool:
    """Whether the list says who works when."""
    return "shift" in roster.roles


def groups_of(roster: Roster, people: Iterable[Listed | RefusedRow]) -> dict[str, Group]:
    """Every group of the list by its token, with the spelling most people have."""
    shifts = has_shifts(roster)
    sizes: Counter[str] = Counter()
    labels: dict[str, Counter[tuple[str, str]]] = {}
    for row in people:
        for token in tokens_of(row, shifts=shifts):
            role = token.split(":")[0]
            shift = row.texts.get("shift", "") if shifts and role in OF_ONE_SHIFT else ""
            sizes[token] += 1
            text = row.texts.get(role, "")
            labels.setdefault(token, Counter())[text, shift] += 1
    return {
        token: Group(token, token.split(":")[0], *labels[token].most_common(1)[0][0], people)
        for token, people in sizes.items()
    }


def shifts_of(people: Iterable[Listed | RefusedRow]) -> dict[str, str]:
    """Key -> spelling of the shifts of a list."""
    found: dict[str, Counter[str]] = {}
    for row in people:
        text = row.texts.get("shift", "")
        if text:
            found.setdefault(group_key("shift", text), Counter())[text] += 1
    return {key: texts.most_common(1)[0][0] for key, texts in sorted(found.items())}


def is_identified(row: Listed) -> bool:
    """Whether a list says more of somebody than a name: else nobody could be found again by it."""
    return bool(row.documents or row.phones or row.birth)


def row_of_case(case: Case, people: Iterable[Listed | RefusedRow]) -> Listed | None:
    """The case's own row: by a paper, by phone and name, by name and birth, by
    the only such name of a list that tells names alone; None when unsure."""
    card = card_of(case.person_id)
    if card is None:
        return None
    papers = {paper.number for paper in papers_of(case.person_id)}
    phones = set(phones_of(case.person_id))
    name = fold(card.name)
    listed = [row for row in people if isinstance(row, Listed)]
    by_paper = [row for row in listed if papers & set(row.documents.values())]
    named = [row for row in listed if fold(row.name) == name]
    by_phone = [row for row in named if phones & set(row.phones)]
    by_birth = [row for row in named if row.birth_year and row.birth_year == card.birth_year]
    by_name = [row for row in named if not is_identified(row)] if len(named) == 1 else []
    for found in (by_paper, by_phone, by_birth, by_name):
        if len(found) == 1:
            return found[0]
    return None


def outcome(
    roster: Roster,
    people: Iterable[Listed | RefusedRow],
    *,
    close: Iterable[str],
    shift: str,
    own: Listed | None,
) -> Outcome:
    """Count what an import with these groups would give."""
    chosen, shifts = set(close), has_shifts(roster)
    found = Outcome()
    for row in people:
        if own is not None and row.number == own.number:
            continue
        inside = chosen.intersection(tokens_of(row, shifts=shifts))
        if isinstance(row, RefusedRow):
            found.refused += 1
            found.refused_close += bool(inside)
            continue
        found.by_group.update(inside)
        if inside:
            found.close += 1
        elif not shift or row.group("shift") == shift:
            found.linked += 1
        else:
            found.others += 1
    return found


def texts(row: Sequence[Cell]) -> list[str]:
    """A row of the file as the preview shows it."""
    return [text_of(cell) for cell in row]
