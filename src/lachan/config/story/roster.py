"""The roster as the personnel office sends it: Excel, with three rows in a hundred wrong."""

from pathlib import Path
from random import Random

from lachan.config.story.world import WATERMARK, Person, World

#: Practice.md section 6 point 1.
WRONG = 0.03
HEADER = (
    "STT", "Mã NV", "Họ và tên", "Ngày sinh", "Giới tính", "Số định danh", "Điện thoại",
    "Xưởng", "Chuyền", "Ca", "Phòng trọ", "Xe đưa đón", "Nơi ở hiện tại",
)  # fmt: skip

Row = list[str | int]


def roster_rows(world: World, people: list[Person]) -> tuple[list[Row], list[int]]:
    """The rows of the sheet and the positions of those that were spoilt."""
    rng = Random(f"{world.options.seed}:roster")
    rows = [_row(world, number, person) for number, person in enumerate(people)]
    wrong = sorted(rng.sample(range(len(rows)), round(len(rows) * WRONG)))
    for position in wrong:
        _spoil(rng, rows[position])
    return rows, wrong


def _row(world: World, number: int, person: Person) -> Row:
    work = person.work
    line, *above = world.ancestors(work.place) if work else [0]
    hall = world.places[above[0]].name if above else ""
    room = ""
    if person.room is not None:
        own, house = world.ancestors(person.room)[:2]
        room = f"{world.places[own].name}, {world.places[house].name}"
    return [
        number + 1,
        f"SK{number + 1:05d}",
        person.name,
        person.born.strftime("%d/%m/%Y"),
        "Nữ" if person.sex == "F" else "Nam",
        person.documents[0].number if person.documents else "",
        person.phones[0] if person.phones else "",
        hall,
        world.places[line].name,
        work.shift if work else "",
        room,
        "" if person.bus is None else world.places[person.bus].name,
        person.stay.address,
    ]


def _spoil(rng: Random, row: Row) -> None:
    """One of the mistakes rosters have; each leaves the row different from the truth."""
    mistake = rng.randrange(6)
    name, born, number, phone = str(row[2]), str(row[3]), str(row[5]), str(row[6])
    if mistake == 0 and phone:
        row[6] = int(phone)
    elif mistake == 1:
        row[3] = born[-4:]
    elif mistake == 2 and number:
        row[5] = number[:-1]
    elif mistake == 3:
        row[2] = name.upper()
    elif mistake == 4:
        row[9] = "ca 1" if row[9] != "ca 1" else "ca 2"
    else:
        row[8] = str(row[8]).replace("Chuyền ", "chuyen")


def write_roster(world: World, path: Path, people: list[Person]) -> int:
    """Write the sheet; the number of people in it."""
    from openpyxl import Workbook  # not needed by anything else of the command

    rows, _ = roster_rows(world, people)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Danh sách")
    sheet.append([f"DANH SÁCH CÔNG NHÂN THEO CHUYỀN VÀ CA ({WATERMARK})"])
    sheet.append(list(HEADER))
    for row in rows:
        sheet.append(row)
    book.save(path)
    return len(rows)
