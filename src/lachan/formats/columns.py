"""Where a list of people begins in a sheet, and what each of its columns is about.

Headers are in Vietnamese or English, with or without marks, in one row or in two with joined cells
("Nơi ở" above "Xã" and "Tỉnh").  A guess is only offered: whoever imports may change it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from lachan.formats.cells import looks_like
from lachan.formats.sheets import Cell, Merged, Sheet, text_of
from lachan.formats.vietnamese import accented_key, fold

#: What a column may be about.  `male` and `female`: a birth year or a cross under one of two
#: headings.  `family` and `given`: the name in two columns.
ROLES = (
    "name", "family", "given", "birth", "birth_day", "birth_month", "birth_year", "male", "female",
    "sex", "phone", "document", "address", "permanent", "commune", "province", "unit", "workshop",
    "line", "shift", "room", "bed", "vehicle", "seat", "class", "table", "row", "stall", "code",
    "day", "came", "left", "note", "ordinal",
)  # fmt: skip

#: Several columns may have these; of any other role only the first counts.
REPEATABLE = frozenset({"phone", "note"})

#: A header stands within the first rows; above it are the office, the title and the date.
HEADER_WITHIN = 30

#: Words of headers, folded, the more telling first.  The first pattern that fits wins.
_WORDS: tuple[tuple[str, str], ...] = (
    ("", r"(ho (va )?)?ten (cha|me|bo|phu huynh|nguoi giam ho).*|ngay (vao lam|ky|cap).*|noi (cap|"
         r"sinh).*"),
    ("ordinal", r"stt|so thu tu|tt|no|so tt|index"),
    ("code", r"ma (so )?(nhan vien|nv|cong nhan|cn|hoc sinh|hs|sinh vien|sv|the|so)|msnv|mssv|"
             r"mnv|so the|(staff|employee|worker|student) (id|code|no|number)|ma"),
    ("document", r"(so )?(cccd|cmnd|cmt|cmtnd|can cuoc|can cuoc cong dan|dinh danh|dinh danh ca "
                 r"nhan|ho chieu|giay to|giay to tuy than|ddcn)\b.*|so dinh danh.*|passport.*|"
                 r"(national )?id( card| number| no)?|identity.*|.*\b(cccd|cmnd|passport)\b.*"),
    ("phone", r".*\b(dien thoai|sdt|dtdd|so dt|di dong|phone|mobile|tel|telephone|lien he|zalo|"
              r"hotline)\b.*|dt"),
    ("permanent", r".*\b(thuong tru|ho khau|que quan|nguyen quan|permanent)\b.*"),
    ("address", r"to dan pho|(thon|xom|ap|khu pho|to dan pho|duong|so nha).*|"
                r".*\b(dia chi|noi o|cho o|tam tru|noi cu tru|address|residence)\b.*"),
    ("vehicle", r".*\b(bien so|bien kiem soat|xe|xe dua don|xe buyt|xe bus|tuyen xe|chuyen xe|bus|"
                r"vehicle|so xe|bks)\b.*"),
    ("seat", r"(so )?(ghe|cho ngoi)( ngoi| so)?|seat.*"),
    ("sex", r"gioi( tinh)?|phai|sex|gender|nam nu"),
    ("birth_day", r"ngay( sinh)? \(?(dd|ngay)\)?"),
    ("birth", r"(ngay (thang )?(nam )?)?sinh( ngay.*)?|ngay.*sinh.*|ntns|ngay sinh.*|dob|"
              r"(date of )?birth( ?day|date)?|born"),
    ("birth_year", r"nam sinh|n sinh|year( of birth)?|birth year|yob"),
    ("family", r"ho( va)?( ten)?( dem| lot| chu lot)|ho dem.*|ho lot.*|ho|"
               r"(last|family|sur) ?name"),
    ("name", r".*\bho (va )?ten\b.*|ten (nhan vien|cong nhan|hoc sinh|khach|khach hang|chu sap|"
             r"chu ho|nguoi.*)|(full ?)?name|hanh khach|khach moi|khach"),
    ("given", r"ten|(first|given) ?name"),
    ("commune", r".*\b(xa|phuong|thi tran|commune|ward)\b.*"),
    ("province", r".*\b(tinh|thanh pho|tp|province|city)\b.*"),
    ("workshop", r".*\b(xuong|phan xuong|workshop|nha may|toa nha|khu)\b.*"),
    ("line", r".*\b(chuyen|day chuyen|line|to san xuat|to sx)\b.*|to|to doi|nhom|team|group"),
    ("shift", r"ca|ca (lam viec|lv|san xuat|kip|hoc).*|kip|(work )?shift|lam ca"),
    ("unit", r".*\b(don vi|bo phan|phong ban|ban nganh|department|dept|division|cong ty|khoa|"
             r"section)\b.*"),
    ("bed", r".*\b(giuong|bed)\b.*"),
    ("room", r"(so )?phong.*|.*\b(phong (tro|o|so|ngu|ktx)|room|buong)\b.*|ktx|nha tro"),
    ("class", r"(ten )?lop( hoc)?|class(room)?"),
    ("table", r"(so )?ban( so| tiec| an)?|table.*"),
    ("row", r"day( hang| sap| so)?|stall row|row|khu vuc hang"),
    ("stall", r"(so )?(sap|quay|ki ot|kiot|kios|o)( hang| so)?|stall.*|booth"),
    ("came", r"(gio|thoi gian|ngay gio) (vao|den|bat dau|len xe|check in).*|check ?in|"
             r"time in|(from|tu)( gio)?"),
    ("left", r"(gio|thoi gian|ngay gio) (ra|ve|di|ket thuc|xuong xe|check out).*|check ?out|"
             r"time out|(to|den)( gio)?"),
    ("day", r"ngay( lam viec| lam| di| o| den)?|date|day"),
    ("note", r".*\b(ghi chu|note|notes|remark|remarks)\b.*"),
)  # fmt: skip
_PATTERNS = [(role, re.compile(pattern)) for role, pattern in _WORDS]

#: A heading above two columns and what they are then about, by the column's own words.
_BELOW: dict[str, dict[str, str]] = {
    "birth": {"ngay": "birth_day", "thang": "birth_month", "nam": "birth_year"},
    "name": {"ho": "family", "ten": "given"},
}


@dataclass(frozen=True, slots=True)
class Table:
    """The list inside a sheet: its header and the index of its first row (from 0).  `joined`: the
    columns whose header stands in a joined cell that began further left."""

    headers: list[str]
    first_row: int
    joined: frozenset[int] = frozenset()

    @property
    def signature(self) -> str:
        """SHA-256 of the folded headers: the next list of the same office has the same."""
        text = "|".join(fold(header) for header in self.headers).rstrip("|")
        return sha256(text.encode()).hexdigest()


def find_table(sheet: Sheet) -> Table:
    """The header is the row that says the most; without one every row is a person."""
    scores = [_score(row) for row in sheet.rows[:HEADER_WITHIN]]
    top = max(range(len(scores)), key=lambda at: (scores[at], -at), default=0)
    if not scores or scores[top] < 2:
        width = len(sheet.rows[0]) if sheet.rows else 0
        first = next((at for at, row in enumerate(sheet.rows) if any(map(text_of, row))), 0)
        return Table([""] * width, first)
    if top > 0 and _stands_above(sheet, top - 1):
        return _two_rows(sheet, top - 1)
    if top + 1 < len(sheet.rows) and _is_second(sheet, top):
        return _two_rows(sheet, top)
    headers, joined = _spread(sheet, top)
    return Table(headers, top + 1, joined)


def guess_roles(table: Table, rows: Sequence[Sequence[Cell]]) -> list[str]:
    """A role for each column, "" where there is none, by its header and by what its cells hold."""
    roles = [_by_header(header) for header in table.headers]
    _split_name(table, roles)
    taken: set[str] = set()
    for at, role in enumerate(roles):
        if role in taken and role not in REPEATABLE:
            roles[at] = ""
        elif role:
            taken.add(role)
    for at, role in enumerate(roles):
        if role or table.headers[at]:
            continue
        seen = looks_like([row[at] for row in rows[:50] if at < len(row)])
        if seen and seen not in taken:
            roles[at] = seen
            taken.add(seen)
    if "given" in taken and "family" not in taken and "name" not in taken:
        roles[roles.index("given")] = "name"
    return roles


def _split_name(table: Table, roles: list[str]) -> None:
    """A heading "Họ và tên" joined over two columns: the second holds the given name."""
    for at in sorted(table.joined):
        if roles[at] == "name" and at > 0 and roles[at - 1] == "name":
            roles[at - 1], roles[at] = "family", "given"


def _by_header(header: str) -> str:
    above, _cut, own = header.rpartition(" / ")
    for text in (own, header):
        role = _word(text)
        if not role:
            continue
        group = _word(above) if above else ""
        return _BELOW.get(group, {}).get(fold(own), role)
    group = _word(above) if above else ""
    return _BELOW.get(group, {}).get(fold(own), "")


def _word(text: str) -> str:
    sex = {"nam": "male", "nữ": "female", "nư~": "female"}.get(text.strip().casefold())
    if sex:
        return sex
    folded = fold(text)
    # "Chuyến" is a journey and "chuyền" a line; "ca" with a mark is something else.
    if folded.startswith("chuyen") and accented_key(text).startswith(accented_key("chuyến")):
        return "vehicle"
    if not folded:
        return ""
    return next((role for role, pattern in _PATTERNS if pattern.fullmatch(folded)), "")


def _score(row: Sequence[Cell]) -> int:
    return len({role for cell in row if len(text := text_of(cell)) <= 60 and (role := _word(text))})


def _joined_right(sheet: Sheet, at: int) -> list[Merged]:
    return [each for each in sheet.merged if each.top <= at <= each.bottom]


def _is_second(sheet: Sheet, top: int) -> bool:
    """Whether the row after the header belongs to it: joined cells say so, or words below gaps."""
    if any(each.top <= top < each.bottom for each in sheet.merged):
        return True
    wide = [each for each in _joined_right(sheet, top) if each.right > each.left]
    below = sheet.rows[top + 1]
    gaps = [at for at, cell in enumerate(sheet.rows[top]) if not text_of(cell)]
    spoken = [at for at, cell in enumerate(below) if text_of(cell)]
    if not spoken or len(spoken) > len(gaps) + 3:
        return False
    under = {at for each in wide for at in range(each.left, each.right + 1)}
    words = [at for at in spoken if _word(text_of(below[at])) or fold(text_of(below[at])) in _PARTS]
    return (
        len(words) >= 2
        and len(words) == len(spoken)
        and set(words) <= under | set(gaps) | {at - 1 for at in gaps}
    )


#: The parts of a date and of a name, as the lower row of a header writes them.
_PARTS = frozenset({"ngay", "thang", "nam", "ho", "ten", "nu"})


def _stands_above(sheet: Sheet, top: int) -> bool:
    """Whether the row above the one that says the most is the upper half of the header; a title
    is one cell."""
    return sum(1 for cell in sheet.rows[top] if text_of(cell)) >= 2 and _is_second(sheet, top)


def _spread(sheet: Sheet, at: int) -> tuple[list[str], frozenset[int]]:
    """The texts of a header row, each joined cell's text in every column it covers."""
    texts = [text_of(cell) for cell in sheet.rows[at]]
    joined = set()
    for each in _joined_right(sheet, at):
        text = text_of(sheet.rows[each.top][each.left]) if each.left < len(texts) else ""
        for column in range(each.left, min(each.right, len(texts) - 1) + 1):
            if column > each.left:
                joined.add(column)
            texts[column] = texts[column] or text
    return texts, frozenset(joined)


def _two_rows(sheet: Sheet, top: int) -> Table:
    above, joined = _spread(sheet, top)
    if not joined:
        above = _carried(above, [text_of(cell) for cell in sheet.rows[top + 1]])
    below = [text_of(cell) for cell in sheet.rows[top + 1]]
    headers = [
        f"{upper} / {lower}" if upper and lower and upper != lower else upper or lower
        for upper, lower in zip(above, below, strict=True)
    ]
    return Table(headers, top + 2, joined)


def _carried(above: list[str], below: list[str]) -> list[str]:
    """Where no cell is joined, a gap over a word of the lower row belongs to what is left of it."""
    carried = list(above)
    for at in range(1, len(carried)):
        if not carried[at] and below[at] and below[at - 1]:
            carried[at] = carried[at - 1]
    return carried
