"""The investigation form: answers become facts, an onset moves the window, a point is a visit."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from lachan.core.clock import OFFSET, day_of, now, today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.core.sealing import open_sealed
from lachan.people.models import Belonging, Person, Residence
from lachan.people.services import Stay
from lachan.rulebook.selectors import contact_rule
from lachan.tracing import investigation
from lachan.tracing.models import Case, CaseFact
from tests.factories import cast, outbreak
from tests.factories.outbreak import ABROAD_CODE, HERE_CODE, NEXT_CODE, Unit

HERE, NEXT, ABROAD = Unit.of(HERE_CODE), Unit.of(NEXT_CODE), Unit.of(ABROAD_CODE)


@pytest.fixture
def case(database: str, tmp_path: object) -> Iterator[Case]:
    """A fresh case of the ward."""
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(settings.HOME), "engine", tmp_path)
        yield outbreak.positive(outbreak.somebody("Nguyễn Công Đạt", HERE))


def station(unit: Unit = HERE) -> Principal:
    return cast.of_commune(Role.STATION_OFFICER, unit.commune)


def tracer(unit: Unit = HERE) -> Principal:
    return cast.of_province(Role.TRACER, unit.province)


def save(
    case: Case, section: str, by: Principal | None = None, **answers: object
) -> list[CaseFact]:
    by = by or station()
    with scoped(by, "case_form"), transaction.atomic():
        return investigation.save_section(case=case, section=section, answers=answers, by=by)


def kept(case: Case) -> Case:
    with system_scope("test"):
        return Case.objects.get(pk=case.pk)


def told(case: Case) -> list[tuple[str, object, object]]:
    """(what, old, new) of every fact, oldest first."""
    with system_scope("test"):
        rows = list(CaseFact.objects.filter(case=case).order_by("at", "id"))
        opened = [open_sealed(case.person_id, bytes(row.sealed)) for row in rows]
    return [(row.what, each["old"], each["new"]) for row, each in zip(rows, opened, strict=True)]


def refused(case: Case, section: str, by: Principal | None = None, **answers: object) -> str:
    with pytest.raises(Refused) as found:
        save(case, section, by, **answers)
    return found.value.code


def test_an_answer_is_the_value_and_every_change_of_it_a_fact(case: Case) -> None:
    save(case, "found", found_where="community", reason="symptoms", sample_round=1)
    save(case, "found", tracer(), found_where="zone", reason="symptoms", sample_round=1)

    assert kept(case).found_where == "zone"
    assert told(case) == [
        ("found_where", "", "community"),
        ("sample_round", None, 1),
        ("found_where", "community", "zone"),
    ]
    with system_scope("test"):
        last = CaseFact.objects.filter(case=case).latest("at")
    assert last.by_name == "tracer"


def test_an_answer_said_twice_leaves_no_second_fact(case: Case) -> None:
    save(case, "doses", doses_at_onset=2)

    assert save(case, "doses", doses_at_onset=2) == []
    assert kept(case).saved_sections == ["doses"]


def test_a_fact_is_sealed(case: Case) -> None:
    [fact] = save(case, "guardian", name="Nguyễn Thị Mẹ", relation="mẹ", phone="0900000602")

    assert "Nguyễn".encode() not in bytes(fact.sealed)
    assert told(case)[0][2] == {"name": "Nguyễn Thị Mẹ", "relation": "mẹ", "phone": "0900000602"}


def test_a_changed_onset_moves_the_window_by_the_rule_and_asks_again(case: Case) -> None:
    onset = day_of(case.taken_at) - timedelta(days=3)
    with system_scope("test"):
        case.runs.update(state="done")
        rule = contact_rule(case.disease, at=case.taken_at, province=case.province)

    save(case, "onset", onset=onset, first_symptoms=["fever", "cough"])

    after = kept(case)
    midnight = datetime.combine(onset, datetime.min.time(), OFFSET)
    assert after.infectious_from == midnight - timedelta(hours=rule.infectious_before_hours)
    assert after.infectious_from < case.infectious_from
    with system_scope("test"):
        assert case.runs.filter(state="asked").count() == 1
    assert ("onset", None, onset.isoformat()) in told(case)


def test_symptoms_without_another_onset_ask_nothing(case: Case) -> None:
    with system_scope("test"):
        case.runs.update(state="done")
    save(case, "onset", onset=None, first_symptoms=["none"])

    with system_scope("test"):
        assert not case.runs.filter(state="asked").exists()


@pytest.mark.parametrize("days", [-1, 31])
def test_an_onset_that_cannot_be_is_refused(case: Case, days: int) -> None:
    onset = day_of(case.taken_at) - timedelta(days=days)

    assert refused(case, "onset", onset=onset, first_symptoms=["fever"]) == "onset_not_possible"
    assert told(case) == []


def test_weeks_of_pregnancy_are_counted_on_a_day(case: Case) -> None:
    save(case, "pregnancy", pregnant="yes", pregnancy_weeks=24)
    assert (kept(case).pregnancy_weeks, kept(case).pregnancy_on) == (24, today())

    save(case, "pregnancy", pregnant="no", pregnancy_weeks=24)

    assert (kept(case).pregnancy_weeks, kept(case).pregnancy_on) == (None, None)


def test_work_is_a_dated_fact_of_the_person(case: Case) -> None:
    save(
        case,
        "work",
        occupation="công nhân",
        kind="work",
        name="Công ty Sao Mai",
        unit="Xưởng 1",
        line="Chuyền 7",
        shift="đêm",
    )

    with system_scope("test"):
        [row] = Belonging.objects.filter(person=case.person_id)
    assert (row.name, row.unit, row.line, row.shift) == (
        "Công ty Sao Mai",
        "Xưởng 1",
        "Chuyền 7",
        "đêm",
    )
    assert kept(case).occupation == "công nhân"


def test_permanent_residence_and_stay_are_two_facts(case: Case) -> None:
    save(
        case,
        "stay",
        stay=Stay(HERE.commune, HERE.province, "Dãy trọ 4, tổ dân phố Ninh Khánh"),
        permanent=Stay(NEXT.commune, NEXT.province, "Thôn Hạ"),
    )

    with system_scope("test"):
        rows = Residence.objects.filter(person=case.person_id, until=None)
        assert dict(rows.values_list("kind", "unit")) == {
            "stay": HERE.commune,
            "permanent": NEXT.commune,
        }
    assert [what for what, _old, _new in told(case)] == ["stay", "permanent"]


def test_a_stay_told_again_is_no_new_fact(case: Case) -> None:
    stay = Stay(HERE.commune, HERE.province, "Ngõ 12")

    assert save(case, "stay", stay=stay, permanent=None) == []


def test_nobody_moves_the_patient_out_of_his_own_sight(case: Case) -> None:
    next_door = Stay(NEXT.commune, NEXT.province, "Thôn Hạ")
    assert refused(case, "stay", station(), stay=next_door) == "stay_elsewhere"
    abroad = Stay(ABROAD.commune, ABROAD.province, "Phố Huế")
    assert refused(case, "stay", tracer(), stay=abroad) == "stay_elsewhere"

    save(case, "stay", tracer(), stay=next_door)

    with system_scope("test"):
        assert Person.objects.get(pk=case.person_id).commune == NEXT.commune


def test_an_end_has_a_day_and_a_place(case: Case) -> None:
    died = {"outcome": "died", "outcome_place": "", "outcome_on": None}
    assert refused(case, "outcome", **died) == "outcome_undated"
    ahead = {"outcome": "died", "outcome_place": "Bệnh viện", "outcome_on": today() + DAY}
    assert refused(case, "outcome", **ahead) == "outcome_undated"

    save(case, "outcome", outcome="transferred", outcome_place="Bệnh viện", outcome_on=today())

    assert kept(case).outcome == "transferred"


DAY = timedelta(days=1)


def test_a_section_nobody_knows_is_not_found(case: Case) -> None:
    assert refused(case, "wishes") == "unknown_section"


@pytest.mark.parametrize(
    "stranger", [lambda: station(NEXT), lambda: station(ABROAD), lambda: tracer(ABROAD)]
)
def test_nobody_elsewhere_writes_about_the_case(case: Case, stranger: object) -> None:
    by: Principal = stranger()  # type: ignore[operator]
    with pytest.raises(Case.DoesNotExist):
        save(case, "doses", by, doses_at_onset=9)
    fact = CaseFact(
        id=uuid7(),
        case_id=case.id,
        section="doses",
        what="doses_at_onset",
        sealed=b"x",
        at=now(),
        by=by.account,
        by_name=by.name,
        commune=by.commune or case.commune,
        province=by.province or case.province,
    )
    with pytest.raises(DatabaseError), scoped(by, "attack"), transaction.atomic():
        fact.save(force_insert=True)
    assert facts_seen(case.id, by) == 0
    assert kept(case).doses_at_onset is None


def facts_seen(case: UUID, by: Principal) -> int:
    with scoped(by, "attack"):
        return CaseFact.objects.filter(case=case).count()


def test_a_fact_is_never_changed(case: Case) -> None:
    [fact] = save(case, "doses", doses_at_onset=2)

    with pytest.raises(DatabaseError), scoped(station(), "attack"), transaction.atomic():
        CaseFact.objects.filter(pk=fact.pk).update(what="onset")


def test_a_station_does_not_write_about_who_moved_away(case: Case) -> None:
    save(case, "guardian", name="Nguyễn Thị Mẹ", relation="mẹ", phone="")
    save(case, "stay", tracer(), stay=Stay(NEXT.commune, NEXT.province, "Thôn Hạ"))

    assert refused(case, "doses", station(), doses_at_onset=1) == "patient_elsewhere"
    with scoped(station(), "case_form"):
        assert investigation.guardian_of(Case.objects.get(pk=case.pk)) is None
    assert save(case, "doses", tracer(), doses_at_onset=1)
