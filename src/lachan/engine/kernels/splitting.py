"""Loops over the bytes of a file of rows: ordinary rows are read, all others are left alone.

A row that is unusual in any way stops the loop, and the definition decides on it: the twin is
`lachan.config.commands.tracefiles`, `sources.records` for cells and `reading.Evidence` for rows.
What is read here is read exactly as there.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.engine.compiled import kernel
from lachan.engine.dtypes import OPEN, Ints
from lachan.engine.kernels.moments import ISO_CUT, ODD, WHOLE, read_moment
from lachan.engine.kernels.naming import Bytes, Names, has_room, number_of

Numbers = npt.NDArray[np.int32]

#: Why the loop stopped: the bytes end within a row; a row that is not ordinary; a row with a
#: quotation mark that nothing closes; the arrays or the names are full.
MORE, UNUSUAL, UNCLOSED, FULL = -1, -2, -3, -4

#: Where in `Progress.at` each figure stands: next byte, rows counted, rows filled, 1 for ISO times.
NEXT, ROW, FILLED, ISO_SEEN = 0, 1, 2, 3

#: Which cell of a row is meant: the two names, the two times.
FIRST, SECOND, START, END = 0, 1, 2, 3

#: What the second name is: there is none, a venue, another person.
NONE, VENUE, PERSON = 0, 1, 2

QUOTE, NEWLINE, RETURN, SPACE, DELETE = 34, 10, 13, 32, 127

#: Longer rows, in bytes, are left alone; no cell of a shorter one can be too long.
LONGEST = 1_000_000


class Layout(NamedTuple):
    """`role[cell]` is FIRST to END, or -1; `figures` are separator, second name, end may lack."""

    role: Ints
    figures: Ints


class Rows(NamedTuple):
    """What was read: numbers of names, seconds; `end` is OPEN where the cell was empty.

    `up` is 1 where a part of a second of `end` was lost.
    """

    first: Numbers
    second: Numbers
    start: Ints
    end: Ints
    up: Bytes


@kernel
def read_rows(
    data: Bytes, layout: Layout, people: Names, venues: Names, rows: Rows, at: Ints, final: bool
) -> int:
    """Read ordinary rows from `at[NEXT]` on, until something else comes; return why it stopped.

    `final` says that no bytes follow `data`.  A row that was not read is not counted.
    """
    bound = np.empty(8, np.int64)
    stop = len(data)
    begin = at[NEXT]
    while True:
        if begin == stop:
            return MORE
        if data[begin] == NEWLINE or data[begin] == RETURN:
            after = line_end(data, begin, final)
            if after < 0:
                return MORE
        else:
            after = split(data, begin, layout, bound, final)
            if after < 0:
                return int(after)
            room = has_room(people, 2, after - begin) and has_room(venues, 1, after - begin)
            if not room or at[FILLED] == len(rows.start):
                return FULL
            if not take(data, bound, layout, people, venues, rows, at):
                return UNUSUAL
            at[FILLED] += 1
        at[ROW] += 1
        at[NEXT] = after
        begin = after


@kernel
def line_end(data: Bytes, at: int, final: bool) -> int:
    """Where the line after the line break at `at` begins."""
    if data[at] == NEWLINE or (at + 1 == len(data) and final):
        return at + 1
    if at + 1 == len(data):
        return MORE
    return at + 2 if data[at + 1] == NEWLINE else at + 1


@kernel
def split(data: Bytes, begin: int, layout: Layout, bound: Ints, final: bool) -> int:
    """Find the cells of the row at `begin`; return where the next row begins, or why not.

    `bound[2 * role]` and `bound[2 * role + 1]` are where a cell begins and ends.
    """
    separator, width = layout.figures[0], len(layout.role)
    stop = len(data)
    cell, at = 0, begin
    while True:
        quoted = at < stop and data[at] == QUOTE
        first = at + 1 if quoted else at
        last = closing(data, first, begin, separator, final) if quoted else first
        if last < 0:
            return int(last)
        at = last + 1 if quoted else last
        while at < stop and data[at] != separator and data[at] != NEWLINE and data[at] != RETURN:
            at += 1
        if quoted and at != last + 1:
            return UNUSUAL
        if at == stop and not final:
            return MORE
        if cell < width and layout.role[cell] >= 0:
            role = layout.role[cell]
            bound[2 * role] = first
            bound[2 * role + 1] = last if quoted else at
        cell += 1
        if at < stop and data[at] == separator:
            at += 1
            continue
        if cell != width or at - begin > LONGEST:
            return UNUSUAL
        return at if at == stop else line_end(data, at, final)


@kernel
def closing(data: Bytes, at: int, begin: int, separator: int, final: bool) -> int:
    """Where the quoted cell from `at` on is closed within the line, or why that is not known.

    A quoted cell that goes on in the next line is UNUSUAL when it ends before a separator or with
    a line, UNCLOSED when it does not.  `begin` is where its row begins.
    """
    stop = len(data)
    while at < stop and data[at] != QUOTE and data[at] != NEWLINE and data[at] != RETURN:
        at += 1
    if at < stop and data[at] == QUOTE:
        return at
    while at < stop:
        if at - begin > LONGEST:
            return UNUSUAL
        if data[at] == QUOTE:
            if at + 1 == stop:
                return UNUSUAL if final else MORE
            follower = data[at + 1]
            if follower in (separator, NEWLINE, RETURN):
                return UNUSUAL
            if follower != QUOTE:
                return UNCLOSED
            at += 1
        at += 1
    if at - begin > LONGEST:
        return UNUSUAL
    return UNCLOSED if final else MORE


@kernel
def take(
    data: Bytes, bound: Ints, layout: Layout, people: Names, venues: Names, rows: Rows, at: Ints
) -> bool:
    """Fill in one row from its cells; False when the row is not ordinary."""
    start, kind = read_moment(data, bound[2 * START], bound[2 * START + 1])
    if kind == ODD:
        return False
    end, other = OPEN, WHOLE
    if bound[2 * END] < bound[2 * END + 1] or layout.figures[2] == 0:
        end, other = read_moment(data, bound[2 * END], bound[2 * END + 1])
        if other == ODD or end < start:
            return False
    if not readable(data, bound[0], bound[1]):
        return False
    filled = at[FILLED]
    second = layout.figures[1]
    if second != NONE:
        if not readable(data, bound[2], bound[3]):
            return False
        if second == PERSON and equal(data, bound):
            return False
        rows.second[filled] = number_of(
            people if second == PERSON else venues, data, bound[2], bound[3]
        )
    rows.first[filled] = number_of(people, data, bound[0], bound[1])
    rows.start[filled] = start
    rows.end[filled] = end
    rows.up[filled] = other == ISO_CUT
    if kind != WHOLE or other != WHOLE:
        at[ISO_SEEN] = 1
    return True


@kernel
def equal(data: Bytes, bound: Ints) -> bool:
    """Whether both names are the same text."""
    if bound[1] - bound[0] != bound[3] - bound[2]:
        return False
    for i in range(bound[1] - bound[0]):  # noqa: SIM110  # kernels know no generators
        if data[bound[0] + i] != data[bound[2] + i]:
            return False
    return True


@kernel
def readable(data: Bytes, begin: int, end: int) -> bool:
    """Whether a name is UTF-8 and has a letter or sign that is surely no white space.

    White space beyond ASCII begins with the bytes C2, E1, E2 and E3.
    """
    visible = False
    at = begin
    while at < end:
        lead = data[at]
        if lead < 0x80:
            visible = visible or SPACE < lead < DELETE
            at += 1
            continue
        more = followers(lead)
        if more == 0 or at + more >= end:
            return False
        low, high = second_bytes(lead)
        if not low <= data[at + 1] <= high:
            return False
        for i in range(at + 2, at + more + 1):
            if not 0x80 <= data[i] <= 0xBF:
                return False
        visible = visible or not (lead == 0xC2 or 0xE1 <= lead <= 0xE3)
        at += more + 1
    return visible


@kernel
def followers(lead: int) -> int:
    """How many bytes follow the first byte of a character; 0 when none begins so (RFC 3629)."""
    if 0xC2 <= lead <= 0xDF:
        return 1
    if 0xE0 <= lead <= 0xEF:
        return 2
    return 3 if 0xF0 <= lead <= 0xF4 else 0


@kernel
def second_bytes(lead: int) -> tuple[int, int]:
    """The least and the largest second byte: no overlong forms, surrogates or beyond U+10FFFF."""
    if lead == 0xE0:
        return 0xA0, 0xBF
    if lead == 0xED:
        return 0x80, 0x9F
    if lead == 0xF0:
        return 0x90, 0xBF
    if lead == 0xF4:
        return 0x80, 0x8F
    return 0x80, 0xBF
