"""Who shared a campus with a case and is no contact: to be counted, not named."""

import numpy as np

from lachan.engine.dtypes import Ints, Stays
from lachan.engine.gathering_pairs import filled, outside_isolation
from lachan.engine.kernels import relating, uniting
from lachan.engine.pairing import Traced
from lachan.engine.tracing import sources_of_cases


def related(campus: Stays, traced: Traced) -> Ints:
    """People who were in one outermost place with an infectious case, ascending.

    Neither cases nor contacts of any hop.  `campus` is made by `index_campus`, so ends nobody
    recorded have their assumed lengths; isolation is cut out.
    """
    cases = traced.findings.cases
    sources = outside_isolation(sources_of_cases(cases), traced.limits.cuts)
    venue, start, end = filled(lambda out: relating.infectious_presence(campus, sources, out), 3)
    order = np.lexsort((start, venue))
    venue, start, end = venue[order], start[order], end[order]
    nothing = np.zeros(len(venue), np.int64)
    left = uniting.unite(venue, nothing, start, end, np.zeros(len(venue), np.uint8))
    marks = np.zeros(len(campus.of) - 1, np.uint8)
    relating.mark_present(campus, venue[:left], start[:left], end[:left], traced.limits.cuts, marks)
    marks[cases.person] = 0
    for hop in traced.hops:
        marks[hop.contacts.person] = 0
    return np.flatnonzero(marks)
