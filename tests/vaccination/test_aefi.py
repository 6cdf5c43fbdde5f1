"""Reactions: three things in law, the clocks of a severe one, and who may say and see what."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError

from lachan.core.clock import OFFSET, now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.notices.models import Notice
from lachan.people.models import Person
from lachan.rulebook.selectors import Decision, render
from lachan.vaccination import aefi, aefi_asking, aefi_reading
from lachan.vaccination.aefi import Told
from lachan.vaccination.models import AefiStep, Dose, Lot, Reaction, Session
from lachan.vaccination.selectors import lot_barred
from tests.factories import cast
from tests.vaccination.aefi_cases import (
    Site,
    a_lot,
    a_site,
    inject,
    recorded,
    somebody,
    told_by,
)


@pytest.fixture
def site() -> Site:
    return a_site()


@pytest.fixture
def lot() -> Lot:
    return a_lot(uuid7().hex[-8:].upper())


@pytest.fixture
def mai(site: Site) -> Person:
    return somebody(site)


@pytest.fixture
def dose(site: Site, lot: Lot, mai: Person) -> Dose:
    return inject(site, lot, mai)


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as said:
        yield
    assert said.value.code == code


def test_a_severe_event_stops_the_session_and_bars_the_lot(
    site: Site, lot: Lot, dose: Dose
) -> None:
    row = recorded(site.vaccinator, dose)
    with scoped(site.vaccinator, "vaccination"):
        session = Session.objects.get(pk=site.session.pk)
        assert (session.state, session.stopped_at) == (Session.State.STOPPED, row.severe_at)
        bar = lot_barred(lot.id, now(), cast.PROVINCE)
        assert bar is not None
        assert bar.provisional
        assert bar.reaction == row.id
        assert lot_barred(lot.id, now(), cast.OTHER_PROVINCE) is None


def test_a_usual_reaction_and_an_aefi_stop_nothing(site: Site, lot: Lot, dose: Dose) -> None:
    recorded(site.vaccinator, dose, "reaction", ("fever",))
    recorded(site.vaccinator, dose, "aefi", ("rash",))
    with scoped(site.vaccinator, "vaccination"):
        assert Session.objects.get(pk=site.session.pk).state == Session.State.OPEN
        assert lot_barred(lot.id, now(), cast.PROVINCE) is None
        assert not AefiStep.objects.exists()


def test_the_clocks_follow_each_other(site: Site, dose: Dose) -> None:
    row = recorded(site.vaccinator, dose)
    assert row.severe_at is not None
    director = cast.of_province(Role.DIRECTOR)
    with scoped(director, "vaccination") as by:
        steps = {one.step.kind: one for one in aefi_reading.clocks_of(row)}
        for kind in ("notify_department", "notify_cdc", "investigate"):
            assert steps[kind].step.due_at == row.severe_at + timedelta(hours=24)
        assert [steps[kind].state for kind in ("council", "publish")] == ["later", "later"]
        with refused("step_before"):
            aefi.complete(steps["council"].step, document="1", by=by)
        with refused("document_missing"):
            aefi.complete(steps["investigate"].step, document=" ", by=by)
        done = aefi.complete(steps["investigate"].step, document="15/BC-CDC", by=by)
        with refused("step_done"):
            aefi.complete(done, document="15/BC-CDC", by=by)
        council = AefiStep.objects.get(reaction=row, kind="council")
        assert council.due_at is not None
        local = council.due_at.astimezone(OFFSET)
        assert f"{local:%H:%M}" == "23:59"
        assert timedelta(days=6) < local - now() < timedelta(days=15)
        done = aefi.complete(council, document="3/BB-HĐTV", by=by)
        publish = AefiStep.objects.get(reaction=row, kind="publish")
        assert publish.due_at == done.done_at + timedelta(hours=24)  # type: ignore[operator]


def test_a_step_is_coloured_before_it_is_due(site: Site, dose: Dose) -> None:
    row = recorded(site.vaccinator, dose)
    with scoped(site.vaccinator, "vaccination"):
        step = AefiStep.objects.get(reaction=row, kind="notify_cdc")
    assert step.due_at is not None
    warn = timedelta(hours=6)
    for before, state in ((7, "now"), (5, "soon"), (-1, "late")):
        at = step.due_at - timedelta(hours=before)
        assert aefi_reading.clock(step, at, warn).state == state


def test_only_the_province_takes_the_steps_of_the_council(site: Site, dose: Dose) -> None:
    row = recorded(site.vaccinator, dose)
    with scoped(site.vaccinator, "vaccination") as by:
        for kind in ("notify_cdc", "investigate"):
            aefi.complete(AefiStep.objects.get(reaction=row, kind=kind), document="1", by=by)
        with refused("province_only"):
            aefi.complete(AefiStep.objects.get(reaction=row, kind="council"), document="2", by=by)


def test_a_danger_sign_becomes_a_task_and_tells_the_person_to_go(mai: Person, dose: Dose) -> None:
    row = told_by(mai.id, dose, "breath", "arm")
    assert row.due_at is not None
    assert timedelta(minutes=119) < row.due_at - now() <= timedelta(hours=2)
    station = cast.of_commune(Role.STATION_OFFICER)
    with scoped(station, "vaccination") as by:
        assert row.id in {one.id for one in aefi_reading.urgent()}
        said = render(Decision(**row.decision), "vi")
        assert "Gọi 115" in said
        assert "Khó thở" in said
        with refused("answer_needs_note"):
            aefi.answer(row, note="", by=by)
        aefi.answer(row, note="Đã đưa đến bệnh viện", by=by)
        with refused("answered_already"):
            aefi.answer(row, note="Đã gọi", by=by)
        assert row.id not in {one.id for one in aefi_reading.urgent()}


def test_an_answer_without_a_sign_is_no_task(mai: Person, dose: Dose) -> None:
    row = told_by(mai.id, dose)
    assert (row.due_at, row.decision["outcome"], row.severity) == (None, "thanks", "")


def test_a_citizen_judges_nothing_and_makes_no_diagnosis(mai: Person, dose: Dose) -> None:
    with refused("sign_unknown"):
        told_by(mai.id, dose, "anaphylaxis")
    me = cast.citizen(mai.id)
    told = Told(id=uuid7(), dose=dose.id, source="citizen", severity="severe")
    with refused("severity_not_yours"), scoped(me, "own_data"):
        aefi.report(told, by=me)
    with refused("severity_not_yours"), scoped(me, "own_data"):
        aefi.report(replace(told, source="site"), by=me)


def test_what_cannot_be_is_refused(site: Site, dose: Dose) -> None:
    told = Told(id=uuid7(), dose=dose.id, source="site", severity="aefi")
    with scoped(site.vaccinator, "vaccination") as by:
        with refused("onset_before_dose"):
            aefi.report(replace(told, onset_at=dose.given_at - timedelta(hours=1)), by=by)
        with refused("onset_ahead"):
            aefi.report(replace(told, onset_at=now() + timedelta(hours=1)), by=by)
        with refused("severity_missing"):
            aefi.report(replace(told, severity=""), by=by)
        with refused("dose_not_found"):
            aefi.report(replace(told, dose=uuid7()), by=by)


def test_the_same_report_sent_twice_is_one(site: Site, dose: Dose) -> None:
    told = Told(id=uuid7(), dose=dose.id, source="site", severity="aefi", signs=("rash",))
    with scoped(site.vaccinator, "vaccination") as by:
        assert aefi.report(told, by=by) == aefi.report(told, by=by)
        with refused("different_content"):
            aefi.report(replace(told, signs=("fever",)), by=by)
        assert Reaction.objects.filter(dose=dose).count() == 1


def test_the_station_judges_and_severe_stays_severe(lot: Lot, mai: Person, dose: Dose) -> None:
    row = told_by(mai.id, dose, "swelling")
    station = cast.of_commune(Role.STATION_OFFICER)
    with scoped(station, "vaccination") as by:
        judged = aefi.judge(row, severity="severe", outcome="treated", by=by)
        assert lot_barred(lot.id, now(), cast.PROVINCE) is not None
        assert Session.objects.get(pk=dose.session_id).state == Session.State.STOPPED
        with refused("severe_stays"):
            aefi.judge(judged, severity="reaction", outcome="treated", by=by)


def test_who_sees_a_reaction(site: Site, mai: Person, dose: Dose) -> None:
    row = recorded(site.vaccinator, dose)
    see = [
        cast.citizen(mai.id),
        cast.of_commune(Role.STATION_OFFICER),
        cast.of_province(Role.DIRECTOR),
        site.vaccinator,
    ]
    not_see = [
        cast.citizen(),
        cast.of_commune(Role.STATION_OFFICER, cast.NEXT_DOOR),
        cast.of_province(Role.DIRECTOR, cast.OTHER_PROVINCE),
        cast.of_organisation(Role.VACCINATOR),
        cast.outsider(),
    ]
    for who, seen in [*((one, 1) for one in see), *((one, 0) for one in not_see)]:
        with scoped(who, "test"):
            assert Reaction.objects.filter(pk=row.pk).count() == seen, who
    with scoped(cast.citizen(mai.id), "test"):
        assert not AefiStep.objects.exists()


def test_a_citizen_changes_nothing_of_it(site: Site, mai: Person, dose: Dose) -> None:
    row = recorded(site.vaccinator, dose)
    with scoped(cast.citizen(mai.id), "test"):
        assert Reaction.objects.filter(pk=row.pk).update(severity="reaction", severe_at=None) == 0


def test_nobody_reports_about_somebody_he_does_not_see(dose: Dose) -> None:
    stranger = cast.of_organisation(Role.VACCINATOR)
    told = Told(id=uuid7(), dose=dose.id, source="site", severity="aefi")
    with refused("dose_not_found"), scoped(stranger, "vaccination"):
        aefi.report(told, by=stranger)


def test_the_compensation_file_is_a_list_that_fills(site: Site, dose: Dose) -> None:
    row = recorded(site.vaccinator, dose)
    with scoped(cast.of_province(Role.DIRECTOR), "vaccination") as by:
        aefi.file_paper(row, code="request", document="Đơn ngày 27/11", by=by)
        with refused("paper_there"):
            aefi.file_paper(row, code="request", document="Đơn", by=by)
        with refused("paper_unknown"):
            aefi.file_paper(row, code="x", document="Đơn", by=by)
        there = dict(aefi_reading.papers_of(row))
        assert there["request"] is not None
        assert there["costs"] is None


def test_people_are_asked_once_at_each_hour(site: Site, lot: Lot) -> None:
    lan = somebody(site, "Lò Thị Lan", phones=["0900000881"])
    inject(site, lot, lan, now() - timedelta(hours=25))
    inject(site, lot, lan, now() - timedelta(hours=169))
    with system_scope("test") as by:
        aefi_asking.ask(by=by)
        aefi_asking.ask(by=by)
        notices = Notice.objects.filter(person=lan, kind="after_dose")
        assert notices.count() == 2
        assert not {"covid-19", "vaxzevria"} & set(notices[0].values.values())


def test_a_stranger_cannot_write_a_step(site: Site, dose: Dose) -> None:
    row = recorded(site.vaccinator, dose)
    stranger = cast.of_province(Role.DIRECTOR, cast.OTHER_PROVINCE)
    with pytest.raises(DatabaseError, match="row-level security"), scoped(stranger, "test"):
        AefiStep.objects.create(
            reaction_id=row.pk, kind="council", commune=cast.HERE, province=cast.OTHER_PROVINCE
        )
