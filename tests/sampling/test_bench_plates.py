"""Numbers and plates: scan by scan, two technicians at one plate, controls that fail a run."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connections

from lachan.core.clock import now, today
from lachan.core.refusals import Refused
from lachan.core.scope import scoped, system_scope
from lachan.rulebook.selectors import assay_rule
from lachan.sampling import bench_filling, bench_reading, bench_running, bench_wells, services
from lachan.sampling.models import Plate, Result, Tube, Well
from lachan.sampling.services import Found
from tests.sampling import at_the_bench as bench
from tests.sampling.people_at_the_table import Team, browser, team


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is done inside is refused with this code."""
    with pytest.raises(Refused) as said:
        yield
    assert said.value.code == code


def number(at: Team, of: Tube) -> str:
    """Scan a tube at the accession."""
    with scoped(at.technician, "laboratory") as by:
        return bench_filling.accession(code=of.barcode, by=by).label


def test_a_received_tube_gets_the_next_number_of_the_day_and_keeps_it() -> None:
    at = team()
    first, second = bench.tube(at), bench.tube(at)
    assert number(at, first) == f"{today():%d%m%y}-0001"
    assert number(at, second) == f"{today():%d%m%y}-0002"
    assert number(at, first).endswith("-0001")


def test_another_laboratory_counts_for_itself() -> None:
    at, elsewhere = team(), team()
    number(at, bench.tube(at))
    assert number(elsewhere, bench.tube(elsewhere)).endswith("-0001")


def test_a_tube_is_numbered_only_after_its_reception() -> None:
    at = team()
    coming = bench.tube(at, received=False)
    with refused("not_received"):
        number(at, coming)
    bench.receive(at, coming, accepted=False)
    with refused("tube_refused"):
        number(at, coming)
    with refused("unknown_tube"):
        number(at, bench.tube(team()))


def test_tubes_fill_the_columns_as_pipettes_go() -> None:
    at = team()
    tubes = [bench.tube(at) for _n in range(9)]
    made = bench.plate(at, *tubes)
    with system_scope("test"):
        wells = {well.tube_id: well for well in bench_wells.standing(made) if well.tube_id}
    names = [bench_wells.name_of(wells[one.id].position, 96) for one in tubes]
    assert names == ["A1", "B1", "C1", "D1", "E1", "F1", "G1", "H1", "A2"]


@pytest.mark.parametrize(
    ("size", "wells"), [(96, ["F12", "G12", "H12"]), (384, ["N24", "O24", "P24"])]
)
def test_controls_stand_where_the_test_wants_them(size: int, wells: list[str]) -> None:
    made = bench.plate(team(), size=size)
    with system_scope("test"):
        standing = bench_wells.standing(made)
    assert sorted(bench_wells.name_of(well.position, size) for well in standing) == wells


def test_a_full_plate_takes_nothing_more() -> None:
    at = team()
    made, one, other = bench.plate(at), bench.tube(at), bench.tube(at)
    with system_scope("test"):
        taken = {well.position for well in bench_wells.standing(made)}
        free = [position for position in range(96) if position not in taken]
        filler = [
            Well(
                plate=made,
                laboratory=at.laboratory,
                position=position,
                kind="negative",
                at=now(),
                by=at.technician.account,
            )
            for position in free[:-1]
        ]
        Well.objects.bulk_create(filler)
    put(at, made, one)
    with refused("plate_full"):
        put(at, made, other)


def put(at: Team, on: Plate, of: Tube, well: str = "") -> Well:
    """Scan a tube onto a plate."""
    with scoped(at.technician, "laboratory") as by:
        return bench_filling.place(plate=on, code=of.barcode, by=by, well=well)


def test_a_tube_stands_once_and_in_one_well() -> None:
    at = team()
    one, other = bench.tube(at), bench.tube(at)
    made = bench.plate(at, one)
    with refused("already_on_plate"):
        put(at, made, one)
    with refused("well_taken"):
        put(at, made, other, "A1")
    with refused("no_such_well"):
        put(at, made, other, "J1")
    with refused("on_another_plate"):
        put(at, bench.plate(at), one)
    assert put(at, made, other, "c3").position == 18


def test_what_was_put_in_by_mistake_is_taken_out_again() -> None:
    at = team()
    one = bench.tube(at)
    made = bench.plate(at, one)
    with scoped(at.technician, "laboratory") as by:
        bench_filling.take_out(plate=made, well="A1", by=by)
        with refused("well_empty"):
            bench_filling.take_out(plate=made, well="H12", by=by)
    assert put(at, made, one).position == 0
    bench.started(at, made)
    with refused("plate_sealed"), scoped(at.technician, "laboratory") as by:
        bench_filling.take_out(plate=made, well="A1", by=by)


def test_a_tube_is_put_in_by_its_number_too() -> None:
    at = team()
    one = bench.tube(at)
    label = number(at, one)
    with scoped(at.technician, "laboratory") as by:
        assert bench_filling.place(plate=bench.plate(at), code=label, by=by).tube_id == one.id


