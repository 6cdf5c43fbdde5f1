"""Rapid tests: fifteen minutes, two readers who do not know of each other, and what follows."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from lachan.core.clock import now, today
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.sampling import rapid, rapid_reading, selectors
from lachan.sampling.models import (
    KitReceipt,
    RapidReading,
    RapidTest,
    Release,
    Result,
    Sample,
    SampleRequest,
)
from lachan.sampling.rapid import Box, Kit, Swabbed
from tests.factories import cast
from tests.sampling.reading_tables import (
    DISEASE,
    begin,
    box,
    pass_minutes,
    pcr_of,
    read,
    read_by_two,
    refused,
    repeat,
    site,
    somebody,
    wound,
)

__all__ = ["wound"]

pytestmark = pytest.mark.usefixtures("wound")


def result_of(test: RapidTest) -> str | None:
    """What was released of a cassette."""
    with system_scope("test"):
        release = Release.objects.filter(tube=test.tube_id).select_related("result").first()
    return release.result.outcome if release else None


def requests_of(person: UUID) -> list[SampleRequest]:
    """What somebody is still to be sampled for."""
    with system_scope("test"):
        return list(selectors.requests_of(person))


def states(by: Principal) -> dict[str, str]:
    """Cassette -> how it stands on this person's board."""
    with scoped(by, "sampling"):
        return {card.test.tube.barcode: card.state for card in rapid_reading.board(by, now())}


# kits


def test_a_box_says_its_lot_and_expiry() -> None:
    read_out = rapid.read_box("(01)08938501000019(17)280630(10)AB12")
    assert read_out == Box("08938501000019", "AB12", date(2028, 6, 30))
    assert rapid.read_box("]d2010893850100001917280630" + "10AB12\x1d2199") == read_out


@pytest.mark.parametrize("text", ["hello", "8938501000012", "(01)08938501000019", ""])
def test_a_code_without_lot_and_expiry_is_refused(text: str) -> None:
    with refused("kit_unreadable"):
        rapid.read_box(text)


def test_an_expired_lot_is_neither_received_nor_used() -> None:
    at = site()
    with scoped(at.reader, "sampling") as by, refused("kit_expired"):
        rapid.receive_kits(box=box("OLD", days=-1), kit=Kit("Kit B", 25), by=by)
    whom = somebody(at)
    at.lot.expires = today() - timedelta(days=1)
    with refused("kit_expired"):
        begin(at, whom)


def test_a_lot_ends_with_its_last_day_not_before_it() -> None:
    at = site()
    with scoped(at.reader, "sampling") as by:
        rapid.receive_kits(box=box("TODAY", days=0), kit=Kit("Kit B", 25), by=by)


def test_receipts_and_use_are_counted() -> None:
    at = site(quantity=25)
    with scoped(at.reader, "sampling") as by:
        rapid.receive_kits(box=box(), kit=Kit("", 40), by=by)
    begin(at, somebody(at))
    with scoped(at.reader, "sampling"):
        [lot] = rapid_reading.lots_of(at.organisation)
        assert lot.received == 65  # type: ignore[attr-defined]
        assert rapid_reading.used_of(at.organisation) == {at.lot.id: 1}


def test_a_lot_is_one_thing() -> None:
    at = site()
    with scoped(at.reader, "sampling") as by:
        with refused("kit_differs"):
            rapid.receive_kits(box=box(days=20), kit=Kit("Kit A", 25), by=by)
        with refused("kit_name"):
            rapid.receive_kits(box=box("NEW"), kit=Kit(" ", 25), by=by)
        with refused("kit_quantity"):
            rapid.receive_kits(box=box(), kit=Kit("Kit A", 0), by=by)


def test_another_units_kits_are_not_seen() -> None:
    at, elsewhere = site(), site()
    with scoped(elsewhere.reader, "sampling"):
        assert not KitReceipt.objects.filter(organisation=at.organisation).exists()


# the cassette


