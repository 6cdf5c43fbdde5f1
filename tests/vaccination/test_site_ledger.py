"""What a device of a site sends: kept once, settled by the worker, never dropped."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import scoped, system_scope
from lachan.people.selectors import card_of
from lachan.people.services import add_document
from lachan.rulebook import selectors as rulebook
from lachan.vaccination.models import Dose, MissingField, SiteEvent, SiteVisit
from lachan.vaccination.selectors import doses_of, entries_of
from lachan.vaccination.services import Injection, enter, reverse
from lachan.vaccination.site_devices import close_device
from lachan.vaccination.site_fields import fields, note_missing
from lachan.vaccination.site_tasks import settle_site_strangers, take_site_events
from tests.factories import cast
from tests.factories.cards import card
from tests.factories.people import person
from tests.sampling.people_at_the_table import code_of
from tests.vaccination.sites import (
    PRODUCT,
    Device,
    Wire,
    device_of,
    facility,
    session_of,
    somebody_new,
    wire_to,
)


@pytest.fixture
def wire(database: str) -> Any:
    with wire_to(database) as wire:
        yield wire


def a_device(**more: Any) -> Device:
    by = facility()
    return device_of(by, session_of(by), **more)


def settled(wire: Wire, device: Device, *events: dict[str, Any]) -> None:
    codes = wire.post(device, *(events or device.events))
    assert set(codes) == {"recorded"}, codes
    take_site_events()


def visit_of(device: Device, of: UUID) -> SiteVisit:
    with system_scope("test"):
        return SiteVisit.objects.select_related("dose").get(session=device.session, person=of)


def standing(of: UUID) -> list[Dose]:
    with system_scope("test"):
        return doses_of(of)


def test_from_the_door_to_the_way_home(wire: Wire) -> None:
    device, mai = a_device(), person("Nguyễn Thị Mai", birth="1980-02-03")
    code, start = code_of(mai.id), now() - timedelta(hours=1)
    device.received(code, number=7, at=start)
    device.screened(code, measured={"temperature": 36.8}, at=start + timedelta(minutes=5))
    shot = device.injected(code, at=start + timedelta(minutes=9), number=1)
    device.tell("observed", code, state="well", at=start + timedelta(minutes=40))
    day = str((now() + timedelta(weeks=8)).date())
    device.tell("discharged", code, next_on=day, at=start + timedelta(minutes=41))
    settled(wire, device)
    visit = visit_of(device, mai.id)
    assert (visit.step, visit.number, visit.listed, visit.identity) == ("home", 7, True, "match")
    assert visit.measured == {"temperature": 36.8}
    assert str(visit.next_on) == day
    [dose] = standing(mai.id)
    assert str(dose.id) == shot["id"]
    assert (dose.product, dose.lot_text, dose.arm, dose.table) == (PRODUCT, "FX2207", "left", 1)
    assert dose.decision["outcome"] == "due"
    assert visit.dose == dose
    assert visit.observed_until == dose.given_at + timedelta(minutes=30)


def test_a_slow_clock_keeps_both_times(wire: Wire) -> None:
    device, mai = a_device(offset=7 * 3600 * 1000), person("Nguyễn Thị Mai")
    device.injected(code_of(mai.id))
    settled(wire, device)
    [dose] = standing(mai.id)
    assert dose.device_at is not None
    assert dose.given_at - dose.device_at == timedelta(hours=7)


def test_two_devices_that_keyed_one_injection_are_one_dose(wire: Wire) -> None:
    by = facility()
    session = session_of(by)
    first, second = device_of(by, session), device_of(by, session)
    mai = person("Nguyễn Thị Mai")
    early = first.injected(code_of(mai.id), at=now() - timedelta(minutes=20))
    second.injected(code_of(mai.id), at=now() - timedelta(minutes=15))
    settled(wire, second)
    settled(wire, first)
    assert [str(one.id) for one in standing(mai.id)] == [early["id"]]
    with system_scope("test"):
        assert len(entries_of(mai.id)) == 3
    assert "twice" in visit_of(first, mai.id).flags


def test_what_was_taken_back_at_the_site_is_reversed_and_the_other_one_stands(wire: Wire) -> None:
    by = facility()
    session = session_of(by)
    first, second = device_of(by, session), device_of(by, session)
    mai = person("Nguyễn Thị Mai")
    early = first.injected(code_of(mai.id), at=now() - timedelta(minutes=20))
    late = second.injected(code_of(mai.id), at=now() - timedelta(minutes=15))
    settled(wire, first)
    settled(wire, second)
    settled(wire, first, first.undo(early))
    [dose] = standing(mai.id)
    assert dose.given_at.isoformat()[:19] == late["at"][:19]
    assert visit_of(first, mai.id).dose == dose


def test_a_dose_taken_back_by_hand_is_not_entered_again(wire: Wire) -> None:
    device, mai = a_device(), person("Nguyễn Thị Mai")
    device.injected(code_of(mai.id))
    settled(wire, device)
    with scoped(device.vaccinator, "vaccination") as by:
        reverse(doses_of(mai.id)[0], why="Nhập nhầm người", by=by)
    settled(wire, device, device.received(code_of(mai.id)))
    assert standing(mai.id) == []


def test_an_early_dose_is_recorded_and_flagged(wire: Wire) -> None:
    device, mai = a_device(), person("Nguyễn Thị Mai", birth="1980")
    device.injected(code_of(mai.id))
    settled(wire, device)
    assert visit_of(device, mai.id).flags == ["no_reception", "no_screening"]
    with system_scope("test") as by:
        told = {"person": mai.id, "disease": "covid-19", "product": PRODUCT, "source": "elsewhere"}
        first = Injection(id=mai.id, given_at=now() - timedelta(days=9), **told)  # type: ignore[arg-type]
        enter([first], by=by)
    # The first dose became known later; whatever comes next of the visit tells of it.
    settled(wire, device, device.received(code_of(mai.id)))
    assert "too_soon" in visit_of(device, mai.id).flags
    assert len(standing(mai.id)) == 2


def test_a_walk_in_says_why_and_a_mismatch_keeps_both_values(wire: Wire) -> None:
    device, mai = a_device(), person("Nguyễn Thị Mai")
    told = {"identity": "mismatch", "register": "Nguyễn Thị Mai", "document": "Nguyễn Thị May"}
    device.received(code_of(mai.id), listed=False, why="Ở trọ gần đây", **told)
    settled(wire, device)
    visit = visit_of(device, mai.id)
    assert (visit.listed, visit.why_walked_in) == (False, "Ở trọ gần đây")
    assert visit.flags == ["identity"]
    from lachan.core.sealing import open_sealed

    with system_scope("test"):
        words = open_sealed(mai.id, bytes(visit.sealed))
    assert (words["register"], words["document"]) == ("Nguyễn Thị Mai", "Nguyễn Thị May")


def test_who_has_no_document_is_entered_with_who_vouches(wire: Wire) -> None:
    device, new = a_device(), somebody_new("Giàng Thị Mỷ")
    device.received(new, identity="none")
    device.injected(new)
    settled(wire, device)
    with system_scope("test"):
        [visit] = SiteVisit.objects.filter(session=device.session)
        assert visit.vouched
        found = card_of(visit.person_id)
        assert found is not None
        assert found.name == "Giàng Thị Mỷ"
        assert len(doses_of(visit.person_id)) == 1


def test_nobody_is_made_without_who_vouches(wire: Wire) -> None:
    device = a_device()
    event = device.received(somebody_new("Giàng Thị Mỷ", vouched_by=""), identity="none")
    assert wire.post(device, event) == ["unreadable"]


def test_a_card_of_nobody_waits_until_somebody_is_entered(wire: Wire) -> None:
    device = a_device()
    device.injected(card("024188000777"))
    settled(wire, device)
    with system_scope("test"):
        assert SiteVisit.objects.filter(session=device.session).count() == 0
    mai = person("Nguyễn Thị Mai")
    with system_scope("test") as by:
        add_document(person=mai, kind="cccd", number="024188000777", by=by)
    settle_site_strangers()
    assert len(standing(mai.id)) == 1


def test_an_event_that_cannot_be_read_holds_nobody_back_and_is_tried_again(wire: Wire) -> None:
    device = a_device()
    mai, hoa = person("Nguyễn Thị Mai"), person("Ngô Thị Hoa")
    broken = device.received(code_of(mai.id), number=1)
    device.received(code_of(hoa.id), number=2)
    assert set(wire.post(device, *device.events)) == {"recorded"}
    row = SiteEvent.objects.filter(pk=broken["id"])
    with system_scope("test"):
        sealed = bytes(row.get().sealed)
        row.update(sealed=b"nothing that anybody sealed")
    take_site_events()
    assert visit_of(device, hoa.id).number == 2
    with system_scope("test"):
        assert row.get().settled_at is None
        assert not SiteVisit.objects.filter(person=mai).exists()
        row.update(sealed=sealed)
    take_site_events()
    assert visit_of(device, mai.id).number == 1


def test_other_content_under_a_number_is_refused_and_kept(wire: Wire) -> None:
    device, mai = a_device(), person("Nguyễn Thị Mai")
    event = device.injected(code_of(mai.id))
    settled(wire, device)
    changed = {**event, "told": {**event["told"], "arm": "right"}}
    assert wire.post(device, changed) == ["different_content"]
    take_site_events()
    assert [one.arm for one in standing(mai.id)] == ["left"]
    with system_scope("test"):
        assert SiteEvent.objects.filter(instead_of=event["id"]).count() == 1


def test_another_facilitys_session_is_none_of_ours(wire: Wire) -> None:
    device, mai = a_device(), person("Nguyễn Thị Mai")
    device.session = a_device().session
    device.injected(code_of(mai.id))
    settled(wire, device)
    assert standing(mai.id) == []
    with system_scope("test"):
        assert SiteEvent.objects.get(id=device.events[0]["id"]).refused == "unknown_session"


def test_a_closed_device_is_not_heard(wire: Wire) -> None:
    device = a_device()
    with scoped(device.vaccinator, "vaccination") as by:
        close_device(device=device.device, by=by)
    status, [answer] = wire.answer(device, device.received("001099000001"))
    assert (status, answer["code"]) == (401, "not_allowed")
    stranger = facility()
    with scoped(stranger, "vaccination") as by, pytest.raises(Refused) as refused:
        close_device(device=device.device, by=by)
    assert refused.value.code == "unknown_device"


def test_screening_is_judged_again_by_the_version_that_the_device_had(wire: Wire) -> None:
    device, mai = a_device(), person("Nguyễn Thị Mai")
    with system_scope("test"):
        rule = rulebook.screening_rule("covid-19", now())
    answers = {one.code: "no" for one in rule.asked_of("male")}
    told = {"rule": rule.rule, "version": rule.version, "answers": answers, "sex": "male"}
    device.screened(code_of(mai.id), measured={"temperature": 37.6}, **told)
    device.injected(code_of(mai.id))
    settled(wire, device)
    visit = visit_of(device, mai.id)
    assert visit.screening["outcome"] == "caution"
    assert visit.screening["values"]["reasons"] == ["temperature"]
    assert "screened_otherwise" in visit.flags


def test_what_the_national_list_asks_for_is_there_or_a_task(wire: Wire) -> None:
    device, mai = a_device(), person("Nguyễn Thị Mai", birth="1980")
    device.injected(code_of(mai.id))
    settled(wire, device)
    with system_scope("test") as by:
        visit = SiteVisit.objects.get(session=device.session, person=mai.id)
        tasks = set(MissingField.objects.filter(visit=visit).values_list("field", flat=True))
        assert {"birth_date", "sex", "ethnicity", "identity_number", "screening"} <= tasks
        assert "lot" not in tasks
        assert "full_name" not in tasks
        add_document(person=mai, kind="cccd", number="024180000991", by=by)
        assert "identity_number" not in note_missing(visit)
        row = MissingField.objects.get(visit=visit, field="identity_number")
        assert row.filled_at is not None
    assert len(fields()) == 20


def test_who_sees_a_visit(wire: Wire) -> None:
    device, mai = a_device(), person("Nguyễn Thị Mai")
    device.received(code_of(mai.id))
    settled(wire, device)
    sees = {
        device.vaccinator: 1,
        cast.citizen(mai.id): 1,
        facility(): 0,
        cast.citizen(): 0,
        cast.outsider(): 0,
    }
    for who, count in sees.items():
        with scoped(who, "vaccination"):
            assert SiteVisit.objects.filter(person=mai.id).count() == count
