"""The answer and the refusals, written as CSV or Parquet, whole or not at all."""

import csv
import errno
import io
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TextIO

from lachan.config.commands.tracefiles.reading import Refusal
from lachan.config.commands.tracefiles.sources import database, is_parquet
from lachan.config.commands.tracefiles.times import iso_time
from lachan.engine.naive import Contact

CONTACT_COLUMNS = ("person", "hop", "via", "first_at", "minutes", "venues", "sources", "imputed")


#: The cells of one contact, in the order of `CONTACT_COLUMNS`.
ContactRow = tuple[str | int, ...]


class Answer(NamedTuple):
    """How many were reached at every hop, and one row for each, made as they are written."""

    by_hop: dict[int, int]
    rows: Iterable[ContactRow]


def write_contacts(path: str, contacts: Sequence[Contact], *, iso: bool) -> None:
    """The answer; `-` is standard output.  Raises OSError when `path` cannot be written."""
    write_answer(path, answer_of(contacts, iso=iso), iso=iso)


def answer_of(contacts: Sequence[Contact], *, iso: bool) -> Answer:
    """The answer that some contacts are."""
    by_hop = Counter(contact.hop for contact in contacts)
    return Answer(dict(by_hop), (contact_row(contact, iso=iso) for contact in contacts))


def write_answer(path: str, answer: Answer, *, iso: bool) -> None:
    """The answer; `-` is standard output.  Raises OSError when `path` cannot be written."""
    if not is_parquet(path):
        with text_for(path) as file:
            write_csv(file, CONTACT_COLUMNS, answer.rows)
        return
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "contacts.csv"
        with table.open("w", encoding="utf-8", newline="") as file:
            write_csv(file, CONTACT_COLUMNS, answer.rows)
        with replaced(path) as target:
            write_parquet(table, target, iso=iso)


def write_refusals(path: str, refusals: Iterable[Refusal]) -> None:
    """The refusals as CSV; `-` is standard output."""
    with text_for(path) as file:
        write_csv(file, Refusal._fields, refusals)


def contact_row(contact: Contact, *, iso: bool) -> ContactRow:
    """The cells of one contact."""
    return (
        contact.person,
        contact.hop,
        contact.via,
        iso_time(contact.first_at) if iso else contact.first_at,
        minutes(contact.seconds),
        contact.venues,
        contact.sources,
        int(contact.imputed),
    )


def minutes(seconds: int) -> str:
    """Minutes with two decimals; rounded in whole numbers, where no half ever stands."""
    hundredths = (seconds * 100 + 30) // 60
    return f"{hundredths // 100}.{hundredths % 100:02}"


def write_csv(file: TextIO, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A heading and rows, lines ended as on Unix."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)


def write_parquet(table: Path, target: Path, *, iso: bool) -> None:
    """The CSV `table` as Parquet; minutes as DOUBLE, times as BIGINT or ISO text."""
    import duckdb

    kinds = ["VARCHAR", "INTEGER", "VARCHAR", "VARCHAR" if iso else "BIGINT", "DOUBLE"]
    kinds += ["BIGINT", "BIGINT", "INTEGER"]
    columns = dict(zip(CONTACT_COLUMNS, kinds, strict=True))
    with database() as connection:
        rows = connection.from_csv_auto(
            str(table), header=True, delimiter=",", quotechar='"', escapechar='"', dtype=columns
        )
        try:
            rows.write_parquet(str(target))
        except duckdb.IOException as error:
            raise OSError(errno.EIO, "The Parquet file cannot be written") from error


@contextmanager
def text_for(path: str) -> Iterator[TextIO]:
    """A text file that appears under its name only when it is complete."""
    if path == "-":
        stream = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="")
        try:
            yield stream
        finally:
            stream.detach()
        return
    with replaced(path) as target, target.open("w", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def replaced(path: str) -> Iterator[Path]:
    """A file beside `path` that takes its place at the end; devices and pipes are written to."""
    final = Path(path)
    if final.exists() and not final.is_file():
        yield final
        return
    part = final.with_name(f".{final.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(final)
    finally:
        part.unlink(missing_ok=True)
