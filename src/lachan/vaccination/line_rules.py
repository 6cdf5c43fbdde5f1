"""The numbers by which the line of a session is run: data, with source and first day."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from lachan.core.clock import today

_FILE = Path(__file__).with_name("site_line.toml")


@dataclass(frozen=True, slots=True)
class LineRule:
    """Minutes and counts; `source`: who says so.  What each means stands in `site_line.toml`."""

    valid_from: date
    source: str
    paper_minutes: int
    pace_minutes: int
    pace_fewest_people: int
    pace_fewest_minutes: int
    family_minutes: int
    quiet_minutes: int
    pack_page: int


def line_rule(on: date | None = None) -> LineRule:
    """The rule of a day (default: today)."""
    day = on or today()
    valid = [rule for rule in _rules() if rule.valid_from <= day]
    return max(valid or _rules(), key=lambda rule: rule.valid_from)


@lru_cache(maxsize=1)
def _rules() -> list[LineRule]:
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["line"]
    return [LineRule(**row) for row in rows]