def test_the_window_is_the_rules_or_the_kits() -> None:
    at = site()
    test = begin(at, somebody(at))
    assert test.ready_at - test.applied_at == timedelta(minutes=15)
    assert test.read_before - test.applied_at == timedelta(minutes=30)
    at.lot.read_minutes, at.lot.read_before_minutes = 10, 20
    quick = begin(at, somebody(at))
    assert quick.ready_at - quick.applied_at == timedelta(minutes=10)
    assert quick.read_before - quick.applied_at == timedelta(minutes=20)


def test_a_cassette_is_used_once() -> None:
    at = site()
    test = begin(at, somebody(at))
    again = Swabbed(somebody(at), "screening")
    with scoped(at.reader, "sampling") as by, refused("cassette_used"):
        rapid.begin(
            barcode=test.tube.barcode,
            people=[again],
            lot=at.lot,
            table="2",
            disease=DISEASE,
            by=by,
        )


def test_measles_has_no_rapid_test() -> None:
    at = site()
    whom = Swabbed(somebody(at), "screening")
    with scoped(at.reader, "sampling") as by, refused("no_rapid_test"):
        rapid.begin(barcode="M-1", people=[whom], lot=at.lot, table="1", disease="measles", by=by)


def test_more_people_than_the_rule_allows_are_refused() -> None:
    at = site()
    with refused("household_full"):
        begin(at, *(somebody(at) for _ in range(6)))


# reading


def test_nobody_reads_before_the_time() -> None:
    at = site()
    test = begin(at, somebody(at))
    pass_minutes(14.5)
    with refused("too_early"):
        read(at.reader, test, "negative")
    pass_minutes(0.6)
    read(at.reader, test, "negative")


def test_a_result_needs_two_readers() -> None:
    at = site()
    test = begin(at, somebody(at))
    pass_minutes(16)
    read(at.reader, test, "negative")
    with system_scope("test"):
        assert not Result.objects.filter(tube=test.tube_id).exists()
    with refused("same_reader"):
        read(at.reader, test, "negative")
    read(at.second, test, "negative")
    assert result_of(test) == "negative"
    with system_scope("test"):
        release = Release.objects.get(tube=test.tube_id)
        assert (release.result.entered_by, release.by) == (at.reader.account, at.second.account)
    with refused("read_by_two"):
        read(cast.of_organisation(Role.SAMPLER, at.organisation), test, "negative")


def test_the_second_reader_does_not_see_what_the_first_saw() -> None:
    at = site()
    test = begin(at, somebody(at))
    pass_minutes(16)
    read(at.reader, test, "positive")
    assert states(at.second) == {test.tube.barcode: "second"}
    assert states(at.reader) == {test.tube.barcode: "read"}


def test_another_unit_reads_nothing() -> None:
    at, elsewhere = site(), site()
    test = begin(at, somebody(at))
    with scoped(elsewhere.reader, "sampling") as by:
        assert rapid_reading.test_of(by.organisation, test.tube_id) is None
        assert not RapidTest.objects.filter(pk=test.pk).exists()


def test_readers_who_differ_make_it_invalid_and_it_is_repeated() -> None:
    at = site()
    test = begin(at, somebody(at))
    pass_minutes(16)
    read_by_two(at, test, "positive", "negative")
    assert result_of(test) == "invalid"
    assert states(at.reader) == {test.tube.barcode: "repeat"}
    repeat(at, test)
    with refused("repeated_already"):
        repeat(at, test)


def test_what_is_read_too_late_is_invalid_whatever_is_on_it() -> None:
    at = site()
    test = begin(at, somebody(at))
    pass_minutes(31)
    assert states(at.reader) == {test.tube.barcode: "late"}
    read_by_two(at, test, "negative")
    assert result_of(test) == "invalid"
    with system_scope("test"):
        assert all(one.late for one in RapidReading.objects.filter(test=test))


def test_an_invalid_one_is_repeated_at_once_and_signed_by_the_other_later() -> None:
    at = site()
    whom = somebody(at)
    test = begin(at, whom)
    pass_minutes(16)
    read(at.reader, test, "invalid")
    fresh = repeat(at, test)
    assert (fresh.repeats_id, fresh.attempt) == (test.pk, 2)
    assert states(at.second)[test.tube.barcode] == "sign"
    read(at.second, test, "negative")
    assert result_of(test) == "invalid"
    assert states(at.second) == {fresh.tube.barcode: "running"}


