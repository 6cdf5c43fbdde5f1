"""The page of clusters and pace explains exactly the columns, codes and options there are."""

import re
from pathlib import Path

import pytest

from lachan.config.commands import clusters, rt, spread, warning
from lachan.config.commands.pacefiles.reading import REASONS
from lachan.engine import thresholds

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/platforms/pace.md").read_text("utf-8")
CODES = PAGE.split("## Answer codes")[1]

#: Codes of a row or a file that every command of files has.
COMMON = {
    *("empty_id", "same_person", "wrong_field_count", "unreadable_row"),
    *("unreadable_file", "missing_column"),
}

COMMANDS = ("clusters", "rt", "spread", "warning")

FAILED = re.compile(r'FailedError\(\s*"(\w+)"')


def first_cells(text: str) -> list[str]:
    """The names in the first column of the tables of a chapter."""
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])]


def table_after(sentence: str) -> list[str]:
    """The names explained in the table that follows a sentence."""
    return first_cells(PAGE.split(sentence)[1].split("\n\n")[1])


def test_every_code_is_explained_and_every_explained_code_exists() -> None:
    commands = ROOT / "src/lachan/config/commands"
    sources = [*commands.glob("pacefiles/*.py"), *(commands / f"{name}.py" for name in COMMANDS)]
    failures = {code for path in sources for code in FAILED.findall(path.read_text("utf-8"))}
    doubts = {
        thresholds.FEW_YEARS,
        thresholds.NEVER_SEEN,
        thresholds.ABOVE_RANGE,
        thresholds.BY_GUIDANCE,
    }

    assert set(first_cells(CODES)) == set(REASONS) | COMMON | failures | doubts


@pytest.mark.parametrize(
    ("command", "columns"),
    [
        ("clusters", clusters.COLUMNS),
        ("rt", rt.COLUMNS),
        ("warning", warning.COLUMNS),
        ("spread", spread.COLUMNS),
    ],
)
def test_every_column_is_explained_in_its_order(command: str, columns: tuple[str, ...]) -> None:
    assert tuple(table_after(f"The answer of `lachan {command}`")) == columns


@pytest.mark.parametrize("module", [clusters, rt, spread, warning], ids=lambda m: m.__name__)
def test_the_page_names_no_option_that_is_not_there(
    module: object, capsys: pytest.CaptureFixture[str]
) -> None:
    help_ = module.parser().format_help()  # type: ignore[attr-defined]
    name = re.search(r"usage: lachan (\w+)", help_)
    assert name
    usage = PAGE.split(f"    lachan {name[1]} ")[1].split("\n\n")[0]

    assert set(re.findall(r"--[\w-]+", usage)) <= set(re.findall(r"--[\w-]+", help_))


def test_the_places_of_spread_are_explained_too() -> None:
    assert tuple(table_after("The places of `lachan spread`")) == spread.PLACE_COLUMNS
