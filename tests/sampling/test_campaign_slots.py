"""Appointments: a household together, never more than there is room, moved by whoever holds one."""

from datetime import time, timedelta
from uuid import UUID

from django.test import Client

from lachan.core.clock import now, today
from lachan.core.scope import scoped, system_scope
from lachan.core.signing import ring
from lachan.credentials.tokens import verify
from lachan.people.selectors import trace_ids_of
from lachan.people.services import person_of_code
from lachan.sampling import campaign_slips, campaign_slot_reading, campaign_slots, campaign_tasks
from lachan.sampling.models import Appointment, Campaign, Slot
from tests.factories import cast
from tests.sampling.people_at_the_table import browser
from tests.sampling.streets import Street, begun, street
from tests.sampling.test_requests import refused
from tests.venues.pdf_codes import codes_of

TOMORROW = today() + timedelta(days=1)


def opened(at: Street, campaign: Campaign, *, capacity: int, slots: int = 2) -> None:
    """Half-hour slots from seven in the morning, tomorrow."""
    ends = time(7 + slots // 2, 30 * (slots % 2))
    hours = campaign_slots.Hours("Nhà văn hóa", TOMORROW, time(7), ends, 30, capacity)
    with scoped(at.officer, "sampling_campaign") as by:
        assert campaign_slots.open_slots(campaign=campaign, hours=hours, by=by) == slots


def given(at: Street, campaign: Campaign) -> campaign_slots.Given:
    """The station gives appointments."""
    with scoped(at.officer, "sampling_campaign") as by:
        return campaign_slots.give_appointments(campaign=campaign, by=by)


def standing(campaign: Campaign) -> dict[UUID, UUID]:
    """person -> slot."""
    with system_scope("test"):
        rows = Appointment.objects.filter(slot__campaign=campaign, ended_at=None)
        return dict(rows.values_list("person_id", "slot_id"))


def test_a_household_comes_together_and_a_slot_is_never_overfull() -> None:
    at = street(2, 3, 2)
    campaign = begun(at, area="zone", reason="zone")
    opened(at, campaign, capacity=4)
    assert given(at, campaign) == campaign_slots.Given(7, 0)
    slot_of = standing(campaign)
    for family in at.families:
        assert len({slot_of[person.id] for person in family}) == 1
    counts = [list(slot_of.values()).count(slot) for slot in set(slot_of.values())]
    assert sorted(counts) == [3, 4]


def test_a_family_too_large_for_any_slot_waits_for_a_human() -> None:
    at = street(3, 1)
    campaign = begun(at, area="zone", reason="zone")
    opened(at, campaign, capacity=2)
    assert given(at, campaign) == campaign_slots.Given(1, 3)


def test_given_again_nobody_gets_a_second_one() -> None:
    at = street(2)
    campaign = begun(at)
    opened(at, campaign, capacity=4)
    assert given(at, campaign).people == 1
    assert given(at, campaign) == campaign_slots.Given(0, 0)


def held(at: Street, campaign: Campaign) -> tuple[Client, Appointment]:
    """A citizen of the street before a browser, and the appointment that is held."""
    person = next(iter(standing(campaign)))
    with system_scope("test"):
        row = Appointment.objects.select_related("slot").get(person=person, ended_at=None)
    return browser(cast.citizen(person)), row


def test_a_citizen_sees_the_own_appointment_and_moves_it_to_a_free_time() -> None:
    at = street(1, 1)
    campaign = begun(at)
    opened(at, campaign, capacity=2)
    given(at, campaign)
    citizen, row = held(at, campaign)
    page = citizen.get("/my-sampling/").content.decode()
    assert "Nhà văn hóa" in page
    with system_scope("test"):
        other = Slot.objects.filter(campaign=campaign).exclude(pk=row.slot_id).get()
    assert str(other.id) in page
    assert citizen.post(f"/my-sampling/{row.id}/", {"slot": other.id}).status_code == 302
    assert standing(campaign)[row.person_id] == other.id
    with system_scope("test"):
        assert Appointment.objects.get(pk=row.pk).ended_at is not None


def test_a_time_that_is_full_is_refused_and_the_old_one_stands() -> None:
    at = street(1, 1)
    campaign = begun(at)
    opened(at, campaign, capacity=1)
    given(at, campaign)
    citizen, row = held(at, campaign)
    with system_scope("test"):
        other = Slot.objects.filter(campaign=campaign).exclude(pk=row.slot_id).get()
    assert str(other.id) not in citizen.get("/my-sampling/").content.decode()
    answer = citizen.post(f"/my-sampling/{row.id}/", {"slot": other.id})
    assert answer.status_code == 409
    assert standing(campaign)[row.person_id] == row.slot_id


def test_somebody_else_neither_sees_nor_moves_it() -> None:
    at = street(1, 1)
    campaign = begun(at)
    opened(at, campaign, capacity=2)
    given(at, campaign)
    _citizen, row = held(at, campaign)
    stranger = cast.citizen()
    with scoped(stranger, "own_data"):
        assert not Appointment.objects.exists()
        assert not Slot.objects.exists()
    with scoped(stranger, "own_data") as by, refused("appointment_over"):
        campaign_slots.move_appointment(appointment=row, slot=row.slot_id, by=by)
    assert (
        browser(stranger).post(f"/my-sampling/{row.id}/", {"slot": row.slot_id}).status_code == 404
    )


def test_the_slip_carries_a_code_that_the_table_reads_and_no_number() -> None:
    at = street(1)
    campaign = begun(at)
    opened(at, campaign, capacity=2)
    given(at, campaign)
    with scoped(at.officer, "sampling_export"):
        coming = campaign_slot_reading.coming_of(campaign)
        traces = trace_ids_of([one.member.person_id for one in coming])
        pdf = campaign_slips.slips_pdf(coming, traces)
    [drawn] = codes_of(pdf)
    code = drawn.text
    token = verify(ring(), code, at=int(now().timestamp()))
    assert token.kind == "slip"
    campaign_tasks.open_to_units()
    with scoped(at.sampler, "sampling"):
        assert person_of_code(code) == at.people[0].id


def test_the_list_of_a_lane_names_those_without_a_phone() -> None:
    at = street(1)
    campaign = begun(at)
    officer = browser(at.officer, "vi")
    answer = officer.get(f"/campaigns/{campaign.id}/lane.pdf", {"place": at.lane.name})
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
