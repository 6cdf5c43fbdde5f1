"""Scenario 13: a hall of 1,193 people, hours without a network, books that balance."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from lachan.core.clock import day_of, now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import scoped, system_scope
from lachan.core.sealing import open_many
from lachan.core.signing import ring
from lachan.credentials.packs import open_pack
from lachan.people.selectors import papers_of
from lachan.rulebook.selectors import vaccination_rule
from lachan.vaccination import registration_tasks, site_reading, stock_book, stock_setting
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.evening_closing import Counted, balance, count_tables, explain
from lachan.vaccination.evening_counting import evening_of
from lachan.vaccination.evening_reporting import open_figures
from lachan.vaccination.evening_tasks import freeze_reports
from lachan.vaccination.invitation_slots import longest_wait
from lachan.vaccination.models import (
    BookLine,
    DayReport,
    Dose,
    EveningBook,
    Invitation,
    OpenedVial,
    Registration,
    Session,
    SiteEvent,
    SiteVisit,
)
from lachan.vaccination.site_tasks import take_site_events
from lachan.vaccination.stock_book import Count
from tests.acceptance import hall as play
from tests.acceptance.hall import Hall, at_
from tests.database import copy
from tests.factories.winding import unwound
from tests.sampling.people_at_the_table import browser
from tests.vaccination.sites import PRODUCT, Wire, wire_to
from tests.vaccination.test_site_pages import opened
from tests.vaccination.test_site_twins import in_node

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A town of its own: nothing of the story is counted."""
    with copy() as name:
        yield name


@pytest.fixture(scope="module")
def wire(database: str) -> Iterator[Wire]:
    """The real hot path."""
    with wire_to(database) as made:
        yield made


@pytest.fixture(scope="module")
def hall(wire: Wire) -> Iterator[Hall]:
    """The whole day until 16:55, the last table's twelve injections still on its telephone."""
    with unwound():
        made = play.invited()
        play.opened(made)
        play.play(made, wire)
        yield made


def visits(hall: Hall) -> list[SiteVisit]:
    with system_scope("test"):
        return list(SiteVisit.objects.filter(session=hall.session).select_related("dose"))


def standing(hall: Hall) -> int:
    with system_scope("test"):
        rows = Dose.objects.filter(session=hall.session, reverses=None, reversed_by=None)
        return rows.count()


def test_the_pack_knows_everybody_invited_and_the_two_of_ten_days_ago(hall: Hall) -> None:
    pages = pack_of(hall)
    with system_scope("test"):
        numbers = [papers_of(person)[0].number for person in hall.early]
    # A code for each of the list, and beside it the card of those whose number is known.
    assert sum(len(one["people"]) for one in pages) == play.INVITED + play.WITH_CARD
    content = pages[0]
    pack = {name: content[name] for name in ("products", "lots", "barred")}
    asked: list[dict[str, Any]] = []
    for number in numbers:
        entry = found_in(pages, number)
        assert [one["on"] for one in entry["doses"]] == [str(day_of(at_(9) - timedelta(days=10)))]
        assert entry["asks"][PRODUCT]["outcome"] == "too_soon"
        lot = {"number": hall.lot.number, "gtin": "", "expires": ""}
        day = str(day_of(at_(9)))
        asked.append(
            {"pack": pack, "lot": lot, "entry": entry, "seen": {}, "day": day, "reached": True}
        )
    # The device itself refuses the needle.
    assert {one["word"] for one in in_node({"asked": asked})["asked"]} == {"not_due"}


def pack_of(hall: Hall) -> list[dict[str, Any]]:
    """The pack as the page fetches it; a long list comes in pages."""
    client = browser(hall.by)
    path = f"/vaccination/site/{hall.session.id}/pack"
    first = open_pack(ring(), client.get(f"{path}.json").json())
    rest = range(2, first.get("pages", 1) + 1)
    return [first, *(open_pack(ring(), client.get(f"{path}-{n}.json").json()) for n in rest)]


