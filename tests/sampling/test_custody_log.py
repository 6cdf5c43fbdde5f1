"""A data logger's file: read whole or refused, and every time outside of the range is named."""

from datetime import datetime, timedelta

import pytest

from lachan.core.clock import OFFSET
from lachan.core.refusals import Refused
from lachan.core.scope import scoped
from lachan.sampling import custody_log
from lachan.sampling import custody_reading as reading
from lachan.sampling.custody_log import Point, excursions, read_log
from lachan.sampling.models import Packing
from tests.sampling.on_the_road import closed_tube, packed_box
from tests.sampling.people_at_the_table import team

NOON = datetime(2026, 7, 14, 12, 0, tzinfo=OFFSET)


def line(minutes: int, degrees: str) -> str:
    """A row as loggers write it."""
    at = NOON + timedelta(minutes=minutes)
    return f"{at:%d/%m/%Y %H:%M:%S};{degrees}"


@pytest.mark.parametrize(
    "text",
    [
        "Thời gian;Nhiệt độ (°C)\n" + "\n".join([line(0, "4,5"), line(10, "5,0")]),
        "No.,Time,Temp\n1,2026-07-14 12:00:00,4.5\n2,2026-07-14 12:10:00,5.0\n",
        "2026-07-14T05:00:00+00:00\t4.5\n2026-07-14T05:10:00+00:00\t5.0\n",
    ],
)
def test_it_reads_what_loggers_write(text: str) -> None:
    points = read_log(text.encode(), "log.csv")
    assert points == [Point(NOON, 4.5), Point(NOON + timedelta(minutes=10), 5.0)]


def test_a_heading_may_be_longer_than_the_file_and_a_short_file_without_one_is_no_trap() -> None:
    rows = [line(0, "4,0"), line(30, "12,0")]
    heading = ["Máy ghi 07", "Chuyến;TM-07", "Thời gian;°C"]
    for text in ("\n".join(rows), "\n".join(heading + rows)):
        assert [point.degrees for point in read_log(text.encode(), "log.csv")] == [4.0, 12.0]


def test_a_row_that_cannot_be_read_refuses_the_whole_file_and_is_named() -> None:
    text = "\n".join([line(0, "4,5"), line(10, "ERR"), line(20, "5,0")])
    with pytest.raises(Refused) as refused:
        read_log(text.encode(), "log.csv")
    assert refused.value.code == "log_unreadable"
    assert "2" in refused.value.message


@pytest.mark.parametrize("data", [b"", b"\x00\x00", b"name;age\nMai;30\nLan;31\n"])
def test_a_file_without_readings_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        read_log(data, "log.csv")


def test_an_excursion_is_every_reading_outside_and_the_edges_are_inside() -> None:
    degrees = [2.0, 8.0, 8.1, 9.0, 8.0, 1.9, 4.0, 10.0]
    points = [Point(NOON + timedelta(minutes=10 * n), each) for n, each in enumerate(degrees)]
    found = excursions(points, 2, 8)
    assert [(each.since, each.until) for each in found] == [
        (points[2].at, points[3].at),
        (points[5].at, points[5].at),
        (points[7].at, points[7].at),
    ]
    assert [(each.coldest, each.warmest) for each in found] == [(8.1, 9.0), (1.9, 1.9), (10, 10)]


def test_a_file_names_the_tubes_that_were_in_the_box_then_and_is_kept_once() -> None:
    at = team()
    early, late = closed_tube(at), closed_tube(at)
    box = packed_box(at, early, late)
    with scoped(at.sampler, "sampling") as by:
        Packing.objects.filter(tube=early).update(at=NOON)
        Packing.objects.filter(tube=late).update(at=NOON + timedelta(hours=2))
        text = "\n".join([line(0, "4,0"), line(30, "12,0"), line(60, "4,0")])
        rule = reading.rule_of(box.organisation)
        kept = custody_log.attach(box=box, data=text.encode(), name="a.csv", rule=rule, by=by)
        again = custody_log.attach(box=box, data=text.encode(), name="b.csv", rule=rule, by=by)
        assert again.pk == kept.pk
        (outside,) = custody_log.excursions_of(kept)
        assert custody_log.tubes_in(box, outside) == [early]
        assert (kept.coldest, kept.warmest) == (4.0, 12.0)
