"""Each sentence of the definition, on the naive twin and on the kernels alike."""

from collections.abc import Callable

import pytest

from lachan.engine import naive, tracing
from lachan.engine.naive import CaseRow, Contact, EncounterRow, VisitRow
from lachan.engine.rule import Rule

Trace = Callable[[list[VisitRow], list[EncounterRow], list[CaseRow], Rule], list[Contact]]

ALWAYS: list[CaseRow] = [("F0", 0, None)]
QUARTER = Rule(hops=1, min_seconds=900)
ANY = Rule(hops=3, min_seconds=1)


@pytest.fixture(params=[naive.trace, tracing.trace_named], ids=["naive", "kernels"])
def trace(request: pytest.FixtureRequest) -> Trace:
    return request.param  # type: ignore[no-any-return]


def test_it_reaches_at_exactly_the_minimum(trace: Trace) -> None:
    encounters = [("F0", "a", 0, 900), ("F0", "b", 0, 899)]

    assert [c.person for c in trace([], encounters, ALWAYS, QUARTER)] == ["a"]


def test_it_does_not_meet_at_a_half_open_end(trace: Trace) -> None:
    visits: list[VisitRow] = [("F0", "v", 0, 600), ("a", "v", 600, 1200)]

    assert trace(visits, [], ALWAYS, ANY) == []


def test_it_floors_visits_but_not_encounters(trace: Trace) -> None:
    visits: list[VisitRow] = [("F0", "v", 59, 179), ("a", "v", 61, 200)]

    contacts = trace(visits, [("b", "F0", 59, 100)], ALWAYS, ANY)

    assert [(c.person, c.first_at, c.seconds) for c in contacts] == [("a", 60, 60), ("b", 59, 41)]


def test_it_counts_what_two_sides_recorded_once(trace: Trace) -> None:
    visits: list[VisitRow] = [("F0", "v", 0, 600), ("F0", "v", 60, 660), ("a", "v", 0, 900)]

    [contact] = trace(visits, [], ALWAYS, ANY)

    assert contact.seconds == 660


def test_it_counts_what_two_phones_recorded_once(trace: Trace) -> None:
    [contact] = trace([], [("F0", "a", 0, 60), ("a", "F0", 30, 90)], ALWAYS, ANY)

    assert contact.seconds == 90


def test_it_counts_a_visit_and_an_encounter_both(trace: Trace) -> None:
    visits: list[VisitRow] = [("F0", "v", 0, 600), ("a", "v", 0, 600)]

    [contact] = trace(visits, [("a", "F0", 0, 600)], ALWAYS, ANY)

    assert (contact.seconds, contact.venues, contact.sources) == (1200, 1, 1)


def test_it_takes_an_open_visit_to_last_until_the_next_start(trace: Trace) -> None:
    visits: list[VisitRow] = [
        ("F0", "v", 0, 7200),
        ("a", "v", 0, None),
        ("a", "elsewhere", 601, 700),
        ("b", "v", 0, None),
        ("b", "elsewhere", 30, 700),
    ]

    contacts = trace(visits, [], ALWAYS, ANY)

    assert [(c.person, c.seconds, c.imputed) for c in contacts] == [
        ("b", 3600, True),
        ("a", 600, True),
    ]


def test_it_marks_a_meeting_when_the_end_of_the_source_was_imputed(trace: Trace) -> None:
    visits: list[VisitRow] = [("F0", "v", 0, None), ("a", "v", 0, 600), ("b", "w", 0, 60)]

    [contact] = trace(visits, [], ALWAYS, ANY)

    assert contact.imputed


def test_it_widens_the_window_of_a_case_to_whole_minutes(trace: Trace) -> None:
    cases: list[CaseRow] = [("F0", 119, 121), ("F0", 150, 160)]

    [contact] = trace([], [("F0", "a", 0, 900)], cases, ANY)

    assert (contact.first_at, contact.seconds) == (60, 120)


def test_it_lets_a_contact_infect_from_the_next_whole_minute(trace: Trace) -> None:
    encounters = [("F0", "a", 61, 100), ("a", "b", 0, 200)]

    contacts = trace([], encounters, ALWAYS, Rule(hops=2, min_seconds=1, latent_seconds=30))

    assert [(c.person, c.hop, c.first_at, c.seconds) for c in contacts] == [
        ("a", 1, 61, 39),
        ("b", 2, 120, 80),
    ]


def test_it_adds_up_two_sources(trace: Trace) -> None:
    cases: list[CaseRow] = [("F0", 0, None), ("F9", 0, None)]
    encounters = [("F0", "a", 0, 600), ("F9", "a", 0, 600)]

    [contact] = trace([], encounters, cases, QUARTER)

    assert (contact.seconds, contact.sources, contact.via) == (1200, 2, "F0")


def test_it_does_not_add_exposure_to_different_hops(trace: Trace) -> None:
    encounters = [("F0", "a", 0, 900), ("F0", "b", 0, 600), ("a", "b", 1000, 1600)]

    contacts = trace([], encounters, ALWAYS, Rule(hops=2, min_seconds=900))

    assert [c.person for c in contacts] == ["a"]


def test_it_names_the_smallest_source_by_code_point(trace: Trace) -> None:
    cases: list[CaseRow] = [("đ", 0, None), ("z", 0, None), ("Z", 0, None), ("9", 500, None)]
    encounters = [(source, "a", 0, 600) for source in ("đ", "z", "Z", "9")]

    [contact] = trace([], encounters, cases, ANY)

    assert (contact.via, contact.sources) == ("Z", 4)


def test_it_sorts_by_hop_then_minutes_then_code_point(trace: Trace) -> None:
    encounters = [("F0", p, 0, 600) for p in ("đ", "b", "B")] + [("F0", "c", 0, 700)]

    contacts = trace([], [*encounters, ("c", "far", 600, 9999)], ALWAYS, ANY)

    assert [c.person for c in contacts] == ["c", "B", "b", "đ", "far"]


def test_it_never_reaches_a_case(trace: Trace) -> None:
    cases: list[CaseRow] = [("F0", 0, None), ("F1", 5000, None)]

    assert trace([], [("F0", "F1", 0, 900)], cases, ANY) == []


def test_it_reaches_nobody_without_a_meeting_even_at_minimum_nought(trace: Trace) -> None:
    visits: list[VisitRow] = [("F0", "v", 0, 60), ("a", "w", 0, 60), ("b", "v", 0, 0)]

    assert trace(visits, [], ALWAYS, Rule(hops=3, min_seconds=0)) == []
