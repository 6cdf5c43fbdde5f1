"""`lachan trace` on the story's files finds what the records hold of the true transmissions."""

import csv
from pathlib import Path

import pytest

from lachan.config.commands.trace import run
from lachan.config.story.files import write_files
from lachan.config.story.world import World


@pytest.fixture(scope="module")
def found(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Contact -> hop, traced from the files alone."""
    folder: Path = tmp_path_factory.mktemp("traced")
    write_files(world, folder)
    files = {name: str(folder / f"{name}.csv") for name in ("visits", "encounters", "cases", "out")}
    arguments = [part for name, path in files.items() for part in (f"--{name}", path)]
    assert run([*arguments, "--hops", "2", "--min-minutes", "15"]) == 0
    with (folder / "out.csv").open(encoding="utf-8", newline="") as stream:
        return {row["person"]: int(row["hop"]) for row in csv.DictReader(stream)}


def test_everybody_infected_where_both_scanned_is_a_contact_of_the_case(
    world: World, found: dict[str, int]
) -> None:
    cases = {case.person for case in world.cases}
    seen = [
        row.person
        for row in world.transmissions
        if row.how == "scanned" and row.source in cases and row.person not in cases
    ]
    assert len(seen) >= 5
    assert all(found[str(world.trace_id(person))] == 1 for person in seen)


def test_no_case_is_named_as_its_own_contact(world: World, found: dict[str, int]) -> None:
    assert not {str(world.trace_id(case.person)) for case in world.cases} & set(found)


def test_records_alone_do_not_find_everybody(world: World, found: dict[str, int]) -> None:
    cases = {case.person for case in world.cases}
    hidden = [row.person for row in world.transmissions if row.how in {"household", "unseen"}]
    assert any(str(world.trace_id(p)) not in found for p in hidden if p not in cases)
