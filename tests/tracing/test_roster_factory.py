"""The story's own HR list of 20,000 workers with its mistakes, imported from end to end.

The figures are counted by a naive reader of the same file; the time is printed, never asserted.
"""

import io
import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook

from lachan.config.story.factory import SHIFTS
from lachan.config.story.generate import generate
from lachan.config.story.options import PRESETS
from lachan.config.story.roster import write_roster
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.people.services import Stay, register_person
from lachan.tracing.models import Contact, Roster
from lachan.tracing.roster_copy import errors_copy
from tests.factories import cast, outbreak, rosters
from tests.factories.outbreak import Unit

pytestmark = pytest.mark.slow


@dataclass
class Told:
    """What the list says, by the naive reader."""

    rows: int
    refused: int
    close: int
    linked: int


def _plain(text: object) -> str:
    """Chuyền 7, chuyen7 and CHUYỀN 7 are one line: what is left is the number."""
    return "".join(re.findall(r"\d+", str(text or "")))


def naive(path: Path, own_code: str) -> Told:
    """Count row by row with openpyxl and nothing of ours.  Of the story's mistakes only a paper of
    too few digits makes a row unreadable."""
    rows = [
        [str(cell or "") for cell in row]
        for row in load_workbook(io.BytesIO(path.read_bytes()), read_only=True)
        .worksheets[0]
        .iter_rows(min_row=3, values_only=True)
    ]
    own = next(row for row in rows if row[1] == own_code)
    told = Told(len(rows), 0, 0, 0)
    for row in rows:
        if row is own:
            continue
        if row[5] and len(row[5]) not in (9, 12) and not re.search("[A-Z]", row[5]):
            told.refused += 1
            continue
        line = (_plain(row[8]), row[9]) == (_plain(own[8]), own[9])
        room = bool(own[10]) and row[10] == own[10]
        bus = bool(own[11]) and row[11] == own[11]
        if line or room or bus:
            told.close += 1
        elif row[9] == own[9]:
            told.linked += 1
    return told


def test_the_storys_factory_is_imported(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    from django.conf import settings

    monkeypatch.setattr(type(settings.HOME), "engine", tmp_path / "engine")
    world = generate(PRESETS["khu-cong-nghiep"])
    path = tmp_path / "roster.xlsx"
    crews = [person for person in world.people if person.work and person.work.shift in SHIFTS]
    write_roster(world, path, crews)
    source = world.people[world.planted.f0]
    place = [id(person) for person in crews].index(id(source))
    here = Unit.of(outbreak.HERE_CODE)
    with system_scope("test") as by:
        person = register_person(
            full_name=source.name,
            birth=source.born.strftime("%d/%m/%Y"),
            phones=source.phones[:1],
            stay=Stay(here.commune, here.province, "Ngõ 1"),
            by=by,
        )
    case = outbreak.positive(person)
    tracer = cast.of_province(Role.TRACER, case.province)
    expected = naive(path, f"SK{place + 1:05d}")

    times: list[tuple[str, float]] = []
    begun = time.perf_counter()
    made = rosters.sent(case, path.read_bytes(), tracer)
    times.append(("sent and mapped", time.perf_counter() - begun))
    done = rosters.imported(made, tracer)
    times.append(("imported", time.perf_counter() - begun))
    with scoped(tracer, "tracing"):
        made = Roster.objects.get(pk=done.pk)
        copies = [errors_copy(made, only_refused=only)[0] for only in (True, False)]
    times.append(("with both copies", time.perf_counter() - begun))

    with capsys.disabled():
        print("\n" + "; ".join(f"{name} {seconds:.1f} s" for name, seconds in times))
        print(expected)
    with system_scope("test"):
        contacts = Contact.objects.filter(case=case).count()
    assert done.rows == expected.rows == 20_000
    assert done.refused == expected.refused
    assert done.accepted == 20_000 - expected.refused
    assert (done.named, contacts) == (expected.close, expected.close)
    assert done.linked == expected.linked
    copied = load_workbook(io.BytesIO(copies[0]), read_only=True).worksheets[0]
    assert copied.max_row == 2 + expected.refused
