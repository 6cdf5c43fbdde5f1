"""What the field learns: interviews with holes and lies, samples, and results by the clock."""

from collections import defaultdict

from lachan.config.story.builder import Builder
from lachan.config.story.world import (
    DAY,
    HOUR,
    MINUTE,
    Case,
    Interview,
    PlannedSample,
    Planted,
    Presence,
)

#: Practice.md section 6 point 4: share of places told, and how far the told times are off.
TOLD = (0.6, 0.8)
OFF_BY = HOUR
LOOKS_BACK = 14 * DAY


def special_cases(cases: list[Case], f0: int) -> tuple[tuple[int, ...], int | None]:
    """Two cases who lie and one who cannot speak, never the planted F0."""
    others = [case.person for case in cases if case.person != f0]
    return tuple(others[1:3]), others[0] if others else None


def interview(
    builder: Builder,
    presence: list[Presence],
    cases: list[Case],
    liars: tuple[int, ...],
    intubated: int | None,
) -> list[Interview]:
    """Rows of every case's investigation form, in the order of the cases."""
    rng = builder.rng("interviews")
    wanted = {case.person for case in cases}
    been: defaultdict[int, list[Presence]] = defaultdict(list)
    for row in presence:
        if row.person in wanted:
            been[row.person].append(row)
    told: list[Interview] = []
    for number, case in enumerate(cases):
        if case.person == intubated:
            continue
        rows = [
            row
            for row in been[case.person]
            if case.positive_at - LOOKS_BACK <= row.start < case.positive_at
        ]
        places = sorted({row.place for row in rows})
        many = round(len(places) * rng.uniform(*TOLD))
        known = set(rng.sample(places, max(many, -(-len(places) * 6 // 10))))
        if case.person in liars and rows:
            hidden = max(rows, key=lambda row: row.end - row.start).place
            known.discard(hidden)
            told.append(_lie(builder, number, case))
        for row in rows:
            if row.place in known:
                shift = rng.randrange(-OFF_BY, OFF_BY + 1) // (15 * MINUTE) * 15 * MINUTE
                begin, end = row.start + shift, row.end + shift
                told.append(Interview(number, "self", row.place, begin, end, OFF_BY, True))
    return told


def _lie(builder: Builder, number: int, case: Case) -> Interview:
    """A quiet place nobody can check, on the eve of the onset."""
    shop = next(i for i, place in enumerate(builder.places) if place.kind == "shop")
    evening = case.onset // DAY * DAY - 6 * HOUR
    return Interview(number, "self", shop, evening, evening + 2 * HOUR, OFF_BY, False)


def plan_samples(
    builder: Builder, cases: list[Case], planted: Planted, start: int, laboratories: list[int]
) -> list[PlannedSample]:
    """A sample for every case and, on day 6, for every planted contact, with its release."""
    rng = builder.rng("samples")
    planned = []
    for number, case in enumerate(cases):
        taken = case.positive_at - rng.randrange(8, 17) * HOUR
        laboratory = laboratories[number % len(laboratories)]
        if case.person == planted.f0:
            taken, laboratory = start + 5 * DAY + 9 * HOUR, laboratories[0]
        tube = f"LC-{number + 1:06d}"
        planned.append(
            PlannedSample(case.person, tube, taken, laboratory, "positive", case.positive_at)
        )
    positive = {case.person for case in cases}
    for number, person in enumerate(sorted(planted.handover)):
        taken = start + 6 * DAY + 7 * HOUR + number * 3 * MINUTE
        if person not in positive:
            tube = f"LC-{900_001 + number:06d}"
            released = taken + rng.randrange(9, 20) * HOUR
            planned.append(
                PlannedSample(person, tube, taken, laboratories[0], "negative", released)
            )
    return planned