def found_in(pages: list[dict[str, Any]], number: str) -> dict[str, Any]:
    """What the card of this number opens, on whichever page it is."""
    for page in pages:
        with suppress(KeyError):
            return opened(page, number)
    raise AssertionError("the pack does not know this card")


def test_at_1655_everything_but_what_one_telephone_holds_is_entered(hall: Hall) -> None:
    assert standing(hall) == 1_145 - play.LATE
    with system_scope("test"):
        events = SiteEvent.objects.filter(session=hall.session.id)
        assert events.filter(settled_at=None).count() == 0
        assert set(events.values_list("refused", flat=True)) == {""}
        gap = events.filter(at__gte=at_(9, 10), at__lt=at_(11, 40))
        # Nothing of the hours without a network came before they were over.
        assert gap.count() > 1_000
        assert all(one.received_at >= at_(11, 40) for one in gap)


def test_events_came_in_the_wrong_order_between_devices(hall: Hall) -> None:
    with system_scope("test"):
        gap = SiteEvent.objects.filter(session=hall.session.id, at__gte=at_(9, 10))
        gap = gap.filter(at__lt=at_(11, 40))
        came = {(one.person, one.kind): one.received_at for one in gap}
    wrong = [
        person
        for (person, kind), at in came.items()
        if kind == "injected" and (person, "reception") in came and at < came[person, "reception"]
    ]
    assert len(wrong) > 200


def test_the_report_frozen_at_1700_has_what_was_entered_until_then(hall: Hall) -> None:
    play.wind_to(at_(17, 1))
    freeze_reports()
    with system_scope("test"):
        report = DayReport.objects.get(organisation=hall.by.organisation)
    assert report.cut_at == at_(17)
    assert report.day == day_of(at_(9))
    assert given_in(report.rows) == {day_of(at_(9)).isoformat(): entered_by_1700(hall)}
    # A slow machine is still entering what the last devices sent at 16:55 when the hour comes.
    assert 900 < entered_by_1700(hall) <= 1_145 - play.LATE


def entered_by_1700(hall: Hall) -> int:
    with system_scope("test"):
        rows = Dose.objects.filter(session=hall.session, reverses=None)
        return rows.filter(received_at__lte=at_(17)).count()


def given_in(rows: list[Any]) -> dict[str, int]:
    """Day -> injections that a report's rows say, without those taken back."""
    found: Counter[str] = Counter()
    for day, _product, _number, _group, given, taken_back in rows:
        found[day] += given - taken_back
    return dict(found)


def test_the_rest_comes_at_1730_and_sent_again_changes_nothing(hall: Hall, wire: Wire) -> None:
    play.send_late(hall, wire)
    assert standing(hall) == 1_145
    before = state_of(hall)
    for device in hall.devices.values():
        assert set(wire.post(device, *device.events[:200])) == {"recorded"}
    take_site_events()
    assert state_of(hall) == before


def test_what_came_at_1730_changes_no_frozen_report(hall: Hall) -> None:
    with system_scope("test"):
        report = DayReport.objects.get(organisation=hall.by.organisation)
        assert report.organisation is not None
        waiting = open_figures(report.organisation, now())
    day = day_of(at_(9)).isoformat()
    assert given_in(report.rows) == {day: entered_by_1700(hall)}
    assert given_in(waiting.as_rows()) == {day: 1_145 - entered_by_1700(hall)}


def state_of(hall: Hall) -> tuple[int, int, list[Any]]:
    with system_scope("test"):
        events = SiteEvent.objects.filter(session=hall.session.id).count()
    rows = sorted((str(one.person_id), one.step, one.flags) for one in visits(hall))
    return events, standing(hall), rows