def test_two_technicians_fill_one_plate_and_nothing_is_lost() -> None:
    at = team()
    made, other = bench.plate(at), bench.colleague(at)
    tubes = [bench.tube(at) for _n in range(12)]

    def scan(job: tuple[int, Tube]) -> int:
        turn, one = job
        try:
            with scoped(other if turn % 2 else at.technician, "laboratory") as by:
                return bench_filling.place(plate=made, code=one.barcode, by=by).position
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as crew:
        positions = list(crew.map(scan, enumerate(tubes)))
    assert sorted(positions) == list(range(12))


def test_a_plate_is_opened_again_by_its_code_and_is_no_other_plate() -> None:
    at = team()
    made = bench.plate(at)
    with scoped(at.technician, "laboratory") as by:
        assay = assay_rule(bench.DISEASE, now())
        again = bench_filling.new_plate(barcode=made.barcode, size=96, assay=assay, by=by)
        assert again.id == made.id
        with refused("plate_differs"):
            bench_filling.new_plate(barcode=made.barcode, size=384, assay=assay, by=by)


def test_a_run_needs_a_tube_and_a_lot_that_holds() -> None:
    at = team()
    empty, filled = bench.plate(at), bench.plate(at, bench.tube(at))
    with refused("plate_empty"):
        bench.started(at, empty)
    with refused("lot_expired"), scoped(at.technician, "laboratory") as by:
        bench_running.start_run(
            plate=filled,
            machine="CFX 1",
            lot="L6",
            lot_expires=today() - timedelta(days=1),
            by=by,
        )
    bench.started(at, filled)
    with refused("run_open"):
        bench.started(at, filled)


def test_nothing_of_a_run_whose_negative_control_is_positive_becomes_a_result() -> None:
    at = team()
    one = bench.tube(at)
    made = bench.plate(at, one)
    with refused("run_not_judged"):
        bench.key(at.technician, one, "negative", bench.NEGATIVE)
    assert bench.judged(at, made, bench.CONTAMINATED).valid is False
    with refused("run_invalid"):
        bench.key(at.technician, one, "negative", bench.NEGATIVE)
    with refused("run_invalid"), scoped(at.technician, "laboratory") as by:
        services.enter_result(barcode=one.barcode, found=Found("negative"), by=by)
    with system_scope("test"):
        assert bench_reading.to_repeat(at.laboratory) == [(one, "run_invalid")]


def test_a_failed_run_is_repeated_on_the_same_or_another_plate() -> None:
    at = team()
    one, other = bench.tube(at), bench.tube(at)
    made = bench.plate(at, one, other)
    bench.judged(at, made, bench.CONTAMINATED)
    put(at, bench.plate(at), other)
    assert bench.judged(at, made).number == 2
    assert bench.found(at, one, "negative").outcome == "negative"
    with refused("run_not_judged"):
        bench.key(at.technician, other, "negative", bench.NEGATIVE)
    with refused("run_valid"):
        bench.started(at, made)


def test_a_result_of_a_run_that_failed_later_is_not_checked() -> None:
    at = team()
    one = bench.tube(at)
    result = bench.found(at, one, "positive")
    bench.judged(at, bench.plate(at, one), bench.CONTAMINATED)
    with refused("run_invalid"), scoped(at.technician, "laboratory") as by:
        services.approve_result(result=result, by=by)


def test_every_control_is_read_and_only_once() -> None:
    at = team()
    run = bench.started(at, bench.plate(at, bench.tube(at)))
    with scoped(at.technician, "laboratory") as by:
        few = {"H12": bench.RIGHT["H12"]}
        with refused("control_missing"):
            bench_running.judge_controls(run=run, read=few, by=by)
        bench_running.judge_controls(run=run, read=bench.RIGHT, by=by)
        with refused("run_judged"):
            bench_running.judge_controls(run=run, read=bench.CONTAMINATED, by=by)


def test_an_unclear_result_is_run_again_and_the_new_one_takes_its_place() -> None:
    at = team()
    one = bench.tube(at)
    bench.judged(at, bench.plate(at, one))
    first = bench.found(at, one, "indeterminate", ct={"N1": 38.0, "N2": None, "RP": 27.0})
    with system_scope("test"):
        assert bench_reading.to_repeat(at.laboratory) == [(one, "indeterminate")]
    bench.judged(at, bench.plate(at, one))
    second = bench.found(at, one, "positive")
    assert second.replaces_id == first.id
    with system_scope("test"):
        assert bench_reading.to_repeat(at.laboratory) == []
        assert Result.objects.filter(tube=one).count() == 2


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("lachan", "{plate},A1,sample,{tube},n1-n2-rp"),
        ("quantstudio", "1,A1,{tube},N1,UNKNOWN"),
        ("quantstudio", "96,H12,NTC,RP,NTC"),
        ("cfx", "A,1,N2,{tube},Unkn"),
        ("cfx", "G,12,N1,PC,Pos Ctrl"),
    ],
)
def test_the_layout_is_a_file_for_the_analyser(kind: str, line: str) -> None:
    at = team()
    one = bench.tube(at)
    made = bench.plate(at, one)
    answer = browser(at.technician).get(f"/laboratory/plates/{made.id}/{kind}.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert line.format(plate=made.barcode, tube=one.barcode) in lines


def test_a_layout_nobody_reads_is_not_found() -> None:
    at = team()
    made = bench.plate(at)
    assert browser(at.technician).get(f"/laboratory/plates/{made.id}/word.csv").status_code == 404
