"""A mountain village: two devices, three days without a network, a file on a USB stick."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from lachan.core.carried import Carried
from lachan.core.carrying import carrying_point
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import scoped, system_scope
from lachan.credentials.bundles import seal_bundle
from lachan.people.services import NewPerson, Stay, register_many
from lachan.vaccination.models import Dose, MissingField, SiteEvent, SiteVisit, Source
from lachan.vaccination.services import Injection, enter
from lachan.vaccination.site_carried import SITES
from lachan.vaccination.site_sessions import invite
from lachan.vaccination.site_tasks import take_site_events
from tests.places.units import BAC_NINH, NENH
from tests.sampling.people_at_the_table import code_of
from tests.vaccination.sites import PRODUCT, Device, device_of, facility, session_of, somebody_new

INVITED, CAME, WITHOUT, YEAR_ONLY, BOTH = 146, 118, 41, 7, 4
SLOW = 7 * 3600 * 1000  # milliseconds


def villagers() -> list[UUID]:
    """Those with a document; seven of them know the year of their birth only."""
    new = [
        NewPerson(
            full_name=f"Sùng Thị {n}",
            stay=Stay(NENH, BAC_NINH),
            birth="1955" if n < YEAR_ONLY else "1980-03-05",
        )
        for n in range(INVITED - WITHOUT)
    ]
    with system_scope("test") as by:
        return [person.id for person in register_many(new, by=by)]


def carried(devices: list[Device]) -> bytes:
    """The file of both devices, sealed to the installation."""
    parts = [{"token": one.token, "events": one.events} for one in devices]
    return seal_bundle(carrying_point(), json.dumps({"kind": "site", "parts": parts}).encode())


def give_in(devices: list[Device]) -> Carried:
    by = devices[0].vaccinator
    with scoped(by, "vaccination"):
        made = SITES.take_in(name="ban.lachan", text=carried(devices), by=by)
    take_site_events()
    return made


def test_122_uploads_are_118_injections(database: str) -> None:
    by = facility()
    session = session_of(by, days_ago=3)
    right, slow = device_of(by, session), device_of(by, session, offset=SLOW, table=2)
    people = villagers()
    with system_scope("test") as system:
        invite(session, people, by=system)
        first = {"disease": "covid-19", "product": PRODUCT, "source": Source.ELSEWHERE}
        before = now() - timedelta(days=12)
        enter([Injection(id=uuid7(), person=people[0], given_at=before, **first)], by=system)  # type: ignore[arg-type]
    came: list[Any] = [code_of(one) for one in people[: CAME - WITHOUT]]
    came += [somebody_new(f"Giàng Thị {n}") for n in range(WITHOUT)]
    start = now() - timedelta(days=3)
    for number, whom in enumerate(came):
        device = (right, slow)[number % 2]
        at = start + timedelta(minutes=number)
        device.received(whom, at=at, identity="match" if isinstance(whom, str) else "none")
        device.screened(whom, at=at + timedelta(seconds=20))
        device.injected(whom, at=at + timedelta(seconds=40), number=1)
        if number < BOTH:
            other = (slow, right)[number % 2]
            other.injected(whom, at=at + timedelta(seconds=50), number=1)
    uploads = [e for one in (right, slow) for e in one.events if e["kind"] == "injected"]
    assert len(uploads) == CAME + BOTH == 122

    made = give_in([right, slow])
    assert (made.recorded, made.already, made.kept_out) == (2 * CAME + 122, 0, 0)
    state = told_of(session.id)
    assert state["standing"] == 118
    assert state["entries"] == 122 + BOTH  # four were entered and taken back
    assert state["flags"]["twice"] == BOTH
    assert state["flags"]["too_soon"] == 1
    assert state["vouched"] == WITHOUT
    assert state["visits"] == CAME
    # Everybody lacks something of the national list, and each gap is a task.
    assert state["tasks"] >= CAME
    # Both times are kept.
    with system_scope("test"):
        of_slow = Dose.objects.filter(session=session, table=2, reverses=None)
        gaps = {one.given_at - one.device_at for one in of_slow if one.device_at}
        assert gaps == {timedelta(hours=7)}
        events = SiteEvent.objects.filter(device=slow.device)
        assert {one.at - one.device_at for one in events} == {timedelta(hours=7)}

    again = give_in([right, slow])
    assert (again.recorded, again.already) == (0, 2 * CAME + 122)
    assert told_of(session.id) == state
    print(
        f"\n122 uploads, {state['standing']} injections, {BOTH} keyed twice, 1 early, "
        f"{state['vouched']} vouched for, {state['tasks']} gaps on tasks"
    )


def told_of(session: UUID) -> dict[str, Any]:
    with system_scope("test"):
        visits = SiteVisit.objects.filter(session=session)
        doses = Dose.objects.filter(session=session)
        return {
            "visits": visits.count(),
            "vouched": visits.filter(vouched=True).count(),
            "flags": Counter(flag for one in visits for flag in one.flags),
            "standing": doses.filter(reverses=None, reversed_by=None).count(),
            "entries": doses.count(),
            "tasks": MissingField.objects.filter(visit__session=session, filled_at=None).count(),
        }
