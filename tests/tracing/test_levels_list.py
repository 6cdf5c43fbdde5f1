"""The contact list by level, with the path, what moved, and the case's days beside it."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings

from lachan.core.clock import now
from lachan.core.scope import scoped, system_scope
from lachan.tracing import case_time
from lachan.tracing.models import Case, Contact
from tests.factories import chains, outbreak
from tests.factories.outbreak import Factory, Unit
from tests.tracing.test_pages import signed_in


@pytest.fixture(scope="module")
def place(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Factory]:
    """F0 and three workmates at line 7 for two hours; one of them met Thu, who met Lụa."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(settings.HOME), "engine", tmp_path_factory.mktemp("engine"))
        made = outbreak.factory(Unit.of(outbreak.HERE_CODE))
        for number, name in enumerate(("Ngân", "Hùng", "Tuyến", "Oanh", "Thu", "Lụa")):
            made.people[name] = outbreak.somebody(name, made.unit)
            if number < 4:
                begun = now() - timedelta(hours=20 - number)
                outbreak.stay(made.line, made.people[name], begun, 240, made.manager)
        yield made


@pytest.fixture(scope="module")
def case(place: Factory) -> Case:
    made = outbreak.positive(place.people["Ngân"])
    outbreak.answered(made)
    at = now() - timedelta(hours=9)
    chains.met(made, [place.people["Thu"].id], via=place.people["Tuyến"].id, at=at)
    chains.met(
        made, [place.people["Lụa"].id], via=place.people["Thu"].id, at=now() - timedelta(hours=3)
    )
    chains.computed()
    return made


def page(case: Case, query: str = "") -> str:
    found = signed_in(chains.tracer_of(case)).get(f"/tracing/{case.id}/{query}")
    assert found.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.content.decode()))


def test_the_list_is_switched_by_level(case: Case) -> None:
    everybody, second = page(case), page(case, "?hop=2")

    assert "F1 3 F2 1 F3 1" in everybody
    assert "Thu" in second
    assert "F0 → Hùng" not in second


def test_the_path_names_whom_he_met_it_through(case: Case) -> None:
    assert "F0 → Tuyến → Thu" in page(case)


def test_who_turned_positive_and_who_came_nearer_is_told_in_the_list(
    case: Case, place: Factory
) -> None:
    assert "From F2 to F1" not in page(case)
    second = chains.case_of(place.people["Tuyến"].id)
    chains.computed()
    told = page(case)

    assert re.search(r"Positive \d\d:\d\d", told)
    assert "From F2 to F1" in told
    chains.withdraw(second)
    chains.computed()
    assert "From F2 to F1" not in page(case)


def test_the_days_of_the_case_are_lanes_with_a_dot_for_each_f1(case: Case) -> None:
    with scoped(chains.tracer_of(case), "tracing"):
        drawn = case_time.over_time(case)

    [lane] = drawn.lanes
    assert lane.label == "Chuyền 7"
    assert len(lane.bars) == 1
    assert len(lane.dots) == 3
    assert drawn.timeless == 0
    assert drawn.finding.startswith(("3 F1 at 1 place ", "3 F1 tại 1 nơi "))
    assert all(drawn.left <= dot.x <= drawn.width for dot in lane.dots)


def test_many_contacts_are_a_number_a_place(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_time, "DOTS", 2)
    with scoped(chains.tracer_of(case), "tracing"):
        [lane] = case_time.over_time(case).lanes

    assert (lane.count, lane.dots) == (3, [])


def test_who_was_ruled_out_is_no_dot(case: Case, place: Factory) -> None:
    with system_scope("test"):
        row = Contact.objects.get(case=case, person=place.people["Oanh"])
        Contact.objects.filter(pk=row.pk).update(state="ruled_out")
    with scoped(chains.tracer_of(case), "tracing"):
        [lane] = case_time.over_time(case).lanes

    assert len(lane.dots) == 2
