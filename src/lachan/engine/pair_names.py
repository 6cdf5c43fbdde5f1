"""The pair path for texts: rows with names in, `PairContact`s with names out."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from lachan.engine.dtypes import NEVER, OPEN, Cases, Encounters, Ints, Visits
from lachan.engine.gathering_pairs import index, index_campus
from lachan.engine.meetings import WHOLE
from lachan.engine.naive import CaseRow
from lachan.engine.naive_meetings import MeetingRow
from lachan.engine.naive_pairs import Evidence, IsolationRow, NegativeRow
from lachan.engine.pair_answers import PairContact
from lachan.engine.pair_arrays import (
    Contacts,
    Findings,
    Isolations,
    Near,
    Negatives,
    PairEvidence,
    Residences,
)
from lachan.engine.pair_meetings import meetings
from lachan.engine.pair_related import related
from lachan.engine.pair_rule import Home, Minimum, PairRule
from lachan.engine.pairing import Traced, trace, trace_in
from lachan.engine.rule import MINUTE


class Names(NamedTuple):
    """Texts by dense number, ascending by code point; the rows of the answer speak of them."""

    people: list[str]
    venues: list[str]


def names_of(evidence: Evidence) -> Names:
    """Everybody and every place that any row names."""
    people = {name for row in evidence.encounters for name in row[:2]}
    people |= {row[1] for row in evidence.households}
    for rows in (evidence.cases, evidence.visits, evidence.isolations, evidence.negatives):
        people |= {row[0] for row in rows}
    venues = {row[1] for row in evidence.visits} | {row[0] for row in evidence.places}
    venues |= {row[1] for row in evidence.places if row[1] is not None}
    return Names(sorted(people), sorted(venues))


def numbered(evidence: Evidence, rule: PairRule, names: Names) -> PairEvidence:
    """The rows that do not change, as arrays."""
    person = {name: number for number, name in enumerate(names.people)}
    venue = {name: number for number, name in enumerate(names.venues)}
    household = {name: number for number, name in enumerate({r[0] for r in evidence.households})}
    if len({row[0] for row in evidence.places}) < len(evidence.places):
        raise ValueError("a place is named twice")
    parent = np.full(len(venue), -1)
    weight = np.full(len(venue), rule.weight_of(""))
    for name, around, kind in evidence.places:
        parent[venue[name]] = -1 if around is None else venue[around]
        weight[venue[name]] = rule.weight_of(kind)
    visits, encounters, homes = evidence.visits, evidence.encounters, evidence.households
    return PairEvidence(
        visits=Visits(
            column(person[row[0]] for row in visits),
            column(venue[row[1]] for row in visits),
            column(row[2] for row in visits),
            column(OPEN if row[3] is None else row[3] for row in visits),
        ),
        near=Near(
            Encounters(
                column(person[row[0]] for row in encounters),
                column(person[row[1]] for row in encounters),
                column(row[2] for row in encounters),
                column(row[3] for row in encounters),
            ),
            column(row[4] for row in encounters),
        ),
        residences=Residences(
            column(household[row[0]] for row in homes),
            column(person[row[1]] for row in homes),
            column(row[2] for row in homes),
            column(NEVER if row[3] is None else row[3] for row in homes),
        ),
        parent=parent,
        weight=weight,
        people=len(person),
        venues=len(venue),
        as_of=evidence.as_of,
    )


def findings_of(
    cases: Sequence[CaseRow],
    isolations: Sequence[IsolationRow],
    negatives: Sequence[NegativeRow],
    names: Names,
) -> Findings:
    """The rows that change, as arrays."""
    person = {name: number for number, name in enumerate(names.people)}
    return Findings(
        Cases(
            column(person[row[0]] for row in cases),
            column(row[1] for row in cases),
            column(NEVER if row[2] is None else row[2] for row in cases),
        ),
        Isolations(
            column(person[row[0]] for row in isolations),
            column(row[1] for row in isolations),
            column(NEVER if row[2] is None else row[2] for row in isolations),
        ),
        Negatives(column(person[row[0]] for row in negatives), column(row[1] for row in negatives)),
    )


def column(values: Iterable[int]) -> Ints:
    """An array of the engine's one kind of number."""
    return np.fromiter(values, np.int64)


def named(traced: Traced, names: Names) -> list[PairContact]:
    """The rows of the answer, sorted by hop, exposure (most first), person."""
    contacts = [
        contact
        for number, hop in enumerate(traced.hops, start=1)
        for contact in named_rows(number, hop.contacts, names)
    ]
    return sorted(contacts, key=lambda c: (c.hop, -c.exposure, c.person))


def named_rows(hop: int, contacts: Contacts, names: Names) -> Iterator[PairContact]:
    """The contacts of one hop with people as texts."""
    told = contacts._fields[1 : contacts._fields.index("cleared_at") + 1]
    columns = {field: getattr(contacts, field).tolist() for field in told}
    for row, person in enumerate(contacts.person.tolist()):
        values = {field: of[row] for field, of in columns.items()}
        values["via"] = names.people[values["via"]]
        values["imputed"] = bool(values["imputed"])
        values["cleared_at"] = None if values["cleared_at"] == NEVER else values["cleared_at"]
        yield PairContact(person=names.people[person], hop=hop, **values)


def trace_named(evidence: Evidence, rule: PairRule) -> list[PairContact]:
    """`naive_pairs.trace`, computed by the kernels."""
    names = names_of(evidence)
    findings = findings_of(evidence.cases, evidence.isolations, evidence.negatives, names)
    return named(trace(numbered(evidence, rule, names), findings, rule), names)


def meetings_named(evidence: Evidence, rule: PairRule, hop: int) -> list[MeetingRow]:
    """`naive_meetings.meetings`, computed by the kernels."""
    names = names_of(evidence)
    world = index(numbered(evidence, rule, names), rule)
    findings = findings_of(evidence.cases, evidence.isolations, evidence.negatives, names)
    found = meetings(world, trace_in(world, findings), hop)
    return [
        MeetingRow(
            person=names.people[person],
            source=names.people[source],
            start=start,
            end=end,
            kind=kind,
            venue=names.venues[venue] if venue >= 0 else "",
            weight=weight,
            imputed=bool(imputed),
            least=least,
            most=most,
        )
        for person, source, start, end, venue, kind, weight, imputed, least, most in zip(
            *(array.tolist() for array in found), strict=True
        )
    ]


def related_named(evidence: Evidence, rule: PairRule) -> list[str]:
    """`naive_pairs.related`, computed by the kernels."""
    names = names_of(evidence)
    arrays = numbered(evidence, rule, names)
    findings = findings_of(evidence.cases, evidence.isolations, evidence.negatives, names)
    found = related(index_campus(arrays, rule), trace(arrays, findings, rule))
    return [names.people[person] for person in found.tolist()]


def warm_up() -> None:
    """Compile every kernel of the pair path, or load its code, before the first question."""
    evidence = Evidence(
        cases=[("a", 0, None)],
        visits=[("a", "line", 0, None), ("b", "workshop", 0, 9 * MINUTE)],
        encounters=[("a", "b", 0, MINUTE, WHOLE)],
        places=[("workshop", None, ""), ("line", "workshop", "")],
        households=[("h", "a", 0, None), ("h", "b", 0, None)],
        isolations=[("b", 0, 1)],
        negatives=[("b", 0)],
        as_of=MINUTE,
    )
    minima = (Minimum(),)
    rule = PairRule(2, minima, open_least_minutes=1, home=Home(), negative_hours=1)
    meetings_named(evidence, rule, 1)
    related_named(evidence, rule)
