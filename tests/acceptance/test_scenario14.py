"""Scenario 14: a mountain village, two devices, three days without a network, a file on a stick."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lachan.core.carrying import carrying_point
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import scoped, system_scope
from lachan.core.sealing import open_many
from lachan.credentials.bundles import seal_bundle
from lachan.people.models import Person
from lachan.people.services import NewPerson, Stay, register_many
from lachan.vaccination import site_reading
from lachan.vaccination.models import (
    Dose,
    MissingField,
    Session,
    SiteEvent,
    SiteInvited,
    SiteVisit,
    Source,
)
from lachan.vaccination.services import Injection, enter
from lachan.vaccination.site_fields import fields, missing_of
from lachan.vaccination.site_sessions import invite
from lachan.vaccination.site_tasks import take_site_events
from tests.database import copy
from tests.factories.cards import card
from tests.places.units import BAC_NINH, NENH
from tests.sampling.people_at_the_table import browser
from tests.vaccination.sites import PRODUCT, Device, device_of, facility, session_of, somebody_new

pytestmark = pytest.mark.slow

INVITED, CAME, WITHOUT, YEAR_ONLY, BOTH = 146, 118, 41, 7, 4
SLOW = 7 * 3600 * 1000  # milliseconds
#: Reception, screening and injection of each, and what was keyed on both devices.
EVENTS = 3 * CAME + BOTH


@dataclass
class Village:
    """Three days of two devices, carried on a stick to whoever has a network."""

    session: Session
    right: Device
    slow: Device
    people: list[UUID]
    #: What lies on the stick, and the page's answer when it was given in.
    file: bytes
    answer: str


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A town of its own: nothing of the story is counted."""
    with copy() as name:
        yield name


@pytest.fixture(scope="module")
def village(database: str) -> Village:
    """Everything until the file was given in at the page and worked through."""
    by = facility()
    session = session_of(by, days_ago=3)
    right, slow = device_of(by, session), device_of(by, session, offset=SLOW, table=2)
    numbers = [f"024180{n:06d}" for n in range(INVITED - WITHOUT)]
    people = _listed(session, numbers)
    _first_dose_elsewhere(people[0])
    came: list[Any] = [card(one, name="Sùng Thị Mỷ") for one in numbers[: CAME - WITHOUT]]
    came += [somebody_new(f"Giàng Thị {n}") for n in range(WITHOUT)]
    _three_days(came, right, slow)
    parts = [{"token": one.token, "events": one.events} for one in (right, slow)]
    text = json.dumps({"kind": "site", "parts": parts}).encode()
    file = seal_bundle(carrying_point(), text).encode()
    made = Village(session, right, slow, people, file, "")
    made.answer = given_in(made)
    return made


def _listed(session: Session, numbers: list[str]) -> list[UUID]:
    """Who is on the list: those with a document, and 41 known to the village by name alone.

    Of seven of those who come with a document only the year of birth is known.
    """
    new = [
        NewPerson(
            full_name="Sùng Thị Mỷ",
            stay=Stay(NENH, BAC_NINH, "Bản Khe Sâu"),
            birth="1955" if n < YEAR_ONLY else "1980-03-05",
            sex="female",
            documents={"cccd": number},
        )
        for n, number in enumerate(numbers)
    ]
    new += [
        NewPerson(full_name=f"Vàng A {n}", stay=Stay(NENH, BAC_NINH, "Bản Khe Sâu"))
        for n in range(WITHOUT)
    ]
    with system_scope("test") as by:
        people = [person.id for person in register_many(new, by=by)]
        assert invite(session, people, by=by) == INVITED
    return people


def _first_dose_elsewhere(person: UUID) -> None:
    """Nine days before the session, in another province: the devices left before it was known."""
    told: dict[str, Any] = {"disease": "covid-19", "product": PRODUCT, "source": Source.ELSEWHERE}
    given_at = now() - timedelta(days=12)
    with system_scope("test") as by:
        enter([Injection(id=uuid7(), person=person, given_at=given_at, **told)], by=by)


def _three_days(came: list[Any], right: Device, slow: Device) -> None:
    start = now() - timedelta(days=3)
    for number, whom in enumerate(came):
        device, other = (right, slow) if number % 2 else (slow, right)
        at = start + timedelta(minutes=number)
        device.received(whom, at=at, identity="match" if isinstance(whom, str) else "none")
        device.screened(whom, at=at + timedelta(seconds=20))
        device.injected(whom, at=at + timedelta(seconds=40), number=1)
        if number < BOTH:
            other.injected(whom, at=at + timedelta(seconds=50), number=1)


