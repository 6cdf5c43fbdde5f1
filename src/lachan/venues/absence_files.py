"""Absences by Excel: the day's sheet out, the same sheet with reasons back in."""

import io
from collections.abc import Iterable

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from lachan.core.clock import today
from lachan.core.scope import Principal
from lachan.formats.listed import Listed, RefusedRow, read_people
from lachan.formats.vietnamese import fold
from lachan.ui.lists import read_list
from lachan.venues import attending, roll_files
from lachan.venues.roll_names import written_of
from lachan.venues.roll_reading import RollRow, Today, members_of
from lachan.venues.roll_wording import state_word
from lachan.venues.rolls import Attendance, Member, RollFile

#: Words of the column of reasons, folded; whoever fills it in writes as he speaks.
REASONS = {
    Attendance.Reason.SYMPTOMS: (
        "trieu chung",
        "om",
        "sot",
        "benh",
        "ho",
        "symptom",
        "sick",
        "ill",
    ),
    Attendance.Reason.LEAVE: ("phep", "nghi phep", "viec rieng", "thai san", "leave"),
    Attendance.Reason.UNKNOWN: ("khong ro", "khong phep", "chua ro", "unknown", "vang"),
}

#: Characters; the columns of the day's sheet.
WIDTHS = (12, 28, 22, 10, 24)


def sheet_of(rows: Iterable[RollRow], known: Today) -> bytes:
    """The day's sheet: who has not come, with an empty column for why."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = today().strftime("%d-%m-%Y")
    page.append([_("Code"), _("Full name"), _("Line or team"), _("Shift"), _("Note")])
    for row in rows:
        state = known.state_of(row.member.id)
        if state == "present":
            continue
        work = row.work
        page.append(
            [
                row.written.code,
                row.written.name,
                work.place.name if work else "",
                work.shift if work else "",
                state_word(state) if state else "",
            ]
        )
    for at, width in enumerate(WIDTHS, start=1):
        page.column_dimensions[get_column_letter(at)].width = width
        page.cell(1, at).font = Font(bold=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def take_absences(*, data: bytes, file_name: str, by: Principal) -> RollFile:
    """Read the day's sheet back: rows with a reason are absences of today, rows without are passed
    over.  Refused: list_large, list_unreadable, list_no_name."""
    sheet, table, roles = read_list(data, file_name)
    kept = roll_files.keep(data=data, file_name=file_name, purpose="absences", by=by)
    by_key = _by_key(by)
    said: list[tuple[Member, str, str]] = []
    refused: list[list[object]] = []
    rows = list(read_people(sheet, table, roles, this_year=today().year))
    for row in rows:
        if isinstance(row, RefusedRow):
            refused.append([row.number, [f"{at}:{code}" for at, code in row.problems]])
            continue
        if not row.texts.get("note"):
            continue
        problem, member = _member(row, by_key)
        reason = reason_of(row.texts["note"])
        if member is None:
            refused.append([row.number, [f"{_column(roles, 'name')}:{problem}"]])
        elif not reason:
            refused.append([row.number, [f"{_column(roles, 'note')}:reason_missing"]])
        else:
            said.append((member, Attendance.State.ABSENT, reason))
    if said:
        attending.say_many(said=said, way=Attendance.Way.FILE, by=by)
    kept.sheet, kept.roles = sheet.name, list(roles)
    kept.report = {"rows": len(rows), "new": len(said), "refused": refused}
    kept.save(update_fields=["sheet", "roles", "report"])
    return kept


def reason_of(text: str) -> str:
    """The reason a text means, "" when it says none."""
    words = f" {fold(text)} "
    for reason in (Attendance.Reason.UNKNOWN, *REASONS):
        if any(f" {word} " in words for word in REASONS[reason]):
            return str(reason)
    return ""


def _by_key(by: Principal) -> dict[tuple[str, str], list[Member]]:
    members = list(members_of(by))
    names = written_of(members)
    found: dict[tuple[str, str], list[Member]] = {}
    for member in members:
        written = names[member.id]
        found.setdefault(("name", fold(written.name)), []).append(member)
        if written.code:
            found.setdefault(("code", fold(written.code)), []).append(member)
    return found


def _member(row: Listed, by_key: dict[tuple[str, str], list[Member]]) -> tuple[str, Member | None]:
    code = row.texts.get("code", "")
    named = by_key.get(("name", fold(row.name)), [])
    if code:
        coded = [one for one in by_key.get(("code", fold(code)), []) if one in named]
        if len(coded) == 1:
            return "", coded[0]
    if len(named) == 1:
        return "", named[0]
    return ("named_twice" if named else "not_on_the_roll"), None


def _column(roles: list[str], role: str) -> int:
    return roles.index(role) if role in roles else 0
