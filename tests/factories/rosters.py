"""Lists of people as offices send them, made in memory, and their import from end to end."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

from lachan.core.scope import Principal, scoped, system_scope
from lachan.tracing import roster, roster_tasks
from lachan.tracing.models import Case, Roster
from lachan.tracing.roster_reading import has_shifts, people_of, row_of_case, tokens_of

HEADER = (
    *("STT", "Mã NV", "Họ và tên", "Ngày sinh", "Giới tính", "Số định danh", "Điện thoại"),
    *("Xưởng", "Chuyền", "Ca", "Phòng trọ", "Xe đưa đón", "Nơi ở hiện tại"),
)

#: Names that differ in every word, so that nobody is somebody else by accident.
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
MIDDLE = ("Văn", "Thị", "Đức", "Minh", "Thu", "Hồng", "Quốc", "Ngọc", "Kim", "Bá")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Mai", "Sơn")


def worker(
    number: int,
    *,
    line: str = "",
    shift: str = "",
    room: str = "",
    bus: str = "",
    address: str = "Tổ 3, Phường Nếnh, Tỉnh Bắc Ninh",
) -> list[object]:
    """One row of an HR list; every number is somebody else."""
    return [
        number,
        f"NV{number:05d}",
        name_of(number),
        f"{number % 28 + 1:02d}/{number % 12 + 1:02d}/{1980 + number % 25}",
        "Nữ" if number % 2 else "Nam",
        f"0240{number % 100:02d}{number:06d}",
        f"0900{number:06d}",
        "Xưởng 1",
        line,
        shift,
        room,
        bus,
        address,
    ]


def name_of(number: int) -> str:
    """A name of three words."""
    return f"{FAMILY[number % 10]} {MIDDLE[number // 10 % 10]} {GIVEN[number // 100 % 10]}"


def workbook(
    rows: Iterable[Sequence[object]],
    *,
    header: Sequence[str] = HEADER,
    title: str = "DANH SÁCH CÔNG NHÂN",
    sheet: str = "Danh sách",
) -> bytes:
    """An .xlsx file."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet
    page.append([title])
    page.append(list(header))
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def scenario_2() -> list[list[object]]:
    """A small factory with the sums of scenario 2 of practice.md section 7.

    The case is row 1 of line 7, shift 3: 47 line mates, 9 in the room (6 of them on the line, 2 on
    another shift), 39 on the bus (20 on the line, 5 in the room, 4 in both): 68 people.
    """
    own = {"line": "Chuyền 7", "shift": "ca 3", "room": "Phòng 12, Nhà trọ Hoa", "bus": "Xe 7"}
    night = {"line": "Chuyền 8", "shift": "ca 3"}
    rows = [worker(1, **own)]
    for mate in range(2, 49):
        room = own["room"] if mate < 8 else "Phòng 1, Nhà trọ Mai"
        bus = own["bus"] if mate in (2, 3, 4, 5) or 8 <= mate < 24 else "Xe 1"
        rows.append(worker(mate, line=own["line"], shift="ca 3", room=room, bus=bus))
    rows.append(worker(49, **night, room=own["room"], bus=own["bus"]))
    rows += [worker(number, line="Chuyền 7", shift="ca 1", room=own["room"]) for number in (50, 51)]
    rows += [worker(number, **night, bus=own["bus"]) for number in range(52, 70)]
    return rows


def sent(
    case: Case, data: bytes, by: Principal, *, name: str = "Công ty Sao Mai", **more: str
) -> Roster:
    """A list that somebody sent and whose guessed columns he left as they were."""
    told = {"kind": "company", "file_name": "danh-sach.xlsx", **more}
    with scoped(by, "tracing"):
        made, _new = roster.send(case=case, data=data, name=name, by=by, **told)
        if made.is_open:
            roster.map_columns(roster=made, roles=made.roles, by=by)
    return made


def imported(made: Roster, by: Principal, *, close: Sequence[str] | None = None) -> Roster:
    """The same, imported with the groups of the case's own row, or with those named."""
    with scoped(by, "tracing"):
        people = people_of(made)
        own = row_of_case(made.case, people)
        if close is None:
            assert own is not None, "the case is not in the list"
            close = list(tokens_of(own, shifts=has_shifts(made)))
            close = [each for each in close if each.split(":")[0] in ("line", "room", "vehicle")]
        roster.start_import(
            roster=made, close=close, shift=own.group("shift") if own else "", by=by
        )
    work(made)
    with system_scope("test"):
        return Roster.objects.select_related("case").get(pk=made.pk)


def work(made: Roster) -> None:
    """What the worker does until the list is through."""
    for _part in range(1_000):
        roster_tasks.import_rosters()
        with system_scope("test"):
            if Roster.objects.get(pk=made.pk).state != Roster.State.IMPORTING:
                return
    raise AssertionError("the import never ended")
