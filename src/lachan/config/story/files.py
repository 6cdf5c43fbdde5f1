"""The story as files: what `lachan trace` reads, the roster of the factory, and the truth."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from lachan.config.story.factory import SHIFTS
from lachan.config.story.roster import write_roster
from lachan.config.story.world import VIETNAM, World


def write_files(world: World, folder: Path) -> dict[str, int]:
    """Write everything into the folder (made if absent); file name -> rows written.

    People are written as their pseudonym, venues as the identifier of the smallest place a scan
    and the rosters together give: a scan at the factory's gate is a visit to the scanner's line.
    """
    folder.mkdir(parents=True, exist_ok=True)
    people = [str(world.trace_id(index)) for index in range(len(world.people))]
    places = [str(world.uuid("place", index)) for index in range(len(world.places))]
    counts = {
        "visits.csv": _write(
            folder / "visits.csv",
            ("person", "venue", "start", "end"),
            (
                (people[s.person], places[s.spot], _iso(s.entered), _iso(s.left))
                for s in world.scans
            ),
        ),
        "encounters.csv": _write(
            folder / "encounters.csv",
            ("a", "b", "start", "end"),
            ((people[e.a], people[e.b], _iso(e.start), _iso(e.end)) for e in world.encounters),
        ),
        "cases.csv": _write(
            folder / "cases.csv",
            ("person", "infectious_from", "infectious_to"),
            (
                (people[c.person], _iso(c.infectious_from), _iso(c.infectious_to))
                for c in world.cases
            ),
        ),
        "truth.csv": _write(
            folder / "truth.csv",
            ("source", "person", "place", "start", "end", "how"),
            (
                (
                    people[t.source],
                    people[t.person],
                    "" if t.place is None else places[t.place],
                    _iso(t.start),
                    _iso(t.end),
                    t.how,
                )
                for t in world.transmissions
            ),
        ),
        "places.csv": _write(
            folder / "places.csv",
            ("venue", "kind", "name", "lies_in"),
            (
                (places[i], p.kind, p.name, "" if p.parent is None else places[p.parent])
                for i, p in enumerate(world.places)
            ),
        ),
    }
    crews = [world.people[person] for shift in SHIFTS for person in _on_shift(world, shift)]
    counts["roster.xlsx"] = write_roster(world, folder / "roster.xlsx", crews)
    return counts


def _on_shift(world: World, shift: str) -> list[int]:
    """The factory's own people on a shift."""
    work = world.people[world.planted.f0].work
    return [] if work is None else world.people_of_shift(work.organisation, shift)


def _iso(seconds: int | None) -> str:
    """ISO 8601 with the country's offset; empty for a time nobody recorded."""
    if seconds is None:
        return ""
    return datetime.fromtimestamp(seconds, UTC).astimezone(VIETNAM).isoformat()


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count