def test_1193_are_received_and_screened_by_the_rule(hall: Hall) -> None:
    rows = visits(hall)
    assert len(rows) == play.RECEIVED == 1_193
    assert Counter(one.listed for one in rows) == {True: 1_043, False: 150}
    assert Counter(one.screening["outcome"] for one in rows) == {
        "eligible": 1_102,
        "caution": 51,
        "postpone": 38,
        "contraindicated": 2,
    }
    assert {one.screening["rule"] for one in rows} == {str(hall.rule.rule)}
    # The table's module and the server came to the same for everybody.
    assert not [one for one in rows if "screened_otherwise" in one.flags]
    by_person = {one.person_id: one for one in rows}
    for person in hall.early:
        early = by_person[person]
        assert (early.screening["outcome"], early.step, early.dose) == (
            "postpone",
            "not_today",
            None,
        )
        assert early.screening["values"]["reasons"] == ["other_vaccine"]


def test_1145_are_injected_3_leave_and_5_go_to_a_hospital(hall: Hall) -> None:
    rows = visits(hall)
    injected = [one for one in rows if one.dose is not None]
    assert Counter(one.screening["outcome"] for one in injected) == {
        "eligible": 1_099,
        "caution": 46,
    }
    left = [one for one in rows if one.left_at]
    assert Counter((one.screening["outcome"], one.why_left) for one in left) == {
        ("eligible", "Tự ra về"): 3,
        ("caution", "Chuyển tiêm tại bệnh viện"): 5,
    }
    assert {one.table for one in injected_doses(hall)} == set(range(1, 7))
    with scoped(hall.by, "vaccination"):
        tally = site_reading.tally_of(hall.session)
    assert (tally.came, tally.steps["home"], tally.steps["not_today"]) == (1_193, 1_153, 40)


def injected_doses(hall: Hall) -> list[Dose]:
    with system_scope("test"):
        return list(Dose.objects.filter(session=hall.session, reverses=None))


def test_9_mismatches_keep_both_values(hall: Hall) -> None:
    rows = [one for one in visits(hall) if one.identity == "mismatch"]
    assert len(rows) == play.MISMATCHED == 9
    assert all("identity" in one.flags for one in rows)
    with system_scope("test"):
        words = open_many([(one.person_id, bytes(one.sealed)) for one in rows])
    assert {(one["register"], one["document"]) for one in words} == {("Thân Văn Sổ", "Thân Thị An")}


def test_who_was_turned_away_left_nothing(hall: Hall) -> None:
    assert len(hall.turned_away) == play.WALKED_IN - play.ACCEPTED == 30
    codes = {one["code"] for device in hall.devices.values() for one in device.events}
    assert not codes & set(hall.turned_away)


def test_nobody_waits_more_than_20_minutes_at_reception(hall: Hall) -> None:
    """From the beginning of his slot to the desk, and by the pace that the desks' events show."""
    with system_scope("test"):
        rule = vaccination_rule("covid-19", at_(9), province=hall.session.province)
        rows = Invitation.objects.filter(session=hall.session)
        slots = dict(rows.values_list("person", "screening_at"))
        events = SiteEvent.objects.filter(session=hall.session.id, kind="reception")
        served = sorted((one.at, one.device, one.person) for one in events)
    assert rule.reception_minutes == 20
    waits = [
        (at - slots[person]).total_seconds() / 60 for at, _, person in served if person in slots
    ]
    assert len(waits) == 1_043
    assert max(waits) <= 20
    pace = measured([(at, device) for at, device, _person in served])
    arrivals = [one.came_at for one in hall.guests]
    longest = longest_wait(arrivals, pace)
    assert longest <= 20
    print(
        f"\n1,193 received by two desks at {pace:.0f} an hour; waited: median"
        f" {statistics.median(waits):.1f}, longest {max(waits):.1f} min"
        f" (invited, by their events), {longest:.1f} min (all, by that pace)"
    )


def measured(served: list[tuple[datetime, Any]]) -> float:
    """People an hour through all desks: between the services of a desk that follow without a break.

    A desk that waits for the next slot has no pace.
    """
    gaps: dict[Any, list[float]] = defaultdict(list)
    last: dict[Any, datetime] = {}
    for at, device in served:
        if device in last:
            gaps[device].append((at - last[device]).total_seconds())
        last[device] = at
    return sum(3600 / statistics.median(each) for each in gaps.values())


