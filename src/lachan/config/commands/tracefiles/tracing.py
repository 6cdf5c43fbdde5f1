"""The contacts of very many rows: from columns to the engine, and back to rows of texts."""

from collections.abc import Iterator

import numpy as np

from lachan.config.commands.tracefiles.columnar import Columns
from lachan.config.commands.tracefiles.writing import Answer, ContactRow, minutes
from lachan.engine import naming, tracing
from lachan.engine.dtypes import NEVER, OPEN, Cases, Encounters, Ints, Reached, Visits
from lachan.engine.kernels.naming import Names
from lachan.engine.kernels.splitting import Rows
from lachan.engine.rule import Rule

#: Contacts made into texts at a time.
BATCH = 1 << 16


def trace(columns: Columns, rule: Rule) -> Answer:
    """Who was reached.  The columns are empty afterwards: their memory is needed."""
    order = naming.in_order(columns.people)
    person, venue = places_in(order), places_in(naming.in_order(columns.venues))
    visits = visits_of(columns.blocks["visits"], person, venue)
    encounters = encounters_of(columns.blocks["encounters"], person)
    cases = cases_of(columns.blocks["cases"], person)
    reached = tracing.trace(visits, encounters, cases, rule, people=len(person), venues=len(venue))
    by_hop = np.bincount(reached.hop)
    return Answer(
        {hop: int(by_hop[hop]) for hop in range(len(by_hop)) if by_hop[hop]},
        contact_rows(reached, order, columns.people, iso=columns.iso),
    )


def places_in(order: Ints) -> Ints:
    """The place of every number in an order."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place


def visits_of(blocks: list[Rows], person: Ints, venue: Ints) -> Visits:
    """Visits with dense ids in order."""
    joined = joined_of(blocks)
    return Visits(person[joined.first], venue[joined.second], joined.start, joined.end)


def encounters_of(blocks: list[Rows], person: Ints) -> Encounters:
    """Encounters with dense ids in order."""
    joined = joined_of(blocks)
    return Encounters(person[joined.first], person[joined.second], joined.start, joined.end)


def cases_of(blocks: list[Rows], person: Ints) -> Cases:
    """Cases with dense ids in order; an end is the first second not before the time as written."""
    joined = joined_of(blocks)
    end = np.where(joined.end == OPEN, NEVER, joined.end + joined.up)
    return Cases(person[joined.first], joined.start, end)


def joined_of(blocks: list[Rows]) -> Rows:
    """All blocks as one; the blocks are let go column by column."""
    if not blocks:
        nobody, never = np.empty(0, np.int32), np.empty(0, np.int64)
        return Rows(nobody, nobody, never, never, np.empty(0, np.uint8))
    joined = Rows._make(map(np.concatenate, zip(*blocks, strict=True)))
    blocks.clear()
    return joined


def contact_rows(
    reached: Reached, order: Ints, people: Names, *, iso: bool
) -> Iterator[ContactRow]:
    """The cells of one contact after the other, in the order of the answer."""
    for begin in range(0, len(reached.person), BATCH):
        part = Reached._make(column[begin : begin + BATCH] for column in reached)
        yield from zip(
            naming.texts_of(people, order[part.person].tolist()),
            part.hop.tolist(),
            naming.texts_of(people, order[part.via].tolist()),
            iso_times(part.first_at) if iso else part.first_at.tolist(),
            map(minutes, part.seconds.tolist()),
            part.venues.tolist(),
            part.sources.tolist(),
            part.imputed.tolist(),
            strict=True,
        )


def iso_times(seconds: Ints) -> list[str]:
    """`times.iso_time` of many times."""
    texts: list[str] = np.datetime_as_string(seconds.astype("datetime64[s]")).tolist()
    return [text + "Z" for text in texts]