def test_a_repeat_is_the_same_round_and_the_next_sampling_the_next() -> None:
    at = site()
    whom = somebody(at)
    test = begin(at, whom)
    pass_minutes(16)
    read_by_two(at, test, "invalid")
    repeat(at, test)
    begin(at, whom)
    with system_scope("test"):
        rounds = Sample.objects.filter(person=whom).order_by("taken_at", "id")
        assert [sample.round for sample in rounds] == [1, 1, 2]


def test_what_can_still_be_read_is_not_repeated() -> None:
    at = site()
    test = begin(at, somebody(at))
    pass_minutes(16)
    with refused("not_invalid"):
        repeat(at, test)
    read_by_two(at, test, "negative")
    with refused("not_invalid"):
        repeat(at, test)


def test_who_repeats_what_nobody_read_in_time_has_said_that_it_is_invalid() -> None:
    at = site()
    test = begin(at, somebody(at))
    pass_minutes(40)
    repeat(at, test)
    with system_scope("test"):
        [reading] = RapidReading.objects.filter(test=test)
        assert (reading.outcome, reading.late, reading.by) == ("invalid", True, at.reader.account)


def test_after_the_last_repeat_rt_pcr_is_asked_for() -> None:
    at = site()
    whom = somebody(at)
    test = begin(at, whom)
    for _ in range(2):
        pass_minutes(16)
        read_by_two(at, test, "invalid")
        test = repeat(at, test)
    pass_minutes(16)
    assert requests_of(whom) == []
    read_by_two(at, test, "invalid")
    [request] = requests_of(whom)
    assert (request.source, request.method, request.single) == ("invalid", "pcr", True)
    with refused("no_more_repeats"):
        repeat(at, test)
    assert states(at.reader) == {}


# positives


def test_a_positive_is_provisional_and_asks_for_rt_pcr_of_this_person_alone() -> None:
    at = site()
    whom = somebody(at)
    test = begin(at, whom, reason="contact")
    pass_minutes(16)
    read_by_two(at, test, "positive")
    with system_scope("test"):
        assert not Release.objects.get(tube=test.tube_id).confirms
        assert all(one.person != whom for one in selectors.released_positives([]))
    [request] = requests_of(whom)
    assert (request.source, request.source_id) == ("rapid_positive", test.tube_id)
    assert (request.method, request.single, request.reason) == ("pcr", True, "contact")
    assert request.due_at is not None
    assert timedelta(hours=23) < request.due_at - now() <= timedelta(hours=24)
    assert states(at.reader) == {}


@pytest.mark.parametrize(
    ("found", "state"),
    [("negative", "ended"), ("positive", "confirmed"), ("indeterminate", "waiting")],
)
def test_rt_pcr_ends_or_confirms_the_provisional_positive(found: str, state: str) -> None:
    at = site()
    whom = somebody(at)
    test = begin(at, whom)
    pass_minutes(16)
    read_by_two(at, test, "positive")
    for by in (at.reader, cast.citizen(whom)):
        with scoped(by, "test"):
            [waiting] = selectors.provisional_positives(persons=[whom])
            assert waiting.state == "waiting"
    pcr_of(at, whom, found)
    for by in (at.reader, cast.citizen(whom)):
        with scoped(by, "test"):
            [one] = selectors.provisional_positives(persons=[whom])
            assert one.state == state
    assert requests_of(whom) == []


def test_a_positive_cassette_of_a_household_asks_for_everybody_alone() -> None:
    at = site()
    home = [somebody(at, name) for name in ("Lò Văn Páo", "Lò Thị Pản")]
    test = begin(at, *home)
    pass_minutes(16)
    read_by_two(at, test, "positive")
    for whom in home:
        [request] = requests_of(whom)
        assert (request.source, request.source_id) == ("positive_pool", test.tube_id)
        assert (request.method, request.single) == ("pcr", True)
    with system_scope("test"):
        assert selectors.provisional_positives(persons=home) == []
        assert not Release.objects.get(tube=test.tube_id).confirms
