"""Where the table of results begins in a file, and what each of its columns is about.

Machines write a block about the run above the table, several tables in one file, and headers of
their own; a province writes "Mã ống", "Kết quả", "Ct".  Columns are found by name, in Vietnamese or
English; whoever imports may say otherwise.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from lachan.formats.labresults import LabFileRefused
from lachan.formats.sheets import Cell, Sheet, text_of
from lachan.formats.vietnamese import fold

#: What a column may be about.
ROLES = ("well", "tube", "target", "ct", "result", "time", "task", "test", "omit", "machine", "run")

#: rows above the first table; a QuantStudio writes 45 lines about the run.
HEADER_WITHIN = 400

#: Words of headers, folded; of two columns with one role the earlier pattern is meant.
_WORDS: tuple[tuple[str, str], ...] = (
    ("", r".*\b(mean|sd|std ?dev|stddev|threshold|thr|thresh|avg|average|trung binh|baseline|"
         r"quantity|std|se|confidence|cqconf|auto|start|end|noise|units?|type code|site code)\b.*|"
         r".*\b(patient|provider|facility|lab|device|instrument model|site)\b(?!.*specimen id).*"),
    ("well", r"well position|vi tri gieng|(ten |so )?gieng|pos|position|vi tri|well name"),
    ("well", r"well|well no|no"),
    ("tube", r"(sample |specimen |tube )?(barcode|bar code)( id| no| number)?|ma vach.*|"
             r"ma (so )?ong( mau| nghiem)?|so ong|tube( id| no| number)?|ma ong gop|ma gop"),
    ("tube", r"(specimen|accession|sid)( (id|no|number|code))?|sample (id|no|code|"
             r"number)|ma (so )?(mau|benh pham|xet nghiem|xn|phieu)( (xet nghiem|gop|benh pham))?|"
             r"so mau|ky hieu mau|ma code|ma hoa|code"),
    ("tube", r"sample( name)?|ten mau|name|mau( benh pham)?|sample label"),
    ("tube", r"testing lab specimen id"),
    ("tube", r"testing lab accession number|result id"),
    ("target", r"target( name)?|detector( name)?|assay( name)?|gen|gene|dich|muc tieu|analyte|"
               r"dau do|probe"),
    ("target", r"fluor|dye|reporter|channel|kenh|filter"),
    ("result", r"(final|overall|interpreted|qualitative) (result|call|interpretation)s?|"
               r"ket luan( chung)?|ket qua (cuoi( cung)?|chung|xet nghiem|xn|rt pcr|pcr)|"
               r"interpretation|kqxn|test result( code)?"),
    ("result", r"results?|ket qua|kq|call|observation|result code|dien giai"),
    ("time", r"(test (date|time)|ngay (gio )?(xet nghiem|xn|thuc hien|chay( may)?)|date tested|"
             r"thoi gian (xet nghiem|chay)|run (date|time)|tested at)( .*)?"),
    ("time", r"(date result released|result (date|time)|ngay (gio )?((tra|co) )?(ket qua|kq)|"
             r"thoi gian (tra|co) ket qua)( .*)?"),
    ("time", r"date|time|ngay|thoi gian|ngay gio|date time"),
    ("task", r"task|content|sample type|type|loai( mau)?|role"),
    ("test", r"ordered test (code|name)|test( name| code)?|ten xet nghiem|xet nghiem|loai xet "
             r"nghiem|test type"),
    ("omit", r"omit|loai bo"),
    ("machine", r"(ten |so )?may( xet nghiem| pcr)?|instrument( name| id| serial.*)?"),
    ("run", r"run( id| name| no)?|lan chay|me chay|plate( id| name| barcode)?|ma dia|ten dia"),
)  # fmt: skip
_PATTERNS = [(place, role, re.compile(pattern)) for place, (role, pattern) in enumerate(_WORDS)]
#: A Ct column, alone or with its target: "Cт" (the machines of Applied Biosystems write a Cyrillic
#: т), "Cq", "Cp", "Ct N", "Ct (ORF1ab)", "CT_gen E", "N gene Ct", "Giá trị Ct E".
_CT = re.compile(
    r"(?:(?P<before>[\w/-]{1,20})(?: gene?)? )?(?:gia tri )?(?:ct|cт|cq|cp|c t|crossing point|"
    r"cycle threshold|chu ky nguong)"
    r"(?: (?:value|gia tri))?(?: (?:gene? )?(?P<after>[\w/-]{1,20}))?(?: gene?)?"
)
_DIGIT = re.compile(r"\d")
_SECTION = re.compile(r"\[(.+)\]\s*")
_ASSIGNED = re.compile(r"\*?\s*(?P<key>[^=:]{2,60}?)\s*[=:]\s*(?P<value>.+)")
_KEYS: tuple[tuple[str, str], ...] = (
    ("end", r"experiment run end time|run (ended|finish(ed)?|end( date)?( time)?)|"
            r"finish(ed)?( at)?|thoi gian ket thuc|end time"),
    ("start", r"run (started|start( date)?( time)?|on|date( time)?)|start time|"
              r"ngay (chay|xet nghiem)|experiment date|date|last modified"),
    ("machine", r"instrument serial number|(base |machine )?serial (number|no)|so may"),
    ("machine", r"instrument (name|type)|machine( name)?|(ten )?may"),
    ("run", r"experiment( name)?|run (id|name|information)|plate (barcode|id|name)|ten lan chay|"
            r"ma dia"),
    ("run", r"(document|file) name|experiment file name|experiment barcode|worksheet name"),
    ("channel", r"selected filter|filter"),
)  # fmt: skip
_KEY_PATTERNS = [(place, key, re.compile(words)) for place, (key, words) in enumerate(_KEYS)]
_CHANNEL = re.compile(r"quantitative analysis of channel (?:cycling )?\w\.(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlateTable:
    """A table of results: where it stands and what its columns hold.

    `header`, `first`, `last`: row indexes from 0, `last` not inside.  `columns`: role -> column.
    `cts`: (column, target named by the header or ""), one or several.  `facts`: "end", "start",
    "machine", "run", "channel" -> text, from the lines above.
    """

    header: int
    first: int
    last: int
    columns: Mapping[str, int]
    cts: tuple[tuple[int, str], ...]
    signature: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def find_tables(sheet: Sheet, given: Mapping[int, str] | None = None) -> list[PlateTable]:
    """The tables of results of a sheet in their order; none when it holds no results.  `given`:
    column -> role, instead of the guess.  Raises LabFileRefused: plate_columns, or plate_several
    when their columns differ, since then one of them would be left out unseen."""
    found: list[PlateTable] = []
    above: list[int] = []
    run: dict[str, str] = {}
    at = 0
    while at < len(sheet.rows) and (found or at < HEADER_WITHIN):
        row = sheet.rows[at]
        read = _header(row, given if not found else None)
        if read is None:
            above.append(at)
            at += 1
            continue
        columns, cts = read
        run |= _facts(sheet.rows[each] for each in above)
        above = []
        last = _end(sheet, at + 1, row)
        found.append(PlateTable(at, at + 1, last, columns, cts, signature(row), dict(run)))
        at = last
    if len({table.signature for table in found}) > 1:
        rows = ", ".join(str(table.header + 1) for table in found)
        raise LabFileRefused("plate_several", f"rows {rows}")
    return found


def signature(header: Sequence[Cell]) -> str:
    """Headers made comparable: two tables with one signature are parts of one list."""
    return "|".join(fold(text_of(cell)) for cell in header).rstrip("|")


def roles_of(header: Sequence[Cell]) -> dict[int, str]:
    """Column -> role, as guessed from a header; for whoever imports to mend."""
    read = _header(header, None)
    if read is None:
        return {}
    columns, cts = read
    return {at: role for role, at in columns.items()} | {at: "ct" for at, _target in cts}


def _header(
    row: Sequence[Cell], given: Mapping[int, str] | None
) -> tuple[dict[str, int], tuple[tuple[int, str], ...]] | None:
    """The columns of a row that is a header of results, else None."""
    texts = [text_of(cell) if isinstance(cell, str) else "" for cell in row]
    if sum(1 for each in texts if each) < 2:
        return None
    best: dict[str, tuple[int, int]] = {}
    cts: list[tuple[int, str]] = []
    twice: set[str] = set()
    for at, text in enumerate(texts):
        role, place, target = _role(text) if given is None else (given.get(at, ""), 0, "")
        if role == "ct":
            cts.append((at, target or (_target(text) if given is not None else "")))
        elif role and (role not in best or place < best[role][0]):
            best[role] = (place, at)
            twice.discard(role)
        elif role and place == best[role][0]:
            twice.add(role)
    columns = {role: at for role, (_place, at) in best.items()}
    named = [target for _at, target in cts]
    if len(named) != len(set(named)):
        twice.add("ct")
    knows_tube = "tube" in columns or ("well" in columns and bool(cts))
    if not knows_tube or not ("result" in columns or cts):
        return None
    unclear = sorted(twice & {"tube", "result", "ct"})
    if unclear:
        raise LabFileRefused("plate_columns", ", ".join(unclear))
    return columns, tuple(cts)


@lru_cache(maxsize=8192)  # cells of a list are looked at too, and repeat their words
def _role(text: str) -> tuple[str, int, str]:
    """Role, how well it fits (0 best), and the target a Ct column names."""
    if not text or len(text) > 60:
        return "", 0, ""
    folded = fold(text.replace("_", " "))
    if _CT.fullmatch(folded) and not _PATTERNS[0][2].fullmatch(folded):
        return "ct", 0, _target(text)
    for place, role, pattern in _PATTERNS:
        if pattern.fullmatch(folded):
            return role, place, ""
    return "", 0, ""


def _target(text: str) -> str:
    """The target in a header of Ct, in the letters of the header."""
    words = re.sub(r"[_()\[\]:.,-]+", " ", text).split()
    noise = {"ct", "cт", "cq", "cp", "gen", "gene", "value", "gia", "tri", "c", "t"}
    return " ".join(word for word in words if fold(word) not in noise)[:20]


def _end(sheet: Sheet, first: int, header: Sequence[Cell]) -> int:
    """Where the table ends: at the name of another section, the title of another channel, or its
    header again.  Never at blank rows: what comes after them would be lost unseen."""
    again = signature(header)
    for at in range(first, len(sheet.rows)):
        row = sheet.rows[at]
        filled = [cell for cell in row if text_of(cell)]
        if len(filled) == 1 and isinstance(filled[0], str):
            if _SECTION.fullmatch(filled[0]) or _CHANNEL.search(filled[0]):
                return at
        elif _may_be_header(filled) and (signature(row) == again or _is_header(row)):
            return at
    return len(sheet.rows)


def _may_be_header(filled: Sequence[Cell]) -> bool:
    """Cheap, for a hundred thousand rows: at least two words without a digit, and no number."""
    if len(filled) < 2 or not all(isinstance(cell, str) for cell in filled):
        return False
    return sum(1 for cell in filled if not _DIGIT.search(str(cell))) >= 2


def _is_header(row: Sequence[Cell]) -> bool:
    try:
        return _header(row, None) is not None
    except LabFileRefused:
        return True


def is_said_of_run(filled: Sequence[Cell]) -> bool:
    """Whether a row below a table is a line about the run: "Analysis Type = Singleplex"."""
    return len(filled) <= 2 and bool(_ASSIGNED.fullmatch(text_of(filled[0])))


def _facts(rows: Iterator[Sequence[Cell]]) -> dict[str, str]:
    best: dict[str, tuple[int, str]] = {}
    for row in rows:
        # As written: two blanks part what a LightCycler says in one line.
        filled = [str(cell).strip() for cell in row if text_of(cell)]
        if not filled or len(filled) > 4:
            continue
        if channel := _CHANNEL.search(filled[0]):
            best["channel"] = (0, channel[1])
        for key, value in _pairs(filled):
            folded = fold(key)
            for place, name, pattern in _KEY_PATTERNS:
                if pattern.fullmatch(folded) and (name not in best or place < best[name][0]):
                    best[name] = (place, " ".join(value.split()))
    return {name: value for name, (_place, value) in best.items()}


def _pairs(filled: list[str]) -> Iterator[tuple[str, str]]:
    """What a line says: "Run Ended: x", "* Run End = x", or a key and its value in two cells."""
    if len(filled) >= 2:
        yield filled[0].strip("*: "), filled[1]
    for text in filled[:1]:
        for piece in re.split(r"\s{2,}|\t", text):
            if found := _ASSIGNED.fullmatch(piece):
                yield found["key"], found["value"].strip()
