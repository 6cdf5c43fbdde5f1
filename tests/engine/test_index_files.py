"""An index folder that is torn or somebody else's is refused by name, never half read."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lachan.engine.days import DayVisit, day_of
from lachan.engine.feeding import Writer, clear
from lachan.engine.refusals import StoreRefused
from lachan.engine.store import Store
from tests.engine.indexed import CLUSTER, uuid_of

TODAY = day_of(1_627_102_800)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    with Writer(tmp_path, CLUSTER) as writer:
        writer.replace(uuid_of("a"), TODAY, [DayVisit(uuid_of("v"), 1, 2, imputed=False)])
        writer.commit({"read": 1})
    return tmp_path


def run_file(index: Path) -> Path:
    [path] = (index / "days").iterdir()
    return path


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda index: (index / "MANIFEST").unlink(), "no_index"),
        (lambda index: (index / "MANIFEST").write_text("{"), "torn_manifest"),
        (lambda index: flip(index / "MANIFEST", 60), "torn_manifest"),
        (lambda index: run_file(index).unlink(), "missing_file"),
        (lambda index: flip(run_file(index), -1), "torn_file"),
        (lambda index: run_file(index).write_bytes(b"short"), "torn_file"),
        (lambda index: (index / "people.ids").unlink(), "missing_file"),
        (lambda index: flip(index / "people.ids", 3), "torn_file"),
        (lambda index: (index / "venues.ids").write_bytes(b""), "torn_file"),
    ],
)
def test_it_refuses_a_damaged_folder(
    index: Path, damage: Callable[[Path], object], code: str
) -> None:
    damage(index)

    with pytest.raises(StoreRefused) as refused:
        Store(index, CLUSTER).view()

    assert refused.value.code == code


def test_it_refuses_the_index_of_another_database(index: Path) -> None:
    with pytest.raises(StoreRefused) as refused:
        Store(index, "elsewhere").view()
    assert refused.value.code == "foreign_cluster"

    with pytest.raises(StoreRefused) as refused:
        Writer(index, "elsewhere")
    assert refused.value.code == "foreign_cluster"


def test_it_can_be_written_again_once_cleared(index: Path) -> None:
    clear(index)

    with Writer(index, "elsewhere") as writer:
        assert writer.position == {}
        writer.commit({"read": 1})

    assert Store(index, "elsewhere").position == {"read": 1}


def test_it_refuses_a_second_writer(index: Path) -> None:
    with Writer(index, CLUSTER), pytest.raises(StoreRefused) as refused:
        Writer(index, CLUSTER)

    assert refused.value.code == "second_writer"


def test_it_writes_over_what_a_killed_writer_left(index: Path) -> None:
    with (index / "people.ids").open("ab") as file:
        file.write(b"half a uu")
    (index / "days" / "stray.run").write_bytes(b"half a run")

    with Writer(index, CLUSTER) as writer:
        writer.replace(uuid_of("b"), TODAY, [])
        writer.commit({"read": 2})

    assert Store(index, CLUSTER).view().people.uuid(1) == uuid_of("b")
    assert not (index / "days" / "stray.run").exists()


def test_a_reader_follows_an_index_that_was_built_anew(index: Path) -> None:
    store = Store(index, CLUSTER)
    assert store.view().people.number(uuid_of("a")) == 0

    clear(index)
    with Writer(index, CLUSTER) as writer:
        writer.replace(uuid_of("b"), TODAY, [])
        writer.replace(uuid_of("a"), TODAY, [])
        writer.commit({})

    assert store.view().people.number(uuid_of("a")) == 1


def test_it_refuses_a_stay_outside_its_day(index: Path) -> None:
    with Writer(index, CLUSTER) as writer:
        for start, end in ((-1, 5), (5, 5), (5, 1441)):
            with pytest.raises(ValueError, match="within its day"):
                writer.replace(
                    uuid_of("a"), TODAY, [DayVisit(uuid_of("v"), start, end, imputed=False)]
                )


def test_its_codes_are_documented() -> None:
    root = Path(__file__).parents[2]
    page = (root / "docs/platforms/engine.md").read_text(encoding="utf-8")
    sources = [path.read_text("utf-8") for path in (root / "src/lachan/engine").rglob("*.py")]

    codes = {code for text in sources for code in re.findall(r'StoreRefused\(\s*"(\w+)"', text)}

    assert len(codes) == 9
    assert [code for code in sorted(codes) if f"`{code}`" not in page] == []