def test_the_evening_book_says_1200_are_1145_and_5_and_50(hall: Hall) -> None:
    play.wind_to(at_(17, 40))
    with scoped(hall.by, "stock") as by:
        opened_vials = sum(
            OpenedVial.objects.filter(store=hall.store).values_list("vials", flat=True)
        )
        assert opened_vials == 115
        (row,) = stock_book.draft(hall.store, now()).rows
        assert (row.received, row.given, row.open_left, row.left) == (1_200, 1_145, 5, 55)
        stock_setting.discard_left(id=uuid7(), store=hall.store, lot=hall.lot, by=by)
        book = stock_book.close_book(
            id=uuid7(),
            store=hall.store,
            day=day_of(at_(17)),
            counts={hall.lot.id: Count(50)},
            by=by,
        )
        line = BookLine.objects.get(book=book, lot=hall.lot)
        assert (line.received, line.given, line.added, line.wasted, line.counted, line.gap) == (
            *(1_200, 1_145, 0, 5, 50, 0),
        )
        assert line.received == line.given + line.wasted + line.counted
        assert reading.in_hand(hall.store, hall.lot.id) == 50
        assert stock_book.breaks(hall.store) == []
        assert EveningBook.objects.filter(store=hall.store).count() == 1


def test_sheets_are_injections_and_vials_by_table_once_the_shared_vials_are_explained(
    hall: Hall,
) -> None:
    """In the last hour a vial goes from table to table: more doses here are fewer there."""
    with scoped(hall.by, "vaccination") as by:
        session = Session.objects.get(pk=hall.session.pk)
        given = {table: n for (table, _lot), n in evening_of(session).given.items()}
        vials = {table: n // 10 for table, n in given.items()}
        vials[1] += 115 - sum(vials.values())
        counts = [Counted(table, hall.lot.id, vials[table], 0, 0) for table in sorted(given)]
        counts[0] = replace(counts[0], left=5)
        assert count_tables(session, counts, by=by) == 6
        evening = evening_of(session)
        total = evening.total
        assert (total.received, total.sheets) == (1_193, 1_193)
        assert (total.injected, total.postponed, total.contraindicated) == (1_145, 38, 2)
        assert (total.referred, total.left, total.unclear) == (5, 3, 0)
        assert (total.vials, total.out, total.wasted + total.open_left) == (115, 1_150, 5)
        amounts: Counter[str] = Counter()
        for one in evening.unexplained:
            amounts[one.code] += one.amount
        assert set(amounts) == {"doses_missing", "doses_over"}
        assert amounts["doses_missing"] == amounts["doses_over"]
        with pytest.raises(Refused) as refused:
            balance(session, by=by)
        assert refused.value.code == "not_balanced"
        keys = [one.key for one in evening.unexplained]
        explain(session, keys, why="Lọ mở chung cho các bàn cuối buổi", by=by)
        assert balance(session, by=by).figures["total"]["injected"] == 1_145


def test_who_came_is_vaccinated_and_who_did_not_stands_in_line_again(hall: Hall) -> None:
    registration_tasks.settle()
    with system_scope("test"):
        rows = Invitation.objects.filter(session=hall.session)
        assert rows.exclude(came_at=None).count() == 1_043
        missed = Registration.objects.filter(invitations__in=rows.filter(came_at=None))
        assert Counter(missed.values_list("state", flat=True)) == {"registered": 157}


def test_what_came_late_is_added_in_the_report_of_the_next_day(hall: Hall) -> None:
    play.wind_to(at_(17, 1) + timedelta(days=1))
    freeze_reports()
    with system_scope("test"):
        first, second = DayReport.objects.filter(organisation=hall.by.organisation).order_by("day")
    assert second.day == day_of(at_(9)) + timedelta(days=1)
    # Of yesterday: bổ sung.
    late = 1_145 - entered_by_1700(hall)
    assert late >= play.LATE
    assert given_in(second.rows) == {day_of(at_(9)).isoformat(): late}
    assert first.sha256 != second.sha256
