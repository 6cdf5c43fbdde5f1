"""The two tables of the answer."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lachan.config.commands.tracefiles.times import iso_time
from lachan.config.commands.tracefiles.writing import minutes, text_for, write_csv

if TYPE_CHECKING:
    from lachan.config.commands.exposurefiles.asking import Risk

PEOPLE = (
    "person", "risk", "risk_least", "risk_most", "hop", "meetings", "sources", "reason_code",
    "reason_place", "reason_minutes", "reason_at", "reason_share", "reason_others",
    "reason_estimated",
)  # fmt: skip
PLACES = ("person", "place", "risk")


def write_people(path: str, risks: Iterable["Risk"], *, iso: bool) -> None:
    """Everybody exposed; `-` is standard output.  Raises OSError when it cannot be written."""
    with text_for(path) as file:
        write_csv(file, PEOPLE, people_rows(risks, iso=iso))


def write_places(path: str, rows: Iterable[tuple[str, str, int]]) -> None:
    """What `lachan zone` reads; `-` is standard output."""
    with text_for(path) as file:
        write_csv(file, PLACES, ((who, place, share(risk)) for who, place, risk in rows))


def people_rows(risks: Iterable["Risk"], *, iso: bool) -> Iterator[tuple[str | int, ...]]:
    """The cells of the table of people."""
    for row in risks:
        why = row.reason
        yield (
            row.person,
            share(row.risk),
            share(row.least),
            share(row.most),
            row.hop,
            row.meetings,
            row.sources,
            why.code,
            row.place,
            minutes(why.seconds),
            iso_time(why.start) if iso else why.start,
            why.share,
            why.others,
            int(why.estimated),
        )


def share(millionths: int) -> str:
    """A chance with six decimals."""
    return f"{millionths // 1_000_000}.{millionths % 1_000_000:06}"
