"""The people of a list: each row read by the roles of its columns, or refused with its number.

A list of people is read row by row: what is wrong with one keeps no other out.  Rows that are no
people (blank ones, a repeated header, "Tổng cộng", a signature) are passed over; a row that only
says "CHUYỀN 7" names the group of the rows below it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from lachan.formats.cells import (
    CellRefused,
    join_birth,
    read_birth,
    read_identity,
    read_moment,
    read_phones,
    read_sex,
)
from lachan.formats.columns import Table
from lachan.formats.sheets import Cell, Sheet, text_of
from lachan.formats.vietnamese import accented_key, fold

#: Roles by which people of a list form groups, from the narrowest.
GROUPING = ("line", "class", "room", "vehicle", "table", "row")

#: Roles copied as text; a longer text is cut where the register cuts it.
_TEXTS = ("address", "permanent", "commune", "province", "unit", "workshop", "line", "shift",
          "room", "bed", "vehicle", "seat", "class", "table", "row", "stall", "code",
          "note")  # fmt: skip

#: What begins a row that is nobody, folded.
_NOBODY = re.compile(
    r"(tong( cong| so)?|cong|nguoi lap|giam doc|hieu truong|thu truong|xac nhan|ky ten|"
    r"(ghi chu|luu y)|bac ninh,? ngay|ngay \d+ thang|total|sum|signature)\b.*"
)
#: What begins a row that names the group of the rows below it, by the marks that tell them apart.
_SECTION = [
    ("line", re.compile(r"(chuyền|dây chuyền|tổ|line)\s*\S.*", re.I)),
    ("room", re.compile(r"(phòng|room)\s*\S.*", re.I)),
    ("class", re.compile(r"(lớp|class)\s*\S.*", re.I)),
    ("table", re.compile(r"(bàn|table)\s*\S.*", re.I)),
    ("row", re.compile(r"(dãy)\s*\S.*", re.I)),
    ("vehicle", re.compile(r"(xe|chuyến|bus)\s*\S.*", re.I)),
    ("shift", re.compile(r"(ca)\s*\S.*", re.I)),
]
#: Words that say only what kind of group it is: "Chuyền 7", "chuyen7" and "7" are one line.
_LABELS = {
    "line": r"(day )?chuyen|line|to( san xuat| sx)?|team|nhom",
    "class": r"lop|class",
    "room": r"(so )?phong( so)?|room|p",
    "vehicle": r"(xe|bus|chuyen)( dua don| buyt| so)*|bien so",
    "table": r"(so )?ban( so| tiec)?|table",
    "row": r"day( hang| so)?|row",
    "shift": r"ca( lam viec)?|shift|kip",
}
_LABEL = {role: re.compile(rf"^(?:{words})[ .:]*(?=\w*\d|\w$)") for role, words in _LABELS.items()}
_ZEROS = re.compile(r"^0+(?=\d)")


@dataclass(frozen=True, slots=True)
class Listed:
    """A person of a list.  `number`: the row in the workbook, from 1.  `texts`: role -> text as
    written, only what is there.  `documents`: kind -> number."""

    number: int
    name: str
    birth: str = ""
    sex: str = ""
    phones: tuple[str, ...] = ()
    documents: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    came: datetime | None = None
    left: datetime | None = None

    @property
    def birth_year(self) -> int | None:
        """The year, when it is known."""
        return int(self.birth[:4]) if self.birth else None

    def group(self, role: str) -> str:
        """The key of this person's group of a kind, "" when there is none."""
        return group_key(role, self.texts.get(role, ""))


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is not taken: (column from 0, code) of everything that is wrong with it, and the
    groups it belongs to, which can be read all the same."""

    number: int
    problems: tuple[tuple[int, str], ...]
    texts: dict[str, str] = field(default_factory=dict)

    def group(self, role: str) -> str:
        """As of a person taken."""
        return group_key(role, self.texts.get(role, ""))


@lru_cache(maxsize=20_000)
def group_key(role: str, text: str) -> str:
    """One spelling of a group: ``Chuyền 07``, ``chuyen7`` and ``7`` give ``7``; ``Phòng 12, Nhà trọ
    Hoa`` gives ``12nhatrohoa``."""
    folded = fold(text)
    label = _LABEL.get(role)
    bare = label.sub("", folded, count=1) if label else folded
    return _ZEROS.sub("", (bare or folded).replace(" ", ""))


def read_people(
    sheet: Sheet, table: Table, roles: Sequence[str], *, this_year: int
) -> Iterator[Listed | RefusedRow]:
    """Every person of the list in its order.  Codes of a refused row: name_missing, phone_shape,
    birth_unreadable, birth_in_future, row_repeated, and the identity codes of `identity`."""
    reader = _Reader(table, list(roles), this_year)
    for at in range(table.first_row, len(sheet.rows)):
        found = reader.read(at + 1, sheet.rows[at])
        if found is not None:
            yield found


class _Reader:
    """Reads the rows of one list; remembers the group headings and who was read."""

    def __init__(self, table: Table, roles: list[str], this_year: int) -> None:
        self.this_year = this_year
        self.columns: dict[str, list[int]] = {}
        for at, role in enumerate(roles):
            if role:
                self.columns.setdefault(role, []).append(at)
        self.header = [text.rpartition(" / ")[2].casefold() for text in table.headers]
        self.section: dict[str, str] = {}
        self.seen: set[tuple[str, ...]] = set()

    def read(self, number: int, row: Sequence[Cell]) -> Listed | RefusedRow | None:
        """The person of a row, the refusal of it, or None when it is nobody's."""
        filled = [(at, cell) for at, cell in enumerate(row) if text_of(cell)]
        if not filled or self._is_heading(row, filled) or self._begins_section(filled):
            return None
        if not any(at in self._telling() for at, _cell in filled):
            return None
        return self._person(number, row)

    def _telling(self) -> set[int]:
        """Columns that say that a row is somebody."""
        roles = ("name", "family", "given", "birth", "birth_year", "phone", "document", "code")
        return {at for role in roles for at in self.columns.get(role, [])}

    def _is_heading(self, row: Sequence[Cell], filled: list[tuple[int, Cell]]) -> bool:
        if len(filled) <= 3 and _NOBODY.fullmatch(fold(text_of(filled[0][1]))):
            return True
        spoken = [(at, cell) for at, cell in filled if isinstance(cell, str)]
        same = sum(1 for at, cell in spoken if text_of(cell).casefold() == self.header[at])
        return same >= 2 and same * 2 >= len(filled)

    def _begins_section(self, filled: list[tuple[int, Cell]]) -> bool:
        text = text_of(filled[0][1])
        if any(text_of(cell) != text for _at, cell in filled[1:]):
            return False
        for role, pattern in _SECTION:
            if pattern.fullmatch(text) and role not in self.columns:
                self.section[role] = text
                return True
        return False

    def _person(self, number: int, row: Sequence[Cell]) -> Listed | RefusedRow:
        problems: list[tuple[int, str]] = []
        name = self._name(row)
        if not name:
            problems.append((self._at("name", "given", "family"), "name_missing"))
        birth = self._birth(row, problems)
        phones = self._phones(row, problems)
        documents = self._documents(row, problems)
        texts = self._texts(row)
        if not problems and not self._is_new(name, birth, phones, documents, texts):
            problems.append((self._at("name", "given", "family"), "row_repeated"))
        if problems:
            return RefusedRow(number, tuple(problems), texts)
        day = self._cell(row, "day")
        return Listed(
            number=number,
            name=name,
            birth=birth,
            sex=self._sex(row),
            phones=tuple(phones),
            documents=documents,
            texts=texts,
            came=read_moment(day, self._cell(row, "came")),
            left=read_moment(day, self._cell(row, "left")),
        )

    def _at(self, *roles: str) -> int:
        return next((self.columns[role][0] for role in roles if role in self.columns), 0)

    def _cell(self, row: Sequence[Cell], role: str) -> Cell:
        at = self.columns.get(role, [-1])[0]
        return row[at] if 0 <= at < len(row) else None

    def _name(self, row: Sequence[Cell]) -> str:
        whole = text_of(self._cell(row, "name"))
        if whole:
            return whole
        parts = [text_of(self._cell(row, role)) for role in ("family", "given")]
        return " ".join(part for part in parts if part)

    def _birth(self, row: Sequence[Cell], problems: list[tuple[int, str]]) -> str:
        try:
            if "birth_day" in self.columns or "birth_month" in self.columns:
                cells = [self._cell(row, f"birth_{part}") for part in ("day", "month", "year")]
                return join_birth(*cells, this_year=self.this_year)
            for role in ("birth", "birth_year", "male", "female"):
                cell = self._cell(row, role)
                if role in ("male", "female") and len(text_of(cell)) < 4:
                    continue  # a cross, not a year
                read = read_birth(cell, this_year=self.this_year)
                if read:
                    return read
        except CellRefused as refused:
            roles = ("birth", "birth_year", "birth_day", "male", "female")
            problems.append((self._at(*roles), refused.code))
        return ""

    def _sex(self, row: Sequence[Cell]) -> str:
        for role in ("male", "female"):
            if text_of(self._cell(row, role)):
                return role
        return read_sex(self._cell(row, "sex"))

    def _phones(self, row: Sequence[Cell], problems: list[tuple[int, str]]) -> list[str]:
        found: dict[str, None] = {}
        for at in self.columns.get("phone", []):
            try:
                found |= dict.fromkeys(read_phones(row[at]))
            except CellRefused as refused:
                problems.append((at, refused.code))
        return list(found)

    def _documents(self, row: Sequence[Cell], problems: list[tuple[int, str]]) -> dict[str, str]:
        try:
            read = read_identity(self._cell(row, "document"))
        except CellRefused as refused:
            problems.append((self._at("document"), refused.code))
            return {}
        return dict([read]) if read else {}

    def _texts(self, row: Sequence[Cell]) -> dict[str, str]:
        found = dict(self.section)
        for role in _TEXTS:
            written = [text_of(row[at]) for at in self.columns.get(role, []) if at < len(row)]
            text = ", ".join(part for part in written if part)
            if text:
                found[role] = text
        return found

    def _is_new(
        self,
        name: str,
        birth: str,
        phones: list[str],
        documents: dict[str, str],
        texts: dict[str, str],
    ) -> bool:
        """The same paper twice is one person twice; without papers, the same name, birth, phone,
        code and groups.  Two people of one name stay two."""
        papers = list(documents.items())
        if papers:
            known = any(paper in self.seen for paper in papers)
            self.seen.update(papers)
            return not known
        groups = [group_key(role, texts.get(role, "")) for role in (*GROUPING, "seat", "bed")]
        same = ("", accented_key(name), birth, *phones, texts.get("code", ""), *groups)
        if same in self.seen:
            return False
        self.seen.add(same)
        return True
