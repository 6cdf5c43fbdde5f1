"""Shapes of the arrays of the pair path, beside those of `dtypes` and `meetings`.

Within one struct all arrays have one length, unless an `of` says where each person's rows begin.
People and venues are dense numbers in the order of their texts by code point.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lachan.engine.dtypes import Cases, Encounters, Ints, Pairs, Stays, Visits
from lachan.engine.pair_rule import PairRule

#: Rows chosen one by one.
Mask = npt.NDArray[np.bool_]


class Near(NamedTuple):
    """How close the two of each encounter were: permille that it counts; rows of `Encounters`."""

    encounters: Encounters
    permille: Ints


class Residences(NamedTuple):
    """Who lives in which household; seconds; `end` may be `NEVER`."""

    household: Ints
    person: Ints
    start: Ints
    end: Ints


class Isolations(NamedTuple):
    """When people were isolated; seconds; `end` may be `NEVER`."""

    person: Ints
    start: Ints
    end: Ints


class Negatives(NamedTuple):
    """When samples with a negative result were taken; seconds."""

    person: Ints
    at: Ints


class PairEvidence(NamedTuple):
    """What does not change between an answer and the next.

    `parent` and `weight` have an entry a venue: the venue around it (-1: none) and the permille
    of its kind.  `people` also counts those of whom only a finding speaks.  `as_of`: nobody is
    at home later than this moment.
    """

    visits: Visits
    near: Near
    residences: Residences
    parent: Ints
    weight: Ints
    people: int
    venues: int
    as_of: int


class Findings(NamedTuple):
    """What does change: cases, isolation, negative tests; rows as recorded, in any order."""

    cases: Cases
    isolations: Isolations
    negatives: Negatives


class Tree(NamedTuple):
    """The places under one rule, an entry a venue; -1 stands for none.

    `own`: the nearest place around a venue, itself included, that counts; `up`: the next place
    that counts around a place that does; `outer`: the outermost one; `weight`: permille of time
    together there; `root`: the outermost place of all.
    """

    own: Ints
    up: Ints
    outer: Ints
    weight: Ints
    root: Ints


class Segments(NamedTuple):
    """Encounters of one weight, seen from either side: `of[p] : of[p + 1]` are a person's."""

    other: Ints
    start: Ints
    end: Ints
    weight: Ints
    of: Ints


class HomeHours(NamedTuple):
    """`Home` in seconds; `weight` 0 where households do not count."""

    weight: int
    begin: int
    seconds: int


class Cuts(NamedTuple):
    """Disjoint intervals of isolation, ascending: `of[p] : of[p + 1]` are a person's."""

    start: Ints
    end: Ints
    of: Ints


class Pieces(NamedTuple):
    """Stretches of time a person spent with a source, by one length of unrecorded ends.

    Sorted by (person, source, start, kind, venue) unless stated.
    """

    person: Ints
    source: Ints
    kind: Ints
    venue: Ints
    start: Ints
    end: Ints
    weight: Ints
    imputed: Ints


class Joined(NamedTuple):
    """Records of `meetings.Meetings` in the making; `row` is a piece of the same pair and place."""

    row: Ints
    start: Ints
    end: Ints
    imputed: Ints
    least: Ints
    most: Ints


class Sums(NamedTuple):
    """What the pieces of each person amount to, ascending by person; see `PairContact`."""

    person: Ints
    total: Ints
    one_source: Ints
    one_meeting: Ints
    first: Ints
    last: Ints
    via: Ints
    sources: Ints
    venues: Ints
    place: Ints
    encounter: Ints
    household: Ints
    imputed: Ints


class Contacts(NamedTuple):
    """The contacts of one hop, ascending by person; columns as in `PairContact`.

    `cleared_at` is `NEVER` without a clearing test.  `from_least`, `from_assumed`, `from_most`:
    from when the contact is infectious by each length; `NEVER` when it is no source by it.
    """

    person: Ints
    via: Ints
    first_at: Ints
    last_at: Ints
    least: Ints
    exposure: Ints
    most: Ints
    one_source: Ints
    one_meeting: Ints
    sources: Ints
    venues: Ints
    place: Ints
    encounter: Ints
    household: Ints
    imputed: Ints
    sure: Ints
    cleared_at: Ints
    from_least: Ints
    from_assumed: Ints
    from_most: Ints


class PairWorld(NamedTuple):
    """The evidence made findable under one rule.

    `stays` has one entry where the rule knows one length of unrecorded ends, else three.
    `nested`: a place that counts lies inside another.
    """

    rule: PairRule
    people: int
    venues: int
    stays: tuple[Stays, ...]
    close: Segments
    homes: Pairs
    hours: HomeHours
    tree: Tree
    nested: bool