def given_in(village: Village) -> str:
    """The stick is plugged in at the station, and the file chosen on the page."""
    file = SimpleUploadedFile("ban-khe-sau.lachan", village.file)
    answer = browser(village.right.vaccinator).post("/vaccination/site/carry/", {"file": file})
    assert answer.status_code == 200
    take_site_events()
    return answer.content.decode()


def visits(village: Village) -> list[SiteVisit]:
    with system_scope("test"):
        rows = SiteVisit.objects.filter(session=village.session).select_related("dose", "person")
        return list(rows)


def standing(village: Village) -> list[Dose]:
    with system_scope("test"):
        rows = Dose.objects.filter(session=village.session, reverses=None, reversed_by=None)
        return list(rows)


def test_122_uploads_are_118_injections(village: Village) -> None:
    devices = (village.right, village.slow)
    uploads = [e for one in devices for e in one.events if e["kind"] == "injected"]
    assert len(uploads) == CAME + BOTH == 122
    assert str(EVENTS) in village.answer
    with system_scope("test"):
        entries = Dose.objects.filter(session=village.session)
        assert entries.count() == 122 + BOTH  # four were entered and taken back
        assert SiteEvent.objects.filter(session=village.session.id).count() == EVENTS
    assert len(standing(village)) == len({one.person_id for one in standing(village)}) == CAME
    flags = Counter(flag for one in visits(village) for flag in one.flags)
    assert flags["twice"] == BOTH
    print(f"\n122 uploads, {len(standing(village))} injections, {BOTH} keyed twice")


def test_146_were_invited_and_118_came(village: Village) -> None:
    with system_scope("test"):
        assert SiteInvited.objects.filter(session=village.session).count() == INVITED
        year = Person.objects.filter(pk__in=village.people[: CAME - WITHOUT])
        assert year.filter(birth_precision="year").count() == YEAR_ONLY
    with scoped(village.right.vaccinator, "vaccination"):
        assert site_reading.tally_of(village.session).came == CAME


def test_the_devices_time_and_the_corrected_one_are_kept(village: Village) -> None:
    with system_scope("test"):
        for device, hours in ((village.right, 0), (village.slow, 7)):
            events = SiteEvent.objects.filter(device=device.device)
            assert {one.at - one.device_at for one in events} == {timedelta(hours=hours)}
            doses = Dose.objects.filter(session=village.session, table=device.table, reverses=None)
            gaps = {one.given_at - one.device_at for one in doses if one.device_at}
            assert gaps == {timedelta(hours=hours)}


def test_the_early_dose_is_recorded_and_flagged(village: Village) -> None:
    early = [one for one in visits(village) if "too_soon" in one.flags]
    assert [one.person_id for one in early] == [village.people[0]]
    dose = early[0].dose
    assert dose is not None
    assert dose.decision["outcome"] == "too_soon"
    with scoped(village.right.vaccinator, "vaccination"):
        shown = site_reading.flagged(village.session)
    assert early[0].pk in {one.pk for one in shown}


def test_41_have_somebody_who_vouches(village: Village) -> None:
    rows = [one for one in visits(village) if one.vouched]
    assert len(rows) == WITHOUT
    assert {one.identity for one in rows} == {"none"}
    with system_scope("test"):
        words = open_many([(one.person_id, bytes(one.sealed)) for one in rows])
    assert {one["vouched_by"] for one in words} == {"Trưởng bản Sùng A Páo"}


def test_every_mandatory_field_is_there_or_on_a_task(village: Village) -> None:
    rows, tasks = visits(village), 0
    with system_scope("test"):
        for visit in rows:
            open_tasks = MissingField.objects.filter(visit=visit, filled_at=None)
            on_task = set(open_tasks.values_list("field", flat=True))
            assert on_task == set(missing_of(visit))
            assert on_task < fields().keys()
            tasks += len(on_task)
            if visit.vouched:
                assert {"identity_number", "birth_date"} <= on_task
        year = {one.pk for one in rows if one.person_id in village.people[:YEAR_ONLY]}
        birth = MissingField.objects.filter(visit__in=year, field="birth_date", filled_at=None)
        assert birth.count() == YEAR_ONLY
    print(f"\n{len(rows)} visits, {len(fields())} mandatory fields, {tasks} gaps on tasks")


def test_the_same_file_again_changes_nothing(village: Village) -> None:
    before = _everything(village)
    assert given_in(village) != village.answer
    assert _everything(village) == before


def _everything(village: Village) -> list[Any]:
    with system_scope("test"):
        tables = (
            (SiteEvent, {"session": village.session.id}),
            (Dose, {"session": village.session}),
            (SiteVisit, {"session": village.session}),
            (MissingField, {"visit__session": village.session}),
            (Person, {}),
        )
        return [
            sorted(model.objects.filter(**where).values_list("id", flat=True))  # type: ignore[attr-defined]
            for model, where in tables
        ]
